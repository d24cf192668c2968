"""Indexes of a test's own on the real Elasticsearch."""

import uuid

from scripts.local_servers import Elasticsearch
from search.elastic import ElasticIndex


def elastic_index(server: Elasticsearch, name: str | None = None) -> ElasticIndex:
    """An index nobody else uses; it goes with the server, which keeps nothing of tests."""
    password = server.password_file.read_text(encoding="utf-8")
    return ElasticIndex(server.url(name or f"docservice-test-{uuid.uuid4().hex[:12]}"), password=password)

"""Indexes of a test's own on the real Elasticsearch."""

import uuid
from urllib.parse import urlsplit

from elasticsearch import Elasticsearch as Client

from scripts.local_servers import Elasticsearch
from search.elastic import ElasticIndex


def elastic_index(server: Elasticsearch, name: str | None = None, *, port: int | None = None) -> ElasticIndex:
    """An index nobody else uses; it goes with the server, which keeps nothing of tests.

    `port` is that of somebody who passes everything on to the server.
    """
    password = server.password_file.read_text(encoding="utf-8")
    url = server.url(name or f"docservice-test-{uuid.uuid4().hex[:12]}")
    return ElasticIndex(url.replace(f":{server.port}/", f":{port or server.port}/"), password=password)


def bare_client(server: Elasticsearch) -> Client:
    """The server as a process of another version of this service would speak to it."""
    parts = urlsplit(server.url(""))
    password = server.password_file.read_text(encoding="utf-8")
    return Client(f"{parts.scheme}://{parts.hostname}:{parts.port}", basic_auth=(str(parts.username), password))

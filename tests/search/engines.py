"""Indexes of a test's own, of either engine."""

import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from elasticsearch import Elasticsearch as Client

from scripts.local_servers import Elasticsearch
from search import Index, open_index
from search.elastic import ElasticIndex

BOTH = ("tantivy", pytest.param("elasticsearch", marks=pytest.mark.servers))


@contextmanager
def either_index(request: pytest.FixtureRequest, base: Path) -> Iterator[Index]:
    """An empty index of the engine that a fixture with `params=BOTH` was asked for."""
    if request.param == "tantivy":
        with closing(open_index("tantivy:search", base=base)) as opened:
            yield opened
    else:
        with elastic_index(request.getfixturevalue("elasticsearch_server")) as elastic:
            yield elastic


@contextmanager
def elastic_index(server: Elasticsearch, name: str | None = None, *, port: int | None = None) -> Iterator[ElasticIndex]:
    """An index nobody else uses, deleted at the end: each one kept takes of the server's small memory.

    `port` is that of somebody who passes everything on to the server.
    """
    name = name or f"docservice-test-{uuid.uuid4().hex[:12]}"
    with closing(second_index(server, name, port=port)) as opened:
        yield opened
    with bare_client(server) as client:
        for index in client.indices.get(index=f"{name}*"):
            client.indices.delete(index=index)


def second_index(server: Elasticsearch, name: str, *, port: int | None = None) -> ElasticIndex:
    """The index of that name as another process opens it."""
    password = server.password_file.read_text(encoding="utf-8")
    url = server.url(name).replace(f":{server.port}/", f":{port or server.port}/")
    return ElasticIndex(url, password=password)


def bare_client(server: Elasticsearch) -> Client:
    """The server as a process of another version of this service would speak to it."""
    parts = urlsplit(server.url(""))
    password = server.password_file.read_text(encoding="utf-8")
    return Client(f"{parts.scheme}://{parts.hostname}:{parts.port}", basic_auth=(str(parts.username), password))

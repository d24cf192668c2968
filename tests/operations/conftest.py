"""The server profile's empty places, on the session's servers."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from scripts.local_servers import Elasticsearch, Minio, Postgres, Redis
from tests.operations.profiles import Fresh, on_servers


@pytest.fixture
def servers(
    postgres_server: Postgres, minio_server: Minio, elasticsearch_server: Elasticsearch, redis_server: Redis
) -> Iterator[Fresh]:
    with ExitStack() as stack:

        def database_url() -> str:
            return stack.enter_context(postgres_server.database())

        yield on_servers(database_url, minio_server, elasticsearch_server, redis_server)

"""Real servers for tests: `scripts/local_servers` as fixtures. One that cannot be had is an error, never a skip.

`make test` starts them beforehand, so that no build or start counts against a test's time; a session by itself starts
what it needs and stops it with its last process.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import TypeVar

import pytest

from scripts.local_servers import Elasticsearch, Minio, Place, Postgres, Purpose, Redis, Server, use
from tests.operations.profiles import Fresh, on_servers

S = TypeVar("S", bound=Server)


@contextmanager
def needed(kind: type[S]) -> Iterator[S]:
    """This checkout's server of a kind, running."""
    server = kind(Place(Purpose.TEST))
    with use(server):
        yield server


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Postgres]:
    with needed(Postgres) as server:
        yield server


@pytest.fixture(scope="session")
def redis_server() -> Iterator[Redis]:
    with needed(Redis) as server:
        yield server


@pytest.fixture(scope="session")
def minio_server() -> Iterator[Minio]:
    with needed(Minio) as server:
        yield server


@pytest.fixture(scope="session")
def elasticsearch_server() -> Iterator[Elasticsearch]:
    with needed(Elasticsearch) as server:
        yield server


@pytest.fixture
def postgres_url(postgres_server: Postgres) -> Iterator[str]:
    """`DATABASE_URL` of a fresh, empty PostgreSQL database."""
    with postgres_server.database() as url:
        yield url


@pytest.fixture
def servers(
    postgres_server: Postgres, minio_server: Minio, elasticsearch_server: Elasticsearch, redis_server: Redis
) -> Iterator[Fresh]:
    """The server profile's empty places."""
    with ExitStack() as stack:

        def database_url() -> str:
            return stack.enter_context(postgres_server.database())

        yield on_servers(database_url, minio_server, elasticsearch_server, redis_server)

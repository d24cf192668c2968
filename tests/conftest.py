"""What every test may ask for."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from docservice.bootstrap import SANDBOX_PRELOAD
from docservice.core.clock import SetClock
from docservice.core.db import Base, open_database
from docservice.core.sandbox import Sandbox
from scripts.local_servers import Postgres
from templates.catalogue import ADDED_KINDS
from templates.families import ADDED, know_only
from tests.core.node import NOON, Core
from tests.node import Office, open_office
from tests.servers import (
    elasticsearch_server,
    minio_server,
    postgres_server,
    postgres_url,
    redis_server,
    servers,
)
from tests.signing.tokens import Pulled, Shelf

__all__ = [
    "core",
    "database_url",
    "elasticsearch_server",
    "minio_server",
    "postgres_server",
    "postgres_url",
    "redis_server",
    "servers",
]


# How long an example takes says how busy the machine is.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--mutations", type=int, default=5000, help="how many damaged files tests/signing judges")
    parser.addoption("--pictures", default=None, help="folder that gets the manual's pictures as the browser sees them")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with slow tests first, so that at the end no worker is left alone with one of them."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.servers)])
def database_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """The URL of an empty database; the test runs on both kinds."""
    if request.param == "sqlite":
        yield "sqlite:doc.db"
    else:
        server: Postgres = request.getfixturevalue("postgres_server")
        with server.database() as url:
            yield url


@pytest.fixture
def core(database_url: str, tmp_path: Path) -> Iterator[Core]:
    """A core without slices, on both databases."""
    database = open_database(database_url, base=tmp_path)
    Base.metadata.create_all(database.engine)
    yield Core(database, SetClock(NOON))
    database.close()


@pytest.fixture(autouse=True)
def _catalogue_as_before() -> Iterator[None]:
    """What a test adds to the catalogue is known to no other."""
    families, kinds = dict(ADDED), dict(ADDED_KINDS)
    yield
    know_only(families, kinds)


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    """One fence for the whole run: a fork for each call keeps the tests apart."""
    with Sandbox(size=2, preload=SANDBOX_PRELOAD) as made:
        yield made


@pytest.fixture(scope="session")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    """Software tokens: SoftHSM reads its settings once a process, so there is one shelf for the run."""
    return Shelf(tmp_path_factory.mktemp("shelf"))


@pytest.fixture(scope="session")
def pulled(shelf: Shelf, tmp_path_factory: pytest.TempPathFactory) -> Pulled:
    """The same tokens in a reader from which they are pulled out."""
    return Pulled(tmp_path_factory.mktemp("pulled"))


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory, sandbox: Sandbox) -> Path:
    """A seeded node's folder, made once: fictional agencies, people and keys."""
    folder = tmp_path_factory.mktemp("seeded") / "data"
    with open_office(folder, sandbox=sandbox):
        return folder


@pytest.fixture
def office(seeded: Path, tmp_path: Path, sandbox: Sandbox) -> Iterator[Office]:
    """A whole node on SQLite, without an office program; each test has its own copy."""
    shutil.copytree(seeded, tmp_path, dirs_exist_ok=True)
    with open_office(tmp_path, sandbox=sandbox) as opened:
        yield opened

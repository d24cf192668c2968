import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from tests.servers import PREFIX, Postgres, postgres

pytestmark = pytest.mark.servers

ENTER = "import os, signal; from tests.servers import postgres; context = postgres(); server = context.__enter__();"


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    with postgres() as started:
        yield started


def test_each_database_is_empty_and_gone_afterwards(server: Postgres) -> None:
    for _ in range(2):
        with server.database() as url:
            engine = create_engine(url)
            with engine.begin() as connection:
                assert str(connection.execute(text("show server_version")).scalar_one()).startswith("15.")
                connection.execute(text("create table t (n int)"))
            engine.dispose()
            assert engine.url.database in _names(server)
        assert engine.url.database not in _names(server)


def test_it_listens_on_no_network_address(server: Postgres) -> None:
    engine = create_engine(server.url("postgres"))
    with engine.connect() as connection:
        assert connection.execute(text("show listen_addresses")).scalar_one() == ""
        assert connection.execute(text("select inet_server_addr()")).scalar_one() is None
    engine.dispose()


def test_nothing_stays_and_what_a_killed_session_left_is_removed() -> None:
    left = _session("print(server.folder, flush=True); os.kill(os.getpid(), signal.SIGKILL)")
    assert left.is_dir()
    process = int((left / "data/postmaster.pid").read_text(encoding="utf-8").splitlines()[0])
    assert Path(f"/proc/{process}").exists()
    orderly = _session("context.__exit__(None, None, None); print(server.folder)")
    assert not left.exists()
    assert not orderly.exists()
    assert not Path(f"/proc/{process}").exists()


def _session(then: str) -> Path:
    """A test session of its own; returns the folder of its server."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    done = subprocess.run(
        [sys.executable, "-c", ENTER + then],
        cwd=Path(__file__).parents[1],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert PREFIX in done.stdout, done.stderr
    return Path(done.stdout.strip())


def _names(server: Postgres) -> list[str]:
    engine = create_engine(server.url("postgres"))
    with engine.connect() as connection:
        query = text("select datname from pg_database where not datistemplate order by 1")
        names = [str(name) for name in connection.execute(query).scalars()]
    engine.dispose()
    return names

"""Real servers for tests, started on this machine as an ordinary user and gone when the session ends.

PostgreSQL: one server for all workers of a pytest session, listening on a Unix socket in a closed folder under
/var/tmp (`initdb` refuses root, and another user may not enter root's checkout), a fresh database for each test. What a
killed session left running is found by its folder's name and removed by the next.
"""

import fcntl
import hashlib
import os
import shutil
import signal
import subprocess
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

BINARIES = Path("/usr/lib/postgresql/15/bin")
PLACE = Path("/var/tmp")  # noqa: S108 - made with mode 0700 under a name of our own, and short enough for a socket
CHECKOUT = hashlib.sha256(f"{os.geteuid()} {Path(__file__).resolve()}".encode()).hexdigest()[:10]
PREFIX = f"docservice-postgres-{CHECKOUT}-"

# Tests lose nothing worth keeping when the machine stops.
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "shared_buffers=32MB", "max_connections=100")


@dataclass(frozen=True)
class Postgres:
    """A running server; `folder` holds its socket, its data and the list of who uses it."""

    folder: Path

    def url(self, database: str) -> str:
        """As the setting DATABASE_URL takes it."""
        return f"postgresql+psycopg://docservice@/{database}?host={self.folder}"

    @contextmanager
    def database(self) -> Iterator[str]:
        """The URL of an empty database, dropped at the end."""
        name = f"test_{uuid.uuid4().hex}"
        self._order(sql.SQL("CREATE DATABASE {}"), name)
        try:
            yield self.url(name)
        finally:
            self._order(sql.SQL("DROP DATABASE {} WITH (FORCE)"), name)

    def _order(self, order: sql.SQL, name: str) -> None:
        with psycopg.connect(
            host=str(self.folder), user="docservice", dbname="postgres", autocommit=True
        ) as connection:
            connection.execute(order.format(sql.Identifier(name)))


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Postgres]:
    with postgres() as server:
        yield server


@pytest.fixture
def postgres_url(postgres_server: Postgres) -> Iterator[str]:
    """`DATABASE_URL` of a fresh, empty PostgreSQL database."""
    with postgres_server.database() as url:
        yield url


@contextmanager
def postgres() -> Iterator[Postgres]:
    """The session's server: the first to come starts it, the last to go stops it."""
    folder = PLACE / f"{PREFIX}{_session()}"
    user = folder / "users" / f"{os.getpid()}.{uuid.uuid4().hex}"
    with _alone():
        _remove_leftovers()
        if not folder.exists():
            _start(folder)
        user.touch()
    try:
        yield Postgres(folder)
    finally:
        with _alone():
            user.unlink()
            if not any(_alive(int(other.stem)) for other in user.parent.iterdir()):
                _remove(folder)


def _session() -> int:
    """The process all workers of this pytest session descend from: xdist's controller, or this process."""
    return os.getppid() if "PYTEST_XDIST_WORKER" in os.environ else os.getpid()


@contextmanager
def _alone() -> Iterator[None]:
    """One process of this checkout at a time; the lock goes with its holder."""
    with (PLACE / f"{PREFIX}lock").open("w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _remove_leftovers() -> None:
    for folder in PLACE.glob(f"{PREFIX}[0-9]*"):
        if not _alive(int(folder.name.removeprefix(PREFIX))):
            _remove(folder)


def _user() -> str | None:
    """Whom the server runs as when we are root, which it refuses."""
    return "postgres" if os.geteuid() == 0 else None


def _run(program: str, *arguments: str, folder: Path) -> None:
    done = subprocess.run(
        [str(BINARIES / program), *arguments],
        cwd=folder,
        env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,  # the server inherits it: a pipe would never end
        stderr=subprocess.DEVNULL,
        check=False,
        user=_user(),
        group=_user(),
        extra_groups=() if _user() else None,
    )
    if done.returncode != 0:
        log = folder / "log"
        text = log.read_text(encoding="utf-8", errors="replace")[-2000:] if log.exists() else ""
        pytest.fail(f"{program} {' '.join(arguments)} ended with {done.returncode}\n{text}")


def _start(folder: Path) -> None:
    if not (BINARIES / "initdb").exists():
        pytest.fail(f"{BINARIES}/initdb is missing: install the Debian package postgresql-15 (scripts/install test)")
    folder.mkdir(mode=0o700)
    (folder / "users").mkdir()
    if (user := _user()) is not None:
        shutil.chown(folder, user, user)
    data, log = str(folder / "data"), str(folder / "log")
    try:
        _run("initdb", "-D", data, "-U", "docservice", "-A", "trust", "-E", "UTF8", "--no-sync", folder=folder)
        options = " ".join(
            f"-c {setting}" for setting in (*FAST, "listen_addresses=", f"unix_socket_directories={folder}")
        )
        _run("pg_ctl", "start", "-w", "-D", data, "-l", log, "-o", options, folder=folder)
    except BaseException:
        _remove(folder)
        raise


def _remove(folder: Path) -> None:
    """Stop the server, if it runs, and delete all it kept."""
    with suppress(FileNotFoundError, ProcessLookupError, ValueError, IndexError):
        server = int((folder / "data/postmaster.pid").read_text(encoding="utf-8").splitlines()[0])
        os.kill(server, signal.SIGQUIT)
        deadline = time.monotonic() + 10
        while _alive(server) and time.monotonic() < deadline:
            time.sleep(0.02)
    shutil.rmtree(folder)

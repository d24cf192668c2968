"""PostgreSQL 15 from Debian's package, on a Unix socket in its closed folder and on no network address."""

import signal
import subprocess
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar

import psycopg
from psycopg import sql

from scripts.local_servers.place import ServerUnavailable
from scripts.local_servers.running import Server

_PROGRAMS = Path("/usr/lib/postgresql/15/bin")
# Commits stay synchronous: the server is killed in tests, and what it has confirmed must be there afterwards.
_FAST = ("fsync=off", "full_page_writes=off")
_ALWAYS = ("shared_buffers=64MB", "max_connections=200", "listen_addresses=")
_USER = "docservice"
_BURY_SECONDS = 10.0


class Postgres(Server):
    """`url` as the setting DATABASE_URL takes it."""

    name: ClassVar[str] = "postgres"
    stop_signal: ClassVar[signal.Signals] = signal.SIGINT  # ends sessions at once and closes its files properly

    def url(self, database: str) -> str:
        return f"postgresql+psycopg://{_USER}@/{database}?host={self.folder}"

    @contextmanager
    def database(self) -> Iterator[str]:
        """The URL of an empty database, dropped at the end."""
        name = f"test_{uuid.uuid4().hex}"
        self._order(sql.SQL("CREATE DATABASE {}"), name)
        try:
            yield self.url(name)
        finally:
            self._order(sql.SQL("DROP DATABASE {} WITH (FORCE)"), name)

    def install(self) -> None:
        if not (_PROGRAMS / "initdb").exists():
            raise ServerUnavailable("the Debian package postgresql-15 is missing: scripts/install test")

    def prepare(self) -> None:
        if (self.folder / "data" / "PG_VERSION").exists():
            self._bury()
            return
        make = [str(_PROGRAMS / "initdb"), "-D", "data", "-U", _USER, "-A", "trust", "-E", "UTF8"]
        self.run_as_user([*make, "--no-sync"] if self.is_throwaway else make)

    def _bury(self) -> None:
        """After a crash: wait for sessions that outlive their server, and drop the note that it still runs.

        PostgreSQL takes a process that nobody has reaped yet for one that lives, and refuses to start.
        """
        data = str((self.folder / "data").resolve())
        deadline = time.monotonic() + _BURY_SECONDS
        while time.monotonic() < deadline and any(_works_in(entry, data) for entry in Path("/proc").iterdir()):
            time.sleep(0.05)
        (self.folder / "data" / "postmaster.pid").unlink(missing_ok=True)
        (self.folder / ".s.PGSQL.5432.lock").unlink(missing_ok=True)

    def command(self) -> Sequence[str]:
        options = [*_ALWAYS, f"unix_socket_directories={self.folder}", *(_FAST if self.is_throwaway else ())]
        return [str(_PROGRAMS / "postgres"), "-D", "data", *(part for option in options for part in ("-c", option))]

    def is_ready(self) -> bool:
        asked = [str(_PROGRAMS / "pg_isready"), "-q", "-h", str(self.folder), "-U", _USER, "-d", "postgres"]
        return subprocess.run(asked, check=False).returncode == 0

    def settings(self) -> Mapping[str, str]:
        with psycopg.connect(self._address(), autocommit=True) as connection:
            known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [_USER]).fetchone()
            if known is None:
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(_USER)))
        return {"DATABASE_URL": self.url(_USER)}

    def _address(self) -> str:
        return f"host={self.folder} user={_USER} dbname=postgres"

    def _order(self, order: sql.SQL, name: str) -> None:
        with psycopg.connect(self._address(), autocommit=True) as connection:
            connection.execute(order.format(sql.Identifier(name)))


def _works_in(entry: Path, folder: str) -> bool:
    try:
        return entry.name.isdigit() and str((entry / "cwd").readlink()) == folder
    except OSError:
        return False

"""One way to a database, for SQLite in one office and PostgreSQL in a province.

A SQLite writer begins with BEGIN IMMEDIATE: with a plain BEGIN two transactions that read and then write lose
each other's work. Readers cannot write at all (`query_only`, or a read-only transaction on PostgreSQL).
"""

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, DateTime, Dialect, Engine, Uuid, create_engine, event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError, InterfaceError, InvalidatePoolError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolExhausted
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator

from docservice.core.errors import Unavailable
from docservice.core.words import N_


class DatabaseUnavailable(Unavailable):
    """The connection broke or none could be had; whether a commit under way arrived is not known."""

    code = "database_unavailable"
    message = N_(
        "Cơ sở dữ liệu tạm thời không trả lời. Xin tải lại trang sau ít phút và xem việc vừa làm đã được ghi chưa."
    )


_CONNECT_SECONDS = 5
# Shorter than any server takes to start anew: what breaks in less is told as an outage, as in the midst of a statement.
_REST_SECONDS = 1.0
_SQLITE_OUTAGES = frozenset(
    {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL, sqlite3.SQLITE_CANTOPEN}
)
# Classes of SQLSTATE: connection, rollback by the server, resources, waited too long, shutting down or starting.
_POSTGRESQL_OUTAGES = ("08", "40", "53", "55P", "57P")


class Instant(TypeDecorator[datetime]):
    """An aware UTC instant; SQLite drops time zones, so there it is kept as naive UTC and given back aware."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Every row of the service; the migrations are compared with this by a test."""

    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy's own declaration
        datetime: Instant,
        UUID: Uuid,
        dict[str, Any]: JSON,
        list[str]: JSON,
    }


class Database:
    """The two doors to one database: `writing` and `reading`."""

    def __init__(self, url: URL) -> None:
        self.url = url
        self._writer = _engine(url)
        # SQLite has one writer, and lets the others poll with growing sleeps: here they take turns instead.
        self._turn: AbstractContextManager[object] = (
            threading.Lock() if url.get_backend_name() == "sqlite" else nullcontext()
        )
        if url.get_backend_name() == "sqlite":
            self._reader = _engine(url, query_only=True)
        else:
            self._reader = self._writer.execution_options(postgresql_readonly=True)

    @property
    def is_shared(self) -> bool:
        """Whether many processes use it, which then tell one another through it."""
        return self.url.get_backend_name() != "sqlite"

    @property
    def engine(self) -> Engine:
        """The writing engine, for migrations and for watching its events."""
        return self._writer

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A transaction that commits when the block ends and rolls back when it fails.

        Raises:
            DatabaseUnavailable: the database does not answer.
        """
        with (
            translated_outages(),
            self._turn,
            Session(self._writer, expire_on_commit=False) as session,
            session.begin(),
        ):
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A transaction that cannot write; it is always rolled back. Raises `DatabaseUnavailable`."""
        with translated_outages(), Session(self._reader, autoflush=False) as session:
            yield session

    @contextmanager
    def snapshot(self) -> Iterator[Session]:
        """A reading that sees one state of everything, however long it takes and whatever is written meanwhile."""
        with self.reading() as session:
            if self.url.get_backend_name() != "sqlite":
                session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
            yield session

    def close(self) -> None:
        """Close every connection."""
        self._writer.dispose()
        self._reader.dispose()


@contextmanager
def translated_outages() -> Iterator[None]:
    """For whoever asks the engine itself; raises `DatabaseUnavailable`."""
    try:
        yield
    except PoolExhausted as error:
        raise DatabaseUnavailable from error
    except (OperationalError, InterfaceError) as error:
        if not _is_outage(error):
            raise
        raise DatabaseUnavailable from error


def _is_outage(error: DBAPIError) -> bool:
    """Whether the server is at fault and not the statement."""
    cause = error.orig
    if isinstance(cause, sqlite3.Error):
        return cause.sqlite_errorcode & 0xFF in _SQLITE_OUTAGES
    state = getattr(cause, "sqlstate", None)
    return error.connection_invalidated or state is None or state.startswith(_POSTGRESQL_OUTAGES)


def open_database(url: str, *, base: Path, password: str | None = None) -> Database:
    """Open `sqlite:doc.db` (relative to `base`) or `postgresql+psycopg://user@host/name`.

    The password never stands in the URL; it comes from its own file.
    """
    if url.startswith("sqlite:") and not url.startswith("sqlite://"):
        return Database(URL.create("sqlite", database=str(base / url.removeprefix("sqlite:"))))
    parsed = make_url(url)
    return Database(parsed.set(password=password) if password else parsed)


def _engine(url: URL, *, query_only: bool = False) -> Engine:
    if url.get_backend_name() != "sqlite":
        # One that cannot be had is not waited for long.
        engine = create_engine(url, pool_size=8, pool_timeout=10, connect_args={"connect_timeout": _CONNECT_SECONDS})
        _ask_after_rest(engine)
        return engine
    engine = create_engine(url, connect_args={"timeout": 30, "check_same_thread": False})

    @event.listens_for(engine, "connect")
    def _configure(connection: Any, _record: object) -> None:
        # The driver's own transaction control is switched off: BEGIN is ours to say.
        connection.isolation_level = None
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute("PRAGMA busy_timeout=30000")
        if query_only:
            connection.execute("PRAGMA query_only=ON")

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN" if query_only else "BEGIN IMMEDIATE")

    return engine


def _ask_after_rest(engine: Engine) -> None:
    """Have a connection that broke noticed before it is used.

    Not before every use: to ask a server that answered a moment ago costs as much as the shortest statements do.
    """

    @event.listens_for(engine, "checkin")
    def _rest(_connection: object, record: Any) -> None:
        record.info["rests_since"] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def _ask(connection: Any, record: Any, _proxy: object) -> None:
        rests_since = record.info.get("rests_since")
        if rests_since is None or time.monotonic() - rests_since < _REST_SECONDS:
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as error:
            # A server that was started anew has broken all of them.
            raise InvalidatePoolError from error

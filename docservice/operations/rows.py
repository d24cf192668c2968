"""All rows of the database as text, the same from SQLite and PostgreSQL: for backups and for moving a node.

A row is one line of JSON. Rows come in the order of their keys, ids first: ids grow with time, so in a table that only
grows, the lines of yesterday are today's first lines, and a backup finds them already kept.
"""

import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from itertools import islice
from typing import Any
from uuid import UUID

import sqlalchemy
from sqlalchemy import (
    JSON,
    Column,
    Connection,
    Engine,
    LargeBinary,
    Table,
    Text,
    Uuid,
    cast,
    column,
    func,
    inspect,
    select,
    text,
    type_coerce,
)
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeEngine

from docservice.core.db import Base, Instant
from docservice.migrations import models  # noqa: F401 - brings every table to Base.metadata

CHUNK_ROWS = 2000
Columns = Mapping[str, Sequence[str]]
# Gets a line about how far something long has come.
Tell = Callable[[str], None]


@dataclass(frozen=True)
class TableDigest:
    """How many rows a table has, and the SHA-256 of all their lines."""

    rows: int
    sha256: str


def all_columns() -> dict[str, list[str]]:
    """Every table and its columns, tables in the order of what they refer to."""
    return {table.name: [column.name for column in table.columns] for table in Base.metadata.sorted_tables}


def chunks(session: Session, table_name: str, columns: Sequence[str]) -> Iterator[bytes]:
    """A table's rows, `CHUNK_ROWS` lines at a time; from a session that sees one state (`Database.snapshot`)."""
    table = Base.metadata.tables[table_name]
    wanted = select(*(_said(table.c[name], session) for name in columns)).order_by(*_in_time(table))
    found = session.connection().execution_options(yield_per=CHUNK_ROWS).execute(wanted)
    for part in found.partitions(CHUNK_ROWS):
        yield b"".join(_line(row) for row in part)


def digests(session: Session, columns: Columns) -> dict[str, TableDigest]:
    """Count and hash every table, to compare two databases or one with what was kept of it."""
    found = {}
    for name, wanted in columns.items():
        digest, rows = sha256(), 0
        for chunk in chunks(session, name, wanted):
            digest.update(chunk)
            rows += chunk.count(b"\n")
        found[name] = TableDigest(rows, digest.hexdigest())
    return found


def load(connection: Connection, table_name: str, columns: Sequence[str], lines: Iterable[bytes]) -> int:
    """Insert lines as `chunks` made them; returns how many. Call it inside `unbound`."""
    table = Base.metadata.tables[table_name]
    target = sqlalchemy.table(table.name, *(column(name, _kept(table.c[name].type)) for name in columns))
    readers = [_reader(table, name) for name in columns]
    count, waiting = 0, iter(lines)
    while part := list(islice(waiting, CHUNK_ROWS)):
        rows = [
            {name: read(value) for name, read, value in zip(columns, readers, json.loads(line), strict=True)}
            for line in part
        ]
        connection.execute(target.insert(), rows)
        count += len(rows)
    return count


def is_empty(engine: Engine) -> bool:
    """Whether there is no table of ours, or none with a row."""
    there = set(inspect(engine).get_table_names())
    with engine.connect() as connection:
        for table in Base.metadata.sorted_tables:
            if table.name in there and connection.scalar(select(func.count()).select_from(table)):
                return False
    return True


@contextmanager
def unbound(connection: Connection) -> Iterator[None]:
    """Rows may come before those they refer to; at the end every reference is checked, or nothing is kept."""
    if connection.dialect.name == "sqlite":
        connection.execute(text("PRAGMA defer_foreign_keys=ON"))
        yield
        return
    rows = connection.execute(
        text(
            "SELECT conrelid::regclass::text AS place, conname AS name, pg_get_constraintdef(oid) AS rule"
            " FROM pg_constraint WHERE contype = 'f' AND connamespace = current_schema()::regnamespace"
        )
    ).all()
    for row in rows:
        connection.execute(text(f'ALTER TABLE {row.place} DROP CONSTRAINT "{row.name}"'))
    yield
    for row in rows:
        connection.execute(text(f'ALTER TABLE {row.place} ADD CONSTRAINT "{row.name}" {row.rule}'))


def _in_time(table: Table) -> list[Any]:
    """The primary key, its ids before its words."""
    keys = list(table.primary_key.columns)
    return sorted(keys, key=lambda column: not isinstance(column.type, Uuid))


def _line(row: Sequence[Any]) -> bytes:
    return json.dumps([_plain(value) for value in row], ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _plain(value: Any) -> Any:
    match value:
        case bytes():
            return b64encode(value).decode()
        case UUID():
            return value.hex
        case date():  # a datetime too
            return value.isoformat()
        case _:
            return value


def _said(column: Column[Any], session: Session) -> Any:
    """JSON as its text: in Python nothing (NULL) and the JSON value null would look alike."""
    if not isinstance(column.type, JSON):
        return column
    is_postgresql = session.get_bind().dialect.name == "postgresql"
    return cast(column, Text) if is_postgresql else type_coerce(column, Text)


def _kept(kind: TypeEngine[Any]) -> TypeEngine[Any]:
    return JSON(none_as_null=True) if isinstance(kind, JSON) else kind


def _json_value(text_of_it: str | None) -> Any:
    if text_of_it is None:
        return None
    value = json.loads(text_of_it)
    return JSON.NULL if value is None else value


def _reader(table: Table, name: str) -> Callable[[Any], Any]:
    """How a value of a column is read back."""
    kind = table.c[name].type
    if isinstance(kind, JSON):
        return _json_value
    if isinstance(kind, Uuid):
        read: Callable[[Any], Any] = UUID
    elif isinstance(kind, Instant):
        read = datetime.fromisoformat
    elif isinstance(kind, LargeBinary):
        read = b64decode
    elif kind.python_type is date:
        read = date.fromisoformat
    else:
        return lambda value: value
    return lambda value: None if value is None else read(value)

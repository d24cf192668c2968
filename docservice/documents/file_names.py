"""Which keys of the store some row names: what must be kept and looked after, and what may go."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import LargeBinary, String, select, union
from sqlalchemy.schema import Column

from docservice.core.db import Base
from docservice.core.journal import JournalLine
from docservice.core.work import Reading
from docservice.documents.file_models import FileRound, FileTrouble, StrayFile
from docservice.documents.models import Derivative, File

_KEY_LENGTH = 64
# Rows that speak of files and do not need them.
_SPEAK_ONLY = frozenset(table.__tablename__ for table in (FileRound, FileTrouble, StrayFile, JournalLine))


def named(reading: Reading, keys: Iterable[str]) -> set[str]:
    """Those of the keys that any row of any table names.

    Files and derivatives have their tables; what neither knows is looked for in every column that could hold a
    hash, so that a row somebody forgot to enter there still keeps its file.
    """
    wanted = set(keys)
    if not wanted:
        return set()
    found = set(reading.session.scalars(select(File.sha256).where(File.sha256.in_(wanted))))
    found |= set(reading.session.scalars(select(Derivative.key).where(Derivative.key.in_(wanted - found))))
    for column in _hash_columns():
        left = wanted - found
        if not left:
            break
        if isinstance(column.type, LargeBinary):
            sought = [bytes.fromhex(key) for key in left]
            found |= {value.hex() for value in reading.session.scalars(select(column).where(column.in_(sought)))}
        else:
            found |= set(reading.session.scalars(select(column).where(column.in_(left))))
    return found


def next_named(reading: Reading, *, after: str, most: int) -> list[str]:
    """The files and derivatives that follow a key, in the order of keys."""
    files = select(File.sha256.label("key")).where(File.sha256 > after).distinct().order_by(File.sha256).limit(most)
    made = select(Derivative.key.label("key")).where(Derivative.key > after).order_by(Derivative.key).limit(most)
    both = union(select(files.subquery().c.key), select(made.subquery().c.key)).subquery()
    return list(reading.session.scalars(select(both.c.key).order_by(both.c.key).limit(most)))


def originals(reading: Reading, keys: Sequence[str]) -> set[str]:
    """Those of the keys that are files in their own right, not something made from one."""
    return set(reading.session.scalars(select(File.sha256).where(File.sha256.in_(keys))))


def _hash_columns() -> list[Column[Any]]:
    return [
        column
        for table in Base.metadata.sorted_tables
        if table.name not in _SPEAK_ONLY
        for column in table.columns
        if isinstance(column.type, LargeBinary)
        or (isinstance(column.type, String) and column.type.length == _KEY_LENGTH)
    ]

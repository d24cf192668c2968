"""What is known of the bytes behind the rows: when they were looked at, what was wrong, what nobody names."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from docservice.core.db import Base


class Wrong(StrEnum):
    LOST = "lost"
    CHANGED = "changed"


class Place(StrEnum):
    """Where a file lies: the store of the node, or the one of second copies."""

    FIRST = "first"
    SECOND = "second"


class FileRound(Base):
    """One pass over every file that a row names, by key from 00 to ff; `done_to` is the last key looked at."""

    __tablename__ = "file_round"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    begun_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    done_to: Mapped[str] = mapped_column(String(64), default="")
    checked: Mapped[int] = mapped_column(BigInteger, default=0)
    bad: Mapped[int] = mapped_column(BigInteger, default=0)
    mended: Mapped[int] = mapped_column(BigInteger, default=0)


class FileTrouble(Base):
    """A file that was not there or not what its name says; open until it was mended and looked at again."""

    __tablename__ = "file_trouble"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    place: Mapped[Place] = mapped_column(String(10), primary_key=True)
    wrong: Mapped[Wrong] = mapped_column(String(10))
    found_at: Mapped[datetime]
    looked_at: Mapped[datetime]
    mended_at: Mapped[datetime | None]


class StrayFile(Base):
    """A file in the store that no row named when it was marked; a day later it is looked up again and deleted."""

    __tablename__ = "stray_file"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    size: Mapped[int] = mapped_column(BigInteger)
    marked_at: Mapped[datetime]

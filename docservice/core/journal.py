"""The journal: one line for each fact that matters legally, chained so that a later rewrite shows.

Lines are written last, just before the commit and under one lock, so the chain's head is held for a moment
only. No document content, no ballot choice and no secret ever enters it.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Integer, String, Text, func, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from docservice.core.db import Base

GENESIS = "0" * 64
# An arbitrary constant that names this lock among PostgreSQL's advisory locks.
_LOCK = 0x4A4F5552


class JournalLine(Base):
    __tablename__ = "journal"

    seq: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(200))
    as_post: Mapped[UUID | None]
    agency_id: Mapped[UUID | None]
    verb: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str] = mapped_column(String(120), index=True)
    details: Mapped[str] = mapped_column(Text)
    prev_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64), unique=True)


@dataclass(frozen=True)
class Note:
    """A line that waits for the end of its transaction."""

    verb: str
    subject: str
    details: dict[str, Any]


@dataclass(frozen=True)
class ChainReport:
    """`broken_at` is the sequence number of the first line that does not fit, or None when the chain is whole."""

    lines: int
    head: str
    broken_at: int | None


# Made once; `_END` is the chain's last line as far as the next one needs it.
_TAKE_TURN = select(func.pg_advisory_xact_lock(_LOCK))
_END = select(JournalLine.seq, JournalLine.hash).order_by(JournalLine.seq.desc()).limit(1)
_WRITE = insert(JournalLine)


def append(
    session: Session,
    notes: Sequence[Note],
    *,
    at: datetime,
    actor: str,
    as_post: UUID | None,
    agency_id: UUID | None,
) -> None:
    """Write the lines at the chain's end; the lock is held until the transaction commits."""
    if not notes:
        return
    if session.get_bind().dialect.name == "postgresql":
        session.execute(_TAKE_TURN)
    # While the lock is held everybody else waits: what can be asked for and said in one piece is.
    seq, prev_hash = session.execute(_END).one_or_none() or (0, GENESIS)
    lines = []
    for ordinal, note in enumerate(notes, seq + 1):
        line: dict[str, Any] = {
            "seq": ordinal,
            "at": at,
            "actor": actor,
            "as_post": as_post,
            "agency_id": agency_id,
            "verb": note.verb,
            "subject": note.subject,
            "details": json.dumps(note.details, ensure_ascii=False, sort_keys=True, default=str),
            "prev_hash": prev_hash,
        }
        line["hash"] = prev_hash = _hash(**line)
        lines.append(line)
    session.execute(_WRITE, lines)


def head(session: Session) -> JournalLine | None:
    """The chain's last line; None while it is empty."""
    return session.scalars(select(JournalLine).order_by(JournalLine.seq.desc()).limit(1)).one_or_none()


def verify_chain(session: Session) -> ChainReport:
    """Recompute every hash from the first line on."""
    expected, prev_hash = 1, GENESIS
    for line in session.scalars(select(JournalLine).order_by(JournalLine.seq)).yield_per(1000):
        if line.seq != expected or line.prev_hash != prev_hash or line.hash != _hash_of(line):
            return ChainReport(lines=expected - 1, head=prev_hash, broken_at=line.seq)
        expected, prev_hash = expected + 1, line.hash
    return ChainReport(lines=expected - 1, head=prev_hash, broken_at=None)


def _hash(
    *,
    seq: int,
    at: datetime,
    actor: str,
    as_post: UUID | None,
    agency_id: UUID | None,
    verb: str,
    subject: str,
    details: str,
    prev_hash: str,
) -> str:
    fields = [seq, at.isoformat(), actor, str(as_post), str(agency_id), verb, subject, details, prev_hash]
    return hashlib.sha256(json.dumps(fields, ensure_ascii=False).encode()).hexdigest()


def _hash_of(line: JournalLine) -> str:
    return _hash(
        seq=line.seq,
        at=line.at,
        actor=line.actor,
        as_post=line.as_post,
        agency_id=line.agency_id,
        verb=line.verb,
        subject=line.subject,
        details=line.details,
        prev_hash=line.prev_hash,
    )

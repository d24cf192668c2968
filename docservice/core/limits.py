"""How many requests somebody may send: so many a minute, counted in the database for all processes together.

A process takes its share in blocks, so that most requests write nothing. The first block of a minute it gives on
credit and counts with the second: who stays within it, as people at work do, is never written down. For somebody whom
many processes answer the limit is so a little lower (what is left of a block is lost) or a block each higher (credit).
"""

import threading
from datetime import datetime, timedelta

from sqlalchemy import String, delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from docservice.core.db import Base
from docservice.core.errors import NotAllowed
from docservice.core.words import N_
from docservice.core.work import Transactions

WINDOW = timedelta(minutes=1)
_BLOCKS = 20
_KEPT = timedelta(minutes=10)


class TooManyRequests(NotAllowed):
    code = "too_many_requests"
    status = 429
    message = N_("Đã gửi quá nhiều yêu cầu; xin chờ {seconds} giây rồi thử lại.")

    @property
    def retry_after(self) -> int | None:
        return int(self.details["seconds"])


class Allowance(Base):
    """How much of a minute's allowance was given out; forgotten after some minutes."""

    __tablename__ = "allowance"

    key: Mapped[str] = mapped_column(String(120), primary_key=True)
    minute: Mapped[datetime] = mapped_column(primary_key=True)
    given: Mapped[int]


class Limits:
    """The allowances as one process has them."""

    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions
        self._lock = threading.Lock()
        self._minute: datetime | None = None
        self._left: dict[str, int] = {}
        # Given on credit, and not yet written down.
        self._owed: dict[str, int] = {}

    def take(self, key: str, *, most: int) -> None:
        """Count one request of `key`, of which a minute allows `most`; raises `TooManyRequests`."""
        now = self._transactions.clock.now()
        minute = now.replace(second=0, microsecond=0)
        block = max(1, most // _BLOCKS)
        with self._lock:
            if minute != self._minute:
                self._minute, self._left, self._owed = minute, {}, {}
            if key not in self._left:
                self._left[key] = self._owed[key] = block
            if self._left[key]:
                self._left[key] -= 1
                return
            owed = self._owed.pop(key, 0)
        given = self._give(key, minute, owed + block)
        if given - block >= most:
            raise TooManyRequests(seconds=max(1, int((minute + WINDOW - now).total_seconds()) + 1))
        with self._lock:
            if minute == self._minute:
                self._left[key] = self._left.get(key, 0) + min(block, most - (given - block)) - 1

    def _give(self, key: str, minute: datetime, block: int) -> int:
        """Give out so much; how much was given in this minute, with it."""
        with self._transactions.database.writing() as session:
            row = {"key": key[:120], "minute": minute, "given": block}
            insert = postgresql.insert if self._transactions.database.is_shared else sqlite.insert
            given: int = session.execute(
                insert(Allowance)
                .values(row)
                .on_conflict_do_update(
                    index_elements=[Allowance.key, Allowance.minute], set_={"given": Allowance.given + block}
                )
                .returning(Allowance.given)
            ).scalar_one()
            if given == block:
                session.execute(delete(Allowance).where(Allowance.key == key[:120], Allowance.minute < minute - _KEPT))
        return given

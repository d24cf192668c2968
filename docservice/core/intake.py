"""Where everything from outside lands first: outside the store, the index and every backup.

Bytes stay here until a job has examined them in the sandbox. What declares a secrecy level is wiped at once;
what carries a secrecy stamp is held, at most 24 hours, for the security officer. The row remembers sender, size
and time, never a subject or a text.
"""

import hashlib
import os
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from docservice.core.db import Base

HOLD_FOR = timedelta(hours=24)


class IntakeItem(Base):
    """One thing that came in. It is open until `closed_at`; `outcome` is a code (accepted, or why not).

    Held items wait for the security officer, who releases (`released_at`) or wipes them.
    """

    __tablename__ = "intake_item"
    __table_args__ = (UniqueConstraint("agency_id", "reference"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    agency_id: Mapped[UUID] = mapped_column(ForeignKey("agency.id"))
    reference: Mapped[str] = mapped_column(String(300))
    sender: Mapped[str | None] = mapped_column(String(200))
    size: Mapped[int]
    received_at: Mapped[datetime]
    held_at: Mapped[datetime | None]
    released_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    outcome: Mapped[str | None] = mapped_column(String(60))


class Intake:
    """The folder behind the rows; a file's name follows from agency and reference, so a retry overwrites it."""

    def __init__(self, folder: Path, *, limit_bytes: int) -> None:
        self._folder = folder
        self.limit_bytes = limit_bytes
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def keep(self, agency_id: UUID, reference: str, data: bytes) -> None:
        """Write the bytes durably, before the row that names them."""
        target = self._path(agency_id, reference)
        temporary = target.with_name(f".{uuid4().hex}")
        with temporary.open("wb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        temporary.rename(target)
        _sync_folder(self._folder)

    def read(self, agency_id: UUID, reference: str) -> bytes:
        """The bytes as they came."""
        return self._path(agency_id, reference).read_bytes()

    def wipe(self, agency_id: UUID, reference: str) -> None:
        """Delete the bytes; deleting twice is harmless."""
        self._path(agency_id, reference).unlink(missing_ok=True)

    def names(self) -> frozenset[str]:
        """The names of the files that lie here, temporary ones included."""
        return frozenset(path.name for path in self._folder.iterdir())

    def drop_strangers(self, known: frozenset[str], *, older_than: datetime) -> int:
        """Delete files no open row names and that are older than the given instant; returns how many."""
        dropped = 0
        for path in self._folder.iterdir():
            if path.name not in known and path.stat().st_mtime < older_than.timestamp():
                path.unlink(missing_ok=True)
                dropped += 1
        return dropped

    @staticmethod
    def name_of(agency_id: UUID, reference: str) -> str:
        """The file name of an item."""
        return hashlib.sha256(f"{agency_id}\n{reference}".encode()).hexdigest()

    def _path(self, agency_id: UUID, reference: str) -> Path:
        return self._folder / self.name_of(agency_id, reference)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

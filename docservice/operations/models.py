"""What the node remembers about its own running: alerts raised and cleared, when it looked, backups made."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Double, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from docservice.core.db import Base

_RAISED = text("cleared_at IS NULL")


class Alert(Base):
    """A condition that held from `raised_at` on; it is open until `cleared_at`.

    `code` names the condition, `subject` what it holds of (a certificate, a port; empty where there is only one).
    `figure` is what was measured last while it held, in the condition's unit, `threshold` what it was compared with.
    """

    __tablename__ = "alert"
    __table_args__ = (
        Index("ux_alert_open", "code", "subject", unique=True, sqlite_where=_RAISED, postgresql_where=_RAISED),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str] = mapped_column(String(200))
    figure: Mapped[float] = mapped_column(Double)
    threshold: Mapped[float] = mapped_column(Double)
    raised_at: Mapped[datetime]
    cleared_at: Mapped[datetime | None]


LAST_LOOK = 1


class WatchLook(Base):
    """When the job `operations.watch` last looked; one row. Without it nobody knows whether jobs run at all."""

    __tablename__ = "watch_look"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]


class BackupRun(Base):
    """One backup: of what it found (`files`, `rows`) and what it had to add to its place (`added`, `added_bytes`).

    `problem` is a code and says that it is not whole; a run without `finished_at` was stopped or still works.
    """

    __tablename__ = "backup_run"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    begun_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    place: Mapped[str] = mapped_column(String(500))
    snapshot: Mapped[str | None] = mapped_column(String(40))
    files: Mapped[int] = mapped_column(BigInteger, default=0)
    rows: Mapped[int] = mapped_column(BigInteger, default=0)
    added: Mapped[int] = mapped_column(BigInteger, default=0)
    added_bytes: Mapped[int] = mapped_column(BigInteger, default=0)
    problem: Mapped[str | None] = mapped_column(Text)

"""Meetings: an agenda, the papers of each item, who takes part, and the pack they read."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from docservice.core.db import Base


class Meeting(Base):
    __tablename__ = "meeting"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    agency_id: Mapped[UUID] = mapped_column(ForeignKey("agency.id"), index=True)
    title: Mapped[str] = mapped_column(String(300))
    place: Mapped[str] = mapped_column(String(200))
    starts_at: Mapped[datetime]
    called_by_post_id: Mapped[UUID] = mapped_column(ForeignKey("post.id"))
    created_at: Mapped[datetime]


class Participant(Base):
    __tablename__ = "participant"

    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meeting.id"), primary_key=True)
    post_id: Mapped[UUID] = mapped_column(ForeignKey("post.id"), primary_key=True)


class AgendaItem(Base):
    __tablename__ = "agenda_item"
    __table_args__ = (UniqueConstraint("meeting_id", "ordinal"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meeting.id"))
    ordinal: Mapped[int]
    title: Mapped[str] = mapped_column(String(300))


class Paper(Base):
    """A paper of an agenda item: the bytes of one version of a document, fixed by their hash when tabled.

    `document_id` is empty for a file that is no document of this service (a law text, say).
    """

    __tablename__ = "paper"
    __table_args__ = (UniqueConstraint("item_id", "ordinal"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    item_id: Mapped[UUID] = mapped_column(ForeignKey("agenda_item.id"))
    ordinal: Mapped[int]
    title: Mapped[str] = mapped_column(String(500))
    document_id: Mapped[UUID | None] = mapped_column(ForeignKey("document.id"))
    sha256: Mapped[str] = mapped_column(String(64))


class Pack(Base):
    """One edition of a meeting's pack; a change of the papers makes the next edition."""

    __tablename__ = "pack"
    __table_args__ = (UniqueConstraint("meeting_id", "edition"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meeting.id"))
    edition: Mapped[int]
    papers_sha256: Mapped[str] = mapped_column(String(64))
    sha256: Mapped[str] = mapped_column(String(64))
    pages: Mapped[int]
    made_at: Mapped[datetime]

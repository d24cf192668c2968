"""Case files: the documents of one matter, linked and never copied (Decree 30/2020, articles 28 to 31)."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from docservice.core.db import Base


class CaseFile(Base):
    """Hồ sơ công việc; `notation` is its sign in the agency's list of the year (01.VHXH)."""

    __tablename__ = "case_file"
    __table_args__ = (UniqueConstraint("agency_id", "year", "notation"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    agency_id: Mapped[UUID] = mapped_column(ForeignKey("agency.id"))
    year: Mapped[int]
    ordinal: Mapped[int]
    notation: Mapped[str] = mapped_column(String(20))
    title: Mapped[str] = mapped_column(String(500))
    retention: Mapped[str] = mapped_column(String(30))
    unit_id: Mapped[UUID | None] = mapped_column(ForeignKey("unit.id"))
    opened_by_post_id: Mapped[UUID] = mapped_column(ForeignKey("post.id"))
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    # Nộp lưu: offered to the archive, and taken in by the archivist (article 30).
    offered_at: Mapped[datetime | None]
    accepted_at: Mapped[datetime | None]
    retention_ends: Mapped[int | None]
    # The last day for which the stores were asked to retain its signed originals: those that lay there before `at`.
    retained_until: Mapped[date | None]
    retained_at: Mapped[datetime | None]


class CaseFileDocument(Base):
    __tablename__ = "case_file_document"

    case_file_id: Mapped[UUID] = mapped_column(ForeignKey("case_file.id"), primary_key=True)
    document_id: Mapped[UUID] = mapped_column(ForeignKey("document.id"), primary_key=True, index=True)
    ordinal: Mapped[int]
    added_at: Mapped[datetime]


class AccessRequest(Base):
    """Yêu cầu khai thác: somebody of the agency asks to read an archived case file, and is answered once."""

    __tablename__ = "access_request"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_file_id: Mapped[UUID] = mapped_column(ForeignKey("case_file.id"), index=True)
    post_id: Mapped[UUID] = mapped_column(ForeignKey("post.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    purpose: Mapped[str] = mapped_column(String(500))
    asked_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    granted: Mapped[bool | None]
    answer: Mapped[str | None] = mapped_column(String(500))

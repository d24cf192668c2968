"""Drafting together: the versions a draft went through, who has it out in Word, and what people say of its places."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from docservice.core.db import Base


class DraftVersion(Base):
    """A draft as somebody saved it: the values of its form, or a Word file with what was read from it.

    It is what `Document.form_values` and `Document.word_sha256` were at that moment, and is never rewritten.
    """

    __tablename__ = "draft_version"
    __table_args__ = (UniqueConstraint("document_id", "ordinal"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    document_id: Mapped[UUID] = mapped_column(ForeignKey("document.id"))
    ordinal: Mapped[int]
    post_id: Mapped[UUID | None] = mapped_column(ForeignKey("post.id"))
    actor: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime]
    form_values: Mapped[dict[str, Any]]
    word_sha256: Mapped[str | None] = mapped_column(String(64))


class DraftLock(Base):
    """Somebody has the draft out in Word, until it is brought back, given up or broken, or the time is over."""

    __tablename__ = "draft_lock"
    __table_args__ = (Index("ix_draft_lock_document", "document_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    document_id: Mapped[UUID] = mapped_column(ForeignKey("document.id"))
    post_id: Mapped[UUID] = mapped_column(ForeignKey("post.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    holder: Mapped[str] = mapped_column(String(200))
    # The version that was taken out.
    version_ordinal: Mapped[int]
    taken_at: Mapped[datetime]
    until: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None] = mapped_column(String(200))


class Remark(Base):
    """What somebody says of a place of the text (góp ý); an answer names what it answers and has no place of its own.

    The place is the quoted words with those around them (W3C Web Annotation, TextQuoteSelector), so that it is found
    again in a later version, or said to be gone.
    """

    __tablename__ = "remark"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    document_id: Mapped[UUID] = mapped_column(ForeignKey("document.id"), index=True)
    answers_id: Mapped[UUID | None] = mapped_column(ForeignKey("remark.id"))
    version_ordinal: Mapped[int]
    quote: Mapped[str] = mapped_column(Text)
    before: Mapped[str] = mapped_column(String(100))
    after: Mapped[str] = mapped_column(String(100))
    text: Mapped[str] = mapped_column(Text)
    post_id: Mapped[UUID] = mapped_column(ForeignKey("post.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    author: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime]
    resolved_at: Mapped[datetime | None]
    resolved_by: Mapped[str | None] = mapped_column(String(200))

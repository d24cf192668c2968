"""What search itself remembers: searches people keep, what is new for them, and how far a rebuild has come."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from docservice.core.db import Base


class SavedSearch(Base):
    """A search a person keeps; `alerts` says that new matches are told.

    `wanted` holds the fields of `finding.Search`. Where there were too many matches to remember when it was saved
    (`remembers_all` is false), only documents made since then are new.
    """

    __tablename__ = "saved_search"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    wanted: Mapped[dict[str, Any]]
    alerts: Mapped[bool]
    remembers_all: Mapped[bool]
    saved_at: Mapped[datetime]


class SavedSearchMatch(Base):
    """A document a saved search has found: known when it was saved, or told later and then seen."""

    __tablename__ = "saved_search_match"
    __table_args__ = (Index("ix_saved_search_match_document", "document_id"),)

    saved_search_id: Mapped[UUID] = mapped_column(ForeignKey("saved_search.id", ondelete="CASCADE"), primary_key=True)
    document_id: Mapped[UUID] = mapped_column(ForeignKey("document.id"), primary_key=True)
    found_at: Mapped[datetime]
    seen_at: Mapped[datetime | None]


class IndexNews(Base):
    """A document that the index has taken in anew, until every saved search has been asked about it."""

    __tablename__ = "index_news"

    document_id: Mapped[UUID] = mapped_column(ForeignKey("document.id"), primary_key=True)
    at: Mapped[datetime]


class IndexRebuild(Base):
    """A rebuild of the index: it goes through the documents by id, and goes on after `reached` when interrupted."""

    __tablename__ = "index_rebuild"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    begun_at: Mapped[datetime]
    reached: Mapped[UUID | None]
    done: Mapped[int]
    total: Mapped[int]
    ended_at: Mapped[datetime | None]

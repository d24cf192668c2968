"""Parcels: one document to one receiver, with every status that travelled back."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from docservice.core.db import Base

# The sender's document was refused (status 02).
_REFUSED = text("code = '02'")


class Way(StrEnum):
    OUT = "out"
    IN = "in"


class Parcel(Base):
    """A parcel as one agency has it: the sender's row and the receiver's row are strangers to one another.

    `message_id` is the edXML DocumentId and never changes, so a parcel sent twice is received once: the row of
    the receiving side is unique on sender and message id. It has no document while what came was refused or wiped.
    `original_sha256` is the message as it went or came.
    """

    __tablename__ = "parcel"
    __table_args__ = (UniqueConstraint("agency_id", "way", "from_code", "to_code", "message_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    agency_id: Mapped[UUID] = mapped_column(ForeignKey("agency.id"))
    way: Mapped[Way] = mapped_column(String(5))
    document_id: Mapped[UUID | None] = mapped_column(ForeignKey("document.id"), index=True)
    message_id: Mapped[str] = mapped_column(String(200))
    from_code: Mapped[str] = mapped_column(String(35))
    to_code: Mapped[str] = mapped_column(String(35))
    partner_name: Mapped[str] = mapped_column(String(200))
    original_sha256: Mapped[str | None] = mapped_column(String(64))
    created_at: Mapped[datetime]
    carried_at: Mapped[datetime | None]


class Receipt(Base):
    """A status of a parcel (01..16): reported by us on what came in, or reported to us on what went out."""

    __tablename__ = "receipt"
    __table_args__ = (
        UniqueConstraint("parcel_id", "code"),
        # Few among millions, and asked for by every clerk's inbox.
        Index("ix_receipt_refused", "parcel_id", sqlite_where=_REFUSED, postgresql_where=_REFUSED),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    parcel_id: Mapped[UUID] = mapped_column(ForeignKey("parcel.id"))
    code: Mapped[str] = mapped_column(String(2))
    description: Mapped[str] = mapped_column(String(500))
    at: Mapped[datetime]
    original_sha256: Mapped[str | None] = mapped_column(String(64))
    carried_at: Mapped[datetime | None]

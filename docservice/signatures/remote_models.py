"""Signatures that are asked for on a phone: what was asked of whom, when, and how it ended."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from docservice.core.db import Base


class Outcome(StrEnum):
    """How a request to a phone ended."""

    # At least one document was signed; each item says its own.
    SIGNED = "signed"
    REFUSED = "refused"
    TIMED_OUT = "timed_out"
    CANCELLED = "cancelled"
    FAILED = "failed"


class RemoteCredential(Base):
    """Where the key of a registered certificate is at the signing service.

    `multisign` is how many documents one confirmation covers there, as it said when the certificate was registered.
    """

    __tablename__ = "remote_credential"

    certificate_id: Mapped[UUID] = mapped_column(ForeignKey("certificate.id"), primary_key=True)
    credential_id: Mapped[str] = mapped_column(String(200))
    multisign: Mapped[int]
    registered_at: Mapped[datetime]


class RemoteRequest(Base):
    """One confirmation asked of a person's phone; its id is the transaction's, so nothing is asked twice.

    `sent_at` is written before anything is sent: from then on the phone may have been asked. `confirmation` is the
    service's secret for it, kept until the signatures are fetched and wiped then. `code` is shown on both screens,
    `problem` says by its code why it failed.
    """

    __tablename__ = "remote_request"
    __table_args__ = (
        Index(
            "ix_remote_request_open",
            "certificate_id",
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    certificate_id: Mapped[UUID] = mapped_column(ForeignKey("certificate.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    code: Mapped[str] = mapped_column(String(10))
    asked_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    confirmed_at: Mapped[datetime | None]
    confirmation: Mapped[str | None] = mapped_column(Text)
    confirmation_until: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    ended_as: Mapped[Outcome | None] = mapped_column(String(20))
    problem: Mapped[str | None] = mapped_column(String(60))


class RemoteItem(Base):
    """One file of a request, in the order it was asked for, and its own result.

    `to_sign_sha256` is the digest that was asked for: a file prepared anew meanwhile is another one. `problem` is a
    code; both it and `signed_at` are empty while it is open.
    """

    __tablename__ = "remote_item"

    request_id: Mapped[UUID] = mapped_column(ForeignKey("remote_request.id"), primary_key=True)
    ordinal: Mapped[int] = mapped_column(primary_key=True)
    signing_id: Mapped[UUID] = mapped_column(ForeignKey("signing.id"), index=True)
    to_sign_sha256: Mapped[str] = mapped_column(String(64))
    signed_at: Mapped[datetime | None]
    problem: Mapped[str | None] = mapped_column(String(60))

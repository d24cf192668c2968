"""Who must sign what, and what proves that it was signed."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from docservice.core.db import Base


class SignerRole(StrEnum):
    PERSON = "person"
    AGENCY = "agency"


class Signing(Base):
    """One signature on one version, from the consent to the finished file.

    `consent_sha256` is the hash of the exact bytes the person agreed to sign. A finished signing names the
    version it made; the version it was made from stays.
    """

    __tablename__ = "signing"
    __table_args__ = (UniqueConstraint("version_id", "field"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    document_id: Mapped[UUID] = mapped_column(ForeignKey("document.id"), index=True)
    version_id: Mapped[UUID] = mapped_column(ForeignKey("version.id"))
    field: Mapped[str] = mapped_column(String(40))
    role: Mapped[SignerRole] = mapped_column(String(10))
    post_id: Mapped[UUID] = mapped_column(ForeignKey("post.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    certificate_id: Mapped[UUID] = mapped_column(ForeignKey("certificate.id"))
    consent_sha256: Mapped[str] = mapped_column(String(64))
    asked_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    made_version_id: Mapped[UUID | None] = mapped_column(ForeignKey("version.id"))


class Evidence(Base):
    """What stands behind a finished signature: which bytes were shown, whose certificate, the verdict of the day."""

    __tablename__ = "evidence"

    signing_id: Mapped[UUID] = mapped_column(ForeignKey("signing.id"), primary_key=True)
    shown_sha256: Mapped[str] = mapped_column(String(64))
    signed_sha256: Mapped[str] = mapped_column(String(64))
    certificate_id: Mapped[UUID] = mapped_column(ForeignKey("certificate.id"))
    verdict: Mapped[dict[str, Any]]
    at: Mapped[datetime]


class JournalStamp(Base):
    """A time stamp over the journal's head: a chain rewritten afterwards no longer meets it.

    `token` is the RFC 3161 token (DER) over the SHA-256 of the head's hash as text.
    """

    __tablename__ = "journal_stamp"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    seq: Mapped[int]
    head: Mapped[str] = mapped_column(String(64))
    token: Mapped[bytes]
    at: Mapped[datetime]

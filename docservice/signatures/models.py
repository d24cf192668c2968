"""Who must sign what, and what proves that it was signed."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from docservice.core.db import Base


class SignerRole(StrEnum):
    PERSON = "person"
    AGENCY = "agency"


class Ending(StrEnum):
    """How a signing ended without a signature."""

    REFUSED = "refused"
    TIMED_OUT = "timed_out"
    CANCELLED = "cancelled"
    # Whoever holds the key answered, and what came back is no signature.
    FAILED = "failed"
    # What is to be signed shows one thing and holds another: nobody may sign it.
    NOT_FIT = "not_fit"
    # An annex that came with signatures of its own: it travels as it is.
    NOT_NEEDED = "not_needed"


class Signing(Base):
    """One signature on one version, from the consent to the finished file.

    `consent_sha256` is the hash of the exact bytes the person agreed to sign. A finished signing names the
    version it made; the version it was made from stays. One that ended otherwise (`ended_as`) may be asked for
    again, in the same row: there is one signature for a field of a version, or none.
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
    # What the person said with it (ý kiến); it stands in the signature itself, too (/Reason), unless a tool that takes
    # whole files made that.
    opinion: Mapped[str | None] = mapped_column(Text)
    asked_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    # When a time stamp proved it; empty means "Đã ký, chờ dấu thời gian".
    stamped_at: Mapped[datetime | None]
    made_version_id: Mapped[UUID | None] = mapped_column(ForeignKey("version.id"))
    # The annex that is sealed with the main document, in the same act; empty for the document itself.
    attachment_id: Mapped[UUID | None] = mapped_column(ForeignKey("attachment.id"))
    ended_at: Mapped[datetime | None]
    ended_as: Mapped[Ending | None] = mapped_column(String(20))


class PreparedSigning(Base):
    """What a signing that happens elsewhere needs to go on, whatever restarts meanwhile.

    `to_sign` is the DER of the signed attributes, empty where a tool signs whole files; the placeholder lies in the
    store. `value` is the signature value, or the hash of the file a tool brought back. What a request to a
    phone needs stands with the request (`RemoteRequest`); `reference`, `code` and `expires_at` are empty since.
    """

    __tablename__ = "prepared_signing"

    signing_id: Mapped[UUID] = mapped_column(ForeignKey("signing.id"), primary_key=True)
    placeholder_sha256: Mapped[str] = mapped_column(String(64))
    to_sign: Mapped[bytes]
    document_digest: Mapped[bytes]
    reserved_start: Mapped[int]
    reserved_end: Mapped[int]
    prepared_at: Mapped[datetime]
    reference: Mapped[str | None] = mapped_column(Text)
    code: Mapped[str | None] = mapped_column(String(10))
    expires_at: Mapped[datetime | None]
    value: Mapped[bytes | None]
    signed_at: Mapped[datetime | None]


class Evidence(Base):
    """What stands behind a finished signature: which bytes were shown, whose certificate, the verdict of the day.

    `pages_sha256` is the hash of the pages as `renderer` drew them when they were signed, `warnings` what was odd but
    allowed then; all three are empty for signatures made before these were kept.
    """

    __tablename__ = "evidence"

    signing_id: Mapped[UUID] = mapped_column(ForeignKey("signing.id"), primary_key=True)
    shown_sha256: Mapped[str] = mapped_column(String(64))
    signed_sha256: Mapped[str] = mapped_column(String(64))
    certificate_id: Mapped[UUID] = mapped_column(ForeignKey("certificate.id"))
    verdict: Mapped[dict[str, Any]]
    pages_sha256: Mapped[str | None] = mapped_column(String(64))
    renderer: Mapped[str | None] = mapped_column(String(40))
    warnings: Mapped[list[str] | None]
    at: Mapped[datetime]


class AgentJob(Base):
    """A job that was issued to a person's agent: whoever shows its signature may fetch these prepared files."""

    __tablename__ = "agent_job"

    bearer_sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    signing_ids: Mapped[list[str]]
    expires_at: Mapped[datetime]


class FileDoor(Base):
    """An address by which one file leaves or comes back (`takes`), once, for a tool that has no session."""

    __tablename__ = "file_door"

    token_sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    signing_id: Mapped[UUID] = mapped_column(ForeignKey("signing.id"))
    takes: Mapped[bool]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class KeptVerdict(Base):
    """A verdict that need not be found again: same bytes, same trust settings, same day; found at that instant.

    `at` is empty where a version of this software kept it that did not know it yet.
    """

    __tablename__ = "kept_verdict"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    trust_version: Mapped[str] = mapped_column(String(64), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    facts: Mapped[dict[str, Any]]
    at: Mapped[datetime | None]


class Preservation(Base):
    """Until when a document's file proves its own signatures (PAdES B-LTA), and when to see to it again.

    `version_id` is empty while it could not be preserved yet; `problem` says why then.
    """

    __tablename__ = "preservation"

    document_id: Mapped[UUID] = mapped_column(ForeignKey("document.id"), primary_key=True)
    version_id: Mapped[UUID | None] = mapped_column(ForeignKey("version.id"))
    problem: Mapped[str | None] = mapped_column(String(60))
    renew_on: Mapped[date] = mapped_column(index=True)
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

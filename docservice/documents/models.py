"""Documents and the dated facts that make their state.

Facts (`Step`, `Version`, `Number`, `RegisterLine`, `Assignment`, `Grant`) are appended, never rewritten. What a
list needs (`status`, `waiting_for`, `waiting_since`, `due`) is kept beside the document and rewritten in the
transaction of the fact; `doctor` proves that the kept copy equals the derived one.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from docservice.core.db import Base
from docservice.documents.status import Status, Verb


class Direction(StrEnum):
    INCOMING = "incoming"
    OUTGOING = "outgoing"


class Urgency(StrEnum):
    """Độ khẩn, least first; the edXML value is the ordinal."""

    NORMAL = "normal"
    URGENT = "urgent"
    VERY_URGENT = "very_urgent"
    EXPRESS = "express"


class Stage(StrEnum):
    """What the bytes of a version are: each stage extends the file before it."""

    SUBMITTED = "submitted"
    # The secretary has signed, the chair has not.
    COUNTERSIGNED = "countersigned"
    SIGNED = "signed"
    # Everybody a routing slip names has signed.
    ROUTED = "routed"
    NUMBERED = "numbered"
    COPIED = "copied"
    SEALED = "sealed"
    RECEIVED = "received"
    PRESERVED = "preserved"


class Share(StrEnum):
    """The part an assignee has: chủ trì, phối hợp, để biết."""

    LEAD = "lead"
    SUPPORT = "support"
    INFORMED = "informed"


_ANSWERS = text("answers_id IS NOT NULL")


class Document(Base):
    """One document as one agency has it; the receiver has its own row, linked by the parcel."""

    __tablename__ = "document"
    __table_args__ = (
        Index("ix_document_origin", "agency_id", "origin_code", "origin_notation"),
        Index("ix_document_answers", "answers_id", sqlite_where=_ANSWERS, postgresql_where=_ANSWERS),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    agency_id: Mapped[UUID] = mapped_column(ForeignKey("agency.id"), index=True)
    direction: Mapped[Direction] = mapped_column(String(10))
    kind: Mapped[str] = mapped_column(String(20))
    kind_name: Mapped[str] = mapped_column(String(100))
    subject: Mapped[str] = mapped_column(String(500))
    urgency: Mapped[Urgency] = mapped_column(String(20))
    revision: Mapped[int] = mapped_column(default=1)
    # Grows with every change of facts, rights and filing: the version of the document's entry in the index.
    changes: Mapped[int] = mapped_column(default=1, server_default="1")
    created_at: Mapped[datetime]
    # Outgoing: the values of the form, or what was read from the drafter's own Word file; who drafted it, who is to
    # sign it, whom it goes to.
    form_values: Mapped[dict[str, Any] | None]
    word_sha256: Mapped[str | None] = mapped_column(String(64))
    # The agency's own form it was begun in; none for those of the decree.
    agency_form_id: Mapped[UUID | None] = mapped_column(ForeignKey("agency_form.id"))
    drafter_post_id: Mapped[UUID | None] = mapped_column(ForeignKey("post.id"))
    unit_id: Mapped[UUID | None] = mapped_column(ForeignKey("unit.id"))
    signer_post_id: Mapped[UUID | None] = mapped_column(ForeignKey("post.id"))
    # The field of work it belongs to: a deputy signs in those assigned to the post.
    field_id: Mapped[UUID | None] = mapped_column(ForeignKey("field_of_work.id"))
    receiver_codes: Mapped[list[str]]
    answers_id: Mapped[UUID | None] = mapped_column(ForeignKey("document.id"))
    # Of a joint document, the side this agency signs as: A has drafted it, B was sent the file.
    side: Mapped[str | None] = mapped_column(String(1))
    # When the file came back with the other side's signature: from then on its text is that agency's word, too.
    partner_signed_at: Mapped[datetime | None]
    # A copy names what it is a copy of; `on_paper` says onto what it was made.
    copy_of_id: Mapped[UUID | None] = mapped_column(ForeignKey("document.id"), index=True)
    # Both: number and notation as issued, and the day; an incoming document keeps its issuer's.
    notation: Mapped[str | None] = mapped_column(String(60))
    issued_on: Mapped[date | None]
    origin_code: Mapped[str | None] = mapped_column(String(35))
    on_paper: Mapped[bool] = mapped_column(default=False)
    origin_name: Mapped[str | None] = mapped_column(String(200))
    origin_notation: Mapped[str | None] = mapped_column(String(60))
    due: Mapped[date | None]
    # Kept copies of what the facts say.
    status: Mapped[Status] = mapped_column(String(40), index=True)
    waiting_for: Mapped[str | None] = mapped_column(String(80))
    waiting_since: Mapped[datetime | None]

    @property
    def title(self) -> str:
        """Kind and subject as an office says them; a công văn has no title but "V/v" (Annex I, part I, II.5)."""
        if self.kind_name == "Công văn":
            return f"Công văn V/v {self.subject}"
        return f"{self.kind_name} {self.subject}"


class Step(Base):
    """Something happened: which verb, by which post and person, when, to whom, with what note."""

    __tablename__ = "step"
    __table_args__ = (UniqueConstraint("document_id", "ordinal"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    document_id: Mapped[UUID] = mapped_column(ForeignKey("document.id"))
    ordinal: Mapped[int]
    verb: Mapped[Verb] = mapped_column(String(40))
    post_id: Mapped[UUID | None] = mapped_column(ForeignKey("post.id"))
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    actor: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime]
    to_post_id: Mapped[UUID | None] = mapped_column(ForeignKey("post.id"))
    to_unit_id: Mapped[UUID | None] = mapped_column(ForeignKey("unit.id"))
    note: Mapped[str | None] = mapped_column(Text)


_UNCOPIED = text("copied_at IS NULL")


class File(Base):
    """Names what lies in the store, once for each agency: the bytes go when the last row goes."""

    __tablename__ = "file"
    __table_args__ = (
        Index("ix_file_sha256", "sha256"),
        Index("ix_file_uncopied", "stored_at", sqlite_where=_UNCOPIED, postgresql_where=_UNCOPIED),
    )

    agency_id: Mapped[UUID] = mapped_column(ForeignKey("agency.id"), primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    size: Mapped[int]
    media_type: Mapped[str] = mapped_column(String(100))
    # Of a PDF, once somebody has looked.
    pages: Mapped[int | None]
    stored_at: Mapped[datetime]
    # When the second store got it, where there is one.
    copied_at: Mapped[datetime | None]


class Version(Base):
    """One stored state of the document's file; the bytes of an earlier one are never rewritten.

    `body_sha256` is the hash of everything the checks looked at (all but the signature block), so that changing
    the signer keeps them.
    """

    __tablename__ = "version"
    __table_args__ = (UniqueConstraint("document_id", "ordinal"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    document_id: Mapped[UUID] = mapped_column(ForeignKey("document.id"))
    ordinal: Mapped[int]
    stage: Mapped[Stage] = mapped_column(String(20))
    sha256: Mapped[str] = mapped_column(String(64))
    source_sha256: Mapped[str | None] = mapped_column(String(64))
    body_sha256: Mapped[str | None] = mapped_column(String(64))
    verdict: Mapped[dict[str, Any] | None]
    made_at: Mapped[datetime]


class JointFile(Base):
    """What a joint file that came says of itself (`signing.joint_files`).

    `signers` are name and title by side, `continues_sha256` the own file it was before, when only places were filled.
    """

    __tablename__ = "joint_file"

    version_id: Mapped[UUID] = mapped_column(ForeignKey("version.id"), primary_key=True)
    open_fields: Mapped[list[str]]
    signers: Mapped[dict[str, Any]]
    continues_sha256: Mapped[str | None] = mapped_column(String(64))


class Attachment(Base):
    __tablename__ = "attachment"
    __table_args__ = (UniqueConstraint("document_id", "ordinal"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    document_id: Mapped[UUID] = mapped_column(ForeignKey("document.id"))
    ordinal: Mapped[int]
    name: Mapped[str] = mapped_column(String(250))
    sha256: Mapped[str] = mapped_column(String(64))
    # The same annex with the agency's signature on it; what is no PDF, or was signed already, travels as it is.
    sealed_sha256: Mapped[str | None] = mapped_column(String(64))
    removed_at: Mapped[datetime | None]

    @property
    def sent_sha256(self) -> str:
        """The file that travels."""
        return self.sealed_sha256 or self.sha256


class Signatory(Base):
    """A post whose signature a routing slip wants, in the order of its places on the page.

    A smaller `turn` signs first, an equal one in any order. Who has signed is read from the steps; `awaited` is a
    kept copy of whose turn it is, for the lists.
    """

    __tablename__ = "signatory"
    __table_args__ = (
        UniqueConstraint("document_id", "post_id"),
        Index("ix_signatory_awaited", "post_id", "awaited"),
    )

    document_id: Mapped[UUID] = mapped_column(ForeignKey("document.id"), primary_key=True)
    ordinal: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[UUID] = mapped_column(ForeignKey("post.id"))
    turn: Mapped[int]
    awaited: Mapped[bool] = mapped_column(default=False)


class Viewing(Base):
    """A person opened this version, first `at` and last `last_on`: what was never opened is marked before signing."""

    __tablename__ = "viewing"

    document_id: Mapped[UUID] = mapped_column(ForeignKey("document.id"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    version_ordinal: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    last_on: Mapped[date | None]


class Derivative(Base):
    """Something made from a file that can be dropped and made again: its text, pictures, a pack."""

    __tablename__ = "derivative"
    __table_args__ = (Index("ix_derivative_key", "key"),)

    of_sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    recipe: Mapped[str] = mapped_column(String(30), primary_key=True)
    recipe_version: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(64))


class Register(Base):
    """A yearly book of numbers; `opened_after` is the "số cuối cùng đã dùng" it goes on from."""

    __tablename__ = "register"
    __table_args__ = (UniqueConstraint("agency_id", "series", "year"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    agency_id: Mapped[UUID] = mapped_column(ForeignKey("agency.id"))
    series: Mapped[str] = mapped_column(String(30))
    year: Mapped[int]
    opened_after: Mapped[int]
    opened_on: Mapped[date]
    former_system: Mapped[str | None] = mapped_column(String(200))
    last_ordinal: Mapped[int]
    last_day: Mapped[date | None]


class Number(Base):
    __tablename__ = "number"
    __table_args__ = (UniqueConstraint("register_id", "ordinal"), UniqueConstraint("document_id"))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    register_id: Mapped[UUID] = mapped_column(ForeignKey("register.id"))
    ordinal: Mapped[int]
    notation: Mapped[str] = mapped_column(String(60))
    document_id: Mapped[UUID] = mapped_column(ForeignKey("document.id"))
    given_on: Mapped[date]
    given_at: Mapped[datetime]
    cancelled_at: Mapped[datetime | None]
    reason: Mapped[str | None] = mapped_column(String(500))


class RegisterLine(Base):
    """A line as it was registered, column by column; a correction is a further line that names the first."""

    __tablename__ = "register_line"
    __table_args__ = (Index("ix_register_line_ordinal", "register_id", "ordinal"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    register_id: Mapped[UUID] = mapped_column(ForeignKey("register.id"))
    ordinal: Mapped[int]
    columns: Mapped[dict[str, Any]]
    corrects_id: Mapped[UUID | None] = mapped_column(ForeignKey("register_line.id"))
    at: Mapped[datetime]


class Assignment(Base):
    """Who works on an incoming document, in which part, until when."""

    __tablename__ = "assignment"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    document_id: Mapped[UUID] = mapped_column(ForeignKey("document.id"), index=True)
    share: Mapped[Share] = mapped_column(String(20))
    unit_id: Mapped[UUID | None] = mapped_column(ForeignKey("unit.id"))
    post_id: Mapped[UUID | None] = mapped_column(ForeignKey("post.id"))
    due: Mapped[date | None]
    at: Mapped[datetime]


class Answer(Base):
    """An outgoing document was answered by an incoming one."""

    __tablename__ = "answer"
    __table_args__ = (UniqueConstraint("outgoing_id", "incoming_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    outgoing_id: Mapped[UUID] = mapped_column(ForeignKey("document.id"), index=True)
    incoming_id: Mapped[UUID] = mapped_column(ForeignKey("document.id"))
    notation: Mapped[str] = mapped_column(String(60))
    on: Mapped[date]
    at: Mapped[datetime]


class Grant(Base):
    """A reader token given for a reason outside the document's own life: a meeting's agenda, a case file."""

    __tablename__ = "document_grant"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    document_id: Mapped[UUID] = mapped_column(ForeignKey("document.id"), index=True)
    token: Mapped[str] = mapped_column(String(80))
    reason: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime]


class DocumentReader(Base):
    """Who may see: a document is visible where its tokens meet the actor's."""

    __tablename__ = "document_reader"
    __table_args__ = (
        Index("ix_document_reader_document", "document_id"),
        {"sqlite_with_rowid": False},
    )

    token: Mapped[str] = mapped_column(String(80), primary_key=True)
    document_id: Mapped[UUID] = mapped_column(ForeignKey("document.id"), primary_key=True)

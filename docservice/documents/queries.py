"""Reads of documents. Every list, page, export and count begins at `visible_to`."""

from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from uuid import UUID

from sqlalchemy import Select, Uuid, bindparam, select

from docservice.core.work import Actor, Reading
from docservice.documents.errors import DocumentNotFound
from docservice.documents.models import (
    Answer,
    Assignment,
    Attachment,
    Derivative,
    Direction,
    Document,
    DocumentReader,
    File,
    Number,
    RegisterLine,
    Stage,
    Step,
    Version,
    Viewing,
)
from docservice.documents.status import Status

_ID = bindparam("document_id", type_=Uuid())


@lru_cache(maxsize=2048)
def visible_to(actor: Actor) -> Select[Document]:
    """The documents whose reader tokens meet the actor's, in the agency the actor acts for.

    Kept for the actor, because making the statement takes longer than running it; what is added to it makes another.
    """
    readable = select(DocumentReader.document_id).where(DocumentReader.token.in_(sorted(actor.tokens)))
    return select(Document).where(Document.agency_id == actor.agency_id, Document.id.in_(readable))


@lru_cache(maxsize=2048)
def _one_visible(actor: Actor) -> Select[Document]:
    return visible_to(actor).where(Document.id == _ID)


def get_visible(reading: Reading, document_id: UUID) -> Document:
    """The document, or `DocumentNotFound`: another agency's document is simply not there."""
    found = find_visible(reading, document_id)
    if found is None:
        raise DocumentNotFound
    return found


def find_visible(reading: Reading, document_id: UUID) -> Document | None:
    """The document, or None where the actor may not see it."""
    return reading.session.scalars(_one_visible(reading.actor), {"document_id": document_id}).one_or_none()


def has_viewed(reading: Reading, document_id: UUID, *, person_id: UUID, version_ordinal: int) -> bool:
    """Whether the person opened this version before."""
    return reading.session.get(Viewing, (document_id, person_id, version_ordinal)) is not None


# Asked by every opening of a document: made once, because making a statement takes longer than running it.
_STEPS = select(Step).where(Step.document_id == _ID).order_by(Step.ordinal)
_VERSIONS = select(Version).where(Version.document_id == _ID).order_by(Version.ordinal)
_ASSIGNMENTS = select(Assignment).where(Assignment.document_id == _ID).order_by(Assignment.id)
_LOOKED_AT = (
    select(File.pages, Viewing.last_on)
    .outerjoin(
        Viewing,
        (Viewing.document_id == _ID)
        & (Viewing.person_id == bindparam("person_id", type_=Uuid()))
        & (Viewing.version_ordinal == bindparam("ordinal")),
    )
    .where(File.agency_id == bindparam("agency_id", type_=Uuid()), File.sha256 == bindparam("sha256"))
)


def looked_at(reading: Reading, document: Document, version: Version) -> tuple[int | None, date | None]:
    """How many pages the version's file has, if somebody has counted, and the day the actor opened it last."""
    found = reading.session.execute(
        _LOOKED_AT,
        {
            "document_id": document.id,
            "person_id": reading.actor.person_id,
            "ordinal": version.ordinal,
            "agency_id": document.agency_id,
            "sha256": version.sha256,
        },
    ).one_or_none()
    return (found[0], found[1]) if found else (None, None)


def final_documents(reading: Reading, *, most: int = 100) -> list[Document]:
    """What has its final form, newest first: sent out, or arrived and registered."""
    final = (Document.status == Status.RELEASED) | (
        (Document.direction == Direction.INCOMING) & Document.notation.is_not(None)
    )
    wanted = visible_to(reading.actor).where(final).order_by(Document.id.desc()).limit(most)
    return list(reading.session.scalars(wanted))


def issued(documents: Iterable[Document]) -> list[Document]:
    """Those that another document may rest on: issued by somebody under a number and a day."""
    return [d for d in documents if (d.origin_notation or d.direction == Direction.OUTGOING) and _has_number(d)]


def _has_number(document: Document) -> bool:
    return document.issued_on is not None and document.notation is not None


def get(reading: Reading, document_id: UUID) -> Document:
    """The document for a job of the system, which acts for no agency."""
    found = reading.session.get(Document, document_id)
    if found is None:
        raise DocumentNotFound
    return found


def lock(reading: Reading, document_id: UUID) -> None:
    """Hold the document's row, as it is now, to the end of the transaction: of two acts the second sees the first.

    What only names the document (a step, a version) is not kept waiting by it.
    """
    wanted = select(Document).where(Document.id == document_id).with_for_update(key_share=True)
    # Fetched, too: only a row that is read renews what the session had of it.
    reading.session.scalars(wanted.execution_options(populate_existing=True)).one_or_none()


def steps(reading: Reading, document_id: UUID) -> list[Step]:
    """The document's facts in their order: its timeline."""
    return list(reading.session.scalars(_STEPS, {"document_id": document_id}))


def versions(reading: Reading, document_id: UUID) -> list[Version]:
    """The document's stored files, oldest first."""
    return list(reading.session.scalars(_VERSIONS, {"document_id": document_id}))


def latest_version(reading: Reading, document_id: UUID, *, stage: Stage | None = None) -> Version | None:
    """The newest version, of any stage or of one."""
    wanted = select(Version).where(Version.document_id == document_id)
    if stage is not None:
        wanted = wanted.where(Version.stage == stage)
    return reading.session.scalars(wanted.order_by(Version.ordinal.desc()).limit(1)).one_or_none()


def is_latest(reading: Reading, version: Version, *, stage: Stage | None = None) -> bool:
    """Whether a version that was read earlier is still the newest, of any stage or of one."""
    latest = latest_version(reading, version.document_id, stage=stage)
    return latest is not None and latest.id == version.id


def attachments(reading: Reading, document_id: UUID) -> list[Attachment]:
    """The files that travel with the document, in order."""
    wanted = select(Attachment).where(Attachment.document_id == document_id, Attachment.removed_at.is_(None))
    wanted = wanted.order_by(Attachment.ordinal)
    return list(reading.session.scalars(wanted))


def attached_files(reading: Reading, document: Document) -> list[tuple[Attachment, File]]:
    """The files that travel with the document, each with what is known of its bytes."""
    wanted = select(Attachment, File).join(File, File.sha256 == Attachment.sha256)
    wanted = wanted.where(
        Attachment.document_id == document.id, Attachment.removed_at.is_(None), File.agency_id == document.agency_id
    )
    return [(entry, file) for entry, file in reading.session.execute(wanted.order_by(Attachment.ordinal))]


def assignments(reading: Reading, document_id: UUID) -> list[Assignment]:
    """Who works on the document, in the order they were named."""
    return list(reading.session.scalars(_ASSIGNMENTS, {"document_id": document_id}))


def number_of(reading: Reading, document_id: UUID) -> Number | None:
    return reading.session.scalars(select(Number).where(Number.document_id == document_id)).one_or_none()


def register_line_of(reading: Reading, document_id: UUID) -> RegisterLine | None:
    """The line the document's number has in its register; corrections are left out."""
    return reading.session.scalars(
        select(RegisterLine)
        .join(Number, (Number.register_id == RegisterLine.register_id) & (Number.ordinal == RegisterLine.ordinal))
        .where(Number.document_id == document_id, RegisterLine.corrects_id.is_(None))
    ).one_or_none()


def answers_to(reading: Reading, document_id: UUID) -> list[Answer]:
    """The incoming documents that answered this outgoing one."""
    return list(reading.session.scalars(select(Answer).where(Answer.outgoing_id == document_id).order_by(Answer.at)))


def derivative(reading: Reading, *, of_sha256: str, recipe: str, recipe_version: int) -> Derivative | None:
    return reading.session.get(Derivative, (of_sha256, recipe, recipe_version))

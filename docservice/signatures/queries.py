"""What has been signed and what still waits."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import aliased

from docservice.core.work import Reading
from docservice.documents.models import Document, Stage, Version
from docservice.documents.status import Status
from docservice.identity.models import Certificate, Person
from docservice.signatures.models import Evidence, PreparedSigning, Signing


@dataclass(frozen=True)
class SigningRecord:
    """One signing with all that stands behind it; `evidence` is there once it is finished.

    `awaits_stamp` says that a time stamp is still to come.
    """

    signing: Signing
    person: Person
    certificate: Certificate
    evidence: Evidence | None
    awaits_stamp: bool


def records(reading: Reading, document_id: UUID) -> list[SigningRecord]:
    """Every signing on the document, in the order they were asked for."""
    rows = reading.session.execute(
        select(Signing, Person, Certificate, Evidence)
        .join(Person, Person.id == Signing.person_id)
        .join(Certificate, Certificate.id == Signing.certificate_id)
        .outerjoin(Evidence, Evidence.signing_id == Signing.id)
        .where(Signing.document_id == document_id)
        .order_by(Signing.asked_at)
    )
    waiting = {signing.id for signing in unstamped(reading, document_id)}
    return [SigningRecord(*row, awaits_stamp=row[0].id in waiting) for row in rows]


def newest_of(reading: Reading, document_id: UUID, *, person_id: UUID) -> Signing | None:
    """What became of the last time this person was asked to sign the document."""
    wanted = select(Signing).where(Signing.document_id == document_id, Signing.person_id == person_id)
    return reading.session.scalars(wanted.order_by(Signing.asked_at.desc(), Signing.id.desc()).limit(1)).one_or_none()


# Where the text was given back or given up: nobody stamps what was signed of it.
_GIVEN_UP = (Status.DRAFT, Status.RENDERING, Status.RETURNED, Status.CANCELLED)


def awaiting_stamps() -> Select[Signing]:
    """The finished signatures that no time stamp proves yet ("Đã ký, chờ dấu thời gian").

    Not those of a text that was given back or given up, nor once it was handed in anew: the file has them no longer.
    """
    submitted = aliased(Version)
    handed_in = (
        select(func.max(submitted.ordinal))
        .where(submitted.document_id == Signing.document_id, submitted.stage == Stage.SUBMITTED)
        .correlate(Signing)
    )
    return (
        select(Signing)
        .join(Version, Version.id == Signing.version_id)
        .join(Document, Document.id == Signing.document_id)
        .where(
            Signing.finished_at.is_not(None),
            Signing.stamped_at.is_(None),
            Document.status.not_in(_GIVEN_UP),
            Version.ordinal >= func.coalesce(handed_in.scalar_subquery(), 0),
        )
    )


def unstamped(reading: Reading, document_id: UUID) -> list[Signing]:
    """Those of one document's signatures that still wait for a time stamp."""
    return list(reading.session.scalars(awaiting_stamps().where(Signing.document_id == document_id)))


def open_signings(reading: Reading, document_id: UUID) -> list[Signing]:
    """The signatures that are being made on a document and its annexes now."""
    wanted = select(Signing).where(
        Signing.document_id == document_id, Signing.finished_at.is_(None), Signing.ended_at.is_(None)
    )
    return list(reading.session.scalars(wanted.order_by(Signing.asked_at, Signing.field)))


def is_elsewhere(reading: Reading, document_id: UUID) -> bool:
    """Whether all that is still being signed waits for a token or a remote service, and can be called off."""
    found = open_signings(reading, document_id)
    prepared = [reading.session.get(PreparedSigning, signing.id) for signing in found]
    return bool(found) and all(
        kept is not None and kept.value is None and kept.prepared_at >= signing.asked_at
        for signing, kept in zip(found, prepared, strict=True)
    )


def key_at(reading: Reading, document_id: UUID) -> str | None:
    """The source of the key that the document's open signatures wait for; None when nothing waits."""
    for signing in open_signings(reading, document_id):
        return reading.session.get_one(Certificate, signing.certificate_id).source
    return None


def open_count_by_source(reading: Reading) -> dict[str, int]:
    """How many signatures are waited for, by where their keys are."""
    rows = reading.session.execute(
        select(Certificate.source, func.count())
        .join(Signing, Signing.certificate_id == Certificate.id)
        .where(Signing.finished_at.is_(None), Signing.ended_at.is_(None))
        .group_by(Certificate.source)
    )
    return {row[0]: row[1] for row in rows}

"""What has been signed and what still waits."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from docservice.core.work import Reading
from docservice.identity.models import Certificate, Person
from docservice.signatures.errors import SigningOver
from docservice.signatures.models import Evidence, PreparedSigning, Signing


@dataclass(frozen=True)
class SigningRecord:
    """One signing with all that stands behind it; `evidence` is there once it is finished."""

    signing: Signing
    person: Person
    certificate: Certificate
    evidence: Evidence | None


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
    return [SigningRecord(*row) for row in rows]


def unstamped(reading: Reading, document_id: UUID) -> list[Signing]:
    """The finished signatures of a document that no time stamp proves yet ("Đã ký, chờ dấu thời gian")."""
    wanted = select(Signing).where(
        Signing.document_id == document_id, Signing.finished_at.is_not(None), Signing.stamped_at.is_(None)
    )
    return list(reading.session.scalars(wanted))


def open_signing(reading: Reading, document_id: UUID) -> UUID:
    """The signature that is being made on a document now; raises `SigningOver` when there is none."""
    wanted = select(Signing.id).where(
        Signing.document_id == document_id, Signing.finished_at.is_(None), Signing.ended_at.is_(None)
    )
    found = reading.session.scalars(wanted).one_or_none()
    if found is None:
        raise SigningOver
    return found


def is_elsewhere(reading: Reading, document_id: UUID) -> bool:
    """Whether a signature on the document is being made by a token or a remote service, and can still be called off."""
    wanted = (
        select(Signing.id)
        .join(PreparedSigning, PreparedSigning.signing_id == Signing.id)
        .where(
            Signing.document_id == document_id,
            Signing.finished_at.is_(None),
            Signing.ended_at.is_(None),
            PreparedSigning.value.is_(None),
        )
    )
    return reading.session.scalars(wanted.limit(1)).first() is not None

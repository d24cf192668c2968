"""Joint documents and contracts: two agencies sign, number and seal one file, each its own fields of it.

Side A drafts the file; either side does its part first. The file travels to the other side as any document does; that
side adds its part to the very same bytes and sends them back. Whatever one side fills is locked by its own signatures
only (`signing.locks.JOINT`).
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import exists, select

from docservice.core.work import Reading, Work
from docservice.documents import queries
from docservice.documents.models import Direction, Document, File, JointFile, Step, Version
from docservice.documents.status import Status, Verb
from signing.joint_files import JointPlaces
from signing.locks import JOINT

DRAFTING, PARTNER = "A", "B"
SIDES = (DRAFTING, PARTNER)
# The fields an agency fills, each named by its side in a joint document.
LEADER_FIELD, NUMBER_FIELD, DATE_FIELD, AGENCY_FIELD = "leader", "number", "date", "agency"

_AT_WORK = frozenset({Status.TO_DIRECT, Status.TO_ASSIGN, Status.ASSIGNED, Status.IN_PROGRESS, Status.DONE})
_REGISTERED = _AT_WORK | {Status.TO_PRESENT}


def field_of(document: Document, name: str) -> str:
    """The document's own field of this name."""
    return f"{name}{document.side or ''}"


def other_side(side: str) -> str:
    """Whose part of the file whoever signs as `side` waits for."""
    return PARTNER if side == DRAFTING else DRAFTING


def own_fields(side: str) -> frozenset[str]:
    """The fields a side fills."""
    return frozenset(f"{name}{side}" for name in (LEADER_FIELD, NUMBER_FIELD, DATE_FIELD, AGENCY_FIELD))


def sides_signed(verdict: Mapping[str, Any] | None) -> frozenset[str]:
    """The sides whose leader has signed a file, by its verdict; none for what is not joint."""
    fields = {str(signature["field"]) for signature in (verdict or {}).get("signatures", ())}
    return frozenset(side for side in SIDES if f"{LEADER_FIELD}{side}" in fields)


def keep_places(work: Work, version: Version, found: JointPlaces) -> None:
    """Keep what an arrived joint file says of itself."""
    work.session.add(
        JointFile(
            version_id=version.id,
            open_fields=list(found.open_fields),
            signers={side: list(signer) for side, signer in found.signers.items()},
            continues_sha256=found.continues,
        )
    )
    work.session.flush()


def places_of(reading: Reading, document_id: UUID) -> JointFile | None:
    """What the file a document came as says of itself; None for what is not joint."""
    wanted = select(JointFile).join(Version, Version.id == JointFile.version_id)
    wanted = wanted.where(Version.document_id == document_id).order_by(Version.ordinal).limit(1)
    return reading.session.scalars(wanted).one_or_none()


def asks_first(reading: Reading, document: Document) -> bool:
    """Whether an arrival is a joint file nobody has signed yet: its sender asks this agency to sign first.

    A signature beside the places, whatever it is worth, makes it something else.
    """
    if document.direction != Direction.INCOMING:
        return False
    places = places_of(reading, document.id)
    if places is None or set(places.open_fields) != set(JOINT):
        return False
    verdict = reading.session.get_one(Version, places.version_id).verdict
    return verdict is not None and not verdict["signatures"]


def waits_for_us(reading: Reading, document: Document) -> bool:
    """Whether an arrival is a joint document that the agency itself has still to sign."""
    return document.status in _AT_WORK and is_open_for_us(reading, document)


def is_open_for_us(reading: Reading, document: Document) -> bool:
    """Whether a registered arrival is a joint document without the own agency's part, laid before a leader or not."""
    if document.direction != Direction.INCOMING or document.status not in _REGISTERED:
        return False
    version = queries.latest_version(reading, document.id)
    if version is None:
        return False
    return sides_signed(version.verdict) == {DRAFTING} or asks_first(reading, document)


def sent_files(reading: Reading, document: Document | None) -> list[tuple[int, str]]:
    """Sizes and hashes of the files of an own joint document, one of which the other side may send back."""
    if document is None or document.side is None:
        return []
    wanted = select(File.size, File.sha256).join(
        Version, (Version.sha256 == File.sha256) & (Version.document_id == document.id)
    )
    found = reading.session.execute(wanted.where(File.agency_id == document.agency_id).distinct())
    return [(row.size, row.sha256) for row in found]


def own_of(reading: Reading, arrival: Document) -> Document | None:
    """The own joint document an arrival is the other side's answer to; None where it is something else."""
    if arrival.answers_id is None or places_of(reading, arrival.id) is None:
        return None
    own = queries.get(reading, arrival.answers_id)
    return own if own.side is not None else None


def answers_of(reading: Reading, document_id: UUID) -> list[Document]:
    """The arrivals in which the other side sent an own joint document back, oldest first."""
    wanted = select(Document).join(Version, Version.document_id == Document.id)
    wanted = wanted.join(JointFile, JointFile.version_id == Version.id)
    return list(reading.session.scalars(wanted.where(Document.answers_id == document_id).order_by(Document.id)))


def begun(reading: Reading, document_id: UUID) -> Document | None:
    """The agency's own part of an arrived joint document, once somebody has begun it.

    What the other side has sent back is over, as what was cancelled: the part can be begun anew.
    """
    sent_back = exists(select(Step.id).where(Step.document_id == Document.id, Step.verb == Verb.PARTNER_REFUSED))
    wanted = select(Document).where(
        Document.answers_id == document_id, Document.side == PARTNER, Document.status != Status.CANCELLED, ~sent_back
    )
    return reading.session.scalars(wanted).first()


def was_asked_back(reading: Reading, document: Document) -> bool:
    """Whether the file that lies with the other side was asked back already, whatever the answer to it."""
    wanted = (Verb.SEND_TO_PARTNER, Verb.CALL_BACK)
    asked = [step.verb for step in queries.steps(reading, document.id) if step.verb in wanted]
    return asked[-1:] == [Verb.CALL_BACK]


def was_refused(reading: Reading, document: Document) -> bool:
    """Whether the other side sent back, unsigned, what was signed and released here."""
    if document.status != Status.RELEASED or document.partner_signed_at is not None:
        return False
    verbs = [step.verb for step in queries.steps(reading, document.id)]
    return Verb.PARTNER_REFUSED in verbs[verbs.index(Verb.RELEASE) :]


def source_of(reading: Reading, document: Document) -> Version | None:
    """The file side A has sent, for side B to sign in its turn."""
    if document.side != PARTNER or document.answers_id is None:
        return None
    versions = queries.versions(reading, document.answers_id)
    return versions[0] if versions else None

"""Joint documents and contracts: two agencies sign, number and seal one file, each its own fields of it.

Side A drafts the file and does its part; the file travels to side B as any document does; B adds its part to the very
same bytes and sends them back. Whatever one side fills is locked by its own signatures only (`signing.locks.JOINT`).
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select

from docservice.core.work import Reading
from docservice.documents import queries
from docservice.documents.models import Direction, Document, Version
from docservice.documents.status import Status

DRAFTING, PARTNER = "A", "B"
# The fields an agency fills, each named by its side in a joint document.
LEADER_FIELD, NUMBER_FIELD, DATE_FIELD, AGENCY_FIELD = "leader", "number", "date", "agency"

_AT_WORK = frozenset({Status.TO_DIRECT, Status.TO_ASSIGN, Status.ASSIGNED, Status.IN_PROGRESS, Status.DONE})


def field_of(document: Document, name: str) -> str:
    """The document's own field of this name."""
    return f"{name}{document.side or ''}"


def sides_signed(verdict: Mapping[str, Any] | None) -> frozenset[str]:
    """The sides whose leader has signed a file, by its verdict; none for what is not joint."""
    fields = {str(signature["field"]) for signature in (verdict or {}).get("signatures", ())}
    return frozenset(side for side in (DRAFTING, PARTNER) if f"{LEADER_FIELD}{side}" in fields)


def waits_for_us(reading: Reading, document: Document) -> bool:
    """Whether an arrival is a joint document that the agency itself has still to sign."""
    if document.direction != Direction.INCOMING or document.status not in _AT_WORK:
        return False
    version = queries.latest_version(reading, document.id)
    return version is not None and sides_signed(version.verdict) == {DRAFTING}


def own_fields(side: str) -> frozenset[str]:
    """The fields a side fills."""
    return frozenset(f"{name}{side}" for name in (LEADER_FIELD, NUMBER_FIELD, DATE_FIELD, AGENCY_FIELD))


def begun(reading: Reading, document_id: UUID) -> Document | None:
    """The agency's own part of an arrived joint document, once somebody has begun it."""
    wanted = select(Document).where(
        Document.answers_id == document_id, Document.side == PARTNER, Document.status != Status.CANCELLED
    )
    return reading.session.scalars(wanted).first()


def source_of(reading: Reading, document: Document) -> Version | None:
    """The file side A has signed, for side B to sign in its turn."""
    if document.side != PARTNER or document.answers_id is None:
        return None
    versions = queries.versions(reading, document.answers_id)
    return versions[0] if versions else None

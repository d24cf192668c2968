"""News of documents, for those above who listen (`bootstrap.LISTENERS`)."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class DocumentRendered:
    document_id: UUID


@dataclass(frozen=True)
class DocumentReleased:
    document_id: UUID


@dataclass(frozen=True)
class SentToPartner:
    """A joint document goes out unsigned, for its other side to sign first."""

    document_id: UUID


@dataclass(frozen=True)
class CallBackAsked:
    """What was sent to the other side is wanted back before it signs."""

    document_id: UUID
    reason: str


@dataclass(frozen=True)
class DocumentRegistered:
    """An incoming document got its arrival number."""

    document_id: UUID
    arrival_number: str


@dataclass(frozen=True)
class DocumentRefused:
    document_id: UUID
    reason: str


@dataclass(frozen=True)
class DocumentDirected:
    """The leader's note named who works on it."""

    document_id: UUID


@dataclass(frozen=True)
class DocumentStarted:
    document_id: UUID


@dataclass(frozen=True)
class DocumentCompleted:
    document_id: UUID


@dataclass(frozen=True)
class DocumentChanged:
    """A fact, a right or the filing of a document: whatever is kept of it elsewhere is no longer what it was."""

    document_id: UUID

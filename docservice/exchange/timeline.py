"""A document's life as one agency sees it: its facts, its number, its parcels and the statuses that travelled."""

from typing import Any
from uuid import UUID

from docservice.core.clock import VIETNAM
from docservice.core.work import Reading
from docservice.documents import queries as documents
from docservice.documents.facts import STATUS_NAMES, days_before
from docservice.documents.models import Document
from docservice.documents.status import Status
from docservice.exchange import queries


def timeline(reading: Reading, document_id: UUID) -> dict[str, Any]:
    """The document the actor may see, as plain values; times are Vietnam's."""
    document = documents.get_visible(reading, document_id)
    return {
        "document": _head(document),
        "steps": [
            {"at": _time(step.at), "verb": step.verb, "actor": step.actor, "note": step.note}
            for step in documents.steps(reading, document.id)
        ],
        "versions": [
            {"ordinal": version.ordinal, "stage": version.stage, "sha256": version.sha256, "at": _time(version.made_at)}
            for version in documents.versions(reading, document.id)
        ],
        "answers": _answers(reading, document),
        "parcels": _parcels(reading, document),
    }


def _head(document: Document) -> dict[str, Any]:
    return {
        "id": str(document.id),
        "direction": document.direction,
        "kind": document.kind_name,
        "notation": document.notation,
        "origin_notation": document.origin_notation,
        "subject": document.subject,
        "issued_on": document.issued_on.isoformat() if document.issued_on else None,
        "due": document.due.isoformat() if document.due else None,
        "status": document.status,
        "status_name": STATUS_NAMES[Status(document.status)],
        "waiting_for": document.waiting_for,
        "waiting_since": _time(document.waiting_since) if document.waiting_since else None,
    }


def _answers(reading: Reading, document: Document) -> list[dict[str, Any]]:
    return [
        {
            "notation": answer.notation,
            "on": answer.on.isoformat(),
            "days_before_due": days_before(document.due, answer.on) if document.due else None,
        }
        for answer in documents.answers_to(reading, document.id)
    ]


def _parcels(reading: Reading, document: Document) -> list[dict[str, Any]]:
    return [
        {
            "way": state.parcel.way,
            "message_id": state.parcel.message_id,
            "from": state.parcel.from_code,
            "to": state.parcel.to_code,
            "statuses": [{"code": r.code, "at": _time(r.at), "text": r.description} for r in state.receipts],
        }
        for state in queries.parcels_of(reading, document.id)
    ]


def _time(instant: Any) -> str:
    return str(instant.astimezone(VIETNAM).isoformat(timespec="seconds"))

"""What the drafting page shows beside its kind's fields: signers, signatories, annexes, receivers, what is known."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from starlette.datastructures import FormData

from docservice.core.work import Reading
from docservice.documents import signatories as signatory_rows
from docservice.documents.models import Document
from docservice.web import annexes, choices
from docservice.web.forms import read_naming, shown_annexes, typed_annexes
from docservice.workflow import service as workflow
from templates.catalogue import Kind


def signing_offered(reading: Reading, kind: Kind, document: Document | None) -> dict[str, Any]:
    """Who may sign, in which fields of work; the fields there are, and the draft's own or the drafting unit's."""
    signers = [] if kind.routed else choices.signers(reading, kind=kind.code)
    return {
        "signers": signers,
        "fields_signed": choices.fields_signed(reading, signers, kind=kind.code),
        "fields_of_work": choices.fields_of_work(reading),
        "own_field": choices.own_field(reading) if document is None else document.field_id,
    }


def annexes_shown(form: FormData | None, values: Mapping[str, Any]) -> dict[str, Any]:
    """Annexes as text, files ticked to go, and names of files that a browser asks for again after an error."""
    if form is None:
        return {"annex_texts": shown_annexes(values), "dropped": set(), "files_again": []}
    again = [file.filename for file in annexes.files_in(form)]
    return {"annex_texts": typed_annexes(form), "dropped": annexes.dropped_in(form), "files_again": again}


def naming_shown(reading: Reading, kind: Kind, document: Document | None) -> dict[str, Any]:
    """Who signs a routing slip: as kept, or for a new one the drafter, the head of the unit and the leader."""
    if not kind.routed:
        return {}
    offered = choices.signatories(reading)
    naming = signatory_rows.naming_of(reading, document.id) if document else choices.usual_naming(reading, offered)
    return {"signatories": offered, "naming": naming, "most_signatories": signatory_rows.MOST}


def naming_typed(kind: Kind, form: FormData) -> dict[str, Any]:
    """Who signs a routing slip, as the form that comes back says."""
    try:
        return {"naming": read_naming(form)} if kind.routed else {}
    except ValueError:
        return {"naming": signatory_rows.Naming(())}


def known_values(reading: Reading, kind: Kind, answered: Document | None) -> dict[str, Any]:
    """What a new form can say before anything is typed."""
    known: dict[str, Any] = {"archive": choices.own_archive(reading)}
    if any(field.name == "addressees" for field in kind.fields) and not kind.lead:
        known |= {"recipients": ["Như trên"]}
        if answered and answered.origin_name:
            known |= {"addressees": [answered.origin_name]}
    return known


def chosen_receivers(form: FormData | None, routing: workflow.Routing | None, answered: Document | None) -> set[str]:
    """The codes of the agencies that are ticked: as typed, as kept, or who is answered."""
    if form is not None:
        return {code for code in form.getlist("receiver_codes") if isinstance(code, str)}
    if routing is not None:
        return set(routing.receiver_codes)
    return {answered.origin_code} if answered and answered.origin_code else set()


def chosen(shown: Mapping[str, str], document: Document | None, *, own_field: UUID | None) -> dict[str, str]:
    """Signer, field of work, urgency and deadline: as typed, else as kept."""
    signer = document.signer_post_id if document else None
    due = document.due.isoformat() if document and document.due else ""
    return {
        "chosen_signer": shown.get("signer_post_id") or str(signer or ""),
        "chosen_field": shown.get("field_id", str(own_field or "")),
        "chosen_urgency": shown.get("urgency") or (document.urgency if document else "normal"),
        "chosen_due": shown.get("due") or due,
    }

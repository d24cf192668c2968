"""A document whose number was cancelled is over; what was written in it is where its drafter begins anew."""

from uuid import UUID

from docservice.core.work import Actor, Work
from docservice.documents import facts, joint, queries
from docservice.documents.errors import WrongState
from docservice.documents.models import Document, File, Urgency
from docservice.documents.status import Status
from docservice.workflow.service.outgoing import Routing, draft, draft_from_word


def draft_again(work: Work, *, document_id: UUID) -> Document:
    """Soạn lại: a new draft with what was written in one whose number was cancelled, for its drafter to mend.

    Files that went with it are not taken along. Raises `WrongState`, and as `draft`.
    """
    before = queries.get_visible(work, document_id)
    if not may_draft_again(work.actor, before):
        raise WrongState(status=facts.STATUS_NAMES[Status(before.status)])
    values, urgency = before.form_values or {}, Urgency(before.urgency)
    if before.word_sha256 is not None:
        routing = Routing(
            before.signer_post_id, tuple(before.receiver_codes), urgency, before.due, field_id=before.field_id
        )
        return draft_from_word(
            work,
            word_sha256=before.word_sha256,
            word_size=work.session.get_one(File, (before.agency_id, before.word_sha256)).size,
            kind=before.kind,
            values=values,
            routing=routing,
            answers_id=before.answers_id,
        )
    return draft(
        work,
        kind=before.kind,
        values=values,
        signer_post_id=before.signer_post_id,
        receiver_codes=list(before.receiver_codes),
        answers_id=before.answers_id,
        urgency=urgency,
        due=before.due,
        field_id=before.field_id,
        form_id=before.agency_form_id,
    )


def may_draft_again(actor: Actor, document: Document) -> bool:
    """Whether the actor's post drafted this text, and its number was cancelled."""
    is_own_text = document.copy_of_id is None and document.side != joint.PARTNER
    return document.status == Status.CANCELLED and is_own_text and actor.post_id == document.drafter_post_id

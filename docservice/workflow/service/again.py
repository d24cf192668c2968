"""A document whose number was cancelled is over; what was written in it is where its drafter begins anew."""

from uuid import UUID

from sqlalchemy import select

from docservice.core.work import Actor, Work
from docservice.documents import facts, joint, own_forms, queries
from docservice.documents.drafting import read_again
from docservice.documents.errors import WrongState
from docservice.documents.models import Document, Urgency
from docservice.documents.status import Status
from docservice.workflow.service.outgoing import Routing, begin


def draft_again(work: Work, *, document_id: UUID) -> Document:
    """Soạn lại: a new draft with what was written in one whose number was cancelled, for its drafter to mend.

    The signer is taken over even where the authority has ended since: the drafter chooses another before it is
    submitted. An agency's form that is retired gives way to ours of the kind. Files that went with it are taken along
    as they were before the agency sealed them. Asked again it is the same draft, until that was changed. Raises
    `WrongState`, `OwnFormNeeded`.
    """
    queries.lock(work, document_id)
    before = queries.get_visible(work, document_id)
    if not may_draft_again(work.actor, before):
        raise WrongState(status=facts.STATUS_NAMES[Status(before.status)])
    begun = _begun(work, before)
    if begun is not None:
        return begun
    own = own_forms.form_of(work, before)
    if own is not None and not own.is_used_on(work.today):
        own = None
    values = before.form_values or {}
    routing = Routing(
        before.signer_post_id,
        tuple(before.receiver_codes),
        Urgency(before.urgency),
        before.due,
        field_id=before.field_id,
    )
    draft = begin(
        work,
        kind=before.kind,
        form=read_again(work, before, values),
        values=values,
        routing=routing,
        answers_id=before.answers_id,
        word_sha256=before.word_sha256,
        own=own,
    )
    for annex, kept in queries.attached_files(work, before):
        facts.add_attachment(
            work, draft, name=annex.name, sha256=annex.sha256, size=kept.size, media_type=kept.media_type
        )
    return draft


def may_draft_again(actor: Actor, document: Document) -> bool:
    """Whether the actor's post drafted this text, and its number was cancelled: what had none was given up."""
    is_own_text = document.copy_of_id is None and document.side != joint.PARTNER
    was_numbered = document.status == Status.CANCELLED and document.notation is not None
    return was_numbered and is_own_text and actor.post_id == document.drafter_post_id


def _begun(work: Work, before: Document) -> Document | None:
    """The draft of the same words that a press before this one began, while nobody has changed it."""
    wanted = select(Document).where(
        Document.agency_id == before.agency_id,
        Document.status == Status.DRAFT,
        Document.drafter_post_id == before.drafter_post_id,
        Document.kind == before.kind,
        Document.revision == 1,
        Document.created_at >= before.created_at,
    )
    found = work.session.scalars(wanted)
    words = (before.form_values, before.word_sha256)
    return next((draft for draft in found if (draft.form_values, draft.word_sha256) == words), None)

"""What every act begins with: the document, if it is the actor's to act on now."""

from uuid import UUID

from docservice.core.errors import NotAllowed
from docservice.core.work import Work
from docservice.documents import facts, queries
from docservice.documents.errors import WrongState
from docservice.documents.models import Document
from docservice.documents.status import Status, Verb, after
from docservice.workflow.transitions import allowed


def take(work: Work, document_id: UUID, verb: Verb, *, revision: int | None) -> Document:
    """The document, if the actor sees it, may do this to it, and it is at the right step; else the error.

    It is held to the end of the transaction: whoever acts at the same time finds what this act made of it.
    """
    queries.lock(work, document_id)
    document = queries.get_visible(work, document_id)
    facts.check_revision(document, revision)
    if after(document.status, verb) is None:
        raise WrongState(status=facts.STATUS_NAMES[Status(document.status)])
    if not allowed(work.actor, verb, document, queries.assignments(work, document.id)):
        raise NotAllowed
    return document

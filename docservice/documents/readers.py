"""Who may see a document, from its facts: one rule, kept in one table and in the search index alike.

None of the tokens reaches beyond the document's agency. A restricted document has fewer tokens, not an extra if.
"""

from collections.abc import Sequence
from typing import TypeVar

from sqlalchemy import delete, insert, select

from docservice.core.work import Reading, Work
from docservice.documents.models import Assignment, Direction, Document, DocumentReader, Grant, Signatory, Step
from docservice.documents.status import Verb

T = TypeVar("T", Assignment, Grant, Signatory)

# The group that sees a document from the moment this fact happens.
_GROUPS_BY_VERB: dict[Verb, tuple[str, ...]] = {
    Verb.CHECK_CONTENT: ("checkers",),
    Verb.SKIP_CHECK_CONTENT: ("checkers",),
    Verb.CHECK_FORM: ("leaders",),
    Verb.SKIP_CHECK_FORM: ("leaders",),
    Verb.SIGNED: ("clerks",),
    Verb.SEND_TO_PARTNER: ("clerks",),
    Verb.RELEASE: ("all",),
    Verb.COPY: ("clerks",),
    Verb.ARRIVE: ("clerks",),
    Verb.PRESENT: ("leaders",),
}


def _readers_of(
    document: Document,
    steps: Sequence[Step],
    assignments: Sequence[Assignment],
    grants: Sequence[Grant],
    signatories: Sequence[Signatory],
) -> frozenset[str]:
    """The reader tokens a document has by its facts; a signatory sees a slip from the day it goes round."""
    tokens = {grant.token for grant in grants}
    if document.direction == Direction.OUTGOING:
        tokens |= {f"post:{post}" for post in (document.drafter_post_id, document.signer_post_id) if post}
        if document.unit_id:
            tokens.add(f"unit:{document.unit_id}")
    if any(step.verb == Verb.ROUTE for step in steps):
        tokens |= {f"post:{signatory.post_id}" for signatory in signatories}
    for step in steps:
        groups = _GROUPS_BY_VERB.get(step.verb, ())
        if document.copy_of_id is not None and step.verb == Verb.RELEASE:
            # A copy of what few may read is not for everybody only because it was made.
            groups = ()
        tokens |= {f"agency:{document.agency_id}/{group}" for group in groups}
        tokens |= {f"post:{post}" for post in (step.post_id, step.to_post_id) if post}
    for assignment in assignments:
        if assignment.unit_id:
            tokens.add(f"unit:{assignment.unit_id}")
        if assignment.post_id:
            tokens.add(f"post:{assignment.post_id}")
    return frozenset(tokens)


def readers_by_facts(reading: Reading, document: Document, steps: Sequence[Step]) -> frozenset[str]:
    """The tokens that the facts kept of a document give it."""

    def kept_of(kind: type[T]) -> Sequence[T]:
        return reading.session.scalars(select(kind).where(kind.document_id == document.id)).all()

    return _readers_of(document, steps, kept_of(Assignment), kept_of(Grant), kept_of(Signatory))


def rewrite_readers(work: Work, document: Document, steps: Sequence[Step]) -> frozenset[str]:
    """Write the document's tokens anew, in the transaction of the fact that changed them."""
    session = work.session
    wanted = readers_by_facts(work, document, steps)
    kept = set(session.scalars(select(DocumentReader.token).where(DocumentReader.document_id == document.id)))
    if gone := kept - wanted:
        session.execute(
            delete(DocumentReader).where(DocumentReader.document_id == document.id, DocumentReader.token.in_(gone))
        )
    if new := wanted - kept:
        session.execute(insert(DocumentReader), [{"token": t, "document_id": document.id} for t in sorted(new)])
    return wanted

"""What somebody may do with a document now: the same tables that guard the acts, asked beforehand."""

from collections.abc import Sequence
from dataclasses import dataclass

from docservice.core.work import Reading
from docservice.documents import joint, joint_signers, signatories
from docservice.documents import queries as documents
from docservice.documents.models import Assignment, Direction, Document, Step
from docservice.documents.status import Status, Verb, after
from docservice.identity import queries as identity
from docservice.identity.errors import NotCustodian
from docservice.signatures import stepwise
from docservice.signatures.queries import is_elsewhere
from docservice.workflow.transitions import ACTS, allowed


def open_acts(
    reading: Reading, document: Document, assignments: list[Assignment] | None = None, *, may_be_joint: bool = True
) -> frozenset[Verb]:
    """The acts that are open to the actor in the document's present status.

    Whoever has read the assignments, or knows that it is no file of two agencies, says so: neither is asked again.
    """
    if assignments is None:
        assignments = documents.assignments(reading, document.id)
    acts = {
        verb
        for verb in ACTS
        if after(document.status, verb) is not None and allowed(reading.actor, verb, document, assignments)
    }
    if Verb.SEAL in acts and not _keeps_the_key(reading, document):
        acts.discard(Verb.SEAL)
    if Verb.CANCEL_SIGNING in acts and not _may_cancel_signing(reading, document):
        acts.discard(Verb.CANCEL_SIGNING)
    if document.status == Status.ROUTING and not is_awaited(reading, document):
        acts -= {Verb.SIGN_IN_TURN, Verb.RETURN}
    if acts & {Verb.CALL_BACK, Verb.STOP_WAITING}:
        acts.discard(Verb.CALL_BACK if joint.was_asked_back(reading, document) else Verb.STOP_WAITING)
    if Verb.DECLINE in acts and not (may_be_joint and may_decline(reading, document)):
        acts.discard(Verb.DECLINE)
    if Verb.REGISTER in acts and not may_be_registered(reading, document):
        acts.discard(Verb.REGISTER)
    return frozenset(acts)


@dataclass(frozen=True)
class SignatoryState:
    """Somebody a routing slip names: `signed` is the step they signed in, `awaited` that it is their turn."""

    ordinal: int
    name: str
    title: str
    signed: Step | None
    awaited: bool


def signatories_of(reading: Reading, document: Document, steps: Sequence[Step]) -> list[SignatoryState]:
    """Whoever signs a routing slip, with how far it has come; who signed is named as they were then."""
    signed = signatories.signed_by(steps)
    rows = signatories.named(reading, document.id)
    names = identity.names_of_tokens(reading, [f"post:{row.post_id}" for row in rows])
    states = []
    for row in rows:
        name, title = names[f"post:{row.post_id}"]
        step = signed.get(row.post_id)
        states.append(SignatoryState(row.ordinal, step.actor if step else name, title, step, row.awaited))
    return states


def is_awaited(reading: Reading, document: Document) -> bool:
    """Whether it is the acting post's turn to sign a routing slip."""
    return any(row.awaited and row.post_id == reading.actor.post_id for row in signatories.named(reading, document.id))


def _may_cancel_signing(reading: Reading, document: Document) -> bool:
    return is_elsewhere(reading, document.id) and stepwise.may_end(reading, document.id)


def may_be_registered(reading: Reading, document: Document) -> bool:
    """Whether an arrival's signatures hold, or it came on paper."""
    if document.direction != Direction.INCOMING or document.on_paper:
        return document.direction == Direction.INCOMING
    version = documents.latest_version(reading, document.id)
    holds = version is not None and version.verdict is not None and bool(version.verdict["passed"])
    return (holds or joint.asks_first(reading, document)) and joint_signers.fault_of(reading, document) is None


def may_decline(reading: Reading, document: Document) -> bool:
    """Whether an arrival is a joint file that waits for this agency, and nobody has begun its part."""
    return joint.is_open_for_us(reading, document) and joint.begun(reading, document.id) is None


def _keeps_the_key(reading: Reading, document: Document) -> bool:
    try:
        identity.device_kept_by(reading, agency_id=document.agency_id, person_id=reading.actor.person_id)
    except NotCustodian:
        return False
    return True

"""What somebody may do with a document now: the same tables that guard the acts, asked beforehand."""

from docservice.core.work import Reading
from docservice.documents import queries as documents
from docservice.documents.models import Direction, Document
from docservice.documents.status import Verb, after
from docservice.identity import queries as identity
from docservice.identity.errors import NotCustodian
from docservice.signatures.queries import is_elsewhere
from docservice.workflow.transitions import ACTS, allowed


def open_acts(reading: Reading, document: Document) -> frozenset[Verb]:
    """The acts that are open to the actor in the document's present status."""
    assignments = documents.assignments(reading, document.id)
    acts = {
        verb
        for verb in ACTS
        if after(document.status, verb) is not None and allowed(reading.actor, verb, document, assignments)
    }
    if Verb.SEAL in acts and not _keeps_the_key(reading, document):
        acts.discard(Verb.SEAL)
    if Verb.CANCEL_SIGNING in acts and not is_elsewhere(reading, document.id):
        acts.discard(Verb.CANCEL_SIGNING)
    if Verb.REGISTER in acts and not may_be_registered(reading, document):
        acts.discard(Verb.REGISTER)
    return frozenset(acts)


def may_be_registered(reading: Reading, document: Document) -> bool:
    """Whether an arrival's signatures hold, or it came on paper."""
    if document.direction != Direction.INCOMING or document.on_paper:
        return document.direction == Direction.INCOMING
    version = documents.latest_version(reading, document.id)
    return version is not None and version.verdict is not None and bool(version.verdict["passed"])


def _keeps_the_key(reading: Reading, document: Document) -> bool:
    try:
        identity.device_kept_by(reading, agency_id=document.agency_id, person_id=reading.actor.person_id)
    except NotCustodian:
        return False
    return True

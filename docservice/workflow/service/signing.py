"""The acts of those who sign: the secretary of minutes, whoever a routing slip names, the leader."""

from uuid import UUID

from docservice.core.work import Work
from docservice.documents import facts
from docservice.documents.models import Document
from docservice.documents.status import Verb
from docservice.signatures import service as signatures
from docservice.signatures import stepwise
from docservice.signatures.models import Ending
from docservice.workflow.service.step import take


def countersign(work: Work, *, document_id: UUID, consented_sha256: str, revision: int | None = None) -> Document:
    """The secretary, who wrote the minutes, signs them before the chair does."""
    document = take(work, document_id, Verb.COUNTERSIGN, revision=revision)
    signatures.ask_secretary(work, document, consented_sha256=consented_sha256)
    facts.add_step(work, document, Verb.COUNTERSIGN, consent=consented_sha256)
    return document


def sign_in_turn(work: Work, *, document_id: UUID, consented_sha256: str, revision: int | None = None) -> Document:
    """Sign a routing slip when it is one's turn; raises `NotYourTurn`."""
    document = take(work, document_id, Verb.SIGN_IN_TURN, revision=revision)
    signatures.ask_signatory(work, document, consented_sha256=consented_sha256)
    facts.add_step(work, document, Verb.SIGN_IN_TURN, consent=consented_sha256)
    return document


def approve(work: Work, *, document_id: UUID, note: str | None = None, revision: int | None = None) -> Document:
    """Approve now and sign later."""
    document = take(work, document_id, Verb.APPROVE, revision=revision)
    facts.add_step(work, document, Verb.APPROVE, note=note)
    return document


def approve_and_sign(work: Work, *, document_id: UUID, consented_sha256: str, revision: int | None = None) -> Document:
    """Approve and sign in one act, over exactly the bytes that were shown."""
    document = take(work, document_id, Verb.APPROVE_AND_SIGN, revision=revision)
    signatures.ask_person(work, document, consented_sha256=consented_sha256)
    facts.add_step(work, document, Verb.APPROVE_AND_SIGN, consent=consented_sha256)
    return document


def sign(work: Work, *, document_id: UUID, consented_sha256: str, revision: int | None = None) -> Document:
    """Sign what was approved before."""
    document = take(work, document_id, Verb.SIGN, revision=revision)
    signatures.ask_person(work, document, consented_sha256=consented_sha256)
    facts.add_step(work, document, Verb.SIGN, consent=consented_sha256)
    return document


def cancel_signing(work: Work, *, document_id: UUID, note: str | None = None, revision: int | None = None) -> Document:
    """Call off a signature that is being made elsewhere; raises `SigningOver` once it cannot be stopped."""
    document = take(work, document_id, Verb.CANCEL_SIGNING, revision=revision)
    stepwise.end(work, document_id=document_id, ending=Ending.CANCELLED, reason=note or "")
    return document

"""The acts of those who sign: the secretary of minutes, whoever a routing slip names, the leader."""

from uuid import UUID

from docservice.core.work import Work
from docservice.documents import facts
from docservice.documents.models import Document
from docservice.documents.status import Verb
from docservice.signatures import service as signatures
from docservice.signatures import stepwise
from docservice.signatures.models import Ending
from docservice.workflow.service.cosigning import require_printed_signer
from docservice.workflow.service.step import take


def countersign(work: Work, *, document_id: UUID, consented_sha256: str, revision: int | None = None) -> Document:
    """The secretary, who wrote the minutes, signs them before the chair does."""
    return _sign(work, document_id, Verb.COUNTERSIGN, consented_sha256, revision)


def sign_in_turn(
    work: Work, *, document_id: UUID, consented_sha256: str, opinion: str | None = None, revision: int | None = None
) -> Document:
    """Sign a routing slip when it is one's turn, with an opinion (ý kiến) or without; raises `NotYourTurn`."""
    document = take(work, document_id, Verb.SIGN_IN_TURN, revision=revision)
    signatures.ask_signatory(work, document, consented_sha256=consented_sha256, opinion=opinion)
    facts.add_step(work, document, Verb.SIGN_IN_TURN, note=opinion, consent=consented_sha256)
    return document


def approve(work: Work, *, document_id: UUID, note: str | None = None, revision: int | None = None) -> Document:
    """Approve now and sign later."""
    document = take(work, document_id, Verb.APPROVE, revision=revision)
    facts.add_step(work, document, Verb.APPROVE, note=note)
    return document


def approve_and_sign(work: Work, *, document_id: UUID, consented_sha256: str, revision: int | None = None) -> Document:
    """Approve and sign in one act, over exactly the bytes that were shown."""
    return _sign(work, document_id, Verb.APPROVE_AND_SIGN, consented_sha256, revision)


def sign(work: Work, *, document_id: UUID, consented_sha256: str, revision: int | None = None) -> Document:
    """Sign what was approved before."""
    return _sign(work, document_id, Verb.SIGN, consented_sha256, revision)


def cancel_signing(work: Work, *, document_id: UUID, note: str | None = None, revision: int | None = None) -> Document:
    """Call off a signature that is being made elsewhere; raises `SigningOver` once it cannot be stopped."""
    document = take(work, document_id, Verb.CANCEL_SIGNING, revision=revision)
    stepwise.end(work, document_id=document_id, ending=Ending.CANCELLED, reason=note or "")
    return document


# Whose signature each act asks for.
_ASKED = {
    Verb.COUNTERSIGN: signatures.ask_secretary,
    Verb.APPROVE_AND_SIGN: signatures.ask_person,
    Verb.SIGN: signatures.ask_person,
}


def _sign(work: Work, document_id: UUID, verb: Verb, consented_sha256: str, revision: int | None) -> Document:
    """Ask for the signature over exactly the bytes that were shown, and write the act down."""
    document = take(work, document_id, verb, revision=revision)
    # The post may have another holder than when the part was begun.
    require_printed_signer(work, document)
    _ASKED[verb](work, document, consented_sha256=consented_sha256)
    facts.add_step(work, document, verb, consent=consented_sha256)
    return document

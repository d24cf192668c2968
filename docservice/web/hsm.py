"""Signing with a key in the server's HSM: the custodian types the slot's PIN for this one act."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request, Response

from docservice.documents import queries
from docservice.documents.status import Verb
from docservice.edge import InVisit, Visit, permit
from docservice.signatures import stepwise
from docservice.signatures.hsm import Hsm, HsmRefused, waiting_for_hsm
from docservice.web import shell
from docservice.web.acts import roles_of


def sign_waiting(visit: Visit, document_ids: list[UUID], *, pin: str) -> None:
    """Sign what waits on these documents for one key, by one login: all of it, or nothing.

    Raises `HsmRefused`, `NothingToSign`, `CertificateUnusable`, and `NotAllowed` for what another one was asked for.
    """
    if not pin:
        # The device would count it as a wrong one.
        raise HsmRefused(reason="pin_missing")
    with visit.reading() as reading:
        certificate, prepared = waiting_for_hsm(reading, document_ids)
        for kept in prepared:
            stepwise.require_asked(reading, kept.signing_id)
    values = visit.node.ports[Hsm].sign(certificate, [kept.to_sign for kept in prepared], pin=pin)
    with visit.work() as work:
        for kept, value in zip(prepared, values, strict=True):
            stepwise.hand_in(work, signing_id=kept.signing_id, value=value)


router = APIRouter(prefix="/documents/{document_id}/hsm")
_SIGNERS = tuple(sorted({*roles_of(Verb.COUNTERSIGN), *roles_of(Verb.SIGN), *roles_of(Verb.SEAL)}))


@router.post("", dependencies=[permit(*_SIGNERS)])
def sign(
    request: Request, visit: InVisit, document_id: UUID, pin: Annotated[str, Form(max_length=64)] = ""
) -> Response:
    """Sign what waits on the document, with its annexes, by one login."""
    visit = visit.on_document(document_id)
    with visit.reading() as reading:
        document = queries.get_visible(reading, document_id)
    sign_waiting(visit, [document_id], pin=pin)
    return shell.go(request, shell.document_address(visit, document), notice="sign")

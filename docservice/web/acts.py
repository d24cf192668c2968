"""One small route for each act on a document; the button on its page posts here and comes back to the page.

`WEB_ACTS` pairs each act with its route, and the permission is read from the same table that guards the service.
"""

from collections.abc import Callable
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Form, Request, Response
from pydantic import BeforeValidator, Field

from docservice.core.errors import Invalid
from docservice.core.words import N_
from docservice.documents.models import Document
from docservice.documents.status import Verb
from docservice.edge import InVisit, Visit, permit
from docservice.identity.models import Role
from docservice.web import shell
from docservice.workflow import service as workflow
from docservice.workflow.transitions import ACTS

router = APIRouter(prefix="/documents/{document_id}/acts")
cosigning = APIRouter()

Revision = Annotated[int | None, Form()]
Note = Annotated[str | None, Form(max_length=2000)]
Said = Annotated[str, Form(max_length=2000)]
# As it is signed (/Reason), on one line: a line break is one letter where it is typed and two where it comes.
Opinion = Annotated[str, BeforeValidator(lambda said: " ".join(str(said).split())), Field(max_length=2000)]


class NoteMissing(Invalid):
    code = "note_missing"
    message = N_("Xin ghi rõ lý do hoặc ý kiến.")


def roles_of(verb: Verb) -> tuple[Role, ...]:
    """The roles that may do an act at all."""
    return tuple(sorted({role for act in ACTS[verb] for role in act.roles}))


def allow(verb: Verb) -> Any:
    """The permission of an act's route."""
    return permit(*roles_of(verb))


# Acts that ask for nothing but, perhaps, a note.
_PLAIN: dict[Verb, Callable[..., Any]] = {
    Verb.SUBMIT: workflow.submit,
    Verb.NUMBER: workflow.number,
    Verb.SEAL: workflow.seal,
    Verb.RELEASE: workflow.release,
    Verb.REGISTER: workflow.register,
    Verb.START: workflow.start,
}
_WITH_NOTE: dict[Verb, Callable[..., Any]] = {
    Verb.CHECK_CONTENT: workflow.check_content,
    Verb.CHECK_FORM: workflow.check_form,
    Verb.APPROVE: workflow.approve,
    Verb.PASS_BACK: workflow.pass_back,
    Verb.SEND_TO_PARTNER: workflow.send_to_partner,
    Verb.CANCEL_SIGNING: workflow.cancel_signing,
    Verb.WITHDRAW: workflow.withdraw,
    Verb.DISCARD: workflow.discard,
    Verb.COMPLETE: workflow.complete,
}
# Acts that make no sense without words: the verb and the name of the service's argument.
_WITH_WORDS: dict[Verb, tuple[Callable[..., Any], str]] = {
    Verb.RETURN: (workflow.return_document, "note"),
    Verb.REFUSE: (workflow.refuse, "reason"),
    Verb.CALL_BACK: (workflow.call_back, "reason"),
    Verb.STOP_WAITING: (workflow.stop_waiting, "reason"),
    Verb.DECLINE: (workflow.decline, "reason"),
    Verb.CANCEL_NUMBER: (workflow.cancel_number, "reason"),
    Verb.PRESENT: (workflow.present, "proposal"),
}


def act(visit: Visit, document_id: UUID, verb: Callable[..., Any], **arguments: Any) -> Visit:
    """Do it in one transaction, as the post through which the document is seen."""
    visit = visit.on_document(document_id)
    with visit.work() as work:
        verb(work, document_id=document_id, **arguments)
    return visit


def back(request: Request, visit: Visit, document_id: UUID, verb: Verb) -> Response:
    """To the document's page, saying once what was done."""
    post = f"?as={visit.actor.post_id}" if len(visit.who.hats) > 1 else ""
    return shell.go(request, f"/documents/{document_id}{post}", notice=verb)


def _add_plain(verb: Verb, service: Callable[..., Any]) -> None:
    @router.post(f"/{verb}", dependencies=[allow(verb)], name=f"act_{verb}")
    def route(request: Request, visit: InVisit, document_id: UUID, revision: Revision = None) -> Response:
        return back(request, act(visit, document_id, service, revision=revision), document_id, verb)


def _add_with_note(verb: Verb, service: Callable[..., Any]) -> None:
    @router.post(f"/{verb}", dependencies=[allow(verb)], name=f"act_{verb}")
    def route(
        request: Request, visit: InVisit, document_id: UUID, revision: Revision = None, note: Note = None
    ) -> Response:
        words = note.strip() if note else None
        visit = act(visit, document_id, service, note=words or None, revision=revision)
        return back(request, visit, document_id, verb)


def _add_with_words(verb: Verb, service: Callable[..., Any], argument: str) -> None:
    @router.post(f"/{verb}", dependencies=[allow(verb)], name=f"act_{verb}")
    def route(
        request: Request, visit: InVisit, document_id: UUID, note: Said = "", revision: Revision = None
    ) -> Response:
        if not note.strip():
            raise NoteMissing
        visit = act(visit, document_id, service, revision=revision, **{argument: note.strip()})
        return back(request, visit, document_id, verb)


for _verb, _service in _PLAIN.items():
    _add_plain(_verb, _service)
for _verb, _service in _WITH_NOTE.items():
    _add_with_note(_verb, _service)
for _verb, (_service, _argument) in _WITH_WORDS.items():
    _add_with_words(_verb, _service, _argument)


def _consenting(verb: Verb, service: Callable[..., Document]) -> None:
    @router.post(f"/{verb}", dependencies=[allow(verb)], name=f"act_{verb}")
    def route(
        request: Request,
        visit: InVisit,
        document_id: UUID,
        consented_sha256: Annotated[str, Form(min_length=64, max_length=64)],
        revision: Revision = None,
    ) -> Response:
        """Sign exactly the bytes the page showed."""
        visit = act(visit, document_id, service, consented_sha256=consented_sha256, revision=revision)
        return back(request, visit, document_id, verb)


_consenting(Verb.APPROVE_AND_SIGN, workflow.approve_and_sign)
_consenting(Verb.SIGN, workflow.sign)
_consenting(Verb.COUNTERSIGN, workflow.countersign)


@router.post("/sign_in_turn", dependencies=[allow(Verb.SIGN_IN_TURN)])
def sign_in_turn(
    request: Request,
    visit: InVisit,
    document_id: UUID,
    consented_sha256: Annotated[str, Form(min_length=64, max_length=64)],
    note: Annotated[Opinion, Form()] = "",
    revision: Revision = None,
) -> Response:
    """Sign a routing slip as the page showed it, with an opinion or without."""
    visit = act(
        visit,
        document_id,
        workflow.sign_in_turn,
        consented_sha256=consented_sha256,
        opinion=note or None,
        revision=revision,
    )
    return back(request, visit, document_id, Verb.SIGN_IN_TURN)


@router.post("/change_signer", dependencies=[allow(Verb.CHANGE_SIGNER)])
def change_signer(
    request: Request,
    visit: InVisit,
    document_id: UUID,
    signer_post_id: Annotated[UUID, Form()],
    revision: Revision = None,
    note: Note = None,
) -> Response:
    """Đổi người ký."""
    visit = act(
        visit, document_id, workflow.change_signer, signer_post_id=signer_post_id, note=note or None, revision=revision
    )
    return back(request, visit, document_id, Verb.CHANGE_SIGNER)


@router.post("/direct", dependencies=[allow(Verb.DIRECT)])
def direct(
    request: Request,
    visit: InVisit,
    document_id: UUID,
    lead_unit_id: Annotated[UUID, Form()],
    note: Said = "",
    support_unit_ids: Annotated[list[UUID], Form()] = [],  # noqa: B006 - FastAPI copies it for each request
    informed_unit_ids: Annotated[list[UUID], Form()] = [],  # noqa: B006 - as above
    due: Annotated[str, Form()] = "",
    revision: Revision = None,
) -> Response:
    """Bút phê: who leads, who supports, who is informed, until when."""
    if not note.strip():
        raise NoteMissing
    others = [unit for unit in support_unit_ids if unit != lead_unit_id]
    informed = [unit for unit in informed_unit_ids if unit != lead_unit_id and unit not in others]
    visit = act(
        visit,
        document_id,
        workflow.direct,
        note=note.strip(),
        lead_unit_id=lead_unit_id,
        support_unit_ids=tuple(others),
        informed_unit_ids=tuple(informed),
        due=read_day(due),
        revision=revision,
    )
    return back(request, visit, document_id, Verb.DIRECT)


@router.post("/assign", dependencies=[allow(Verb.ASSIGN)])
def assign(
    request: Request,
    visit: InVisit,
    document_id: UUID,
    post_id: Annotated[UUID, Form()],
    note: Note = None,
    revision: Revision = None,
) -> Response:
    """Phân công."""
    visit = act(visit, document_id, workflow.assign, post_id=post_id, note=note or None, revision=revision)
    return back(request, visit, document_id, Verb.ASSIGN)


@cosigning.post("/documents/{document_id}/cosign", dependencies=[allow(Verb.DRAFT)])
def cosign(request: Request, visit: InVisit, document_id: UUID, signer_post_id: Annotated[UUID, Form()]) -> Response:
    """Ký liên tịch: begin the agency's own part of a document that another one has signed."""
    visit = visit.on_document(document_id)
    with visit.work() as work:
        document = workflow.cosign(work, document_id=document_id, signer_post_id=signer_post_id)
    return shell.go(request, shell.document_address(visit, document), notice="cosign")


class DayWrong(Invalid):
    code = "day_wrong"
    message = N_("Ngày “{value}” chưa đúng; xin ghi theo dạng ngày/tháng/năm.")


def read_day(text: str) -> date | None:
    """A day as a date field sends it (2026-11-23) or as people write it (23/11/2026); raises `DayWrong`."""
    text = text.strip()
    if not text:
        return None
    parts = text.replace("-", "/").split("/")
    try:
        first, second, third = (int(part) for part in parts)
        return date(first, second, third) if first > 31 else date(third, second, first)
    except ValueError as error:
        raise DayWrong(value=text[:20]) from error

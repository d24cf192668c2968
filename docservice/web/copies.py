"""Copies and paper originals as the clerk makes them: what is allowed is offered, what is not is said."""

from dataclasses import dataclass
from itertools import groupby
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request, Response
from starlette.datastructures import FormData

from docservice.core.errors import DocError
from docservice.core.sandbox import Sandbox
from docservice.core.work import Reading
from docservice.documents import copies, queries, storing
from docservice.documents.errors import CopyRefused, FormValueWrong
from docservice.documents.models import Direction, Document
from docservice.documents.status import Verb
from docservice.edge import InForm, InVisit, Visit, permit
from docservice.identity.queries import Holder
from docservice.web import choices, shell
from docservice.web.acts import roles_of
from docservice.workflow import service as workflow
from templates.copying import CopyForm, Medium, scan_faults

router = APIRouter(prefix="/documents/{document_id}")
MAKERS = roles_of(Verb.COPY)
EXTRACT = "TrS"


@dataclass(frozen=True)
class Copyable:
    """What the form offers."""

    document: Document
    description: str
    ways: list[tuple[CopyForm, Medium]]
    signers: list[Holder]
    # None while nobody has read the text; empty for a scan without any.
    paragraphs: tuple[str, ...] | None


@router.get("/copy", dependencies=[permit(*MAKERS)])
def copy_form(request: Request, visit: InVisit, document_id: UUID) -> Response:
    """The form for a copy of this document; says what stands against it where none is allowed."""
    visit = request.state.visit = visit.on_document(document_id)
    return _form(request, visit, document_id)


@router.post("/acts/copy", dependencies=[permit(*MAKERS)])
def make_copy(request: Request, visit: InVisit, document_id: UUID, form: InForm) -> Response:
    """Make the copy and go to its page; what is wrong is said on the form, with nothing lost."""
    visit = request.state.visit = visit.on_document(document_id)
    try:
        with visit.reading() as reading:
            document = queries.get_visible(reading, document_id)
            order = _order(reading, document, form)
        _look_at_scan(visit, document, order)
        with visit.work() as work:
            copy = workflow.make_copy(work, document_id=document_id, order=order)
    except DocError as error:
        return _form(request, visit, document_id, form=form, error=error)
    return shell.go(request, shell.document_address(visit, copy), notice="copy")


@router.post("/acts/print_original", dependencies=[permit(*roles_of(Verb.PRINT_ORIGINAL))])
def print_original(
    request: Request,
    visit: InVisit,
    document_id: UUID,
    note: Annotated[str, Form(max_length=500)] = "",
    amount: Annotated[int, Form()] = 1,
    revision: Annotated[int | None, Form()] = None,
) -> Response:
    """In bản chính giấy: the file to print is on the document's page a moment later."""
    visit = visit.on_document(document_id)
    with visit.work() as work:
        workflow.print_original(work, document_id=document_id, reason=note, amount=amount, revision=revision)
        document = queries.get_visible(work, document_id)
    return shell.go(request, shell.document_address(visit, document), notice="print_original")


def _form(
    request: Request,
    visit: Visit,
    document_id: UUID,
    *,
    form: FormData | None = None,
    error: DocError | None = None,
) -> Response:
    with visit.reading() as reading:
        offered = _offered(reading, document_id)
        receivers = choices.receivers(reading)
    chosen = [str(value) for value in form.getlist("paragraphs")] if form is not None else []
    shown = {name: str(value) for name, value in form.items() if isinstance(value, str)} if form is not None else {}
    return shell.page(
        request,
        "copy_form.html",
        status=error.status if error else 200,
        offered=offered,
        shown=shown,
        chosen=set(chosen),
        receivers=receivers,
        chosen_receivers=set(form.getlist("receiver_codes")) if form is not None else set(),
        error=error,
        Medium=Medium,
        is_foreign=offered.document.direction == Direction.INCOMING,
    )


def _offered(reading: Reading, document_id: UUID) -> Copyable:
    document = queries.get_visible(reading, document_id)
    version = queries.latest_version(reading, document_id)
    signers = {
        holder.post.id: holder
        for form in {form.code for form, _ in copies.allowed_forms(document)}
        for holder in choices.signers(reading, kind=form)
    }
    return Copyable(
        document,
        copies.describe(document),
        copies.allowed_forms(document),
        list(signers.values()),
        copies.paragraphs_of(reading, version.sha256) if version else (),
    )


def _order(reading: Reading, document: Document, form: FormData) -> workflow.CopyOrder:
    """The form's values as an order; raises `FormValueWrong`, `CopyRefused`."""
    code, _, target = _text(form, "way").partition(":")
    amount = _text(form, "amount") or "1"
    if target not in set(Medium):
        raise FormValueWrong(field="kind", reason="value_missing")
    if not amount.isdecimal():
        raise FormValueWrong(field="amount", reason="value_wrong")
    try:
        signer = UUID(_text(form, "signer_post_id"))
    except ValueError as error:
        raise FormValueWrong(field="signer", reason="value_missing") from error
    return workflow.CopyOrder(
        form=code,
        target=Medium(target),
        signer_post_id=signer,
        recipients=tuple(_text(form, "recipients").splitlines()),
        amount=int(amount[:6]),
        receiver_codes=tuple(str(value) for value in form.getlist("receiver_codes")),
        passages=_passages(reading, document, form) if code == EXTRACT else None,
    )


def _passages(reading: Reading, document: Document, form: FormData) -> workflow.Passages:
    version = queries.latest_version(reading, document.id)
    paragraphs = copies.paragraphs_of(reading, version.sha256) if version else ()
    if paragraphs is None:
        raise CopyRefused(reason="text_not_read")
    ticked = {str(value) for value in form.getlist("paragraphs")}
    wanted = [number for number in range(len(paragraphs)) if str(number) in ticked]
    typed = [part.strip() for part in _text(form, "passages").replace("\r\n", "\n").split("\n\n")]
    return workflow.Passages(
        texts=(*_runs(paragraphs, wanted), *(part for part in typed if part)),
        place=_text(form, "place"),
        signature_lines=tuple(line.strip() for line in _text(form, "signer_titles").splitlines() if line.strip()),
        signer=_text(form, "signer_name"),
    )


def _runs(paragraphs: tuple[str, ...], numbers: list[int]) -> list[str]:
    """Paragraphs that follow one another are one passage: nothing is left out between them."""
    runs = groupby(enumerate(numbers), key=lambda pair: pair[1] - pair[0])
    return ["\n".join(paragraphs[number] for _, number in run) for _, run in runs]


def _look_at_scan(visit: Visit, document: Document, order: workflow.CopyOrder) -> None:
    """A scan that falls short is told before anything is numbered; the job looks again."""
    if order.target is not Medium.ELECTRONIC or not document.on_paper or order.passages is not None:
        return
    with visit.reading() as reading:
        version = queries.latest_version(reading, document.id)
        data = storing.get(reading.ports, version.sha256) if version else b""
    if visit.node.ports[Sandbox].run(scan_faults, data):
        raise CopyRefused(reason="scan_too_poor")


def _text(form: FormData, name: str) -> str:
    value = form.get(name)
    return value.strip() if isinstance(value, str) else ""

"""Drafting through two equal doors: the form of a kind, or the Word file the drafter has already."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, File, Form, Request, Response, UploadFile
from starlette.datastructures import FormData

from docservice.core.errors import DocError
from docservice.core.sandbox_errors import SandboxFailed
from docservice.documents import annexes as annex_files
from docservice.documents import draft_locks, drafting, own_forms, pictures, previews, queries, storing, unsaved
from docservice.documents.errors import KindUnknown, WrongState
from docservice.documents.facts import STATUS_NAMES
from docservice.documents.models import Document
from docservice.documents.own_forms import AgencyForm, Sheet
from docservice.documents.status import Status, Verb
from docservice.edge import InForm, InVisit, Visit, permit
from docservice.identity.models import Role
from docservice.web import annexes, choices, draft_shown, shell, word_door
from docservice.web.acts import roles_of
from docservice.web.draft_check import Typed, told_all
from docservice.web.draft_tools import as_form
from docservice.web.forms import (
    read_form_values,
    read_routing,
    read_word_values,
    routing_of,
    shown_own,
    shown_values,
)
from docservice.workflow import service as workflow
from docservice.workflow.queries import open_acts
from templates.catalogue import ALL_KINDS, INTERNAL_KINDS, KINDS, LINES, LISTS, Kind, kind_on
from templates.checker.check import check
from templates.errors import TemplatesError
from templates.families import kind_names

router = APIRouter()
DRAFTERS: tuple[Role, ...] = roles_of(Verb.DRAFT)
# Fields whose words the checker may change by one click.
_MENDED = LINES | LISTS | {"subject", "body", "authority", "archive", "annex_title", "annex_body"}
Answers = Annotated[UUID | None, Form()]
Then = Annotated[str, Form(max_length=20)]


@router.get("/drafts/new", dependencies=[permit(*DRAFTERS)])
def doors(request: Request, visit: InVisit, answers: UUID | None = None) -> Response:
    """The two doors; `answers` names the incoming document that is to be answered."""
    visit = request.state.visit = _drafting(visit, answers)
    with visit.reading() as reading:
        answered = queries.get_visible(reading, answers) if answers else None
        kinds = [kind for code in KINDS if (kind := kind_on(code, reading.today)) is not None]
        internal = [kind for code in INTERNAL_KINDS if (kind := kind_on(code, reading.today)) is not None]
        own = own_forms.forms_in_use(reading, agency_id=agency_id) if (agency_id := visit.actor.agency_id) else []
    return shell.page(
        request,
        "doors.html",
        kinds=kinds,
        internal=internal,
        own_forms=own,
        kind_names=kind_names(),
        answered=answered,
    )


@router.get("/drafts/new/{kind}", dependencies=[permit(*DRAFTERS)])
def empty_form(
    request: Request, visit: InVisit, kind: str, answers: UUID | None = None, form: UUID | None = None
) -> Response:
    """The form of one kind, or an own one of the agency, with what is known already."""
    visit = _drafting(visit, answers)
    wanted = _kind(visit, kind)
    return _form(request, visit, kind=wanted, answers=answers, own_form=_own_form(visit, form, wanted))


@router.post("/drafts/new/{kind}", dependencies=[permit(*DRAFTERS)])
def create(
    request: Request, visit: InVisit, form: InForm, kind: str, answers: Answers = None, then: Then = ""
) -> Response:
    """Keep the draft, and submit it at once if asked; what is wrong is said on the form, with nothing lost."""
    visit, wanted = _drafting(visit, answers), _kind(visit, kind)
    own = _own_form(visit, _form_id(form), wanted)
    try:
        routing = read_routing(wanted, form)
        values = read_form_values(wanted, form, own.fields if own else ())
        files = [annexes.take_in(visit, file) for file in annexes.files_in(form)]
        with visit.work() as work:
            document = workflow.draft(
                work,
                kind=kind,
                values=values,
                form_id=own.id if own else None,
                signer_post_id=routing.signer_post_id,
                receiver_codes=list(routing.receiver_codes),
                answers_id=answers,
                urgency=routing.urgency,
                due=routing.due,
                signatories=routing.signatories,
                field_id=routing.field_id,
            )
            for taken in files:
                annexes.attach_to(work, document.id, taken)
            unsaved.forget(work, place=_place(wanted, answers, own_form=own))
            if then == Verb.SUBMIT:
                workflow.submit(work, document_id=document.id)
    except DocError as error:
        return _form(request, visit, kind=wanted, answers=answers, form=form, error=error, own_form=own)
    notice = Verb.SUBMIT if then == Verb.SUBMIT else "draft"
    return shell.go(request, shell.document_address(visit, document), notice=notice)


@router.post("/drafts/preview/{kind}", dependencies=[permit(*DRAFTERS)])
def preview_form(request: Request, visit: InVisit, form: InForm, kind: str) -> Response:
    """How the form would look on paper now; nothing is kept."""
    visit = visit.in_role(*DRAFTERS)
    return _preview(request, visit, own_forms.fill_sheet(visit.node.ports, _composed(visit, kind, form)))


@router.post("/drafts/check/{kind}", dependencies=[permit(*DRAFTERS)])
def check_form(request: Request, visit: InVisit, form: InForm, kind: str) -> Response:
    """What the checker finds in the form as it is now, told while it is typed; nothing is kept."""
    visit = visit.in_role(*DRAFTERS)
    try:
        made = own_forms.fill_sheet(visit.node.ports, _composed(visit, kind, form))
    except (DocError, TemplatesError, SandboxFailed):
        # Half a draft has faults enough: those of the form are said when it is saved.
        return shell.fragment(request, "checked.html", "checked", findings=None)
    with visit.reading() as reading:
        day = reading.today
    typed = [
        Typed(name, ordinal, value)
        for name in sorted(_MENDED)
        for ordinal, value in enumerate(form.getlist(name))
        if isinstance(value, str)
    ]
    findings = told_all(check(made, day=day).findings, visit.language, typed)
    return shell.fragment(request, "checked.html", "checked", findings=findings)


@router.get("/documents/{document_id}/preview", dependencies=[permit(*DRAFTERS)])
def preview_draft(request: Request, visit: InVisit, document_id: UUID) -> Response:
    """How a kept draft looks now."""
    visit = visit.on_document(document_id)
    with visit.reading() as reading:
        document = _own_draft(queries.get_visible(reading, document_id))
        if document.word_sha256 is None:
            block = drafting.signature_block(reading, document)
            sheet = own_forms.sheet_of(reading, document, values=document.form_values or {}, block=block)
            return _preview(request, visit, own_forms.fill_sheet(visit.node.ports, sheet))
        block, secretary = drafting.signature_block(reading, document), drafting.secretary_block(reading, document)
    ports = visit.node.ports
    word, kind = storing.get(ports, document.word_sha256), ALL_KINDS[document.kind]
    return _preview(request, visit, previews.word_with_block(ports, word, block, kind=kind, secretary=secretary))


@router.post("/drafts/upload", dependencies=[permit(*DRAFTERS)])
def upload(request: Request, visit: InVisit, file: Annotated[UploadFile, File()], answers: Answers = None) -> Response:
    """A dropped Word file becomes a draft at once; what was read from it is offered for correction."""
    visit = _drafting(visit, answers)
    ports = visit.node.ports
    with visit.reading() as reading:
        today = reading.today
    read = word_door.read(ports, name=file.filename or "", data=file.file.read(), today=today)
    with visit.reading() as reading:
        routing = word_door.route(reading, read)
    with visit.work() as work:
        document = workflow.draft_from_word(
            work,
            word_sha256=read.sha256,
            word_size=read.size,
            kind=read.kind,
            values=read.values,
            routing=routing,
            answers_id=answers,
        )
    address = f"/documents/{document.id}/edit?as={visit.actor.post_id}"
    return shell.go(request, address, notice="uploaded")


@router.post("/documents/{document_id}/again", dependencies=[permit(*DRAFTERS)])
def draft_again(request: Request, visit: InVisit, document_id: UUID) -> Response:
    """What was written in a document whose number was cancelled becomes a draft anew, open to be mended."""
    visit = visit.on_document(document_id)
    with visit.work() as work:
        document = workflow.draft_again(work, document_id=document_id)
        before = queries.get_visible(work, document_id)
    notice = "again" if document.agency_form_id == before.agency_form_id else "again_in_ours"
    return shell.go(request, f"/documents/{document.id}/edit?as={visit.actor.post_id}", notice=notice)


@router.get("/documents/{document_id}/edit", dependencies=[permit(*DRAFTERS)])
def edit(request: Request, visit: InVisit, document_id: UUID) -> Response:
    """The draft's form with its values."""
    visit = visit.on_document(document_id)
    with visit.reading() as reading:
        document = queries.get_visible(reading, document_id)
        if Verb.REVISE not in open_acts(reading, document):
            raise WrongState(status=STATUS_NAMES[Status(document.status)])
        held = draft_locks.open_lock(reading, document_id)
    error = draft_locks.out(held) if held else None
    kind = _kind(visit, document.kind)
    return _form(request, visit, kind=kind, answers=document.answers_id, document=document, error=error)


@router.post("/documents/{document_id}/edit", dependencies=[permit(*DRAFTERS)])
def save(
    request: Request,
    visit: InVisit,
    form: InForm,
    document_id: UUID,
    revision: Annotated[int | None, Form()] = None,
    then: Then = "",
) -> Response:
    """Keep the changes, and submit the draft at once if asked."""
    visit = visit.on_document(document_id)
    with visit.reading() as reading:
        document = queries.get_visible(reading, document_id)
        own = own_forms.form_of(reading, document)
    kind = _kind(visit, document.kind)
    try:
        if document.word_sha256:
            values = _with_faults(document, read_word_values(form))
        else:
            values = read_form_values(kind, form, own.fields if own else ())
        routing = read_routing(kind, form)
        files = [annexes.take_in(visit, file) for file in annexes.files_in(form)]
        with visit.work() as work:
            workflow.revise(work, document_id=document_id, values=values, routing=routing, revision=revision)
            for ordinal in sorted(annexes.dropped_in(form)):
                workflow.detach(work, document_id=document_id, ordinal=ordinal)
            for taken in files:
                annexes.attach_to(work, document_id, taken)
            unsaved.forget(work, place=_place(kind, None, document))
            if then == Verb.SUBMIT:
                workflow.submit(work, document_id=document_id)
    except DocError as error:
        return _form(request, visit, kind=kind, answers=document.answers_id, document=document, form=form, error=error)
    notice = Verb.SUBMIT if then == Verb.SUBMIT else "saved"
    return shell.go(request, shell.document_address(visit, document), notice=notice)


def _drafting(visit: Visit, answers: UUID | None) -> Visit:
    """As the post that sees what is answered, else as the first that may draft."""
    return visit.on_document(answers) if answers else visit.in_role(*DRAFTERS)


def _kind(visit: Visit, code: str) -> Kind:
    with visit.reading() as reading:
        kind = kind_on(code, reading.today)
    if kind is None:
        raise KindUnknown(kind=code[:20])
    return kind


def _form(
    request: Request,
    visit: Visit,
    *,
    kind: Kind,
    answers: UUID | None,
    document: Document | None = None,
    form: FormData | None = None,
    error: DocError | None = None,
    own_form: AgencyForm | None = None,
) -> Response:
    request.state.visit = visit
    with visit.reading() as reading:
        if document is not None and document.word_sha256 is None:
            own_form = own_forms.form_of(reading, document)
        place = _place(kind, answers, document, own_form=own_form)
        answered = queries.find_visible(reading, answers) if answers else None
        signing = draft_shown.signing_offered(reading, kind, document)
        named = draft_shown.naming_shown(reading, kind, document)
        receivers = choices.receivers(reading)
        partners = choices.partners(reading) if kind.may_be_joint else []
        units = choices.units(reading)
        attached = queries.attachments(reading, document.id) if document else []
        kept = unsaved.kept(reading, place=place) if form is None else None
        values = dict(document.form_values or {}) if document else draft_shown.known_values(reading, kind, answered)
    routing = routing_of(document) if document else None
    shown = shown_values({name: value for name, value in values.items() if name != word_door.FAULTS})
    shown |= shown_own(own_form.fields, values) if own_form else {}
    if kept is not None:
        form = as_form(kept.fields)
    annexed = draft_shown.annexes_shown(form, values)
    if form is not None:
        shown = {name: str(value) for name, value in form.items() if isinstance(value, str)}
        named |= draft_shown.naming_typed(kind, form)
    return shell.page(
        request,
        "draft_form.html",
        status=error.status if error else 200,
        kind=kind,
        document=document,
        may_submit=document is None or document.drafter_post_id == visit.actor.post_id,
        is_word=document is not None and document.word_sha256 is not None,
        shown=shown,
        **signing,
        **draft_shown.chosen(shown, document, own_field=signing["own_field"]),
        chosen_receivers=draft_shown.chosen_receivers(form, routing, answered),
        **named,
        receivers=receivers,
        partners=partners,
        units=units,
        own_form=own_form,
        own_fields=own_form.fields if own_form else (),
        attached=attached,
        **annexed,
        place=place,
        kept_at=kept.kept_at if kept else None,
        answered=answered,
        faults=word_door.fault_sentences(values.get(word_door.FAULTS, [])),
        error=error,
    )


def _form_id(form: FormData) -> UUID | None:
    text = form.get("form_id")
    try:
        return UUID(text) if isinstance(text, str) and text else None
    except ValueError as error:
        raise own_forms.OwnFormUnknown from error


def _own_form(visit: Visit, form_id: UUID | None, kind: Kind) -> AgencyForm | None:
    with visit.reading() as reading:
        return own_forms.form_to_begin(reading, form_id, kind=kind.code)


def _place(
    kind: Kind, answers: UUID | None, document: Document | None = None, *, own_form: AgencyForm | None = None
) -> str:
    """Where unsaved typing belongs: the document, or the new form of a kind and what it answers."""
    return str(document.id) if document else f"{kind.code}/{answers or ''}/{own_form.id if own_form else ''}"


def _with_faults(document: Document, values: dict[str, Any]) -> dict[str, Any]:
    """What the file lacks stays known however its fields are corrected."""
    return values | {word_door.FAULTS: (document.form_values or {}).get(word_door.FAULTS, [])}


def _own_draft(document: Document) -> Document:
    if document.status != Status.DRAFT:
        raise WrongState(status=STATUS_NAMES[Status(document.status)])
    return document


def _composed(visit: Visit, kind: str, form: FormData) -> Sheet:
    """The sheet a form makes now; raises `FormValueWrong` and its like for what is missing."""
    wanted = _kind(visit, kind)
    routing = read_routing(wanted, form)
    agency_id = visit.actor.agency_id
    if agency_id is None:
        raise KindUnknown(kind=kind)
    form_id = _form_id(form)
    with visit.reading() as reading:
        own = own_forms.get(reading, form_id) if form_id else None
        values = read_form_values(wanted, form, own.fields if own else ())
        draft = drafting.compose_form(
            reading,
            agency_id=agency_id,
            kind=kind,
            values=values,
            signer_post_id=routing.signer_post_id,
            drafter_post_id=visit.actor.post_id,
            named=routing.signatories.post_ids if routing.signatories else (),
            field_id=routing.field_id,
        )
        return own_forms.sheet(draft, own, values)


def _preview(request: Request, visit: Visit, source: bytes) -> Response:
    seen = previews.preview(visit.node.ports, source)
    drawn = [pictures.data_url(picture) for picture in seen.pictures]
    misfits = annex_files.sentences(seen.misfits, visit.language)
    return shell.page(request, "preview.html", pictures=drawn, pages=seen.pages, misfits=misfits)

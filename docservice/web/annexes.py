"""Annexes of a draft: files that travel with it, and the PDF of one that came as Word or Excel."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request, Response, UploadFile
from fastapi import File as FileField
from starlette.datastructures import FormData
from starlette.datastructures import UploadFile as FormFile

from docservice.core.work import Work
from docservice.documents import annexes, pictures, queries, storing, uploads
from docservice.documents.errors import FileNotThere, WrongState
from docservice.documents.facts import STATUS_NAMES
from docservice.documents.models import Attachment, Document, File
from docservice.documents.status import Status, Verb
from docservice.edge import InVisit, Visit, permit
from docservice.identity.models import Role
from docservice.web import shell
from docservice.web.acts import roles_of
from docservice.workflow import service as workflow
from docservice.workflow.queries import open_acts
from templates.office import SUFFIXES, XLSX

router = APIRouter()
DRAFTERS: tuple[Role, ...] = roles_of(Verb.DRAFT)
# On the drafting page: files that are chosen, and ordinals of those that are taken off.
FILES, DROPPED = "annex_files", "annex_dropped"


@router.post("/documents/{document_id}/attachments", dependencies=[permit(*DRAFTERS)])
def attach(request: Request, visit: InVisit, document_id: UUID, file: Annotated[UploadFile, FileField()]) -> Response:
    """Add a PDF, Word or Excel file that travels with the document."""
    visit = visit.on_document(document_id)
    taken = take_in(visit, file)
    with visit.work() as work:
        document = attach_to(work, document_id, taken)
    return shell.go(request, shell.document_address(visit, document), notice="attached")


@router.post("/documents/{document_id}/attachments/{ordinal}/remove", dependencies=[permit(*DRAFTERS)])
def detach(request: Request, visit: InVisit, document_id: UUID, ordinal: int) -> Response:
    """Take a file off the draft."""
    visit = visit.on_document(document_id)
    with visit.work() as work:
        document = workflow.detach(work, document_id=document_id, ordinal=ordinal)
    return shell.go(request, shell.document_address(visit, document), notice="detached")


@router.get("/documents/{document_id}/attachments/{ordinal}/pdf", dependencies=[permit(*DRAFTERS)])
def as_pdf(request: Request, visit: InVisit, document_id: UUID, ordinal: int, *, fitted: bool = False) -> Response:
    """How an annex comes out on paper, and what of it does not fit; nothing is kept."""
    visit = request.state.visit = visit.on_document(document_id)
    document, entry, media_type = _own(visit, document_id, ordinal)
    source = storing.get(visit.node.ports, entry.sha256)
    made = annexes.as_pdf(visit.node.ports, source, media_type=media_type, name=entry.name, fitted=fitted)
    return shell.page(
        request,
        "annex_pdf.html",
        document=document,
        entry=entry,
        is_sheet=media_type == XLSX,
        fitted=fitted,
        pages=made.pages,
        pictures=[pictures.data_url(picture) for picture in made.pictures],
        misfits=annexes.sentences(made.misfits, visit.language),
    )


@router.post("/documents/{document_id}/attachments/{ordinal}/pdf", dependencies=[permit(*DRAFTERS)])
def attach_pdf(
    request: Request,
    visit: InVisit,
    document_id: UUID,
    ordinal: int,
    *,
    fitted: Annotated[bool, Form()] = False,
    keep: Annotated[bool, Form()] = False,
) -> Response:
    """Attach the annex as PDF, which is signed with the document; the file it came from stays only where asked."""
    visit = visit.on_document(document_id)
    document, entry, media_type = _own(visit, document_id, ordinal)
    ports = visit.node.ports
    source = storing.get(ports, entry.sha256)
    made = annexes.as_pdf(ports, source, media_type=media_type, name=entry.name, fitted=fitted)
    stored = storing.put(ports, made.pdf)
    with visit.work() as work:
        workflow.attach(
            work,
            document_id=document_id,
            name=f"{entry.name.rpartition('.')[0] or entry.name}.pdf",
            sha256=stored.key,
            size=stored.size,
            media_type=uploads.PDF,
            remarks=annexes.sentences(made.misfits),
        )
        if not keep:
            workflow.detach(work, document_id=document_id, ordinal=ordinal)
    return shell.go(request, shell.document_address(visit, document), notice="attached_pdf")


@dataclass(frozen=True)
class Taken:
    """A file that passed the fence and lies in the store, and what of it does not fit its pages."""

    upload: uploads.Upload
    remarks: tuple[str, ...]


def take_in(visit: Visit, file: FormFile) -> Taken:
    """Examine and store a file that is to travel with a document; raises `UploadRefused`."""
    ports, data = visit.node.ports, file.file.read()
    upload = uploads.take_in(ports, name=file.filename or "", data=data)
    misfits = annexes.misfits_of(ports, data) if upload.media_type == uploads.PDF else ()
    return Taken(upload, tuple(annexes.sentences(misfits)))


def files_in(form: FormData) -> list[FormFile]:
    """The files chosen on the drafting page."""
    return [file for file in form.getlist(FILES) if isinstance(file, FormFile) and file.filename]


def dropped_in(form: FormData) -> set[int]:
    """Ordinals of the files that were ticked to be taken off."""
    return {int(text) for text in form.getlist(DROPPED) if isinstance(text, str) and text.isdecimal()}


def attach_to(work: Work, document_id: UUID, taken: Taken) -> Document:
    """Add a file that was taken in to a draft."""
    upload = taken.upload
    return workflow.attach(
        work,
        document_id=document_id,
        name=upload.name,
        sha256=upload.sha256,
        size=upload.size,
        media_type=upload.media_type,
        remarks=taken.remarks,
    )


def _own(visit: Visit, document_id: UUID, ordinal: int) -> tuple[Document, Attachment, str]:
    """A draft one may still change, its file, and what that is; raises `WrongState` and `FileNotThere`."""
    with visit.reading() as reading:
        document = queries.get_visible(reading, document_id)
        if Verb.REVISE not in open_acts(reading, document):
            raise WrongState(status=STATUS_NAMES[Status(document.status)])
        entry = next((one for one in queries.attachments(reading, document_id) if one.ordinal == ordinal), None)
        if entry is None:
            raise FileNotThere
        media_type = reading.session.get_one(File, (document.agency_id, entry.sha256)).media_type
    if media_type not in SUFFIXES:
        raise FileNotThere
    return document, entry, media_type

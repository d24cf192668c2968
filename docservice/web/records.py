"""Case files: of the own unit, of the archive, and the requests to read what is archived."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request, Response

from docservice.core.errors import Invalid
from docservice.core.words import N_
from docservice.edge import InVisit, Visit, permit
from docservice.identity import queries as identity
from docservice.identity.models import Role
from docservice.records import queries, service
from docservice.records.models import CaseFile
from docservice.web import shell
from docservice.web.labels import CASE_KEEPERS

router = APIRouter(prefix="/case-files")
KEEPERS = tuple(sorted(CASE_KEEPERS))
RETENTIONS = ("5 năm", "10 năm", "20 năm", "50 năm", "70 năm", "Vĩnh viễn")


class TitleMissing(Invalid):
    code = "title_missing"
    message = N_("Xin nhập tên hồ sơ.")


@router.get("", dependencies=[permit(*KEEPERS)])
def show_all(request: Request, visit: InVisit, q: str = "") -> Response:
    """The case files of the person's posts; for archivists what waits for them stands on top."""
    visit = request.state.visit = visit.in_role(*KEEPERS)
    with visit.reading() as reading:
        found = queries.case_files(reading, text=q[:200])
        requests = queries.open_requests(reading)
        own = queries.own_requests(reading)
        archived = queries.archived(reading)
        names = {str(asked.id): identity.name_of_token(reading, f"post:{asked.post_id}") for asked, _ in requests}
        year = reading.today.year
    return shell.page(
        request,
        "case_files.html",
        found=found,
        q=q,
        requests=requests,
        names=names,
        own=own,
        archived=archived,
        ended=[entry for entry in archived if entry.retention_ends is not None and entry.retention_ends < year],
        is_archivist=visit.actor.role == Role.ARCHIVIST,
        retentions=RETENTIONS,
    )


@router.post("", dependencies=[permit(*KEEPERS)])
def open_one(
    request: Request,
    visit: InVisit,
    title: Annotated[str, Form(max_length=500)] = "",
    retention: Annotated[str, Form(max_length=30)] = "10 năm",
    document_id: Annotated[UUID | None, Form()] = None,
) -> Response:
    """Open a case file, perhaps with its first document."""
    visit = visit.on_document(document_id) if document_id else visit.in_role(*KEEPERS)
    if not title.strip():
        raise TitleMissing
    with visit.work() as work:
        case_file = service.open_case_file(
            work,
            title=title.strip(),
            retention=retention if retention in RETENTIONS else RETENTIONS[1],
            document_ids=(document_id,) if document_id else (),
        )
    return _to(request, visit, case_file, "case_file")


@router.get("/{case_file_id}", dependencies=[permit(*KEEPERS)])
def show(request: Request, visit: InVisit, case_file_id: UUID) -> Response:
    """One case file and its documents."""
    visit = request.state.visit = on_case_file(visit, case_file_id)
    with visit.reading() as reading:
        case_file = queries.get_visible(reading, case_file_id)
        documents = queries.visible_documents_in(reading, case_file_id)
        opener = identity.name_of_token(reading, f"post:{case_file.opened_by_post_id}")
    return shell.page(
        request,
        "case_file.html",
        case_file=case_file,
        documents=documents,
        opener=opener,
        is_own=case_file.opened_by_post_id == visit.actor.post_id,
        is_archivist=visit.actor.role == Role.ARCHIVIST,
    )


@router.post("/{case_file_id}/documents", dependencies=[permit(*KEEPERS)])
def add(request: Request, visit: InVisit, case_file_id: UUID, document_id: Annotated[UUID, Form()]) -> Response:
    """Put a document into a case file; back to the document."""
    visit = visit.on_document(document_id)
    with visit.work() as work:
        service.add_document(work, case_file_id=case_file_id, document_id=document_id)
    return shell.go(request, f"/documents/{document_id}?as={visit.actor.post_id}", notice="filed")


@router.post("/{case_file_id}/close", dependencies=[permit(*KEEPERS)])
def close(request: Request, visit: InVisit, case_file_id: UUID) -> Response:
    """Kết thúc hồ sơ."""
    visit = on_case_file(visit, case_file_id)
    with visit.work() as work:
        case_file = service.close_case_file(work, case_file_id=case_file_id)
    return _to(request, visit, case_file, "saved")


@router.post("/{case_file_id}/offer", dependencies=[permit(*KEEPERS)])
def offer(request: Request, visit: InVisit, case_file_id: UUID) -> Response:
    """Nộp lưu."""
    visit = on_case_file(visit, case_file_id)
    with visit.work() as work:
        case_file = service.offer_case_file(work, case_file_id=case_file_id)
    return _to(request, visit, case_file, "saved")


@router.post("/{case_file_id}/accept", dependencies=[permit(Role.ARCHIVIST)])
def accept(request: Request, visit: InVisit, case_file_id: UUID) -> Response:
    """Nhận nộp lưu."""
    visit = visit.in_role(Role.ARCHIVIST)
    with visit.work() as work:
        case_file = service.accept_case_file(work, case_file_id=case_file_id)
    return _to(request, visit, case_file, "saved")


@router.post("/{case_file_id}/requests", dependencies=[permit(*KEEPERS)])
def ask(
    request: Request, visit: InVisit, case_file_id: UUID, purpose: Annotated[str, Form(max_length=500)] = ""
) -> Response:
    """Ask to read an archived case file."""
    visit = visit.in_role(*KEEPERS)
    with visit.work() as work:
        service.ask_access(work, case_file_id=case_file_id, purpose=purpose)
    return shell.go(request, "/case-files", notice="asked")


@router.post("/requests/{request_id}", dependencies=[permit(Role.ARCHIVIST)])
def answer(
    request: Request,
    visit: InVisit,
    request_id: UUID,
    granted: Annotated[bool, Form()],
    note: Annotated[str, Form(max_length=500)] = "",
) -> Response:
    """Grant or refuse a request to read."""
    visit = visit.in_role(Role.ARCHIVIST)
    with visit.work() as work:
        service.answer_access(work, request_id=request_id, granted=granted, answer=note)
    return shell.go(request, "/case-files", notice="answered")


def _to(request: Request, visit: Visit, case_file: CaseFile, notice: str) -> Response:
    return shell.go(request, f"/case-files/{case_file.id}?as={visit.actor.post_id}", notice=notice)


def on_case_file(visit: Visit, case_file_id: UUID) -> Visit:
    """The visit as the post that sees the case file; raises `CaseFileNotFound`."""
    return visit.through(lambda reading: queries.get_visible(reading, case_file_id))

"""Case files: opened and filled by their handler, closed, handed to the archive, read there on request."""

import re
from uuid import UUID

from sqlalchemy import func, select

from docservice.core.errors import NotAllowed
from docservice.core.ids import new_id
from docservice.core.work import Work
from docservice.documents import facts
from docservice.documents import queries as documents
from docservice.documents.status import Status
from docservice.identity import queries as identity
from docservice.identity.models import Role
from docservice.records import queries
from docservice.records.errors import (
    AlreadyAnswered,
    CaseFileClosed,
    CaseFileEmpty,
    CaseFileNotClosed,
    CaseFileNotFound,
    CaseFileUnfinished,
    PurposeMissing,
)
from docservice.records.models import AccessRequest, CaseFile, CaseFileDocument

_FINISHED = frozenset(
    {Status.RELEASED, Status.ROUTED, Status.CANCELLED, Status.DONE, Status.REFUSED, Status.CALLED_BACK}
)


def open_case_file(work: Work, *, title: str, retention: str, document_ids: tuple[UUID, ...] = ()) -> CaseFile:
    """Open a case file for the handler's unit, numbered through the unit's list of the year (article 29)."""
    actor = work.actor
    if actor.agency_id is None or actor.post_id is None:
        raise NotAllowed
    unit = identity.unit(work, actor.unit_id) if actor.unit_id else None
    group = unit.abbreviation if unit else identity.agency(work, actor.agency_id).abbreviation
    # The agency's row is the lock: two handlers who open files at once take turns.
    identity.lock_agency(work, actor.agency_id)
    taken = select(func.max(CaseFile.ordinal)).where(
        CaseFile.agency_id == actor.agency_id, CaseFile.year == work.today.year, CaseFile.unit_id == actor.unit_id
    )
    ordinal = (work.session.scalar(taken) or 0) + 1
    case_file = CaseFile(
        id=new_id(),
        agency_id=actor.agency_id,
        year=work.today.year,
        ordinal=ordinal,
        notation=f"{ordinal:02d}.{group}",
        title=title,
        retention=retention,
        unit_id=actor.unit_id,
        opened_by_post_id=actor.post_id,
        opened_at=work.now,
    )
    work.session.add(case_file)
    work.session.flush()
    work.note("open_case_file", case_file.id, notation=case_file.notation)
    for document_id in document_ids:
        add_document(work, case_file_id=case_file.id, document_id=document_id)
    return case_file


def add_document(work: Work, *, case_file_id: UUID, document_id: UUID) -> None:
    """Link a document the actor sees into the case file; linking it twice changes nothing."""
    case_file = queries.get_visible(work, case_file_id)
    if case_file.closed_at is not None:
        raise CaseFileClosed
    document = documents.get_visible(work, document_id)
    if work.session.get(CaseFileDocument, (case_file.id, document.id)) is not None:
        return
    count = select(func.count()).where(CaseFileDocument.case_file_id == case_file.id)
    work.session.add(
        CaseFileDocument(
            case_file_id=case_file.id,
            document_id=document.id,
            ordinal=(work.session.scalar(count) or 0) + 1,
            added_at=work.now,
        )
    )
    work.session.flush()
    # Search counts and narrows by case file.
    facts.touch(work, document)
    work.note("file_document", document.id, case_file=case_file.notation)


def close_case_file(work: Work, *, case_file_id: UUID) -> CaseFile:
    """Kết thúc hồ sơ: nothing is added any more, and retention counts from this year; by the post that opened it.

    Raises `CaseFileEmpty`, `CaseFileUnfinished` while a document in it is still worked on.
    """
    case_file = _own(work, case_file_id)
    if case_file.closed_at is not None:
        raise CaseFileClosed
    documents_here = [documents.get(work, document_id) for document_id in queries.documents_in(work, case_file.id)]
    if not documents_here:
        raise CaseFileEmpty
    unfinished = sum(document.status not in _FINISHED for document in documents_here)
    if unfinished:
        raise CaseFileUnfinished(count=unfinished)
    case_file.closed_at = work.now
    case_file.retention_ends = retention_ends(case_file.retention, work.today.year)
    work.note("close_case_file", case_file.id, retention=case_file.retention)
    work.later("records.retain_originals", case_file_id=case_file.id)
    return case_file


def offer_case_file(work: Work, *, case_file_id: UUID) -> CaseFile:
    """Nộp lưu: offer a closed case file to the archive; its archivists see it from now on."""
    case_file = _own(work, case_file_id)
    if case_file.closed_at is None or case_file.offered_at is not None:
        raise CaseFileNotClosed
    case_file.offered_at = work.now
    _show(work, case_file, f"agency:{case_file.agency_id}/archivists", reason=f"archive:{case_file.notation}")
    work.note("offer_case_file", case_file.id)
    return case_file


def accept_case_file(work: Work, *, case_file_id: UUID) -> CaseFile:
    """Nhận nộp lưu: the archivist takes the case file in."""
    if work.actor.role != Role.ARCHIVIST:
        raise NotAllowed
    case_file = queries.get_visible(work, case_file_id)
    if case_file.offered_at is None or case_file.accepted_at is not None:
        raise CaseFileNotClosed
    case_file.accepted_at = work.now
    work.note("accept_case_file", case_file.id)
    return case_file


def ask_access(work: Work, *, case_file_id: UUID, purpose: str) -> AccessRequest:
    """Ask to read an archived case file of the own agency; the purpose is kept."""
    actor = work.actor
    case_file = work.session.get(CaseFile, case_file_id)
    if case_file is None or case_file.agency_id != actor.agency_id or case_file.accepted_at is None:
        raise CaseFileNotFound
    if actor.post_id is None or actor.person_id is None:
        raise NotAllowed
    if not purpose.strip():
        raise PurposeMissing
    request = AccessRequest(
        id=new_id(),
        case_file_id=case_file.id,
        post_id=actor.post_id,
        person_id=actor.person_id,
        purpose=purpose.strip()[:500],
        asked_at=work.now,
    )
    work.session.add(request)
    work.session.flush()
    work.note("ask_access", case_file.id, request=request.id)
    return request


def answer_access(work: Work, *, request_id: UUID, granted: bool, answer: str = "") -> AccessRequest:
    """Grant or refuse; a grant lets the asking post read every document of the file, and nobody else."""
    if work.actor.role != Role.ARCHIVIST:
        raise NotAllowed
    request = work.session.get(AccessRequest, request_id)
    if request is None:
        raise CaseFileNotFound
    case_file = queries.get_visible(work, request.case_file_id)
    if request.answered_at is not None:
        raise AlreadyAnswered
    request.answered_at = work.now
    request.granted = granted
    request.answer = answer.strip()[:500] or None
    if granted:
        _show(work, case_file, f"post:{request.post_id}", reason=f"access:{case_file.notation}")
    work.note("answer_access", case_file.id, request=request.id, granted=granted)
    return request


def retention_ends(retention: str, closed_in: int) -> int | None:
    """The last year a case file is kept: "10 năm" counts from the year after it was closed; None is for ever."""
    number = re.match(r"\s*(\d+)", retention)
    return closed_in + int(number.group(1)) if number else None


def _own(work: Work, case_file_id: UUID) -> CaseFile:
    case_file = queries.get_visible(work, case_file_id)
    if work.actor.post_id != case_file.opened_by_post_id:
        raise NotAllowed
    return case_file


def _show(work: Work, case_file: CaseFile, token: str, *, reason: str) -> None:
    for document_id in queries.documents_in(work, case_file.id):
        facts.grant(work, documents.get(work, document_id), token=token, reason=reason)

"""Opening and filling case files."""

from uuid import UUID

from sqlalchemy import func, select

from docservice.core.errors import NotAllowed
from docservice.core.ids import new_id
from docservice.core.work import Reading, Work
from docservice.documents import queries as documents
from docservice.identity import queries as identity
from docservice.records.errors import CaseFileClosed, CaseFileNotFound
from docservice.records.models import CaseFile, CaseFileDocument


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
    case_file = get_visible(work, case_file_id)
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
    work.note("file_document", document.id, case_file=case_file.notation)


def get_visible(reading: Reading, case_file_id: UUID) -> CaseFile:
    """The case file, for the posts of the unit that keeps it and the post that opened it; else `CaseFileNotFound`."""
    actor = reading.actor
    found = reading.session.get(CaseFile, case_file_id)
    if found is None or found.agency_id != actor.agency_id:
        raise CaseFileNotFound
    if actor.post_id != found.opened_by_post_id and (found.unit_id is None or actor.unit_id != found.unit_id):
        raise CaseFileNotFound
    return found


def documents_in(reading: Reading, case_file_id: UUID) -> list[UUID]:
    """The ids of the case file's documents, in the order they were filed."""
    return list(
        reading.session.scalars(
            select(CaseFileDocument.document_id)
            .where(CaseFileDocument.case_file_id == case_file_id)
            .order_by(CaseFileDocument.ordinal)
        )
    )

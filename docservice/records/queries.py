"""Reads of case files: who keeps one sees it; the archive's list shows titles to the agency, documents to nobody."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Select, func, or_, select

from docservice.core.work import Actor, Reading
from docservice.documents import queries as documents
from docservice.documents.models import Document
from docservice.identity.models import Role
from docservice.records.errors import CaseFileNotFound
from docservice.records.models import AccessRequest, CaseFile, CaseFileDocument


@dataclass(frozen=True)
class ArchiveCounts:
    """What waits for an archivist."""

    offered: int
    requests: int
    ended: int


def visible_to(actor: Actor) -> Select[CaseFile]:
    """The case files of the actor's post and unit; for an archivist also what was offered to the archive."""
    mine = [CaseFile.opened_by_post_id == actor.post_id]
    if actor.unit_id is not None:
        mine.append(CaseFile.unit_id == actor.unit_id)
    if actor.role == Role.ARCHIVIST:
        mine.append(CaseFile.offered_at.is_not(None))
    return select(CaseFile).where(CaseFile.agency_id == actor.agency_id, or_(*mine))


def get_visible(reading: Reading, case_file_id: UUID) -> CaseFile:
    """The case file, or `CaseFileNotFound`."""
    wanted = visible_to(reading.actor).where(CaseFile.id == case_file_id)
    found = reading.session.scalars(wanted).one_or_none()
    if found is None:
        raise CaseFileNotFound
    return found


def case_files(reading: Reading, *, text: str = "") -> list[CaseFile]:
    """The case files the actor sees, newest first; `text` narrows by title or notation."""
    wanted = visible_to(reading.actor)
    if text.strip():
        wanted = wanted.where(
            or_(
                CaseFile.title.icontains(text.strip(), autoescape=True),
                CaseFile.notation.icontains(text.strip(), autoescape=True),
            )
        )
    return list(reading.session.scalars(wanted.order_by(CaseFile.year.desc(), CaseFile.id.desc()).limit(200)))


def closed_in(reading: Reading, *, year: int) -> list[CaseFile]:
    """The closed case files of a year's list that the actor sees, in the order of the list."""
    wanted = visible_to(reading.actor).where(CaseFile.year == year, CaseFile.closed_at.is_not(None))
    return list(reading.session.scalars(wanted.order_by(CaseFile.unit_id, CaseFile.ordinal)))


def open_case_files(reading: Reading) -> list[CaseFile]:
    """Those a document can still be put into."""
    wanted = visible_to(reading.actor).where(CaseFile.closed_at.is_(None)).order_by(CaseFile.id.desc())
    return list(reading.session.scalars(wanted.limit(50)))


def archived(reading: Reading) -> list[CaseFile]:
    """The archive's list of the own agency: titles only, so that anybody there can ask to read."""
    wanted = select(CaseFile).where(CaseFile.agency_id == reading.actor.agency_id, CaseFile.accepted_at.is_not(None))
    return list(reading.session.scalars(wanted.order_by(CaseFile.year.desc(), CaseFile.notation)))


def documents_in(reading: Reading, case_file_id: UUID) -> list[UUID]:
    """The ids of the case file's documents, in the order they were filed."""
    return list(
        reading.session.scalars(
            select(CaseFileDocument.document_id)
            .where(CaseFileDocument.case_file_id == case_file_id)
            .order_by(CaseFileDocument.ordinal)
        )
    )


def visible_documents_in(reading: Reading, case_file_id: UUID) -> list[Document]:
    """The documents of the case file that the actor may see, in the order they were filed."""
    wanted = documents.visible_to(reading.actor).join(CaseFileDocument, CaseFileDocument.document_id == Document.id)
    wanted = wanted.where(CaseFileDocument.case_file_id == case_file_id).order_by(CaseFileDocument.ordinal)
    return list(reading.session.scalars(wanted))


def case_files_of(reading: Reading, document_id: UUID) -> list[CaseFile]:
    """The case files the actor sees that hold this document."""
    wanted = visible_to(reading.actor).join(CaseFileDocument, CaseFileDocument.case_file_id == CaseFile.id)
    return list(reading.session.scalars(wanted.where(CaseFileDocument.document_id == document_id)))


def open_requests(reading: Reading) -> list[tuple[AccessRequest, CaseFile]]:
    """The requests to read that nobody has answered, for the archivist."""
    rows = reading.session.execute(
        select(AccessRequest, CaseFile)
        .join(CaseFile, CaseFile.id == AccessRequest.case_file_id)
        .where(CaseFile.agency_id == reading.actor.agency_id, AccessRequest.answered_at.is_(None))
        .order_by(AccessRequest.asked_at)
    )
    return [(request, case_file) for request, case_file in rows] if reading.actor.role == Role.ARCHIVIST else []


def own_requests(reading: Reading) -> list[tuple[AccessRequest, CaseFile]]:
    """What the acting post has asked for, newest first."""
    rows = reading.session.execute(
        select(AccessRequest, CaseFile)
        .join(CaseFile, CaseFile.id == AccessRequest.case_file_id)
        .where(AccessRequest.post_id == reading.actor.post_id)
        .order_by(AccessRequest.asked_at.desc())
        .limit(50)
    )
    return [(request, case_file) for request, case_file in rows]


def archive_counts(reading: Reading, actors: Sequence[Actor]) -> ArchiveCounts:
    """Chờ nhận nộp lưu, Yêu cầu khai thác, Đến hạn, over all the archives somebody keeps."""
    agencies = [actor.agency_id for actor in actors if actor.role == Role.ARCHIVIST]
    own = CaseFile.agency_id.in_(agencies)
    offered = select(func.count()).where(own, CaseFile.offered_at.is_not(None), CaseFile.accepted_at.is_(None))
    asked = (
        select(func.count())
        .select_from(AccessRequest)
        .join(CaseFile, CaseFile.id == AccessRequest.case_file_id)
        .where(own, AccessRequest.answered_at.is_(None))
    )
    ended = select(func.count()).where(
        own, CaseFile.accepted_at.is_not(None), CaseFile.retention_ends < reading.today.year
    )
    scalar = reading.session.scalar
    return ArchiveCounts(scalar(offered) or 0, scalar(asked) or 0, scalar(ended) or 0)

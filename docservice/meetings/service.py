"""Calling a meeting, tabling papers, asking for the pack."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select

from docservice.core.errors import NotAllowed
from docservice.core.ids import new_id
from docservice.core.work import Work
from docservice.documents import facts
from docservice.documents import queries as documents
from docservice.documents.errors import DocumentNotFound
from docservice.identity import queries as identity
from docservice.identity.models import Role
from docservice.meetings import queries
from docservice.meetings.errors import MeetingIncomplete
from docservice.meetings.models import AgendaItem, Meeting, Paper, Participant

MAY_CALL = frozenset({Role.LEADER, Role.DEPUTY, Role.CLERK, Role.FORM_CHECKER})


def call_meeting(
    work: Work, *, title: str, place: str, starts_at: datetime, participant_post_ids: tuple[UUID, ...]
) -> Meeting:
    """Call a meeting of the own agency; its participants will see what is tabled."""
    actor = work.actor
    if actor.agency_id is None or actor.post_id is None or actor.role not in MAY_CALL:
        raise NotAllowed
    if not title or not place:
        raise MeetingIncomplete
    meeting = Meeting(
        id=new_id(),
        agency_id=actor.agency_id,
        title=title,
        place=place,
        starts_at=starts_at,
        called_by_post_id=actor.post_id,
        created_at=work.now,
    )
    work.session.add(meeting)
    work.session.flush()
    for post_id in sorted({actor.post_id, *participant_post_ids}):
        holder = identity.holder_of(work, post_id)
        if holder is None or holder.post.agency_id != actor.agency_id:
            raise NotAllowed
        work.session.add(Participant(meeting_id=meeting.id, post_id=post_id))
    work.session.flush()
    work.note("call_meeting", meeting.id, starts_at=starts_at)
    return meeting


def add_item(work: Work, *, meeting_id: UUID, title: str) -> AgendaItem:
    """Add an item at the end of the agenda."""
    meeting = _own_meeting(work, meeting_id)
    if not title:
        raise MeetingIncomplete
    count = select(func.count()).select_from(AgendaItem).where(AgendaItem.meeting_id == meeting.id)
    item = AgendaItem(id=new_id(), meeting_id=meeting.id, ordinal=(work.session.scalar(count) or 0) + 1, title=title)
    work.session.add(item)
    work.session.flush()
    work.note("add_agenda_item", meeting.id, item=item.ordinal)
    return item


def table_document(work: Work, *, item_id: UUID, document_id: UUID) -> Paper:
    """Table a document the actor sees: its present bytes, and the right of the participants to see it."""
    item = _item(work, item_id)
    document = documents.get_visible(work, document_id)
    version = documents.latest_version(work, document.id)
    if version is None:
        raise DocumentNotFound
    for post_id in queries.participants(work, item.meeting_id):
        facts.grant(work, document, token=f"post:{post_id}", reason=f"meeting:{item.meeting_id}")
    title = f"{document.title} (số {document.origin_notation or document.notation})"
    return _table(work, item, title=title, sha256=version.sha256, document_id=document.id)


def table_file(work: Work, *, item_id: UUID, title: str, sha256: str, size: int) -> Paper:
    """Table a PDF that is no document of this service; it has passed the gate and lies in the store."""
    item = _item(work, item_id)
    meeting = queries.get_visible(work, item.meeting_id)
    facts.name_file(work, meeting.agency_id, sha256=sha256, size=size, media_type="application/pdf")
    return _table(work, item, title=title, sha256=sha256, document_id=None)


def _table(work: Work, item: AgendaItem, *, title: str, sha256: str, document_id: UUID | None) -> Paper:
    count = select(func.count()).select_from(Paper).where(Paper.item_id == item.id)
    paper = Paper(
        id=new_id(),
        item_id=item.id,
        ordinal=(work.session.scalar(count) or 0) + 1,
        title=title,
        document_id=document_id,
        sha256=sha256,
    )
    work.session.add(paper)
    work.session.flush()
    work.note("table_paper", item.meeting_id, sha256=sha256)
    work.later("meetings.make_pack", merge_key=f"meetings.make_pack:{item.meeting_id}", meeting_id=item.meeting_id)
    return paper


def _item(work: Work, item_id: UUID) -> AgendaItem:
    item = work.session.get(AgendaItem, item_id)
    if item is None:
        raise DocumentNotFound
    _own_meeting(work, item.meeting_id)
    return item


def _own_meeting(work: Work, meeting_id: UUID) -> Meeting:
    meeting = queries.get_visible(work, meeting_id)
    if work.actor.post_id != meeting.called_by_post_id:
        raise NotAllowed
    return meeting

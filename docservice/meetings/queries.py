"""Reads of meetings: only participants know that a meeting exists."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Select, select

from docservice.core.work import Actor, Reading
from docservice.meetings.errors import MeetingNotFound
from docservice.meetings.models import AgendaItem, Meeting, Pack, Paper, Participant


@dataclass(frozen=True)
class TabledItem:
    item: AgendaItem
    papers: tuple[Paper, ...]


def visible_to(actor: Actor) -> Select[Meeting]:
    """The meetings the acting post takes part in."""
    mine = select(Participant.meeting_id).where(Participant.post_id == actor.post_id)
    return select(Meeting).where(Meeting.agency_id == actor.agency_id, Meeting.id.in_(mine))


def get_visible(reading: Reading, meeting_id: UUID) -> Meeting:
    """The meeting, or `MeetingNotFound`."""
    found = reading.session.scalars(visible_to(reading.actor).where(Meeting.id == meeting_id)).one_or_none()
    if found is None:
        raise MeetingNotFound
    return found


def participants(reading: Reading, meeting_id: UUID) -> list[UUID]:
    """The posts that take part."""
    wanted = select(Participant.post_id).where(Participant.meeting_id == meeting_id).order_by(Participant.post_id)
    return list(reading.session.scalars(wanted))


def agenda(reading: Reading, meeting_id: UUID) -> list[TabledItem]:
    """The agenda with the papers of each item, in order."""
    items = reading.session.scalars(
        select(AgendaItem).where(AgendaItem.meeting_id == meeting_id).order_by(AgendaItem.ordinal)
    ).all()
    papers = reading.session.scalars(
        select(Paper).where(Paper.item_id.in_([item.id for item in items])).order_by(Paper.ordinal)
    ).all()
    return [TabledItem(item, tuple(paper for paper in papers if paper.item_id == item.id)) for item in items]


def latest_pack(reading: Reading, meeting_id: UUID) -> Pack | None:
    """The newest edition of the pack."""
    return reading.session.scalars(
        select(Pack).where(Pack.meeting_id == meeting_id).order_by(Pack.edition.desc()).limit(1)
    ).one_or_none()

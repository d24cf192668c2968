"""One inbox over all the posts a person holds: counts per box, and a box's rows with the post each belongs to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Integer,
    Select,
    Uuid,
    bindparam,
    case,
    exists,
    func,
    literal,
    or_,
    select,
    union_all,
)

from docservice.core.clock import VIETNAM
from docservice.core.work import Actor, Reading
from docservice.documents.models import Document, Stage, Urgency, Version, Viewing
from docservice.inbox.boxes import Box, boxes_of
from docservice.meetings import queries as meetings
from docservice.meetings.models import Meeting
from signing.outcome import FAILED, INDETERMINATE

PAGE = 25

_URGENCY_RANK = case({urgency: rank for rank, urgency in enumerate(Urgency)}, value=Document.urgency, else_=0)

# Express first, then what is due, then what waits longest: the order in which an office works.
SORTS: dict[str, tuple[Any, ...]] = {
    "work": (_URGENCY_RANK.desc(), Document.due.is_(None), Document.due, Document.waiting_since),
    "newest": (Document.waiting_since.desc(), Document.id.desc()),
    "due": (Document.due.is_(None), Document.due, Document.id.desc()),
    "subject": (Document.subject,),
}


@dataclass(frozen=True)
class Counted:
    """A box with how much lies in it over all posts."""

    box: Box
    count: int


@dataclass(frozen=True)
class Row:
    """A document in a box, and the post through which it is there.

    `broken` is the worst indication of an arrival whose signatures do not all hold, empty where it has none.
    """

    document: Document
    post_id: UUID
    opened: bool
    broken: str | None


@dataclass(frozen=True)
class Page:
    rows: tuple[Row, ...]
    total: int
    number: int
    pages: int


_OPENED = exists().where(Viewing.document_id == Document.id, Viewing.person_id == bindparam("person_id", type_=Uuid()))
# The verdict of an arrival where it did not pass.
_BROKEN = (
    select(Version.verdict)
    .where(
        Version.document_id == Document.id,
        Version.stage == Stage.RECEIVED,
        Version.verdict["passed"].as_boolean().is_(False),
    )
    .order_by(Version.ordinal.desc())
    .limit(1)
    .scalar_subquery()
)


def counts(reading: Reading, actors: Sequence[Actor]) -> list[Counted]:
    """Every box the person has through any post, in the order of the posts, each once; one query for all."""
    wanted = _boxes(actors)
    if not wanted:
        return []
    found: dict[str, int] = {}
    for code, n in reading.session.execute(_counting(tuple(actors), reading.today)):
        found[code] = found.get(code, 0) + n
    return [Counted(box, found.get(box.code, 0)) for box in wanted]


@lru_cache(maxsize=1024)
def _counting(actors: tuple[Actor, ...], today: date) -> CompoundSelect[str, int]:
    """The counting statement; made once a day for the same posts, since making it takes longer than running it."""
    return union_all(
        *(
            box.select(actor, today).with_only_columns(
                literal(box.code).label("code"), func.count().label("n"), maintain_column_froms=True
            )
            for box, holders in _boxes(actors).items()
            for actor in holders
        )
    )


def rows(
    reading: Reading,
    actors: Sequence[Actor],
    box: Box,
    *,
    sort: str = "work",
    text: str = "",
    number: int = 1,
    total: int | None = None,
) -> Page:
    """One page of a box over all posts that have it; `text` narrows to subjects, senders and numbers that hold it.

    Whoever has counted the box (`counts`) says its `total`: without a text it is not counted again.
    """
    if box not in _boxes(actors):
        return Page((), 0, 1, 1)
    listing = _listing(tuple(actors), box, reading.today, sort if sort in SORTS else "work", text.strip())
    if total is None or text.strip():
        total = reading.session.scalar(listing.total) or 0
    pages = max(1, -(-total // PAGE))
    number = min(max(1, number), pages)
    values = {"skipped": (number - 1) * PAGE, "person_id": reading.actor.person_id}
    found = reading.session.execute(listing.page, values) if total else ()
    return Page(
        tuple(
            Row(document, UUID(post_id), opened, _worst(broken) if broken else None)
            for document, post_id, opened, broken in found
        ),
        total,
        number,
        pages,
    )


@dataclass(frozen=True)
class _Listing:
    """`page` takes `skipped`, how many rows come before it, and `person_id`, who may have opened them."""

    total: Select[int]
    page: Select[Document, str, bool, dict[str, Any] | None]


@lru_cache(maxsize=1024)
def _listing(actors: tuple[Actor, ...], box: Box, today: date, sort: str, text: str) -> _Listing:
    """The statements of a box's page; kept, since making them takes longer than running them."""
    parts = []
    for actor in _boxes(actors)[box]:
        chosen = box.select(actor, today)
        if text:
            chosen = chosen.where(_holds(text))
        parts.append(chosen.with_only_columns(Document.id, literal(str(actor.post_id)).label("post_id")))
    both = union_all(*parts).subquery()
    order = (*SORTS[sort], Document.id)
    ids = select(Document.id, both.c.post_id).join(both, both.c.id == Document.id).order_by(*order)
    # Chosen first: SQLite asks for every column of all rows before it sorts them.
    shown = ids.limit(PAGE).offset(bindparam("skipped", type_=Integer)).subquery()
    page = select(Document, shown.c.post_id, _OPENED, _BROKEN).join(shown, shown.c.id == Document.id).order_by(*order)
    return _Listing(select(func.count()).select_from(both), page)


def meetings_today(reading: Reading, actors: Sequence[Actor]) -> list[tuple[Meeting, Actor]]:
    """Họp hôm nay: the meetings of this legal day the person takes part in."""
    begin = datetime.combine(reading.today, datetime.min.time(), VIETNAM)
    end = datetime.combine(reading.today, datetime.max.time(), VIETNAM)
    found = []
    for actor in actors:
        wanted = meetings.visible_to(actor).where(Meeting.starts_at.between(begin, end)).order_by(Meeting.starts_at)
        found += [(meeting, actor) for meeting in reading.session.scalars(wanted)]
    return found


def _boxes(actors: Sequence[Actor]) -> dict[Box, list[Actor]]:
    wanted: dict[Box, list[Actor]] = {}
    for actor in actors:
        for box in boxes_of(actor):
            wanted.setdefault(box, []).append(actor)
    return wanted


def _worst(verdict: Mapping[str, Any]) -> str:
    indications = {signature["indication"] for signature in verdict["signatures"]}
    return FAILED if FAILED in indications else INDETERMINATE if indications else ""


def _holds(text: str) -> ColumnElement[bool]:
    columns = (Document.subject, Document.origin_name, Document.origin_notation, Document.notation)
    return or_(*(column.icontains(text, autoescape=True) for column in columns))

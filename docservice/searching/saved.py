"""Searches a person keeps, and what is new for them: told in the inbox, until it has been opened or waved away."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, Select, delete, exists, func, select, update

from docservice.core.ids import new_id
from docservice.core.runner import JobRun, job
from docservice.core.work import Actor, Reading, Work
from docservice.documents.models import Document, Viewing
from docservice.identity.accounts import hats_of
from docservice.identity.models import Person
from docservice.searching import finding
from docservice.searching.errors import SavedSearchNotFound, SearchEmpty, TooManySaved
from docservice.searching.finding import Search
from docservice.searching.models import IndexNews, SavedSearch, SavedSearchMatch
from search import Index, Order

TELL_JOB = "searching.tell"
MOST_SAVED = 30
# So many matches are remembered when a search is saved; so many changed documents are asked about at once.
_REMEMBERED, _AT_ONCE = 1_000, 400


@dataclass(frozen=True)
class Kept:
    """A saved search and how many documents it has told that the person has not looked at."""

    saved: SavedSearch
    search: Search
    news: int


def save(work: Work, actors: Sequence[Actor], *, name: str, search: Search, alerts: bool = True) -> SavedSearch:
    """Keep a search of the acting person; what it finds now is known and told no more.

    Raises `SearchEmpty` for a search that asks for everything, `TooManySaved`.
    """
    if not search.as_values():
        raise SearchEmpty
    if len(kept(work)) >= MOST_SAVED:
        raise TooManySaved(most=MOST_SAVED)
    newest = search.query(finding.tokens_of(actors), limit=_REMEMBERED, order=Order.NEWEST)
    results = finding.ask(work, newest)
    row = SavedSearch(
        id=new_id(),
        person_id=work.actor.person_id,
        name=(" ".join(name.split()) or search.text or "?")[:200],
        wanted=search.as_values(),
        alerts=alerts,
        remembers_all=results.total <= _REMEMBERED,
        saved_at=work.now,
    )
    work.session.add(row)
    work.session.flush()
    known = list(finding.visible_rows(work, actors, results))
    work.session.add_all(
        SavedSearchMatch(saved_search_id=row.id, document_id=document_id, found_at=work.now, seen_at=work.now)
        for document_id in known
    )
    work.note("save_search", row.id)
    return row


def forget(work: Work, *, saved_search_id: UUID) -> None:
    """Delete a saved search of the acting person with all it has told."""
    row = get_own(work, saved_search_id)
    work.session.execute(delete(SavedSearchMatch).where(SavedSearchMatch.saved_search_id == row.id))
    work.session.delete(row)
    work.note("forget_search", row.id)


def switch_alerts(work: Work, *, saved_search_id: UUID, on: bool) -> None:
    """Tell new matches from now on, or no more."""
    get_own(work, saved_search_id).alerts = on


def wave_away(work: Work, *, saved_search_id: UUID) -> None:
    """Take everything a saved search has told as seen."""
    row = get_own(work, saved_search_id)
    open_ones = update(SavedSearchMatch).where(
        SavedSearchMatch.saved_search_id == row.id, SavedSearchMatch.seen_at.is_(None)
    )
    work.session.execute(open_ones.values(seen_at=work.now))


def get_own(reading: Reading, saved_search_id: UUID) -> SavedSearch:
    """The acting person's own saved search, or `SavedSearchNotFound`."""
    row = reading.session.get(SavedSearch, saved_search_id)
    if row is None or row.person_id != reading.actor.person_id:
        raise SavedSearchNotFound
    return row


def kept(reading: Reading) -> list[Kept]:
    """The acting person's saved searches by name, with how much is new."""
    counted: Select[UUID, int] = (
        select(SavedSearchMatch.saved_search_id, func.count())
        .where(_unseen(reading.actor.person_id))
        .group_by(SavedSearchMatch.saved_search_id)
    )
    news = {row[0]: row[1] for row in reading.session.execute(counted)}
    rows = select(SavedSearch).where(SavedSearch.person_id == reading.actor.person_id).order_by(SavedSearch.name)
    return [Kept(row, Search.of_values(row.wanted), news.get(row.id, 0)) for row in reading.session.scalars(rows)]


def is_told(actor: Actor) -> ColumnElement[bool]:
    """The condition that a document was told to the person and not looked at since."""
    told = select(SavedSearchMatch.document_id).where(
        SavedSearchMatch.document_id == Document.id, _unseen(actor.person_id)
    )
    return exists(told)


def tell_news(work: Work, document_id: UUID) -> None:
    """Have every saved search asked about a document the index has taken in."""
    if work.session.scalar(select(SavedSearch.id).where(SavedSearch.alerts).limit(1)) is None:
        return
    if work.session.get(IndexNews, document_id) is None:
        work.session.add(IndexNews(document_id=document_id, at=work.now))
        work.session.flush()
    work.later(TELL_JOB, merge_key=TELL_JOB)


@job(TELL_JOB)
def tell(run: JobRun) -> None:
    """Ask every saved search about the documents that have changed, and note what it finds for the first time."""
    with run.reading() as reading:
        ids = list(reading.session.scalars(select(IndexNews.document_id).order_by(IndexNews.at).limit(_AT_ONCE)))
        found: list[tuple[UUID, UUID]] = []
        searches = reading.session.scalars(select(SavedSearch).where(SavedSearch.alerts)) if ids else ()
        actors: dict[UUID, list[Actor]] = {}
        for row in searches:
            if row.person_id not in actors:
                person = reading.session.get_one(Person, row.person_id)
                actors[row.person_id] = [
                    hat.actor for hat in hats_of(reading, person_id=person.id, name=person.full_name)
                ]
            found += [(row.id, document_id) for document_id in _new_matches(reading, row, actors[row.person_id], ids)]
    with run.finish() as work:
        kept_ids = set(work.session.scalars(select(SavedSearch.id)))
        for saved_search_id, document_id in found:
            known = work.session.get(SavedSearchMatch, (saved_search_id, document_id))
            if known is None and saved_search_id in kept_ids:
                work.session.add(
                    SavedSearchMatch(
                        saved_search_id=saved_search_id, document_id=document_id, found_at=work.now, seen_at=None
                    )
                )
        work.session.execute(delete(IndexNews).where(IndexNews.document_id.in_(ids)))
        if len(ids) == _AT_ONCE:
            work.later(TELL_JOB, merge_key=TELL_JOB)


def _new_matches(reading: Reading, row: SavedSearch, actors: Sequence[Actor], ids: Sequence[UUID]) -> list[UUID]:
    tokens = finding.tokens_of(actors)
    among = tuple(str(document_id) for document_id in ids)
    asked = Search.of_values(row.wanted).query(tokens, among=among, limit=len(among))
    results = reading.ports[Index].find(asked)
    if results.relaxed:
        # What holds only some of the words was not asked for.
        return []
    rows = finding.visible_rows(reading, actors, results)
    return [
        document_id
        for document_id, (document, _) in rows.items()
        if row.remembers_all or document.created_at >= row.saved_at
    ]


def _unseen(person_id: UUID | None) -> ColumnElement[bool]:
    """Told, not waved away, and never opened by this person."""
    own = select(SavedSearch.id).where(SavedSearch.person_id == person_id)
    opened = select(Viewing.document_id).where(
        Viewing.document_id == SavedSearchMatch.document_id, Viewing.person_id == person_id
    )
    return SavedSearchMatch.saved_search_id.in_(own) & SavedSearchMatch.seen_at.is_(None) & ~exists(opened)

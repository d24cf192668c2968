"""Search for people: the index proposes, the database decides, so a row is shown only if it may be seen now."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from docservice.core.work import Actor, Reading
from docservice.documents.errors import SearchUnavailable
from docservice.documents.models import Document
from docservice.documents.queries import visible_to
from docservice.documents.texts import texts_of_documents
from search import Index, Query, Results, SearchError, highlight, normalise

SNIPPET = 240


@dataclass(frozen=True)
class Found:
    """Documents in the order of relevance; `relaxed` says that no document held all the words."""

    documents: tuple[Document, ...]
    total: int
    relaxed: bool


@dataclass(frozen=True)
class Shown:
    """A found document, the post through which it is seen, and where the query's words stand in title and text."""

    document: Document
    post_id: UUID | None
    title: str
    title_spans: tuple[tuple[int, int], ...]
    snippet: str
    snippet_spans: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class FoundForPerson:
    hits: tuple[Shown, ...]
    total: int
    relaxed: bool


def find(
    reading: Reading,
    *,
    text: str,
    kind: str | None = None,
    year: int | None = None,
    limit: int = 20,
    offset: int = 0,
) -> Found:
    """The documents the actor may see, best first."""
    wanted = Query(text, reading.actor.tokens, kind=kind, year=year, limit=limit, offset=offset)
    results = _ask(reading, wanted)
    ids = [UUID(hit.id) for hit in results.hits]
    rows = {row.id: row for row in reading.session.scalars(visible_to(reading.actor).where(Document.id.in_(ids)))}
    shown = tuple(rows[identifier] for identifier in ids if identifier in rows)
    return Found(shown, results.total, results.relaxed)


def find_for(
    reading: Reading,
    actors: Sequence[Actor],
    *,
    text: str,
    kind: str | None = None,
    year: int | None = None,
    direction: str | None = None,
    limit: int = 20,
    offset: int = 0,
) -> FoundForPerson:
    """The documents a person may see through any of the posts held, best first, with the words' places."""
    tokens = frozenset().union(*(actor.tokens for actor in actors))
    wanted = Query(text, tokens, kind=kind, year=year, direction=direction, limit=limit, offset=offset)
    results = _ask(reading, wanted)
    ids = [UUID(hit.id) for hit in results.hits]
    rows: dict[UUID, tuple[Document, UUID | None]] = {}
    for actor in actors:
        for row in reading.session.scalars(visible_to(actor).where(Document.id.in_(ids))):
            rows.setdefault(row.id, (row, actor.post_id))
    bodies = texts_of_documents(reading, list(rows))
    hits = [
        _shown(*rows[identifier], body=bodies.get(identifier, ""), text=text)
        for identifier in ids
        if identifier in rows
    ]
    return FoundForPerson(tuple(hits), results.total, results.relaxed)


def _ask(reading: Reading, wanted: Query) -> Results:
    try:
        return reading.ports[Index].find(wanted)
    except SearchError as error:
        raise SearchUnavailable from error


def _shown(document: Document, post_id: UUID | None, *, body: str, text: str) -> Shown:
    title = normalise(document.title)
    flat = normalise(re.sub(r"\s+", " ", body))
    places = highlight(flat, text) if text.strip() else ()
    begin = max(0, _densest(places) - 60)
    begin = flat.rfind(" ", 0, begin) + 1 if begin else 0
    snippet = flat[begin : begin + SNIPPET]
    if begin + SNIPPET < len(flat):
        snippet = snippet.rpartition(" ")[0] or snippet
    return Shown(
        document,
        post_id,
        title,
        highlight(title, text) if text.strip() else (),
        snippet,
        highlight(snippet, text) if text.strip() else (),
    )


def _densest(places: Sequence[tuple[int, int]]) -> int:
    """Where a window of text holds the most marked letters."""
    best, most = 0, 0
    for begin, _ in places[:500]:
        held = sum(end - first for first, end in places if begin <= first < begin + SNIPPET - 60)
        if held > most:
            best, most = begin, held
    return best

"""Search for people: the index proposes, the database decides, so a row is shown only if it may be seen now."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, exists, select

from docservice.core.work import Actor, Reading
from docservice.documents.errors import SearchUnavailable
from docservice.documents.models import Document, DocumentReader
from docservice.documents.texts import texts_of_documents
from docservice.records import queries as records
from docservice.records.models import CaseFile
from docservice.searching.errors import IndexBeingRebuilt
from docservice.searching.excerpts import Excerpt, excerpt
from search import Facet, Index, IndexOutdated, Order, Query, Results, SearchError, normalise, places_in
from templates.families import kind_names

# `visible_to` but for the agency, for a few known ids: document by document, not by all the actor may see.
_SEEN = select(Document).where(
    Document.id.in_(bindparam("ids", expanding=True)),
    exists(
        select(DocumentReader.token).where(
            DocumentReader.document_id == Document.id, DocumentReader.token.in_(bindparam("tokens", expanding=True))
        )
    ),
)
# Pages end here: nobody leafs through more, and both engines stay quick.
DEEPEST = 2_000


@dataclass(frozen=True)
class Search:
    """What a person asks for; None and empty text narrow nothing. `year` has four digits, `case_file` is an id."""

    text: str = ""
    kind: str | None = None
    year: int | None = None
    direction: str | None = None
    issuer: str | None = None
    case_file: str | None = None
    retention: str | None = None
    order: Order = Order.RELEVANCE

    def as_values(self) -> dict[str, Any]:
        """What is asked for, by field, without what is empty: how it is kept and put into an address."""
        return {name: value for name, value in asdict(self).items() if value not in {None, "", Order.RELEVANCE}}

    @classmethod
    def of_values(cls, values: Mapping[str, Any]) -> "Search":
        """The search kept as such values."""
        order = Order(values["order"]) if "order" in values else Order.RELEVANCE
        return cls(**{**values, "order": order})

    def query(self, tokens: frozenset[str], **more: Any) -> Query:
        """The question to the index."""
        return Query(readers=tokens, **{**asdict(self), **more})


@dataclass(frozen=True)
class Shown:
    """A found document, the post through which it is seen, and where the query's words stand in title and text."""

    document: Document
    post_id: UUID | None
    title: str
    title_spans: tuple[tuple[int, int], ...]
    excerpt: Excerpt


@dataclass(frozen=True)
class Choice:
    """A value results can be narrowed to, as people call it, and how many of them have it."""

    value: str
    name: str
    count: int


@dataclass(frozen=True)
class Found:
    """Documents best first; `relaxed` says that none held enough of the words, and that these hold fewer."""

    hits: tuple[Shown, ...]
    total: int
    relaxed: bool
    choices: Mapping[Facet, tuple[Choice, ...]] = field(default_factory=dict)


def tokens_of(actors: Sequence[Actor]) -> frozenset[str]:
    """The reader tokens of every post a person holds."""
    return frozenset().union(*(actor.tokens for actor in actors))


def find(
    reading: Reading, actors: Sequence[Actor], search: Search, *, limit: int = 20, offset: int = 0, counted: bool = True
) -> Found:
    """The documents a person may see through any of the posts held, with the words' places and, if `counted`, facets.

    Raises `SearchUnavailable`, `IndexBeingRebuilt`.
    """
    wanted = search.query(tokens_of(actors), limit=limit, offset=min(offset, DEEPEST), with_facets=counted)
    results = ask(reading, wanted)
    rows = visible_rows(reading, actors, results)
    bodies = texts_of_documents(reading, list(rows))
    hits = [_shown(*row, body=bodies.get(identifier, ""), text=search.text) for identifier, row in rows.items()]
    choices = {facet: _choices(reading, actors, facet, counts) for facet, counts in results.facets.items()}
    return Found(tuple(hits), results.total, results.relaxed, choices)


def ask(reading: Reading, query: Query) -> Results:
    """What the index answers; raises `SearchUnavailable`, `IndexBeingRebuilt`."""
    try:
        return reading.ports[Index].find(query)
    except IndexOutdated as error:
        raise IndexBeingRebuilt from error
    except SearchError as error:
        raise SearchUnavailable from error


def visible_rows(
    reading: Reading, actors: Sequence[Actor], results: Results
) -> dict[UUID, tuple[Document, UUID | None]]:
    """What the database lets the person see of the hits now, in their order, with the post through which."""
    ids = [UUID(hit.id) for hit in results.hits]
    rows: dict[UUID, tuple[Document, UUID | None]] = {}
    for actor in actors:
        for row in reading.session.scalars(_SEEN, {"ids": ids, "tokens": sorted(actor.tokens)}):
            # Not asked of the database: SQLite would rather read through the agency's million than look up twenty.
            if row.agency_id == actor.agency_id:
                rows.setdefault(row.id, (row, actor.post_id))
    return {identifier: rows[identifier] for identifier in ids if identifier in rows}


def _shown(document: Document, post_id: UUID | None, *, body: str, text: str) -> Shown:
    title = normalise(document.title)
    return Shown(document, post_id, title, places_in(title, text), excerpt(body, text))


def _choices(
    reading: Reading, actors: Sequence[Actor], facet: Facet, counts: Sequence[tuple[str, int]]
) -> tuple[Choice, ...]:
    """The counted values by name; of case files those the person sees, for a title may say what a document does not."""
    if facet is Facet.CASE_FILE:
        names = _case_files(reading, actors, [UUID(value) for value, _ in counts])
        return tuple(Choice(value, names[value], count) for value, count in counts if value in names)
    if facet is Facet.KIND:
        known = kind_names()
        return tuple(Choice(value, known.get(value, value), count) for value, count in counts)
    if facet is Facet.YEAR:
        counts = sorted(counts, reverse=True)
    return tuple(Choice(value, value, count) for value, count in counts)


def _case_files(reading: Reading, actors: Sequence[Actor], ids: Sequence[UUID]) -> dict[str, str]:
    if not ids:
        return {}
    found: dict[str, str] = {}
    for actor in actors:
        for row in reading.session.scalars(records.visible_to(actor).where(CaseFile.id.in_(ids))):
            found[str(row.id)] = f"{row.notation} {row.title}"
    return found

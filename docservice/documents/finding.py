"""Search for people: the index proposes, the database decides, so a row is shown only if it may be seen now."""

from dataclasses import dataclass
from uuid import UUID

from docservice.core.work import Reading
from docservice.documents.models import Document
from docservice.documents.queries import visible_to
from search import Index, Query


@dataclass(frozen=True)
class Found:
    """Documents in the order of relevance; `relaxed` says that no document held all the words."""

    documents: tuple[Document, ...]
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
    results = reading.ports[Index].find(wanted)
    ids = [UUID(hit.id) for hit in results.hits]
    rows = {row.id: row for row in reading.session.scalars(visible_to(reading.actor).where(Document.id.in_(ids)))}
    shown = tuple(rows[identifier] for identifier in ids if identifier in rows)
    return Found(shown, results.total, results.relaxed)

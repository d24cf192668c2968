"""Help with asking: how a query may go on, what a mistyped one meant, what is like a document.

Everything is taken from documents the person may see; nothing of other people's documents shows through.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from docservice.core.work import Actor, Reading
from docservice.documents import queries
from docservice.documents.models import Document
from docservice.documents.texts import texts_of_documents
from docservice.searching.finding import Search, ask, tokens_of, visible_rows
from search import Like, Query, normalise
from search.asking import read_query
from search.spelling import best_spelling, near, without_input_method
from search.suggest import completions
from search.text import fold, words_with_places

# Titles looked at for completions, texts looked at for spellings, words of a query that are mended.
_TITLES, _TEXTS, _MENDED = 60, 10, 5
SIMILAR = 5


@dataclass(frozen=True)
class Suggestions:
    """Texts to search for, and documents to open (with the post through which they are seen)."""

    texts: tuple[str, ...]
    documents: tuple[tuple[Document, UUID | None], ...]


def suggest(reading: Reading, actors: Sequence[Actor], *, typed: str, documents: int = 3) -> Suggestions:
    """How a half-typed query may go on, by the titles and numbers of documents the person may see."""
    query = Query(typed, tokens_of(actors), half_typed=True, limit=_TITLES)
    rows = list(visible_rows(reading, actors, ask(reading, query)).values())
    texts = completions(typed, [row.title for row, _ in rows])
    return Suggestions(tuple(texts), tuple(rows[:documents]))


def did_you_mean(reading: Reading, actors: Sequence[Actor], search: Search) -> str | None:
    """Another text that finds documents where this one found none or only some of its words; None without one."""
    tokens = tokens_of(actors)
    search = replace(search, text=normalise(search.text))
    for other in without_input_method(search.text):
        found = ask(reading, search.query(tokens, text=other, limit=1))
        if visible_rows(reading, actors, found) and not found.relaxed:
            return other
    words = read_query(search.text).words
    unknown = [word for word in dict.fromkeys(words) if not ask(reading, Query(word, tokens, limit=1)).total]
    instead = {word: near(word) for word in unknown[:_MENDED] if near(word)}
    if not instead:
        return None
    found = ask(reading, search.query(tokens, instead=instead, limit=_TEXTS))
    rows = visible_rows(reading, actors, found)
    bodies = texts_of_documents(reading, list(rows))
    texts = [f"{row.title} . {bodies.get(identifier, '')}" for identifier, (row, _) in rows.items()]
    return _mended(search.text, instead, texts)


def similar_to(
    reading: Reading, actors: Sequence[Actor], *, document_id: UUID
) -> tuple[tuple[Document, UUID | None], ...]:
    """The documents most like one the person sees, of those the person may see; `DocumentNotFound` for another."""
    document = queries.get_visible(reading, document_id)
    body = texts_of_documents(reading, [document_id]).get(document_id, "")
    like = Like(document.subject, body, but_not=str(document_id))
    query = Query("", tokens_of(actors), like=like, limit=SIMILAR)
    return tuple(visible_rows(reading, actors, ask(reading, query)).values())


def _mended(text: str, instead: dict[str, tuple[str, ...]], texts: Sequence[str]) -> str | None:
    """The text with each unknown word in the spelling these texts have; the rest stays as typed."""
    found = list(words_with_places(text))
    out, at = "", 0
    mended = False
    for place, (word, begin, end) in enumerate(found):
        if word not in instead:
            continue
        before = found[place - 1][0] if place else ""
        after = found[place + 1][0] if place + 1 < len(found) else ""
        spelt = best_spelling(instead[word], texts, before=before, after=after)
        if spelt is None:
            continue
        out, at, mended = out + text[at:begin] + spelt, end, True
    mended_text = out + text[at:]
    return mended_text if mended and fold(mended_text) != fold(text) else None

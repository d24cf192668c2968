"""Where a query's words stand in the original text; the same for every engine."""

import re
from collections.abc import Sequence
from functools import lru_cache

from search.asking import read_query
from search.names import alternatives
from search.text import bare, fold, normalise, syllables

Span = tuple[int, int]


def highlight(text: str, query: str) -> tuple[Span, ...]:
    """The places (begin, end) of the query's words in NFC text, neighbours joined.

    Words of its fields are marked too, other names of places and offices where they stand whole; excluded words and
    days are not. Raises ValueError when the text is not NFC: offsets would point beside the words.
    """
    if normalise(text) != text:
        raise ValueError("text must be NFC")
    return places_in(text, query)


def places_in(text: str, query: str) -> tuple[Span, ...]:
    """`highlight` for text that is known to be NFC."""
    pattern = _pattern(query)
    if pattern is None:
        return ()
    spans: list[Span] = []
    for match in pattern.finditer(fold(text)):
        begin, end = match.span()
        if spans and not text[spans[-1][1] : begin].strip():
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((begin, end))
    return tuple(spans)


@lru_cache(maxsize=256)
def _pattern(query: str) -> re.Pattern[str] | None:
    """One expression for everything that is marked, longest first, for folded text.

    One for text as it is written would need a class of twenty letters for each of a word's: to compile it takes longer
    than to fold and to read what twenty documents say.
    """
    asked = read_query(query)
    words: list[Sequence[str]] = [(word,) for word in asked.words]
    words += [(word,) for text in (*asked.in_body, *asked.in_title, *asked.numbers) for word in syllables(text)]
    words += [other.spelt for other in alternatives(list(asked.words)) if other.spelt]
    if not words:
        return None
    chosen = sorted({tuple(spelt) for spelt in words}, key=lambda spelt: (-len(spelt), -len(spelt[0]), spelt))
    begun: dict[str, list[str]] = {}
    for spelt in chosen:
        form = r"[\W_]+".join(map(_spelling, spelt))
        first = "" if spelt[0].isdigit() else form[0]
        begun.setdefault(first, []).append(form.removeprefix(first))
    # Whether a word begins here is asked after its first letter: letters that begin none are passed over at once.
    branches = [rf"{first}(?<![^\W_]{first})(?:{'|'.join(forms)})" for first, forms in begun.items()]
    return re.compile(rf"(?:{'|'.join(branches)})(?![^\W_])")


def _spelling(word: str) -> str:
    return f"0*{bare(word)}" if word.isdigit() else re.escape(word)

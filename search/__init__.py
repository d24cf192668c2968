"""Finding text. Knows entries, queries and reader tokens; receives text, never files."""

from pathlib import Path

from search.embedded import EmbeddedIndex
from search.highlight import highlight
from search.index import Entry, Hit, Index, IndexHealth, IndexOutdated, IndexUnavailable, Query, Results, SearchError
from search.text import normalise

__all__ = [
    "Entry",
    "Hit",
    "Index",
    "IndexHealth",
    "IndexOutdated",
    "IndexUnavailable",
    "Query",
    "Results",
    "SearchError",
    "highlight",
    "normalise",
    "open_index",
]


def open_index(url: str, *, base: Path) -> Index:
    """Open `tantivy:FOLDER`, relative to `base`; raises `SearchError` for any other address."""
    scheme, _, rest = url.partition(":")
    if scheme == "tantivy" and rest:
        return EmbeddedIndex(base / rest)
    raise SearchError("search_url_unknown", url=url)

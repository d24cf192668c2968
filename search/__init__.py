"""Finding text. Knows entries, queries and reader tokens; receives text, never files."""

from pathlib import Path

from search.embedded import EmbeddedIndex
from search.highlight import highlight, places_in
from search.index import (
    Entry,
    Facet,
    Hit,
    Index,
    IndexHealth,
    IndexOutdated,
    IndexUnavailable,
    Like,
    Order,
    Query,
    Results,
    SearchError,
)
from search.text import normalise, syllables

__all__ = [
    "Entry",
    "Facet",
    "Hit",
    "Index",
    "IndexHealth",
    "IndexOutdated",
    "IndexUnavailable",
    "Like",
    "Order",
    "Query",
    "Results",
    "SearchError",
    "highlight",
    "normalise",
    "open_index",
    "places_in",
    "syllables",
]


def open_index(url: str, *, base: Path, password: str | None = None) -> Index:
    """Open `tantivy:FOLDER` (relative to `base`) or `http(s)://user@host:port/name` of Elasticsearch.

    Raises `SearchError` for any other address.
    """
    scheme, _, rest = url.partition(":")
    if scheme in {"http", "https"}:
        # Imported here: a node on one folder runs without the server packages.
        from search.elastic import ElasticIndex  # noqa: PLC0415

        return ElasticIndex(url, password=password)
    if scheme == "tantivy" and rest:
        return EmbeddedIndex(base / rest)
    raise SearchError("search_url_unknown", url=url)

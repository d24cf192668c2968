"""The port: entries go in with the tokens of those who may see them; queries carry the tokens of who asks.

SearchError
├── IndexUnavailable   another process writes, or the folder cannot be used
└── IndexOutdated      the index was made by another analysis; it has to be rebuilt
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol


class SearchError(Exception):
    """Base: `code` in snake case, `params` for whoever words it."""

    def __init__(self, code: str, **params: str | int) -> None:
        super().__init__(code, params)
        self.code = code
        self.params = params


class IndexUnavailable(SearchError):
    pass


class IndexOutdated(SearchError):
    pass


@dataclass(frozen=True)
class Entry:
    """One document as the index knows it. `version` grows with every change: an older one never replaces a newer.

    `number` is number and notation as issued (`12/BC-UBND`), `kind` a code to filter by, `kind_name` what people call
    it (`Báo cáo`), `readers` the tokens of those who may see it.
    """

    id: str
    version: int
    number: str
    title: str
    body: str
    readers: frozenset[str]
    kind: str
    kind_name: str
    issuer: str
    day: date | None
    direction: str


@dataclass(frozen=True)
class Query:
    """What is asked, and by whom: `readers` are the asker's tokens. No text asks for the newest."""

    text: str
    readers: frozenset[str]
    kind: str | None = None
    year: int | None = None
    direction: str | None = None
    limit: int = 20
    offset: int = 0


@dataclass(frozen=True)
class Hit:
    id: str
    score: float


@dataclass(frozen=True)
class Results:
    """`relaxed` says that no entry held enough of the query's words, and that these hold fewer."""

    hits: tuple[Hit, ...]
    total: int
    relaxed: bool = False


@dataclass(frozen=True)
class IndexHealth:
    place: str
    entries: int
    outdated: bool


class Index(Protocol):
    def put(self, entries: Sequence[Entry]) -> None:
        """Add or replace entries, in one commit."""
        ...

    def remove(self, ids: Sequence[str]) -> None:
        """Forget entries; forgetting twice is harmless."""
        ...

    def find(self, query: Query) -> Results:
        """The entries that the asker may see, best first."""
        ...

    def rebuild(self, entries: Iterable[Entry]) -> None:
        """Make the index anew of exactly these entries."""
        ...

    def check(self) -> IndexHealth: ...

    def close(self) -> None: ...

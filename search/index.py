"""The port: entries go in with the tokens of those who may see them; queries carry the tokens of who asks.

SearchError
├── IndexUnavailable   another process writes, or the server or folder cannot be used
└── IndexOutdated      the index was made by another analysis; it has to be rebuilt
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
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
    it (`Báo cáo`), `readers` the tokens of those who may see it; `case_files` (any key that names one) and
    `retentions` are those of the files the document lies in.
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
    case_files: tuple[str, ...] = ()
    retentions: tuple[str, ...] = ()


class Facet(StrEnum):
    """What the entries found are counted by, and may be narrowed to."""

    YEAR = "year"
    KIND = "kind"
    ISSUER = "issuer"
    CASE_FILE = "case_file"
    RETENTION = "retention"


class Order(StrEnum):
    RELEVANCE = "relevance"
    NEWEST = "newest"


@dataclass(frozen=True)
class Like:
    """Ask for entries like this text, the one it came from left out."""

    title: str
    body: str
    but_not: str


@dataclass(frozen=True)
class Query:
    """What is asked, and by whom: `readers` are the asker's tokens. No text asks for the newest.

    `half_typed` takes the last word for the beginning of one and looks in titles and numbers only; `instead` names
    other syllables that may stand for a word of the text (a misspelling); `among` narrows to these ids; `like` asks
    for similar entries, whatever the text.
    """

    text: str
    readers: frozenset[str]
    kind: str | None = None
    year: int | None = None
    direction: str | None = None
    limit: int = 20
    offset: int = 0
    issuer: str | None = None
    case_file: str | None = None
    retention: str | None = None
    order: Order = Order.RELEVANCE
    with_facets: bool = False
    half_typed: bool = False
    instead: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    among: tuple[str, ...] | None = None
    like: Like | None = None


@dataclass(frozen=True)
class Hit:
    id: str
    score: float


@dataclass(frozen=True)
class Results:
    """`relaxed` says that no entry held enough of the query's words, and that these hold fewer.

    `facets` and `total` may still be being counted: to read them is to wait.
    """

    hits: tuple[Hit, ...]
    counted: int | Callable[[], int]
    relaxed: bool = False
    facets: Mapping[Facet, tuple[tuple[str, int], ...]] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """How many were found."""
        return self.counted if isinstance(self.counted, int) else self.counted()


@dataclass(frozen=True)
class IndexHealth:
    """`building` is how many entries the index holds that is being made beside this one; None when none is."""

    place: str
    entries: int
    outdated: bool
    building: int | None = None


# The values of a facet that are counted: the most frequent.
FACET_VALUES = 30


class Index(Protocol):
    def put(self, entries: Sequence[Entry]) -> None:
        """Add or replace entries, in one commit; in the index that is being made beside it too."""
        ...

    def remove(self, ids: Sequence[str]) -> None:
        """Forget entries; forgetting twice is harmless."""
        ...

    def find(self, query: Query) -> Results:
        """The entries that the asker may see, best first."""
        ...

    def begin_rebuild(self) -> None:
        """Begin an empty index beside the one in use, which goes on answering; one begun before is dropped."""
        ...

    def fill(self, entries: Sequence[Entry]) -> None:
        """Add entries to the index that was begun; what a `put` has made newer there stays.

        Raises `IndexUnavailable` when none was begun.
        """
        ...

    def finish_rebuild(self) -> None:
        """Put the index that was begun into use, in one step, and drop the other."""
        ...

    def rebuild(self, entries: Iterable[Entry]) -> None:
        """Make the index anew of exactly these entries: begin, fill, finish."""
        ...

    def check(self) -> IndexHealth: ...

    def close(self) -> None: ...

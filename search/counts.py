"""What was found, counted by every facet; both engines answer in the same form."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

from search.index import Facet

Counts: TypeAlias = Mapping[Facet, tuple[tuple[str, int], ...]]


class Awaited(Counts):
    """Counts that are waited for when they are first read: what was found can be shown meanwhile."""

    def __init__(self, result: Callable[[], Counts]) -> None:
        self._result = result
        self._said: Counts | None = None

    def _counts(self) -> Counts:
        # Not a cached property: in Python 3.11 all of one kind wait for each other, and so would all searches.
        if self._said is None:
            self._said = self._result()
        return self._said

    def __getitem__(self, facet: Facet) -> tuple[tuple[str, int], ...]:
        return self._counts()[facet]

    def __iter__(self) -> Iterator[Facet]:
        return iter(self._counts())

    def __len__(self) -> int:
        return len(self._counts())


def read_counts(said: Any) -> Counts:
    """Values with their counts, the most frequent first, of equal ones the first by name."""
    return {
        facet: tuple(
            sorted(
                ((str(row["key"]), int(row["doc_count"])) for row in said[str(facet)]["buckets"]),
                key=lambda row: (-row[1], row[0]),
            )
        )
        for facet in Facet
    }

"""Counting what was found by every facet; both engines are asked and answer in the same form."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from search.index import FACET_VALUES, Facet


@cache
def counting() -> dict[str, Any]:
    """The aggregation: the most frequent values of each facet."""
    return {str(facet): {"terms": {"field": str(facet), "size": FACET_VALUES}} for facet in Facet}


def read_counts(said: Any) -> Mapping[Facet, tuple[tuple[str, int], ...]]:
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

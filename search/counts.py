"""What was found, counted by every facet; both engines answer in the same form."""

from collections.abc import Mapping
from typing import Any

from search.index import Facet


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

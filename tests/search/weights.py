"""`python -m tests.search.weights`: what other weights would do on the half of the judged set they may be chosen on.

Prints nDCG@10 with marks and without, and how often the marks as typed come first, for each choice of the weight of
pairs, and of pairs with their marks in questions and in keywords; the present ones are marked by a star.
"""

import sys
import tempfile
from collections.abc import Iterator
from itertools import product
from pathlib import Path

from search import Index, Query, open_index
from search.ranking import WEIGHTS
from search.text import fold
from tests.search import judged
from tests.search.judged import Part

_CHOICES = {"p": (0.5, 0.75, 1.0), "px": (0.25, 0.4, 0.55), "px_short": (1.0, 1.5, 2.0)}


def figures(index: Index, part: Part) -> tuple[float, float, float]:
    """With marks, without, and the share of look-alikes that come after what was typed."""
    queries = [query for query in judged.queries() if query.part is part]
    gains = [
        sum(judged.ndcg(_found(index, text(query.text), judged.READERS), query.relevant) for query in queries)
        / len(queries)
        for text in (str, fold)
    ]
    cases = [case for case in judged.look_alikes() if case.part is part]
    return gains[0], gains[1], sum(_right(index, case) for case in cases) / len(cases)


def _found(index: Index, text: str, readers: frozenset[str]) -> list[str]:
    return [hit.id for hit in index.find(Query(text, readers, limit=10)).hits]


def _right(index: Index, case: judged.LookAlike) -> bool:
    wanted, _ = case.entries
    return _found(index, case.text, frozenset({case.reader}))[0] == wanted.id


def _rows(index: Index) -> Iterator[str]:
    present = dict(WEIGHTS)
    yield f"{'p':>6}{'px':>6}{'short':>7}{'marks':>8}{'none':>8}{'first':>8}"
    for chosen in product(*_CHOICES.values()):
        # The title's pairs weigh a quarter of the pairs, as they were measured.
        WEIGHTS.update(zip(_CHOICES, chosen, strict=True), tp=chosen[0] / 4)
        is_present = present == WEIGHTS
        row = "".join(f"{weight:>{width}}" for weight, width in zip(chosen, (6, 6, 7), strict=True))
        yield row + "".join(f"{figure:8.3f}" for figure in figures(index, Part.TUNING)) + (" *" if is_present else "")


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        index = open_index("tantivy:weights", base=Path(folder))
        index.rebuild(judged.entries())
        for row in _rows(index):
            sys.stdout.write(f"{row}\n")
            sys.stdout.flush()
        index.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())

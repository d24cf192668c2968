"""How well search finds, as figures over our judged set, with accents and without, on both engines."""

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from search import Index, Query
from search.text import fold
from tests.search import judged
from tests.search.engines import BOTH, either_index
from tests.search.judged import Part


@pytest.fixture(scope="module", params=BOTH)
def index(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    with either_index(request, tmp_path_factory.mktemp("quality")) as opened:
        opened.rebuild(judged.entries())
        yield opened


# All that no weight was chosen on.
OTHERS, WHOLE = "held out and unseen", "whole set"


def parts_of(case: judged.Judged | judged.LookAlike) -> list[str]:
    return [case.part, WHOLE] if case.part is Part.TUNING else [case.part, OTHERS, WHOLE]


def found(index: Index, text: str) -> list[str]:
    return [hit.id for hit in index.find(Query(text, judged.READERS, limit=10)).hits]


def test_what_answers_comes_first_with_accents_and_without(index: Index, capsys: pytest.CaptureFixture[str]) -> None:
    gains: dict[tuple[str, str], list[tuple[float, float]]] = defaultdict(list)
    for query in judged.queries():
        marked = judged.ndcg(found(index, query.text), query.relevant)
        folded = judged.ndcg(found(index, fold(query.text)), query.relevant)
        for row in ((query.part, query.sort), *((part, "all") for part in parts_of(query))):
            gains[row].append((marked, folded))
    means = {row: [sum(side) / len(side) for side in zip(*pairs, strict=True)] for row, pairs in gains.items()}
    with capsys.disabled():
        print(f"\n{'nDCG@10':32}{'queries':>8}{'marks':>8}{'none':>8}")  # noqa: T201
        for row, (marked, folded) in sorted(means.items()):
            print(f"{row[0]:20}{row[1]:12}{len(gains[row]):8}{marked:8.3f}{folded:8.3f}")  # noqa: T201
    for part in (OTHERS, Part.HELD_OUT, Part.UNSEEN):
        assert min(means[part, "all"]) >= 0.88, part
    # Of a part alone the difference is known to about .01 only.
    for part in (OTHERS, WHOLE):
        assert len(gains[part, "all"]) >= 300
        assert abs(means[part, "all"][0] - means[part, "all"][1]) <= 0.01, part


def test_the_marks_as_typed_come_before_look_alikes(index: Index, capsys: pytest.CaptureFixture[str]) -> None:
    right: dict[str, list[bool]] = defaultdict(list)
    for case in judged.look_alikes():
        # Who may see a document changes nothing of its score, and a page of two is cheaper than one of thousands.
        order = [hit.id for hit in index.find(Query(case.text, frozenset({case.reader}))).hits]
        wanted, other = (entry.id for entry in case.entries)
        assert set(order) == {wanted, other}
        for part in parts_of(case):
            right[part].append(order[0] == wanted)
    with capsys.disabled():
        for part, firsts in sorted(right.items()):
            print(f"\nmarks as typed first  {part:20}{sum(firsts)} of {len(firsts)}", end="")  # noqa: T201
    assert len(right[OTHERS]) >= 60
    for part in (WHOLE, OTHERS, Part.HELD_OUT, Part.UNSEEN):
        assert sum(right[part]) >= 0.85 * len(right[part]), part


def test_a_number_brings_its_document_first(index: Index, capsys: pytest.CaptureFixture[str]) -> None:
    cases = list(judged.number_queries())
    right = sum(found(index, case.text)[0] in case.relevant for case in cases)
    with capsys.disabled():
        print(f"\nnumber first          {right} of {len(cases)}")  # noqa: T201
    assert right >= 0.99 * len(cases)


def test_the_set_is_what_it_says() -> None:
    known = {article.id for article in judged.articles()}
    assert (len(judged.decrees()), len(judged.annexes()), len(known)) == (125, 62, 187)
    for query in judged.queries():
        assert query.relevant, query.text
        assert query.relevant <= known
    assert Path(judged.HERE / "articles.tsv").stat().st_size > 300_000

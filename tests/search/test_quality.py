"""How well search finds, as figures over our judged set, with accents and without, on both engines."""

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.local_servers import Elasticsearch
from search import Index, Query, open_index
from search.text import fold
from tests.search import judged
from tests.search.engines import elastic_index


@pytest.fixture(scope="module", params=["tantivy", pytest.param("elasticsearch", marks=pytest.mark.servers)])
def index(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    if request.param == "tantivy":
        opened = open_index("tantivy:s", base=tmp_path_factory.mktemp("quality"))
    else:
        server: Elasticsearch = request.getfixturevalue("elasticsearch_server")
        opened = elastic_index(server)
    opened.rebuild(judged.entries())
    yield opened
    opened.close()


def found(index: Index, text: str) -> list[str]:
    return [hit.id for hit in index.find(Query(text, judged.READERS, limit=10)).hits]


def test_what_answers_comes_first_with_accents_and_without(index: Index, capsys: pytest.CaptureFixture[str]) -> None:
    queries = judged.queries()
    assert len(queries) >= 300
    gains: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for query in queries:
        marked = judged.ndcg(found(index, query.text), query.relevant)
        folded = judged.ndcg(found(index, fold(query.text)), query.relevant)
        gains[query.sort].append((marked, folded))
        gains["all"].append((marked, folded))
    means = {sort: [sum(side) / len(side) for side in zip(*pairs, strict=True)] for sort, pairs in gains.items()}
    with capsys.disabled():
        print(f"\n{'nDCG@10':12}{'queries':>8}{'marks':>8}{'none':>8}")  # noqa: T201
        for sort, (marked, folded) in means.items():
            print(f"{sort:12}{len(gains[sort]):8}{marked:8.3f}{folded:8.3f}")  # noqa: T201
    assert min(means["all"]) >= 0.88
    assert abs(means["all"][0] - means["all"][1]) <= 0.01


def test_the_marks_as_typed_come_before_look_alikes(index: Index, capsys: pytest.CaptureFixture[str]) -> None:
    right = 0
    cases = judged.look_alikes()
    assert len(cases) >= 60
    for case in cases:
        wanted, other = (entry.id for entry in case.entries)
        hits = index.find(Query(case.text, judged.READERS, limit=5_000)).hits
        order = [hit.id for hit in hits if hit.id in {wanted, other}]
        assert set(order) == {wanted, other}
        right += order[0] == wanted
    with capsys.disabled():
        print(f"\nmarks as typed first  {right} of {len(cases)}")  # noqa: T201
    assert right >= 0.85 * len(cases)


def test_a_number_brings_its_document_first(index: Index, capsys: pytest.CaptureFixture[str]) -> None:
    cases = list(judged.number_queries())
    right = sum(found(index, case.text)[0] in case.relevant for case in cases)
    with capsys.disabled():
        print(f"\nnumber first          {right} of {len(cases)}")  # noqa: T201
    assert right >= 0.99 * len(cases)


def test_the_set_is_what_it_says() -> None:
    known = {article.id for article in judged.articles()}
    assert len(known) == 125
    for query in judged.queries():
        assert query.relevant, query.text
        assert query.relevant <= known
    assert Path(judged.HERE / "articles.tsv").stat().st_size > 300_000

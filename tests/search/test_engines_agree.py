"""Both engines over the same documents: the same entries match, and nearly the same come first."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from itertools import pairwise

import pytest

from scripts.local_servers import Elasticsearch
from search import Entry, Index, Query, Results, open_index
from search.sample import overlap, sample_entries, sample_queries
from tests.search.engines import elastic_index

pytestmark = [pytest.mark.servers, pytest.mark.slow, pytest.mark.timeout(900)]

DOCUMENTS, QUERIES, EVERYBODY = 20_000, 500, frozenset(f"group:{number}" for number in range(130))


@pytest.fixture(scope="module")
def entries() -> list[Entry]:
    """Made once: to make them takes as long as to index them."""
    return list(sample_entries(DOCUMENTS))


@pytest.fixture(scope="module")
def engines(
    entries: list[Entry], tmp_path_factory: pytest.TempPathFactory, elasticsearch_server: Elasticsearch
) -> Iterator[tuple[Index, Index]]:
    folder = tmp_path_factory.mktemp("agree")
    with (
        closing(open_index("tantivy:search", base=folder)) as embedded,
        elastic_index(elasticsearch_server) as elastic,
    ):
        with ThreadPoolExecutor(2) as both:
            list(both.map(lambda index: index.rebuild(entries), (embedded, elastic)))
        for index in (embedded, elastic):
            assert index.check().entries == DOCUMENTS
        yield embedded, elastic


def asked(engines: tuple[Index, Index], query: Query) -> tuple[Results, Results]:
    """What both say; one works here while the other's server works."""
    embedded, elastic = engines
    with ThreadPoolExecutor(1) as beside:
        theirs = beside.submit(elastic.find, query)
        return embedded.find(query), theirs.result()


def test_the_same_queries_match_the_same_documents(engines: tuple[Index, Index]) -> None:
    shares: list[float] = []
    found = 0
    for query in sample_queries(QUERIES, of=DOCUMENTS, readers=EVERYBODY):
        whole = Query(query.text, query.readers, limit=DOCUMENTS)
        ours, theirs = asked(engines, whole)
        assert (ours.total, ours.relaxed) == (theirs.total, theirs.relaxed), query.text
        assert {hit.id for hit in ours.hits} == {hit.id for hit in theirs.hits}, query.text
        shares.append(overlap([hit.id for hit in ours.hits[:10]], [hit.id for hit in theirs.hits[:10]]))
        found += bool(ours.total)
    print(f"\nfound {found} of {QUERIES}; top tens overlap by {sum(shares) / len(shares):.3f}")  # noqa: T201
    assert found > 0.98 * QUERIES
    assert sum(shares) / len(shares) >= 0.9


@pytest.mark.parametrize(
    "text",
    [
        '"phòng chống thiên tai"',
        '"phong chong thien tai" -báo',
        "noidung:ngân trichyeu:sách",
        "tu:2025 den:06/2026 môi trường",
        "so:12 tu:2024",
        "ubnd",
        "qđ-ubnd 2026",
        "",
    ],
)
def test_fields_phrases_and_exclusions_match_the_same_documents(engines: tuple[Index, Index], text: str) -> None:
    for readers in (EVERYBODY, frozenset({"group:7", "group:9"})):
        ours, theirs = asked(engines, Query(text, readers, limit=DOCUMENTS))
        assert ours.total == theirs.total > 0
        assert {hit.id for hit in ours.hits} == {hit.id for hit in theirs.hits}


def test_kind_year_direction_and_order_by_day(entries: list[Entry], engines: tuple[Index, Index]) -> None:
    days = {entry.id: entry.day for entry in entries}
    for index in engines:
        found = index.find(Query("", EVERYBODY, kind="TTr", year=2024, direction="incoming", limit=DOCUMENTS))
        assert found.total == len(found.hits) > 20
        order = [days[hit.id] for hit in found.hits]
        assert all(first and second and first >= second for first, second in pairwise(order))
        assert {day.year for day in order if day} == {2024}

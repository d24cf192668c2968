"""What the index promises: the right document first, whoever may see it, and for nobody else."""

import threading
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from search import Entry, Facet, Index, IndexOutdated, IndexUnavailable, Query, SearchError, open_index
from search.counts import Awaited, Counts
from search.embedded import EmbeddedIndex
from tests.search.engines import BOTH, either_index

CLERKS = frozenset({"agency:1/clerks"})


def entry(  # noqa: PLR0917 - a table row
    identifier: str,
    number: str,
    title: str,
    body: str = "",
    readers: frozenset[str] = CLERKS,
    version: int = 1,
    day: date = date(2026, 11, 23),
) -> Entry:
    kind_name = next((name for name in ("Báo cáo", "Công văn", "Quyết định") if title.startswith(name)), "Báo cáo")
    return Entry(
        id=identifier,
        version=version,
        number=number,
        title=title,
        body=body,
        readers=readers,
        kind="BC",
        kind_name=kind_name,
        issuer="UBND xã",
        day=day,
        direction="outgoing",
    )


ENTRIES = (
    entry("report", "312/BC-UBND", "Báo cáo Tình hình phòng, chống mưa lũ", "Báo cáo của xã Suối Trúc"),
    entry("letter", "1246/UBND-KGVX", "Công văn Về việc gửi báo cáo", "đề nghị các xã gửi báo cáo trước ngày 25"),
    entry("dong", "12/QĐ-UBND", "Quyết định", "về đường tỉnh Đồng Nai"),
    entry("look-alike", "13/QĐ-UBND", "Quyết định", "về ông Đông Nai"),
    entry("secret", "99/BC-UBND", "Báo cáo kín", "Báo cáo của đơn vị khác", frozenset({"post:9"})),
)


@pytest.fixture(params=BOTH)
def fresh(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Index]:
    """An index nobody has put anything into."""
    with either_index(request, tmp_path) as opened:
        yield opened


@pytest.fixture
def index(fresh: Index) -> Index:
    fresh.put(ENTRIES)
    return fresh


def ids(index: Index, text: str, readers: frozenset[str] = CLERKS) -> list[str]:
    return [hit.id for hit in index.find(Query(text, readers)).hits]


@pytest.mark.parametrize(
    "text",
    [
        "bao cao",
        "báo cáo",
        "bao cao mua lu",
        "báo cáo mưa lũ",
        "312/BC-UBND",
        "312/bc-ubnd",
        "số 312/BC-UBND",
        "312 bc ubnd",
        "0312/BC-UBND",
        "312",
        "số 312",
        "31",
    ],
)
def test_the_report_comes_first_however_it_is_asked_for(index: Index, text: str) -> None:
    assert ids(index, text)[0] == "report"


@pytest.mark.parametrize(("text", "first"), [("Đồng Nai", "dong"), ("Đông Nai", "look-alike")])
def test_the_marks_as_typed_come_before_look_alikes(index: Index, text: str, first: str) -> None:
    assert ids(index, text)[0] == first
    assert set(ids(index, "dong nai")) == {"dong", "look-alike"}


def test_nobody_finds_what_he_may_not_see_nor_counts_it(index: Index) -> None:
    found = index.find(Query("báo cáo", CLERKS))
    assert "secret" not in [hit.id for hit in found.hits]
    assert found.total == 2
    assert ids(index, "báo cáo", frozenset({"post:9"})) == ["secret"]
    assert ids(index, "báo cáo", frozenset({"agency:2/clerks"})) == []
    assert index.find(Query("báo cáo", frozenset())).total == 0


def test_a_short_query_wants_every_word_and_says_when_it_gives_fewer(index: Index) -> None:
    assert not index.find(Query("mưa lũ suối", CLERKS)).relaxed
    fewer = index.find(Query("mưa lũ núi lửa", CLERKS))
    assert fewer.relaxed
    assert [hit.id for hit in fewer.hits] == ["report"]


def test_a_long_question_wants_most_of_its_words(index: Index) -> None:
    found = index.find(Query("tình hình phòng chống mưa lũ của xã nào nặng nhất", CLERKS))
    assert not found.relaxed
    assert found.hits[0].id == "report"


def test_an_older_version_never_replaces_a_newer(index: Index) -> None:
    index.put([entry("report", "312/BC-UBND", "Tên mới", version=5)])
    index.put([entry("report", "312/BC-UBND", "Tên cũ", version=4)])
    assert ids(index, "tên mới") == ["report"]
    assert index.check().entries == len(ENTRIES)


def test_rights_change_with_the_same_version(index: Index) -> None:
    index.put([entry("report", "312/BC-UBND", "Báo cáo", readers=frozenset({"post:7"}))])
    assert "report" not in ids(index, "báo cáo")
    assert ids(index, "báo cáo", frozenset({"post:7"})) == ["report"]


def test_kind_year_and_paging(index: Index) -> None:
    assert index.find(Query("báo cáo", CLERKS, kind="QĐ")).total == 0
    assert index.find(Query("báo cáo", CLERKS, year=2025)).total == 0
    everything = ids(index, "")
    paged = [index.find(Query("", CLERKS, limit=1, offset=at)).hits[0].id for at in range(len(everything))]
    assert sorted(paged) == sorted(everything)


def test_no_text_asks_for_the_newest(index: Index) -> None:
    index.put(
        [entry("old", "1/BC-UBND", "Báo cáo", day=date(2019, 5, 1)), entry("new", "2/BC", "B", day=date(2027, 1, 1))]
    )
    everything = ids(index, "")
    assert (everything[0], everything[-1]) == ("new", "old")


@pytest.mark.parametrize("text", ["(", '"', "a:b OR", "((*))", "~^", "số", "/", "- - -", "\u0000", "[1 TO 2]"])
def test_no_text_breaks_the_query(index: Index, text: str) -> None:
    index.find(Query(text, CLERKS))


def test_removed_and_rebuilt(index: Index) -> None:
    index.remove(["report", "report"])
    assert "report" not in ids(index, "báo cáo")
    index.rebuild(ENTRIES[:1])
    assert ids(index, "") == ["report"]


def test_before_anything_is_put_there_is_nothing_to_find(fresh: Index) -> None:
    assert fresh.check().entries == 0
    assert fresh.find(Query("báo cáo", CLERKS, with_facets=True)).total == 0
    fresh.remove(["report"])
    assert fresh.find(Query("", CLERKS)).hits == ()


def test_one_process_writes_and_others_read(tmp_path: Path) -> None:
    index = open_index("tantivy:search", base=tmp_path)
    index.put(ENTRIES)
    second = open_index("tantivy:search", base=tmp_path)
    assert ids(second, "mưa lũ") == ["report"]
    with pytest.raises(IndexUnavailable):
        second.put(ENTRIES[:1])
    index.put([entry("later", "5/BC-UBND", "Hạn hán")])
    assert ids(second, "hạn hán") == ["later"]
    index.close()


def test_an_index_of_another_analysis_has_to_be_rebuilt(tmp_path: Path) -> None:
    (tmp_path / "s").mkdir()
    (tmp_path / "s" / "analysis").write_text("0:other")
    index = EmbeddedIndex(tmp_path / "s")
    assert index.check().outdated
    with pytest.raises(IndexOutdated):
        index.find(Query("x", CLERKS))
    index.rebuild(ENTRIES)
    assert ids(index, "mưa lũ") == ["report"]
    index.close()


def test_an_unknown_address_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SearchError):
        open_index("solr:x", base=tmp_path)


def test_a_count_that_takes_long_holds_up_no_other() -> None:
    go_on, reading = threading.Event(), threading.Event()

    def slow() -> Counts:
        reading.set()
        assert go_on.wait(60)
        return {}

    waiting = threading.Thread(target=lambda: len(Awaited(slow)))
    waiting.start()
    assert reading.wait(60)
    assert dict(Awaited(lambda: {Facet.KIND: (("BC", 1),)})) == {Facet.KIND: (("BC", 1),)}
    go_on.set()
    waiting.join()

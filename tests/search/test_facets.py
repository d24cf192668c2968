"""Narrowing and counting, order, suggestions, similar entries, and rebuilding beside the index in use."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from search import Entry, Facet, Index, IndexUnavailable, Like, Order, Query, open_index
from search.sample import sample_entries, sample_queries
from tests.search.engines import BOTH, either_index

HERE, THERE = frozenset({"agency:1/all"}), frozenset({"agency:2/all"})


def made(  # noqa: PLR0917 - a table row
    identifier: str,
    number: str,
    title: str,
    body: str = "",
    issuer: str = "UBND xã Suối Trúc",
    day: date = date(2026, 5, 1),
    case_files: tuple[str, ...] = (),
    readers: frozenset[str] = HERE,
    version: int = 1,
) -> Entry:
    kind = "QĐ" if title.startswith("Quyết định") else "BC"
    return Entry(
        id=identifier,
        version=version,
        number=number,
        title=title,
        body=body,
        readers=readers,
        kind=kind,
        kind_name="Quyết định" if kind == "QĐ" else "Báo cáo",
        issuer=issuer,
        day=day,
        direction="outgoing",
        case_files=case_files,
        retentions=("20 năm",) if case_files else (),
    )


FLOOD = "phòng chống thiên tai. Mưa lũ làm hỏng đường giao thông nông thôn và kênh mương nội đồng"
ENTRIES = (
    made("a", "312/BC-UBND", "Báo cáo Tình hình phòng, chống thiên tai", FLOOD, case_files=("f1",)),
    made("b", "45/BC-UBND", "Báo cáo Kết quả phòng, chống thiên tai", FLOOD, day=date(2025, 3, 1), case_files=("f1",)),
    made("c", "31/QĐ-UBND", "Quyết định Thành lập Ban chỉ huy phòng thủ dân sự", issuer="UBND  tỉnh Hoa Ban"),
    made("d", "7/BC-SNV", "Báo cáo Cải cách hành chính", issuer="Sở Nội vụ", case_files=("f2", "f3")),
    made("secret", "9/BC-UBND", "Báo cáo Phòng chống tham nhũng", readers=THERE, issuer="Cơ quan khác"),
)


@pytest.fixture(params=BOTH)
def index(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Index]:
    with either_index(request, tmp_path) as opened:
        opened.put(ENTRIES)
        yield opened


def ids(index: Index, query: Query) -> set[str]:
    return {hit.id for hit in index.find(query).hits}


def test_facets_count_what_the_asker_may_see(index: Index) -> None:
    found = index.find(Query("", HERE, with_facets=True))
    assert found.facets == {
        Facet.YEAR: (("2026", 3), ("2025", 1)),
        Facet.KIND: (("BC", 3), ("QĐ", 1)),
        Facet.ISSUER: (("UBND xã Suối Trúc", 2), ("Sở Nội vụ", 1), ("UBND tỉnh Hoa Ban", 1)),
        Facet.CASE_FILE: (("f1", 2), ("f2", 1), ("f3", 1)),
        Facet.RETENTION: (("20 năm", 3),),
    }
    narrowed = index.find(Query("thiên tai", HERE, year=2025, with_facets=True))
    assert narrowed.facets[Facet.YEAR] == (("2025", 1),)
    assert narrowed.facets[Facet.RETENTION] == (("20 năm", 1),)
    assert index.find(Query("khongcogi", HERE, with_facets=True)).facets == dict.fromkeys(Facet, ())
    assert index.find(Query("", HERE)).facets == {}


def test_what_is_rare_in_one_part_of_the_index_is_counted_there_too(index: Index) -> None:
    others = [
        made(f"{number}-{copy}", f"{number}/BC-X", "Báo cáo", issuer=f"Xã {number}", case_files=(f"of-{number}",))
        for number in range(650)
        for copy in "ab"
    ]
    rare = [made(f"rare-{at}", f"{at}/BC-Y", "Báo cáo", issuer="Xã Hiếm", case_files=("rare",)) for at in range(4)]
    # Every `put` is a part of its own: one holds 651 values, and a single entry of this one.
    index.put([*others, rare[0]])
    index.put(rare[1:])
    found = index.find(Query("", HERE, year=2026, with_facets=True))
    assert found.facets[Facet.ISSUER][0] == ("Xã Hiếm", 4)
    assert found.facets[Facet.CASE_FILE][0] == ("rare", 4)


def test_a_long_question_with_counts_shows_the_same_first_page_as_without(tmp_path: Path) -> None:
    """With counts the engine need not meet all it finds; of so many entries, for so short a page, it does not."""
    index, count, readers = open_index("tantivy:search", base=tmp_path), 1_700, frozenset({"group:0"})
    index.rebuild(sample_entries(count, readers=3))
    index.remove([f"d{number:07}" for number in range(0, count, 7)])
    asked = [query.text for query in sample_queries(300, of=count, readers=readers) if len(query.text.split()) > 4]
    asked += [f"báo cáo {text}" for text in asked[:10]] + [f"{text} 12/QĐ-UBND" for text in asked[:5]]
    found = 0
    for text in asked:
        whole = index.find(Query(text, readers, limit=2))
        paged = index.find(Query(text, readers, limit=2, with_facets=True))
        assert [hit.id for hit in paged.hits] == [hit.id for hit in whole.hits], text
        assert [hit.score for hit in paged.hits] == pytest.approx([hit.score for hit in whole.hits]), text
        assert (paged.total, paged.relaxed) == (whole.total, whole.relaxed), text
        found += bool(whole.hits)
    assert found > 30
    index.close()


@pytest.mark.parametrize(
    ("chosen", "wanted"),
    [
        ({"issuer": "UBND tỉnh Hoa Ban"}, {"c"}),
        ({"issuer": " UBND xã  Suối Trúc"}, {"a", "b"}),
        ({"case_file": "f1"}, {"a", "b"}),
        ({"case_file": "f1", "year": 2026}, {"a"}),
        ({"retention": "20 năm"}, {"a", "b", "d"}),
        ({"kind": "QĐ"}, {"c"}),
        ({"among": ("a", "c", "secret")}, {"a", "c"}),
        ({"among": ()}, set()),
    ],
)
def test_the_values_of_a_facet_narrow(index: Index, chosen: dict[str, object], wanted: set[str]) -> None:
    assert ids(index, Query("", HERE, **chosen)) == wanted  # type: ignore[arg-type] # a table of arguments


def test_the_newest_first_on_demand(index: Index) -> None:
    index.put([made("e", "1/BC", "Báo cáo thiên tai", "thiên tai", day=date(2026, 9, 9))])
    newest = index.find(Query("thiên tai", HERE, order=Order.NEWEST)).hits
    assert [hit.id for hit in newest] == ["e", "a", "b"]


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("phong", {"a", "b", "c"}),
        ("phòng ch", {"a", "b", "c"}),
        ("cải cách h", {"d"}),
        ("31", {"a", "c"}),
        ("312/b", {"a"}),
        ("qđ-ub", {"c"}),
        ("tham nh", set()),
        ("nông thôn", set()),
        ("   ", set()),
        ('"(:', set()),
    ],
)
def test_half_typed_words_find_titles_and_numbers(index: Index, typed: str, wanted: set[str]) -> None:
    assert ids(index, Query(typed, HERE, half_typed=True)) == wanted


def test_a_misspelt_word_may_be_another(index: Index) -> None:
    assert not ids(index, Query("thien tsi", HERE)) - {"a", "b"}
    found = index.find(Query("thien tsi", HERE, instead={"tsi": ("tai", "toi", "thu_dan")}))
    assert not found.relaxed
    assert {hit.id for hit in found.hits} == {"a", "b"}


def test_similar_entries_are_those_the_asker_may_see(index: Index) -> None:
    like = Like(ENTRIES[0].title, ENTRIES[0].body, but_not="a")
    assert ids(index, Query("", HERE, like=like)) == {"b"}
    assert ids(index, Query("", THERE, like=like)) == set()
    assert ids(index, Query("", HERE, like=Like("", "", but_not="a"))) == set()


def test_a_rebuild_goes_on_beside_the_index_in_use(index: Index) -> None:
    assert index.check().building is None
    with pytest.raises(IndexUnavailable):
        index.fill(ENTRIES)
    index.begin_rebuild()
    index.fill(ENTRIES[:2])
    assert ids(index, Query("", HERE)) == {"a", "b", "c", "d"}
    # What changes meanwhile is in both, and what the rebuild read before does not put it back.
    index.put([made("c", "31/QĐ-UBND", "Quyết định đã đổi", version=2)])
    index.fill(ENTRIES[2:])
    index.remove(["d"])
    assert index.check().building == 4
    index.finish_rebuild()
    assert ids(index, Query("", HERE)) == {"a", "b", "c"}
    assert ids(index, Query("đã đổi", HERE)) == {"c"}
    health = index.check()
    assert (health.entries, health.building, health.outdated) == (4, None, False)


def test_a_rebuild_that_broke_off_is_gone_on_with_or_begun_again(index: Index) -> None:
    index.begin_rebuild()
    index.fill(ENTRIES[:1])
    index.begin_rebuild()
    index.fill(ENTRIES[1:2])
    index.finish_rebuild()
    assert ids(index, Query("", HERE)) == {"b"}


def test_another_process_follows_a_rebuild(tmp_path: Path) -> None:
    writer = open_index("tantivy:search", base=tmp_path)
    writer.put(ENTRIES[:1])
    reader = open_index("tantivy:search", base=tmp_path)
    assert ids(reader, Query("", HERE)) == {"a"}
    for entries in (ENTRIES[:2], ENTRIES[1:3]):
        writer.rebuild(entries)
        assert ids(reader, Query("", HERE)) == {entry.id for entry in entries}
    assert len([path for path in (tmp_path / "search").iterdir() if path.is_dir()]) == 1
    writer.close()

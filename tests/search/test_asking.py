"""What a query's text means, and which other names of things it finds."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search import Index, Query
from search.asking import read_query
from search.clauses import Term
from search.names import alternatives
from search.text import notation_parts, number_wholes, syllables
from tests.search.engines import BOTH, either_index
from tests.search.test_index import CLERKS, entry, ids


def test_fields_phrases_and_exclusions_are_read() -> None:
    asked = read_query('"mưa lũ" Báo cáo -"hạn hán" -bão so:12/BC-UBND noidung:"thiệt hại" trichyeu:lúa tu:2025')
    assert asked.phrases == ("mưa lũ",)
    assert asked.words == ("mua", "lu", "bao", "cao")
    assert asked.excluded == ("hạn hán", "bão")
    assert asked.numbers == ("12/BC-UBND",)
    assert asked.in_body == ("thiệt hại",)
    assert asked.in_title == ("lúa",)
    assert (asked.since, asked.until) == (date(2025, 1, 1), None)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("từ:2025 đến:2026", date(2025, 1, 1), date(2026, 12, 31)),
        ("tu:02/2024 den:2/2024", date(2024, 2, 1), date(2024, 2, 29)),
        ("tu:12/05/2025 den:2025-05-12", date(2025, 5, 12), date(2025, 5, 12)),
        ("TU:2025-05 DEN:1.6.2025", date(2025, 5, 1), date(2025, 6, 1)),
    ],
)
def test_days_are_read_in_the_ways_people_write_them(text: str, first: date, last: date) -> None:
    asked = read_query(text)
    assert (asked.since, asked.until) == (first, last)
    assert asked.words == ()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("tu:hôm qua", ("hom", "qua")),
        ("tu:32/13/2025", ("32", "13", "2025")),
        ("màu:xanh", ("mau", "xanh")),
        ("so:số", ("so", "so")),
        ("QĐ-UBND", ("qd", "ubnd")),
        ("12/QĐ-UBND -", ("12", "qd", "ubnd")),
        ('"chỉ"', ("chi",)),
        ('"chưa đóng', ("chua", "dong")),
    ],
)
def test_what_reads_as_nothing_else_is_words(text: str, words: tuple[str, ...]) -> None:
    asked = read_query(text)
    assert asked.words == words
    assert not asked.excluded
    assert not asked.numbers


@given(st.text())
def test_nothing_typed_is_an_error(text: str) -> None:
    asked = read_query(text)
    assert set(asked.words) <= {word for piece in text.split() for word in syllables(piece)} | set(syllables(text))


def test_numbers_with_a_year_are_found_without_it() -> None:
    assert number_wholes("45/2026/NQ-HĐND") == ["45/2026/nq/hdnd", "45/nq/hdnd"]
    assert number_wholes("012/BC-UBND") == ["12/bc/ubnd"]
    assert number_wholes("") == []
    assert notation_parts("qđ-ubnd 2026") == ["qd", "ubnd"]
    assert notation_parts("12/QĐ-UBND báo cáo") == []


def test_other_names_are_those_of_the_tables() -> None:
    def terms(text: str) -> set[tuple[Term, ...]]:
        return {other.terms for other in alternatives(syllables(text))}

    assert terms("UBND xã") == {(Term("p", "uy_ban"), Term("p", "ban_nhan"), Term("p", "nhan_dan"))}
    assert terms("ủy ban nhân dân xã") == {(Term("u", "ubnd"),)}
    assert (Term("p", "thanh_vinh"),) in terms("Quang Trung, Vinh")
    assert (Term("p", "quang_trung"), Term("u", "vinh")) in terms("Phường Thành Vinh")
    # The country has dozens of places of this name: alone it names none of them.
    assert terms("quang trung") == set()
    assert terms("thống nhất mẫu biểu") == set()


ENTRIES = (
    entry("old", "1/TB-UBND", "Thông báo về chợ phường Quang Trung, thành phố Vinh"),
    entry("new", "2/TB-UBND", "Thông báo về chợ phường Thành Vinh"),
    entry("elsewhere", "3/TB-UBND", "Thông báo về chợ phường Quang Trung, quận Đống Đa"),
    entry("short", "4/KH", "Kế hoạch của HĐND"),
    entry("long", "5/KH", "Kế hoạch của hội đồng nhân dân"),
    entry("flood", "6/BC", "Báo cáo", "mưa lũ gây thiệt hại về lúa", day=date(2024, 5, 1)),
    entry("dry", "7/BC", "Báo cáo mưa lũ", "hạn hán gây thiệt hại", day=date(2025, 5, 1)),
    entry("reversed", "8/BC", "Báo cáo", "lũ về sau cơn mưa", day=date(2026, 5, 1)),
    entry("rule", "45/2026/NQ-HĐND", "Nghị quyết", day=date(2026, 7, 1)),
)


@pytest.fixture(params=BOTH)
def index(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Index]:
    with either_index(request, tmp_path) as opened:
        opened.put(ENTRIES)
        yield opened


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Quang Trung, Vinh", ["old", "new"]),
        ("phường Thành Vinh", ["new", "old"]),
        ("hđnd kế hoạch", ["short", "long"]),
        ("kế hoạch hội đồng nhân dân", ["long", "short", "rule"]),
        ('"mưa lũ"', {"flood", "dry"}),
        ("mưa lũ", {"flood", "dry", "reversed"}),
        ("mưa -hạn", {"flood", "reversed"}),
        ('mưa -"hạn hán"', {"flood", "reversed"}),
        ('-"mua lu" mưa', {"reversed"}),
        ("noidung:mưa", {"flood", "reversed"}),
        ('noidung:"mưa lũ"', {"flood"}),
        ("trichyeu:mưa", {"dry"}),
        ("mưa tu:2025", {"dry", "reversed"}),
        ("mưa tu:2025 den:2025", {"dry"}),
        ("so:6", {"flood"}),
        ("so:45/NQ-HĐND", {"rule"}),
        ("so:nq-hđ", {"rule"}),
        ("45/nq-hđnd", {"rule"}),
        ("nq-hđnd 2026", {"rule"}),
    ],
)
def test_a_query_finds_what_it_means(index: Index, text: str, wanted: list[str] | set[str]) -> None:
    found = ids(index, text)
    assert (found if isinstance(wanted, list) else set(found)) == wanted


def test_the_same_place_elsewhere_is_not_the_successor(index: Index) -> None:
    assert "elsewhere" not in ids(index, "phường Thành Vinh")


def test_a_phrase_with_marks_wants_these_marks(index: Index) -> None:
    index.put([entry("look-alike", "9/BC", "Báo cáo", "mùa lụ")])
    assert set(ids(index, '"mùa lụ"')) == {"look-alike"}
    assert set(ids(index, '"mua lu"')) == {"flood", "dry", "look-alike"}
    assert index.find(Query('"núi lửa"', CLERKS)).total == 0

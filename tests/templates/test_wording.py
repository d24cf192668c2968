from datetime import date

import pytest

from templates.catalogue import DECREE, KINDS, kind_on
from templates.errors import FormInvalid
from templates.families import DECREE_NUMBER, FAMILIES, form_told, is_normative, is_written, told_family
from templates.number_words import in_words
from templates.wording import (
    citation,
    long_date,
    notation,
    number_line,
    numbered,
    place_date_line,
    read_day,
    signature_lines,
)


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2026, 1, 5), "ngày 05 tháng 01 năm 2026"),
        (date(2026, 2, 28), "ngày 28 tháng 02 năm 2026"),
        (date(2026, 3, 9), "ngày 09 tháng 3 năm 2026"),
        (date(2019, 6, 29), "ngày 29 tháng 6 năm 2019"),
        (date(2026, 9, 10), "ngày 10 tháng 9 năm 2026"),
        (date(2026, 10, 1), "ngày 01 tháng 10 năm 2026"),
        (date(2026, 12, 31), "ngày 31 tháng 12 năm 2026"),
    ],
)
def test_a_zero_stands_before_small_days_and_the_first_two_months_only(day: date, words: str) -> None:
    assert long_date(day) == words


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "không"), (4, "bốn"), (10, "mười"), (11, "mười một"), (15, "mười lăm"), (21, "hai mươi mốt"),
        (35, "ba mươi lăm"), (100, "một trăm"), (105, "một trăm linh năm"), (115, "một trăm mười lăm"),
        (1005, "một nghìn không trăm linh năm"), (2_340, "hai nghìn ba trăm bốn mươi"), (21_000, "hai mươi mốt nghìn"),
    ],
)  # fmt: skip
def test_totals_are_written_in_words(number: int, words: str) -> None:
    assert in_words(number) == words


def test_place_and_date_are_parted_by_a_comma() -> None:
    assert place_date_line("Suối Trúc", date(2026, 1, 5)) == "Suối Trúc, ngày 05 tháng 01 năm 2026"


@pytest.mark.parametrize(
    ("ordinal", "line"),
    [(1, "Số: 01/BC-UBND"), (9, "Số: 09/BC-UBND"), (10, "Số: 10/BC-UBND"), (1246, "Số: 1246/BC-UBND")],
)
def test_numbers_below_ten_have_one_zero(ordinal: int, line: str) -> None:
    assert number_line(numbered(DECREE_NUMBER, ordinal, "BC-UBND")) == line


def test_no_number_is_below_one() -> None:
    with pytest.raises(FormInvalid):
        numbered(DECREE_NUMBER, 0, "BC-UBND")


@pytest.mark.parametrize(
    ("kind", "unit", "expected"),
    [
        ("BC", "VHXH", "BC-UBND"),
        ("QĐ", None, "QĐ-UBND"),
        ("CV", "VHXH", "UBND-VHXH"),
        ("CV", None, "UBND"),
    ],
)
def test_a_letter_has_no_abbreviation_but_its_unit(kind: str, unit: str | None, expected: str) -> None:
    assert notation(KINDS[kind], "UBND", unit, year=2026) == expected


COMMITTEE = "Ủy ban nhân dân"


@pytest.mark.parametrize(
    ("capacity", "titles", "lines"),
    [
        ("none", {"own_title": "Giám đốc"}, ("GIÁM ĐỐC",)),
        ("none", {"own_title": "Giám đốc", "acting": "Q."}, ("Q. GIÁM ĐỐC",)),
        ("TM", {"own_title": "Chủ tịch", "collective": COMMITTEE}, ("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH")),
        (
            "TM",
            {"own_title": "Chủ tịch", "collective": COMMITTEE, "acting": "Q."},
            ("TM. ỦY BAN NHÂN DÂN", "Q. CHỦ TỊCH"),
        ),
        ("KT", {"own_title": "Phó Chủ tịch", "head_title": "Chủ tịch"}, ("KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH")),
        (
            "KT",
            {"own_title": "Phó Chủ tịch", "head_title": "Chủ tịch", "collective": COMMITTEE},
            ("TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"),
        ),
        ("TL", {"own_title": "Chánh Văn phòng", "head_title": "Chủ tịch"}, ("TL. CHỦ TỊCH", "CHÁNH VĂN PHÒNG")),
        (
            "TL",
            {"own_title": "Phó Chánh Văn phòng", "head_title": "Chủ tịch", "unit_head_title": "Chánh Văn phòng"},
            ("TL. CHỦ TỊCH", "KT. CHÁNH VĂN PHÒNG", "PHÓ CHÁNH VĂN PHÒNG"),
        ),
        ("TUQ", {"own_title": "Trưởng phòng", "head_title": "Chủ tịch"}, ("TUQ. CHỦ TỊCH", "TRƯỞNG PHÒNG")),
    ],
)
def test_capacities_are_written_as_the_decree_says(
    capacity: str, titles: dict[str, str], lines: tuple[str, ...]
) -> None:
    assert signature_lines(capacity, **titles) == lines


@pytest.mark.parametrize(
    ("capacity", "titles", "field"),
    [
        ("TM", {"own_title": "Chủ tịch"}, "collective"),
        ("KT", {"own_title": "Phó Chủ tịch"}, "head_title"),
        ("TL", {"own_title": "Chánh Văn phòng", "head_title": " "}, "head_title"),
        ("none", {"own_title": ""}, "own_title"),
        ("PP", {"own_title": "Chủ tịch"}, "capacity"),
    ],
)
def test_no_line_stays_unfinished(capacity: str, titles: dict[str, str], field: str) -> None:
    with pytest.raises(FormInvalid) as raised:
        signature_lines(capacity, **titles)
    assert raised.value.params["field"] == field


def test_kinds_hold_from_the_decrees_day() -> None:
    assert kind_on("BC", date(2020, 3, 4)) is None
    assert kind_on("BC", date(2020, 3, 5)) is KINDS["BC"]
    assert kind_on("BK", date(2026, 1, 1)) is None


def test_four_kinds_have_no_form_in_the_decree_and_say_so() -> None:
    assert {code for code, kind in KINDS.items() if kind.by_analogy} == {"HĐ", "BGN", "BTT", "ThC"}


def test_every_kind_states_its_law() -> None:
    assert all(kind.legal_basis.startswith(DECREE) for kind in KINDS.values())
    forms = {"CV": "1.5", "QĐ": "1.2", "NQ": "1.1", "CĐ": "1.6", "GM": "1.7", "GGT": "1.8", "GNP": "1.10", "BB": "1.9"}
    assert {code: kind.form for code, kind in KINDS.items()} == {code: forms.get(code, "1.4") for code in KINDS}
    # All of the decree's twenty-nine; upper and lower case matter (Annex III).
    assert len(KINDS) == 29
    assert {"QĐ", "QyĐ", "CT", "CTr", "DA", "ĐA", "TTr"} <= set(KINDS)


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("2026-01-05", date(2026, 1, 5)),
        ("5/1/2026", date(2026, 1, 5)),
        ("05.01.2026", date(2026, 1, 5)),
        ("ngày 05 tháng 01 năm 2026", date(2026, 1, 5)),
        ("30 tháng 11 năm 2026", date(2026, 11, 30)),
        ("31/02/2026", None),
        ("cuối năm", None),
    ],
)
def test_a_day_is_read_however_it_is_typed(typed: str, day: date | None) -> None:
    assert read_day(typed) == day


@pytest.mark.parametrize(
    ("subject", "said"),
    [
        ("Về việc kiện toàn Ban Chỉ đạo", "về việc kiện toàn Ban Chỉ đạo"),
        ("Kết quả trồng rừng năm 2026", "về kết quả trồng rừng năm 2026"),
        ("Quy định chế độ báo cáo.", "quy định chế độ báo cáo"),
        ("UBND xã báo cáo thu chi", "về UBND xã báo cáo thu chi"),
    ],
)
def test_a_ground_names_kind_number_day_issuer_and_subject(subject: str, said: str) -> None:
    ground = citation(
        kind="Quyết định", notation="05/QĐ-UBND", day=date(2026, 2, 3), issuer="Ủy ban nhân dân xã A", subject=subject
    )
    assert ground == f"Căn cứ Quyết định số 05/QĐ-UBND ngày 03 tháng 02 năm 2026 của Ủy ban nhân dân xã A {said}"


@pytest.mark.parametrize(
    ("number", "normative"),
    [
        ("Số: 01/2026/QĐ-UBND", True),
        ("Số:     /2026/NQ-HĐND", True),
        ("Số: 01/QĐ-UBND", False),
        ("Số: 2026/BC-UBND", False),
    ],
)
def test_a_normative_number_is_told_by_its_year(number: str, *, normative: bool) -> None:
    assert is_normative(number) is normative


@pytest.mark.parametrize(
    ("line", "family"),
    [
        ("Số 15-QĐ/ĐU", "party"),
        ("Số      -NQ/ĐU", "party"),
        ("Số: 12/2026/NQ-HĐND", "normative"),
        ("Số: ……/2026/NQ-HĐND", "normative"),
        ("Số:      /20…/NQ-HĐND", "normative"),
        ("Số:  /202…/QĐ-UBND", "normative"),
        ("Số: ……/……/QĐ-UBND", "normative"),
        # The National Assembly and its Standing Committee name themselves and their term.
        ("Số: 33/2024/QH15", "normative"),
        ("Số: 35/2023/UBTVQH15", "normative"),
        ("Số: 01/2026/NQLT-CP-MTTQ", "normative"),
        ("Số: 15/QĐ-UBND", "administrative"),
        ("Số:      /UBND-VX", "administrative"),
    ],
)
def test_each_family_tells_and_writes_its_number_in_its_own_way(line: str, family: str) -> None:
    assert told_family(line) == family
    for code in ("administrative", "normative", "party"):
        other = FAMILIES[code]
        if other.number is not None and (code != "administrative" or family == code):
            assert is_written(line, other.number) is (code == family) or line == "Số:      /UBND-VX"


def test_what_a_family_says_of_numbers_agrees_with_itself() -> None:
    for family in FAMILIES.values():
        form = family.number
        assert family.legal_basis
        if form is None:
            continue
        assert form.legal_basis
        assert is_written(form.example, form)
        number = form.example.removeprefix(form.label)
        assert form_told(number) == form
        assert number_line(number, form) == form.example
        ordinal, _, rest = number.partition(form.stroke)
        assert numbered(form, int(ordinal), rest) == number


def test_the_administrative_family_and_internal_papers_are_shipped_and_every_kind_names_its_family() -> None:
    assert [family.code for family in FAMILIES.values() if family.shipped] == ["administrative", "internal"]
    assert {kind.family for kind in KINDS.values()} <= set(FAMILIES)

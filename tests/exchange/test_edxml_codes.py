from dataclasses import replace
from datetime import date
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docservice.exchange.edxml import (
    STATUS_CODES,
    EdxmlInvalid,
    code_direction,
    format_document_id,
    normalise_code,
    progress,
    recall_answer,
    split_code,
    split_document_id,
    suggest_other_code,
)
from tests.exchange.samples import document


@pytest.mark.parametrize(
    ("code", "number", "notation"),
    [
        ("12/BC-UBND", "12", "BC-UBND"),
        ("05/TTr-UBND", "05", "TTr-UBND"),
        ("12/UBND-VX", "12", "UBND-VX"),
        ("01/2025/QĐ-UBND", "01", "2025/QĐ-UBND"),
        ("15a/UBND-KT&HT", "15a", "UBND-KT&HT"),
        (" 1245 / QyĐ - UBND ", "1245", "QyĐ-UBND"),
        ("9/Q\u0110-UBND", "9", "QĐ-UBND"),
        ("15-QĐ/ĐU", "15", "QĐ/ĐU"),
    ],
)
def test_a_code_is_a_number_and_a_notation(code: str, number: str, notation: str) -> None:
    assert split_code(code) == (number, notation)


@pytest.mark.parametrize(
    "code",
    ["", "12", "/UBND", "12/", "QĐ-UBND", "12//UBND", "12/UBND-", "١٢/UBND", "12/<x>", "12-15/BC-UBND", "12-QĐ-ĐU"],
)
def test_what_is_no_code_is_refused(code: str) -> None:
    with pytest.raises(EdxmlInvalid, match="code_invalid"):
        split_code(code)


def test_a_document_id_names_agency_day_and_code() -> None:
    made = format_document_id("H99.05", date(2026, 3, 5), "12/UBND-VP")
    assert made == "H99.05,2026/03/05,12/UBND-VP"
    assert split_document_id(made) == ("H99.05", date(2026, 3, 5), "12/UBND-VP")
    party = "H99.05,2026/03/05,15-QĐ/ĐU"
    assert split_document_id(party) == ("H99.05", date(2026, 3, 5), "15-QĐ/ĐU")


@pytest.mark.parametrize(
    ("document_id", "notation", "code"),
    [
        ("H99.05,2026/03/05,15-QĐ/ĐU", "QĐ/ĐU", "15-QĐ/ĐU"),
        # Other systems name their messages by a UUID: a notation of letters, stroke and letters is the Party's.
        ("5b6d4a5e-8f0f-4c55-9a1d-0d4c2f7b1a01", "QĐ/ĐU", "15-QĐ/ĐU"),
        ("H99.05,2026/03/05,15/CV/ĐU", "CV/ĐU", "15/CV/ĐU"),
        ("5b6d4a5e-8f0f-4c55-9a1d-0d4c2f7b1a01", "2026/NQ-HĐND", "15/2026/NQ-HĐND"),
        ("5b6d4a5e-8f0f-4c55-9a1d-0d4c2f7b1a01", "UBND-VP", "15/UBND-VP"),
        ("5b6d4a5e-8f0f-4c55-9a1d-0d4c2f7b1a01", "", "15"),
    ],
)
def test_a_number_of_the_party_has_its_dash_whoever_sends_it(document_id: str, notation: str, code: str) -> None:
    message = replace(document(), document_id=document_id, code_number="15", code_notation=notation)
    assert message.code == code


@given(
    day=st.dates(date(1000, 1, 1)), number=st.integers(0, 99_999), notation=st.sampled_from(["QĐ-UBND", "2026/NQ-HĐND"])
)
def test_a_document_id_can_be_taken_apart_again(day: date, number: int, notation: str) -> None:
    code = f"{number:02d}/{notation}"
    assert split_document_id(format_document_id("000.00.14.H99", day, code)) == ("000.00.14.H99", day, code)


@pytest.mark.parametrize("other", ["5b6d4a5e-8f0f-4c55-9a1d-0d4c2f7b1a01", "H99,2014/02/30,12/UBND", "H99,,", ""])
def test_other_ids_are_left_alone(other: str) -> None:
    assert split_document_id(other) is None


@pytest.mark.parametrize(
    ("code", "direction"),
    [
        ("H99", "new"),
        ("H56.14", "new"),
        ("H56.12.05", "new"),
        ("K99.71", "new"),
        ("000.00.14.H56", "old"),
        ("28.22.H17", "old"),
        ("002.00.20.H13", "old"),
        ("tỉnh Mẫu", None),
        ("H9", None),
        ("H99.1", None),
        ("H99.05.", None),
        ("H99" + ".01" * 11, None),
        ("", None),
    ],
)
def test_the_end_that_names_the_province_tells_the_notation(code: str, direction: str | None) -> None:
    assert code_direction(code) == direction


def test_codes_are_normalised_and_nonsense_refused() -> None:
    assert normalise_code(" h99.05 .01\n") == "H99.05.01"
    with pytest.raises(EdxmlInvalid, match="organ_id_invalid"):
        normalise_code("xã Ví Dụ")


@pytest.mark.parametrize(
    ("code", "other"),
    [
        ("000.00.14.H56", "H56.14"),
        ("H56.14", "000.00.14.H56"),
        ("28.22.H17", "H17.22.28"),
        ("H99.01.02.03.04", None),
        ("?", None),
    ],
)
def test_the_other_notation_is_suggested_only(code: str, other: str | None) -> None:
    assert suggest_other_code(code) == other


def test_the_statuses_are_a_closed_list_of_two_characters() -> None:
    assert sorted(STATUS_CODES) == ["01", "02", "03", "04", "05", "06", "13", "15", "16"]
    assert all(code == status.code and len(code) == 2 for code, status in STATUS_CODES.items())


@pytest.mark.parametrize(
    ("codes", "current"),
    [
        ([], None),
        (["01"], "01"),
        (["03", "01"], "03"),
        (["06", "04", "01", "05", "03"], "06"),
        (["01", "02"], "02"),
        (["13", "16"], None),
        (["05", "13"], "05"),
    ],
)
def test_progress_is_the_furthest_status(codes: list[str], current: str | None) -> None:
    assert progress(codes) == current
    assert progress(codes * 2) == current
    assert {progress(order) for order in permutations(codes)} == {current}


@given(codes=st.lists(st.sampled_from(sorted(STATUS_CODES))), more=st.sampled_from(sorted(STATUS_CODES)))
def test_progress_never_goes_back(codes: list[str], more: str) -> None:
    before, after = progress(codes), progress([*codes, more])
    assert after in {before, more}
    assert progress(filter(None, [before, after])) == after


@pytest.mark.parametrize(
    ("codes", "answer"),
    [(["01", "03"], None), (["13", "03"], "13"), (["16", "13"], "16"), (["13", "15", "16"], "15")],
)
def test_a_recall_is_asked_then_answered(codes: list[str], answer: str | None) -> None:
    assert recall_answer(codes) == answer


@pytest.mark.parametrize("code", ["1", "07", "", "done"])
def test_transport_states_and_numbers_are_no_statuses(code: str) -> None:
    with pytest.raises(EdxmlInvalid, match="status_unknown"):
        progress([code])

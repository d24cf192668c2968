import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search import highlight
from search.text import (
    exact_syllables,
    fold,
    normalise,
    number_fragments,
    number_whole,
    number_wholes,
    numbers_in,
    syllables,
)

VIETNAMESE = st.text(st.sampled_from("aăâbcdđeêghiklmnoôơpqrstuưvxyáàảãạấầẩẫậắằẳẵặéèẻẽẹếềểễệÁÀĐƠƯ 0123456789/-.,"))


@given(st.text())
def test_folding_keeps_the_length_of_nfc_text(text: str) -> None:
    normal = normalise(text)
    assert len(fold(normal)) == len(normal)


@given(VIETNAMESE)
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(normalise(text))) == fold(normalise(text))


@given(VIETNAMESE)
def test_a_foreign_letter_beside_it_does_not_change_how_a_text_folds(text: str) -> None:
    assert fold(f"Θ{text}") == f"θ{fold(text)}"


@given(VIETNAMESE)
def test_decomposed_text_is_the_same_text(text: str) -> None:
    assert syllables(unicodedata.normalize("NFD", text)) == syllables(text)


@pytest.mark.parametrize(
    ("text", "folded"),
    [("Quyết định", "quyet dinh"), ("ĐỒNG NAI", "dong nai"), ("Ðường", "duong"), ("ưỡn ữ ợ", "uon u o")],
)
def test_marks_and_case_fold(text: str, folded: str) -> None:
    assert fold(normalise(text)) == folded


def test_the_place_of_a_tone_mark_does_not_matter() -> None:
    assert exact_syllables("hoà thuỷ Uỷ ban") == exact_syllables("hòa thủy Ủy ban")
    assert exact_syllables("Đồng Nai") != exact_syllables("Đông Nai")


@pytest.mark.parametrize(
    "text", ["12/BC-UBND", "số 12/BC-UBND", "Số: 012/BC-UBND", "12 bc ubnd", "12-bc-ubnd", "12/bc/ubnd"]
)
def test_every_spelling_of_a_number_is_one(text: str) -> None:
    assert numbers_in(text) == ["12/bc/ubnd"]
    assert number_whole("012/BC-UBND") == "12/bc/ubnd"


@pytest.mark.parametrize("text", ["báo cáo", "tháng 11 năm 2026 mưa lũ ở các xã vùng cao", "", "BC-UBND"])
def test_what_is_no_number_is_not_taken_for_one(text: str) -> None:
    assert numbers_in(text) == []


@pytest.mark.parametrize(("text", "whole"), [("Số 15-QĐ/ĐU", "15/qd/du"), ("12/2026/NQ-HĐND", "12/2026/nq/hdnd")])
def test_numbers_of_other_families_are_found_as_they_are_written(text: str, whole: str) -> None:
    assert numbers_in(text) == [whole]
    assert number_whole(text.removeprefix("Số ")) == whole
    assert whole in number_wholes(text.removeprefix("Số "))


def test_half_a_number_is_a_fragment() -> None:
    assert {"1", "12", "124", "1246", "ub", "ubnd", "kg"} <= set(number_fragments("1246/UBND-KGVX"))


def test_highlights_stand_where_the_words_stand() -> None:
    text = "Báo cáo: tình hình mưa lũ, bao cao"
    assert [text[a:b] for a, b in highlight(text, "bao cáo")] == ["Báo cáo", "bao cao"]
    with pytest.raises(ValueError, match="NFC"):
        highlight(unicodedata.normalize("NFD", text), "báo")

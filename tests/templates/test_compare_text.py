"""What a comparison of two texts shows: words, not crumbs; whole paragraphs that came or went."""

import random

import pytest

from templates.compare_text import Change, compare_text, words_changed


def shown(before: list[str], after: list[str]) -> list[str]:
    marks = {Change.SAME: "{}", Change.INSERTED: "[+{}]", Change.DELETED: "[-{}]"}
    return ["".join(marks[part.change].format(part.text) for part in row.parts) for row in compare_text(before, after)]


@pytest.mark.parametrize(
    ("before", "after", "wanted"),
    [
        (["Xã có 45 hộ."], ["Xã có 45 hộ."], ["Xã có 45 hộ."]),
        (["Xã có 45 hộ nghèo."], ["Xã có 46 hộ nghèo."], ["Xã có [-45][+46] hộ nghèo."]),
        (["Giao phòng Văn hóa."], ["Giao phòng Kinh tế."], ["Giao phòng [-Văn hóa][+Kinh tế]."]),
        (["Giá 1.500đ."], ["Giá 1.600đ."], ["Giá [-1.500đ][+1.600đ]."]),
        (["Chi 1.500 đồng."], ["Chi 2,500 đồng."], ["Chi [-1.500][+2,500] đồng."]),
        (["một", "hai"], ["một", "ba bốn", "hai"], ["một", "[+ba bốn]", "hai"]),
        (["một", "hai"], ["một"], ["một", "[-hai]"]),
        (["A b c d."], ["X y z."], ["[-A b c d.]", "[+X y z.]"]),
        (["Trước.", "Xã có 45 hộ nghèo."], ["Xã có 45 hộ cận nghèo."], ["[-Trước.]", "Xã có 45 hộ [+cận ]nghèo."]),
        ([], ["mới"], ["[+mới]"]),
        # A row that went out of a table, and every one after it numbered anew.
        (
            ["1 | Ông A | Bản Nà Lốc | 7", "2 | Bà B | Bản Huổi Sâu | 14", "3 | Ông C | Bản Pá Vạt | 21"],
            ["1 | Bà B | Bản Huổi Sâu | 14", "2 | Ông C | Bản Pá Vạt | 21"],
            [
                "[-1 | Ông A | Bản Nà Lốc | 7]",
                "[-2][+1] | Bà B | Bản Huổi Sâu | 14",
                "[-3][+2] | Ông C | Bản Pá Vạt | 21",
            ],
        ),
    ],
)
def test_words_that_came_and_went(before: list[str], after: list[str], wanted: list[str]) -> None:
    assert shown(before, after) == wanted


def test_both_texts_can_be_read_off_again() -> None:
    before = ["Điều 1. Ban hành Quy chế.", "Điều 2. Giao Văn phòng.", "Điều 3. Hiệu lực từ ngày ký."]
    after = ["Điều 1. Ban hành kèm theo Quy chế.", "Điều 2. Hiệu lực từ ngày 01 tháng 01.", "Điều 3. Giao phòng."]
    rows = compare_text(before, after)
    for change, text in ((Change.INSERTED, before), (Change.DELETED, after)):
        read = ["".join(part.text for part in row.parts if part.change != change) for row in rows]
        assert sorted(line for line in read if line) == sorted(text)
    assert words_changed(rows)[0] > 0


@pytest.mark.timeout(60)
def test_a_long_document_is_compared_in_a_time_like_its_length() -> None:
    before = [f"Đoạn {n} nói về việc thứ {n} của xã trong năm nay và năm sau." for n in range(600)]
    after = [line.replace("năm sau", "năm tới") if n % 7 == 0 else line for n, line in enumerate(before)]
    rows = compare_text(before, after)
    assert words_changed(rows) == (86, 86)


@pytest.mark.timeout(60)
def test_a_text_written_anew_throughout_is_compared_too() -> None:
    said = [f"từ{number}" for number in range(20)]

    def text(seed: int) -> list[str]:
        chosen = random.Random(seed)  # noqa: S311 - words for a test
        return [" ".join(chosen.choices(said, k=60)) for _ in range(1000)]

    rows = compare_text(text(1), text(2))
    assert "".join(part.text for row in rows for part in row.parts if part.change != Change.INSERTED) == "".join(
        text(1)
    )
    assert "".join(part.text for row in rows for part in row.parts if part.change != Change.DELETED) == "".join(text(2))

"""Tables set by columns: every word is there, in its column and its row, and no page is fuller than its paper."""

import itertools
import json
import subprocess
import sys
from datetime import date
from typing import Any

import pypdfium2
import pytest

from docservice.documents.registers import OUTGOING_COLUMNS
from templates.assessment_paper import AssessedItem, AssessedSection, Assessment, assessment_paper
from templates.book_paper import BookLine, BookVolume, book_paper
from templates.errors import PaperFailed
from templates.layout import POINTS_PER_MM
from templates.list_paper import PrintedList, list_paper
from templates.papers import set_paper
from templates.ruled import RULED, Part, Row, Ruled, broken, ruled

WORDS = "Báo cáo Kết quả trồng, chăm sóc và bảo vệ rừng phòng hộ đầu nguồn của các thôn, bản trong quý"


def table(rows: tuple[Row, ...], **more: Any) -> Ruled:
    given: dict[str, Any] = {"size_pt": 10, "step_pt": 11, "first_mm": 100, "room_mm": 200} | more
    return Ruled(widths_mm=(30, 60, 40), heads=("Số", "Trích yếu", "Nơi nhận"), rows=rows, **given)


def row(*texts: str) -> Row:
    return Row(tuple((Part(text),) for text in texts))


@pytest.mark.parametrize("text", [WORDS, "", "05", "1246/QyĐ-BCĐPCTT", "x" * 90, "Một " + "dài/" * 30, "a  b", "a\nb"])
def test_a_text_is_broken_within_its_column_and_nothing_of_it_is_lost(text: str) -> None:
    for width in (45.0, 90.0, 200.0):
        broken_up = broken(text, width, 9.5)
        lines = [line.text for line in broken_up]
        # A blank stands between words and nowhere within one.
        assert "".join(line.text if line.cut else f"{line.text} " for line in broken_up).split() == text.split()
        assert not any("\n" in line for line in lines)
        assert "".join("".join(lines).split()) == "".join(text.split())
        for line in lines:
            # Set as typst sets it, it is no wider than its column.
            measured = set_paper(
                '#set document(title: "a")\n#set page(width: auto, height: auto, margin: 0pt)\n'
                "#set text(size: 9.5pt)\n#box(width: auto, given.text)",
                {"text": line or "."},
            )
            with pypdfium2.PdfDocument(measured) as document:
                assert document[0].get_width() <= width - 6


def test_rows_stay_whole_and_a_row_longer_than_a_page_goes_over_several() -> None:
    rows = (
        *(row(f"{n:02d}", WORDS, "UBND") for n in range(30)),
        row("30", "UBND xã Mẫu; " * 400, ""),
        row("31", "", ""),
    )
    made = laid(table(rows))
    step, room = made["step"], 200 * POINTS_PER_MM - made["head_height"] - made["number_height"]
    assert len(made["pages"]) > 4
    assert made["pages"][0]["rules"][-1] <= 100 * POINTS_PER_MM - made["head_height"] - made["number_height"]
    for page in made["pages"]:
        assert page["rules"][-1] <= room
        # Every column of a page has as many steps as the page.
        for column in page["columns"]:
            assert sum(text.count("\n") for _, text in column) * step == pytest.approx(page["rules"][-1])
    heights = [b - a for page in made["pages"] for a, b in itertools.pairwise(page["rules"])]
    assert heights[:30] == [heights[0]] * 30
    said = " ".join(text for page in made["pages"] for _, text in page["columns"][1])
    assert said.split().count("UBND") == 400


def laid(made: Ruled) -> dict[str, Any]:
    """What is handed to the setter, each text in its column again."""
    given = ruled(made)
    told: dict[str, Any] = json.loads(given["table"])
    texts = iter(given["said"].split("\x1f"))
    for page in told["pages"]:
        page["columns"] = [[(look, next(texts)) for look in column] for column in page["columns"]]
    assert next(texts, None) is None
    return told


def set_table(made: Ruled, *, above_mm: float = 0) -> bytes:
    source = (
        f'{RULED}#set document(title: "a")\n#set page(width: 200mm, height: 250mm)\n'
        f"#block(height: {above_mm}mm, [Trên bảng])\n#ruled(given)"
    )
    return set_paper(source, ruled(made), tagged=False)


def test_a_word_cut_in_its_column_has_no_blank_within() -> None:
    made = laid(table((row("1246/QyĐ-BCĐPCTT-ABCDEFGHIJ", "Một\nhai", ""), row("2", "ba", ""))))
    numbers, titles, _ = ([text for _, text in column] for page in made["pages"] for column in page["columns"])
    assert "".join(numbers).replace("\n", "").split() == ["1246/QyĐ-BCĐPCTT-ABCDEFGHIJ", "2"]
    # A line break somebody typed moves no line below it.
    assert "".join(titles).split("\n")[0] == "Một hai "


def test_heads_stand_with_rows_and_never_alone() -> None:
    rows = (row("1", WORDS * 2, "UBND"),)
    # Nothing fits on the first page: heads and row begin on the next.
    with pypdfium2.PdfDocument(set_table(table(rows, first_mm=20), above_mm=180)) as document:
        pages = [page.get_textpage().get_text_bounded() for page in document]
    assert ["Trích yếu" in page for page in pages] == [False, True]
    # A list without rows is its heads.
    with pypdfium2.PdfDocument(set_table(table(()))) as document:
        assert "Trích yếu" in document[0].get_textpage().get_text_bounded()
    with pytest.raises(PaperFailed):
        ruled(table(rows, room_mm=20))


def test_what_stands_in_a_register_stands_in_its_column_on_the_page() -> None:
    lines = tuple(
        BookLine(
            (
                f"{n}/BC-UBND",
                "28/11/2026",
                f"{WORDS} {n}",
                "Lò Thị Ví Dụ",
                "UBND tỉnh; " * (n % 5),
                "VP",
                "1",
                "",
                "",
                f"c{n}x",
            ),
            cancelled=n % 7 == 0,
            reason="Ghi nhầm người nhận",
        )
        for n in range(1, 61)
    )
    ends = ("1/BC-UBND", "60/BC-UBND", "", "")
    pdf = book_paper(BookVolume((), ("UBND",), "Sổ", 2026, 1, *ends, OUTGOING_COLUMNS, lines))
    with pypdfium2.PdfDocument(pdf) as document:
        seen = seen_rows = 0
        for page in itertools.islice(document, 1, None):
            rules = upright(page)
            assert len(rules) == len(OUTGOING_COLUMNS) + 1
            text = page.get_textpage()
            for index, letter in enumerate(text.get_text_range()):
                left, bottom, right, top = text.get_charbox(index)
                # The number of the page stands above.
                if letter.isspace() or bottom > page.get_height() - 20 * POINTS_PER_MM:
                    continue
                assert top > 15 * POINTS_PER_MM
                assert not [x for x in rules if left + 1 < x < right - 1], (letter, left, right)
                seen += 1
            rows = [n for n in range(1, 61) if found_at(text, f"{n}/BC-UBND") is not None]
            seen_rows += len(rows)
            # The last cell of a row begins as high as its first.
            for n in rows:
                assert found_at(text, f"c{n}x") == pytest.approx(found_at(text, f"{n}/BC-UBND"), abs=0.2)
        assert seen > 5000
        assert seen_rows == 60
        whole = " ".join(" ".join(page.get_textpage().get_text_bounded() for page in document).split())
    assert whole.count("Đã hủy: Ghi nhầm") == 8
    for n in range(1, 61):
        assert f"{n}/BC-UBND" in whole


def found_at(text: Any, words: str) -> float | None:
    """How high the line with these words stands; None where it is not on the page."""
    found = text.search(words, match_whole_word=True).get_next()
    return float(text.get_charbox(found[0], loose=True)[1]) if found is not None else None


def upright(page: Any) -> list[float]:
    """Where the upright rules of a page's table stand: dark from above to below the heads."""
    picture = page.render(scale=4).to_pil().convert("L")
    first = int(20 * POINTS_PER_MM) * 4
    heads = range(first + 12, first + 80)
    dark = [x / 4 for x in range(picture.width) if all(picture.getpixel((x, y)) < 160 for y in heads)]
    return [x for x, before in zip(dark, [0.0, *dark], strict=False) if x - before > 1]


def test_shaded_rows_and_looks_are_set() -> None:
    rows = (Row(((Part("I. MỤC", "bold"),),), band=True), Row(((Part("1"),), (Part("a", "bold"), Part("b")), ())))
    with pypdfium2.PdfDocument(set_table(table(rows, numbered=False))) as document:
        assert len(document) == 1
        assert "I. MỤC" in document[0].get_textpage().get_text_bounded()


def test_long_names_above_a_list_leave_its_first_rows_on_the_first_page() -> None:
    names = tuple(f"ỦY BAN NHÂN DÂN {'XÃ MẪU VÀ CÁC THÔN BẢN ĐẦU NGUỒN ' * 6}{n}" for n in range(2))
    rows = tuple((str(n), f"{WORDS} {n}") for n in range(1, 121))
    printed = PrintedList("MỤC LỤC", (), ("Số", "Trích yếu"), (25, 140), rows, superior=names[:1], issuer=names[1:])
    item = AssessedItem("I.1", WORDS, "met", "")
    made = Assessment(
        names[:1], names[1:], "UBND", "Mẫu, ngày 28 tháng 11 năm 2026", "Hệ thống", date(2026, 11, 28),
        (("Đáp ứng", 1),), "Đạt.", (AssessedSection("I. MỤC", (item,) * 60),),
    )  # fmt: skip
    for pdf, said in (list_paper(printed), "Trích yếu"), (assessment_paper(made), "Tự đánh giá"):
        with pypdfium2.PdfDocument(pdf) as document:
            first = document[0].get_textpage().get_text_bounded()
        assert said in first
        assert "chăm sóc" in " ".join(first.split())


_COLD = """
import threading
from templates import papers
from templates.fonts import font_file
from templates.layout import NUMBER_LINE
from templates.warming import warm_papers
threads = [threading.Thread(target=warm_papers) for _ in range(2)]
[one.start() for one in threads]
[one.join() for one in threads]
found = font_file.cache_info().misses
papers.line_picture("12", NUMBER_LINE)
print(papers._made.cache_info().misses, found > 2, font_file.cache_info().misses == found)
"""


def test_a_process_begins_with_a_paper_of_every_sort() -> None:
    # One compiler for two threads that begin at once, and no font is looked for after it.
    done = subprocess.run([sys.executable, "-c", _COLD], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["1", "True", "True"]

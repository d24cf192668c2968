"""Text as people type and paste it, and emphasis inside it: the same blocks both ways, the same letters on paper."""

import io
from typing import Any

import docx
import pytest

from templates.docx import fill
from templates.emphasis import bare, ended, signed
from templates.plain import blocks_from_text, rows_text, table_rows, text_from_blocks
from tests.templates.samples import draft, report_values

BLOCKS: list[dict[str, Any]] = [
    {"heading": "I. KẾT QUẢ", "level": 1},
    {"heading": "Tồn tại", "level": 1},
    {"heading": "1. Về trồng rừng", "level": 2},
    {"heading": "Nguyên nhân", "level": 2},
    {"paragraph": "1. Ba phòng học"},
    {"paragraph": "# không phải đề mục"},
    {"paragraph": "\\n là hai ký tự"},
    {"paragraph": "Kết quả **rất tốt** và __đúng hạn__."},
    {"article": "Ban hành kèm theo.", "number": 1, "paragraphs": ["1. Khoản một", "I. KHÔNG PHẢI ĐỀ MỤC"]},
    {"heading": "Phụ thêm", "level": 1},
    {"table": {"columns": ["A|B", "C"], "rows": [["1", "hai\ndòng"]], "align": ["right", "left"]}},
]


def test_blocks_survive_the_text_area() -> None:
    assert blocks_from_text(text_from_blocks(BLOCKS)) == BLOCKS


@pytest.mark.parametrize(
    ("pasted", "clean"),
    [
        ("\u00b7\tmột", "- một"),
        ("\uf0b7\u00a0 một", "- một"),
        ("o\tmột", "- một"),
        ("– một", "- một"),
        ("a)\tmột", "a) một"),
        ("+ một", "+ một"),
        ("một\u00a0hai", "một hai"),
    ],
)
def test_what_word_puts_before_a_list_becomes_the_decrees_dash(pasted: str, clean: str) -> None:
    assert blocks_from_text(pasted) == [{"paragraph": clean}]


def test_a_line_break_of_word_parts_paragraphs() -> None:
    assert blocks_from_text("một,\vhai") == [{"paragraph": "một,"}, {"paragraph": "hai"}]


@pytest.mark.parametrize(
    "text", ["** một **", "ngày __ tháng __ năm", "______", "2**3", "a__b__c", "{{ x.__class__ }}", "(*) và (**)"]
)
def test_what_only_looks_like_emphasis_stays_text(text: str) -> None:
    assert signed(text) == bare(text) == text


def test_the_end_mark_stands_behind_emphasis_instead_of_the_stop() -> None:
    assert bare(ended(signed("Xin **báo cáo.**"), "./.")) == "Xin báo cáo./."
    assert ended("Xong./.", "./.") == "Xong./."


def test_emphasis_becomes_runs_in_the_letters_around_it() -> None:
    values = report_values() | {
        "body": [
            {"paragraph": "Trước **đậm và __cả hai__** sau."},
            {"table": {"columns": ["**Cột**"], "rows": [["ô **đậm**"]]}},
        ]
    }
    made = docx.Document(io.BytesIO(fill(draft("BC", values=values))))
    paragraph = next(p for p in made.paragraphs if p.text.startswith("Trước"))
    runs = [(run.text, bool(run.bold), bool(run.italic)) for run in paragraph.runs]
    assert runs == [
        ("Trước ", False, False),
        ("đậm và ", True, False),
        ("cả hai", True, True),
        (" sau.", False, False),
    ]
    assert {(run.font.name, run.font.size) for run in paragraph.runs} == {("Times New Roman", 14 * 12700)}
    table = next(table for table in made.tables if "ô đậm" in table.rows[-1].cells[0].text)
    assert [cell.text for row in table.rows for cell in row.cells] == ["Cột", "ô đậm"]


def test_no_cell_of_a_table_is_lost() -> None:
    (block,) = blocks_from_text("| STT | Đơn vị |\n| 1 | Nà Lốc | 12 |\n| 2 | Pá Vạt |")
    assert block["table"]["columns"] == ["STT", "Đơn vị", ""]
    assert block["table"]["rows"] == [["1", "Nà Lốc", "12"], ["2", "Pá Vạt", ""]]
    # What no page has room for is not made even: it would cost the square of what was sent.
    (wide,) = blocks_from_text("| a | b |\n" + f"|{'c|' * 3_000}\n" + "| d | e |\n" * 3_000)
    assert [len(row) for row in wide["table"]["rows"]] == [3_000, *[12] * 3_000]
    assert table_rows("| a | b | c |\nd\t\t\t", columns=2) == [["a", "b", "c"], ["d", ""]]


@pytest.mark.parametrize("rows", [[["a|b", "hai\ndòng"]], [["một"], ["hai | ba"]], [["", "x"]]])
def test_rows_alone_survive_the_text_area(rows: list[list[str]]) -> None:
    assert table_rows(rows_text(rows), columns=len(rows[0])) == rows

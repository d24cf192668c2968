import io
import zipfile
from dataclasses import replace
from datetime import date
from typing import Any

import docx
import pytest
from docx.document import Document
from docx.oxml.ns import qn
from docx.shared import Mm
from hypothesis import example, given, settings
from hypothesis import strategies as st

from templates.catalogue import COMPONENTS, KINDS, MOTTO
from templates.checker.check import check
from templates.docx import fill
from templates.draft import SignatureBlock
from templates.emphasis import bare
from templates.errors import FormInvalid
from templates.fonts import width_mm
from templates.form_files import form_bytes
from templates.forms import build_form
from templates.layout import DATE_MARK, MOTTO_MM, NUMBER_MARK, SECRETARY_MARK, SIGNATURE_MARK
from templates.readable import lines_of
from tests.templates.samples import COMMUNE, DEPARTMENT, VALUES, decision_values, draft, letter_values, report_values


def opened(made: bytes) -> Document:
    return docx.Document(io.BytesIO(made))


def texts(made: bytes) -> list[str]:
    """Every paragraph's text in the order of the page, tables included."""
    body: Any = opened(made).element.body
    found = []
    for paragraph in body.iter(qn("w:p")):
        parts = ["\n" if node.tag == qn("w:br") else node.text or "" for node in paragraph.iter(qn("w:t"), qn("w:br"))]
        found.append("".join(parts))
    return found


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_the_committed_form_is_what_the_catalogue_builds(kind: str) -> None:
    with (
        zipfile.ZipFile(io.BytesIO(form_bytes(kind))) as committed,
        zipfile.ZipFile(io.BytesIO(build_form(kind))) as built,
    ):
        assert committed.namelist() == built.namelist()
        assert [name for name in built.namelist() if committed.read(name) != built.read(name)] == []


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_equal_drafts_give_equal_files(kind: str) -> None:
    assert fill(draft(kind)) == fill(draft(kind))


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_the_page_is_the_decrees(kind: str) -> None:
    (section,) = opened(fill(draft(kind))).sections
    lengths = (
        section.page_width,
        section.page_height,
        section.top_margin,
        section.bottom_margin,
        section.left_margin,
        section.right_margin,
    )
    assert [round(length / Mm(1)) for length in lengths if length] == [210, 297, 20, 20, 30, 15]
    assert section.different_first_page_header_footer
    assert [p.text for p in section.first_page_header.paragraphs] == [""]
    assert "PAGE" in section.header.paragraphs[0]._p.xml  # noqa: SLF001 - python-docx shows no fields


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_only_the_marks_for_later_are_left(kind: str) -> None:
    body: Any = opened(fill(draft(kind))).element.body
    marks = {start.get(qn("w:name")) for start in body.iter(qn("w:bookmarkStart"))}
    wanted = {NUMBER_MARK, SIGNATURE_MARK}
    # Minutes have no line of place and date, and a second place to sign (form 1.9).
    assert marks == wanted | ({SECRETARY_MARK} if kind == "BB" else {DATE_MARK})
    assert "{" not in "".join(texts(fill(draft(kind))))


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_title_and_language_are_told(kind: str) -> None:
    made = opened(fill(draft(kind)))
    assert made.core_properties.title == draft(kind).content.subject
    assert made.core_properties.language == "vi-VN"
    styles: Any = made.styles.element
    assert {language.get(qn("w:val")) for language in styles.iter(qn("w:lang"))} == {"vi-VN"}


def test_the_rule_under_the_motto_is_as_long_as_the_motto() -> None:
    size = COMPONENTS["motto"].size_pt
    assert pytest.approx(width_mm(MOTTO, size_pt=size, bold=True), abs=0.5) == MOTTO_MM


def test_a_report_reads_in_the_decrees_order() -> None:
    read = [text for text in texts(fill(draft("BC"))) if text]
    expected = [
        "XÃ SUỐI TRÚC",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "BÁO CÁO",
        "Tình hình phòng, chống mưa lũ tháng 11 trên địa bàn xã Suối Trúc",
        "I. TÌNH HÌNH THIỆT HẠI",
        "Bảng 1. Thiệt hại",
        "STT",
        "Nhà ở bị ngập",
        "Trên đây là báo cáo của Ủy ban nhân dân xã Suối Trúc./.",
        "Nơi nhận:",
        "- UBND tỉnh Hoa Ban;",
        "- Lưu: VT, VHXH.",
        "TM. ỦY BAN NHÂN DÂN",
        "CHỦ TỊCH",
        "Lò Thị Ví Dụ",
    ]
    assert [text for text in read if text in expected] == expected


def test_a_letter_names_its_receivers_as_the_decree_says() -> None:
    several = texts(fill(draft("CV")))
    assert "V/v báo cáo tình hình phòng, chống mưa lũ tháng 11" in several
    at = several.index("Kính gửi:")
    assert several[at + 1 : at + 3] == ["- Ủy ban nhân dân các xã;", "- Phòng Khoa giáo - Văn xã."]
    one = texts(fill(draft("CV", values={**letter_values(), "addressees": ["Sở Nội vụ"]}, letterhead=DEPARTMENT)))
    assert "Kính gửi: Sở Nội vụ" in one


def test_a_decision_states_power_grounds_and_articles() -> None:
    read = [text for text in texts(fill(draft("QĐ"))) if text]
    at = read.index("CHỦ TỊCH ỦY BAN NHÂN DÂN XÃ SUỐI TRÚC")
    assert read[at + 1 : at + 7] == [
        "Căn cứ Luật Tổ chức chính quyền địa phương ngày 16 tháng 6 năm 2025;",
        "Theo đề nghị của Trưởng phòng Văn hóa - Xã hội.",
        "QUYẾT ĐỊNH:",
        "Điều 1. Thành lập Tổ công tác gồm:",
        "1. Ông Hà Văn Mô Phỏng.",
        "Điều 2. Quyết định này có hiệu lực kể từ ngày ký./.",
    ]


@pytest.mark.parametrize(
    ("body", "end"),
    [
        ([{"paragraph": "Hết."}], "Hết./."),
        ([{"paragraph": "Hết./."}], "Hết./."),
        ([{"paragraph": "Hết"}], "Hết./."),
        ([{"table": {"columns": ["A"], "rows": [["1"]]}}], "./."),
    ],
)
def test_the_end_mark_stands_once_after_the_last_sentence(body: list[Any], end: str) -> None:
    read = [text for text in texts(fill(draft("BC", values={**report_values(), "body": body}))) if "./." in text]
    assert read == [end]


def test_a_unit_stays_with_its_number() -> None:
    body = [{"paragraph": "Dài 420 m, rộng 18,6 ha; 3 mái nhà, 5 hộ."}]
    read = texts(fill(draft("BC", values={**report_values(), "body": body})))
    assert "Dài 420\u00a0m, rộng 18,6\u00a0ha; 3 mái nhà, 5 hộ./." in read


def test_chapters_stand_on_their_own_centred_lines() -> None:
    body = [{"heading": "Chương II. Quy định cụ thể"}, {"heading": "Mục 1"}, {"heading": "Chương trình"}]
    made = opened(fill(draft("BC", values={**report_values(), "body": [*body, {"paragraph": "x"}]})))
    seen = {p.text: p.alignment for p in made.paragraphs}
    assert str(seen["Chương II"]) == str(seen["QUY ĐỊNH CỤ THỂ"]) == str(seen["Mục 1"]) == "CENTER (1)"
    assert str(seen["Chương trình"]) == "JUSTIFY (3)"


def test_tables_keep_widths_and_rows_whole_and_repeat_their_head() -> None:
    made = opened(fill(draft("BC")))
    table = made.tables[1]
    grid = [column.width / Mm(1) for column in table.columns if column.width]
    assert grid == pytest.approx([15, 100, 40], abs=0.1)
    assert [row.cells[1].text for row in table.rows] == [
        "Loại thiệt hại",
        "Nhà ở bị ngập",
        "Nhà ở hư hỏng nặng",
        "Cộng",
    ]
    assert [str(cell.paragraphs[0].alignment) for cell in table.rows[1].cells] == [
        "CENTER (1)",
        "LEFT (0)",
        "RIGHT (2)",
    ]
    rows = [row._tr.xml for row in table.rows]  # noqa: SLF001 - python-docx shows no row properties
    assert all("w:cantSplit" in row for row in rows)
    assert ["w:tblHeader" in row for row in rows] == [True, False, False, False]


def test_text_that_looks_like_a_mark_or_a_program_stays_text() -> None:
    looks = ["bang1", "[[table 1]]", "{{ 7 * 7 }}", "{% raw %}", 'R&D <5> "6" </w:t>', "&lt;", "{{ body.__class__ }}"]
    values = report_values()
    values["body"] = [*({"paragraph": text} for text in looks), *values["body"]]
    read = texts(fill(draft("BC", values=values)))
    assert [text for text in looks if text not in read] == []


def test_the_signers_lines_and_name_are_set_one_below_the_other() -> None:
    block = SignatureBlock(("TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"), "Hà Văn Mô Phỏng")
    read = [text for text in texts(fill(draft("QĐ", values=decision_values(), signature=block))) if text]
    assert read[-4:] == [*block.lines, block.name]


words = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=40)


@settings(max_examples=25, deadline=None)
@given(st.lists(words, min_size=1, max_size=6), words)
@example(["__0__", "**a** b"], "__0__")  # a note of italic or bold is no letter
def test_any_text_arrives_letter_by_letter(paragraphs: list[str], cell: str) -> None:
    table = {"columns": ["Cột"], "rows": [[cell]]}
    body = [*({"paragraph": text} for text in paragraphs), {"table": table}]
    written = draft("BC", values={**report_values(), "body": body})
    read = texts(fill(written))
    wanted = [bare(getattr(block, "text", None) or block.rows[0][0]) for block in written.content.body]  # type: ignore[union-attr] # by shape
    assert [text for text in wanted if text not in read] == []


def test_a_long_table_is_filled_in_time() -> None:
    rows = [[str(number), "Nhà ở bị ngập", "37", ""] for number in range(400)]
    values = {**report_values(), "body": [{"table": {"columns": list("ABCD"), "rows": rows}}]}
    made = opened(fill(draft("BC", values=values)))
    assert len(made.tables[1].rows) == 401


def test_annexes_stand_in_the_same_file_on_pages_of_their_own_number() -> None:
    table = {"columns": ["STT", "Họ tên"], "rows": [["1", "Hà Văn Mô Phỏng"]]}
    annexes = [
        {"title": "Danh sách thành viên", "body": [{"table": table}]},
        {"title": "Phân công nhiệm vụ", "body": [{"paragraph": "1. Tổ trưởng phụ trách chung."}]},
    ]
    values = {**VALUES["KH"](), "annexes": annexes}
    made = opened(fill(draft("KH", values=values, letterhead=replace(COMMUNE, name="Ủy ban nhân dân xã Suối Trúc"))))
    lines = [paragraph.text for paragraph in made.paragraphs]
    blank = "(Kèm theo Kế hoạch số ...... ngày ...... tháng ...... năm ...... của Ủy ban nhân dân xã Suối Trúc)"
    # Number and day of an electronic document are left blank (form 2.2).
    for line in ("Phụ lục I", "DANH SÁCH THÀNH VIÊN", "Phụ lục II", "PHÂN CÔNG NHIỆM VỤ"):
        assert line in lines
    assert lines.count(blank) == 2
    assert lines[-1].endswith("./.")
    assert len(made.sections) == 3
    starts: list[Any] = [section._sectPr.find(qn("w:pgNumType")) for section in made.sections]  # noqa: SLF001 - no other door
    assert [start.get(qn("w:start")) for start in starts[1:]] == ["1", "1"]
    assert all(section.different_first_page_header_footer for section in made.sections)


def test_what_a_decision_issues_has_a_head_of_its_own() -> None:
    body = [{"article": "Phạm vi.", "number": 1}]
    issued = {"kind_name": "Quy chế", "title": "Làm việc của Tổ công tác", "body": body}
    made = opened(fill(draft("QĐ", values={**decision_values(), "annexes": [issued]})))
    lines = [paragraph.text for paragraph in made.paragraphs]
    assert "QUY CHẾ" in lines
    assert "Phụ lục" not in lines
    assert any(line.startswith("(Kèm theo Quyết định số ......") for line in lines)
    heads = [table for table in made.tables if "CỘNG HÒA" in table.cell(0, 1).text]
    assert len(heads) == 2


@pytest.mark.parametrize(
    ("annex", "field"),
    [({"title": "A"}, "annexes[0].body"), ({"body": [{"paragraph": "B"}]}, "annexes[0].title")],
)
def test_an_annex_without_its_parts_is_refused(annex: dict[str, Any], field: str) -> None:
    with pytest.raises(FormInvalid) as caught:
        draft("KH", values={**VALUES["KH"](), "annexes": [annex]})
    assert caught.value.params["field"] == field


def test_whoever_is_asked_to_confirm_a_leave_has_a_place_below_everything() -> None:
    plain = draft("GNP")
    content = replace(plain.content, lines=(*plain.content.lines, ("confirmed_by", "Ủy ban nhân dân xã Nà Mẫu")))
    made = fill(replace(plain, content=content))
    assert lines_of(made)[-2:] == ("Xác nhận của Ủy ban nhân dân xã Nà Mẫu", "(Chữ ký, dấu, họ và tên)")
    assert check(made, day=date(2026, 11, 23)).findings == check(fill(plain), day=date(2026, 11, 23)).findings
    # Where nobody is asked there is no such place (form 1.10: "nếu cần").
    assert not any("Xác nhận" in line for line in lines_of(fill(plain)))

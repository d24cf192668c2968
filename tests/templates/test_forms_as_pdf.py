"""The forms as an office program sets them: what is signed is this, not the DOCX."""

import io
from collections.abc import Iterator
from typing import Any

import pikepdf
import pypdfium2
import pytest

from templates.catalogue import PAGE
from templates.convert import OfficePool
from templates.docx import fill
from templates.draft import Draft
from templates.layout import (
    DATE_LINE,
    DATE_MARK,
    HEAD_LEFT_MM,
    HEAD_RIGHT_MM,
    NUMBER_LINE,
    NUMBER_MARK,
    POINTS_PER_MM,
    SIGNATURE_MARK,
    line_box,
    seal_box,
    signature_box,
)
from templates.read import fonts_in, page_count, places_in, text_of
from tests.templates.samples import DEPARTMENT, draft, letter_values, report_values

pytestmark = pytest.mark.office


@pytest.fixture(scope="module")
def office() -> Iterator[OfficePool]:
    pool = OfficePool()
    yield pool
    pool.close()


def converted(office: OfficePool, made: Draft) -> bytes:
    return office.convert(fill(made), suffix="docx")


@pytest.mark.parametrize("kind", ["CV", "BC", "QĐ"])
def test_a_form_becomes_a_pdf_with_its_places(office: OfficePool, kind: str) -> None:
    pdf = converted(office, draft(kind))
    assert page_count(pdf) == 1
    assert {name.split("-")[0] for name in fonts_in(pdf)} == {"LiberationSerif"}
    places = places_in(pdf)
    assert set(places) == {NUMBER_MARK, DATE_MARK, SIGNATURE_MARK}
    left = PAGE.left_mm * POINTS_PER_MM
    assert places[NUMBER_MARK].x == pytest.approx(left + HEAD_LEFT_MM / 2 * POINTS_PER_MM, abs=1)
    assert places[DATE_MARK].x == pytest.approx(left + (HEAD_LEFT_MM + HEAD_RIGHT_MM / 2) * POINTS_PER_MM, abs=1)
    assert places[NUMBER_MARK].y == places[DATE_MARK].y
    with pikepdf.open(io.BytesIO(pdf)) as document:
        assert str(document.Root.Lang) == "vi-VN"
        with document.open_metadata() as metadata:
            assert metadata.pdfa_status == "2B"
            assert metadata["dc:title"] == draft(kind).content.subject


@pytest.mark.parametrize("kind", ["CV", "BC", "QĐ"])
def test_nothing_lies_where_number_date_signature_and_name_will_be_drawn(office: OfficePool, kind: str) -> None:
    pdf = converted(office, draft(kind, letterhead=DEPARTMENT))
    places = places_in(pdf)
    signature = signature_box(places[SIGNATURE_MARK])
    slots = [
        line_box(places[NUMBER_MARK], NUMBER_LINE),
        line_box(places[DATE_MARK], DATE_LINE),
        signature,
    ]

    with pypdfium2.PdfDocument(pdf) as document:
        page = document[0].get_textpage()
        for slot in slots:
            inside = page.get_text_bounded(slot.x, slot.y + 1, slot.x + slot.width, slot.y + slot.height - 1)
            assert inside.strip() == ""
        right = PAGE.width_mm * POINTS_PER_MM
        seal = seal_box(signature)
        assert 0 < seal.x < signature.x + signature.width < right


def paragraphs(count: int) -> list[Any]:
    return [
        {
            "paragraph": f"Đoạn số {number} của báo cáo này có đủ chữ cho hơn một dòng trên trang giấy khổ A4, để cuối "
            "trang rơi vào nhiều chỗ khác nhau."
        }
        for number in range(count)
    ]


@pytest.mark.parametrize("count", [11, 12, 13, 14, 15])
def test_a_signature_never_stands_alone_on_its_page(office: OfficePool, count: int) -> None:
    pages = text_of(converted(office, draft("BC", values={**report_values(), "body": paragraphs(count)})))
    assert "./." in pages[-1]
    assert "Nơi nhận:" in pages[-1]
    assert "Lò Thị Ví Dụ" in pages[-1]


def test_pages_are_numbered_from_the_second_on_and_tables_repeat_their_head(office: OfficePool) -> None:
    rows = [[str(number), "Nhà ở bị ngập, hư hỏng một phần", "37"] for number in range(1, 90)]
    table = {"columns": ["STT", "Loại thiệt hại", "Số lượng"], "rows": rows, "widths_mm": [20, 100, 45]}
    pages = text_of(converted(office, draft("BC", values={**report_values(), "body": [{"table": table}]})))
    assert len(pages) >= 3
    assert not pages[0].strip().startswith("1\n")
    for number, text in enumerate(pages[1:-1], start=2):
        assert text.strip().startswith(f"{number}\n")
        assert "Loại thiệt hại" in text


def test_a_letters_subject_stands_below_its_number(office: OfficePool) -> None:
    pdf = converted(office, draft("CV", values=letter_values()))
    place = places_in(pdf)[NUMBER_MARK]

    with pypdfium2.PdfDocument(pdf) as document:
        found = document[0].get_textpage()
        below = found.get_text_bounded(place.x - 94, place.y - 80, place.x + 94, place.y - NUMBER_LINE.height_pt)
    assert below.strip().startswith("V/v báo cáo")

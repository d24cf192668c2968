"""Two states of a file: what differs is found, named and marked; what was left open is told from what was not."""

import io
from collections.abc import Callable

import pytest
from PIL import Image
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from templates.compare import MOST_COMPARED, MOST_SHOWN, Comparison, compare_pages
from templates.errors import PdfUnreadable
from templates.marks import Region, side_by_side
from tests.signing.builders import numbered, paper, prepared
from tests.signing.test_verdict import rewritten, updated

DPI = 60
FILLED = {"number": True, "date": True}


def compare(before: bytes, after: bytes, **fields: bool) -> Comparison:
    return compare_pages(before, after, fields=fields, dpi=DPI)


def edited(pdf: bytes, edit: Callable[[IncrementalPdfFileWriter], object]) -> bytes:
    """The file with an appended update, as every change after a signature comes."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    edit(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def numbers(*values: float) -> generic.ArrayObject:
    return generic.ArrayObject(generic.FloatObject(value) for value in values)


def drawn(pdf: bytes, content: bytes, *, pages: int = 1) -> bytes:
    def draw(writer: IncrementalPdfFileWriter) -> None:
        for page in range(pages):
            stream = writer.add_object(generic.StreamObject(stream_data=content))
            writer.add_stream_to_page(page, stream)

    return edited(pdf, draw)


def with_page_entry(pdf: bytes, name: str, value: generic.PdfObject) -> bytes:
    def change(writer: IncrementalPdfFileWriter) -> None:
        page, _ = writer.find_page_for_modification(0)
        page.get_object()[pdf_name(name)] = value
        writer.update_container(page.get_object())

    return edited(pdf, change)


def blank() -> generic.DictionaryObject:
    return generic.DictionaryObject({
        pdf_name("/Type"): pdf_name("/Page"),
        pdf_name("/MediaBox"): numbers(0, 0, 300, 300),
        pdf_name("/Resources"): generic.DictionaryObject(),
    })  # fmt: skip


def without_page(writer: IncrementalPdfFileWriter, index: int) -> None:
    """Take a page out of a tree that has one level."""
    tree = writer.root["/Pages"]
    kids = list(tree["/Kids"])
    tree[pdf_name("/Kids")] = generic.ArrayObject(kids[:index] + kids[index + 1 :])
    tree[pdf_name("/Count")] = generic.NumberObject(len(kids) - 1)
    writer.update_container(tree)


def regions(found: Comparison) -> list[Region]:
    return [region for page in found.pages for region in page.regions]


def test_equal_files_differ_nowhere() -> None:
    assert compare(prepared(), prepared()) == Comparison((), 1, 0)


def test_filled_fields_are_named_and_allowed() -> None:
    found = compare(prepared(), numbered(prepared()), **FILLED)
    (page,) = found.pages
    assert (page.before, page.after) == (1, 1)
    assert [(r.number, r.field, r.allowed) for r in page.regions] == [(1, "number", True), (2, "date", True)]
    number = page.regions[0]
    # The field stands 60 points from the left and 82 from the top of A4.
    assert 60 <= number.left * 72 / DPI <= 64
    assert 80 <= number.top * 72 / DPI <= 102


def test_a_field_that_was_not_left_open_is_not_allowed() -> None:
    found = regions(
        compare(numbered(prepared()), rewritten(numbered(prepared()), "number", value=True, picture=True), number=False)
    )
    assert [(r.field, r.allowed) for r in found] == [("number", False)]


def test_a_change_nobody_named_is_not_allowed() -> None:
    found = regions(compare(prepared(), numbered(prepared())))
    assert [(r.field, r.allowed) for r in found] == [("", False), ("", False)]


def test_what_is_drawn_is_found_beside_the_fields() -> None:
    after = updated(numbered(prepared()), "drawn")
    found = regions(compare(prepared(), after, **FILLED))
    assert [(r.field, r.allowed) for r in found] == [("number", True), ("date", True), ("", False)]


def test_what_is_drawn_under_an_allowed_field_is_not_allowed() -> None:
    after = drawn(numbered(prepared()), b"q 0.8 0 0 rg 62 742 150 16 re f Q")
    found = regions(compare(prepared(), after, **FILLED))
    assert ("", False) in [(r.field, r.allowed) for r in found]


def test_an_annotation_over_an_allowed_field_is_not_allowed() -> None:
    def cover(writer: IncrementalPdfFileWriter) -> None:
        picture = generic.StreamObject(stream_data=b"0 0 1 rg 0 0 60 16 re f")
        picture.update({
            pdf_name("/Type"): pdf_name("/XObject"),
            pdf_name("/Subtype"): pdf_name("/Form"),
            pdf_name("/BBox"): numbers(0, 0, 60, 16),
        })  # fmt: skip
        note = generic.DictionaryObject({
            pdf_name("/Type"): pdf_name("/Annot"),
            pdf_name("/Subtype"): pdf_name("/Stamp"),
            pdf_name("/Rect"): numbers(64, 742, 124, 758),
            pdf_name("/F"): generic.NumberObject(4),
            pdf_name("/AP"): generic.DictionaryObject({pdf_name("/N"): writer.add_object(picture)}),
        })  # fmt: skip
        page, _ = writer.find_page_for_modification(0)
        writer.register_annotation(page, writer.add_object(note))

    found = regions(compare(prepared(), edited(numbered(prepared()), cover), **FILLED))
    assert ("", False) in [(r.field, r.allowed) for r in found]


def test_a_field_that_moved_is_not_the_one_that_was_left_open() -> None:
    def move(writer: IncrementalPdfFileWriter) -> None:
        for reference in writer.root["/AcroForm"]["/Fields"]:
            field = reference.get_object()
            if field["/T"] == "number":
                field[pdf_name("/Rect")] = numbers(60, 400, 260, 420)
                writer.update_container(field)

    found = regions(compare(prepared(), edited(numbered(prepared()), move), **FILLED))
    assert [(r.field, r.allowed) for r in found] == [("date", True), ("number", False)]


def test_pages_that_came_and_went_are_named() -> None:
    before = paper("Báo cáo", pages=4)
    gone = compare(before, edited(before, lambda writer: without_page(writer, 1)))
    assert [(page.before, page.after) for page in gone.pages] == [(2, None)]
    assert gone.pages[0].after_picture == b""
    come = compare(before, edited(before, lambda writer: writer.insert_page(blank(), after=0)))
    assert [(page.before, page.after) for page in come.pages] == [(None, 2)]
    assert come.compared == 5


def test_a_page_in_anothers_place_is_compared_with_it() -> None:
    before = paper("Báo cáo", pages=2)

    def replace(writer: IncrementalPdfFileWriter) -> None:
        without_page(writer, 1)
        writer.insert_page(blank())

    (page,) = compare(before, edited(before, replace)).pages
    assert (page.before, page.after) == (2, 2)


def test_a_page_of_another_size_differs_as_a_whole() -> None:
    (region,) = regions(compare(paper(), with_page_entry(paper(), "/MediaBox", numbers(0, 0, 700, 900))))
    assert (region.left, region.top, region.allowed) == (0, 0, False)


def test_a_turned_page_has_its_fields_where_they_are_seen() -> None:
    before = with_page_entry(prepared(), "/Rotate", generic.NumberObject(90))
    found = regions(compare(before, numbered(before), **FILLED))
    assert {(r.field, r.allowed) for r in found} == {("number", True), ("date", True)}
    assert all(r.height > r.width for r in found)


def test_many_specks_are_marked_as_few_places() -> None:
    specks = b" ".join(b"%d %d 3 3 re f" % (x, y) for x in range(20, 580, 40) for y in range(20, 700, 40))
    found = regions(compare(paper(), drawn(paper(), specks)))
    assert 1 <= len(found) <= 12
    assert min(r.left for r in found) * 72 / DPI < 24


def test_the_marks_are_in_the_pictures() -> None:
    (page,) = compare(prepared(), updated(numbered(prepared()), "drawn"), **FILLED).pages
    for data in (page.before_picture, page.after_picture):
        red, green, blue = (band.tobytes() for band in Image.open(io.BytesIO(data)).convert("RGB").split())
        pixels = list(zip(red, green, blue, strict=True))
        assert sum(r > 150 and g < 70 and b < 70 for r, g, b in pixels) > 100
        assert sum(g > 70 and r < 60 and b < 90 for r, g, b in pixels) > 100


def test_a_long_file_says_what_was_not_compared_and_shows_a_few() -> None:
    before = paper("Báo cáo", pages=MOST_COMPARED + 3)
    found = compare(before, drawn(before, b"9 9 90 90 re f", pages=MOST_SHOWN + 2))
    assert (found.compared, found.left_out) == (MOST_COMPARED, 3)
    assert [bool(page.after_picture) for page in found.pages] == [True] * MOST_SHOWN + [False] * 2
    assert [r.number for r in regions(found)] == list(range(1, MOST_SHOWN + 3))


def test_a_huge_page_is_drawn_smaller() -> None:
    before = with_page_entry(paper(), "/MediaBox", numbers(0, 0, 14000, 14000))
    (page,) = compare_pages(before, drawn(before, b"0 0 7000 7000 re f"), fields={}, dpi=110).pages
    assert Image.open(io.BytesIO(page.after_picture)).width <= 2300


@pytest.mark.parametrize("junk", [b"", b"%PDF-1.7\n%%EOF", b"khong phai"])
def test_what_is_no_pdf_is_refused(junk: bytes) -> None:
    for before, after in ((junk, paper()), (paper(), junk)):
        with pytest.raises(PdfUnreadable):
            compare(before, after)


def test_two_pictures_as_one_sheet() -> None:
    (page,) = compare(paper(), drawn(paper(), b"9 9 90 90 re f")).pages
    sheet = Image.open(
        io.BytesIO(side_by_side(page.before_picture, page.after_picture, titles=("Bản đã ký", "Bản hiện tại")))
    )
    one = Image.open(io.BytesIO(page.after_picture))
    assert sheet.format == "PNG"
    assert sheet.width > 2 * one.width
    half = Image.open(io.BytesIO(side_by_side(b"", page.after_picture, titles=("Không có", "Trang mới"))))
    assert half.size == sheet.size

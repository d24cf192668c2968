import io

import pikepdf
import pypdfium2
import pytest
from PIL import Image, ImageChops, ImageStat

from templates.copy_papers import extract_paper
from templates.copying import Extract
from templates.errors import PaperFailed
from templates.fonts import balanced_mm, lines_in, width_mm
from templates.layout import (
    DATE_LINE,
    NUMBER_LINE,
    POINTS_PER_MM,
    SEAL_MM,
    SIGNATURE_HEIGHT_MM,
    Place,
    SlotSize,
    line_box,
    seal_box,
    signature_box,
)
from templates.papers import Entry, contents_page, line_picture, seal_image, signature_image
from templates.read import text_of

LINES = [
    ("Số: 05/BC-UBND", NUMBER_LINE),
    ("Số: 1246/QyĐ-BCĐPCTT", NUMBER_LINE),
    ("Suối Trúc, ngày 05 tháng 01 năm 2026", DATE_LINE),
    ("Thành phố Hồ Chí Minh, ngày 31 tháng 12 năm 2026", DATE_LINE),
]


def ink(pdf: bytes) -> tuple[Image.Image, tuple[int, int, int, int]]:
    with pypdfium2.PdfDocument(pdf) as document:
        assert len(document) == 1
        picture = document[0].render(scale=8).to_pil().convert("L")
    box = ImageChops.invert(picture).getbbox()
    assert box is not None
    return picture, box


@pytest.mark.parametrize(("text", "slot"), LINES)
def test_a_line_fills_a_page_of_its_slots_size(text: str, slot: SlotSize) -> None:
    with pikepdf.open(io.BytesIO(line_picture(text, slot))) as document:
        (page,) = document.pages
        assert [float(side) for side in page.mediabox] == pytest.approx([0, 0, slot.width_pt, slot.height_pt], abs=0.01)
        with document.open_metadata() as metadata:
            assert metadata.pdfa_status == "2B"


@pytest.mark.parametrize(("text", "slot"), [*LINES, ("Ẫ Ỗ Ữ ặ ọ ỵ Ợ Ậ g", NUMBER_LINE)])
def test_a_line_is_centred_and_nothing_of_it_is_cut_off(text: str, slot: SlotSize) -> None:
    picture, (left, top, right, bottom) = ink(line_picture(text, slot))
    assert left == pytest.approx(picture.width - right, abs=8)
    assert min(left, top, picture.height - bottom) > 2


@pytest.mark.parametrize(
    "text", ["Số: #05_$x$ *đậm* \\ [a] // <b>", '"Số" \\"05\\" \\', 'Số: \\u{41}\\n" + panic() + "', '", text: "05']
)
def test_no_letter_of_a_line_is_markup(text: str) -> None:
    with pypdfium2.PdfDocument(line_picture(text, DATE_LINE)) as document:
        assert document[0].get_textpage().get_text_bounded() == text


@pytest.mark.parametrize("text", ["Số: 123456789/QyĐ-BANCHỈĐẠOPHÒNGCHỐNG", "hai\ndòng"])
def test_a_line_too_long_for_its_slot_is_refused(text: str) -> None:
    with pytest.raises(PaperFailed) as raised:
        line_picture(text, NUMBER_LINE)
    assert raised.value.code == "line_too_long"


def test_equal_lines_give_equal_bytes() -> None:
    assert line_picture("Số: 05/BC-UBND", NUMBER_LINE) == line_picture("Số: 05/BC-UBND", NUMBER_LINE)


def test_a_contents_page_names_every_paper_and_where_its_line_stands() -> None:
    entries = tuple(
        Entry(level, f"{name} số {index} #1", 2 + index, 1)
        for index in range(40)
        for level, name in ((1, "Nội dung"), (2, "Báo cáo"))
    )
    contents = contents_page("Phiên họp tháng 11", ("Thời gian: 8 giờ 00", "Địa điểm: Hội trường"), entries)
    with pypdfium2.PdfDocument(contents.pdf) as document:
        pages = [page.get_textpage().get_text_bounded() for page in document]
    text = "\n".join(pages)
    assert "Địa điểm: Hội trường" in text
    assert all(entry.title in text for entry in entries)
    assert len(contents.rows) == len(entries)
    assert contents.rows == tuple(sorted(contents.rows))
    assert {page for page, _ in contents.rows} == set(range(len(pages)))


def test_a_title_with_marks_of_strings_stays_text() -> None:
    title = 'Họp về "nước sạch" \\n \\" #let'
    contents = contents_page(title, (), (Entry(1, title, 2, 1), Entry(2, title, 3, 1)))
    with pypdfium2.PdfDocument(contents.pdf) as document:
        assert document[0].get_textpage().get_text_bounded().count(title) == 3


def test_the_sample_seal_is_red_round_transparent_and_of_real_size() -> None:
    seal = Image.open(io.BytesIO(seal_image("Ủy ban nhân dân xã Suối Trúc")))
    assert seal.mode == "RGBA"
    assert seal.width == seal.height
    assert seal.width / seal.info["dpi"][0] * 25.4 == pytest.approx(SEAL_MM, abs=0.1)
    alpha = seal.getchannel("A")
    assert [alpha.getpixel(corner) for corner in ((0, 0), (424, 0), (0, 424), (424, 424))] == [0, 0, 0, 0]
    red, green, blue = mean_colour(seal)
    assert red > 2 * green
    assert red > 2 * blue


def test_a_long_agency_name_goes_round_the_seal_without_meeting_itself() -> None:
    seal = Image.open(io.BytesIO(seal_image("Ban Quản lý dự án đầu tư xây dựng công trình giao thông tỉnh Hoa Ban")))
    # Inside the ring, below the centre, the name's two ends leave the foot free.
    foot = seal.getchannel("A").crop((190, 376, 235, 412))
    assert foot.getbbox() is None


def test_a_sample_signature_is_blue_transparent_and_its_owners() -> None:
    first, other = (Image.open(io.BytesIO(signature_image(name))) for name in ("Lò Thị Ví Dụ", "Hà Văn Mô Phỏng"))
    red, green, blue = mean_colour(first)
    assert blue > 2 * green > red
    assert first.getchannel("A").getextrema() == (0, 255)
    assert ImageChops.difference(first.getchannel("A"), other.getchannel("A")).getbbox() is not None
    assert signature_image("Lò Thị Ví Dụ") == signature_image("Lò Thị Ví Dụ")


def mean_colour(picture: Image.Image) -> tuple[float, float, float]:
    ink_only = picture.getchannel("A").point(lambda alpha: 255 if alpha > 128 else 0)
    red, green, blue = ImageStat.Stat(picture.convert("RGB"), ink_only).mean
    return red, green, blue


def test_the_seal_covers_the_left_third_of_the_signature_and_neither_title_nor_name() -> None:
    place = Place(1, 432.25, 206.0)
    signature = signature_box(place)
    seal = seal_box(signature)
    assert seal.width == seal.height == pytest.approx(102.05, abs=0.01)
    assert seal.x + seal.width == pytest.approx(signature.x + signature.width / 3)
    assert seal.y + seal.height / 2 == pytest.approx(signature.y + signature.height / 2)
    assert signature.x + signature.width / 2 == pytest.approx(place.x)
    assert place.y + 0.01 >= seal.y + seal.height
    assert seal.y >= place.y - SIGNATURE_HEIGHT_MM * POINTS_PER_MM - 0.01


def test_the_lines_of_number_and_date_do_not_touch() -> None:
    number, date = line_box(Place(0, 178.6, 745.0), NUMBER_LINE), line_box(Place(0, 412.5, 745.0), DATE_LINE)
    assert number.x + number.width < date.x
    assert (number.page, number.y + number.height) == (0, 745.0)


def test_a_balanced_column_makes_as_many_lines_but_even_ones() -> None:
    text = "Tình hình phòng, chống mưa lũ và bảo đảm đời sống Nhân dân tháng 11 trên địa bàn xã Suối Trúc"
    wide = lines_in(text, size_pt=14, bold=True, column_mm=165)
    even = lines_in(text, size_pt=14, bold=True, column_mm=balanced_mm(text, size_pt=14, bold=True, column_mm=165))
    assert len(wide) == len(even) == 2
    assert max(even) - min(even) < max(wide) - min(wide)
    assert width_mm(text, size_pt=14, bold=True) == pytest.approx(
        sum(even) + width_mm(" ", size_pt=14, bold=True), 0.01
    )


def test_whom_an_extract_is_addressed_to_stands_without_the_dash_it_was_typed_with() -> None:
    def head(*addressees: str) -> str:
        paper = Extract(
            (), ("UBND XÃ",), "Số: 15/UBND", "Suối Trúc", None, "rà soát", ("Nội dung.",), addressees=addressees
        )
        return text_of(extract_paper(paper))[0]

    assert "Kính gửi: UBND tỉnh\n" in head("- UBND tỉnh;").replace("\r", "")
    several = head("- UBND tỉnh;", "+ Sở Nội vụ")
    assert "- UBND tỉnh;" in several
    assert "- Sở Nội vụ." in several
    assert "- -" not in several

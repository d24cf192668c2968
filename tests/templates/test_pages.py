import io

import pikepdf
import pytest
from PIL import Image

from templates.errors import PdfUnreadable
from templates.pages import COPY_NOTE, PackPaper, make_pack
from templates.read import pictures_of, text_of
from tests.templates.test_read import typeset, with_field


def papers(count: int = 3) -> list[PackPaper]:
    made = []
    for n in range(count):
        pdf = typeset(f"Nội dung {n} #pagebreak() tiếp")
        made.append(PackPaper(f"{n // 2 + 1}. Nội dung", f"Tài liệu {n}", pdf))
    return made


def test_contents_bookmarks_links_and_stamps() -> None:
    pack = make_pack("Phiên họp thử", ("Thời gian: 08:00",), papers())
    assert pack.pages == 7
    with pikepdf.open(io.BytesIO(pack.pdf)) as document:
        with document.open_outline() as outline:
            assert [item.title for item in outline.root] == ["Mục lục", "1. Nội dung", "2. Nội dung"]
            assert [child.title for child in outline.root[1].children] == ["Tài liệu 0", "Tài liệu 1"]
        numbers = {page.obj.objgen: at for at, page in enumerate(document.pages)}
        links = [a for a in document.pages[0].obj.Annots if a.Subtype == "/Link"]
        assert [numbers[link.Dest[0].objgen] for link in links] == [1, 1, 3, 5, 5]
        assert all(link.F == 4 for link in links)
    texts = text_of(pack.pdf)
    assert "Phiên họp thử" in texts[0]
    assert "Thời gian: 08:00" in texts[0]
    for at, text in enumerate(texts, start=1):
        assert f"{COPY_NOTE} · trang {at}/7" in text
    assert "Nội dung 1" in texts[3]


def test_the_same_papers_give_the_same_contents() -> None:
    first, second = (text_of(make_pack("Họp", (), papers()).pdf) for _ in range(2))
    assert first == second


def test_long_contents_move_the_page_numbers() -> None:
    pack = make_pack("Phiên họp dài", (), papers(60))
    texts = text_of(pack.pdf)
    front = next(at for at, text in enumerate(texts) if "Nội dung 0" in text and "tiếp" not in text and at > 0)
    assert front >= 2
    assert f"trang {front + 1}" in texts[0]


def test_what_a_field_shows_stays_to_be_seen() -> None:
    drawn = with_field("Số: 12/BC-UBND")
    with pikepdf.open(io.BytesIO(drawn)) as document:
        widget = document.pages[1].Annots[0]
        picture = pikepdf.Stream(document, b"0 0 150 20 re f", BBox=[0, 0, 150, 20], Subtype=pikepdf.Name.Form)
        widget.AP = pikepdf.Dictionary(N=document.make_indirect(picture))
        out = io.BytesIO()
        document.save(out)
    pack = make_pack("Họp", (), [PackPaper("1. A", "B", out.getvalue())])
    before, after = pictures_of(out.getvalue(), dpi=40, pages=(1,)), pictures_of(pack.pdf, dpi=40, pages=(2,))
    assert dark(after[0]) >= dark(before[0]) > 500


def dark(png: bytes) -> int:
    histogram = Image.open(io.BytesIO(png)).convert("L").histogram()
    return sum(histogram[:80])


def test_a_paper_nobody_can_open_is_named() -> None:
    with pytest.raises(PdfUnreadable) as refused:
        make_pack("Họp", (), [PackPaper("1. A", "Giấy hỏng", b"junk")])
    assert refused.value.params["title"] == "Giấy hỏng"

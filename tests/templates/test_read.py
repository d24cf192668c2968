import io
import random
import unicodedata
from pathlib import Path

import pikepdf
import pytest
import typst
from PIL import Image, ImageChops

from templates.errors import PdfUnreadable
from templates.read import (
    field_values,
    fonts_in,
    page_count,
    pictures_of,
    places_in,
    secrecy_stamp_in,
    text_of,
    views_of,
)
from tests.canned import CannedConverter

SAMPLES = Path(__file__).resolve().parents[2] / "docservice/demo/samples"


def typeset(body: str) -> bytes:
    pdf = typst.compile(
        f'#set page(paper: "a4", margin: 2cm)\n#set text(font: "Liberation Serif")\n{body}'.encode(), format="pdf"
    )
    assert isinstance(pdf, bytes)
    return pdf


def with_field(value: str) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(typeset("Trang một #pagebreak() Trang hai"))) as document:
        facts = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Widget, FT=pikepdf.Name.Tx, F=4)
        facts.T, facts.V, facts.Rect = "number", value, pikepdf.Array([50, 700, 200, 720])
        widget = document.make_indirect(facts)
        document.pages[1].Annots = pikepdf.Array([widget])
        document.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array([widget]))
        document.save(out)
    return out.getvalue()


def test_text_comes_by_page_in_nfc() -> None:
    first, second = text_of(typeset("Cộng hòa #pagebreak() Hạnh phúc"))
    assert "Cộng hòa" in first
    assert "Hạnh phúc" in second
    assert unicodedata.is_normalized("NFC", first + second)


def test_the_value_of_a_field_is_text_of_its_page() -> None:
    pdf = with_field("Số: 12/BC-UBND")
    first, second = text_of(pdf)
    assert "12/BC-UBND" not in first
    assert second.startswith("Số: 12/BC-UBND")
    assert field_values(pdf) == {"number": "Số: 12/BC-UBND"}
    assert field_values(typeset("a")) == {}


def test_pictures_are_of_the_wanted_pages_and_size() -> None:
    pdf = typeset("a #pagebreak() b")
    (one,) = pictures_of(pdf, dpi=36, pages=(1,))
    assert Image.open(io.BytesIO(one)).size == (298, 421)
    assert len(pictures_of(pdf, dpi=20)) == 2
    with pytest.raises(PdfUnreadable) as refused:
        pictures_of(pdf, dpi=5000)
    assert refused.value.code == "page_too_large"


@pytest.mark.parametrize(
    ("written", "media", "mode"),
    [("a", "PNG", "P"), ("#text(fill: luma(60%))[a]", "PNG", "P"), ("a #text(fill: red, size: 4pt)[.]", "WEBP", "RGB")],
)
def test_a_page_without_colour_is_a_small_picture_of_greys(written: str, media: str, mode: str) -> None:
    (picture,) = views_of(typeset(written), dpi=110, pages=(0,))
    seen = Image.open(io.BytesIO(picture))
    assert (seen.format, seen.mode) == (media, mode)
    assert seen.size == (910, 1287)
    (plain,) = pictures_of(typeset(written), dpi=110)
    # Edges of letters are drawn a little lighter; what is seen from an arm's length is the same.
    far = [picture.convert("L").reduce(4) for picture in (seen, Image.open(io.BytesIO(plain)))]
    assert far[0].point([value < 240 for value in range(256)]).getbbox()
    assert ImageChops.difference(*far).point([value > 40 for value in range(256)]).getbbox() is None


def test_the_paper_of_a_scan_stays_white_and_its_grain_is_no_text() -> None:
    chance = random.Random(1)  # noqa: S311 - repeatable, not secret
    for least, most, media in ((249, 255, "PNG"), (150, 240, "WEBP")):
        scan, held = Image.new("L", (600, 850)), io.BytesIO()
        scan.frombytes(bytes(chance.randint(least, most) for _ in range(600 * 850)))
        scan.save(held, "PDF", resolution=72)
        (picture,) = views_of(held.getvalue(), dpi=72, pages=(0,))
        seen = Image.open(io.BytesIO(picture))
        assert seen.format == media
        assert least - 10 <= sorted(seen.convert("L").tobytes())[300 * 850] <= 255


def test_places_and_fonts_are_found() -> None:
    pdf = CannedConverter().convert(b"PK", suffix="docx")
    assert places_in(pdf)["soKyHieu"].page == 0
    assert places_in(typeset("a")) == {}
    assert fonts_in(pdf) == ("LiberationSerif",)
    assert page_count(pdf) == 1


@pytest.mark.parametrize("pdf", [b"", b"text", b"%PDF-1.7", typeset("a")[:600]])
def test_a_broken_file_is_unreadable_for_everybody(pdf: bytes) -> None:
    for read in (page_count, text_of, places_in, fonts_in, field_values, secrecy_stamp_in):
        with pytest.raises(PdfUnreadable):
            read(pdf)


def test_an_encrypted_file_is_unreadable() -> None:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(typeset("a"))) as document:
        document.save(out, encryption=pikepdf.Encryption(owner="a", user="b"))
    with pytest.raises(PdfUnreadable):
        text_of(out.getvalue())


@pytest.mark.parametrize(
    ("body", "level"),
    [
        ("*MẬT*", "MẬT"),
        ("Số: 5/UBND\n\n*TỐI MẬT*\n\nKính gửi", "TỐI MẬT"),
        ("#rect[TUYỆT MẬT]", "TUYỆT MẬT"),
        ("#text(tracking: 6pt)[MẬT]", "MẬT"),
        ("Tối   Mật", "TỐI MẬT"),
        ("#grid(columns: (1fr, 2fr), [#rect[MẬT]], align(center)[CỘNG HÒA XÃ HỘI])", "MẬT"),
    ],
)
def test_a_stamp_is_seen(body: str, level: str) -> None:
    found = secrecy_stamp_in(typeset(body))
    assert found is not None
    assert found.level == level


@pytest.mark.parametrize(
    "body",
    [
        "Công tác bảo mật",
        "Mật độ dân số",
        "Mật ong",
        "Luật Bảo vệ bí mật nhà nước quy định độ mật gồm: tuyệt mật, tối mật và mật",
        "#align(right)[MẬT]",
        "#v(1fr)\nMẬT",
        "#pagebreak()\nMẬT",
    ],
)
def test_words_are_no_stamp(body: str) -> None:
    assert secrecy_stamp_in(typeset(body)) is None


@pytest.mark.parametrize("name", sorted(p.name for p in SAMPLES.glob("*.pdf")))
def test_real_decrees_carry_no_stamp_and_give_their_text(name: str) -> None:
    pdf = (SAMPLES / name).read_bytes()
    assert secrecy_stamp_in(pdf) is None
    assert "NGHỊ ĐỊNH" in text_of(pdf)[0]

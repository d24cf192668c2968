"""A person's picture is blue handwriting, a seal is red, round and large enough; everything else says why not."""

import io
from collections.abc import Callable

import pytest
from PIL import Image, ImageDraw

from signing.errors import ImageRefused
from signing.images import LARGEST_BYTES, Picture, check_image, cut_image, proportion

BLUE, RED, CLEAR = (20, 50, 180, 255), (200, 20, 30, 255), (0, 0, 0, 0)
LINE_MM, SEAL_MM = (45.0, 24.0), (36.0, 36.0)


def png(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def drawn(size: tuple[int, int], colour: tuple[int, int, int, int], mode: str = "RGBA") -> bytes:
    image = Image.new("RGBA", size, CLEAR)
    width, height = size
    ImageDraw.Draw(image).ellipse((width * 0.1, height * 0.1, width * 0.9, height * 0.9), outline=colour, width=6)
    return png(image.convert(mode))


def refused(data: bytes, kind: Picture, box: tuple[float, float]) -> str:
    with pytest.raises(ImageRefused) as caught:
        check_image(data, kind, box_mm=box)
    return caught.value.code


def test_a_persons_picture() -> None:
    facts = check_image(drawn((600, 320), BLUE), Picture.PERSON, box_mm=LINE_MM)
    assert (facts.width, facts.height) == (600, 320)
    # 320 pixels in 24 mm; the width leaves room.
    assert facts.dpi == pytest.approx(320 / 24 * 25.4, abs=2)


def test_an_agencys_seal() -> None:
    assert check_image(drawn((600, 600), RED), Picture.AGENCY, box_mm=SEAL_MM).dpi == pytest.approx(423, abs=1)


def test_a_picture_of_few_colours_with_a_clear_one() -> None:
    image = Image.new("P", (600, 600), 0)
    image.putpalette([0, 0, 0, 200, 20, 30])
    ImageDraw.Draw(image).ellipse((50, 50, 550, 550), outline=1, width=9)
    out = io.BytesIO()
    image.save(out, "PNG", transparency=0)
    assert check_image(out.getvalue(), Picture.AGENCY, box_mm=SEAL_MM).width == 600


def test_a_picture_is_cut_to_what_is_drawn_in_it() -> None:
    """A seal with a margin would be shown too small, a signature with one beside its middle."""
    wide = Image.new("RGBA", (1000, 700), CLEAR)
    wide.paste(Image.open(io.BytesIO(drawn((500, 500), RED))), (450, 30))
    cut = cut_image(png(wide.crop((440, 0, 1000, 560))), Picture.AGENCY, box_mm=SEAL_MM)
    assert Image.open(io.BytesIO(cut)).size == pytest.approx((401, 401), abs=2)
    assert proportion(cut) == pytest.approx(1, abs=0.01)
    assert cut_image(cut, Picture.AGENCY, box_mm=SEAL_MM) == cut
    hand = cut_image(drawn((900, 450), BLUE), Picture.PERSON, box_mm=LINE_MM)
    assert proportion(hand) == pytest.approx(2, abs=0.01)


def test_what_is_too_coarse_without_its_margin_is_refused() -> None:
    with pytest.raises(ImageRefused) as caught:
        cut_image(drawn((380, 200), BLUE), Picture.PERSON, box_mm=LINE_MM)
    assert caught.value.code == "image_coarse"


@pytest.mark.parametrize(
    ("make", "kind", "code"),
    [
        (lambda: b"GIF89a", Picture.PERSON, "image_not_png"),
        (lambda: drawn((600, 320), BLUE)[:200], Picture.PERSON, "image_not_png"),
        (lambda: drawn((600, 320), BLUE) + bytes(LARGEST_BYTES), Picture.PERSON, "image_too_large"),
        (lambda: png(Image.new("RGBA", (2100, 2100), CLEAR)), Picture.AGENCY, "image_too_large"),
        (lambda: drawn((600, 320), BLUE, "RGB"), Picture.PERSON, "image_opaque"),
        (lambda: png(Image.new("RGBA", (600, 320), BLUE)), Picture.PERSON, "image_opaque"),
        (lambda: png(Image.new("RGBA", (600, 320), CLEAR)), Picture.PERSON, "image_empty"),
        (lambda: drawn((600, 320), RED), Picture.PERSON, "image_colour"),
        (lambda: drawn((600, 600), BLUE), Picture.AGENCY, "image_colour"),
        (lambda: drawn((600, 560), RED), Picture.AGENCY, "seal_not_square"),
        (lambda: drawn((200, 120), BLUE), Picture.PERSON, "image_coarse"),
    ],
)
def test_what_is_refused(make: Callable[[], bytes], kind: Picture, code: str) -> None:
    assert refused(make(), kind, LINE_MM if kind is Picture.PERSON else SEAL_MM) == code

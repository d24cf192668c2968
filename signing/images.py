"""The pictures signatures show, checked before they are kept (Decree 30/2020, Annex I, part I, II.8).

A person's is blue handwriting, an agency's is its seal in red at real size; both PNG with a transparent ground.
"""

import io
import struct
from dataclasses import dataclass
from enum import StrEnum

from PIL import Image

from signing.errors import ImageRefused

LEAST_DPI = 200
LARGEST_BYTES = 2 * 1024 * 1024
_MOST_PIXELS = 4_000_000
_MM_PER_INCH = 25.4
# The alpha below which nothing is seen, and the share of a picture that has to be see-through.
_SEEN, _LEAST_CLEAR = 32, 0.2
# A seal is round and fills its picture: sides that differ by more are another thing.
_SQUARE = 0.03


class Picture(StrEnum):
    """Whose picture it is."""

    PERSON = "person"
    AGENCY = "agency"


@dataclass(frozen=True)
class ImageFacts:
    """Pixels, and dots an inch at the size the picture is shown."""

    width: int
    height: int
    dpi: float


def check_image(png: bytes, kind: Picture, *, box_mm: tuple[float, float]) -> ImageFacts:
    """Look a picture over that will be shown within `box_mm` (width, height).

    Raises `ImageRefused`: image_not_png, image_too_large, image_opaque, image_empty, image_colour (a person's is blue,
    a seal red), image_coarse (under 200 dpi), seal_not_square.
    """
    if len(png) > LARGEST_BYTES:
        raise ImageRefused("image_too_large", most=LARGEST_BYTES)
    image = _open(png)
    if image.mode not in {"RGBA", "LA", "PA"} and "transparency" not in image.info:
        raise ImageRefused("image_opaque")
    image = image.convert("RGBA")
    _check_ink(image, kind)
    return _measured(*image.size, kind, box_mm)


def _measured(width: int, height: int, kind: Picture, box_mm: tuple[float, float]) -> ImageFacts:
    if kind is Picture.AGENCY and abs(width - height) > _SQUARE * max(width, height):
        raise ImageRefused("seal_not_square", width=width, height=height)
    # Shown as large as the box lets it, never stretched.
    shown_mm = min(box_mm[0], box_mm[1] * width / height)
    dpi = width / shown_mm * _MM_PER_INCH
    if dpi < LEAST_DPI:
        raise ImageRefused("image_coarse", dpi=round(dpi), least=LEAST_DPI)
    return ImageFacts(width, height, dpi)


def cut_image(png: bytes, kind: Picture, *, box_mm: tuple[float, float]) -> bytes:
    """The picture cut to what is drawn in it: in the middle and in real size by its strokes, not by its margins.

    Raises `ImageRefused` as `check_image` does.
    """
    check_image(png, kind, box_mm=box_mm)
    image = _open(png).convert("RGBA")
    cut = image.crop(image.getchannel("A").point(lambda alpha: 255 if alpha >= _SEEN else 0).getbbox())
    _measured(*cut.size, kind, box_mm)
    out = io.BytesIO()
    cut.save(out, "PNG")
    return out.getvalue()


def proportion(png: bytes) -> float:
    """Width to height, from the header of a PNG that was checked before (ISO/IEC 15948, 11.2.2)."""
    width, height = struct.unpack(">II", png[16:24])
    return float(width / height)


def _open(png: bytes) -> Image.Image:
    try:
        image = Image.open(io.BytesIO(png), formats=["PNG"])
        if image.width * image.height > _MOST_PIXELS:
            raise ImageRefused("image_too_large", most=_MOST_PIXELS)
        image.load()
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise ImageRefused("image_not_png") from error
    return image


def _check_ink(image: Image.Image, kind: Picture) -> None:
    small = image.copy()
    small.thumbnail((200, 200))
    pixels = list(zip(*(band.get_flattened_data() for band in small.split()), strict=True))
    ink = [pixel[:3] for pixel in pixels if pixel[3] >= _SEEN]
    if not ink:
        raise ImageRefused("image_empty")
    if len(ink) > (1 - _LEAST_CLEAR) * len(pixels):
        raise ImageRefused("image_opaque")
    red, _, blue = (sum(values) / len(ink) for values in zip(*ink, strict=True))
    is_right = blue > red + 20 if kind is Picture.PERSON else red > blue + 20
    if not is_right:
        raise ImageRefused("image_colour", wanted="blue" if kind is Picture.PERSON else "red")

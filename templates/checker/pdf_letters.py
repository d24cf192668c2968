"""The letters and rules of a PDF page: text objects with font, size and place, thin horizontal paths.

Lengths are millimetres from the upper left corner. What a page shows is read, not what its file could show.
"""

import ctypes
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from templates.checker.model import Run
from templates.layout import POINTS_PER_MM

_DEEPEST = 6
_INVISIBLE = 3
# A rule is drawn thin; what is higher is a box, what is shorter a part of a letter or an icon.
_THIN_MM, _SHORTEST_MM = 0.9, 5.0
_SUBSET = re.compile(r"^[A-Z]{6}\+")
_MOST_OBJECTS = 400_000


@dataclass(frozen=True)
class Piece:
    """A text object: its run, baseline and extent."""

    run: Run
    baseline_mm: float
    left_mm: float
    right_mm: float
    top_mm: float
    bottom_mm: float


@dataclass(frozen=True)
class PageLetters:
    """A page: its size, its pieces in the order they are drawn, and its rules as left, right and height."""

    width_mm: float
    height_mm: float
    pieces: tuple[Piece, ...]
    rules: tuple[tuple[float, float, float], ...]
    # Where something upright is drawn, as tables draw their grid: top and bottom.
    uprights: tuple[tuple[float, float], ...] = ()
    # Whether letters stand on it that run upwards, downwards or backwards; those are no pieces.
    turned: bool = False


@dataclass(frozen=True)
class _Frame:
    """What of a page is shown, in points: the edges of its box, and by how many degrees it is turned clockwise."""

    left: float
    bottom: float
    right: float
    top: float
    turned: int

    def place(self, x: float, y: float) -> tuple[float, float]:
        """Millimetres from the left and from the top of the page as it is shown."""
        across, down = {
            0: (x - self.left, self.top - y),
            90: (y - self.bottom, x - self.left),
            180: (self.right - x, y - self.bottom),
        }.get(self.turned, (self.top - y, self.right - x))
        return _mm(across), _mm(down)

    def box(self, thing: Any) -> tuple[float, float, float, float]:
        """Left, top, right and bottom of an object."""
        left, bottom, right, top = thing.get_bounds()
        (one, two), (three, four) = self.place(left, bottom), self.place(right, top)
        return min(one, three), min(two, four), max(one, three), max(two, four)

    def is_level(self, matrix: Any) -> bool:
        """Whether letters run from left to right."""
        forward = {0: matrix.a, 90: matrix.b, 180: -matrix.a}.get(self.turned, -matrix.b)
        return bool(forward >= 0.9 * (matrix.a**2 + matrix.b**2) ** 0.5)


def read_page(page: Any) -> PageLetters:
    """Read one page."""
    width, height = page.get_size()
    left, bottom, right, top = page.get_bbox()
    frame = _Frame(left, bottom, right, top, page.get_rotation())
    turned = False
    text_page = page.get_textpage()
    pieces: list[Piece] = []
    rules: list[tuple[float, float, float]] = []
    uprights: list[tuple[float, float]] = []
    for count, thing in enumerate(page.get_objects(max_depth=_DEEPEST)):
        if count > _MOST_OBJECTS:
            break
        if thing.type == pdfium.FPDF_PAGEOBJ_TEXT:
            piece = _piece(thing, text_page, frame)
            if piece is not None and frame.is_level(thing.get_matrix()):
                pieces.append(piece)
            turned = turned or (piece is not None and piece not in pieces[-1:])
        elif thing.type == pdfium.FPDF_PAGEOBJ_PATH:
            rules += _rule(thing, frame)
            uprights += _upright(thing, frame)
    text_page.close()
    return PageLetters(_mm(width), _mm(height), tuple(pieces), tuple(rules), tuple(uprights), turned)


def _piece(thing: Any, text_page: Any, frame: _Frame) -> Piece | None:
    if pdfium.FPDFTextObj_GetTextRenderMode(thing.raw) == _INVISIBLE:
        return None
    text = unicodedata.normalize("NFC", _text(thing, text_page))
    if not text.strip():
        return None
    matrix = thing.get_matrix()
    size = ctypes.c_float()
    pdfium.FPDFTextObj_GetFontSize(thing.raw, size)
    name = _font_name(thing)
    left, top, right, bottom = frame.box(thing)
    flat = name.lower()
    run = Run(
        text=text,
        fonts=(family_of(name),),
        size_pt=round(size.value * (matrix.b**2 + matrix.d**2) ** 0.5, 1),
        bold="bold" in flat or "black" in flat or "demi" in flat,
        italic="italic" in flat or "oblique" in flat,
        colour=_colour(thing),
    )
    return Piece(run, frame.place(matrix.e, matrix.f)[1], left, right, top, bottom)


def _text(thing: Any, text_page: Any) -> str:
    length = pdfium.FPDFTextObj_GetText(thing.raw, text_page.raw, None, 0)
    buffer = ctypes.create_string_buffer(max(length, 2))
    pdfium.FPDFTextObj_GetText(
        thing.raw, text_page.raw, ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort)), length
    )  # fmt: skip
    return buffer.raw[: length - 2].decode("utf-16-le", "replace").replace("\x00", "") if length > 2 else ""


def _font_name(thing: Any) -> str:
    font = pdfium.FPDFTextObj_GetFont(thing.raw)
    length = pdfium.FPDFFont_GetBaseFontName(font, None, 0)
    buffer = ctypes.create_string_buffer(max(length, 1))
    pdfium.FPDFFont_GetBaseFontName(font, buffer, length)
    return _SUBSET.sub("", buffer.value.decode("utf-8", "replace"))


def family_of(name: str) -> str:
    """The family of a PDF font's name: `LiberationSerif-Bold` is LiberationSerif, Times New Roman stays itself."""
    plain = re.sub(r"[ ]", "", _SUBSET.sub("", name))
    if plain.lower().startswith(("timesnewroman", "times-", "timesroman")):
        return "Times New Roman"
    return re.split(r"[-,]", plain)[0] or name


def _colour(thing: Any) -> str | None:
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    if not pdfium.FPDFPageObj_GetFillColor(thing.raw, red, green, blue, alpha):
        return None
    found = f"{red.value:02x}{green.value:02x}{blue.value:02x}"
    return None if found == "000000" else found


def _rule(thing: Any, frame: _Frame) -> Iterator[tuple[float, float, float]]:
    left, top, right, bottom = frame.box(thing)
    if bottom - top <= _THIN_MM and right - left >= _SHORTEST_MM:
        yield left, right, (top + bottom) / 2


def _upright(thing: Any, frame: _Frame) -> Iterator[tuple[float, float]]:
    left, top, right, bottom = frame.box(thing)
    if right - left <= _THIN_MM and bottom - top >= _SHORTEST_MM:
        yield top, bottom


def _mm(points: float) -> float:
    return float(points) / POINTS_PER_MM


def pages_of(document: pypdfium2.PdfDocument) -> Iterator[PageLetters]:
    """Every page in order."""
    for index in range(len(document)):
        page = document[index]
        yield read_page(page)
        page.close()

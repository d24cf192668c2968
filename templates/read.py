"""Reading PDF files: text, pictures, places, fonts. Field values are text too, though no page text holds them.

These functions are pure and run behind the service's fence; whatever a parser makes of a hostile file ends in
`PdfUnreadable`.
"""

import io
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import pikepdf
import pypdfium2
import pypdfium2.raw as pdfium
from PIL import Image, ImageChops

from templates.errors import PdfUnreadable
from templates.layout import Place

P = ParamSpec("P")
T = TypeVar("T")

MOST_PAGES = 3000
MOST_PIXELS = 40_000_000
# Box 10a of Annex I lies under number and notation, at the left of the page's upper half.
_STAMPS = {"mat": "MẬT", "toi mat": "TỐI MẬT", "tuyet mat": "TUYỆT MẬT"}


@dataclass(frozen=True)
class SecrecyStamp:
    """A line of page one that is a secrecy stamp, and its place in points from the lower left."""

    level: str
    x: float
    y: float


@dataclass(frozen=True)
class PageFace:
    """A page's visible box in points, and how many degrees it is turned clockwise to be shown (0, 90, 180, 270)."""

    left: float
    bottom: float
    right: float
    top: float
    rotation: int


def guarded(function: Callable[P, T]) -> Callable[P, T]:
    """Turn whatever a parser raises on a broken file into `PdfUnreadable`."""

    @wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return function(*args, **kwargs)
        except PdfUnreadable:
            raise
        except pikepdf.PasswordError as error:
            raise PdfUnreadable("pdf_encrypted") from error
        except Exception as error:  # parsers raise anything on hostile files
            closed = isinstance(error, pypdfium2.PdfiumError) and error.err_code == pdfium.FPDF_ERR_PASSWORD
            raise PdfUnreadable("pdf_encrypted" if closed else "pdf_unreadable") from error

    return call


@guarded
def first_page(pdf: bytes) -> PageFace:
    """The face of the first page."""
    with open_pdf(pdf) as document:
        page = document[0]
        left, bottom, right, top = page.get_cropbox()
        return PageFace(left, bottom, right, top, page.get_rotation())


@guarded
def page_count(pdf: bytes) -> int:
    """The number of pages."""
    with open_pdf(pdf) as document:
        return len(document)


@guarded
def text_of(pdf: bytes) -> tuple[str, ...]:
    """The text of each page in NFC, the values of the form fields on it included."""
    values = _values_by_page(pdf)
    texts = []
    with open_pdf(pdf) as document:
        for index in range(_bounded(len(document))):
            page = document[index]
            text_page = page.get_textpage()
            text = text_page.get_text_bounded()
            text_page.close()
            page.close()
            lines = [*values.get(index, ()), text.replace("\r\n", "\n")]
            texts.append(unicodedata.normalize("NFC", "\n".join(lines)))
    return tuple(texts)


# At this size a coloured dot of half a point is still seen, and drawing costs a tenth.
_COLOUR_DPI, _NO_COLOUR = 36, 2
# A page of text is mostly one grey, the paper's.
_PLAIN = 0.75
# A third of the time of Pillow's usual method, for a file a quarter larger.
_WEBP = {"quality": 80, "method": 0}
# Lighter than this is the paper's own grey in a scan.
_INK = 110
_INK_DPI = 50


@guarded
def last_ink(pdf: bytes) -> float:
    """How far up the lowest mark on the last page stands, in points from the page's lower edge; its top when empty."""
    with open_pdf(pdf) as document:
        document.init_forms()
        page = document[len(document) - 1]
        picture = page.render(scale=_INK_DPI / 72, may_draw_forms=True, grayscale=True).to_pil()
        box = picture.point([255 if value < _INK else 0 for value in range(256)]).getbbox()
        _, height = page.get_size()
    return float(height if box is None else height - box[3] * 72 / _INK_DPI)


@guarded
def pictures_of(pdf: bytes, *, dpi: int, pages: tuple[int, ...] | None = None) -> tuple[bytes, ...]:
    """Pictures (PNG) of pages (all, or the given ones from 0), form fields and signatures drawn.

    Raises `PdfUnreadable`, also for a page that is not there.
    """
    return _drawn(pdf, pages, lambda page: _saved(_draw(page, dpi), "PNG"))


@guarded
def views_of(pdf: bytes, *, dpi: int, pages: tuple[int, ...]) -> tuple[bytes, ...]:
    """Pictures of pages (from 0) for the screen: PNG of sixteen greys where a page is text on white paper, else WebP.

    Most pages made in an office are: so they are half as large and cost a fifth of the time.
    Raises `PdfUnreadable`, also for a page that is not there.
    """
    return _drawn(pdf, pages, lambda page: _view(page, dpi))


@guarded
def first_look(pdf: bytes, *, dpi: int) -> tuple[int, bytes]:
    """How many pages there are, and the first as `views_of` draws it, in one call. Raises `PdfUnreadable`."""
    (picture,) = views_of(pdf, dpi=dpi, pages=(0,))
    return page_count(pdf), picture


def _drawn(pdf: bytes, pages: tuple[int, ...] | None, draw: Callable[[Any], bytes]) -> tuple[bytes, ...]:
    pictures = []
    with open_pdf(pdf) as document:
        document.init_forms()
        for index in pages if pages is not None else range(_bounded(len(document))):
            page = document[index]
            pictures.append(draw(page))
            page.close()
    return tuple(pictures)


def _draw(page: Any, dpi: int, *, greys: bool = False) -> Image.Image:
    width, height = page.get_size()
    if width * height * (dpi / 72) ** 2 > MOST_PIXELS:
        raise PdfUnreadable("page_too_large", dpi=dpi)
    drawn: Image.Image = page.render(scale=dpi / 72, may_draw_forms=True, grayscale=greys).to_pil()
    return drawn


def _view(page: Any, dpi: int) -> bytes:
    if _has_colour(_draw(page, min(dpi, _COLOUR_DPI))):
        return _saved(_draw(page, dpi), "WEBP", **_WEBP)
    greys = _draw(page, dpi, greys=True).point([(value * 15 + 127) // 255 for value in range(256)])
    if max(greys.histogram()) < _PLAIN * greys.width * greys.height:
        # A scan's grain.
        return _saved(_draw(page, dpi), "WEBP", **_WEBP)
    picture = Image.frombytes("P", greys.size, greys.tobytes())
    picture.putpalette([level * 17 for level in range(16) for _ in "rgb"])
    return _saved(picture, "PNG", bits=4, compress_level=3)


def _has_colour(picture: Image.Image) -> bool:
    red, green, blue = picture.convert("RGB").split()
    coloured = [value > _NO_COLOUR for value in range(256)]
    return any(
        ImageChops.difference(one, other).point(coloured).getbbox() for one, other in ((red, green), (green, blue))
    )


def _saved(picture: Image.Image, media: str, **how: int) -> bytes:
    out = io.BytesIO()
    picture.save(out, media, **how)
    return out.getvalue()


@guarded
def places_in(pdf: bytes) -> dict[str, Place]:
    """The named destinations: name to page and point."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        numbers = {page.obj.objgen: index for index, page in enumerate(document.pages)}
        found = {}
        # Old style: a dictionary in the catalogue, as the office program writes it; new style: a name tree.
        entries: dict[str, Any] = {}
        if "/Dests" in document.Root:
            entries |= {name.lstrip("/"): target for name, target in document.Root.Dests.items()}
        if "/Names" in document.Root and "/Dests" in document.Root.Names:
            entries |= {str(name): target for name, target in pikepdf.NameTree(document.Root.Names.Dests).items()}
        for name, target in entries.items():
            where = target.D if isinstance(target, pikepdf.Dictionary) else target
            if len(where) >= 4 and str(where[1]) == "/XYZ":
                found[name] = Place(numbers[where[0].objgen], float(where[2]), float(where[3]))
        return found


@guarded
def fonts_in(pdf: bytes) -> tuple[str, ...]:
    """The base names of the fonts used, subset prefixes dropped, sorted; one that is not embedded ends in `!`."""
    fonts = set()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        for thing in document.objects:
            if isinstance(thing, pikepdf.Dictionary) and thing.get("/Type") == "/FontDescriptor":
                name = re.sub(r"^[A-Z]{6}\+", "", str(thing.get("/FontName", "/")).lstrip("/"))
                embedded = any(key in thing for key in ("/FontFile", "/FontFile2", "/FontFile3"))
                fonts.add(name if embedded else f"{name}!")
    return tuple(sorted(fonts))


@guarded
def field_values(pdf: bytes) -> dict[str, str]:
    """The form's text fields: name to value."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        form = document.Root.get("/AcroForm")
        if form is None:
            return {}
        return {
            str(field.get("/T", "")): unicodedata.normalize("NFC", str(field.get("/V", "")))
            for field in form.get("/Fields", [])
            if field.get("/FT") == "/Tx"
        }


@guarded
def secrecy_stamp_in(pdf: bytes) -> SecrecyStamp | None:
    """A secrecy stamp on page one: a whole line that reads MẬT, TỐI MẬT or TUYỆT MẬT, in the upper left.

    Words such as "bảo mật" never hit, since the line must be nothing but the stamp (Decree 30/2020, Annex I, box 10a).
    """
    with open_pdf(pdf) as document:
        page = document[0]
        width, height = page.get_size()
        text_page = page.get_textpage()
        for index in range(text_page.count_rects()):
            left, bottom, right, top = text_page.get_rect(index)
            if left > width * 0.5 or bottom < height * 0.45:
                continue
            line = text_page.get_text_bounded(left=0, bottom=bottom - 1, right=width * 0.55, top=top + 1)
            for text in (line, text_page.get_text_bounded(left, bottom, right, top)):
                level = _STAMPS.get(_plain(text))
                if level is not None:
                    return SecrecyStamp(level, left, bottom)
    return None


def _plain(text: str) -> str:
    """Case, tone marks and letter-spacing folded away."""
    letters = unicodedata.normalize("NFD", text.strip().strip("[]|()").strip().lower().replace("đ", "d"))
    words = "".join(letter for letter in letters if not unicodedata.combining(letter)).split()
    if words and all(len(word) == 1 for word in words):
        spaced = "".join(words)
        return {"mat": "mat", "toimat": "toi mat", "tuyetmat": "tuyet mat"}.get(spaced, spaced)
    return " ".join(words)


def _values_by_page(pdf: bytes) -> dict[int, list[str]]:
    with pikepdf.open(io.BytesIO(pdf)) as document:
        form = document.Root.get("/AcroForm")
        if form is None:
            return {}
        found: dict[int, list[str]] = {}
        for index, page in enumerate(document.pages):
            for widget in page.get("/Annots", []):
                value = _widget_value(widget)
                if value:
                    found.setdefault(index, []).append(value)
        return found


def _widget_value(widget: Any) -> str:
    holder = widget
    for _ in range(16):
        if "/V" in holder or "/Parent" not in holder:
            break
        holder = holder.Parent
    if widget.get("/Subtype") != "/Widget" or holder.get("/FT") not in ("/Tx", "/Ch") or "/V" not in holder:
        return ""
    return str(holder.V)


def open_pdf(pdf: bytes) -> pypdfium2.PdfDocument:
    """The file as pdfium has it, for whoever closes it; raises `PdfUnreadable` for too many pages."""
    document = pypdfium2.PdfDocument(pdf)
    _bounded(len(document))
    return document


def _bounded(pages: int) -> int:
    if not 0 < pages <= MOST_PAGES:
        raise PdfUnreadable("pdf_too_many_pages", pages=pages)
    return pages

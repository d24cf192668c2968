"""Two states of one PDF side by side: which pages and which places of them look different, marked in pictures.

What may have changed is told by the caller as form fields. Their widgets are taken out of copies of both files: what
still differs then is no such field, whatever it is drawn over or under. Pure, and run behind the service's fence.
"""

import io
import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import Any

import pikepdf
import pypdfium2
from PIL import Image, ImageChops

from templates.errors import PdfUnreadable
from templates.marks import Box, Place, Region, marked, regions_between, whole_page
from templates.read import guarded, open_pdf

MOST_COMPARED = 100
MOST_SHOWN = 12
# A page larger than this at the wanted resolution (A2 at 110 dpi) is drawn smaller.
MOST_PIXELS = 5_000_000
_DEEPEST = 16

PageKey = tuple[int, int]
Rectangle = tuple[float, ...]


@dataclass(frozen=True)
class ComparedPage:
    """A page that differs: its numbers from 1 before and after (None where it is not there), and marked WebP pictures.

    Pictures are empty for a page that is not there, and for those beyond `MOST_SHOWN`.
    """

    before: int | None
    after: int | None
    regions: tuple[Region, ...]
    before_picture: bytes
    after_picture: bytes


@dataclass(frozen=True)
class Comparison:
    """The pages that differ, in order; `left_out` counts those beyond `MOST_COMPARED`, which nobody looked at."""

    pages: tuple[ComparedPage, ...]
    compared: int
    left_out: int


@dataclass(frozen=True)
class _Layout:
    """Who the pages are (object numbers), and where each form field stands."""

    pages: list[PageKey]
    places: dict[str, list[tuple[PageKey, Rectangle]]]


@dataclass(frozen=True)
class _File:
    """One state: as it is, and without the fields that were allowed to change."""

    full: pypdfium2.PdfDocument
    bare: pypdfium2.PdfDocument
    layout: _Layout


@guarded
def compare_pages(before: bytes, after: bytes, *, fields: Mapping[str, bool], dpi: int) -> Comparison:
    """Compare page by page; `fields` are the form fields that changed, by full name, and whether each was allowed to.

    Pages are matched by their object numbers, which appended updates keep. Raises `PdfUnreadable`.
    """
    old, new = _layout(before), _layout(after)
    # A field that stands elsewhere than before is no longer the field that was left open.
    allowed = {n for n, ok in fields.items() if ok and old.places.get(n) in (None, new.places.get(n))}
    judged = {name: name in allowed for name in fields}
    pairs = list(_pairs(old.pages, new.pages))
    found: list[ComparedPage] = []
    with ExitStack() as opened:
        files = (_opened(before, old, allowed, opened), _opened(after, new, allowed, opened))
        for pair in pairs[:MOST_COMPARED]:
            first = 1 + sum(len(page.regions) for page in found)
            page = _compare(files, pair, judged, dpi=dpi, first=first, shown=len(found) < MOST_SHOWN)
            found += [page] if page is not None else []
    compared = min(len(pairs), MOST_COMPARED)
    return Comparison(tuple(found), compared, len(pairs) - compared)


def _layout(pdf: bytes) -> _Layout:
    layout = _Layout([], {})
    with pikepdf.open(io.BytesIO(pdf)) as document:
        for page in document.pages:
            layout.pages.append(page.obj.objgen)
            for widget in _widgets(page):
                rectangle = tuple(float(side) for side in widget.Rect)
                layout.places.setdefault(_name(widget), []).append((page.obj.objgen, rectangle))
    return layout


def _widgets(page: pikepdf.Page) -> list[Any]:
    return [annotation for annotation in page.obj.get("/Annots", []) if annotation.get("/Subtype") == "/Widget"]


def _name(widget: Any) -> str:
    """The field's full name: those of its parents before its own, parted by periods (ISO 32000-1, 12.7.3.2)."""
    names: list[str] = []
    holder = widget
    for _ in range(_DEEPEST):
        names += [str(holder.T)] if "/T" in holder else []
        if "/Parent" not in holder:
            break
        holder = holder.Parent
    return ".".join(reversed(names))


def _without(pdf: bytes, names: set[str]) -> bytes:
    """A copy without the widgets of these fields."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        for page in document.pages:
            gone = [widget.objgen for widget in _widgets(page) if _name(widget) in names]
            if gone:
                page.obj.Annots = pikepdf.Array([a for a in page.obj.Annots if a.objgen not in gone])
        out = io.BytesIO()
        document.save(out)
    return out.getvalue()


def _opened(pdf: bytes, layout: _Layout, allowed: set[str], opened: ExitStack) -> _File:
    full, bare = (opened.enter_context(open_pdf(data)) for data in (pdf, _without(pdf, allowed)))
    if not len(full) == len(bare) == len(layout.pages):
        # Two parsers that do not agree on the pages are being led astray.
        raise PdfUnreadable("pdf_pages_unclear")
    full.init_forms()
    bare.init_forms()
    return _File(full, bare, layout)


def _pairs(old: Sequence[PageKey], new: Sequence[PageKey]) -> Iterator[tuple[int | None, int | None]]:
    """Which page before is which page after, from 0; a page in another's place is compared with that one."""
    for _, i, i_end, j, j_end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        for step in range(max(i_end - i, j_end - j)):
            yield (i + step if i + step < i_end else None), (j + step if j + step < j_end else None)


def _compare(
    files: tuple[_File, _File],
    pair: tuple[int | None, int | None],
    judged: Mapping[str, bool],
    *,
    dpi: int,
    first: int,
    shown: bool,
) -> ComparedPage | None:
    """The pair's differences, numbered from `first`; None when it looks the same."""
    pictures = [None if page is None else _draw(file.full, page, dpi) for file, page in zip(files, pair, strict=True)]
    regions = _regions(files, pair, pictures, judged, dpi)
    if not regions:
        return None
    numbered = tuple(replace(region, number=first + at) for at, region in enumerate(regions))
    before, after = (b"" if picture is None or not shown else marked(picture, numbered) for picture in pictures)
    numbers = [None if page is None else page + 1 for page in pair]
    return ComparedPage(numbers[0], numbers[1], numbered, before, after)


def _regions(
    files: tuple[_File, _File],
    pair: tuple[int | None, int | None],
    pictures: Sequence[Image.Image | None],
    judged: Mapping[str, bool],
    dpi: int,
) -> list[Region]:
    (old, new), (before, after) = pictures, pair
    if old is None or new is None or before is None or after is None:
        return [whole_page(picture.size) for picture in pictures if picture is not None]
    if old.size != new.size:
        return [whole_page((max(old.width, new.width), max(old.height, new.height)))]
    if ImageChops.difference(old, new).getbbox() is None:
        return []
    bare = (_draw(files[0].bare, before, dpi), _draw(files[1].bare, after, dpi))
    places = {*_places(files[0], before, judged, dpi), *_places(files[1], after, judged, dpi)}
    ordered = sorted(places, key=lambda place: (place.field, place.box))
    return regions_between((old, new), bare, ordered)


def _places(file: _File, index: int, judged: Mapping[str, bool], dpi: int) -> Iterator[Place]:
    """The changed fields on a page, in pixels."""
    key, page = file.layout.pages[index], file.full[index]
    scale = _scale(page, dpi)
    width, height = (math.ceil(side * scale) for side in page.get_size())
    convert = pypdfium2.PdfPosConv(page, (0, 0, width, height, 0))
    for name, allowed in judged.items():
        for place, (x, y, other_x, other_y) in file.layout.places.get(name, ()):
            if place == key:
                corners = convert.to_bitmap(x, y), convert.to_bitmap(other_x, other_y)
                yield Place(name, _box(corners, (width, height)), allowed)
    page.close()


def _box(corners: tuple[tuple[int, int], tuple[int, int]], size: tuple[int, int]) -> Box:
    """The box between two corners, a pixel larger for what is blended at its edges, within the picture."""
    (left, right), (top, bottom) = (sorted(side) for side in zip(*corners, strict=True))
    width, height = size
    return (
        min(max(0, left - 1), width),
        min(max(0, top - 1), height),
        min(max(0, right + 2), width),
        min(max(0, bottom + 2), height),
    )


def _draw(document: pypdfium2.PdfDocument, index: int, dpi: int) -> Image.Image:
    page = document[index]
    image = page.render(scale=_scale(page, dpi), may_draw_forms=True).to_pil().convert("RGB")
    page.close()
    return image


def _scale(page: pypdfium2.PdfPage, dpi: int) -> float:
    width, height = page.get_size()
    return min(dpi / 72, math.sqrt(MOST_PIXELS / (width * height)))

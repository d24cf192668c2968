"""What does not fit a page: told before anybody signs, since afterwards nothing can be mended.

Decree 30/2020, Annex I, part I, I.1 and I.2: A4, upright; on its side where tables ask for it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pypdfium2.raw as pdfium

from templates.catalogue import PAGE
from templates.layout import POINTS_PER_MM
from templates.read import guarded, open_pdf

# Twelve points drawn at this scale are seven: what people still read.
LEAST_SCALE = 0.6
_CLOSE_MM = 1.0
# A drawing's edge may touch the paper's; letters beyond it are lost.
_BEYOND_MM = 2.0
_DEEPEST = 6
MOST_TOLD = 20


@dataclass(frozen=True)
class Misfit:
    """`code` is columns, drawing, paper, small, beyond, table, wide_drawing or changes.

    `page` counts from 1, `sheet` is a worksheet's name.
    """

    code: str
    page: int | None = None
    sheet: str = ""
    params: Mapping[str, str] = field(default_factory=dict)


def sheet_misfits(pages: Sequence[Mapping[str, Any]]) -> tuple[Misfit, ...]:
    """What the driver told of a workbook's sheets, as misfits; its word is taken for text and numbers only."""
    return tuple(misfit for sheet in pages[:200] for misfit in _of_sheet(sheet))[:MOST_TOLD]


def _of_sheet(told: Mapping[str, Any]) -> Iterator[Misfit]:
    name = str(told.get("sheet", ""))[:100]
    width, height = (float(side) / 100 for side in told.get("paper", (PAGE.width_mm * 100, PAGE.height_mm * 100)))
    if not _is_a4(width, height):
        yield Misfit("paper", sheet=name, params={"paper": paper_name(width, height)})
    if told.get("beyond"):
        params = {"first": str(told["beyond"][0])[:10], "last": str(told.get("last", ""))[:10]}
        yield Misfit("columns", sheet=name, params=params | {"pages": str(int(told.get("pages", 2)))})
    for drawing in list(told.get("drawings", ()))[:5]:
        yield Misfit("drawing", sheet=name, params={"drawing": str(drawing)[:80]})
    scale = float(told.get("scale", 1.0))
    if scale < LEAST_SCALE:
        yield Misfit("small", sheet=name, params={"percent": f"{scale * 100:.0f}"})


@guarded
def misfits_in(pdf: bytes) -> tuple[Misfit, ...]:
    """Pages that are not A4, and pages from which something runs off the paper; raises `PdfUnreadable`."""
    found: list[Misfit] = []
    papers: set[str] = set()
    with open_pdf(pdf) as document:
        for index in range(len(document)):
            page = document[index]
            width, height = (side / POINTS_PER_MM for side in page.get_size())
            name = paper_name(width, height)
            if not _is_a4(width, height) and name not in papers:
                papers.add(name)
                found.append(Misfit("paper", page=index + 1, params={"paper": name}))
            if _runs_off(page):
                found.append(Misfit("beyond", page=index + 1))
            page.close()
            if len(found) >= MOST_TOLD:
                break
    return tuple(found)


def _is_a4(width_mm: float, height_mm: float) -> bool:
    short, long = sorted((width_mm, height_mm))
    return abs(short - PAGE.width_mm) <= _CLOSE_MM and abs(long - PAGE.height_mm) <= _CLOSE_MM


def paper_name(width_mm: float, height_mm: float) -> str:
    """`A3` where it is one of that series, else its sides; followed by an arrow-free word for lying paper."""
    short, long = sorted((width_mm, height_mm))
    sides = {"A3": (297, 420), "A4": (210, 297), "A5": (148, 210), "Letter": (216, 279), "A2": (420, 594)}
    for name, (wanted_short, wanted_long) in sides.items():
        if abs(short - wanted_short) <= _CLOSE_MM and abs(long - wanted_long) <= _CLOSE_MM:
            return f"{name} ngang" if width_mm > height_mm else name
    return f"{width_mm:.0f} × {height_mm:.0f} mm"


def _runs_off(page: Any) -> bool:
    """Whether letters, pictures or drawings lie beyond the page's edges, where nobody sees them."""
    left, bottom, right, top = page.get_cropbox()
    slack = _BEYOND_MM * POINTS_PER_MM
    for thing in page.get_objects(max_depth=_DEEPEST):
        if thing.type not in {pdfium.FPDF_PAGEOBJ_TEXT, pdfium.FPDF_PAGEOBJ_IMAGE, pdfium.FPDF_PAGEOBJ_PATH}:
            continue
        x0, y0, x1, y1 = thing.get_bounds()
        if thing.type == pdfium.FPDF_PAGEOBJ_PATH and (x1 - x0) * (y1 - y0) > 0.9 * (right - left) * (top - bottom):
            # A ground as large as the page is no drawing.
            continue
        if x0 < left - slack or x1 > right + slack or y0 < bottom - slack or y1 > top + slack:
            return True
    return False

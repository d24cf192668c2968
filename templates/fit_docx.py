"""What of a DOCX does not fit its pages: an office program draws nothing at all of what lies beyond the paper."""

from collections.abc import Iterator
from typing import Any

from templates.checker.package import open_package
from templates.checker.styles import MM_PER_TWIP, W, number_of
from templates.fit import MOST_TOLD, Misfit

_WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_MM_PER_EMU = 25.4 / 914_400
# A table may stand out into the margin by its cells' padding.
_CLOSE_MM = 5.0
_A4_MM = (210.0, 30.0, 15.0)


def docx_misfits(data: bytes) -> tuple[Misfit, ...]:
    """Tables and drawings wider than the paper, and changes under tracking, which are drawn; raises `OfficeRefused`."""
    body = open_package(data).document.find(W + "body")
    if body is None:
        return ()
    changes = sum(1 for _ in body.iter(W + "ins", W + "del", W + "moveFrom", W + "moveTo"))
    told = (Misfit("changes", params={"count": str(changes)}),) if changes else ()
    return (*told, *_in_body(body))[:MOST_TOLD]


def _in_body(body: Any) -> Iterator[Misfit]:
    """Section by section: the properties of each stand at its end."""
    held: list[Any] = []
    for child in body.iterchildren():
        held.append(child)
        section = child if child.tag == W + "sectPr" else child.find(f"{W}pPr/{W}sectPr")
        if section is not None:
            yield from _in_section(held, section)
            held = []
    yield from _in_section(held, None)


def _in_section(blocks: list[Any], section: Any | None) -> Iterator[Misfit]:
    width, left, right = _page(section)
    for block in blocks:
        if block.tag == W + "tbl":
            wide = _table_mm(block)
            if wide > width - left + _CLOSE_MM:
                words = " ".join(text.text or "" for text in block.iter(W + "t")).strip()
                told = {"what": words[:60], "found": f"{wide:.0f}", "room": f"{width - left - right:.0f}"}
                yield Misfit("table", params=told)
        for inline in block.iter(_WP + "inline"):
            wide = float(inline.find(_WP + "extent").get("cx", "0")) * _MM_PER_EMU
            if wide > width - left + _CLOSE_MM and inline.find(_WP + "docPr") is not None:
                name = inline.find(_WP + "docPr").get("name", "")
                yield Misfit(
                    "wide_drawing",
                    params={"what": name[:60], "found": f"{wide:.0f}", "room": f"{width - left - right:.0f}"},
                )


def _page(section: Any | None) -> tuple[float, float, float]:
    """Width of the paper, and its margins left and right."""
    if section is None:
        return _A4_MM
    size, margins = section.find(W + "pgSz"), section.find(W + "pgMar")
    width = (number_of(size, "w") or 11906) * MM_PER_TWIP if size is not None else _A4_MM[0]
    left, right = (
        (number_of(margins, side) or 0) * MM_PER_TWIP if margins is not None else 25.4 for side in ("left", "right")
    )
    return width, left, right


def _table_mm(table: Any) -> float:
    """What its columns need together."""
    columns = [number_of(column, "w") or 0 for column in table.iterfind(f"{W}tblGrid/{W}gridCol")]
    return sum(columns) * MM_PER_TWIP

"""Horizontal rules drawn in a paragraph: Word's shapes, old VML lines, and what an office program makes of them."""

import re
from collections.abc import Iterator
from typing import Any

from templates.checker.model import Rule

_WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_PIC = "{http://schemas.openxmlformats.org/drawingml/2006/picture}"
_TXBX = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}txbxContent"
_V = "{urn:schemas-microsoft-com:vml}"
_O = "{urn:schemas-microsoft-com:office:office}"
_MM_PER_EMU = 25.4 / 914_400
# A line's frame may be a little high; a picture or a box never is so flat.
_FLAT_MM, _SHORTEST_MM = 1.5, 5.0
# Word keeps so much free inside of a text box when nothing is said.
_INSET_MM = 2.54
_UNITS = {"pt": 25.4 / 72, "in": 25.4, "cm": 10.0, "mm": 1.0, "px": 25.4 / 96, "": 25.4 / 96}
_LENGTH = re.compile(r"^\s*(-?[\d.]+)\s*(pt|in|cm|mm|px|)\s*$")


def rules_in(drawing: Any) -> Iterator[Rule]:
    """The rules of a `w:drawing` or `w:pict`."""
    for shape in drawing.iter(_WP + "anchor", _WP + "inline"):
        extent = shape.find(_WP + "extent")
        if extent is None or next(shape.iter(_PIC + "pic"), None) is not None:
            continue
        if next(shape.iter(_TXBX), None) is not None:
            continue
        width, height = (_emu(extent.get(side)) for side in ("cx", "cy"))
        if height <= _FLAT_MM and width >= _SHORTEST_MM:
            yield Rule(width, "drawn")
    for line in drawing.iter(_V + "line"):
        begin, end = (_point(line.get(side, "")) for side in ("from", "to"))
        if begin and end and abs(begin[1] - end[1]) <= _FLAT_MM:
            yield Rule(abs(end[0] - begin[0]), "drawn")
    for shape in drawing.iter(_V + "shape", _V + "rect"):
        style = dict(part.partition(":")[::2] for part in str(shape.get("style", "")).split(";"))
        wide, high = (_length(style.get(side, "").strip()) for side in ("width", "height"))
        flat = high is not None and high <= _FLAT_MM
        line = shape.get(_O + "connectortype") == "straight" or shape.get(_O + "hr") == "t"
        if wide is not None and wide >= _SHORTEST_MM and (flat or line):
            yield Rule(wide, "drawn")


def box_width_mm(content: Any) -> float:
    """The room for text in a text box, from what is drawn around it; 0 when nothing says so."""
    for around in content.iterancestors():
        if around.tag in {_WP + "anchor", _WP + "inline"}:
            extent = around.find(_WP + "extent")
            return max(0.0, _emu(extent.get("cx")) - 2 * _INSET_MM) if extent is not None else 0.0
        if around.tag in {_V + "shape", _V + "rect"}:
            style = dict(part.partition(":")[::2] for part in str(around.get("style", "")).split(";"))
            return max(0.0, (_length(style.get("width", "").strip()) or 0.0) - 2 * _INSET_MM)
    return 0.0


def _emu(value: str | None) -> float:
    try:
        return float(value or 0) * _MM_PER_EMU
    except ValueError:
        return 0.0


def _length(text: str) -> float | None:
    found = _LENGTH.match(text)
    try:
        return float(found[1]) * _UNITS[found[2]] if found else None
    except ValueError:
        return None


def _point(text: str) -> tuple[float, float] | None:
    parts = [_length(part) for part in text.split(",")]
    if len(parts) != 2 or parts[0] is None or parts[1] is None:
        return None
    return parts[0], parts[1]

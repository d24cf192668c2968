"""How a paragraph and its letters look in a DOCX: defaults, styles and their parents, theme fonts, direct settings.

The order is that of ECMA-376, part 1, 17.7.2: document defaults, table style, paragraph style, numbering, character
style, direct. Only what the decree speaks of is read.
"""

from collections.abc import Mapping
from typing import Any

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
MM_PER_TWIP = 25.4 / 1440
# Word's own, when a file has no defaults.
_WORD_SIZE, _WORD_FONT = 10.0, "Times New Roman"

Props = dict[str, Any]
_TOGGLES = ("b", "i", "caps")
_SWITCHES = {"b": "b", "i": "i", "caps": "caps", "vanish": "vanish", "strike": "strike"}


def is_on(element: Any) -> bool:
    """Whether a switch element says yes; without a value it does."""
    return element.get(W + "val", "true").lower() not in {"0", "false", "off", "none"}


def number_of(element: Any, name: str) -> float | None:
    """A numeric attribute; None when it is absent or no number."""
    value = element.get(W + name)
    try:
        return None if value is None else float(value)
    except ValueError:
        return None


class Styles:
    """The styles of one file. `run` and `paragraph` give effective properties."""

    def __init__(self, styles: Any | None, theme: Any | None) -> None:
        self._theme = _theme_fonts(theme)
        self._elements: dict[str, Any] = {}
        self._default: dict[str, str] = {}
        self._run_defaults: Props = {"sz": _WORD_SIZE, "ascii": _WORD_FONT, "hAnsi": _WORD_FONT}
        self._paragraph_defaults: Props = {}
        self._chains: dict[str, tuple[Props, Props]] = {}
        if styles is None:
            return
        for style in styles.iterchildren(W + "style"):
            name, kind = style.get(W + "styleId"), style.get(W + "type", "paragraph")
            if name:
                self._elements[name] = style
                if style.get(W + "default") in {"1", "true"}:
                    self._default[kind] = name
        defaults = styles.find(W + "docDefaults")
        if defaults is not None:
            run = defaults.find(f"{W}rPrDefault/{W}rPr")
            paragraph = defaults.find(f"{W}pPrDefault/{W}pPr")
            self._run_defaults |= self.run_props(run)
            self._paragraph_defaults = paragraph_props(paragraph)

    def paragraph(self, properties: Any | None, *, table_style: str | None, numbering: Props, own: Props) -> Props:
        """A paragraph's effective properties; `style` names its style, `own` is what the paragraph itself says."""
        style = self._style_of(properties)
        made = dict(self._paragraph_defaults)
        if table_style:
            made |= self._chain(table_style)[0]
        made |= self._chain(style)[0] if style else {}
        made |= numbering
        made |= own
        made["style"] = style
        return made

    def style_numbering(self, properties: Any | None, own: Props) -> Props:
        """What style and paragraph say of numbering: numId and ilvl."""
        style = self._style_of(properties)
        told = (self._chain(style)[0] if style else {}) | own
        return {key: told[key] for key in ("numId", "ilvl") if key in told}

    def run(self, properties: Any | None, *, style: str | None, table_style: str | None) -> Props:
        """A run's effective properties in a paragraph of the given style."""
        own = self.run_props(properties)
        character = None
        if properties is not None:
            named = properties.find(W + "rStyle")
            character = named.get(W + "val") if named is not None else None
        layers = [self._chain(name)[1] for name in (table_style, style, character) if name]
        made = dict(self._run_defaults)
        for layer in layers:
            made |= layer
        for toggle in _TOGGLES:
            said = [layer[toggle] for layer in layers if toggle in layer]
            if said:
                made[toggle] = sum(map(bool, said)) % 2 == 1
        return made | own

    def run_props(self, properties: Any | None) -> Props:
        """What one set of run properties says."""
        if properties is None:
            return {}
        made: Props = {}
        for child in properties:
            tag = child.tag
            if not isinstance(tag, str) or not tag.startswith(W):
                continue
            name = tag[len(W) :]
            if name in _SWITCHES:
                made[_SWITCHES[name]] = is_on(child)
            elif name == "rFonts":
                made |= self._fonts(child)
            elif name == "sz":
                size = number_of(child, "val")
                made |= {} if size is None else {"sz": size / 2}
            elif name == "u":
                made["u"] = child.get(W + "val", "single") not in {"none", "0"}
            elif name in {"color", "highlight", "shd", "bdr"}:
                made[name] = _colour(child, name)
        return made

    def _style_of(self, properties: Any | None) -> str | None:
        named = properties.find(W + "pStyle") if properties is not None else None
        name = named.get(W + "val") if named is not None else None
        return name if name in self._elements else self._default.get("paragraph")

    def _chain(self, name: str) -> tuple[Props, Props]:
        """Paragraph and run properties of a style with its parents, as far as they are no circle."""
        below: dict[str, Any] = {}
        at: str | None = name
        while at is not None and at in self._elements and at not in below and at not in self._chains:
            below[at] = self._elements[at]
            parent = below[at].find(W + "basedOn")
            at = parent.get(W + "val") if parent is not None else None
        paragraph, run = self._chains.get(at or "", ({}, {}))
        for child, style in reversed(below.items()):
            paragraph = paragraph | paragraph_props(style.find(W + "pPr"))
            run = run | self.run_props(style.find(W + "rPr"))
            self._chains[child] = (paragraph, run)
        return paragraph, run

    def _fonts(self, element: Any) -> Props:
        made: Props = {}
        for script in ("ascii", "hAnsi"):
            themed = element.get(f"{W}{script}Theme")
            named = self._theme.get(themed[:5].lower()) if themed else element.get(W + script)
            if named:
                made[script] = named
        return made


def paragraph_props(properties: Any | None) -> Props:
    """What one set of paragraph properties says; indents in millimetres, gaps in points."""
    if properties is None:
        return {}
    made: Props = {}
    for child in properties:
        tag = child.tag
        if not isinstance(tag, str) or not tag.startswith(W):
            continue
        read = _READERS.get(tag[len(W) :])
        if read is not None:
            made |= read(child)
    return made


def _spacing(element: Any) -> Props:
    made: Props = {}
    for name in ("before", "after"):
        gap = number_of(element, name)
        if gap is not None:
            made[name] = gap / 20
        if element.get(f"{W}{name}Autospacing") in {"1", "true", "on"}:
            made[name] = 14.0
    line = number_of(element, "line")
    if line is not None:
        made["line"] = line
        made["lineRule"] = element.get(W + "lineRule", "auto")
    return made


def _indents(element: Any) -> Props:
    made: Props = {}
    for name, keys in (("left", ("left", "start")), ("right", ("right", "end"))):
        for key in keys:
            value = number_of(element, key)
            if value is not None:
                made[name] = value * MM_PER_TWIP
    first, hanging = number_of(element, "firstLine"), number_of(element, "hanging")
    if hanging is not None:
        made["first"] = -hanging * MM_PER_TWIP
    elif first is not None:
        made["first"] = first * MM_PER_TWIP
    return made


def _numbering(element: Any) -> Props:
    made: Props = {}
    for name in ("numId", "ilvl"):
        child = element.find(W + name)
        if child is not None:
            made[name] = child.get(W + "val", "0")
    return made


def _borders(element: Any) -> Props:
    sides = {
        side
        for side in ("top", "bottom", "left", "right")
        for child in element.iterchildren(W + side)
        if child.get(W + "val", "none") not in {"none", "nil"}
    }
    return {"borders": sides}


def _tabs(element: Any) -> Props:
    stops = [
        (position * MM_PER_TWIP, tab.get(W + "val", "left"))
        for tab in element.iterchildren(W + "tab")
        if tab.get(W + "val") != "clear" and (position := number_of(tab, "pos")) is not None
    ]
    return {"tabs": sorted(stops)}


_ALIGNMENTS = {"start": "left", "end": "right", "distribute": "both", "justify": "both"}
_READERS: Mapping[str, Any] = {
    "jc": lambda e: {"jc": _ALIGNMENTS.get(e.get(W + "val", "left"), e.get(W + "val", "left"))},
    "spacing": _spacing,
    "ind": _indents,
    "numPr": _numbering,
    "pBdr": _borders,
    "tabs": _tabs,
    "contextualSpacing": lambda e: {"contextual": is_on(e)},
    "pageBreakBefore": lambda e: {"pageBreakBefore": is_on(e)},
    "framePr": lambda e: {"frame": e.get(W + "xAlign") or "placed"},
}


def _colour(element: Any, name: str) -> Any:
    value = element.get(W + "val", "auto")
    if name == "bdr":
        return value not in {"none", "nil"}
    if name == "highlight":
        return value != "none"
    if name == "shd":
        fill = element.get(W + "fill", "auto").lower()
        return fill not in {"auto", "ffffff", ""}
    themed = element.get(W + "themeColor")
    if themed in {"text1", "dark1"} and value.lower() in {"auto", "000000"}:
        return None
    return None if value.lower() in {"auto", "000000"} else value.lower()[:6]


def _theme_fonts(theme: Any | None) -> dict[str, str]:
    """`major` and `minor`: the theme's Latin families."""
    found: dict[str, str] = {}
    if theme is None:
        return found
    for key in ("major", "minor"):
        latin = next(theme.iter(f"{A}{key}Font"), None)
        latin = latin.find(A + "latin") if latin is not None else None
        if latin is not None and latin.get("typeface"):
            found[key] = latin.get("typeface")
    return found

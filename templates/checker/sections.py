"""A DOCX's sections: page size and margins, and the page numbers its headers and footers show."""

from collections.abc import Callable, Iterator
from typing import Any

from templates.checker.model import PageNumber, Section
from templates.checker.package import Package
from templates.checker.styles import MM_PER_TWIP, Props, W, is_on, number_of

_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_LETTER_TWIPS = (12240, 15840)

Look = Callable[[Any, Any | None], tuple[Props, Props]]


def read_sections(package: Package, look: Look) -> tuple[Section, ...]:
    """Every section in order; a section without headers of its own has those of the one before."""
    made = []
    inherited: dict[tuple[str, str], Any] = {}
    for properties in package.document.iter(W + "sectPr"):
        parts = dict(inherited)
        for kind in ("header", "footer"):
            for reference in properties.iterchildren(f"{W}{kind}Reference"):
                part = package.related.get(reference.get(_R + "id", ""))
                if part is not None:
                    parts[kind, reference.get(W + "type", "default")] = part[1]
        inherited = parts
        made.append(_section(properties, parts, look))
    return tuple(made) or (_section(None, {}, look),)


def _section(properties: Any | None, parts: dict[tuple[str, str], Any], look: Look) -> Section:
    size = properties.find(W + "pgSz") if properties is not None else None
    margins = properties.find(W + "pgMar") if properties is not None else None
    numbering = properties.find(W + "pgNumType") if properties is not None else None
    title = properties.find(W + "titlePg") if properties is not None else None

    def side(name: str) -> float:
        return abs(number_of(margins, name) or 0) * MM_PER_TWIP if margins is not None else 25.4

    width, height = (
        (number_of(size, name) or letter) * MM_PER_TWIP if size is not None else letter * MM_PER_TWIP
        for name, letter in zip(("w", "h"), _LETTER_TWIPS, strict=True)
    )
    own_first = title is not None and is_on(title)
    first = [part for (_, kind), part in parts.items() if kind == "first"] if own_first else []
    shown = [(place, part) for (place, kind), part in parts.items() if kind == "default"]
    numbers = tuple(number for place, part in shown for number in _numbers(part, look, at_top=place == "header"))
    on_first = any(list(_fields(part)) for part in first) if own_first else bool(numbers)
    switch = next((found for _, part in shown for found in _switches(part)), None)
    start = number_of(numbering, "start") if numbering is not None else None
    return Section(
        width_mm=width,
        height_mm=height,
        top_mm=side("top"),
        bottom_mm=side("bottom"),
        left_mm=side("left") + side("gutter") if margins is not None else 25.4,
        right_mm=side("right"),
        numbers=numbers,
        shows_first=on_first,
        starts_at=int(start) if start is not None else None,
        format=switch or (numbering.get(W + "fmt", "decimal") if numbering is not None else "decimal"),
    )


def _numbers(part: Any, look: Look, *, at_top: bool) -> Iterator[PageNumber]:
    for paragraph, run in _fields(part):
        props, letters = look(paragraph, run)
        text = "".join(child.text or "" for child in paragraph.iter(W + "t") if not _in_field(child, paragraph)).strip()
        centred = props.get("jc") == "center" or props.get("frame") == "center" or _tabbed_to_centre(paragraph, props)
        yield PageNumber(
            at_top, centred, letters["sz"], bool(letters.get("b")), bool(letters.get("i")), text
        )  # fmt: skip


def _fields(part: Any) -> Iterator[tuple[Any, Any | None]]:
    """Paragraphs that show the page's number, each with the run that does."""
    for paragraph in part.iter(W + "p"):
        if any(True for _ in paragraph.iterchildren(W + "sdt")) and paragraph.getparent() is None:
            continue
        for code in paragraph.iter(W + "instrText"):
            if (code.text or "").strip().upper().startswith("PAGE") and "PAGEREF" not in (code.text or "").upper():
                yield paragraph, _shown_run(code)
                break
        for simple in paragraph.iter(W + "fldSimple"):
            if simple.get(W + "instr", "").strip().upper().startswith("PAGE"):
                yield paragraph, simple.find(W + "r")
                break


_SWITCHES = {"ROMAN": "upperRoman", "roman": "lowerRoman", "ALPHABETIC": "upperLetter", "alphabetic": "lowerLetter"}


def _switches(part: Any) -> Iterator[str]:
    """What a field itself says of its digits, behind its switch for them; it wins over the section."""
    codes = [code.text or "" for code in part.iter(W + "instrText")]
    codes += [str(field.get(W + "instr", "")) for field in part.iter(W + "fldSimple")]
    for code in codes:
        found = code.partition("\\*")[2].split()
        if code.strip().upper().startswith("PAGE") and found and found[0] in _SWITCHES:
            yield _SWITCHES[found[0]]


def _shown_run(code: Any) -> Any:
    """The run with the field's result; the one with its code when there is none."""
    own = code.getparent()
    for run in own.itersiblings(W + "r"):
        if run.find(W + "t") is not None:
            return run
        mark = run.find(W + "fldChar")
        if mark is not None and mark.get(W + "fldCharType") == "end":
            break
    return own


def _in_field(text: Any, paragraph: Any) -> bool:
    """Whether a text is a field's result rather than written beside it."""
    depth = 0
    for element in paragraph.iter(W + "fldChar", W + "t", W + "fldSimple"):
        if element is text:
            return depth > 0 or any(parent.tag == W + "fldSimple" for parent in text.iterancestors())
        if element.tag == W + "fldChar":
            depth += {"begin": 1, "end": -1}.get(element.get(W + "fldCharType"), 0)
    return False


def _tabbed_to_centre(paragraph: Any, props: Props) -> bool:
    tabs = sum(1 for _ in paragraph.iter(W + "tab") if _.getparent().tag == W + "r")
    stops = [kind for _, kind in props.get("tabs", ())]
    return tabs == 1 and bool(stops) and stops[0] == "center"

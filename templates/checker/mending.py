"""`--fix`: the findings one click can mend are mended in the DOCX itself, and nothing else in it is touched.

Mending one fault can lay bare another (letters of an old font, then their order): so it goes round until nothing
more changes, a few times at most.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from lxml import etree

from templates.catalogue import COMPONENTS, FONT, PAGE
from templates.checker.check import findings_of, report_of
from templates.checker.legacy import converted
from templates.checker.model import Edit, Finding, Report
from templates.checker.package import open_package, replace_parts
from templates.checker.page_numbers import add_numbers
from templates.checker.reading import Handles, read_package
from templates.checker.styles import MM_PER_TWIP, W

_ROUNDS = 4
_XML_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_RUN_ORDER = (
    "rStyle",
    "rFonts",
    "b",
    "bCs",
    "i",
    "iCs",
    "caps",
    "smallCaps",
    "strike",
    "dstrike",
    "outline",
    "shadow",
    "emboss",
    "imprint",
    "noProof",
    "snapToGrid",
    "vanish",
    "webHidden",
    "color",
    "spacing",
    "w",
    "kern",
    "position",
    "sz",
    "szCs",
    "highlight",
    "u",
    "effect",
    "bdr",
    "shd",
    "fitText",
    "vertAlign",
    "rtl",
    "cs",
    "em",
    "lang",
)
_PARAGRAPH_ORDER = (
    "pStyle",
    "keepNext",
    "keepLines",
    "pageBreakBefore",
    "framePr",
    "widowControl",
    "numPr",
    "suppressLineNumbers",
    "pBdr",
    "shd",
    "tabs",
    "suppressAutoHyphens",
    "kinsoku",
    "wordWrap",
    "overflowPunct",
    "topLinePunct",
    "autoSpaceDE",
    "autoSpaceDN",
    "bidi",
    "adjustRightInd",
    "snapToGrid",
    "spacing",
    "ind",
    "contextualSpacing",
    "mirrorIndents",
    "suppressOverlap",
    "jc",
    "textDirection",
    "textAlignment",
    "textboxTightWrap",
    "outlineLvl",
    "divId",
    "cnfStyle",
    "rPr",
    "sectPr",
    "pPrChange",
)


@dataclass(frozen=True)
class Mended:
    """The mended file, what was mended, and what is left for people."""

    docx: bytes
    done: tuple[Finding, ...]
    left: Report


def mend(data: bytes, *, day: date) -> Mended:
    """Mend a DOCX; raises `OfficeRefused`."""
    package = open_package(data)
    done: list[Finding] = []
    for rest in reversed(range(_ROUNDS + 1)):
        sheet, handles = read_package(package)
        kind, found = findings_of(sheet, day=day)
        wanted = [finding for finding in found if finding.edits] if rest else []
        made = [finding for finding in wanted if _apply(finding.edits, handles)]
        done += made
        if not made:
            break
    if done:
        parts = {"word/document.xml": package.document} | dict(package.related.values())
        data = replace_parts(data, parts)
    return Mended(data, tuple(done), report_of(kind, found))


def _apply(edits: Sequence[Edit], handles: Handles) -> bool:
    made = [_one(edit, handles) for edit in edits]
    return any(made)


def _one(edit: Edit, handles: Handles) -> bool:
    if edit.what == "page":
        return _page(handles.package.document, edit)
    if edit.what == "number":
        return add_numbers(handles.package)
    paragraph, run = handles.paragraphs.get(edit.number), handles.runs.get((edit.number, edit.run))
    made = False
    match edit.what:
        case "text" if paragraph is not None:
            made = _text(paragraph, edit.old, edit.new, once=edit.run == 1)
        case "nfc" if paragraph is not None:
            made = _nfc(paragraph)
        case "paragraph" if paragraph is not None:
            made = _paragraph(paragraph, edit.old, edit.new)
        case "legacy" if run is not None:
            made = _legacy(run, edit.old)
        case "run" if run is not None:
            made = _run(run, edit.old, edit.new)
    return made


# --- letters -------------------------------------------------------------------------------------------------------


def _texts(paragraph: Any) -> list[Any]:
    """The texts people read, in order; a text box inside has paragraphs of its own."""
    box = W + "txbxContent"
    return [
        text
        for text in paragraph.iter(W + "t")
        if next((a for a in text.iterancestors() if a.tag in {box, W + "p"}), None) is paragraph
        and not any(a.tag in {W + "del", W + "moveFrom"} for a in text.iterancestors())
    ]


def _text(paragraph: Any, old: str, new: str, *, once: bool) -> bool:
    """Write `new` where `old` stands, in the letters it begins in; blanks in the file may be more than are shown."""
    texts = _texts(paragraph)
    whole = "".join(text.text or "" for text in texts)
    places = _places(whole, old)
    if not places or old == new:
        return False
    for begin, end in reversed(places[:1] if once else places):
        _splice(texts, begin, end, new)
    return True


def _places(whole: str, old: str) -> list[tuple[int, int]]:
    """Where `old` stands; when it does not stand there letter by letter, where it does with blanks folded."""
    found, at = [], whole.find(old)
    while at >= 0 and old:
        found.append((at, at + len(old)))
        at = whole.find(old, at + len(old))
    if found or not old.strip():
        return found
    kept = [n for n, letter in enumerate(whole) if not letter.isspace()]
    bare = "".join(whole[n] for n in kept)
    wanted = "".join(old.split())
    at = bare.find(wanted)
    if at < 0:
        bare, wanted = bare.upper(), wanted.upper()
        at = bare.find(wanted) if len(bare) == len(kept) else -1
    return [(kept[at], kept[at + len(wanted) - 1] + 1)] if at >= 0 else []


def _splice(texts: Sequence[Any], begin: int, end: int, new: str) -> None:
    at = 0
    placed = False
    for text in texts:
        own = text.text or ""
        first, last = max(begin - at, 0), min(end - at, len(own))
        if first < last or (first == last == begin - at and begin == end):
            text.text = own[:first] + ("" if placed else new) + own[last:]
            text.set(_XML_SPACE, "preserve")
            placed = True
        at += len(own)


def _nfc(paragraph: Any) -> bool:
    """Compose letters; a mark that stands in the next text joins its letter."""
    texts = _texts(paragraph)
    for above, below in pairwise(texts):
        own = below.text or ""
        loose = len(own) - len(own.lstrip("".join(c for c in set(own) if unicodedata.combining(c)) or "\0"))
        if loose:
            above.text = (above.text or "") + own[:loose]
            below.text = own[loose:]
    changed = False
    for text in texts:
        composed = unicodedata.normalize("NFC", text.text or "")
        changed = changed or composed != text.text
        text.text = composed
    return changed


def _legacy(run: Any, font: str) -> bool:
    for hyphen in run.findall(W + "softHyphen"):
        text = etree.SubElement(run, W + "t")
        text.text = "\u00ad"
        run.replace(hyphen, text)
    for text in run.findall(W + "t"):
        text.text = converted(text.text or "", font)
    return _run(run, "font", FONT)


def _run(run: Any, name: str, value: str) -> bool:
    properties = run.find(W + "rPr")
    if properties is None:
        properties = OxmlElement("w:rPr")
        run.insert(0, properties)
    match name:
        case "bold" | "italic":
            tag = {"bold": "b", "italic": "i"}[name]
            _put(properties, tag, _RUN_ORDER, {"val": value})
        case "size":
            for tag in ("sz", "szCs"):
                _put(properties, tag, _RUN_ORDER, {"val": f"{float(value) * 2:.0f}"})
        case "font":
            _drop(properties, "rFonts")
            _put(properties, "rFonts", _RUN_ORDER, dict.fromkeys(("ascii", "hAnsi", "cs", "eastAsia"), value))
        case "colour":
            _put(properties, "color", _RUN_ORDER, {"val": value or "000000"})
        case "highlight":
            _drop(properties, "shd")
            _put(properties, "highlight", _RUN_ORDER, {"val": "none"})
        case "underline":
            _put(properties, "u", _RUN_ORDER, {"val": "none"})
        case _:
            return False
    return True


def _paragraph(paragraph: Any, name: str, value: str) -> bool:
    properties = paragraph.find(W + "pPr")
    if properties is None:
        properties = OxmlElement("w:pPr")
        paragraph.insert(0, properties)
    match name:
        case "align":
            _put(properties, "jc", _PARAGRAPH_ORDER, {"val": value})
        case "first":
            twips = f"{float(value) / MM_PER_TWIP:.0f}"
            _drop(properties, "ind")
            _put(properties, "ind", _PARAGRAPH_ORDER, {"left": "0", "firstLine": twips})
            for run in paragraph.findall(W + "r")[:1]:
                for tab in run.findall(W + "tab"):
                    run.remove(tab)
        case "before" | "after":
            # Word's own "automatic" gap would win over the number.
            _put(properties, "spacing", _PARAGRAPH_ORDER, {name: f"{float(value) * 20:.0f}", f"{name}Autospacing": "0"})
        case "line":
            _put(properties, "spacing", _PARAGRAPH_ORDER, {"line": f"{float(value) * 240:.0f}", "lineRule": "auto"})
        case _:
            return False
    return True


def _put(properties: Any, name: str, order: Sequence[str], values: dict[str, str]) -> None:
    """Set attributes of a property, made at its place in the schema's order when it is not there."""
    element = properties.find(W + name)
    if element is None:
        element = OxmlElement(f"w:{name}")
        later = {W + tag for tag in order[order.index(name) + 1 :]}
        after = next((child for child in properties if child.tag in later), None)
        if after is None:
            properties.append(element)
        else:
            after.addprevious(element)
    for key, value in values.items():
        element.set(qn(f"w:{key}"), value)


def _drop(properties: Any, name: str) -> None:
    for element in properties.findall(W + name):
        properties.remove(element)


# --- pages ---------------------------------------------------------------------------------------------------------


def _page(document: Any, edit: Edit) -> bool:
    sections = list(document.iter(W + "sectPr"))
    if edit.number >= len(sections):
        return False
    section = sections[edit.number]
    if edit.old == "size":
        size = section.find(W + "pgSz")
        if size is None:
            return False
        wide = float(size.get(W + "w", "0")) > float(size.get(W + "h", "0"))
        sides = (PAGE.height_mm, PAGE.width_mm) if wide else (PAGE.width_mm, PAGE.height_mm)
        for key, length in zip(("w", "h"), sides, strict=True):
            size.set(W + key, f"{length / MM_PER_TWIP:.0f}")
        return True
    margins = section.find(W + "pgMar")
    if margins is None:
        return False
    margins.set(W + edit.old, f"{float(edit.new) / MM_PER_TWIP:.0f}")
    if edit.old == "left":
        margins.set(W + "gutter", "0")
    return True


NUMBER_PT = COMPONENTS["page_number"].size_pt

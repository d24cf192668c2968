"""Mending page numbers: centred in the top margin, from the second page on (Annex I, part I, I.7).

Headers that exist are mended; a file without any header would need new parts and relations, and is left to people.
"""

from typing import Any

from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from templates.catalogue import COMPONENTS, FONT
from templates.checker.package import Package
from templates.checker.styles import W

_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"


def add_numbers(package: Package) -> bool:
    """Put the number where it belongs in every header of the usual pages, and off the first page and the footers."""
    found = _headers(package, "default")
    if not found:
        return False
    for name, root in package.related.values():
        if "footer" in name:
            _clear(root)
    for section, root in found:
        _clear(root)
        first = next(root.iter(W + "p"), None)
        if first is None:
            first = OxmlElement("w:p")
            root.append(first)
        _write(_emptied(first))
        _hide_on_first(section)
        for numbering in section.findall(W + "pgNumType"):
            numbering.attrib.pop(W + "fmt", None)
    for _, root in _headers(package, "first"):
        _clear(root)
    return True


def _headers(package: Package, kind: str) -> list[tuple[Any, Any]]:
    """Sections with their own header of a kind."""
    return [
        (section, package.related[reference.get(_R + "id", "")][1])
        for section in package.document.iter(W + "sectPr")
        for reference in section.iterchildren(W + "headerReference")
        if reference.get(_R + "id", "") in package.related and reference.get(W + "type", "default") == kind
    ]


def _clear(root: Any) -> None:
    for paragraph in [p for p in root.iter(W + "p") if _shows_number(p)]:
        _emptied(paragraph)


def _hide_on_first(section: Any) -> None:
    title = section.find(W + "titlePg")
    if title is None:
        title = OxmlElement("w:titlePg")
        later = {W + name for name in ("textDirection", "bidi", "rtlGutter", "docGrid", "printerSettings")}
        after = next((child for child in section if child.tag in later), None)
        if after is None:
            section.append(title)
        else:
            after.addprevious(title)
    title.set(W + "val", "1")


def _shows_number(paragraph: Any) -> bool:
    codes = [code.text or "" for code in paragraph.iter(W + "instrText")]
    codes += [field.get(W + "instr", "") for field in paragraph.iter(W + "fldSimple")]
    return any(code.strip().upper().startswith("PAGE") for code in codes)


def _emptied(paragraph: Any) -> Any:
    for child in list(paragraph):
        paragraph.remove(child)
    return paragraph


def _write(paragraph: Any) -> None:
    component = COMPONENTS["page_number"]
    properties = OxmlElement("w:pPr")
    place = OxmlElement("w:jc")
    place.set(qn("w:val"), "center")
    properties.append(place)
    paragraph.append(properties)
    for kind in ("begin", None, "end"):
        run = OxmlElement("w:r")
        look = OxmlElement("w:rPr")
        fonts = OxmlElement("w:rFonts")
        for script in ("ascii", "hAnsi", "cs"):
            fonts.set(qn(f"w:{script}"), FONT)
        look.append(fonts)
        for tag in ("sz", "szCs"):
            size = OxmlElement(f"w:{tag}")
            size.set(qn("w:val"), f"{component.size_pt * 2:.0f}")
            look.append(size)
        run.append(look)
        element: Any
        if kind is None:
            element = OxmlElement("w:instrText")
            element.text = "PAGE"
        else:
            element = OxmlElement("w:fldChar")
            element.set(qn("w:fldCharType"), kind)
        run.append(element)
        paragraph.append(run)

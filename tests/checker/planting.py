"""Changes that put one fault into a correct document: each finds its paragraph by what it says."""

import copy
import re
import unicodedata
from collections.abc import Callable, Iterator
from typing import Any

from docx.document import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph

Change = Callable[[Document], None]


def paragraphs(document: Document) -> Iterator[Paragraph]:
    """Every paragraph of the body, those of tables included."""
    body: Any = document.element.body
    for element in body.iter(qn("w:p")):
        yield Paragraph(element, document)


def found(document: Document, what: str) -> Paragraph:
    """The paragraph that has these words; a plan that finds none is a fault of the test."""
    for paragraph in paragraphs(document):
        if what in paragraph.text:
            return paragraph
    raise LookupError(what)


def several(*changes: Change) -> Change:
    """One change after the other."""

    def change(document: Document) -> None:
        for one in changes:
            one(document)

    return change


def say(old: str, new: str) -> Change:
    """Other words; the letters keep the look of the run they begin in."""

    def change(document: Document) -> None:
        paragraph = found(document, old)
        for run in paragraph.runs:
            if old in run.text:
                run.text = run.text.replace(old, new)
                return
        whole = paragraph.text.replace(old, new)
        runs = [run for run in paragraph.runs if run.text.strip()]
        runs[0].text = whole
        for run in runs[1:]:
            run.text = ""

    return change


def line(old: str, new: str) -> Change:
    """Other words for the last line that says just this."""

    def change(document: Document) -> None:
        same = [paragraph for paragraph in paragraphs(document) if paragraph.text == old]
        runs = same[-1].runs
        runs[0].text = new
        for run in runs[1:]:
            run.text = ""

    return change


def look(what: str, **font: Any) -> Change:
    """Another look of all letters of a paragraph: size, bold, italic, underline, name, colour, h_ansi, highlight."""

    def change(document: Document) -> None:
        for run in found(document, what).runs:
            for key, value in font.items():
                if key == "size":
                    run.font.size = Pt(value)
                elif key == "colour":
                    run.font.color.rgb = RGBColor.from_string(value)
                elif key == "h_ansi":
                    properties: Any = run._r.get_or_add_rPr()  # noqa: SLF001
                    properties.get_or_add_rFonts().set(qn("w:hAnsi"), value)
                elif key == "highlight":
                    run.font.highlight_color = value
                else:
                    setattr(run.font, key, value)

    return change


def para(what: str, **values: Any) -> Change:
    """Another layout of a paragraph: align, first, left (mm), before, after (pt), line."""

    def change(document: Document) -> None:
        form: Any = found(document, what).paragraph_format
        for key, value in values.items():
            match key:
                case "align":
                    form.alignment = value
                case "first":
                    form.first_line_indent = Mm(value)
                case "left":
                    form.left_indent = Mm(value)
                case "before":
                    form.space_before = Pt(value)
                case "after":
                    form.space_after = Pt(value)
                case _:
                    form.line_spacing = value

    return change


def drop(what: str) -> Change:
    """Take a paragraph away."""

    def change(document: Document) -> None:
        element: Any = found(document, what)._p  # noqa: SLF001
        element.getparent().remove(element)

    return change


def drop_last(what: str) -> Change:
    """Take away the last paragraph that says this."""

    def change(document: Document) -> None:
        same: Any = [paragraph for paragraph in paragraphs(document) if what in paragraph.text][-1]._p  # noqa: SLF001
        same.getparent().remove(same)

    return change


def titled(text: str) -> Change:
    """A title over the salutation."""

    def change(document: Document) -> None:
        made: Any = found(document, "Kính gửi").insert_paragraph_before(text)
        made.alignment = 1
        for run in made.runs:
            run.font.size, run.font.name, run.bold = Pt(14), "Times New Roman", True

    return change


def drop_rule_below(what: str) -> Change:
    """Take the rule below a line away."""

    def change(document: Document) -> None:
        element: Any = found(document, what)._p.getnext()  # noqa: SLF001
        element.getparent().remove(element)

    return change


def add_below(what: str, text: str) -> Change:
    """A paragraph like the one that says this, below it, with other words."""

    def change(document: Document) -> None:
        above: Any = found(document, what)._p  # noqa: SLF001
        made = copy.deepcopy(above)
        above.addnext(made)
        runs = Paragraph(made, document).runs
        runs[0].text = text
        for run in runs[1:]:
            run.text = ""

    return change


def rule_below(what: str, length: int) -> Change:
    """Other underscores below a line."""

    def change(document: Document) -> None:
        element: Any = found(document, what)._p.getnext()  # noqa: SLF001
        below = Paragraph(element, document)
        below.runs[0].text = "_" * length

    return change


def page(**values: float) -> Change:
    """Other lengths of the first section's page, in millimetres."""

    def change(document: Document) -> None:
        for key, value in values.items():
            setattr(document.sections[0], key, Mm(value))

    return change


def first_page_number(document: Document) -> None:
    """The number shows on the first page too."""
    document.sections[0].different_first_page_header_footer = False


def header(**values: Any) -> Change:
    """The page number looks or stands otherwise."""

    def change(document: Document) -> None:
        paragraph: Any = document.sections[0].header.paragraphs[0]
        for key, value in values.items():
            if key == "align":
                paragraph.alignment = value
            elif key == "beside":
                paragraph.add_run(value)
            for run in paragraph.runs:
                if key == "size":
                    run.font.size = Pt(value)
                elif key in {"bold", "italic"}:
                    setattr(run.font, key, value)

    return change


def number_in_footer(document: Document) -> None:
    """The number stands below instead."""
    section = document.sections[0]
    above, below = section.header.paragraphs[0], section.footer.paragraphs[0]
    for run in list(above.runs):
        below._p.append(run._r)  # noqa: SLF001
    below.alignment = above.alignment


def no_number(document: Document) -> None:
    """No page shows its number."""
    paragraph = document.sections[0].header.paragraphs[0]
    for run in list(paragraph.runs):
        paragraph._p.remove(run._r)  # noqa: SLF001


def numbering_format(kind: str | None, start: int | None) -> Change:
    """Another kind of digits, or another beginning."""

    def change(document: Document) -> None:
        properties: Any = document.sections[0]._sectPr  # noqa: SLF001
        made = OxmlElement("w:pgNumType")
        if kind is not None:
            made.set(qn("w:fmt"), kind)
        if start is not None:
            made.set(qn("w:start"), str(start))
        properties.find(qn("w:cols")).addprevious(made)

    return change


def decomposed(what: str) -> Change:
    """Letters and marks apart."""

    def change(document: Document) -> None:
        for run in found(document, what).runs:
            run.text = unicodedata.normalize("NFD", run.text)

    return change


def lettered(*lines: str) -> Change:
    """Points lettered by Word itself, with its English alphabet."""

    def change(document: Document) -> None:
        numbering: Any = document.part.numbering_part.element
        abstract = OxmlElement("w:abstractNum")
        abstract.set(qn("w:abstractNumId"), "77")
        level = OxmlElement("w:lvl")
        level.set(qn("w:ilvl"), "0")
        for name, value in (("start", "1"), ("numFmt", "lowerLetter"), ("lvlText", "%1)")):
            child = OxmlElement(f"w:{name}")
            child.set(qn("w:val"), value)
            level.append(child)
        abstract.append(level)
        numbering.insert(0, abstract)
        number = OxmlElement("w:num")
        number.set(qn("w:numId"), "77")
        link = OxmlElement("w:abstractNumId")
        link.set(qn("w:val"), "77")
        number.append(link)
        numbering.append(number)
        for line in lines:
            paragraph = found(document, line)
            paragraph.runs[0].text = re.sub(r"^[a-zđ]\)\s*", "", paragraph.runs[0].text)
            properties: Any = paragraph._p.get_or_add_pPr()  # noqa: SLF001
            listed = properties.get_or_add_numPr()
            listed.get_or_add_ilvl().val = 0
            listed.get_or_add_numId().val = 77

    return change


def without_section_start(document: Document) -> None:
    """Annexes go on with the main document's page numbers."""
    for section in document.sections[1:]:
        for kind in section._sectPr.findall(qn("w:pgNumType")):  # noqa: SLF001
            section._sectPr.remove(kind)  # noqa: SLF001


def no_section_break(document: Document) -> None:
    """The annex begins where the document ends, on the same page."""
    body: Any = document.element.body
    for element in list(body.iter(qn("w:pPr"))):
        for section in element.findall(qn("w:sectPr")):
            element.remove(section)


def no_border(what: str) -> Change:
    """The box around a mark is gone."""

    def change(document: Document) -> None:
        properties: Any = found(document, what)._p.pPr  # noqa: SLF001
        properties.remove(properties.find(qn("w:pBdr")))

    return change


def footer_look(**font: Any) -> Change:
    """Another look of the address at the first page's foot; `border` False takes its rule away."""

    def change(document: Document) -> None:
        paragraph: Any = document.sections[0].first_page_footer.paragraphs[0]
        for run in paragraph.runs:
            for key, value in font.items():
                if key == "size":
                    run.font.size = Pt(value)
                elif key != "border":
                    setattr(run.font, key, value)
        if font.get("border") is False:
            paragraph._p.pPr.remove(paragraph._p.pPr.find(qn("w:pBdr")))  # noqa: SLF001

    return change

"""Annexes and issued texts in the same file as their document, each with page numbers of its own.

In an electronic document the line "Kèm theo" leaves the places of number and day blank: they stand in the document's
own head (Decree 30/2020, Annex I, part I, III.1; forms 1.3, 2.1 and 2.2).
"""

from typing import Any

from docx.document import Document
from docx.enum.section import WD_SECTION
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph as DocxParagraph

from templates.catalogue import COMPONENTS, FIRST_LINE_INDENT_MM, LINE_SPACING, MOTTO, NATION, PARAGRAPH_GAP_PT
from templates.docx_parts import JUSTIFY, bare_table, first_paragraph, rule, space, write
from templates.draft import Draft
from templates.fonts import lines_in
from templates.layout import HEAD_LEFT_MM, HEAD_RIGHT_MM, MOTTO_MM, RULE_SHARE, TEXT_MM

ANNEX = "Phụ lục"
_BLANK = "......"
_ROMAN = tuple("I II III IV V VI VII VIII IX X XI XII XIII XIV XV XVI XVII XVIII XIX XX".split())  # noqa: SIM905 - to read


def begin_annex(document: Document, draft: Draft, index: int) -> None:
    """Begin an annex on a page of its own, numbered from 1, up to the rule under its title."""
    annex = draft.content.annexes[index]
    section: Any = document.add_section(WD_SECTION.NEW_PAGE)
    section.different_first_page_header_footer = True
    numbers = OxmlElement("w:pgNumType")
    numbers.set(qn("w:start"), "1")
    section._sectPr.append(numbers)  # noqa: SLF001 - python-docx has no word for where pages begin
    if annex.kind_name is None:
        # What is issued with the document has a name of its own and takes no number among the annexes.
        numbered = [at for at, one in enumerate(draft.content.annexes) if one.kind_name is None]
        name = f"{ANNEX} {_ROMAN[numbered.index(index)]}" if len(numbered) > 1 else ANNEX
        space(write(document.add_paragraph(), name, COMPONENTS["annex_name"]))
    else:
        _own_head(document, draft)
        space(write(document.add_paragraph(), annex.kind_name.upper(), COMPONENTS["kind_name"]), before=14)
    title = annex.title if annex.kind_name else annex.title.upper()
    space(write(document.add_paragraph(), title, COMPONENTS["annex_title"]))
    space(write(document.add_paragraph(), _belongs_to(draft), COMPONENTS["annex_of"]))
    wide = max(lines_in(title, size_pt=COMPONENTS["annex_title"].size_pt, bold=True, column_mm=TEXT_MM))
    rule(document.add_paragraph(), column_mm=TEXT_MM, length_mm=wide * RULE_SHARE)
    space(document.add_paragraph(), line=0.6)


def add_text(document: Document, facts: dict[str, Any]) -> DocxParagraph:
    """A block of an annex's body as the form sets one of the document's."""
    kind = facts["kind"]
    if kind == "table":
        return document.add_paragraph()
    if kind in {"division", "caption"}:
        component = COMPONENTS["heading" if kind == "division" else "body"]
        paragraph = space(write(document.add_paragraph(), facts["text"], component), after=PARAGRAPH_GAP_PT)
        paragraph.paragraph_format.keep_with_next = True
        return paragraph
    paragraph = document.add_paragraph()
    if kind == "article":
        write(paragraph, f"Điều {facts['number']}.", COMPONENTS["heading"])
        write(paragraph, f" {facts['text']}", COMPONENTS["body"])
    else:
        write(paragraph, facts["text"], COMPONENTS["heading" if kind == "heading" else "body"])
    paragraph.paragraph_format.keep_with_next = kind == "heading"
    return space(paragraph, after=PARAGRAPH_GAP_PT, line=LINE_SPACING, align=JUSTIFY, indent_mm=FIRST_LINE_INDENT_MM)


def _own_head(document: Document, draft: Draft) -> None:
    """What is issued with a decision has the head of a document, without number and day (form 1.3)."""
    table = bare_table(document, 1, (HEAD_LEFT_MM, HEAD_RIGHT_MM))
    left, right = table.rows[0].cells
    lines = [(line, "superior") for line in draft.letterhead.superior]
    lines += [(line, "issuer") for line in draft.letterhead.issuer]
    place = first_paragraph(left)
    for text, component in lines:
        space(write(place, text, COMPONENTS[component]))
        place = left.add_paragraph()
    look = COMPONENTS["issuer"]
    wide = max(
        width
        for line in draft.letterhead.issuer
        for width in lines_in(line, size_pt=look.size_pt, bold=look.bold, column_mm=HEAD_LEFT_MM)
    )
    rule(place, column_mm=HEAD_LEFT_MM, length_mm=wide * RULE_SHARE)
    space(write(first_paragraph(right), NATION, COMPONENTS["nation"]))
    space(write(right.add_paragraph(), MOTTO, COMPONENTS["motto"]))
    rule(right.add_paragraph(), column_mm=HEAD_RIGHT_MM, length_mm=MOTTO_MM)


def _belongs_to(draft: Draft) -> str:
    kind = draft.content.kind
    issuer = f" của {draft.letterhead.name}" if draft.letterhead.name else ""
    return f"(Kèm theo {kind.name} số {_BLANK} ngày {_BLANK} tháng {_BLANK} năm {_BLANK}{issuer})"

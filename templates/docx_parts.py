"""The small pieces of WordprocessingML that python-docx has no words for."""

from typing import Any

from docx.document import Document
from docx.enum.text import WD_LINE_SPACING, WD_PARAGRAPH_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

from templates.catalogue import FONT, Component

CENTER = WD_PARAGRAPH_ALIGNMENT.CENTER
JUSTIFY = WD_PARAGRAPH_ALIGNMENT.JUSTIFY
LEFT = WD_PARAGRAPH_ALIGNMENT.LEFT
RIGHT = WD_PARAGRAPH_ALIGNMENT.RIGHT
ALIGNMENTS = {"left": LEFT, "center": CENTER, "right": RIGHT}


def write(paragraph: Paragraph, text: str, component: Component) -> Paragraph:
    """Add a run in the component's size and style."""
    run = paragraph.add_run(text)
    run.font.name = FONT
    run.font.size = Pt(component.size_pt)
    run.bold = component.bold
    run.italic = component.italic
    return paragraph


def space(
    paragraph: Paragraph,
    *,
    before: float = 0,
    after: float = 0,
    line: float = 1.0,
    align: WD_PARAGRAPH_ALIGNMENT = CENTER,
    indent_mm: float = 0,
) -> Paragraph:
    """Set alignment, gaps in points, line spacing as a multiple, and first-line indent."""
    form = paragraph.paragraph_format
    form.alignment = align
    form.space_before = Pt(before)
    form.space_after = Pt(after)
    form.line_spacing = line
    if indent_mm:
        form.first_line_indent = Mm(indent_mm)
    return paragraph


def fixed_height(paragraph: Paragraph, height_pt: float) -> Paragraph:
    """Give an empty paragraph an exact height, so that what is drawn over it later has its place."""
    paragraph.paragraph_format.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    paragraph.paragraph_format.line_spacing = Pt(height_pt)
    return paragraph


def bookmark(paragraph: Paragraph, name: str, number: int) -> Paragraph:
    """Mark an empty paragraph; the name must hold no underscore, or the PDF spells it otherwise."""
    start = OxmlElement("w:bookmarkStart")
    start.set(qn("w:id"), str(number))
    start.set(qn("w:name"), name)
    end = OxmlElement("w:bookmarkEnd")
    end.set(qn("w:id"), str(number))
    paragraph._p.append(start)  # noqa: SLF001 - python-docx has no other door to bookmarks
    paragraph._p.append(end)  # noqa: SLF001 - as above
    return paragraph


def rule(paragraph: Paragraph, *, column_mm: float, length_mm: float) -> Paragraph:
    """Draw a solid rule of the given length, centred in the column: a bottom border between indents."""
    form = space(paragraph, before=2).paragraph_format
    form.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    form.line_spacing = Pt(3)
    set_side_indents(paragraph, column_mm=column_mm, width_mm=length_mm)
    borders: Any = OxmlElement("w:pBdr")
    bottom = OxmlElement("w:bottom")
    for key, value in (("val", "single"), ("sz", "6"), ("space", "0"), ("color", "000000")):
        bottom.set(qn(f"w:{key}"), value)
    borders.append(bottom)
    paragraph._p.get_or_add_pPr().insert_element_before(  # noqa: SLF001 - borders have no other door
        borders, "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind", "w:jc", "w:rPr"
    )
    return paragraph


def set_side_indents(paragraph: Paragraph, *, column_mm: float, width_mm: float) -> None:
    """Leave a paragraph this much of its column, the same room at either side; a rule becomes as long."""
    indent = Mm(max(0.0, (column_mm - width_mm) / 2))
    paragraph.paragraph_format.left_indent = indent
    paragraph.paragraph_format.right_indent = indent


def take_mark(document: Document, name: str) -> Paragraph:
    """The paragraph with a bookmark, and the bookmark taken off: it would become a destination in the PDF."""
    body: Any = document.element.body
    for start in body.iter(qn("w:bookmarkStart")):
        if start.get(qn("w:name")) == name:
            paragraph = start.getparent()
            for element in [child for child in paragraph if child.get(qn("w:id")) == start.get(qn("w:id"))]:
                paragraph.remove(element)
            return Paragraph(paragraph, document)
    raise KeyError(name)


def move_table(table: Any, place: Paragraph) -> None:
    """Put a table's element where a paragraph is; the paragraph becomes the small gap below it."""
    place._p.addprevious(table)  # noqa: SLF001 - python-docx appends tables at the end only
    for run in place.runs:
        place._p.remove(run._r)  # noqa: SLF001 - python-docx removes no runs
    space(place, line=0.4)


def keep_above(paragraph: Paragraph) -> None:
    """Keep a paragraph and the one above it on the page of what follows: no page holds a signature alone."""
    paragraph.paragraph_format.keep_with_next = True
    above: Any = paragraph._p.getprevious()  # noqa: SLF001 - python-docx knows no neighbours
    if above is not None and above.tag == qn("w:p"):
        Paragraph(above, paragraph._parent).paragraph_format.keep_with_next = True  # noqa: SLF001 - as above


def bare_table(document: Document, rows: int, widths_mm: tuple[float, ...]) -> Table:
    """A table without borders and cell margins; its grid columns are set too, or the office makes them equal."""
    table = document.add_table(rows, len(widths_mm))
    table.autofit = False
    properties = table._tbl.tblPr  # noqa: SLF001 - cell margins have no other door
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), "0")
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    properties.append(margins)
    set_widths(table, widths_mm)
    return table


def set_widths(table: Table, widths_mm: tuple[float, ...]) -> None:
    """Set grid columns and cells alike."""
    for column, width in zip(table.columns, widths_mm, strict=True):
        column.width = Mm(width)
    for row in table.rows:
        for cell, width in zip(row.cells, widths_mm, strict=True):
            cell.width = Mm(width)


def keep_row_whole(table: Table, row: int) -> None:
    """Never split this row over two pages."""
    table.rows[row]._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))  # noqa: SLF001 - no other door


def repeat_header(table: Table) -> None:
    """Repeat the first row on every page."""
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))  # noqa: SLF001 - no other door


def first_paragraph(cell: _Cell) -> Paragraph:
    """The empty paragraph every cell begins with."""
    return cell.paragraphs[0]


def page_number(paragraph: Paragraph, component: Component) -> None:
    """A field that shows the page's number."""
    run = write(paragraph, "", component).runs[-1]
    for kind, text in (("begin", None), (None, "PAGE"), ("end", None)):
        element: Any
        if kind is None:
            element = OxmlElement("w:instrText")
            element.text = text
        else:
            element = OxmlElement("w:fldChar")
            element.set(qn("w:fldCharType"), kind)
        run._r.append(element)  # noqa: SLF001 - fields have no other door

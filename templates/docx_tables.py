"""Tables of a draft: their columns are the draft's, so no form can hold them."""

import copy
from collections.abc import Sequence
from functools import cache
from typing import Any

from docx.document import Document
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.table import Table as DocxTable
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from templates.catalogue import COMPONENTS
from templates.docx_parts import ALIGNMENTS, keep_row_whole, move_table, repeat_header, set_widths, space, write
from templates.draft import Table
from templates.emphasis import bare, signed

_GAPS_PT = {"table_head": 3, "table": 2}
_GRID = "Table Grid"
_SIDES = ("top", "left", "bottom", "right", "insideH", "insideV")


def put_table(document: Document, place: Paragraph, table: Table) -> None:
    """Put a table in the place of a paragraph."""
    made = document.add_table(2 if table.rows else 1, len(table.columns))
    _draw_grid(document, made)
    made.alignment = WD_TABLE_ALIGNMENT.CENTER
    made.autofit = False
    for cell in made.rows[0].cells:
        cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
    set_widths(made, table.widths_mm)
    repeat_header(made)
    for index in range(len(made.rows)):
        keep_row_whole(made, index)
    head, *below = [row._tr for row in made.rows]  # noqa: SLF001 - python-docx copies no rows
    _say(head, [bare(title) for title in table.columns], "table_head", ("center",) * len(table.columns))
    for model in below:
        for values in table.rows:
            row = copy.deepcopy(model)
            _say(row, [signed(value) for value in values], "table", table.align)
            model.addprevious(row)
        model.getparent().remove(model)
    move_table(made, place)


def _say(row: Any, texts: Sequence[str], component: str, align: Sequence[str]) -> None:
    """Give each cell of a row its text."""
    for place, text, side in zip(list(row.iter(qn("w:p"))), texts, align, strict=True):
        paragraph = copy.deepcopy(_model(component, side))
        place.getparent().replace(place, paragraph)
        Run(paragraph[-1], None).text = text  # type: ignore[arg-type] # text asks nothing of the paragraph


@cache
def _model(component: str, align: str) -> Any:
    """A cell's paragraph without its text: copying is ten times as fast as laying each one out."""
    element: Any = OxmlElement("w:p")
    paragraph = write(Paragraph(element, None), "", COMPONENTS[component])  # type: ignore[arg-type] # as above
    gap = _GAPS_PT[component]
    space(paragraph, before=gap, after=gap, align=ALIGNMENTS[align])
    return element


def _draw_grid(document: Document, made: DocxTable) -> None:
    """By the style of that name; an agency's own form may not have it."""
    if _GRID in document.styles:
        made.style = _GRID
        return
    borders: Any = OxmlElement("w:tblBorders")
    for side in _SIDES:
        border = OxmlElement(f"w:{side}")
        for key, value in (("val", "single"), ("sz", "4"), ("space", "0"), ("color", "auto")):
            border.set(qn(f"w:{key}"), value)
        borders.append(border)
    made._tbl.tblPr.insert_element_before(borders, "w:shd", "w:tblLayout", "w:tblCellMar", "w:tblLook")  # noqa: SLF001 - borders have no other door

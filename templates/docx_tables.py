"""Tables of a draft: their columns are the draft's, so no form can hold them."""

import copy
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.table import CT_Tbl
from docx.shared import Mm
from docx.table import Table as DocxTable
from docx.text.paragraph import Paragraph
from docx.text.run import Run
from lxml import etree

from templates.catalogue import COMPONENTS
from templates.docx_parts import ALIGNMENTS, keep_row_whole, move_table, repeat_header, set_widths, space, write
from templates.draft import Table
from templates.emphasis import bare, signed
from templates.layout import TEXT_MM

_GAPS_PT = {"table_head": 3, "table": 2}
_GRID = "Table Grid"
_SIDES = ("top", "left", "bottom", "right", "insideH", "insideV")
_ROW, _RUN, _TEXT = qn("w:tr"), qn("w:r"), qn("w:t")
# What python-docx makes an element of its own.
_NO_LETTERS = ("\t", "\r", "\n")


def put_table(document: Document, place: Paragraph, table: Table) -> None:
    """Put a table in the place of a paragraph."""
    made = copy.deepcopy(_model(table.widths_mm, table.align, _grid_style(document)))
    head, model = made.iterchildren(_ROW)
    _say(head, [bare(title) for title in table.columns])
    for values in table.rows:
        row = copy.deepcopy(model)
        _say(row, [signed(value) for value in values])
        model.addprevious(row)
    made.remove(model)
    move_table(made, place)


def _say(row: Any, texts: Sequence[str]) -> None:
    """Give each cell of a row its text."""
    for run, text in zip(row.iter(_RUN), texts, strict=True):
        if text != text.strip() or any(sign in text for sign in _NO_LETTERS):
            Run(run, None).text = text  # type: ignore[arg-type] # text asks nothing of the paragraph
        elif text:
            etree.SubElement(run, _TEXT).text = text


@lru_cache(maxsize=100)
def _model(widths_mm: tuple[float, ...], align: tuple[str, ...], style: str | None) -> Any:
    """The head and one row, without their texts: copying is ten times as fast as laying each cell out."""
    element = CT_Tbl.new_tbl(2, len(widths_mm), Mm(TEXT_MM))
    made = DocxTable(element, None)  # type: ignore[arg-type] # its looks ask nothing of the document
    if style is None:
        _draw_grid(element)
    else:
        element.tblStyle_val = style
    made.alignment = WD_TABLE_ALIGNMENT.CENTER
    made.autofit = False
    set_widths(made, widths_mm)
    repeat_header(made)
    head, below = made.rows
    for cell in head.cells:
        cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
    sides = ("center",) * len(widths_mm)
    for index, (row, component, aligned) in enumerate(((head, "table_head", sides), (below, "table", align))):
        keep_row_whole(made, index)
        gap = _GAPS_PT[component]
        for cell, side in zip(row.cells, aligned, strict=True):
            paragraph = write(cell.paragraphs[0], "", COMPONENTS[component])
            space(paragraph, before=gap, after=gap, align=ALIGNMENTS[side])
    return element


def _grid_style(document: Document) -> str | None:
    """What a document calls the style with a grid; an agency's own form may not have it."""
    return document.part.get_style_id(_GRID, WD_STYLE_TYPE.TABLE) if _GRID in document.styles else None


def _draw_grid(table: Any) -> None:
    borders: Any = OxmlElement("w:tblBorders")
    for side in _SIDES:
        border = OxmlElement(f"w:{side}")
        for key, value in (("val", "single"), ("sz", "4"), ("space", "0"), ("color", "auto")):
            border.set(qn(f"w:{key}"), value)
        borders.append(border)
    table.tblPr.insert_element_before(borders, "w:shd", "w:tblLayout", "w:tblCellMar", "w:tblLook")

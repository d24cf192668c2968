"""The place where somebody else confirms a paper on itself, below everything: form 1.10 has one, if needed."""

from docx.document import Document

from templates.catalogue import COMPONENTS
from templates.docx_parts import bare_table, first_paragraph, fixed_height, keep_row_whole, space, write

# Room for a signature and a wet stamp.
ROOM_MM = 30.0
HINT = "(Chữ ký, dấu, họ và tên)"


def add_confirmation(document: Document, who: str) -> None:
    """Who confirms, and room to do it by hand; it stays on one page."""
    space(document.add_paragraph(), line=0.8)
    table = bare_table(document, 1, (95.0, 70.0))
    cell = table.rows[0].cells[0]
    space(write(first_paragraph(cell), f"Xác nhận của {who}", COMPONENTS["body"]))
    space(write(cell.add_paragraph(), HINT, COMPONENTS["date"]))
    fixed_height(space(cell.add_paragraph()), ROOM_MM * 72 / 25.4)
    keep_row_whole(table, 0)

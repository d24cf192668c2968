"""Runs inside the fence, beside the driver: a workbook becomes a PDF, and what of it does not fit a page is told.

The office program itself knows its pages best: paper, margins, scale, widths of columns, places of drawings. Lengths
are hundredths of a millimetre, its own unit.
"""

import typing

from com.sun.star.lang import Locale  # the system's Python has it
from document import load_document, store_pdf

A4 = (21000, 29700)
MARGIN_LEFT, MARGIN_OTHER = 3000, 1500
# Columns may end this much beyond the edge: rounding of column widths.
CLOSE = 50


def convert_workbook(desktop: "typing.Any", source: str, result: str, *, fitted: bool) -> "list[dict[str, object]]":
    """Convert; for each sheet its paper, its scale, and the columns and drawings that go beyond a page."""
    document = load_document(desktop, source)
    try:
        sheets = [sheet for sheet in _all(document.Sheets) if sheet.IsVisible and _used(sheet) is not None]
        styles = document.StyleFamilies.getByName("PageStyles")
        if fitted:
            for sheet in sheets:
                _fit(sheet, styles.getByName(sheet.PageStyle))
        document.DocumentProperties.Language = Locale("vi", "VN", "")
        told = [_told(sheet, styles.getByName(sheet.PageStyle)) for sheet in sheets]
        store_pdf(document, result, by="calc_pdf_Export")
    finally:
        document.close(True)
    return told


def _fit(sheet: "typing.Any", style: "typing.Any") -> None:
    """A4, on its side where the columns are wider than the page, and one page wide."""
    width = sum(column.Width for column in _columns(sheet)[1])
    turned = width > A4[0] - MARGIN_LEFT - MARGIN_OTHER
    style.IsLandscape = turned
    style.Width, style.Height = (A4[1], A4[0]) if turned else A4
    style.LeftMargin = MARGIN_LEFT
    style.RightMargin = style.TopMargin = style.BottomMargin = MARGIN_OTHER
    style.PageScale = 100
    if width > style.Width - style.LeftMargin - style.RightMargin:
        style.ScaleToPagesX, style.ScaleToPagesY = 1, 0


def _told(sheet: "typing.Any", style: "typing.Any") -> "dict[str, object]":
    room = style.Width - style.LeftMargin - style.RightMargin
    first, columns = _columns(sheet)
    width = sum(column.Width for column in columns)
    scaled = bool(style.ScaleToPages or style.ScaleToPagesX or style.ScaleToPagesY)
    # What is scaled to a number of pages is drawn as small as that needs.
    wanted = max(1, style.ScaleToPagesX or 1)
    scale = min(1.0, room * wanted / width) if scaled and width else style.PageScale / 100
    breaks = [] if scaled and wanted == 1 else _breaks(columns, room / max(scale, 0.01))
    return {
        "sheet": sheet.Name,
        "paper": [style.Width, style.Height],
        "scale": round(scale, 3),
        "beyond": [columns[at].Name for at in breaks[:1]],
        "last": columns[-1].Name if columns else "",
        "pages": len(breaks) + 1,
        "drawings": [] if scaled and wanted == 1 else _cut(sheet, first, columns, breaks),
    }


def _columns(sheet: "typing.Any") -> "tuple[int, list[typing.Any]]":
    """Where the printed columns begin, and those that show."""
    areas = sheet.getPrintAreas()
    used = _used(sheet)
    if areas:
        first, last = areas[0].StartColumn, areas[0].EndColumn
    elif used is not None:
        first, last = used
    else:
        return 0, []
    columns = [sheet.Columns.getByIndex(at) for at in range(first, last + 1)]
    begin = sum(sheet.Columns.getByIndex(at).Width for at in range(first) if sheet.Columns.getByIndex(at).IsVisible)
    return begin, [column for column in columns if column.IsVisible]


def _used(sheet: "typing.Any") -> "tuple[int, int] | None":
    """The first and last column that hold something; None for an empty sheet."""
    cursor = sheet.createCursor()
    cursor.gotoEndOfUsedArea(False)
    last = cursor.RangeAddress.EndColumn
    empty = last == 0 and cursor.RangeAddress.EndRow == 0 and not sheet.getCellByPosition(0, 0).String
    if empty and not sheet.DrawPage.Count:
        return None
    return 0, last


def _breaks(columns: "list[typing.Any]", room: float) -> "list[int]":
    """At which columns a further page begins, to the right of the one before."""
    breaks, at = [], 0.0
    for ordinal, column in enumerate(columns):
        if at and at + column.Width > room + CLOSE:
            breaks.append(ordinal)
            at = 0.0
        at += column.Width
    return breaks


def _cut(sheet: "typing.Any", begin: int, columns: "list[typing.Any]", breaks: "list[int]") -> "list[str]":
    """Drawings that a page's edge goes through, or that lie beyond all columns' pages."""
    edges, at = [], begin
    for ordinal, column in enumerate(columns):
        if ordinal in breaks:
            edges.append(at)
        at += column.Width
    found = []
    for shape in _all(sheet.DrawPage):
        left, right = shape.Position.X, shape.Position.X + shape.Size.Width
        if any(left < edge - CLOSE and right > edge + CLOSE for edge in edges):
            found.append(shape.Name or shape.ShapeType.rpartition(".")[2])
    return found


def _all(container: "typing.Any") -> "list[typing.Any]":
    return [container.getByIndex(at) for at in range(container.Count)]

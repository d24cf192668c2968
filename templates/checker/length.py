"""How long a text is before anybody has laid it out: pages it fills at least, and where its page is not known."""

from templates.checker.model import Line, Sheet

# Single spacing of Times New Roman, of its size.
SINGLE = 1.15


def estimated_pages(sheet: Sheet) -> int:
    """How many pages the text fills at least, were every letter narrow and every line full."""
    height = 0.0
    for line in sheet.lines:
        if line.cell is not None:
            continue
        height += _height_pt(line)
    room = _room_pt(sheet)
    return max(1, int(height * 0.8 / max(room, 100.0)) + 1) if height * 0.8 > room else 1


def first_unsure(sheet: Sheet) -> int | None:
    """The paragraph above which a page is full already without a word of the file saying so."""
    height, page, row = 0.0, 1, (-1, -1)
    for line in sheet.lines:
        if line.page != page:
            height, page = 0.0, line.page or 1
        if height > _room_pt(sheet):
            return line.number
        if line.cell is not None and line.cell[:2] == row:
            continue
        row = line.cell[:2] if line.cell is not None else (-1, -1)
        height += _height_pt(line)
    return None


def _height_pt(line: Line) -> float:
    """How high a paragraph is about, set in narrow letters and full lines."""
    size = line.runs[0].size_pt if line.runs else 13.0
    letters = max(1.0, line.column_mm / (size * 0.17))
    rows = max(1, round(len(line.text) / letters + 0.3))
    return rows * size * SINGLE * (line.spacing or 1.0) + (line.before_pt or 0) + (line.after_pt or 0)


def _room_pt(sheet: Sheet) -> float:
    section = sheet.sections[0]
    return (section.height_mm - section.top_mm - section.bottom_mm) / 25.4 * 72

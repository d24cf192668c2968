"""A PDF becomes a sheet: pieces make lines, lines make paragraphs, places tell columns.

Only what can be seen is told; indents, gaps and alignment stay None, and no rule judges them.
"""

import io
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import replace

import pikepdf
import pypdfium2.raw as pdfium

from templates.checker import words
from templates.checker.model import CENTRE, PDF, Line, PageNumber, Rule, Section, Sheet
from templates.checker.pdf_letters import PageLetters, Piece, pages_of
from templates.errors import PdfUnreadable
from templates.layout import DATE_MARK, NUMBER_MARK, POINTS_PER_MM
from templates.read import fonts_in, guarded, open_pdf, places_in

_SAME_LINE_MM = 0.6
# Between words of one line; between columns there is more.
_WORD_GAP_MM = 6.0
# An automatic number or dash stands apart from its text by a tab.
_LABEL = re.compile(r"^(?:[-–+•]|\d{1,2}[.)]|[a-zđ]\))$")
_LABEL_GAP_MM = 16.0
# A footnote's number is so much smaller than text; the rule above footnotes begins at the margin and is short.
_SMALL, _SMALLEST_PT = 0.75, 12.0
_NOTES_CLOSE_MM, _NOTES_RULE_MM = 2.0, 65.0
_CENTRED_MM, _CENTRED_LINE_MM = 9.0, 3.0
_NEAR_EDGE_MM = 28.0
_NUMBER_ZONE_MM = 22.0
_NUMBER = re.compile(r"^\W{0,3}(?:Trang\s+)?(\d{1,4}|[ivxlc]{1,6})(?:\s*/\s*\d+)?\W{0,3}$", re.IGNORECASE)


@guarded
def read_pdf(data: bytes) -> Sheet:
    """Read a PDF; raises `PdfUnreadable`: pdf_encrypted, pdf_turned, for a scan pdf_without_text, and as `open_pdf`."""
    with open_pdf(data) as document:
        # Whoever may open it without a password still finds it closed to other tools.
        if pdfium.FPDF_GetSecurityHandlerRevision(document.raw) >= 0:
            raise PdfUnreadable("pdf_encrypted")
        pages = list(pages_of(document))
    if not any(page.pieces for page in pages):
        raise PdfUnreadable("pdf_turned" if any(page.turned for page in pages) else "pdf_without_text")
    sections, lines = [], []
    for number, page in enumerate(pages, start=1):
        own = list(_page_lines(page, number))
        marks = [line for line in own if _is_number(line, page)]
        kept = [line for line in own if line not in marks]
        sections.append(_section(page, kept, marks))
        lines += kept
    lines += _fields(data, pages) + _places(data, pages)
    lines.sort(key=lambda line: (line.page or 0, _height(line), line.box[0] if line.box else 0.0))
    lines = _sided(lines, pages, sections)
    joined = _numbered(_paragraphs(lines, pages))
    shows = bool(sections[0].numbers)
    merged = (replace(sections[0], shows_first=shows), *(replace(s, shows_first=False) for s in sections[1:]))
    return Sheet(
        kind=PDF,
        sections=_once(merged),
        lines=tuple(joined),
        footer=(),
        pages=len(pages),
        least_pages=len(pages),
        unembedded=tuple(name[:-1] for name in fonts_in(data) if name.endswith("!")),
    )


def _height(line: Line) -> float:
    """What lines are ordered by: nearly equal heights are one line, and read from the left."""
    return round(line.box[3] / 1.5) if line.box else 0.0


def _once(sections: Sequence[Section]) -> tuple[Section, ...]:
    """A number that looks the same on every page is told once: on the first page that has it."""
    made, seen = [], set()
    for section in sections:
        fresh = tuple(number for number in section.numbers if number not in seen)
        seen |= set(section.numbers)
        made.append(replace(section, numbers=fresh))
    return tuple(made)


def _page_lines(page: PageLetters, number: int) -> Iterator[Line]:
    rows: list[list[Piece]] = []
    for piece in sorted(page.pieces, key=lambda p: (round(p.baseline_mm / _SAME_LINE_MM), p.left_mm)):
        row = rows[-1] if rows else None
        same = row is not None and abs(row[-1].baseline_mm - piece.baseline_mm) <= 2 * _SAME_LINE_MM
        gap = (
            _LABEL_GAP_MM
            if row is not None and len(row) == 1 and _LABEL.match(row[0].run.text.strip())
            else _WORD_GAP_MM
        )
        if row is None or not same or piece.left_mm - row[-1].right_mm > gap or piece.left_mm < row[0].left_mm:
            rows.append([piece])
        else:
            row.append(piece)
    for kept in _above_notes(rows, page):
        yield _line(kept, number)
    for left, right, height in page.rules:
        box = (left, height, right, height)
        yield Line(0, "", (), page=number, section=number - 1, rules=(Rule(right - left, "drawn"),), box=box)


def _above_notes(rows: Sequence[Sequence[Piece]], page: PageLetters) -> Iterator[Sequence[Piece]]:
    """Everything but footnotes, which stand below a short rule at the margin, and the small numbers that call them."""
    margin = min((piece.left_mm for row in rows for piece in row), default=30.0)
    ends = [
        height
        for left, right, height in page.rules
        if abs(left - margin) < _NOTES_CLOSE_MM and right - left < _NOTES_RULE_MM and height > page.height_mm / 2
    ]
    for row in rows:
        if ends and row[0].baseline_mm > min(ends):
            return
        largest = max(_SMALLEST_PT, *(piece.run.size_pt for piece in row))
        small = [piece for piece in row if piece.run.size_pt < _SMALL * largest and piece.run.text.strip().isdigit()]
        if len(small) < len(row):
            yield [piece for piece in row if piece not in small]


def _line(row: Sequence[Piece], number: int) -> Line:
    runs, text = [], ""
    for at, piece in enumerate(row):
        gap = at and piece.left_mm - row[at - 1].right_mm > 0.25 * piece.run.size_pt / POINTS_PER_MM * 0.6
        if gap and not text.endswith(" ") and not piece.run.text.startswith(" "):
            text += " "
        text += piece.run.text
        runs.append(replace(piece.run, number=at + 1))
    text = " ".join(text.split())
    box = (
        min(piece.left_mm for piece in row),
        max(piece.bottom_mm for piece in row),
        max(piece.right_mm for piece in row),
        row[0].baseline_mm,
    )
    rules = (Rule(box[2] - box[0], "underscores"),) if len(text) >= 3 and set(text) <= words.RULE_TEXT else ()
    return Line(0, text, tuple(runs), page=number, section=number - 1, rules=rules, box=box)


def _is_number(line: Line, page: PageLetters) -> bool:
    if line.box is None or not _NUMBER.match(line.text):
        return False
    return line.box[3] < _NUMBER_ZONE_MM or line.box[3] > page.height_mm - _NUMBER_ZONE_MM


def _section(page: PageLetters, lines: Sequence[Line], marks: Sequence[Line]) -> Section:
    # The agency's address stands below the text, in the margin (box 13).
    shown = [line for line in lines if line.text and line.box and not words.ADDRESS.match(line.text)]
    boxes = [line.box for line in shown if line.box]
    tops = [line.box[3] - line.runs[0].size_pt / POINTS_PER_MM * 0.9 for line in shown if line.box and line.runs]
    left = min((box[0] for box in boxes), default=30.0)
    right = max((box[2] for box in boxes), default=page.width_mm - 15.0)
    middle = (left + right) / 2
    numbers = []
    for mark in marks:
        if mark.box is None:
            continue
        centre, run = (mark.box[0] + mark.box[2]) / 2, mark.runs[0]
        beside = "" if mark.text.isdigit() or mark.text.isalpha() else mark.text
        centred = min(abs(centre - middle), abs(centre - page.width_mm / 2)) <= _CENTRED_MM
        at_top = mark.box[3] < page.height_mm / 2
        numbers.append(PageNumber(at_top, centred, run.size_pt, run.bold, run.italic, beside))
    roman = any(mark.text.isalpha() for mark in marks)
    return Section(
        width_mm=page.width_mm,
        height_mm=page.height_mm,
        top_mm=min(tops, default=20.0),
        bottom_mm=page.height_mm - max((box[1] for box in boxes), default=page.height_mm - 20.0),
        left_mm=left,
        right_mm=page.width_mm - right,
        numbers=tuple(numbers),
        shows_first=bool(numbers),
        format="lowerRoman" if roman else "decimal",
    )


def _fields(data: bytes, pages: Sequence[PageLetters]) -> list[Line]:
    """Text fields with a value: number and date are such fields once a document is issued."""
    made = []
    with pikepdf.open(io.BytesIO(data)) as document:
        if "/AcroForm" not in document.Root:
            return []
        for number, page in enumerate(document.pages, start=1):
            for widget in page.get("/Annots", []):
                holder = widget if "/V" in widget else widget.get("/Parent", widget)
                if widget.get("/Subtype") != "/Widget" or holder.get("/FT") != "/Tx" or "/V" not in holder:
                    continue
                left, bottom, right, top = (float(value) / POINTS_PER_MM for value in widget["/Rect"])
                height = pages[number - 1].height_mm
                text = unicodedata.normalize("NFC", " ".join(str(holder["/V"]).split()))
                box = (left, height - bottom, right, height - (bottom + (top - bottom) * 0.3))
                made.append(Line(0, text, (), page=number, section=number - 1, box=box, align=CENTRE))
    return [line for line in made if line.text]


def _places(data: bytes, pages: Sequence[PageLetters]) -> list[Line]:
    """Our own empty places for number and date."""
    made = []
    for name, place in places_in(data).items():
        if name in {NUMBER_MARK, DATE_MARK} and place.page < len(pages):
            x, y = place.x / POINTS_PER_MM, pages[place.page].height_mm - place.y / POINTS_PER_MM
            made.append(Line(0, "", (), page=place.page + 1, section=place.page, marks=(name,), box=(x, y, x, y)))
    return made


def _sided(lines: Sequence[Line], pages: Sequence[PageLetters], sections: Sequence[Section]) -> list[Line]:
    """Left or right in head and foot; centred or not everywhere else."""
    made: list[Line] = []
    middles = [(section.left_mm + section.width_mm - section.right_mm) / 2 for section in sections]
    head = True
    feet = [line for line in lines if line.box is not None and words.RECIPIENTS.match(line.text)]
    for line in lines:
        if line.box is None:
            continue
        page = pages[(line.page or 1) - 1]
        middle, centre = page.width_mm / 2 + 7.5, (line.box[0] + line.box[2]) / 2
        centres = (middle, middles[line.section], page.width_mm / 2)
        centred = min(abs(centre - one) for one in centres) <= _CENTRED_LINE_MM
        centred = centred and line.box[0] > 38
        head = head and line.page == 1 and not (line.text and line.rules == () and _spans(line, centred, middle))
        below_foot = any(foot.page == line.page and foot.box and line.box[3] >= foot.box[3] - 4 for foot in feet)
        if head or below_foot:
            made.append(replace(line, side="left" if centre < middle - 8 else "right", align=CENTRE if head else None))
        else:
            inside = any(top - 1 <= line.box[3] <= bottom + 1 for top, bottom in page.uprights)
            cell = (line.section, 0, 0) if inside and line.text else None
            made.append(replace(line, align=CENTRE if centred else None, cell=cell))
    return made


def _spans(line: Line, centred: bool, middle: float) -> bool:  # noqa: FBT001 - one question of one caller
    """Whether a line belongs to neither half: centred on the page, a kind, a salutation, or over the whole width."""
    if line.box is None or words.is_nation(line.text) or words.is_motto(line.text):
        return False
    across = line.box[0] < middle - 15 and line.box[2] > middle + 15
    named = words.upper(line.text) and words.kind_of(line.text) is not None
    return centred or across or named or bool(words.SALUTATION.match(line.text))


def _paragraphs(lines: Sequence[Line], pages: Sequence[PageLetters]) -> Iterator[Line]:
    """Lines that go on where the one above ended at the right edge become one."""
    held: Line | None = None
    for line in lines:
        if held is not None and _goes_on(held, line, pages):
            box = held.box and line.box and (held.box[0], line.box[1], line.box[2], line.box[3])
            held = replace(held, text=f"{held.text} {line.text}", runs=held.runs + line.runs, box=box)
            continue
        if held is not None:
            yield held
        held = line
    if held is not None:
        yield held


def _goes_on(above: Line, line: Line, pages: Sequence[PageLetters]) -> bool:
    if above.box is None or line.box is None or above.side or line.side or not above.text or not line.text:
        return False
    if above.rules or line.rules or above.cell or line.cell or CENTRE in {above.align, line.align}:
        return False
    width = pages[(above.page or 1) - 1].width_mm
    indented = line.box[0] > 37
    full = above.box[2] > width - _NEAR_EDGE_MM - 15
    return full and not indented and abs(above.runs[-1].size_pt - line.runs[0].size_pt) < 1.2


def _numbered(lines: Iterator[Line]) -> Iterator[Line]:
    for number, line in enumerate(lines, start=1):
        yield replace(line, number=number, runs=tuple(replace(run, number=n) for n, run in enumerate(line.runs, 1)))

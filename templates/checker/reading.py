"""A DOCX becomes a sheet: its lines with their effective look, its sections, its page numbers.

Every paragraph is read, wherever tables, text boxes and content controls put it. What was deleted under change
tracking, hidden, or stands in a field's code is not part of what people read.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from templates.checker.drawings import box_width_mm, rules_in
from templates.checker.length import SINGLE, estimated_pages, first_unsure
from templates.checker.model import DOCX, Line, PageNumber, Rule, Run, Section, Sheet
from templates.checker.numbering import Numbering
from templates.checker.package import Package, open_package
from templates.checker.runs import made_run, own_rules, plain
from templates.checker.sections import read_sections
from templates.checker.styles import MM_PER_TWIP, Props, Styles, W, number_of, paragraph_props

_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_DEFAULT_TAB_MM = 12.7
# Word keeps 0.19 cm free at each side of a cell when nothing is said.
_CELL_PADDING_MM = 3.8
_SKIPPED = {W + name for name in ("del", "moveFrom", "instrText", "delText", "footnoteReference", "rPr", "pPr")}
_TEXT = {W + "noBreakHyphen": "-", W + "softHyphen": "", W + "cr": "\n"}


@dataclass(frozen=True)
class Handles:
    """Where the lines came from, for whoever mends: paragraphs by number, their runs, and the package."""

    package: Package
    paragraphs: dict[int, Any]
    runs: dict[tuple[int, int], Any]


def read_docx(data: bytes) -> Sheet:
    """Read a DOCX; raises `OfficeRefused`."""
    return read_package(open_package(data))[0]


def read_package(package: Package) -> tuple[Sheet, Handles]:
    """The sheet, and the elements it was read from."""
    reader = _Reader(package)
    lines = tuple(reader.body())
    sections = read_sections(package, reader.number_style)
    footer = tuple(reader.footer_lines())
    bordered = tuple(sorted(reader.bordered))
    sheet = Sheet(DOCX, sections, lines, footer, None, max(1, reader.page), bordered)
    if reader.page == 1 and not reader.told_pages:
        sheet = replace(sheet, least_pages=estimated_pages(sheet))
    if not reader.rendered:
        sheet = replace(sheet, unsure_from=first_unsure(sheet))
    return sheet, Handles(package, reader.paragraphs, reader.runs)


@dataclass(frozen=True)
class _Place:
    """Where a paragraph stands."""

    cell: tuple[int, int, int] | None = None
    side: str = ""
    column_mm: float = 0.0
    table_style: str | None = None
    boxed: bool = False


@dataclass
class _Pieces:
    """A paragraph being taken apart: finished lines of tab pieces, each a list of runs."""

    rows: list[list[list[Run]]] = field(default_factory=lambda: [[[]]])
    rules: list[Rule] = field(default_factory=list)
    boxes: list[Any] = field(default_factory=list)
    marks: list[str] = field(default_factory=list)
    count: int = 0
    page_after: bool = False

    def add(self, run: Run) -> None:
        if run.text:
            self.rows[-1][-1].append(run)


class _Reader:
    def __init__(self, package: Package) -> None:
        self._package = package
        self._styles = Styles(package.styles, package.theme)
        self._numbering = Numbering(package.numbering)
        self._section = 0
        self._tables = 0
        self.page = 1
        self.told_pages = False
        self.rendered = False
        self.paragraphs: dict[int, Any] = {}
        self.runs: dict[tuple[int, int], Any] = {}
        self.bordered: set[int] = set()
        self._widths = _text_widths(package.document)

    def body(self) -> Iterator[Line]:
        """Every line of the document's body."""
        body = self._package.document.find(W + "body")
        if body is not None:
            yield from self._blocks(body, _Place(column_mm=self._width()))

    def footer_lines(self) -> Iterator[Line]:
        """Every line of the footers."""
        for name, root in self._package.related.values():
            if "footer" in name:
                yield from self._blocks(root, _Place(column_mm=self._widths[0]))

    def number_style(self, paragraph: Any, run: Any | None) -> tuple[Props, Props]:
        """The look of a header's paragraph and run."""
        properties = paragraph.find(W + "pPr")
        own = paragraph_props(properties)
        told = self._styles.paragraph(properties, table_style=None, numbering={}, own=own)
        letters = run.find(W + "rPr") if run is not None else None
        return told, self._styles.run(letters, style=told["style"], table_style=None)

    def _width(self) -> float:
        return self._widths[min(self._section, len(self._widths) - 1)]

    def _blocks(self, parent: Any, place: _Place) -> Iterator[Line]:
        for child in parent.iterchildren():
            tag = child.tag
            if tag == W + "p":
                if place.cell is None and place.column_mm != self._width():
                    place = replace(place, column_mm=self._width())
                yield from self._paragraph(child, place)
            elif tag == W + "tbl":
                yield from self._table(child)
            elif tag in {W + "sdt", W + "sdtContent", W + "ins", W + "moveTo", W + "smartTag", W + "customXml"}:
                yield from self._blocks(child, place)

    def _table(self, table: Any) -> Iterator[Line]:
        number = self._tables
        self._tables += 1
        style, bordered, padding = _table_look(table)
        if bordered:
            self.bordered.add(number)
        grid = [(number_of(column, "w") or 0) * MM_PER_TWIP for column in table.iterfind(f"{W}tblGrid/{W}gridCol")]
        columns = max(len(grid), 1)
        for row_number, row in enumerate(table.iterchildren(W + "tr")):
            at = 0
            cells = list(_cells(row))
            for cell in cells:
                properties = cell.find(W + "tcPr")
                span, width = _cell_size(properties, grid, at)
                side = "" if len(cells) == 1 else _side(at, span, columns)
                place = _Place((number, row_number, at), side, width - padding, style, bordered and columns == 1)
                yield from self._blocks(cell, place)
                at += span

    def _paragraph(self, element: Any, place: _Place) -> Iterator[Line]:
        number = len(self.paragraphs) + 1
        self.paragraphs[number] = element
        properties = element.find(W + "pPr")
        props, label = self._look(properties, place.table_style)
        pieces = _Pieces()
        before = self.page
        self._inline(element, pieces, number, props["style"], place.table_style)
        if props.get("pageBreakBefore") and number > 1:
            self.page += 1
            before = self.page
        rules = (*pieces.rules, *_border_rules(props, place.column_mm))
        last = len(pieces.rows) - 1
        for at, row in enumerate(pieces.rows):
            line = self._line(row, number, props, place, page=before, more_rules=rules if at == last else ())
            if at == 0 and (label or pieces.marks):
                line = replace(line, marks=tuple(pieces.marks), label=label, text=f"{label} {line.text}".strip())
            yield line
        for box in pieces.boxes:
            self._tables += 1
            width = box_width_mm(box) or place.column_mm
            inside = _Place((self._tables - 1, 0, 0), place.side, width, None, boxed=True)
            yield from self._blocks(box, inside)
        section = properties.find(W + "sectPr") if properties is not None else None
        if section is not None:
            self._section += 1
            kind = section.find(W + "type")
            if kind is None or kind.get(W + "val") != "continuous":
                self.page += 1
                self.told_pages = True

    def _look(self, properties: Any | None, table_style: str | None) -> tuple[Props, str]:
        """A paragraph's effective properties, and the label that numbering puts before it."""
        own = paragraph_props(properties)
        told = self._styles.style_numbering(properties, own)
        numbering = self._numbering.paragraph(told)
        props = self._styles.paragraph(properties, table_style=table_style, numbering=numbering, own=own)
        return props, self._numbering.next_label(told)

    def _inline(self, parent: Any, pieces: _Pieces, number: int, style: str | None, table_style: str | None) -> None:
        for child in parent.iterchildren():
            tag = child.tag
            if tag in _SKIPPED or not isinstance(tag, str):
                continue
            if tag == W + "r":
                pieces.count += 1
                self.runs[number, pieces.count] = child
                props = self._styles.run(child.find(W + "rPr"), style=style, table_style=table_style)
                if not props.get("vanish"):
                    self._run(child, props, pieces)
            elif tag == W + "bookmarkStart":
                pieces.marks.append(child.get(W + "name", ""))
            else:
                self._inline(child, pieces, number, style, table_style)

    def _run(self, run: Any, props: Props, pieces: _Pieces) -> None:
        for child in run.iterchildren():
            tag = child.tag
            if tag == W + "t":
                pieces.add(made_run(child.text or "", props, pieces.count))
            elif tag in _TEXT:
                self._break(_TEXT[tag], props, pieces)
            elif tag in {W + "tab", W + "ptab"}:
                pieces.rows[-1].append([])
            elif tag == W + "br":
                if child.get(W + "type") == "page":
                    self.page += 1
                    self.told_pages = True
                elif child.get(W + "type") is None or child.get(W + "type") == "textWrapping":
                    self._break("\n", props, pieces)
            elif tag == W + "lastRenderedPageBreak":
                self.page += 1
                self.rendered = True
                self.told_pages = True
            elif tag in {W + "drawing", W + "pict", _MC + "AlternateContent"}:
                self._drawing(child, pieces)

    @staticmethod
    def _break(text: str, props: Props, pieces: _Pieces) -> None:
        if text == "\n":
            pieces.rows.append([[]])
        else:
            pieces.add(made_run(text, props, pieces.count))

    @staticmethod
    def _drawing(element: Any, pieces: _Pieces) -> None:
        """The newer of two equal drawings."""
        if element.tag == _MC + "AlternateContent":
            choice = element.find(_MC + "Choice")
            element = choice if choice is not None else element
        pieces.rules += rules_in(element)
        pieces.boxes += list(element.iter(W + "txbxContent"))

    def _line(
        self,
        row: list[list[Run]],
        number: int,
        props: Props,
        place: _Place,
        *,
        page: int,
        more_rules: tuple[Rule, ...],
    ) -> Line:
        left, first = props.get("left", 0.0), props.get("first", 0.0)
        runs = tuple(run for piece in row for run in piece)
        start = left + first
        texts = [plain(piece) for piece in row]
        tabbed = [text for text in texts if text]
        leading = next((index for index, text in enumerate(texts) if text), 0)
        if leading:
            start = _tab_position(start, left, props.get("tabs", ()), leading)
        text = " ".join(" ".join(texts).split())
        centre_tab = leading == 1 and len(tabbed) == 1 and _stops_at(props, left + first) == "center"
        line = Line(
            number=number,
            text=text,
            runs=runs,
            align="center" if centre_tab else props.get("jc", "left"),
            start_mm=start,
            left_mm=left,
            before_pt=props.get("before", 0.0),
            after_pt=props.get("after", 0.0),
            spacing=_spacing(props, runs),
            column_mm=place.column_mm,
            cell=place.cell,
            side=place.side,
            page=page,
            section=self._section,
            rules=own_rules(text, runs) + more_rules,
            boxed=place.boxed or len(props.get("borders", ())) == 4,
            page_break_before=bool(props.get("pageBreakBefore")),
        )
        if len(row) < 2 or not tabbed:
            return line
        blank = replace(line, align=None, start_mm=None, left_mm=None, rules=())
        parts = [
            replace(blank, text=" ".join(plain(piece).split()), runs=tuple(piece), rules=own_rules(
                " ".join(plain(piece).split()), tuple(piece)))
            for piece in row
        ]  # fmt: skip
        return replace(line, pieces=tuple(parts))


def _border_rules(props: Props, column_mm: float) -> list[Rule]:
    sides = props.get("borders", set())
    if len(sides) == 1 and sides <= {"top", "bottom"}:
        return [Rule(column_mm - props.get("left", 0.0) - props.get("right", 0.0), "border")]
    return []


def _spacing(props: Props, runs: tuple[Run, ...]) -> float:
    line, rule = props.get("line"), props.get("lineRule", "auto")
    if line is None:
        return 1.0
    if rule == "auto":
        return float(line / 240)
    size = max((run.size_pt for run in runs), default=14.0)
    exact = line / 20 / (size * SINGLE)
    return max(1.0, exact) if rule == "atLeast" else exact


def _stops_at(props: Props, start: float) -> str:
    return next((kind for position, kind in props.get("tabs", ()) if position > start), "left")


def _tab_position(start: float, left: float, tabs: Any, count: int) -> float:
    """Where text begins after so many tabs at the line's beginning."""
    at = start
    for _ in range(count):
        stops = [position for position, _ in tabs if position > at + 0.1]
        if at < left - 0.1:
            stops.append(left)
        after = (int(at / _DEFAULT_TAB_MM + 1e-6) + 1) * _DEFAULT_TAB_MM
        at = min(stops) if stops else after
    return at


def _cells(row: Any) -> Iterator[Any]:
    for child in row.iterchildren():
        if child.tag == W + "tc":
            yield child
        elif child.tag == W + "sdt":
            yield from child.iterfind(f"{W}sdtContent/{W}tc")


def _cell_size(properties: Any | None, grid: list[float], at: int) -> tuple[int, float]:
    span, told = 1, 0.0
    if properties is not None:
        wide, width = properties.find(W + "gridSpan"), properties.find(W + "tcW")
        span = int(number_of(wide, "val") or 1) if wide is not None else 1
        if width is not None and width.get(W + "type", "dxa") == "dxa":
            told = (number_of(width, "w") or 0) * MM_PER_TWIP
    return max(1, min(span, 63)), told or sum(grid[at : at + span]) or 80.0


def _side(at: int, span: int, columns: int) -> str:
    if at == 0:
        return "left" if span < columns else ""
    return "right" if at + span >= columns else "middle"


def _table_look(table: Any) -> tuple[str | None, bool, float]:
    """The table's style, whether it draws its grid, and what its cells keep free at both sides together."""
    properties = table.find(W + "tblPr")
    if properties is None:
        return None, False, _CELL_PADDING_MM
    named, borders = properties.find(W + "tblStyle"), properties.find(W + "tblBorders")
    style = named.get(W + "val") if named is not None else None
    drawn = [b for b in borders if b.get(W + "val", "none") not in {"none", "nil"}] if borders is not None else []
    # LibreOffice says it of each cell.
    first = table.find(f"{W}tr/{W}tc/{W}tcPr/{W}tcBorders")
    sides = {b.tag for b in first if b.get(W + "val", "none") not in {"none", "nil"}} if first is not None else set()
    gridded = {W + "top", W + "bottom"} <= sides and bool(sides & {W + "left", W + "start"})
    margins = properties.find(W + "tblCellMar")
    padding = _CELL_PADDING_MM
    if margins is not None:
        told = [number_of(margin, "w") for margin in margins if margin.tag in {W + "left", W + "right"}]
        padding = sum((value or 0) * MM_PER_TWIP for value in told)
    return style, bool(drawn) or gridded or (borders is None and style is not None and "grid" in style.lower()), padding


def _text_widths(document: Any) -> list[float]:
    widths = []
    for section in document.iter(W + "sectPr"):
        size, margins = section.find(W + "pgSz"), section.find(W + "pgMar")
        if size is None or margins is None:
            widths.append(165.0)
            continue
        wide = (number_of(size, "w") or 11906) - sum(number_of(margins, key) or 0 for key in ("left", "right"))
        widths.append(wide * MM_PER_TWIP)
    return widths or [165.0]


__all__ = ["Handles", "PageNumber", "Section", "read_docx", "read_package"]

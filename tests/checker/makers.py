"""Correct documents made by hand, in the ways people really make them, none of them ours.

Each is a plain description (`Paper`) and a manner: where the layout comes from (tables, tabs), where the letters'
look comes from (direct settings, styles, document defaults), and how rules are drawn.
"""

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import docx
from docx.document import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_BREAK, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Emu, Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph

from templates.fonts import lines_in, width_mm

NATION, MOTTO = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc"
TIMES = "Times New Roman"
CENTRE, BOTH, LEFT, RIGHT = 1, 3, 0, 2
LONG = (
    "Thực hiện nhiệm vụ được giao, các phòng chuyên môn đã chủ động phối hợp với các tổ chức đoàn thể, trưởng "
    "thôn, bản rà soát từng hộ gia đình, lập danh sách cụ thể và đề xuất phương án hỗ trợ "
    "phù hợp với điều kiện của địa phương."
)


@dataclass
class Manner:
    """How a document is made; the defaults are a careful typist's with Word."""

    layout: str = "table"  # table, rows, tabs, three
    look: str = "direct"  # direct, styles, defaults
    rules: str = "underscores"  # underscores, border, shape, vml
    numbers: str = "header"  # header, simple, tab, frame, none
    size: float = 14
    head_size: float = 12
    indent_mm: float = 12.7
    tabbed_indent: bool = False
    spacing: float | None = 1.2
    exact_pt: float | None = None
    gap: str = "after"  # after, before
    margins: tuple[float, float, float, float] = (20, 20, 30, 15)
    gutter_mm: float = 0
    one_paragraph_agency: bool = False
    body_font_theme: bool = False
    auto_numbers: bool = False
    runs: int = 1


@dataclass
class Paper:
    """What a document says."""

    superior: tuple[str, ...] = ()
    issuer: tuple[str, ...] = ("ỦY BAN NHÂN DÂN", "XÃ SUỐI TRÚC")
    number: str = "Số: 12/UBND-VX"
    date: str | None = "Suối Trúc, ngày 05 tháng 3 năm 2026"
    kind: str | None = None
    subject: str = "V/v báo cáo công tác văn thư"
    authority: str | None = None
    citations: tuple[str, ...] = ()
    enacts: str | None = None
    addressees: tuple[str, ...] = ()
    body: tuple[str, ...] = (LONG, LONG, "Đề nghị các đơn vị nghiêm túc thực hiện./.")
    recipients: tuple[str, ...] = ("- Như trên;", "- Lưu: VT, VX.")
    capacity: tuple[str, ...] = ("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH")
    name: str | None = "Lò Thị Ví Dụ"
    secretary: tuple[str, str] | None = None
    urgency: str | None = None
    circulation: str | None = None
    drafter: str | None = None
    address: str | None = None
    table: tuple[tuple[str, ...], ...] = ()
    annexes: tuple[tuple[str, str, str, tuple[str, ...]], ...] = ()
    copy: tuple[str, str] | None = None
    page_break_after: int | None = None


@dataclass
class Made:
    """A document being made; `put` is what all paragraphs go through."""

    document: Document
    manner: Manner
    paper: Paper
    shapes: int = field(default=0)

    def put(
        self,
        paragraph: Paragraph,
        text: str,
        size: float,
        *,
        bold: bool = False,
        italic: bool = False,
        align: int = CENTRE,
        style: str = "",
    ) -> Paragraph:
        if self.manner.look == "styles" and style:
            paragraph.style = self._style(style, size, bold=bold, italic=italic, align=align)
            paragraph.add_run(text)
            return paragraph
        pieces = [text]
        if self.manner.runs > 1 and len(text) > 6:
            middle = len(text) // 2
            pieces = [text[:middle], text[middle:]]
        for piece in pieces:
            run = paragraph.add_run(piece)
            if self.manner.look != "defaults":
                run.font.name = TIMES
            if self.manner.look != "defaults" or size != self.manner.size:
                run.font.size = Pt(size)
            if bold:
                run.bold = True
            if italic:
                run.italic = True
        paragraph.alignment = align  # type: ignore[assignment]  # a number python-docx reads as its own enumeration
        return paragraph

    def _style(self, name: str, size: float, *, bold: bool, italic: bool, align: int) -> Any:
        key = f"VB {name} {size:g}{'b' if bold else ''}{'i' if italic else ''}"
        styles: Any = self.document.styles
        if key in styles:
            return styles[key]
        style = styles.add_style(key, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = styles["Normal"]
        style.font.size, style.font.bold, style.font.italic = Pt(size), bold, italic
        style.paragraph_format.alignment = align
        return style


def make(paper: Paper, manner: Manner, change: Callable[[Document], None] | None = None) -> bytes:
    """The document as a file; `change` may touch it before it is saved."""
    document: Document = docx.Document()
    made = Made(document, manner, paper)
    _defaults(made)
    _page(made)
    _head(made)
    _title(made)
    _body(made)
    _foot(made)
    _after(made)
    _finish(document)
    if change is not None:
        change(document)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _defaults(made: Made) -> None:
    """Word's own defaults, or those an office suite writes: the letters come from wherever the manner says."""
    styles: Any = made.document.styles
    normal = styles["Normal"]
    defaults = styles.element.find(qn("w:docDefaults"))
    fonts = defaults.find(f".//{qn('w:rFonts')}")
    size = defaults.find(f".//{qn('w:sz')}")
    # What python-docx's own template says is meant for letters to friends: 10 pt after each line.
    gaps = defaults.find(f".//{qn('w:spacing')}")
    gaps.set(qn("w:after"), "0")
    gaps.set(qn("w:line"), "240")
    if made.manner.look == "defaults":
        for key in list(fonts.attrib):
            del fonts.attrib[key]
        for script in ("ascii", "hAnsi", "cs"):
            fonts.set(qn(f"w:{script}"), TIMES)
        size.set(qn("w:val"), str(int(made.manner.size * 2)))
        normal.font.size = None
    elif made.manner.look == "styles":
        normal.font.name, normal.font.size = TIMES, Pt(13)
        fonts.set(qn("w:ascii"), "Liberation Serif")
    for style in ("Header", "Footer", "Table Grid"):
        if style in styles and style != "Table Grid":
            styles[style].font.name = TIMES


def _page(made: Made) -> None:
    section: Any = made.document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    top, bottom, left, right = made.manner.margins
    section.top_margin, section.bottom_margin = Mm(top), Mm(bottom)
    section.left_margin, section.right_margin = Mm(left - made.manner.gutter_mm), Mm(right)
    section.gutter = Mm(made.manner.gutter_mm)
    if made.manner.numbers == "none":
        return
    section.different_first_page_header_footer = True
    _page_number(made, section.header.paragraphs[0])
    if made.paper.address:
        footer = section.first_page_footer.paragraphs[0]
        made.put(footer, made.paper.address, 11, align=CENTRE)
        _border(footer, "top")


def _page_number(made: Made, paragraph: Any) -> None:
    how = made.manner.numbers
    if how == "simple":
        field_ = OxmlElement("w:fldSimple")
        field_.set(qn("w:instr"), " PAGE \\* MERGEFORMAT ")
        field_.append(parse_xml(f'<w:r {nsdecls("w")}><w:rPr><w:rFonts w:ascii="{TIMES}" w:hAnsi="{TIMES}"/><w:sz w:val="26"/></w:rPr><w:t>2</w:t></w:r>'))  # fmt: skip  # noqa: E501
        paragraph._p.append(field_)  # noqa: SLF001
        paragraph.alignment = CENTRE
        return
    if how == "tab":
        paragraph.paragraph_format.tab_stops.add_tab_stop(Mm(82.5), WD_TAB_ALIGNMENT.CENTER)
        paragraph.add_run("\t").font.size = Pt(14)
    elif how == "frame":
        paragraph._p.get_or_add_pPr().append(  # noqa: SLF001
            parse_xml(
                f'<w:framePr {nsdecls("w")} w:wrap="around" w:vAnchor="text" w:hAnchor="margin" '
                'w:xAlign="center" w:y="1"/>'
            )
        )
    else:
        paragraph.alignment = CENTRE
    for kind, text in (("begin", None), (None, " PAGE "), ("separate", None), ("t", "2"), ("end", None)):
        run = paragraph.add_run()
        run.font.size, run.font.name = Pt(13), TIMES
        if kind == "t":
            run.text = text
            continue
        element: Any = OxmlElement("w:instrText" if kind is None else "w:fldChar")
        if kind is None:
            element.text = text
        else:
            element.set(qn("w:fldCharType"), kind)
        run._r.append(element)  # noqa: SLF001


def _border(paragraph: Any, side: str) -> None:
    paragraph._p.get_or_add_pPr().insert_element_before(  # noqa: SLF001
        parse_xml(f'<w:pBdr {nsdecls("w")}><w:{side} w:val="single" w:sz="6" w:space="1" w:color="auto"/></w:pBdr>'),
        "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr",
    )  # fmt: skip


def _rule(made: Made, paragraph: Any, length: float, column: float) -> None:
    """A rule of a length, drawn as the manner says, into an empty paragraph."""
    how = made.manner.rules
    paragraph.paragraph_format.space_after = Pt(0)
    paragraph.alignment = CENTRE
    if how == "underscores":
        one = width_mm("_" * 10, size_pt=10, bold=False) / 10
        run = paragraph.add_run("_" * round(length / one))
        run.font.size, run.font.name = Pt(10), TIMES
    elif how == "border":
        side = Mm(max(0.0, (column - length) / 2))
        paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = side
        _border(paragraph, "bottom")
    elif how == "shape":
        made.shapes += 1
        paragraph.add_run()._r.append(_shape(length, made.shapes))  # noqa: SLF001
    else:
        points = length / 25.4 * 72
        line = (
            f'<w:pict {nsdecls("w")} xmlns:v="urn:schemas-microsoft-com:vml"><v:line from="10pt,3pt" '
            f'to="{10 + points:.1f}pt,3pt"/></w:pict>'
        )
        paragraph.add_run()._r.append(parse_xml(line))  # noqa: SLF001


def _shape(length: float, number: int) -> Any:
    wide = int(Emu(Mm(length)))
    return parse_xml(
        '<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
        f'{nsdecls("w")} xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
        'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
        'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape">'
        '<mc:Choice Requires="wps"><w:drawing><wp:anchor distT="0" distB="0" distL="0" distR="0" simplePos="0" '
        'relativeHeight="2" behindDoc="0" locked="0" layoutInCell="1" allowOverlap="1"><wp:simplePos x="0" y="0"/>'
        '<wp:positionH relativeFrom="column"><wp:posOffset>600000</wp:posOffset></wp:positionH>'
        '<wp:positionV relativeFrom="paragraph"><wp:posOffset>20000</wp:posOffset></wp:positionV>'
        f'<wp:extent cx="{wide}" cy="0"/><wp:wrapNone/><wp:docPr id="{number}" name="Line {number}"/>'
        '<a:graphic><a:graphicData uri="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"><wps:wsp>'
        f'<wps:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{wide}" cy="0"/></a:xfrm>'
        '<a:prstGeom prst="line"><a:avLst/></a:prstGeom>'
        '<a:ln w="9525"><a:solidFill><a:srgbClr val="000000"/></a:solidFill></a:ln>'
        "</wps:spPr></wps:wsp></a:graphicData></a:graphic></wp:anchor></w:drawing></mc:Choice>"
        "<mc:Fallback><w:pict/></mc:Fallback></mc:AlternateContent>"
    )


def _longest(lines: Sequence[str], size: float, column: float) -> float:
    return max(max(lines_in(line, size_pt=size, bold=True, column_mm=column)) for line in lines)


def _head(made: Made) -> None:
    if made.manner.layout == "tabs":
        _tabbed_head(made)
        return
    widths = (62.0, 103.0)
    rows = 2 if made.manner.layout == "rows" else 1
    table: Any = made.document.add_table(rows, 2)
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
        for cell in column.cells:
            cell.width = Mm(width)
    left, right = table.rows[0].cells
    paper, size = made.paper, made.manner.head_size
    _agency(made, left, size)
    _rule(made, left.add_paragraph(), _longest(paper.issuer, size, widths[0] - 3.8) * 0.42, widths[0] - 3.8)
    made.put(right.paragraphs[0], NATION, size, bold=True, style="Quốc hiệu")
    made.put(right.add_paragraph(), MOTTO, size + 1, bold=True, style="Tiêu ngữ")
    _rule(made, right.add_paragraph(), width_mm(MOTTO, size_pt=size + 1, bold=True), widths[1] - 3.8)
    number, date = table.rows[1].cells if rows == 2 else (left, right)
    first = number.paragraphs[0] if rows == 2 else number.add_paragraph()
    made.put(first, paper.number, 13, style="Số")
    if paper.date is not None:
        second = date.paragraphs[0] if rows == 2 else date.add_paragraph()
        made.put(second, paper.date, 13, italic=True, style="Ngày")
    if paper.kind is None:
        subject = made.put(number.add_paragraph(), paper.subject, 12, style="Trích yếu CV")
        subject.paragraph_format.space_before = Pt(6)
    _stamps(made, number)


def _agency(made: Made, left: Any, size: float) -> None:
    paper, first = made.paper, left.paragraphs[0]
    for line in paper.superior:
        made.put(first, line, size, style="Chủ quản")
        first = left.add_paragraph()
    if made.manner.one_paragraph_agency:
        for at, line in enumerate(paper.issuer):
            run = first.add_run()
            if at:
                run.add_break(WD_BREAK.LINE)
            run.add_text(line)
            run.font.name, run.font.size, run.bold = TIMES, Pt(size), True
        first.alignment = CENTRE
        return
    for at, line in enumerate(paper.issuer):
        made.put(first if at == 0 else left.add_paragraph(), line, size, bold=True, style="Cơ quan")


def _stamps(made: Made, cell: Any) -> None:
    for text, red in ((made.paper.urgency, True), (made.paper.circulation, False)):
        if text is None:
            continue
        paragraph = made.put(cell.add_paragraph(), text, 13, bold=True)
        if red:
            for run in paragraph.runs:
                run.font.color.rgb = RGBColor(0xFF, 0, 0)
        sides = "".join(
            f'<w:{side} w:val="single" w:sz="8" w:space="1"/>' for side in ("top", "left", "bottom", "right")
        )
        paragraph._p.get_or_add_pPr().insert_element_before(  # noqa: SLF001
            parse_xml(f"<w:pBdr {nsdecls('w')}>{sides}</w:pBdr>"), "w:spacing", "w:ind", "w:jc", "w:rPr"
        )


def _tabbed_head(made: Made) -> None:
    """Two columns by centred tab stops, as typists made them before there were tables."""
    paper, size = made.paper, made.manner.head_size
    lefts = [(line, False) for line in paper.superior] + [(line, True) for line in paper.issuer]
    rights: list[tuple[str, float, bool, bool]] = [(NATION, size, True, False), (MOTTO, size + 1, True, False)]
    one = width_mm("_" * 10, size_pt=10, bold=False) / 10
    longest = _longest(paper.issuer, size, 70)
    motto = width_mm(MOTTO, size_pt=size + 1, bold=True)

    def row(left: tuple[str, float, bool] | None, right: tuple[str, float, bool, bool] | None) -> None:
        paragraph: Any = made.document.add_paragraph()
        paragraph.paragraph_format.space_after = Pt(0)
        stops = paragraph.paragraph_format.tab_stops
        stops.add_tab_stop(Mm(31), WD_TAB_ALIGNMENT.CENTER)
        stops.add_tab_stop(Mm(116), WD_TAB_ALIGNMENT.CENTER)
        for cell in ((*left, False) if left else None, right):
            run = paragraph.add_run("\t" + (cell[0] if cell else ""))
            run.font.name, run.font.size = TIMES, Pt(cell[1] if cell else 12)
            run.bold, run.italic = (cell[2], cell[3]) if cell else (None, None)

    while len(lefts) < 2:
        lefts.append(("", False))
    for at, (text, bold) in enumerate(lefts):
        right = rights[at] if at < 2 else ("_" * round(motto / one), 10.0, False, False) if at == 2 else None
        row((text, size, bold), right)
    lines = ("_" * round(longest * 0.42 / one), 10.0, False)
    row(lines, ("_" * round(motto / one), 10.0, False, False) if len(lefts) == 2 else None)
    row((paper.number, 13, False), (paper.date or "", 13, False, True))
    if paper.kind is None:
        subject: Any = made.document.add_paragraph()
        subject.paragraph_format.space_before = Pt(6)
        subject.paragraph_format.tab_stops.add_tab_stop(Mm(31), WD_TAB_ALIGNMENT.CENTER)
        made.put(subject, "\t" + paper.subject, 12, align=LEFT)


def _title(made: Made) -> None:
    paper, document = made.paper, made.document
    if paper.kind is not None:
        document.add_paragraph()
        made.put(document.add_paragraph(), paper.kind, 14, bold=True, style="Tên loại")
        if paper.subject:
            made.put(document.add_paragraph(), paper.subject, 14, bold=True, style="Trích yếu")
            length = _longest((paper.subject,), 14, 160) * 0.4
            _rule(made, document.add_paragraph(), length, 165)
    if paper.authority:
        made.put(document.add_paragraph(), paper.authority, 14, bold=True, style="Thẩm quyền")
    if len(paper.addressees) == 1:
        made.put(document.add_paragraph(), f"Kính gửi: {paper.addressees[0]}", 14, style="Kính gửi")
    elif paper.addressees:
        first: Any = made.put(document.add_paragraph(), "Kính gửi:", 14, align=LEFT)
        first.paragraph_format.left_indent = Mm(35)
        for at, entry in enumerate(paper.addressees):
            stop = "." if at == len(paper.addressees) - 1 else ";"
            line: Any = made.put(document.add_paragraph(), f"- {entry}{stop}", 14, align=LEFT)
            line.paragraph_format.left_indent = Mm(55)
    for line in paper.citations:
        _flow(made, line, italic=True)
    if paper.enacts:
        made.put(document.add_paragraph(), paper.enacts, 14, bold=True, style="Quyết định")


def _flow(made: Made, text: str, *, italic: bool = False) -> Any:
    """A paragraph of running text; headings and articles get their weight from their words."""
    manner = made.manner
    paragraph: Any = made.document.add_paragraph()
    form = paragraph.paragraph_format
    words = text.split()
    if words[0] in {"Chương", "Mục", "Phần"} and len(words) == 2:
        return made.put(paragraph, text, manner.size, bold=True)
    if text == text.upper() and len(text) < 80 and words[0] not in {"I.", "II.", "III.", "IV."}:
        return made.put(paragraph, text, manner.size, bold=True)
    form.first_line_indent = Mm(manner.indent_mm)
    form.alignment = BOTH
    if manner.tabbed_indent:
        form.first_line_indent = None
        paragraph.add_run("\t")
    if manner.gap == "after":
        form.space_after = Pt(6)
    else:
        form.space_before, form.space_after = Pt(6), Pt(0)
    if manner.exact_pt:
        form.line_spacing = Pt(manner.exact_pt)
    elif manner.spacing:
        form.line_spacing = manner.spacing
    if words[0] == "Điều" and words[1].endswith("."):
        head, rest = " ".join(words[:2]), " " + " ".join(words[2:])
        made.put(paragraph, head, manner.size, bold=True, align=BOTH)
        return made.put(paragraph, rest, manner.size, align=BOTH)
    heading = words[0] in {"I.", "II.", "III.", "IV."} or (words[0][:-1].isdigit() and text[-1] not in ".;:,/")
    return made.put(
        paragraph, text, manner.size, bold=heading, italic=italic, align=BOTH, style="Nội dung" if not heading else ""
    )


def _body(made: Made) -> None:
    for at, text in enumerate(made.paper.body):
        _flow(made, text)
        if at == made.paper.page_break_after:
            document: Any = made.document
            document.add_page_break()
        if at == 0 and made.paper.table:
            _grid(made, made.paper.table)


def _grid(made: Made, rows: Sequence[Sequence[str]]) -> None:
    table: Any = made.document.add_table(len(rows), len(rows[0]))
    table.style = "Table Grid"
    for row, texts in zip(table.rows, rows, strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            made.put(cell.paragraphs[0], text, 12, bold=row is table.rows[0])


def _foot(made: Made) -> None:
    paper = made.paper
    if made.manner.layout == "tabs":
        _tabbed_foot(made)
        return
    columns = 3 if made.manner.layout == "three" else 2
    table: Any = made.document.add_table(1, columns)
    cells = table.rows[0].cells
    left, right = cells[0], cells[-1]
    if paper.secretary is not None:
        made.put(left.paragraphs[0], paper.secretary[0], 14, bold=True)
        for _ in range(4):
            left.add_paragraph()
        made.put(left.add_paragraph(), paper.secretary[1], 14, bold=True)
        below: Any = made.document.add_table(1, 2)
        left = below.rows[0].cells[0]
    made.put(left.paragraphs[0], "Nơi nhận:", 12, bold=True, italic=True, align=LEFT, style="Nơi nhận")
    for entry in paper.recipients:
        made.put(left.add_paragraph(), entry, 11, align=LEFT, style="Danh sách")
    if paper.drafter:
        made.put(left.add_paragraph(), paper.drafter, 11, align=LEFT)
    first = right.paragraphs[0]
    for at, line in enumerate(paper.capacity):
        made.put(first if at == 0 else right.add_paragraph(), line, 14, bold=True, style="Chức vụ")
    for _ in range(4):
        right.add_paragraph()
    if paper.name is not None:
        made.put(right.add_paragraph(), paper.name, 14, bold=True, style="Họ tên")


def _tabbed_foot(made: Made) -> None:
    paper = made.paper
    lefts: list[tuple[str, float, bool, bool]] = [("Nơi nhận:", 12, True, True)]
    lefts += [(entry, 11, False, False) for entry in paper.recipients]
    rights = [*paper.capacity, "", "", "", paper.name or ""]
    for at in range(max(len(lefts), len(rights))):
        paragraph: Any = made.document.add_paragraph()
        paragraph.paragraph_format.tab_stops.add_tab_stop(Mm(120), WD_TAB_ALIGNMENT.CENTER)
        text, size, bold, italic = lefts[at] if at < len(lefts) else ("", 11, False, False)
        if text:
            run = paragraph.add_run(text)
            run.font.name, run.font.size, run.bold, run.italic = TIMES, Pt(size), bold, italic
        if at < len(rights) and rights[at]:
            run = paragraph.add_run("\t" + rights[at])
            run.font.name, run.font.size, run.bold = TIMES, Pt(14), True


def _after(made: Made) -> None:
    paper, document = made.paper, made.document
    if paper.copy is not None:
        made.put(document.add_paragraph(), paper.copy[0], 14, bold=True)
        made.put(document.add_paragraph(), paper.copy[1], 13)
    for title, name, reference, lines in paper.annexes:
        section: Any = document.add_section(WD_SECTION.NEW_PAGE)
        section.different_first_page_header_footer = True
        kind = OxmlElement("w:pgNumType")
        kind.set(qn("w:start"), "1")
        after = next(child for child in section._sectPr if child.tag == qn("w:cols"))  # noqa: SLF001
        for old in section._sectPr.findall(qn("w:pgNumType")):  # noqa: SLF001
            section._sectPr.remove(old)  # noqa: SLF001
        after.addprevious(kind)
        if name.startswith("BIỂU"):
            section.orientation = WD_ORIENT.LANDSCAPE
            section.page_width, section.page_height = Mm(297), Mm(210)
        made.put(document.add_paragraph(), title, 14, bold=True)
        made.put(document.add_paragraph(), name, 14, bold=True)
        made.put(document.add_paragraph(), reference, 14, italic=True)
        if name.startswith("BIỂU"):
            _grid(made, [("STT", "Nội dung", "Số lượng"), ("1", "Nhà ở", "12")])
        for line in lines:
            _flow(made, line)


def _finish(document: Document) -> None:
    """python-docx's Cambria must not be left where nothing else is said, as in the blank of a heading row."""
    styles: Any = document.styles
    if styles["Normal"].font.name is None:
        styles["Normal"].font.name = TIMES

"""Documents as raw WordprocessingML: every property where the maker puts it, no library's habits in between."""

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from templates.fonts import width_mm

NATION, MOTTO = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_KIND = "application/vnd.openxmlformats-officedocument.wordprocessingml."
_OPEN = "http://schemas.openxmlformats.org"
_SHAPE = "http://schemas.microsoft.com/office/word/2010/wordprocessingShape"
NAMES = (
    f'xmlns:w="{_OPEN}/wordprocessingml/2006/main" xmlns:r="{RELATIONS}" '
    f'xmlns:mc="{_OPEN}/markup-compatibility/2006" xmlns:wp="{_OPEN}/drawingml/2006/wordprocessingDrawing" '
    f'xmlns:a="{_OPEN}/drawingml/2006/main" xmlns:wps="{_SHAPE}"'
)
BOTTOM = '<w:bottom w:val="single" w:sz="6" w:space="1" w:color="auto"/>'
BOX = "".join(f'<w:{side} w:val="single" w:sz="8" w:space="1"/>' for side in ("top", "left", "bottom", "right"))
# The strict names of ISO/IEC 29500.
STRICT = (
    ("wordprocessingml/2006/main", "wordprocessingml/main"),
    ("officeDocument/2006/relationships", "officeDocument/relationships"),
    ("drawingml/2006/main", "drawingml/main"),
    ("drawingml/2006/wordprocessingDrawing", "drawingml/wordprocessingDrawing"),
)


def twips(length_mm: float) -> int:
    return round(length_mm / 25.4 * 1440)


def run(
    text: str,
    *,
    bold: bool = False,
    italic: bool = False,
    size: float | None = None,
    font: str | None = None,
    underline: bool = False,
    colour: str | None = None,
) -> str:
    """Letters of one look; a line break and a tab become what they are in Word."""
    look = f'<w:rFonts w:ascii="{font}" w:hAnsi="{font}" w:cs="{font}"/>' if font else ""
    look += "<w:b/>" * bold + "<w:i/>" * italic
    look += f'<w:color w:val="{colour}"/>' if colour else ""
    look += f'<w:sz w:val="{int(size * 2)}"/><w:szCs w:val="{int(size * 2)}"/>' if size else ""
    look += '<w:u w:val="single"/>' * underline
    content = "<w:tab/>".join(f'<w:t xml:space="preserve">{escape(part)}</w:t>' for part in text.split("\t"))
    return f"<w:r><w:rPr>{look}</w:rPr>{content}</w:r>"


@dataclass(frozen=True)
class Form:
    """A paragraph's own layout: lengths in millimetres, gaps in points, line in 240ths of a line or twentieths."""

    align: str | None = None
    style: str | None = None
    before: float | None = None
    after: float | None = None
    line: int | None = None
    rule: str = "auto"
    left: float | None = None
    right: float | None = None
    first: float | None = None
    border: str = ""
    tabs: Sequence[tuple[str, float]] = ()
    numbered: tuple[int, int] | None = None
    section: str = ""


PLAIN = Form()
CENTRED = Form(align="center")


def para(content: str, form: Form = PLAIN) -> str:
    """A paragraph of runs."""
    told = f'<w:pStyle w:val="{form.style}"/>' if form.style else ""
    if form.numbered:
        told += f'<w:numPr><w:ilvl w:val="{form.numbered[1]}"/><w:numId w:val="{form.numbered[0]}"/></w:numPr>'
    told += f"<w:pBdr>{form.border}</w:pBdr>" if form.border else ""
    stops = "".join(f'<w:tab w:val="{kind}" w:pos="{twips(at)}"/>' for kind, at in form.tabs)
    told += f"<w:tabs>{stops}</w:tabs>" if stops else ""
    gaps = {"before": form.before, "after": form.after}
    spacing = "".join(f' w:{name}="{int(gap * 20)}"' for name, gap in gaps.items() if gap is not None)
    spacing += f' w:line="{form.line}" w:lineRule="{form.rule}"' if form.line else ""
    told += f"<w:spacing{spacing}/>" if spacing else ""
    sides = {"left": form.left, "right": form.right, "firstLine": form.first}
    indents = "".join(f' w:{name}="{twips(length)}"' for name, length in sides.items() if length is not None)
    told += f"<w:ind{indents}/>" if indents else ""
    told += f'<w:jc w:val="{form.align}"/>' if form.align else ""
    return f"<w:p><w:pPr>{told}{form.section}</w:pPr>{content}</w:p>"


def centred(text: str, *, size: float = 14, bold: bool = False, italic: bool = False, before: float = 0) -> str:
    return para(run(text, bold=bold, italic=italic, size=size), Form(align="center", before=before))


def table(rows: Sequence[Sequence[str]], widths_mm: Sequence[float], *, grid: bool = False) -> str:
    """Cells of paragraphs; `grid` draws all lines."""
    columns = "".join(f'<w:gridCol w:w="{twips(width)}"/>' for width in widths_mm)
    drawn = '<w:tblStyle w:val="TableGrid"/>' if grid else ""
    body = "".join(
        "<w:tr>"
        + "".join(
            f'<w:tc><w:tcPr><w:tcW w:w="{twips(width)}" w:type="dxa"/></w:tcPr>{cell or "<w:p/>"}</w:tc>'
            for cell, width in zip(row, widths_mm, strict=True)
        )
        + "</w:tr>"
        for row in rows
    )
    properties = f'<w:tblPr>{drawn}<w:tblW w:w="0" w:type="auto"/></w:tblPr>'
    return f"<w:tbl>{properties}<w:tblGrid>{columns}</w:tblGrid>{body}</w:tbl>"


def line_shape(length_mm: float, *, number: int = 1, left_mm: float = 17) -> str:
    """A straight connector, as Word draws one."""
    wide = int(length_mm * 36000)
    return (
        '<w:r><w:drawing><wp:anchor distT="0" distB="0" distL="0" distR="0" simplePos="0" relativeHeight="2" '
        'behindDoc="0" locked="0" layoutInCell="1" allowOverlap="1"><wp:simplePos x="0" y="0"/>'
        f'<wp:positionH relativeFrom="column"><wp:posOffset>{int(left_mm * 36000)}</wp:posOffset></wp:positionH>'
        '<wp:positionV relativeFrom="paragraph"><wp:posOffset>20000</wp:posOffset></wp:positionV>'
        f'<wp:extent cx="{wide}" cy="0"/><wp:wrapNone/><wp:docPr id="{number}" name="Line {number}"/>'
        f'<a:graphic><a:graphicData uri="{_SHAPE}"><wps:wsp><wps:cNvCnPr/><wps:spPr><a:xfrm><a:off x="0" y="0"/>'
        f'<a:ext cx="{wide}" cy="0"/></a:xfrm><a:prstGeom prst="line"><a:avLst/></a:prstGeom><a:ln w="9525">'
        '<a:solidFill><a:srgbClr val="000000"/></a:solidFill></a:ln></wps:spPr><wps:bodyPr/></wps:wsp>'
        "</a:graphicData></a:graphic></wp:anchor></w:drawing></w:r>"
    )


def text_box(content: str, *, number: int, width_mm: float) -> str:
    """A text box without a frame."""
    size = f'cx="{int(width_mm * 36000)}" cy="1200000"'
    return (
        '<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wp:anchor distT="0" distB="0" distL="0" '
        'distR="0" simplePos="0" relativeHeight="3" behindDoc="0" locked="0" layoutInCell="1" allowOverlap="1">'
        '<wp:simplePos x="0" y="0"/><wp:positionH relativeFrom="column"><wp:posOffset>'
        f'{0 if number == 1 else 2232000}</wp:posOffset></wp:positionH><wp:positionV relativeFrom="paragraph">'
        f"<wp:posOffset>0</wp:posOffset></wp:positionV><wp:extent {size}/><wp:wrapNone/>"
        f'<wp:docPr id="{number}" name="Box {number}"/><a:graphic><a:graphicData uri="{_SHAPE}"><wps:wsp><wps:spPr>'
        f'<a:xfrm><a:off x="0" y="0"/><a:ext {size}/></a:xfrm></wps:spPr><wps:txbx><w:txbxContent>{content}'
        "</w:txbxContent></wps:txbx><wps:bodyPr/></wps:wsp></a:graphicData></a:graphic></wp:anchor></w:drawing>"
        "</mc:Choice></mc:AlternateContent></w:r>"
    )


def page_field(code: str = "PAGE", size: float = 14) -> str:
    """A field in its five runs."""
    look = f'<w:rPr><w:sz w:val="{int(size * 2)}"/></w:rPr>'
    begin, middle, end = (f'<w:fldChar w:fldCharType="{kind}"/>' for kind in ("begin", "separate", "end"))
    told = f'<w:instrText xml:space="preserve"> {code} </w:instrText>'
    return "".join(f"<w:r>{look}{part}</w:r>" for part in (begin, told, middle, "<w:t>2</w:t>", end))


def gallery_number(size: float = 14, align: str = "center") -> str:
    """What Word inserts from its gallery of page numbers: a content control around the paragraph."""
    number = para(page_field(size=size), Form(align=align, style="Header"))
    return (
        '<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val="Page Numbers (Top of Page)"/></w:docPartObj></w:sdtPr>'
        f"<w:sdtContent>{number}</w:sdtContent></w:sdt>{para('', Form(style='Header'))}"
    )


def styles(more: str = "", *, font: str = "Times New Roman", half_points: int = 28) -> str:
    """Document defaults that say everything, and the styles Word always has."""
    fonts = "".join(f' w:{script}="{font}"' for script in ("ascii", "hAnsi", "eastAsia", "cs"))
    grid = "".join(f'<w:{side} w:val="single" w:sz="4"/>' for side in ("top", "left", "bottom", "right"))
    return (
        f"<w:styles {NAMES}><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts{fonts}/>"
        f'<w:sz w:val="{half_points}"/></w:rPr></w:rPrDefault><w:pPrDefault/></w:docDefaults>'
        '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>'
        '<w:style w:type="paragraph" w:styleId="Header"><w:name w:val="header"/><w:basedOn w:val="Normal"/><w:pPr>'
        '<w:tabs><w:tab w:val="center" w:pos="4680"/><w:tab w:val="right" w:pos="9360"/></w:tabs></w:pPr></w:style>'
        '<w:style w:type="table" w:styleId="TableGrid"><w:name w:val="Table Grid"/><w:tblPr><w:tblBorders>'
        f"{grid}</w:tblBorders></w:tblPr></w:style>{more}</w:styles>"
    )


@dataclass(frozen=True)
class Page:
    """A section: millimetres; `start` restarts its page numbers, `shows_first` shows the first one."""

    width: float = 210
    height: float = 297
    top: float = 20
    bottom: float = 20
    left: float = 30
    right: float = 15
    start: int | None = None
    shows_first: bool = False
    footer: bool = False

    def xml(self) -> str:
        restarts = f'<w:pgNumType w:start="{self.start}"/>' if self.start is not None else ""
        footer = '<w:footerReference w:type="default" r:id="rId12"/>' * self.footer
        first = "" if self.shows_first else "<w:titlePg/>"
        return (
            f'<w:sectPr><w:headerReference w:type="default" r:id="rId10"/>{footer}'
            f'<w:pgSz w:w="{twips(self.width)}" w:h="{twips(self.height)}"/><w:pgMar w:top="{twips(self.top)}" '
            f'w:right="{twips(self.right)}" w:bottom="{twips(self.bottom)}" w:left="{twips(self.left)}" w:header="720" '
            f'w:footer="720" w:gutter="0"/>{restarts}<w:cols w:space="720"/>{first}'
            "</w:sectPr>"
        )


A4 = Page()


def package(
    body: str,
    *,
    page: Page = A4,
    style: str | None = None,
    header: str | None = None,
    footer: str = "<w:p/>",
    numbering: str = "",
    theme: str = "",
    strict: bool = False,
) -> bytes:
    """The DOCX."""
    header = para(page_field(), Form(align="center", style="Header")) if header is None else header
    parts = {
        "document": f"<w:document {NAMES}><w:body>{body}{page.xml()}</w:body></w:document>",
        "styles": style or styles(),
        "header1": f"<w:hdr {NAMES}>{header}</w:hdr>",
        "footer1": f"<w:ftr {NAMES}>{footer}</w:ftr>",
        "numbering": f"<w:numbering {NAMES}>{numbering}</w:numbering>",
        "theme": theme,
    }
    related = {"styles": "rId1", "header1": "rId10", "footer1": "rId12", "numbering": "rId13", "theme": "rId14"}
    kept = {name: content for name, content in parts.items() if content}
    relations = "".join(
        f'<Relationship Id="{related[name]}" Type="{RELATIONS}/{name.rstrip("1")}" Target="{name}.xml"/>'
        for name in kept
        if name in related
    )
    kinds = "".join(
        f'<Override PartName="/word/{name}.xml" ContentType="{_KIND}'
        f'{"document.main" if name == "document" else name.rstrip("1")}+xml"/>'
        for name in kept
        if name != "theme"
    )
    files = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" '
        f'ContentType="application/xml"/>{kinds}</Types>',
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{RELATIONS}/officeDocument" Target="word/document.xml"/></Relationships>',
        "word/_rels/document.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">{relations}</Relationships>',
        **{f"word/{name}.xml": content for name, content in kept.items()},
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in files.items():
            for usual, new in STRICT if strict else ():
                content = content.replace(f"{_OPEN}/{usual}", f"http://purl.oclc.org/ooxml/{new}")  # noqa: PLW2901
            target.writestr(name, content)
    return out.getvalue()


def rule_lengths(issuer: Sequence[str], size: float) -> tuple[float, float]:
    """What the decree asks of the rules under agency and motto."""
    return max(width_mm(text, size_pt=size, bold=True) for text in issuer) * 0.42, width_mm(
        MOTTO, size_pt=size + 1, bold=True
    )

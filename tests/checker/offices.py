"""Documents as other offices make them: raw WordprocessingML, whole, in many manners; and what may be wrong in one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from tests.checker.wordml import (
    A4,
    BOTTOM,
    BOX,
    CENTRED,
    MOTTO,
    NATION,
    Form,
    Page,
    centred,
    gallery_number,
    line_shape,
    package,
    para,
    rule_lengths,
    run,
    styles,
    table,
    text_box,
)

FLOW = Form(align="both", first=12.7, after=6)
LONG = (
    "Thực hiện nhiệm vụ được giao, các phòng chuyên môn đã chủ động phối hợp với các tổ chức đoàn thể, trưởng thôn, "
    "bản rà soát từng hộ gia đình và đề xuất phương án hỗ trợ phù hợp với điều kiện của địa phương."
)
END = "Ủy ban nhân dân xã báo cáo Sở Nội vụ xem xét, tổng hợp./."
COLLECTIVE = ("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH")
DEPUTY = ("TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH")
DECREE = "Căn cứ Nghị định số 30/2020/NĐ-CP ngày 05 tháng 3 năm 2020 của Chính phủ về công tác văn thư"
GROUNDS = (
    "Căn cứ Luật Tổ chức chính quyền địa phương ngày 16 tháng 6 năm 2025;",
    "Căn cứ Bộ luật Dân sự ngày 24 tháng 11 năm 2015;",
    f"{DECREE};",
    "Theo đề nghị của Trưởng phòng Văn hóa - Xã hội.",
)
REFERENCE = "(Kèm theo Kế hoạch số 15/KH-UBND ngày 05 tháng 3 năm 2026 của Ủy ban nhân dân xã)"
GRID = table(
    [
        [centred(text, size=12, bold=True) for text in ("STT", "Nội dung", "Ghi chú")],
        [centred(text, size=12) for text in ("1", "Rà soát", "Phòng Kinh tế")],
    ],
    (20, 90, 40),
    grid=True,
)
CELL_BORDERS = f"<w:tcBorders>{BOX}</w:tcBorders>"


@dataclass(frozen=True)
class Office:
    """A document; `kind` None is a letter. `head`: table, boxes, tabs, inside (rules anchored in lines of text)."""

    kind: str | None = None
    subject: str = "V/v tăng cường công tác phòng, chống dịch bệnh"
    superior: tuple[str, ...] = ()
    issuer: tuple[str, ...] = ("ỦY BAN NHÂN DÂN", "XÃ SUỐI TRÚC")
    number: str = "Số: 125/UBND-VHXH"
    date: str | None = "Suối Trúc, ngày 05 tháng 3 năm 2026"
    nation: str = NATION
    motto: str = MOTTO
    head: str = "table"
    rules: bool = True
    stamp: str = ""
    salutation: str | None = "Kính gửi: Sở Nội vụ tỉnh Hoa Ban"
    listed: tuple[str, ...] = ()
    authority: str | None = None
    grounds: tuple[str, ...] = ()
    enacts: str | None = None
    body: tuple[str, ...] = (LONG, END)
    size: float | None = None
    flow: Form = FLOW
    foot: str = "one"
    title: str = "Nơi nhận:"
    recipients: tuple[str, ...] = ("- Như trên;", "- Lưu: VT, VHXH.")
    capacity: tuple[str, ...] = COLLECTIVE
    name: str = "Lò Thị Ví Dụ"
    after: str = ""
    page: Page = A4
    header: str | None = None
    footer: str = "<w:p/>"
    style: str | None = None
    theme: str = ""
    strict: bool = False
    font: str | None = None
    replaced: tuple[tuple[str, str], ...] = ()

    def docx(self) -> bytes:
        body = self._head() + self._title() + self._addressed() + self._grounds()
        body += "".join(self._flow(text) for text in self.body) + self._foot() + self.after
        for old, new in self.replaced:
            if old not in body:
                raise LookupError(old)
            body = body.replace(old, new, 1)
        return package(
            body,
            page=self.page,
            style=self.style,
            header=self.header,
            footer=self.footer,
            theme=self.theme,
            strict=self.strict,
        )

    def _head(self) -> str:
        short, long = rule_lengths(self.issuer, 12)
        mark, motto_mark = (
            (line_shape(short, number=1), line_shape(long, number=2)) if self.rules else (run(""), run(""))
        )
        left = [centred(text, size=12) for text in self.superior]
        left += [centred(text, size=12, bold=True) for text in self.issuer]
        right = [centred(self.nation, size=12, bold=True), centred(self.motto, size=13, bold=True)]
        if self.head == "inside":
            left[-1] = para(run(self.issuer[-1], bold=True, size=12) + mark, CENTRED)
            right[-1] = para(run(self.motto, bold=True, size=13) + motto_mark, CENTRED)
        elif self.head == "boxes":
            # 62 and 103 mm of box, less what Word keeps free inside.
            left.append(para("", Form(left=(56.9 - short) / 2, right=(56.9 - short) / 2, border=BOTTOM)))
            right.append(para("", Form(left=(97.9 - long) / 2, right=(97.9 - long) / 2, border=BOTTOM)))
        else:
            left.append(para(mark))
            right.append(para(motto_mark))
        number = centred(self.number, size=13) if self.number else ""
        letter = self.kind is None and self.subject
        number += para(run(self.subject, size=12), Form(align="center", before=6)) if letter else ""
        number += self.stamp
        day = centred(self.date, size=13, italic=True) if self.date else ""
        if self.head == "boxes":
            boxes = ("".join(left) + number, "".join(right) + day)
            drawn = [
                text_box(box, number=n, width_mm=wide) for n, box, wide in zip((1, 2), boxes, (62, 103), strict=True)
            ]
            return para("".join(drawn))
        if self.head == "tabs":
            return self._tabbed(mark + motto_mark)
        return table([["".join(left), "".join(right)], [number, day]], (62, 103))

    def _tabbed(self, rules: str) -> str:
        stops = Form(tabs=(("center", 31), ("center", 116)))
        rows = [
            run("\t") + run(self.issuer[0], bold=True, size=12) + run("\t") + run(self.nation, bold=True, size=12),
            run("\t") + run(self.issuer[1], bold=True, size=12) + run("\t") + run(self.motto, bold=True, size=13),
            rules,
            run(f"\t{self.number}\t", size=13) + run(self.date or "", italic=True, size=13),
        ]
        first, *more = (run(f"\t{part}", size=12) for part in self.subject.split("\n"))
        subject = para(first, replace(stops, before=6)) + "".join(para(part, stops) for part in more)
        return "".join(para(row, stops) for row in rows) + subject

    def _title(self) -> str:
        if self.kind is None:
            return ""
        made = centred(self.kind, bold=True, before=12)
        if not self.subject:
            return made
        made += centred(self.subject, bold=True)
        length = rule_lengths((self.subject,), 14)[0]
        return made + (para(line_shape(min(length, 60), number=3, left_mm=50)) if self.rules else "")

    def _addressed(self) -> str:
        if self.salutation is None or (self.kind is not None and self.kind not in {"TỜ TRÌNH", "BÁO CÁO"}):
            return ""
        if not self.listed:
            return para(run(self.salutation), Form(align="center", before=12, after=6))
        entries = "".join(para(run(entry), Form(left=45)) for entry in self.listed)
        return para(run(self.salutation), Form(left=25, before=12)) + entries

    def _grounds(self) -> str:
        made = centred(self.authority, bold=True) if self.authority else ""
        made += "".join(para(run(text, italic=True), self.flow) for text in self.grounds)
        return made + (centred(self.enacts, bold=True) if self.enacts else "")

    def _flow(self, text: str) -> str:
        words = text.split()
        if words[0] in {"Chương", "Mục", "Phần"} and len(words) == 2:
            return centred(text, bold=True)
        if text == text.upper() and words[0] not in {"I.", "II."}:
            return centred(text, bold=True)
        heading = words[0] in {"I.", "II."} or (text[-1] not in ".;:,/" and words[0][:-1].isdigit())
        if words[0] == "Điều" and not text.endswith("."):
            heading = text[-1].isalpha()
        if words[0] in {"Điều", "ĐIỀU"} and len(words) > 2 and not heading:
            first = " ".join(words[:2])
            return para(run(first, bold=True) + run(text[len(first) :]), self.flow)
        return para(run(text, bold=heading, size=self.size, font=self.font), self.flow)

    def _foot(self) -> str:
        title = para(run(self.title, bold=True, italic=True, size=12)) if self.title else ""
        entries = "".join(para(run(entry, size=11)) for entry in self.recipients)
        titles = "".join(centred(text, bold=True) for text in self.capacity)
        name = "<w:p/>" * 4 + (centred(self.name, bold=True) if self.name else "")
        if self.foot == "rows":
            return table([[title, titles], [entries, name]], (82, 83))
        if self.foot == "three":
            return table([[title + entries, "", titles + name]], (72, 20, 73))
        return table([[title + entries, titles + name]], (82, 83))


LETTER = Office()
DECISION = Office(
    kind="QUYẾT ĐỊNH",
    number="Số: 45/QĐ-UBND",
    subject="Về việc kiện toàn Ban Chỉ đạo chuyển đổi số",
    authority="CHỦ TỊCH ỦY BAN NHÂN DÂN XÃ SUỐI TRÚC",
    grounds=GROUNDS,
    enacts="QUYẾT ĐỊNH:",
    body=("Điều 1. Kiện toàn Ban Chỉ đạo.", "Điều 2. Quyết định này có hiệu lực kể từ ngày ký./."),
    recipients=("- Như Điều 2;", "- Lưu: VT."),
    capacity=("CHỦ TỊCH",),
)
PLAN = Office(
    kind="KẾ HOẠCH",
    number="Số: 15/KH-UBND",
    subject="Chuyển đổi số năm 2026",
    body=(LONG, "Chi tiết tại Phụ lục kèm theo.", "Yêu cầu các đơn vị thực hiện./."),
    recipients=("- Sở Khoa học và Công nghệ;", "- Lưu: VT."),
    capacity=DEPUTY,
    page=Page(start=1),
)
SCHOOL = Office(
    superior=("ỦY BAN NHÂN DÂN", "XÃ SUỐI TRÚC"),
    issuer=("TRƯỜNG TIỂU HỌC", "SUỐI TRÚC"),
    number="Số: 05/THST-VP",
    capacity=("HIỆU TRƯỞNG",),
)


def annexed(
    title: str = "Phụ lục", name: str = "DANH SÁCH", reference: str | None = REFERENCE, *, second: str = ""
) -> str:
    """An annex, or two, each in a section of its own."""
    made = para("", Form(section=A4.xml())) + centred(title, bold=True) + centred(name, bold=True)
    made += centred(reference, italic=True) if reference else ""
    made += para(run("1. Ông Hà Văn Mô Phỏng."), Form(align="both", first=12.7))
    if second:
        made += para("", Form(section=Page(start=1).xml())) + centred(second, bold=True) + centred("BIỂU", bold=True)
        made += centred(REFERENCE, italic=True) + GRID
    return made


def attached() -> str:
    """A regulation that goes with a decision in the same file: a head of its own, without number and date."""
    short, long = rule_lengths(("ỦY BAN NHÂN DÂN", "XÃ SUỐI TRÚC"), 12)
    left = centred("ỦY BAN NHÂN DÂN", size=12, bold=True) + centred("XÃ SUỐI TRÚC", size=12, bold=True)
    right = centred(NATION, size=12, bold=True) + centred(MOTTO, size=13, bold=True)
    head = table([[left + para(line_shape(short)), right + para(line_shape(long))]], (62, 103))
    told = "(Kèm theo Quyết định số 45/QĐ-UBND ngày 05 tháng 3 năm 2026 của Ủy ban nhân dân xã)"
    heading = Form(align="both", first=12.7, after=6)
    return (
        head
        + centred("QUY CHẾ", bold=True, before=12)
        + centred("Tiếp công dân của Ủy ban nhân dân xã Suối Trúc", bold=True)
        + centred(told, italic=True)
        + para(line_shape(40, left_mm=60))
        + centred("Chương I", bold=True)
        + centred("QUY ĐỊNH CHUNG", bold=True)
        + para(run("Điều 1. Phạm vi điều chỉnh", bold=True), heading)
        + para(run("Quy chế này quy định về tiếp công dân./."), heading)
    )


def copied(form: str, number: str) -> str:
    """A copy's own block, below a rule over the whole width (form 3.1)."""
    short, _ = rule_lengths(("ỦY BAN NHÂN DÂN", "XÃ NÀ MẪU"), 12)
    left = centred("ỦY BAN NHÂN DÂN", size=12, bold=True) + centred("XÃ NÀ MẪU", size=12, bold=True)
    left += para(line_shape(short)) + centred(number, size=13)
    right = centred(form, bold=True) + centred("Nà Mẫu, ngày 06 tháng 3 năm 2026", size=13, italic=True)
    signed = replace(
        LETTER,
        recipients=("- Các phòng;", "- Lưu: VT."),
        capacity=("TL. CHỦ TỊCH", "CHÁNH VĂN PHÒNG"),
        name="Vàng A Thử",
    )
    return para("", Form(border=BOTTOM)) + table([[left, right]], (62, 103)) + signed._foot()  # noqa: SLF001 - its own


def stamp(text: str, colour: str | None = "FF0000", border: str = BOX) -> str:
    return para(run(text, bold=True, size=13, colour=colour), Form(align="center", border=border))


def named(kind: str, short: str) -> Office:
    """A document of a kind of form 1.4."""
    return replace(
        PLAN,
        kind=kind,
        number=f"Số: 15/{short}-UBND",
        body=(LONG, LONG, "Ủy ban nhân dân xã đề nghị các đơn vị phối hợp thực hiện./."),
    )


KINDS: Sequence[tuple[str, str]] = (
    ("CHỈ THỊ", "CT"), ("QUY CHẾ", "QC"), ("QUY ĐỊNH", "QyĐ"), ("THÔNG CÁO", "TC"), ("THÔNG BÁO", "TB"),
    ("HƯỚNG DẪN", "HD"), ("CHƯƠNG TRÌNH", "CTr"), ("KẾ HOẠCH", "KH"), ("PHƯƠNG ÁN", "PA"), ("ĐỀ ÁN", "ĐA"),
    ("DỰ ÁN", "DA"), ("HỢP ĐỒNG", "HĐ"), ("BẢN GHI NHỚ", "BGN"), ("BẢN THỎA THUẬN", "BTT"), ("GIẤY ỦY QUYỀN", "GUQ"),
    ("PHIẾU GỬI", "PG"), ("PHIẾU CHUYỂN", "PC"), ("PHIẾU BÁO", "PB"),
)  # fmt: skip
THEME = (
    '<a:theme xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" name="O"><a:themeElements><a:fontScheme '
    'name="x"><a:majorFont><a:latin typeface="Times New Roman"/></a:majorFont><a:minorFont><a:latin typeface='
    '"Times New Roman"/></a:minorFont></a:fontScheme></a:themeElements></a:theme>'
)
CAPITALS = (
    "Căn cứ điểm a khoản 2 Điều 103 Mục 5 Chương XII Phần I của Bộ luật Hình sự.",
    "Theo quy định tại điểm a khoản 1 Điều 24 Tiểu mục 1 Mục 1 Chương III của Nghị quyết này.",
    "Thực hiện ý kiến của Thủ tướng Chính phủ, Bộ trưởng Bộ Nội vụ, Đảng ủy và Hội đồng nhân dân xã.",
    "Nghỉ Tết Nguyên đán, tết Trung thu, ngày Quốc khánh 2-9; họp vào thứ Hai, ngày 05 tháng 01 năm 2026.",
    "Công tác quản lý nhà nước, ngân sách nhà nước, quốc phòng, an ninh; chi bộ, đảng bộ, đảng viên được quán triệt.",
    "Danh hiệu Nghệ sĩ Nhân dân, Anh hùng Lao động, Huân chương Lao động hạng Ba; Cách mạng tháng Tám.",
    "Mặt trận Tổ quốc Việt Nam, Hội Liên hiệp Phụ nữ, Hội Nông dân, Hội Cựu chiến binh, Đoàn Thanh niên xã.",
    "Nhân dân trên địa bàn tỉnh Hoa Ban, Phường 12, Quận 3 trước đây và Thành phố Hồ Chí Minh; sông Đà; biển Đông.",
    "Các bộ, ngành; các sở, ban, ngành; các huyện trước đây; luật sư; luật này; hai lần trong tháng.",
    "Xử lý vi phạm pháp luật Đất đai, pháp luật Nhà nước năm 2026 tại Trụ sở Ủy ban nhân dân xã, thứ hai là kỷ luật.",
    "Thứ nhất, hoàn thành chỉ tiêu năm 2026, thứ hai, củng cố tổ chức theo quy luật Lao động, văn phòng luật Đất Việt.",
    "Công an nhân dân, Quân đội nhân dân, Tòa án nhân dân và Viện kiểm sát nhân dân phối hợp.",
)

OFFICES: Mapping[str, Office] = {
    "letter": LETTER,
    "number from the gallery": replace(LETTER, header=gallery_number(), head="inside"),
    "text boxes": replace(LETTER, head="boxes"),
    "tabs": replace(LETTER, head="tabs", foot="three"),
    "tabs, subject of two lines": replace(
        LETTER, head="tabs", subject="V/v báo cáo tình hình nợ đọng\nxây dựng cơ bản năm 2026"
    ),
    "strict": replace(LETTER, strict=True),
    "theme fonts": replace(
        LETTER,
        theme=THEME,
        style=styles().replace(
            '<w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman"',
            '<w:rFonts w:asciiTheme="minorHAnsi" w:hAnsiTheme="minorHAnsi"',
        ),
    ),
    "rows below one another": replace(SCHOOL, foot="rows"),
    "letter to two": replace(LETTER, salutation="Kính gửi:", listed=("- Sở Nội vụ;", "- Sở Tài chính.")),
    "urgent": replace(LETTER, stamp=stamp("KHẨN")),
    "blank number and date": replace(
        LETTER, number="Số:         /UBND-VHXH", date="Suối Trúc, ngày       tháng 3 năm 2026"
    ),
    "ward with a number": replace(
        LETTER, issuer=("ỦY BAN NHÂN DÂN", "PHƯỜNG 12"), date="Phường 12, ngày 01 tháng 02 năm 2026"
    ),
    "by order, deputy in the unit": replace(
        LETTER, capacity=("TL. CHỦ TỊCH", "KT. CHÁNH VĂN PHÒNG", "PHÓ CHÁNH VĂN PHÒNG")
    ),
    "capitals as they are": replace(LETTER, body=(*CAPITALS, END)),
    "decision": DECISION,
    "decision with headed articles": replace(
        DECISION,
        body=("Điều 1. Phạm vi điều chỉnh", LONG, "Điều 2. Hiệu lực", "Quyết định này có hiệu lực từ ngày ký./."),
    ),
    "decision with a regulation": replace(
        DECISION,
        authority="ỦY BAN NHÂN DÂN XÃ SUỐI TRÚC",
        subject="Ban hành Quy chế tiếp công dân của Ủy ban nhân dân xã",
        body=("Điều 1. Ban hành kèm theo Quyết định này Quy chế.", "Điều 2. Quyết định này có hiệu lực từ ngày ký./."),
        capacity=COLLECTIVE,
        after=para("", Form(section=A4.xml())) + attached(),
        page=Page(start=1),
    ),
    "plan with an annex": replace(PLAN, after=annexed()),
    "plan with two annexes": replace(PLAN, after=annexed("Phụ lục I", second="Phụ lục II")),
    "landscape annex, its table as LibreOffice writes one": replace(
        PLAN,
        after=para("", Form(section=A4.xml()))
        + centred("Phụ lục", bold=True)
        + centred("BIỂU PHÂN CÔNG", bold=True)
        + centred(REFERENCE, italic=True)
        + GRID.replace('<w:tblStyle w:val="TableGrid"/>', "").replace("</w:tcPr>", f"{CELL_BORDERS}</w:tcPr>"),
        page=Page(width=297, height=210, start=1),
    ),
    "copy": replace(LETTER, after=copied("SAO Y", "Số: 03/SY-UBND")),
    "extract": replace(LETTER, after=copied("TRÍCH SAO", "Số: 03/TrS-UBND")),
    "telegram": replace(
        PLAN,
        kind="CÔNG ĐIỆN",
        number="Số: 03/CĐ-UBND",
        subject="Về việc ứng phó bão số 5",
        body=("Chủ tịch Ủy ban nhân dân xã Suối Trúc điện:", "- Trạm Y tế xã;", "- Trưởng các thôn, bản.", LONG,
              "Yêu cầu các đơn vị thực hiện nghiêm Công điện này./."),
        flow=Form(align="both", first=12.7, before=6, after=0),
    ),
    **{kind.lower(): named(kind, short) for kind, short in KINDS},
}  # fmt: skip

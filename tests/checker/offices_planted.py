"""The second table of faults: what is wrong, and the rule that has to find it, on documents of other offices."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from tests.checker.offices import (
    DECISION,
    DECREE,
    END,
    LETTER,
    LONG,
    PLAN,
    REFERENCE,
    Office,
    annexed,
    copied,
    named,
    stamp,
)
from tests.checker.wordml import Form, Page, gallery_number, page_field, para, run, styles


@dataclass(frozen=True)
class Wrong:
    rule: str
    what: str
    office: Office


NUMBERS = (
    ("3.colon", "Số 125/UBND-VHXH"), ("3.word", "số: 125/UBND-VHXH"), ("3.word", "SỐ: 125/UBND-VHXH"),
    ("3.zero", "Số: 5/UBND-VHXH"), ("3.zeros", "Số: 005/UBND-VHXH"), ("3.letter_kind", "Số: 125/CV-UBND"),
    ("3.letter_kind", "Số: 125/CV"), ("3.letter_kind", "Số: 125/BC-UBND"), ("3.letter_unit", "Số: 125/UBND"),
    ("3.blanks", "Số: 125 / UBND - VHXH"), ("3.hyphen", "Số: 125/UBND–VHXH"), ("3.capitals", "Số: 125/ubnd-vhxh"),
    ("3.year", "Số: 125/2026/UBND-VHXH"), ("3.digits", "Số: XII/UBND-VHXH"), ("3.stroke", "Số: 125-UBND-VHXH"),
    ("3.stroke", "Số: 125//UBND-VHXH"), ("3.full_stop", "Số: 125/UBND-VHXH."), ("3.hyphen", "Số: 125/UBND/VHXH"),
)  # fmt: skip
DATES = (
    ("4.month_zero", "Suối Trúc, ngày 05 tháng 03 năm 2026"),
    ("4.month_no_zero", "Suối Trúc, ngày 05 tháng 1 năm 2026"),
    ("4.day_zero", "Suối Trúc, ngày 5 tháng 3 năm 2026"), ("4.comma", "Suối Trúc ngày 05 tháng 3 năm 2026"),
    ("4.words", "Suối Trúc, ngày 05/3/2026"), ("4.place_initial", "suối trúc, ngày 05 tháng 3 năm 2026"),
    ("4.place", "Ngày 05 tháng 3 năm 2026"), ("4.full_stop", "Suối Trúc, ngày 05 tháng 3 năm 2026."),
    ("4.impossible", "Suối Trúc, ngày 30 tháng 02 năm 2026"), ("4.year", "Suối Trúc, ngày 05 tháng 3 năm 26"),
    ("4.words", "Suối Trúc, Ngày 05 tháng 3 năm 2026"), ("4.comma", "Suối Trúc; ngày 05 tháng 3 năm 2026"),
    ("4.place_abbreviated", "TP. Hoa Ban, ngày 05 tháng 3 năm 2026"),
    ("4.place_abbreviated", "P. Điện Biên Phủ, ngày 05 tháng 3 năm 2026"),
)  # fmt: skip
MOTTOS = (
    ("1.motto.hyphens", "Độc lập – Tự do – Hạnh phúc"), ("1.motto.hyphens", "Độc lập-Tự do-Hạnh phúc"),
    ("1.motto.initials", "Độc Lập - Tự Do - Hạnh Phúc"), ("1.motto.capitals", "ĐỘC LẬP - TỰ DO - HẠNH PHÚC"),
    ("1.motto.words", "Độc lập, Tự do, Hạnh phúc"),
)  # fmt: skip
NATIONS = (
    ("1.nation.words", "CỘNG HÒA XÃ HỘI CHŨ NGHĨA VIỆT NAM"), ("1.nation.words", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM."),
    ("1.nation.capitals", "Cộng hòa xã hội chủ nghĩa Việt Nam"),
)  # fmt: skip
SUBJECTS = (
    ("5b.form", "V/V tăng cường phòng dịch"), ("5b.form", "v/v tăng cường phòng dịch"),
    ("5b.form", "V/v: tăng cường phòng dịch"), ("5b.stop", "V/v tăng cường phòng dịch."),
    ("5b.letter_subject.capitals", "V/V TĂNG CƯỜNG PHÒNG DỊCH"), ("5b.missing", "Về việc tăng cường phòng dịch"),
)  # fmt: skip
SENTENCES = (
    ("clause", "Thực hiện theo Khoản 1 Điều 5 Nghị định này."), ("point", "Thực hiện theo Điểm a Khoản 1 Điều 5."),
    ("point_letter", "Thực hiện theo điểm A khoản 1 Điều 5 của Luật Đất đai."),
    ("article", "Thực hiện theo khoản 1 điều 5 của Luật Đất đai."), ("chapter", "Theo chương II Luật Đất đai."),
    ("section", "Quy định tại mục 1 Chương II Luật Đất đai."), ("part", "Quy định tại phần I của Bộ luật Hình sự."),
    ("people", "Vận động nhân dân tham gia."), ("people", "Đảng, Nhà nước và nhân dân ta đồng lòng."),
    ("state", "Chính sách của Đảng và nhà nước."), ("committee", "Báo cáo ủy ban nhân dân tỉnh."),
    ("committee_all", "Báo cáo Ủy Ban nhân dân tỉnh."), ("unit_of", "Theo ý kiến của Hội đồng nhân dân Tỉnh khóa XV."),
    ("front", "Phối hợp với Mặt trận tổ quốc Việt Nam xã."), ("women", "Phối hợp với Hội liên hiệp phụ nữ xã."),
    ("farmers", "Phối hợp với hội Nông dân xã."), ("veterans", "Phối hợp với Hội cựu chiến binh xã."),
    ("youth", "Phối hợp với Đoàn thanh niên Cộng sản Hồ Chí Minh."),
    ("office_of", "Đề nghị văn phòng Chính phủ xem xét."),
    ("president", "Theo quyết định của chủ tịch nước."), ("country", "Nhân dân các dân tộc việt nam."),
    ("uncle_ho", "Học tập tư tưởng hồ chí minh."), ("person", "Đồng chí nguyễn Văn Thử chủ trì."),
    ("region", "Khảo sát vùng tây bắc."), ("battle", "Kỷ niệm chiến thắng điện biên phủ."),
    ("august", "Kỷ niệm Cách mạng tháng tám."), ("weekday_in", "Họp giao ban vào thứ hai hằng tuần."),
    ("weekday_in", "Thời gian họp: ngày 22 tháng 12 năm 2026 (thứ ba)."),
    ("law", "Thi hành luật Bảo vệ môi trường."),
    ("month", "Hoàn thành trong tháng chạp."), ("month_lunar", "Tổ chức trong tháng năm âm lịch."),
    ("new_year", "Tổ chức Tết Trung Thu cho thiếu nhi."), ("holiday", "Kỷ niệm ngày quốc tế Phụ nữ 8-3."),
    ("medal_name", "Đề nghị tặng Huân chương lao động hạng Ba."), ("honour", "Danh hiệu nghệ sĩ Nhân dân."),
    ("honour_name", "Danh hiệu Nghệ sĩ nhân dân."), ("hero", "Danh hiệu Anh hùng lao động."),
    ("code", "Thực hiện bộ luật Hình sự."), ("law_name", "Thực hiện Luật đất đai năm 2024."),
    ("law_title", "Thực hiện Luật Đất Đai năm 2024."), ("law", "Thực hiện luật Lưu trữ năm 2024."),
    ("capital_city", "Công tác tại thủ đô Hà Nội."), ("ho_chi_minh_city", "Công tác tại thành phố Hồ Chí Minh."),
    ("numbered_unit", "Công tác tại phường 12."), ("unit", "Nhân dân tại Xã Suối Trúc."),
    ("department", "Theo đề nghị của sở Tài chính."), ("ministry", "Theo hướng dẫn của bộ Nội vụ."),
)  # fmt: skip
BODIES = (
    ("6.end.missing", "no end mark", (LONG, "Đề nghị xem xét.")), ("6.end.form", "/.", (LONG, "Đề nghị xem xét/.")),
    ("6.point.order", "e after d", (LONG, "1. Gồm:", "a) Một;", "b) Hai;", "c) Ba;", "d) Bốn;", "e) Năm.", END)),
    ("6.point.form", "a.", (LONG, "1. Gồm:", "a. Một;", "b. Hai.", END)),
    ("6.point.form", "a/", (LONG, "1. Gồm:", "a/ Một;", "b/ Hai.", END)),
    ("6.clause.form", "1)", (LONG, "1) Một.", "2) Hai.", END)),
    ("6.clause.form", "1-", (LONG, "1- Một.", "2- Hai.", END)),
    ("6.clause.order", "1, 3", (LONG, "1. Một.", "3. Ba.", END)),
    ("6.date.day_zero", "day", (LONG, "Gửi trước ngày 5 tháng 3 năm 2026.", END)),
    ("6.date.form", "digits", (LONG, "Gửi trước ngày 15/03/2026.", END)),
    ("6.reference.first", "no date", (LONG, "Thực hiện Quyết định số 15/QĐ-UBND của tỉnh.", END)),
    ("unicode.eth", "Ð", (LONG, "\u00d0ề nghị các đơn vị triển khai.", END)),
)  # fmt: skip
CAPACITIES = (
    ("7a.form", ("T/M ỦY BAN NHÂN DÂN", "CHỦ TỊCH")), ("7a.form", ("TM: ỦY BAN NHÂN DÂN", "CHỦ TỊCH")),
    ("7a.form", ("TM ỦY BAN NHÂN DÂN", "CHỦ TỊCH")), ("7a.form", ("K/T CHỦ TỊCH", "PHÓ CHỦ TỊCH")),
    ("7a.form", ("T.U.Q CHỦ TỊCH", "CHÁNH VĂN PHÒNG")), ("7a.form", ("UQ. CHỦ TỊCH", "CHÁNH VĂN PHÒNG")),
    ("7a.form", ("THAY MẶT ỦY BAN NHÂN DÂN", "CHỦ TỊCH")), ("7a.form", ("QUYỀN CHỦ TỊCH",)),
    ("7a.capacity.capitals", ("Chủ tịch",)), ("7a.collective", ("TM. CHỦ TỊCH",)),
    ("7a.deputy_alone", ("TM. ỦY BAN NHÂN DÂN", "PHÓ CHỦ TỊCH")), ("7a.unofficial", ("PHÓ CHỦ TỊCH PHỤ TRÁCH",)),
    ("7a.deputy", ("KT. CHỦ TỊCH",)), ("7a.head", ("TL. ỦY BAN NHÂN DÂN", "CHÁNH VĂN PHÒNG")),
    ("7a.own_title", ("TL. CHỦ TỊCH",)),
)  # fmt: skip
NAMES = (
    ("7b.degree", "ThS. Lò Thị Ví Dụ"), ("7b.degree", "PGS.TS. Lò Thị Ví Dụ"), ("7b.degree", "Dr. Lò Thị Ví Dụ"),
    ("7b.degree", "NGƯT Lò Thị Ví Dụ"), ("7b.honorific", "Bà Lò Thị Ví Dụ"), ("7b.full_stop", "Lò Thị Ví Dụ."),
    ("7b.initial", "Lò thị Ví Dụ"), ("7b.signer.capitals", "LÒ THỊ VÍ DỤ"), ("7b.missing", ""),
)  # fmt: skip
RECEIVERS = (
    ("9b.archive", ("- Như trên.",)), ("9b.archive_colon", ("- Như trên;", "- Lưu VT, VHXH.")),
    ("9b.archive_office", ("- Như trên;", "- Lưu: VHXH.")), ("9b.semicolon", ("- Như trên", "- Lưu: VT, VHXH.")),
    ("9b.full_stop", ("- Như trên;", "- Lưu: VT, VHXH")), ("9b.dash", ("* Như trên;", "* Lưu: VT.")),
    ("9b.dash", ("Như trên;", "Lưu: VT.")), ("9b.dash", ("-Như trên;", "-Lưu: VT.")),
    ("9b.archive_comma", ("- Như trên;", "- Lưu: VT; VX.")), ("9b.archive_last", ("- Lưu: VT;", "- Như trên.")),
    ("9b.initial", ("- như trên;", "- Lưu: VT.")), ("9b.initial", ("- Như trên;", "- lưu: VT.")),
    ("9b.above_words", ("- Như kính gửi;", "- Lưu: VT.")), ("9b.above_missing", ("- Sở Nội vụ;", "- Lưu: VT.")),
    ("9b.articles", ("- Như trên;", "- Như Điều 1;", "- Lưu: VT.")), ("9b.empty", ()),
)  # fmt: skip
SALUTATIONS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("9a.colon", "Kính gửi Sở Nội vụ", ()), ("9a.words", "KÍNH GỬI: SỞ NỘI VỤ", ()),
    ("9a.missing", "Gửi: Sở Nội vụ", ()),
    ("9a.own_lines", "Kính gửi: Sở Nội vụ; Sở Tài chính", ()), ("9a.same_line", "Kính gửi:", ("- Sở Nội vụ.",)),
    ("9a.dash", "Kính gửi:", ("Sở Nội vụ;", "Sở Tài chính.")),
    ("9a.semicolon", "Kính gửi:", ("- Sở Nội vụ,", "- Sở Tài chính.")),
    ("9a.full_stop", "Kính gửi:", ("- Sở Nội vụ;", "- Sở Tài chính")),
)  # fmt: skip
GROUNDS = (
    ("6.citation.semicolon", (f"{DECREE}.", "Theo đề nghị của Trưởng phòng.")),
    ("6.citation.full_stop", (f"{DECREE};", "Theo đề nghị của Trưởng phòng;")),
    ("6.citation.dash", (f"- {DECREE};", "Theo đề nghị của Trưởng phòng.")),
    ("6.citation.law_date", ("Căn cứ Luật Đất đai;", f"{DECREE}.")),
    ("6.citation.law_number", ("Căn cứ Luật Đất đai số 31/2024/QH15 ngày 18 tháng 01 năm 2024;", f"{DECREE}.")),
    ("6.citation.date", ("Căn cứ Nghị định số 30/2020/NĐ-CP của Chính phủ về công tác văn thư.",)),
    ("6.citation.issuer", ("Căn cứ Nghị định số 30/2020/NĐ-CP ngày 05 tháng 3 năm 2020 về công tác văn thư.",)),
    ("6.citation.subject", ("Căn cứ Nghị định số 30/2020/NĐ-CP ngày 05 tháng 3 năm 2020 của Chính phủ.",)),
    ("6.date.form", ("Căn cứ Luật Tổ chức chính quyền địa phương ngày 16/6/2025.",)),
)  # fmt: skip
ARTICLES = (
    ("6.article.stop", ("Điều 1: Kiện toàn.", "Điều 2. Có hiệu lực./.")),
    ("6.article.roman", ("Điều I. Kiện toàn.", "Điều 2. Có hiệu lực./.")),
    ("6.article.order", ("Điều 1. Kiện toàn.", "Điều 3. Có hiệu lực./.")),
    ("6.article.case", ("ĐIỀU 1. Kiện toàn.", "Điều 2. Có hiệu lực./.")),
)  # fmt: skip
PAGES: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("page.margin_left", "25 mm", {"page": Page(left=25)}), ("page.margin_right", "25 mm", {"page": Page(right=25)}),
    ("page.size", "Letter", {"page": Page(width=215.9, height=279.4)}),
    ("page.landscape", "no table", {"page": Page(width=297, height=210)}),
    ("page.number_first", "shown", {"page": Page(shows_first=True)}),
    ("page.number_align", "gallery, right", {"header": gallery_number(align="right")}),
    ("page.number_size", "gallery, 12", {"header": gallery_number(12)}),
    ("page.number_format", "field in Roman", {"header": para(page_field("PAGE \\* ROMAN"), Form(align="center"))}),
    ("page.number_beside", "Trang", {"header": para(run("Trang ") + page_field(), Form(align="center"))}),
    ("page.number_beside", "of", {
        "header": para(page_field() + run("/") + page_field("NUMPAGES"), Form(align="center"))}),
    ("page.number_bottom", "footer", {
        "header": "<w:p/>", "footer": para(page_field(), Form(align="center")), "page": Page(footer=True)}),
    ("page.number_missing", "long", {"header": "<w:p/>", "body": (*[LONG] * 25, END)}),
    ("font.family", "defaults", {"style": styles(font="Calibri")}), ("font.family", "Arial", {"font": "Arial"}),
    ("unicode.legacy_font", "VnTime", {"font": ".VnTime"}), ("6.body.size", "12", {"size": 12}),
    ("6.body.size", "15", {"size": 15}), ("6.body.indent", "none", {"flow": Form(align="both", first=0, after=6)}),
    ("6.body.indent", "2 cm", {"flow": Form(align="both", first=20, after=6)}),
    ("6.body.justified", "left", {"flow": Form(align="left", first=12.7, after=6)}),
    ("6.body.gap", "none", {"flow": Form(align="both", first=12.7, after=0)}),
    ("6.body.spacing_most", "two", {"flow": Form(align="both", first=12.7, after=6, line=480)}),
    ("6.body.spacing_least", "12 pt", {"flow": Form(align="both", first=12.7, after=6, line=240, rule="exact")}),
    ("1.motto.rule_missing", "none", {"rules": False}), ("4.missing", "none", {"date": None}),
    ("9b.words", "Nơi gửi", {"title": "Nơi gửi:"}), ("9b.colon", "none", {"title": "Nơi nhận"}),
    ("10b.colour", "black", {"stamp": stamp("KHẨN", None)}), ("10b.box", "none", {"stamp": stamp("KHẨN", border="")}),
    ("10b.words", "KHẨN CẤP", {"stamp": stamp("KHẨN CẤP")}), ("10b.words", "!", {"stamp": stamp("HỎA TỐC!")}),
    ("11.words", "!", {"stamp": stamp("LƯU HÀNH NỘI BỘ!", None)}),
    ("11.box", "none", {"stamp": stamp("LƯU HÀNH NỘI BỘ", None, "")}),
    ("3.kind", "copy", {"after": copied("SAO LỤC", "Số: 03/SY-UBND")}),
    ("9b.underline", "title", {"replaced": (
        ('<w:b/><w:i/><w:sz w:val="24"/><w:szCs w:val="24"/>',
         '<w:b/><w:i/><w:sz w:val="24"/><w:szCs w:val="24"/><w:u w:val="single"/>'),)}),
)  # fmt: skip
ANNEXES = (
    ("annex.annex_title.capitals", annexed("PHỤ LỤC")), ("annex.roman", annexed("Phụ lục 1")),
    ("annex.own_line", annexed("Phụ lục I: DANH SÁCH")), ("annex.stop", annexed("Phụ lục I.")),
    ("annex.reference", annexed(reference=None)), ("annex.brackets", annexed(reference=REFERENCE.strip("()"))),
    ("annex.annex_name.capitals", annexed(name="Danh sách")),
    ("annex.reference_date", annexed(reference=REFERENCE.replace("05 tháng 3", "5 tháng 3"))),
    ("annex.reference_number", annexed(reference=REFERENCE.replace("15/KH", "16/KH"))),
    ("annex.ordinal", annexed("Phụ lục I", second="Phụ lục")),
    ("annex.order", annexed("Phụ lục I", second="Phụ lục III")),
)  # fmt: skip
KINDS = (
    ("3.kind", named("BÁO CÁO", "KH")), ("3.kind_case", named("TỜ TRÌNH", "TTR")), ("3.kind", named("QUY ĐỊNH", "QĐ")),
    ("3.kind", named("ĐỀ ÁN", "DA")), ("5a.subject_stop", replace(PLAN, subject="Chuyển đổi số năm 2026.")),
    ("5a.subject_abbreviated", replace(PLAN, subject="V/v chuyển đổi số")),
    ("5a.subject_initial", replace(PLAN, subject="chuyển đổi số năm 2026")),
    ("5a.subject.capitals", replace(PLAN, subject="CHUYỂN ĐỔI SỐ NĂM 2026")),
    ("5a.rule_missing", replace(PLAN, rules=False)), ("5a.subject_missing", replace(PLAN, subject="")),
    ("6.authority.missing", replace(DECISION, authority=None)),
    ("6.enacts.words", replace(DECISION, enacts="QUYẾT ĐỊNH")),
    ("annex.mentioned", replace(PLAN, body=(LONG, END), after=annexed())),
    ("annex.page_numbers", replace(PLAN, page=Page(), after=annexed())),
)  # fmt: skip


# What is put into which field of the letter.
_FIELDS: tuple[tuple[str, Sequence[tuple[str, Any]]], ...] = (
    ("number", NUMBERS),
    ("date", DATES),
    ("motto", MOTTOS),
    ("nation", NATIONS),
    ("subject", SUBJECTS),
    ("capacity", CAPACITIES),
    ("name", NAMES),
    ("recipients", RECEIVERS),
)


def _wrong() -> Iterator[Wrong]:
    for field, table in _FIELDS:
        yield from (Wrong(rule, f"{field} {value}", replace(LETTER, **{field: value})) for rule, value in table)
    for name, text in SENTENCES:
        yield Wrong(f"6.capital.{name}", text, replace(LETTER, body=(LONG, text, END)))
    yield from (Wrong(rule, what, replace(LETTER, body=body)) for rule, what, body in BODIES)
    for rule, text, listed in SALUTATIONS:
        yield Wrong(rule, f"{text} {' '.join(listed)}", replace(LETTER, salutation=text, listed=listed))
    yield from (Wrong(rule, grounds[0], replace(DECISION, grounds=grounds)) for rule, grounds in GROUNDS)
    yield from (Wrong(rule, body[0], replace(DECISION, body=body)) for rule, body in ARTICLES)
    yield from (Wrong(rule, what, replace(LETTER, **changes)) for rule, what, changes in PAGES)
    yield from (Wrong(rule, "annex", replace(PLAN, after=after)) for rule, after in ANNEXES)
    yield from (Wrong(rule, office.kind or "", office) for rule, office in KINDS)


WRONG: tuple[Wrong, ...] = tuple(_wrong())

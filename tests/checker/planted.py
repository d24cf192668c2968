"""The table of planted faults: what is done to which correct document, and the rule that has to find it."""

from dataclasses import dataclass

from docx.enum.text import WD_COLOR_INDEX

from tests.checker.planting import (
    Change,
    add_below,
    decomposed,
    drop,
    drop_rule_below,
    first_page_number,
    header,
    look,
    no_number,
    number_in_footer,
    numbering_format,
    page,
    para,
    rule_below,
    say,
    several,
)

LETTER, TABBED, THREE = "letter with tables and underscores", "letter with tabs", "letter to three, by order"
COPIED, URGENT, INTERNAL = "copied letter", "urgent letter with an address", "internal letter"
DECISION, DEFAULTS, ANNEXED = "decision, direct", "decision from defaults", "decision with an annex"
RESOLUTION, REPORT, LONG_REPORT = "resolution", "report of a department", "long report"
PLAN, ANNEXES, REGULATION = "plan", "plan with annexes", "regulation"
MINUTES, INVITATION, TELEGRAM = "minutes", "invitation", "telegram"
SUBMISSION = "submission signed by a deputy in a unit"


@dataclass(frozen=True)
class Planted:
    rule: str
    base: str
    change: Change


P = Planted
LINE = "Thực hiện nhiệm vụ được giao"
LAST = "Đề nghị các đơn vị nghiêm túc thực hiện"
NATION, MOTTO = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc"
DATE = "Suối Trúc, ngày 05 tháng 3 năm 2026"
GROUND = "Căn cứ Nghị định số 30/2020/NĐ-CP ngày 05 tháng 3 năm 2020 của Chính phủ về công tác văn thư"

PLANTED: tuple[Planted, ...] = (
    # paper
    P("page.size", LETTER, page(page_width=216, page_height=279)),
    P("page.landscape", LETTER, page(page_width=297, page_height=210)),
    P("page.margin_top", LETTER, page(top_margin=15)),
    P("page.margin_top", REPORT, page(top_margin=30)),
    P("page.margin_bottom", LETTER, page(bottom_margin=10)),
    P("page.margin_left", LETTER, page(left_margin=25)),
    P("page.margin_left", DECISION, page(left_margin=38)),
    P("page.margin_right", LETTER, page(right_margin=25)),
    P("page.margin_right", TABBED, page(right_margin=10)),
    P("page.number_missing", LONG_REPORT, no_number),
    P("page.number_first", LETTER, first_page_number),
    P("page.number_bottom", LETTER, number_in_footer),
    P("page.number_align", LETTER, header(align=2)),
    P("page.number_size", LETTER, header(size=10)),
    P("page.number_style", LETTER, header(bold=True)),
    P("page.number_style", REPORT, header(italic=True)),
    P("page.number_format", LETTER, numbering_format("lowerRoman", None)),
    P("page.number_start", LETTER, numbering_format(None, 5)),
    P("page.number_beside", LETTER, header(beside="/3")),
    # fonts
    P("font.family", LETTER, look(LAST, name="Arial")),
    P("font.family", DEFAULTS, look("Điều 3.", h_ansi="Calibri")),
    P("font.family", REPORT, look("Nơi nhận:", name="Cambria")),
    P("font.twin", LETTER, look(LAST, name="Liberation Serif")),
    P("font.colour", LETTER, look(LAST, colour="0000FF")),
    P("font.highlight", LETTER, look(LAST, highlight=WD_COLOR_INDEX.YELLOW)),
    # letters
    P("unicode.nfc", LETTER, decomposed(LAST)),
    P("unicode.nfc", DECISION, decomposed("Điều 3.")),
    P("unicode.eth", LETTER, say("Đề nghị các", "\u00d0ề nghị các")),
    P("unicode.legacy_font", LETTER, look(LAST, name=".VnTime")),
    P("unicode.legacy_font", REPORT, look("Trên đây là", name="VNI-Times")),
    P("unicode.legacy_text", LETTER, say(LAST, "Uû ban nh©n d©n x· ®Ò nghÞ c¸c ®¬n vÞ thùc hiÖn nghiªm tóc")),
    P("unicode.widthless", LETTER, say("nghiêm túc", "nghiêm\u200b túc")),
    P("unicode.hard_blank", LETTER, say("Số: 12/", "Số:\u00a012/")),
    P("unicode.private", LETTER, say("nghiêm túc", "nghiêm \ue001túc")),
    P("unicode.broken", LETTER, say("nghiêm", "nghi\ufffdm")),
    P("unicode.lookalike", LETTER, say("các đơn", "các đ\u043en")),
    # national title and motto
    P("1.nation.missing", LETTER, drop(NATION)),
    P("1.nation.words", LETTER, say("CHỦ NGHĨA", "CHŨ NGHĨA")),
    P("1.nation.words", REPORT, say("XÃ HỘI CHỦ NGHĨA", "XÃ HỘI  CHỦ NGHĨ")),
    P("1.nation.size", LETTER, look(NATION, size=14)),
    P("1.nation.size", DECISION, look(NATION, size=11)),
    P("1.nation.weight", LETTER, look(NATION, bold=False)),
    P("1.nation.slant", LETTER, look(NATION, italic=True)),
    P("1.nation.capitals", LETTER, say(NATION, "Cộng hòa xã hội chủ nghĩa Việt Nam")),
    P("1.nation.align", LETTER, para(NATION, align=0)),
    P("1.motto.missing", LETTER, drop(MOTTO)),
    P("1.motto.words", LETTER, say("Hạnh phúc", "Hạnh phúch")),
    P("1.motto.hyphens", LETTER, say(MOTTO, "Độc lập – Tự do – Hạnh phúc")),
    P("1.motto.hyphens", REPORT, say(MOTTO, "Độc lập-Tự do-Hạnh phúc")),
    P("1.motto.initials", LETTER, say(MOTTO, "Độc lập - tự do - hạnh phúc")),
    P("1.motto.initials", DECISION, say(MOTTO, "Độc Lập - Tự Do - Hạnh Phúc")),
    P("1.motto.capitals", LETTER, say(MOTTO, "ĐỘC LẬP - TỰ DO - HẠNH PHÚC")),
    P("1.motto.size", LETTER, look(MOTTO, size=12)),
    P("1.motto.weight", LETTER, look(MOTTO, bold=False)),
    P("1.motto.slant", LETTER, look(MOTTO, italic=True)),
    P("1.motto.rule_missing", LETTER, drop_rule_below(MOTTO)),
    P("1.motto.rule_length", LETTER, rule_below(MOTTO, 10)),
    P("1.motto.gap", LETTER, para(MOTTO, before=18)),
    # agency
    P("2.superior.weight", REPORT, look("TỈNH HOA BAN", bold=True)),
    P("2.superior.size", REPORT, look("TỈNH HOA BAN", size=14)),
    P("2.superior.capitals", REPORT, say("TỈNH HOA BAN", "Tỉnh Hoa Ban")),
    P("2.issuer.weight", LETTER, look("XÃ SUỐI TRÚC", bold=False)),
    P("2.issuer.size", LETTER, look("XÃ SUỐI TRÚC", size=15)),
    P("2.issuer.capitals", LETTER, say("XÃ SUỐI TRÚC", "Xã Suối Trúc")),
    P("2.issuer.align", LETTER, para("XÃ SUỐI TRÚC", align=0)),
    P("2.issuer.rule_missing", LETTER, drop_rule_below("XÃ SUỐI TRÚC")),
    P("2.issuer.rule_length", LETTER, rule_below("XÃ SUỐI TRÚC", 30)),
    # number and notation
    P("3.missing", LETTER, drop("Số: 12/UBND-VX")),
    P("3.word", LETTER, say("Số: 12", "SỐ: 12")),
    P("3.colon", LETTER, say("Số: 12", "Số 12")),
    P("3.zero", DECISION, say("05/QĐ", "5/QĐ")),
    P("3.zeros", DECISION, say("05/QĐ", "005/QĐ")),
    P("3.digits", LETTER, say("12/UBND", "00/UBND")),
    P("3.stroke", LETTER, say("12/UBND", "12-UBND")),
    P("3.blanks", LETTER, say("12/UBND-VX", "12 / UBND-VX")),
    P("3.blanks", REPORT, say("BC-SNNMT", "BC - SNNMT")),
    P("3.hyphen", LETTER, say("UBND-VX", "UBND–VX")),
    P("3.capitals", LETTER, say("UBND-VX", "ubnd-vx")),
    P("3.year", REPORT, say("125/BC", "125/2026/BC")),
    P("3.kind", REPORT, say("125/BC", "125/KH")),
    P("3.kind_case", SUBMISSION, say("TTr-", "TTR-")),
    P("3.letter_kind", LETTER, say("12/UBND-VX", "12/CV-UBND")),
    P("3.letter_unit", LETTER, say("12/UBND-VX", "12/UBND")),
    P("3.agency", REPORT, say("BC-SNNMT", "BC")),
    P("3.number.size", LETTER, look("Số: 12", size=14)),
    P("3.number.weight", LETTER, look("Số: 12", bold=True)),
    P("3.number.slant", LETTER, look("Số: 12", italic=True)),
    P("3.number.align", LETTER, para("Số: 12", align=0)),
    # place and date
    P("4.missing", LETTER, drop(DATE)),
    P("4.place", LETTER, say(DATE, "Ngày 05 tháng 3 năm 2026")),
    P("4.place_initial", LETTER, say("Suối Trúc, ngày", "suối Trúc, ngày")),
    P("4.comma", LETTER, say("Suối Trúc, ngày", "Suối Trúc ngày")),
    P("4.words", LETTER, say(DATE, "Suối Trúc, ngày 05/3/2026")),
    P("4.words", TABBED, say(DATE, "Suối Trúc, 05.3.2026")),
    P("4.day_zero", LETTER, say("ngày 05 tháng", "ngày 5 tháng")),
    P("4.month_zero", LETTER, say("tháng 3 năm", "tháng 03 năm")),
    P("4.month_no_zero", LETTER, say("tháng 3 năm", "tháng 2 năm")),
    P("4.year", LETTER, say("năm 2026", "năm 26")),
    P("4.impossible", LETTER, say("ngày 05 tháng 3", "ngày 31 tháng 4")),
    P("4.full_stop", LETTER, say("năm 2026", "năm 2026.")),
    P("4.date.slant", LETTER, look(DATE, italic=False)),
    P("4.date.weight", LETTER, look(DATE, bold=True)),
    P("4.date.size", LETTER, look(DATE, size=12)),
    P("4.date.align", LETTER, para(DATE, align=2)),
    P("4.minutes", MINUTES, add_below(MOTTO, "Suối Trúc, ngày 24 tháng 11 năm 2026")),
    # kind and subject
    P("5a.missing", REPORT, say("BÁO CÁO", "BÁO  CAO NHANH THÁNG")),
    P("5a.kind_name.size", REPORT, look("BÁO CÁO", size=16)),
    P("5a.kind_name.weight", REPORT, look("BÁO CÁO", bold=False)),
    P("5a.kind_name.capitals", REPORT, say("BÁO CÁO", "Báo cáo")),
    P("5a.kind_name.align", REPORT, para("BÁO CÁO", align=0)),
    P("5a.subject_missing", PLAN, drop("Chuyển đổi số xã Suối Trúc năm 2026")),
    P("5a.subject.weight", REPORT, look("Kết quả công tác phòng", bold=False)),
    P("5a.subject.slant", REPORT, look("Kết quả công tác phòng", italic=True)),
    P("5a.subject.size", REPORT, look("Kết quả công tác phòng", size=12)),
    P("5a.subject.capitals", PLAN, say("Chuyển đổi số xã Suối Trúc năm 2026", "CHUYỂN ĐỔI SỐ XÃ SUỐI TRÚC NĂM 2026")),
    P("5a.subject_abbreviated", DECISION, say("Về việc thành lập", "V/v thành lập")),
    P("5a.subject_initial", PLAN, say("Chuyển đổi số xã", "chuyển đổi số xã")),
    P("5a.subject_stop", PLAN, say("Suối Trúc năm 2026", "Suối Trúc năm 2026.")),
    P("5a.rule_missing", PLAN, drop_rule_below("Chuyển đổi số xã Suối Trúc năm 2026")),
    P("5a.rule_length", PLAN, rule_below("Chuyển đổi số xã Suối Trúc năm 2026", 60)),
    P("5b.missing", LETTER, drop("V/v báo cáo")),
    P("5b.form", LETTER, say("V/v báo cáo", "V/v: báo cáo")),
    P("5b.form", THREE, say("V/v báo cáo", "v/v báo cáo")),
    P("5b.stop", LETTER, say("công tác văn thư", "công tác văn thư.")),
    P("5b.gap", LETTER, para("V/v báo cáo", before=0)),
    P("5b.letter_subject.weight", LETTER, look("V/v báo cáo", bold=True)),
    P("5b.letter_subject.slant", LETTER, look("V/v báo cáo", italic=True)),
    P("5b.letter_subject.size", LETTER, look("V/v báo cáo", size=14)),
    P("5b.kind", REPORT, add_below("Số: 125", "V/v phòng, chống thiên tai")),
    # grounds
    P("6.citation.slant", DECISION, look(GROUND, italic=False)),
    P("6.citation.size", DECISION, look(GROUND, size=12)),
    P("6.citation.weight", DECISION, look(GROUND, bold=True)),
    P("6.citation.semicolon", DECISION, say("về công tác văn thư;", "về công tác văn thư,")),
    P("6.citation.full_stop", DECISION, say("Văn hóa - Xã hội.", "Văn hóa - Xã hội;")),
    P("6.citation.initial", DECISION, say("Căn cứ Nghị định", "căn cứ Nghị định")),
    P("6.citation.dash", DECISION, say("Căn cứ Nghị định", "- Căn cứ Nghị định")),
    P("6.citation.date", DECISION, say(" ngày 05 tháng 3 năm 2020", "")),
    P("6.citation.date_form", DECISION, say("ngày 05 tháng 3 năm 2020", "ngày 05/3/2020")),
    P("6.citation.issuer", DECISION, say(" của Chính phủ", "")),
    P("6.citation.subject", DECISION, say(" về công tác văn thư", "")),
    P("6.citation.number", DECISION, say(" số 30/2020/NĐ-CP", "")),
    P("6.citation.number_word", DECISION, say("Nghị định số 30", "Nghị định 30")),
    P("6.citation.law_number", DECISION, say("địa phương ngày", "địa phương số 72/2025/QH15 ngày")),
    P("6.citation.missing", RESOLUTION, several(drop("Căn cứ"), drop("Căn cứ"), drop("Theo đề nghị"))),
    P("6.authority.missing", DECISION, drop("CHỦ TỊCH ỦY BAN NHÂN DÂN XÃ SUỐI TRÚC")),
    P("6.authority.weight", DECISION, look("CHỦ TỊCH ỦY BAN NHÂN DÂN XÃ SUỐI TRÚC", bold=False)),
    P("6.enacts.missing", DECISION, drop("QUYẾT ĐỊNH:")),
    P("6.enacts.words", DECISION, say("QUYẾT ĐỊNH:", "QUYẾT NGHỊ:")),
    P("6.enacts.weight", DECISION, look("QUYẾT ĐỊNH:", bold=False)),
    P("6.reference.first", LETTER, say(LAST, "Thực hiện Nghị định số 45/2020/NĐ-CP, đề nghị các đơn vị báo cáo")),
    P("6.reference.later", SUBMISSION,
      say("Kính trình", "Theo Nghị định số 156/2018/NĐ-CP ngày 16 tháng 11 năm 2018, kính trình")),
    P("6.reference.number_word", LETTER, say(LAST, "Thực hiện Công văn 45/UBND-VX ngày 05 tháng 3 năm 2026 của tỉnh")),
    P("6.reference.blanks", LETTER, say(LAST, "Theo Công văn số 45 / UBND-VX ngày 05 tháng 3 năm 2026 của tỉnh")),
    P("6.reference.law_number", LETTER, say(LAST, "Thực hiện Luật Lưu trữ số 33/2024/QH15 và kế hoạch đã ban hành")),
    P("6.date.form", LETTER, say(LAST, "Báo cáo gửi trước 15/11/2026 để tổng hợp")),
    P("6.date.day_zero", LETTER, say(LAST, "Báo cáo gửi trước ngày 5 tháng 11 năm 2026 để tổng hợp")),
    P("6.date.month_zero", LETTER, say(LAST, "Báo cáo gửi trước ngày 15 tháng 09 năm 2026 để tổng hợp")),
    P("6.date.month_no_zero", LETTER, say(LAST, "Báo cáo gửi trước ngày 15 tháng 1 năm 2026 để tổng hợp")),
    P("6.date.impossible", LETTER, say(LAST, "Báo cáo gửi trước ngày 31 tháng 11 năm 2026 để tổng hợp")),
)  # fmt: skip

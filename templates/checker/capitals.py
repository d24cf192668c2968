"""The mechanical rules of Annex II: capitals in names of people, places, bodies, laws and days."""

from dataclasses import dataclass

from templates.checker.model import ERROR, WARNING, Severity
from templates.checker.words import LOWER, UPPER


@dataclass(frozen=True)
class Capital:
    """A mechanical rule of Annex II: a pattern (letter case matters), and what its first group should be."""

    name: str
    pattern: str
    right: str
    place: str
    severity: Severity = ERROR


# A word of the sentence stands before: what begins a sentence has its capital for another reason.
_INSIDE = rf"(?<=[{LOWER},;] )"

# Laws that communes cite, by the first words of their names: only those tell a name from a sentence about a law.
_LAWS = (
    "đất đai|lưu trữ|tổ chức chính quyền|tổ chức|ngân sách|đầu tư|đấu thầu|viên chức|cán bộ|thi đua|khiếu nại|tố cáo"
    "|tiếp công dân|xây dựng|giao dịch|an ninh mạng|bảo vệ|phòng|hôn nhân|hộ tịch|cư trú|căn cước|giáo dục|doanh nghiệp"
    "|lâm nghiệp|quy hoạch|nhà ở|lao động|bảo hiểm|dân quân|nghĩa vụ|tài nguyên|xử lý|ban hành|thanh tra|kế toán|phí"
    "|công đoàn|hợp tác xã|thủy lợi|đê điều|chăn nuôi|trồng trọt|thú y|di sản|du lịch|trẻ em|người cao tuổi|bình đẳng"
    "|hòa giải|trợ giúp|tiếp cận|bầu cử"
)
_NAMED = "|".join(name[0].upper() + name[1:] for name in _LAWS.split("|"))
_DAY = r"\b\d{1,2}(?:[/.-]\d{1,2}[/.-]| tháng \d{1,2} năm )\d{4}"
# Other words end in it.
_LAW = r"(?<!ộ )(?<!háp )(?<!ỷ )(?<!uy )(?<!ịnh )(?<!òng )\b(luật)"
# Where "nhân dân" stands by itself; in names of bodies and forces other words come before it.
_BEFORE_PEOPLE = (
    "phục vụ|quyền lợi của|đời sống|đời sống của|toàn thể|tiếp|[Vv]ận động|[Tt]uyên truyền|hướng dẫn|và|với|cho|cùng"
    "|tới|đến|trong|các tầng lớp|bà con|đồng bào|ý kiến của|ý kiến|để|giúp|hỗ trợ|Đảng,|nước,|tài sản của"
)

CAPITALS: tuple[Capital, ...] = (
    Capital("clause", rf"{_INSIDE}(Khoản) \d", "khoản", "V.7"),
    Capital("point", rf"{_INSIDE}(Điểm) [a-zđ],? [Kk]hoản", "điểm", "V.7"),
    Capital("point_letter", r"\b[Đđ]iểm ([A-ZĐ]),? [Kk]hoản", "lower", "V.7"),
    Capital("section", r"(?<!iểu )\b(mục|tiểu mục) \d+,? (?:Mục|Chương|của Chương|của Luật)", "first", "V.7"),
    Capital("part", r"\b(phần) [IVXLC]+,? (?:của )?(?:Bộ luật|Luật|Nghị định|Thông tư|Phụ lục)", "Phần", "V.7"),
    Capital("article", r"(?:khoản \d+|điểm [a-zđ]),? (điều) \d+", "Điều", "V.7"),
    Capital("article_of", r"\b(điều) \d+,? (?:của )?(?:Luật|Nghị định|Thông tư|Bộ luật|Nghị quyết)", "Điều", "V.7"),
    Capital("chapter", r"\b(chương) [IVXLC]+\b", "Chương", "V.7"),
    Capital(
        "document", r"\b(nghị định|thông tư|quyết định|nghị quyết|công văn|chỉ thị|thông báo) số \d", "title", "V.6"
    ),
    Capital("code", r"\b(bộ luật) (?:Hình sự|Dân sự|Lao động|Tố tụng|Hàng hải)", "Bộ luật", "V.6"),
    Capital("law_name", rf"\bLuật ({_LAWS})\b", "first", "V.6"),
    Capital("law_title", rf"\bLuật ((?!Việt Nam|Hà Nội)[{UPPER}][{LOWER}]+ [{UPPER}][{LOWER}]+)", "first", "V.6"),
    Capital("law", rf"{_LAW} (?:(?:{_NAMED})\b|[{UPPER}][{LOWER}]+ (?:[{LOWER}]+ ){{0,5}}(?:năm|ngày|số) \d)", "Luật",
            "V.6"),
    Capital("capital_city", r"\b(thủ đô) Hà Nội", "Thủ đô", "III.1.c"),
    Capital("ho_chi_minh_city", r"\b(thành phố) Hồ Chí Minh", "Thành phố", "III.1.c"),
    Capital("numbered_unit", r"\b(quận|phường) \d", "title", "III.1.b"),
    Capital("unit", rf"{_INSIDE}(Tỉnh|Xã|Huyện|Thị xã) [{UPPER}][{LOWER}]", "lower", "III.1.a", WARNING),
    Capital("people", rf"(?:{_BEFORE_PEOPLE}) (nhân dân)\b", "Nhân dân", "V.1"),
    Capital("state", r"Đảng(?:,| và) (nhà nước)\b", "Nhà nước", "V.1"),
    Capital("committee", r"\b(ủy ban nhân dân|uỷ ban nhân dân)\b", "first", "IV.1.a"),
    Capital(
        "committee_all",
        r"\b(Ủy Ban Nhân Dân|Uỷ Ban Nhân Dân|Ủy ban Nhân dân|Uỷ ban Nhân dân|Ủy Ban nhân dân|Uỷ Ban nhân dân)\b",
        "first",
        "IV.1.a",
    ),
    Capital("unit_of", r"(?:Ủy ban nhân dân|Uỷ ban nhân dân|Hội đồng nhân dân|UBND|HĐND|Đảng ủy) (Tỉnh|Huyện|Xã|Phường)"
            rf"(?= [{LOWER}]|[,.;)/]|$)", "lower", "III.1.a", WARNING),
    Capital("front", r"(mặt trận Tổ quốc|Mặt trận tổ quốc|mặt trận tổ quốc|Mặt Trận Tổ Quốc)", "Mặt trận Tổ quốc",
            "IV.1.a"),
    Capital("women", r"(hội Liên hiệp Phụ nữ|Hội liên hiệp phụ nữ|hội liên hiệp phụ nữ|Hội Liên hiệp phụ nữ"
            r"|Hội liên hiệp Phụ nữ|Hội Liên Hiệp Phụ Nữ)", "Hội Liên hiệp Phụ nữ", "IV.1.a"),
    Capital("farmers", r"\b(hội Nông dân|Hội nông dân|Hội Nông Dân)", "Hội Nông dân", "IV.1.a"),
    Capital("veterans", r"\b(hội Cựu chiến binh|Hội cựu chiến binh|Hội Cựu Chiến Binh|Hội Cựu Chiến binh)",
            "Hội Cựu chiến binh", "IV.1.a"),
    Capital("youth", r"\b(đoàn Thanh niên|Đoàn thanh niên|đoàn thanh niên|Đoàn Thanh Niên) (?:Cộng sản|xã|tỉnh|phường)",
            "Đoàn Thanh niên", "IV.1.a"),
    Capital("office_of", rf"{_INSIDE}(văn phòng) (?:Chính phủ|Quốc hội|Chủ tịch nước|Trung ương|Hội đồng|Ủy ban)",
            "Văn phòng", "IV.1.a"),
    Capital("president", r"(?:của|và|Phó|,) (chủ tịch nước|Chủ tịch Nước)\b", "Chủ tịch nước", "V.3"),
    Capital("country", r"\b(việt nam|Việt nam|việt Nam)\b", "Việt Nam", "III.1"),
    Capital("uncle_ho", r"\b(hồ chí minh|Hồ chí minh|Hồ Chí minh|hồ Chí Minh)\b", "Hồ Chí Minh", "II.1"),
    Capital("person", r"(?:[Đđ]ồng chí|[Ôô]ng|[Bb]à) (nguyễn|trần|phạm|huỳnh|phan|đặng|bùi|ngô) \w", "first", "II.1"),
    Capital("region", r"(?:[Vv]ùng|[Mm]iền|[Kk]hu vực) (tây bắc|đông bắc|tây nguyên|bắc bộ|nam bộ|trung bộ|Tây bắc"
            r"|Đông bắc|Tây nguyên|Bắc bộ|Nam bộ|Trung bộ)\b", "each", "III.1.đ"),
    Capital("battle", r"(?:[Cc]hiến thắng|[Cc]hiến dịch) (điện biên phủ|Điện biên phủ)", "Điện Biên Phủ", "V.9"),
    Capital("august", r"[Cc]ách mạng [Tt]háng (tám)\b", "Tám", "V.9"),
    Capital("council", r"\b(hội đồng nhân dân)\b", "first", "IV.1.a"),
    Capital("council_all", r"\b(Hội Đồng Nhân Dân|Hội đồng Nhân dân)\b", "first", "IV.1.a"),
    Capital("government", r"(?:của|Thủ tướng) (chính phủ)\b", "Chính phủ", "IV.1.a"),
    Capital("prime_minister", r"\b(thủ tướng) Chính phủ", "Thủ tướng", "V.3"),
    Capital("assembly", r"\b(quốc hội)\b", "Quốc hội", "IV.1.a"),
    Capital("department", rf"{_INSIDE}(?<!rụ )(?<!ơ )(sở) [{UPPER}][{LOWER}]+ ?", "Sở", "IV.1.a"),
    Capital("ministry", rf"{_INSIDE}(bộ) (?:Nội vụ|Tài chính|Công an|Quốc phòng|Y tế|Tư pháp)", "Bộ", "IV.1.a"),
    Capital("weekday", r"\b[Tt]hứ (hai|ba|tư|năm|sáu|bảy),? (?:ngày|tuần|hằng tuần|hàng tuần)", "title", "V.8.c"),
    Capital("weekday_in", rf"(?:vào|sáng|chiều|tối|{_DAY},?) \(?[Tt]hứ (hai|ba|tư|năm|sáu|bảy)\b(?! là)", "title",
            "V.8.c"),
    Capital("month", r"\btháng (ba|tư|sáu|bảy|tám|chín|mười|giêng|chạp)\b(?! lần| buổi| đợt| kỳ| cuộc| ngày)", "title",
            "V.8.c"),
    Capital("month_lunar", r"\btháng (hai|năm) (?:âm lịch|dương lịch)", "title", "V.8.c"),
    Capital("new_year", r"\b[Tt]ết (nguyên đán|Nguyên Đán|trung thu|Trung Thu|đoan ngọ|Đoan Ngọ)", "first", "V.8.b"),
    Capital("holiday", r"[Nn]gày (quốc khánh|quốc tế|phụ nữ|nhà giáo|thầy thuốc|thương binh) (?:\d|[LlPpVvTt]\w)",
            "first", "V.5"),
    Capital("medal", r"\b(huân chương|huy chương) [A-ZĐ]", "first", "V.2"),
    Capital("medal_name", r"Hu[ây]n? chương (lao động|độc lập|kháng chiến|quân công|chiến công|sao vàng|hữu nghị)\b",
            "first", "V.2"),
    Capital("honour", r"\b(nghệ sĩ|nhà giáo|thầy thuốc) (?:nhân dân|ưu tú|Nhân dân|Ưu tú)", "first", "V.2"),
    Capital("honour_name", r"\b(?:[Nn]ghệ sĩ|[Nn]hà giáo|[Tt]hầy thuốc) (nhân dân|ưu tú)\b", "first", "V.2"),
    Capital("hero", r"\bAnh hùng (lao động|lực lượng vũ trang)\b", "first", "V.2"),
    Capital("party", r"\b(đảng) (?:Cộng sản|và Nhà nước|ủy xã|bộ xã)", "Đảng", "V.4"),
)  # fmt: skip

"""The rules as data: what each is called, which box of the decree's map it is about, how heavy, and where it stands.

How a component's letters must stand comes from the catalogue; only what the decree leaves open beside its sample
(ranges of size, letter case, place on the line) is said here.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from templates.catalogue import COMPONENTS, DECREE, FIRST_LINE_INDENT_MM, IN_FORCE, PAGE
from templates.checker.model import CENTRE
from templates.checker.words import LOWER, UPPER

Severity = Literal["error", "warning"]
ERROR: Severity = "error"
WARNING: Severity = "warning"


@dataclass(frozen=True)
class Part:
    """How a component is written: sizes in points, and whether in capitals, bold, italic, centred (None: not said)."""

    name: str
    box: str
    sizes_pt: tuple[float, float]
    sample_pt: float
    bold: bool | None
    italic: bool | None
    capitals: bool | None
    align: str | None
    legal_basis: str


@dataclass(frozen=True)
class Rule:
    """A rule. `part` and `fault` are set where the same is asked of many components."""

    code: str
    component: str
    severity: Severity
    legal_basis: str
    part: str = ""
    fault: str = ""
    valid_from: date = IN_FORCE
    valid_to: date | None = None


def _annex_1(place: str) -> str:
    return f"{DECREE}, Phụ lục I, phần I, mục {place}"


def _known(
    name: str, sizes: tuple[float, float], *, capitals: bool | None = None, align: str | None = None
) -> tuple[str, Part]:
    """A component of the catalogue, with what the decree allows beside the sample's size."""
    known = COMPONENTS[name]
    return name, Part(
        name, known.box, sizes, known.size_pt, known.bold, known.italic, capitals, align, known.legal_basis
    )


def _new(
    name: str,
    box: str,
    sizes: tuple[float, float],
    place: str,
    *,
    bold: bool | None = False,
    italic: bool | None = False,
    capitals: bool | None = None,
    align: str | None = None,
) -> tuple[str, Part]:
    return name, Part(name, box, sizes, sizes[1], bold, italic, capitals, align, _annex_1(place))


PARTS: Mapping[str, Part] = dict(
    (
        _known("nation", (12, 13), capitals=True, align=CENTRE),
        _known("motto", (13, 14), capitals=False, align=CENTRE),
        _known("superior", (12, 13), capitals=True, align=CENTRE),
        _known("issuer", (12, 13), capitals=True, align=CENTRE),
        _known("number", (13, 13), align=CENTRE),
        _known("date", (13, 14), capitals=False, align=CENTRE),
        _known("kind_name", (13, 14), capitals=True, align=CENTRE),
        _known("subject", (13, 14), capitals=False, align=CENTRE),
        _known("letter_subject", (12, 13), capitals=False, align=CENTRE),
        _known("citation", (13, 14)),
        _known("body", (13, 14)),
        _known("capacity", (13, 14), capitals=True, align=CENTRE),
        _known("signer", (13, 14), capitals=False, align=CENTRE),
        _known("addressee", (13, 14)),
        _known("recipients_title", (12, 12), capitals=False),
        _known("recipients", (11, 11), capitals=False),
        _new("authority", "6", (13, 14), "II.6", bold=True, capitals=True, align=CENTRE),
        _new("enacts", "6", (13, 14), "II.6", bold=True, capitals=True, align=CENTRE),
        _new("division", "6", (13, 14), "II.6.đ", bold=True, capitals=False, align=CENTRE),
        _new("division_title", "6", (13, 14), "II.6.đ", bold=True, capitals=True, align=CENTRE),
        _new("section", "6", (13, 14), "II.6.đ", bold=True, capitals=True),
        _new("article", "6", (13, 14), "II.6.đ", bold=True),
        _new("signer_title", "7b", (13, 14), "II.7", bold=True),
        _new("annex_title", "annex", (14, 14), "III.1", bold=True, capitals=False, align=CENTRE),
        _new("annex_name", "annex", (13, 14), "III.1", bold=True, capitals=True, align=CENTRE),
        _new("annex_reference", "annex", (13, 14), "III.1", italic=True, align=CENTRE),
        _new("urgency", "10b", (13, 14), "III.2", bold=True, capitals=True),
        _new("circulation", "11", (13, 14), "III.2", bold=True, capitals=True),
        _new("drafter", "12", (11, 11), "III.3", capitals=True),
        _new("address", "13", (11, 12), "III.4", capitals=False),
        _new("copy_form", "5a", (13, 14), "II.2", bold=True, capitals=True, align=CENTRE),
    )
)


def _of_parts() -> Iterator[Rule]:
    """Size, weight, slant, letter case and place of every component that has them."""
    for part in PARTS.values():
        asked = {
            "size": True,
            "weight": part.bold is not None,
            "slant": part.italic is not None,
            "capitals": part.capitals is not None,
            "align": part.align is not None,
        }
        for fault, wanted in asked.items():
            if wanted:
                yield Rule(f"{part.box}.{part.name}.{fault}", part.box, ERROR, part.legal_basis, part.name, fault)


_P1 = f"{DECREE}, Phụ lục I"
_P2 = f"{DECREE}, Phụ lục II"
_P3 = f"{DECREE}, Phụ lục III"
_A7, _A8 = f"{DECREE}, Điều 7", f"{DECREE}, Điều 8"
_TCVN = f"{_P1}, phần I, mục I.4 (TCVN 6909:2001)"

# Code, severity, where it stands. The component is what comes before the first dot.
_SINGLE: tuple[tuple[str, Severity, str], ...] = (
    ("page.size", ERROR, _annex_1("I.1")),
    ("page.landscape", ERROR, _annex_1("I.2")),
    ("page.margin_top", ERROR, _annex_1("I.3")),
    ("page.margin_bottom", ERROR, _annex_1("I.3")),
    ("page.margin_left", ERROR, _annex_1("I.3")),
    ("page.margin_right", ERROR, _annex_1("I.3")),
    ("page.number_missing", ERROR, _annex_1("I.7")),
    ("page.number_first", ERROR, _annex_1("I.7")),
    ("page.number_bottom", ERROR, _annex_1("I.7")),
    ("page.number_align", ERROR, _annex_1("I.7")),
    ("page.number_size", ERROR, _annex_1("I.7")),
    ("page.number_style", ERROR, _annex_1("I.7")),
    ("page.number_format", ERROR, _annex_1("I.7")),
    ("page.number_start", ERROR, _annex_1("I.7")),
    ("page.number_beside", ERROR, _annex_1("I.7")),
    ("page.family", WARNING, f"{DECREE}, Điều 1, Điều 2"),
    ("font.family", ERROR, _annex_1("I.4")),
    ("font.twin", WARNING, _annex_1("I.4")),
    ("font.colour", ERROR, _annex_1("I.4")),
    ("font.highlight", WARNING, _annex_1("I.4")),
    ("font.unembedded", ERROR, _annex_1("I.4")),
    ("unicode.nfc", ERROR, _TCVN),
    ("unicode.eth", ERROR, _TCVN),
    ("unicode.legacy_font", ERROR, _TCVN),
    ("unicode.legacy_text", ERROR, _TCVN),
    ("unicode.widthless", ERROR, _TCVN),
    ("unicode.hard_blank", ERROR, _TCVN),
    ("unicode.private", ERROR, _TCVN),
    ("unicode.broken", ERROR, _TCVN),
    ("unicode.lookalike", ERROR, _TCVN),
    ("1.nation.missing", ERROR, _annex_1("II.1.a")),
    ("1.nation.words", ERROR, _annex_1("II.1.a")),
    ("1.nation.place", ERROR, _annex_1("II.1.a")),
    ("1.motto.missing", ERROR, _annex_1("II.1.b")),
    ("1.motto.words", ERROR, _annex_1("II.1.b")),
    ("1.motto.hyphens", ERROR, _annex_1("II.1.b")),
    ("1.motto.initials", ERROR, _annex_1("II.1.b")),
    ("1.motto.rule_missing", ERROR, _annex_1("II.1.b")),
    ("1.motto.rule_length", ERROR, _annex_1("II.1.b")),
    ("1.motto.gap", WARNING, _annex_1("II.1.c")),
    ("2.issuer.missing", ERROR, _annex_1("II.2.a")),
    ("2.issuer.rule_missing", ERROR, _annex_1("II.2.b")),
    ("2.issuer.rule_length", ERROR, _annex_1("II.2.b")),
    ("3.missing", ERROR, _annex_1("II.3")),
    ("3.word", ERROR, _annex_1("II.3.c")),
    ("3.colon", ERROR, _annex_1("II.3.c")),
    ("3.zero", ERROR, _annex_1("II.3.c")),
    ("3.zeros", ERROR, _annex_1("II.3.c")),
    ("3.digits", ERROR, _annex_1("II.3.a")),
    ("3.stroke", ERROR, _annex_1("II.3.c")),
    ("3.blanks", ERROR, _annex_1("II.3.c")),
    ("3.hyphen", ERROR, _annex_1("II.3.c")),
    ("3.capitals", ERROR, f"{_annex_1('II.3.c')}; Phụ lục III, mục I"),
    ("3.year", ERROR, _annex_1("II.3.b")),
    ("3.kind", ERROR, f"{_annex_1('II.3.b')}; Phụ lục III, mục I"),
    ("3.kind_case", ERROR, f"{_P3}, mục I"),
    ("3.letter_kind", ERROR, _annex_1("II.3.b")),
    ("3.letter_unit", ERROR, _annex_1("II.3.b")),
    ("3.full_stop", ERROR, _annex_1("II.3.c")),
    ("3.agency", ERROR, _annex_1("II.3.b")),
    ("4.missing", ERROR, _annex_1("II.4")),
    ("4.place", ERROR, _annex_1("II.4.a")),
    ("4.place_initial", ERROR, _annex_1("II.4.c")),
    ("4.place_abbreviated", ERROR, _annex_1("II.4.a")),
    ("4.comma", ERROR, _annex_1("II.4.c")),
    ("4.words", ERROR, _annex_1("II.4.b")),
    ("4.day_zero", ERROR, _annex_1("II.4.b")),
    ("4.month_zero", ERROR, _annex_1("II.4.b")),
    ("4.month_no_zero", ERROR, _annex_1("II.4.b")),
    ("4.year", ERROR, _annex_1("II.4.b")),
    ("4.impossible", ERROR, _annex_1("II.4.b")),
    ("4.full_stop", ERROR, _annex_1("II.4.c")),
    ("4.same_line", ERROR, _annex_1("II.4.c")),
    ("4.minutes", WARNING, f"{_P3}, Mẫu 1.9"),
    ("5a.missing", ERROR, _annex_1("II.5.a")),
    ("5a.subject_missing", ERROR, _annex_1("II.5.a")),
    ("5a.subject_abbreviated", ERROR, f"{_P3}, Mẫu 1.2"),
    ("5a.subject_stop", WARNING, _annex_1("II.5.a")),
    ("5a.subject_initial", ERROR, _annex_1("II.5.b")),
    ("5a.rule_missing", ERROR, _annex_1("II.5.b")),
    ("5a.rule_length", ERROR, _annex_1("II.5.b")),
    ("5a.copy_words", ERROR, f"{_P1}, phần II, mục II.1.a"),
    ("5a.letter_titled", ERROR, f"{_P3}, Mẫu 1.5"),
    ("5b.missing", ERROR, _annex_1("II.5.b")),
    ("5b.form", ERROR, _annex_1("II.5.b")),
    ("5b.kind", ERROR, _annex_1("II.5.b")),
    ("5b.stop", WARNING, _annex_1("II.5.b")),
    ("5b.gap", ERROR, _annex_1("II.5.b")),
    ("5b.rule", ERROR, _annex_1("II.5.b")),
    ("6.citation.missing", ERROR, f"{_P3}, Mẫu 1.1, 1.2"),
    ("6.citation.semicolon", ERROR, _annex_1("II.6.a")),
    ("6.citation.full_stop", ERROR, _annex_1("II.6.a")),
    ("6.citation.initial", ERROR, _annex_1("II.6.a")),
    ("6.citation.dash", ERROR, _annex_1("II.6.a")),
    ("6.citation.date", ERROR, _annex_1("II.6.a")),
    ("6.citation.date_form", ERROR, _annex_1("II.6.a")),
    ("6.citation.issuer", ERROR, _annex_1("II.6.a")),
    ("6.citation.subject", ERROR, _annex_1("II.6.a")),
    ("6.citation.number", ERROR, _annex_1("II.6.a")),
    ("6.citation.number_word", ERROR, _annex_1("II.6.a")),
    ("6.citation.law_number", ERROR, _annex_1("II.6.a")),
    ("6.reference.first", WARNING, _annex_1("II.6.b")),
    ("6.reference.later", WARNING, _annex_1("II.6.b")),
    ("6.reference.number_word", ERROR, _annex_1("II.6.b")),
    ("6.reference.blanks", ERROR, _annex_1("II.3.c")),
    ("6.reference.law_number", WARNING, _annex_1("II.6.b")),
    ("6.date.form", WARNING, _annex_1("II.4.b")),
    ("6.date.day_zero", ERROR, _annex_1("II.4.b")),
    ("6.date.month_zero", ERROR, _annex_1("II.4.b")),
    ("6.date.month_no_zero", ERROR, _annex_1("II.4.b")),
    ("6.date.impossible", ERROR, _annex_1("II.4.b")),
    ("6.authority.missing", WARNING, f"{_P3}, Mẫu 1.1, 1.2"),
    ("6.enacts.missing", ERROR, f"{_P3}, Mẫu 1.1, 1.2"),
    ("6.enacts.words", ERROR, f"{_P3}, Mẫu 1.1, 1.2"),
    ("6.articles.missing", ERROR, f"{_P3}, Mẫu 1.2"),
    ("6.body.missing", ERROR, _annex_1("II.6")),
    ("6.body.justified", ERROR, _annex_1("II.6.e")),
    ("6.body.indent", ERROR, _annex_1("II.6.e")),
    ("6.body.indent_blanks", ERROR, _annex_1("II.6.e")),
    ("6.body.indent_list", WARNING, _annex_1("II.6.e")),
    ("6.body.gap", ERROR, _annex_1("II.6.e")),
    ("6.body.spacing_least", ERROR, _annex_1("II.6.e")),
    ("6.body.spacing_most", ERROR, _annex_1("II.6.e")),
    ("6.body.sizes", WARNING, _annex_1("II.6.e")),
    ("6.body.underline", WARNING, _annex_1("II.6.e")),
    ("6.body.capitals", ERROR, _annex_1("II.6.e")),
    ("6.end.missing", ERROR, f"{_P3}, mục II"),
    ("6.end.blank", WARNING, f"{_P3}, mục II"),
    ("6.end.early", ERROR, f"{_P3}, mục II"),
    ("6.end.form", ERROR, f"{_P3}, mục II"),
    ("6.division.roman", ERROR, _annex_1("II.6.đ")),
    ("6.division.arabic", ERROR, _annex_1("II.6.đ")),
    ("6.division.own_line", ERROR, _annex_1("II.6.đ")),
    ("6.division.title", ERROR, _annex_1("II.6.d")),
    ("6.division.order", ERROR, _annex_1("II.6.đ")),
    ("6.section.order", ERROR, _annex_1("II.6.đ")),
    ("6.section.dot", ERROR, _annex_1("II.6.đ")),
    ("6.article.stop", ERROR, _annex_1("II.6.đ")),
    ("6.article.case", ERROR, _annex_1("II.6.đ")),
    ("6.article.order", ERROR, _annex_1("II.6.đ")),
    ("6.article.roman", ERROR, _annex_1("II.6.đ")),
    ("6.article.indent", ERROR, _annex_1("II.6.đ")),
    ("6.clause.form", ERROR, _annex_1("II.6.đ")),
    ("6.clause.order", ERROR, _annex_1("II.6.đ")),
    ("6.clause.slant", ERROR, _annex_1("II.6.đ")),
    ("6.point.form", ERROR, _annex_1("II.6.đ")),
    ("6.point.order", ERROR, _annex_1("II.6.đ")),
    ("6.point.letter", ERROR, _annex_1("II.6.đ")),
    ("6.point.case", ERROR, _annex_1("II.6.đ")),
    ("6.capital.sentence", WARNING, f"{_P2}, mục I"),
    ("6.capital.line", WARNING, f"{_P2}, mục I"),
    ("7a.missing", ERROR, _annex_1("II.7")),
    ("7a.form", ERROR, _annex_1("II.7.b")),
    ("7a.blank", ERROR, _annex_1("II.7.b")),
    ("7a.deputy", ERROR, _annex_1("II.7.b")),
    ("7a.deputy_alone", ERROR, _annex_1("II.7.b")),
    ("7a.own_title", ERROR, f"{_annex_1('II.7.b')}; Điều 13"),
    ("7a.collective", ERROR, _annex_1("II.7.b")),
    ("7a.head", ERROR, _annex_1("II.7.b")),
    ("7a.acting", ERROR, _annex_1("II.7.b")),
    ("7a.unofficial", ERROR, _annex_1("II.7.c")),
    ("7b.missing", ERROR, _annex_1("II.7.c")),
    ("7b.degree", ERROR, _annex_1("II.7.c")),
    ("7b.honorific", ERROR, _annex_1("II.7.c")),
    ("7b.initial", ERROR, _annex_1("II.7.c")),
    ("7b.full_stop", ERROR, _annex_1("II.7.đ")),
    ("9a.missing", ERROR, _annex_1("II.9")),
    ("9a.kind", ERROR, _annex_1("II.9")),
    ("9a.colon", ERROR, _annex_1("II.9")),
    ("9a.words", ERROR, _annex_1("II.9")),
    ("9a.same_line", ERROR, _annex_1("II.9")),
    ("9a.own_lines", ERROR, _annex_1("II.9")),
    ("9a.dash", ERROR, _annex_1("II.9")),
    ("9a.semicolon", ERROR, _annex_1("II.9")),
    ("9a.full_stop", ERROR, _annex_1("II.9")),
    ("9a.align", ERROR, _annex_1("II.9")),
    ("9b.missing", ERROR, _annex_1("II.9")),
    ("9b.colon", ERROR, _annex_1("II.9")),
    ("9b.words", ERROR, _annex_1("II.9")),
    ("9b.empty", ERROR, _annex_1("II.9")),
    ("9b.dash", ERROR, _annex_1("II.9")),
    ("9b.semicolon", ERROR, _annex_1("II.9")),
    ("9b.archive", ERROR, _annex_1("II.9")),
    ("9b.archive_colon", ERROR, _annex_1("II.9")),
    ("9b.archive_office", ERROR, _annex_1("II.9")),
    ("9b.archive_comma", ERROR, _annex_1("II.9")),
    ("9b.archive_last", ERROR, _annex_1("II.9")),
    ("9b.full_stop", ERROR, _annex_1("II.9")),
    ("9b.as_above", WARNING, f"{_P3}, Mẫu 1.5"),
    ("9b.as_articles", WARNING, f"{_P3}, Mẫu 1.1, 1.2"),
    ("9b.above_missing", WARNING, _annex_1("II.9.b")),
    ("9b.above_words", WARNING, _annex_1("II.9.b")),
    ("9b.articles", ERROR, f"{_P3}, Mẫu 1.1, 1.2"),
    ("9b.initial", ERROR, f"{_P2}, mục I"),
    ("9b.underline", ERROR, _annex_1("II.9.d")),
    ("9b.left", ERROR, _annex_1("II.9")),
    ("9b.level", ERROR, _annex_1("II.9")),
    ("10b.words", ERROR, _annex_1("III.2.b")),
    ("10b.box", ERROR, _annex_1("III.2.b")),
    ("10b.colour", ERROR, _annex_1("III.2.b")),
    ("11.words", ERROR, _annex_1("III.2.c")),
    ("11.box", ERROR, _annex_1("III.2.c")),
    ("12.form", ERROR, _annex_1("III.3")),
    ("13.rule", ERROR, _annex_1("III.4")),
    ("annex.mentioned", ERROR, _annex_1("III.1.a")),
    ("annex.roman", ERROR, _annex_1("III.1.a")),
    ("annex.ordinal", ERROR, _annex_1("III.1.a")),
    ("annex.order", ERROR, _annex_1("III.1.a")),
    ("annex.own_line", ERROR, _annex_1("III.1.b")),
    ("annex.stop", ERROR, _annex_1("III.1.b")),
    ("annex.reference_date", ERROR, f"{_annex_1('III.1.c')}, mục II.4.b"),
    ("annex.reference_number", ERROR, _annex_1("III.1.c")),
    ("annex.reference", ERROR, _annex_1("III.1.c")),
    ("annex.brackets", ERROR, f"{_P3}, Mẫu 2.1"),
    ("annex.page", WARNING, f"{_P3}, Mẫu 2.1"),
    ("annex.page_numbers", ERROR, _annex_1("III.1.đ")),
)


def _all() -> Iterator[Rule]:
    yield from _of_parts()
    for code, severity, basis in _SINGLE:
        yield Rule(code, code.partition(".")[0], severity, basis)
    for capital in CAPITALS:
        yield Rule(f"6.capital.{capital.name}", "6", capital.severity, f"{_P2}, mục {capital.place}")


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
    Capital("law", rf"(?<!ộ )\b(luật) [{UPPER}][{LOWER}]+ (?:[{LOWER}]+ ){{0,5}}(?:năm|ngày|số) \d", "Luật", "V.6"),
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
    Capital("department", rf"{_INSIDE}(?<!trụ )(?<!cơ )(sở) [{UPPER}][{LOWER}]+ ?", "Sở", "IV.1.a"),
    Capital("ministry", rf"{_INSIDE}(bộ) (?:Nội vụ|Tài chính|Công an|Quốc phòng|Y tế|Tư pháp)", "Bộ", "IV.1.a"),
    Capital("weekday", r"\b[Tt]hứ (hai|ba|tư|năm|sáu|bảy),? (?:ngày|tuần|hằng tuần|hàng tuần)", "title", "V.8.c"),
    Capital("weekday_in", r"(?:vào|sáng|chiều|tối) [Tt]hứ (hai|ba|tư|năm|sáu|bảy)\b(?! là)", "title", "V.8.c"),
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

RULES: Mapping[str, Rule] = {rule.code: rule for rule in _all()}
INDENTS_MM = (10.0, FIRST_LINE_INDENT_MM)
MARGINS_MM: Mapping[str, tuple[float, float]] = {
    "top": (PAGE.top_mm, 25.0),
    "bottom": (PAGE.bottom_mm, 25.0),
    "left": (PAGE.left_mm, 35.0),
    "right": (PAGE.right_mm, 20.0),
}


def in_force(code: str, day: date) -> bool:
    """Whether a rule holds on a day."""
    rule = RULES[code]
    return rule.valid_from <= day and (rule.valid_to is None or day <= rule.valid_to)

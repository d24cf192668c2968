"""The rules as data: what each is called, which box of the decree's map it is about, how heavy, and where it stands.

How a component's letters must stand comes from the catalogue; only what the decree leaves open beside its sample
(ranges of size, letter case, place on the line) is said here.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from templates.catalogue import COMPONENTS, DECREE, FIRST_LINE_INDENT_MM, IN_FORCE, PAGE
from templates.checker.capitals import CAPITALS
from templates.checker.model import CENTRE, ERROR, WARNING, Severity
from templates.families import KNOWN


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
    ("6.citation.law_date", WARNING, _annex_1("II.6.a")),
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
    for family in KNOWN.values():
        # How a number of another family is written; of a date that is not told, every day this product checks is in it.
        if not family.shipped and (form := family.number) is not None:
            since = form.valid_from or IN_FORCE
            yield Rule(f"3.{family.code}", "3", WARNING, form.legal_basis, valid_from=since, valid_to=form.valid_to)
    for capital in CAPITALS:
        yield Rule(f"6.capital.{capital.name}", "6", capital.severity, f"{_P2}, mục {capital.place}")


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

"""The families of documents: only the first is the decree's, the others have heads and numbers of their own.

What belongs to another family is named as such and never forced into the administrative forms (Decree 30/2020,
articles 1 and 7). Forms of another family are added as kinds that name it; what differs of a family stands here once
and is read by numbering, filling, the checker and the Word door. Where the text was not at hand, the row says so.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache

from templates.catalogue import DECREE, IN_FORCE, MOTTO, NATION, Kind, issued_kinds

PARTY_TITLE = "ĐẢNG CỘNG SẢN VIỆT NAM"


@dataclass(frozen=True)
class NumberForm:
    """How a family writes the line of number.

    `example` is a whole line; `label` stands before the number, `stroke` between ordinal and notation, and `notation`
    names {year}, {kind} and {agency}; `also` are notations that bodies of the centre write instead. `own_register` is
    whether each kind has a register of its own instead of the agency's common one.
    """

    example: str
    label: str
    stroke: str
    notation: str
    legal_basis: str
    own_register: bool = False
    also: tuple[str, ...] = ()
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True)
class Family:
    """`shipped` says whether this catalogue has its forms; `heads` are the lines over the place and date.

    `number` is how its line of number is written, where that is not the decree's way. `unsure` is what nobody has
    read in the text itself: the agency looks it up before it issues such a document.
    """

    code: str
    name: str
    shipped: bool
    legal_basis: str
    heads: tuple[str, ...] = ()
    number: NumberForm | None = None
    unsure: str = ""


DECREE_NUMBER = NumberForm(
    "Số: 15/QĐ-UBND",
    "Số: ",
    "/",
    "{kind}-{agency}",
    f"{DECREE}, Phụ lục I, phần I, mục II.3; Điều 15",
    valid_from=IN_FORCE,
)
_LAW_ON_LAWS = "Luật Ban hành văn bản quy phạm pháp luật và nghị định quy định chi tiết"
_PARTY_RULES = "Quy định của Đảng về thể loại, thẩm quyền ban hành và thể thức văn bản"

FAMILIES: Mapping[str, Family] = {
    family.code: family
    for family in (
        Family(
            "administrative",
            "Văn bản hành chính",
            shipped=True,
            legal_basis=f"{DECREE}, Điều 7",
            heads=(NATION, MOTTO),
            number=DECREE_NUMBER,
        ),
        Family(
            "normative",
            "Văn bản quy phạm pháp luật",
            shipped=False,
            legal_basis=_LAW_ON_LAWS,
            heads=(NATION, MOTTO),
            # The year stands between number and kind: 01/2026/QĐ-UBND. Each kind is numbered for itself.
            number=NumberForm(
                "Số: 12/2026/NQ-HĐND",
                "Số: ",
                "/",
                "{year}/{kind}-{agency}",
                f"{_LAW_ON_LAWS}; {DECREE}, Điều 15",
                own_register=True,
                also=("{year}/{legislature}",),
            ),
            unsure="Vị trí của dòng số, ngày ký và lời chứng thực theo nghị định riêng.",
        ),
        Family("internal", "Giấy tờ nội bộ", shipped=True, legal_basis="Quy chế làm việc của cơ quan"),
        Family(
            "party",
            "Văn bản của Đảng",
            shipped=False,
            legal_basis=_PARTY_RULES,
            heads=(PARTY_TITLE,),
            # No colon, and a dash between number and kind: Số 15-QĐ/ĐU.
            number=NumberForm("Số 15-QĐ/ĐU", "Số ", "-", "{kind}/{agency}", _PARTY_RULES),
            unsure=(
                "Cách ghi quyền hạn ký, địa danh và ngày tháng, số chạy theo năm hay theo nhiệm kỳ, "
                "một sổ hay mỗi thể loại một sổ: theo hướng dẫn của Đảng."
            ),
        ),
        Family(
            "specialised",
            "Văn bản chuyên ngành",
            shipped=False,
            legal_basis="Quy định của người đứng đầu cơ quan quản lý ngành, lĩnh vực",
            unsure="Tiêu đề và cách đánh số theo quy định của ngành; nếu ngành không nói, theo nghị định.",
        ),
    )
}

# The law's list of kinds is closed: by them a number with a year is told from an administrative one that somebody gave
# a year by mistake.
NORMATIVE_KINDS = ("QĐ", "NQ", "NQLT", "NĐ", "TT", "TTLT", "L", "PL")
# What the National Assembly and its Standing Committee issue names them and their term, no kind: 33/2024/QH15.
_LEGISLATURE = r"(?:QH|UBTVQH)\d{1,2}"
# However much of a draft's year is still open: 2026, 202…, 20…, ……
YEAR = r"(?:(?:19|20)[\d\s._…]*|[._…][\s._…]*)"
_NORMATIVE = re.compile(rf"/{YEAR}/(?:(?:{'|'.join(NORMATIVE_KINDS)})\b|{_LEGISLATURE}\b)")

_PARTY = re.compile(r"^Số\s*:?\s*[\d\s._…]*[-–]\s*[A-ZĐ][A-Za-zĐđ]{0,4}\s*/\s*[A-ZĐ]")


def kind_names() -> dict[str, str]:
    """What an agency numbers and issues, by code; a kind of another family is named with it (Nghị quyết has two)."""
    return {
        code: kind.name if FAMILIES[kind.family].shipped else f"{kind.name} ({FAMILIES[kind.family].name})"
        for code, kind in issued_kinds().items()
    }


def number_form(kind: Kind) -> NumberForm:
    """How a kind's number is written: the way of its family, or the decree's where the family has none of its own."""
    return FAMILIES[kind.family].number or DECREE_NUMBER


def is_normative(number: str) -> bool:
    """Whether a line of number is that of a normative document of any body."""
    return _NORMATIVE.search("".join(number.split())) is not None


def told_family(line: str) -> str:
    """The family a line of number tells, by its code; `administrative` for every other line."""
    if is_normative(line):
        return "normative"
    return "party" if _PARTY.match(line) else "administrative"


def form_told(number: str) -> NumberForm:
    """How a number that is known whole is written on its line: `12-QĐ/ĐU` without a colon."""
    return FAMILIES[told_family(f"Số {number}")].number or DECREE_NUMBER


def numbered_as(kind: Kind) -> str:
    """The family whose way of numbering a kind follows."""
    return kind.family if FAMILIES[kind.family].number is not None else "administrative"


def is_written(line: str, form: NumberForm) -> bool:
    """Whether a line of number is written so, whole or with the ordinal and digits of the year still open."""
    return _line(form).fullmatch(" ".join(line.split())) is not None


@cache
def _line(form: NumberForm) -> re.Pattern[str]:
    names = {
        "year": r"(?:(?:19|20)(?:\d\d|\d?[\s._…]+)|[._…][\s._…]*)",
        "kind": r"[^\W\d_][\w.]*",
        "agency": r"[^\W\d_][\w.&-]*",
        "legislature": _LEGISLATURE,
    }
    notations = "|".join(
        re.escape(notation).replace(r"\{", "{").replace(r"\}", "}").format(**names)
        for notation in (form.notation, *form.also)
    )
    return re.compile(rf"{re.escape(form.label)}(?:\d{{1,6}}[a-zđ]?|[\s._…]*){re.escape(form.stroke)}(?:{notations})")

"""The families of documents: only the first is the decree's, the others have heads and numbers of their own.

What belongs to another family is named as such and never forced into the administrative forms (Decree 30/2020,
articles 1 and 7). Forms of another family are added as kinds that name it; what differs of a family stands here once
and is read by numbering, filling, the checker and the Word door. Where the text was not at hand, the row says so.
Families nobody here knows are added as data too, in every process that reads or writes their numbers.
"""

import json
import re
from collections import ChainMap
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import date
from functools import cache

from templates.catalogue import ADDED_KINDS, DECREE, IN_FORCE, MOTTO, NATION, Kind, issued_kinds

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


# As a letter (công văn) is numbered: no kind.
_LETTERS = ("Số: 12/UBND-VX", "Số: 12/UBND")
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

KNOWN: dict[str, Family] = {
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

ADDED: dict[str, Family] = {}
FAMILIES: Mapping[str, Family] = ChainMap(ADDED, KNOWN)

# The law's list of kinds is closed: by them a number with a year is told from an administrative one that somebody gave
# a year by mistake.
NORMATIVE_KINDS = ("QĐ", "NQ", "NQLT", "NĐ", "TT", "TTLT", "L", "PL")
# What the National Assembly and its Standing Committee issue names them and their term, no kind: 33/2024/QH15.
_LEGISLATURE = r"(?:QH|UBTVQH)\d{1,2}"
# However much of a draft's year is still open: 2026, 202…, 20…, ……
YEAR = r"(?:(?:19|20)[\d\s._…]*|[._…][\s._…]*)"
_NORMATIVE = re.compile(rf"/{YEAR}/(?:(?:{'|'.join(NORMATIVE_KINDS)})\b|{_LEGISLATURE}\b)")

_LABEL = re.compile(r"^Số\s*:?\s*")
_PARTY = re.compile(r"^Số\s*:?\s*[\d\s._…]*[-–]\s*[A-ZĐ][A-Za-zĐđ]{0,4}\s*/\s*[A-ZĐ]")


def kind_names() -> dict[str, str]:
    """What an agency numbers and issues, by code; a kind of another family is named with it (Nghị quyết has two)."""
    return {
        code: kind.name if FAMILIES[kind.family].shipped else f"{kind.name} ({FAMILIES[kind.family].name})"
        for code, kind in issued_kinds().items()
    }


def number_form(kind: Kind) -> NumberForm:
    """How a kind's number is written: the way of its family, or the decree's where the family has none of its own."""
    return number_of(FAMILIES[kind.family])


def is_normative(number: str) -> bool:
    """Whether a line of number is that of a normative document of any body."""
    return _NORMATIVE.search("".join(number.split())) is not None


def told_family(line: str) -> str:
    """The family whose way a line of number is written in, by its code; `administrative` for every other line."""
    if is_normative(line):
        return "normative"
    if _PARTY.match(line):
        return "party"
    number = _LABEL.sub("", " ".join(line.split()))
    own = (code for code, family in ADDED.items() if way_of(family) == code)
    return next((code for code in own if _number(number_of(FAMILIES[code])).fullmatch(number)), "administrative")


def told_by_heads(lines: Iterable[str]) -> str | None:
    """The added family all of whose heads stand among these lines.

    Heads that another family's documents carry tell nothing: such a family is told by its number alone.
    """
    said = {" ".join(line.split()) for line in lines}
    return next(
        (code for code, family in ADDED.items() if said >= set(family.heads) and not _are_known(family.heads)), None
    )


def _are_known(heads: Iterable[str]) -> bool:
    """Whether some family of ours carries all of these heads (or there are none), however they are typed."""
    plain = {_plain(head) for head in heads}
    return any(plain <= {_plain(head) for head in family.heads} for family in KNOWN.values())


def _plain(head: str) -> str:
    return head.replace("–", "-").casefold()


def form_told(number: str) -> NumberForm:
    """How a number that is known whole is written on its line: `12-QĐ/ĐU` without a colon."""
    return number_of(FAMILIES[told_family(f"Số {number}")])


def number_of(family: Family) -> NumberForm:
    """How a family writes numbers: the decree's way where it has none of its own."""
    return family.number or DECREE_NUMBER


def way_of(family: Family) -> str:
    """The family whose way of numbering a family follows: its own, or that of one it was given the same way as."""
    form = number_of(family)
    return next((code for code, other in FAMILIES.items() if other.number == form), family.code)


def numbered_as(kind: Kind) -> str:
    """The family whose way of numbering a kind follows."""
    return way_of(FAMILIES[kind.family])


def add_families(families: Iterable[Family]) -> None:
    """Add families to those this process knows; the same again changes nothing.

    Raises `ValueError` for a code in use, and for a way of numbering that cannot be told from another family's.
    """
    for family in families:
        if FAMILIES.get(family.code, family) != family:
            raise ValueError(family.code)
        if family.code not in ADDED and way_of(family) == family.code:
            _refuse_alike(number_of(family))
        ADDED.setdefault(family.code, family)


@contextmanager
def all_or_none() -> Iterator[None]:
    """Families and kinds added within are forgotten again when something within fails."""
    families, kinds = dict(ADDED), dict(ADDED_KINDS)
    try:
        yield
    except BaseException:
        know_only(families, kinds)
        raise


def know_only(families: Mapping[str, Family], kinds: Mapping[str, Kind]) -> None:
    """Forget every other family and kind that was added to this process."""
    ADDED.clear()
    ADDED.update(families)
    ADDED_KINDS.clear()
    ADDED_KINDS.update(kinds)


def _refuse_alike(form: NumberForm) -> None:
    told = told_family(form.example)
    if told != "administrative":
        raise ValueError(f"number: {told}")
    # Lines of the families before it are told as theirs first; the decree's are what no other family claims.
    for line in (*_LETTERS, DECREE_NUMBER.example):
        if _number(form).fullmatch(_LABEL.sub("", line)):
            raise ValueError(f"number: {line}")


def written_families() -> str:
    """The families added to this process, for another that is to know them (`add_written`).

    What only people read of a family is left out: there is little room in what is told behind the fence.
    """
    told = (replace(family, name="", legal_basis="", unsure="") for family in ADDED.values())
    return json.dumps([asdict(family) for family in told], ensure_ascii=False)


def add_written(text: str) -> None:
    """Add what `written_families` wrote."""
    for row in json.loads(text):
        heads, number = tuple(row.pop("heads")), row.pop("number")
        form = NumberForm(**{**number, "also": tuple(number["also"])}) if number else None
        add_families([Family(**row, heads=heads, number=form)])


def is_written(line: str, form: NumberForm) -> bool:
    """Whether a line of number is written so, whole or with the ordinal and digits of the year still open."""
    return _line(form).fullmatch(" ".join(line.split())) is not None


@cache
def _line(form: NumberForm) -> re.Pattern[str]:
    return re.compile(re.escape(form.label) + _number(form).pattern)


@cache
def _number(form: NumberForm) -> re.Pattern[str]:
    """What stands behind the label."""
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
    return re.compile(rf"(?:\d{{1,6}}[a-zđ]?|[\s._…]*){re.escape(form.stroke)}(?:{notations})")

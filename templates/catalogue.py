"""The kinds of document and the layout of their components, as data with legal basis and validity.

A rule is stated here once: the builder of the forms reads it, and so will the checker. Sizes are points, margins
millimetres (Decree 30/2020/NĐ-CP, Annex I, with the sizes of its sample table as defaults).
"""

from collections import ChainMap
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

# Fields that hold several entries, and those that hold one line beside subject and archive.
LISTS = frozenset({"addressees", "citations", "recipients", "invited", "attendees"})
LINES = frozenset(
    {
        "sender", "occasion", "chair", "time", "place", "person", "position", "sent_to", "purpose", "valid_until",
        "requested_on", "duration", "from_day", "to_day", "leave_kind", "confirmed_by", "started_at", "secretary",
        "ended_at", "presented_to",
    }
)  # fmt: skip
# Of the lines, those that are a day: written by the decree's rules, however they were typed.
DATES = frozenset({"valid_until", "requested_on", "from_day", "to_day"})

# Slots for persons' signatures: whoever has the authority to sign, and the secretary of a meeting.
LEADER, SECRETARY = "leader", "secretary"

# The two sides of a joint document or a contract; what they fill is named by it ("leaderA", "numberB").
SIDES = ("A", "B")

DECREE = "Nghị định 30/2020/NĐ-CP"
IN_FORCE = date(2020, 3, 5)


@dataclass(frozen=True)
class Component:
    """One box of Annex I: its number on the decree's map, and how its text stands."""

    box: str
    size_pt: float
    bold: bool
    italic: bool
    legal_basis: str
    valid_from: date = IN_FORCE
    valid_to: date | None = None


@dataclass(frozen=True)
class Page:
    """A4 portrait and its margins in millimetres."""

    width_mm: float
    height_mm: float
    top_mm: float
    bottom_mm: float
    left_mm: float
    right_mm: float
    legal_basis: str
    valid_from: date = IN_FORCE
    valid_to: date | None = None


@dataclass(frozen=True)
class Field:
    """A value a form asks for; what is not required may stay away."""

    name: str
    required: bool = True


@dataclass(frozen=True)
class Kind:
    """A kind of document (article 7); `abbreviation` is None for the two kinds that have none.

    `enacts` is the line between the grounds and the articles. `lead` are the sentences a form puts before the body,
    with the names of fields in braces; one that names a list is said for each entry when it begins with a dash.
    `close` are those it puts after the body. `shows_subject` is whether the form prints it: where it does not, it
    stands in the registers only. `signers` are the slots for persons' signatures from left to right, and `has_date`
    is whether a line of place and date stands in the head: minutes have two slots and no such line (form 1.9).
    One that `may_be_joint` can be signed, numbered and sealed by two agencies, each for itself.
    Of a kind that is `by_analogy` the decree shows no form: it is laid out as that form is.
    A kind that is `routed` has a slot for each person its draft names, and neither number nor seal.
    """

    code: str
    name: str
    abbreviation: str | None
    form: str
    fields: tuple[Field, ...]
    legal_basis: str
    enacts: str | None = None
    lead: tuple[str, ...] = ()
    close: tuple[str, ...] = ()
    shows_subject: bool = True
    signers: tuple[str, ...] = (LEADER,)
    has_date: bool = True
    routed: bool = False
    may_be_joint: bool = False
    by_analogy: bool = False
    family: str = "administrative"
    valid_from: date = IN_FORCE
    valid_to: date | None = None


FONT = "Times New Roman"
NATION = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO = "Độc lập - Tự do - Hạnh phúc"
# It follows the last sentence (Annex I, part I, II.6.e).
END_MARK = "./."
LANGUAGE = "vi-VN"
LINE_SPACING = 1.15
PARAGRAPH_GAP_PT = 6
FIRST_LINE_INDENT_MM = 12.7

PAGE = Page(210, 297, 20, 20, 30, 15, f"{DECREE}, Phụ lục I, phần I, mục I")

_ANNEX_BASIS = f"{DECREE}, Phụ lục I, phần I, mục III.1"
COMPONENTS: Mapping[str, Component] = {
    "nation": Component("1", 12, bold=True, italic=False, legal_basis=f"{DECREE}, Phụ lục I, phần I, mục II.1"),
    "motto": Component("1", 13, bold=True, italic=False, legal_basis=f"{DECREE}, Phụ lục I, phần I, mục II.1"),
    "superior": Component("2", 12, bold=False, italic=False, legal_basis=f"{DECREE}, Phụ lục I, phần I, mục II.2"),
    "issuer": Component("2", 12, bold=True, italic=False, legal_basis=f"{DECREE}, Phụ lục I, phần I, mục II.2"),
    "number": Component("3", 13, bold=False, italic=False, legal_basis=f"{DECREE}, Phụ lục I, phần I, mục II.3"),
    "date": Component("4", 13, bold=False, italic=True, legal_basis=f"{DECREE}, Phụ lục I, phần I, mục II.4"),
    "kind_name": Component("5a", 14, bold=True, italic=False, legal_basis=f"{DECREE}, Phụ lục I, phần I, mục II.5"),
    "subject": Component("5a", 14, bold=True, italic=False, legal_basis=f"{DECREE}, Phụ lục I, phần I, mục II.5"),
    "letter_subject": Component(
        "5b", 12, bold=False, italic=False, legal_basis=f"{DECREE}, Phụ lục I, phần I, mục II.5"
    ),
    "citation": Component("6", 14, bold=False, italic=True, legal_basis=f"{DECREE}, Phụ lục I, phần I, mục II.6"),
    "body": Component("6", 14, bold=False, italic=False, legal_basis=f"{DECREE}, Phụ lục I, phần I, mục II.6"),
    "heading": Component("6", 14, bold=True, italic=False, legal_basis=f"{DECREE}, Phụ lục I, phần I, mục II.6"),
    "table": Component("6", 13, bold=False, italic=False, legal_basis=f"{DECREE}, Phụ lục I, phần I, mục II.6"),
    "table_head": Component("6", 13, bold=True, italic=False, legal_basis=f"{DECREE}, Phụ lục I, phần I, mục II.6"),
    "capacity": Component("7a", 14, bold=True, italic=False, legal_basis=f"{DECREE}, Phụ lục I, phần I, mục II.7"),
    "signer": Component("7b", 14, bold=True, italic=False, legal_basis=f"{DECREE}, Phụ lục I, phần I, mục II.7"),
    "addressee": Component("9a", 14, bold=False, italic=False, legal_basis=f"{DECREE}, Phụ lục I, phần I, mục II.9"),
    "recipients_title": Component(
        "9b", 12, bold=True, italic=True, legal_basis=f"{DECREE}, Phụ lục I, phần I, mục II.9"
    ),
    "recipients": Component("9b", 11, bold=False, italic=False, legal_basis=f"{DECREE}, Phụ lục I, phần I, mục II.9"),
    "annex_name": Component("annex", 14, bold=True, italic=False, legal_basis=_ANNEX_BASIS),
    "annex_title": Component("annex", 14, bold=True, italic=False, legal_basis=_ANNEX_BASIS),
    "annex_of": Component("annex", 14, bold=False, italic=True, legal_basis=_ANNEX_BASIS),
    "page_number": Component("page", 14, bold=False, italic=False, legal_basis=f"{DECREE}, Phụ lục I, phần I, mục I.7"),
}

_BASIS = f"{DECREE}, Điều 7, Phụ lục III"

_SUBJECT, _BODY, _RECIPIENTS, _ARCHIVE = Field("subject"), Field("body"), Field("recipients"), Field("archive")
_CITATIONS = Field("citations", required=False)


# What two agencies issue or conclude together.
_JOINT = frozenset({"HĐ", "BGN", "BTT", "QC", "QyĐ", "CTr", "KH", "PA", "ĐA", "DA", "HD", "TB", "TC", "BC"})


# Article 7 names these and the thư công, Annex III shows no form of them.
_WITHOUT_FORM = frozenset({"HĐ", "BGN", "BTT"})


def _titled(code: str, name: str, *more: Field) -> Kind:
    """A kind of form 1.4: its name over the subject, then grounds if there are any, and the body."""
    fields = (_SUBJECT, *more, _CITATIONS, _BODY, _RECIPIENTS, _ARCHIVE)
    return Kind(
        code=code,
        name=name,
        abbreviation=code,
        form="1.4",
        fields=fields,
        legal_basis=_BASIS,
        may_be_joint=Field("addressees") not in more and code in _JOINT,
        by_analogy=code in _WITHOUT_FORM,
    )


def _enacted(code: str, name: str, *, form: str, enacts: str) -> Kind:
    """A kind that is taken by somebody who has the power, on grounds, in articles."""
    fields = (_SUBJECT, Field("authority"), Field("citations"), _BODY, _RECIPIENTS, _ARCHIVE)
    return Kind(code=code, name=name, abbreviation=code, form=form, fields=fields, legal_basis=_BASIS, enacts=enacts)


KINDS: Mapping[str, Kind] = {
    "CV": Kind(
        code="CV",
        name="Công văn",
        abbreviation=None,
        form="1.5",
        fields=(_SUBJECT, Field("addressees"), _BODY, _RECIPIENTS, _ARCHIVE),
        legal_basis=_BASIS,
    ),
    "BC": _titled("BC", "Báo cáo"),
    "KH": _titled("KH", "Kế hoạch"),
    "TB": _titled("TB", "Thông báo"),
    "TTr": _titled("TTr", "Tờ trình", Field("addressees")),
    "QĐ": _enacted("QĐ", "Quyết định", form="1.2", enacts="QUYẾT ĐỊNH:"),
    "NQ": _enacted("NQ", "Nghị quyết", form="1.1", enacts="QUYẾT NGHỊ:"),
    "CĐ": Kind(
        code="CĐ",
        name="Công điện",
        abbreviation="CĐ",
        form="1.6",
        fields=(_SUBJECT, Field("sender"), Field("addressees"), _BODY, _RECIPIENTS, _ARCHIVE),
        legal_basis=_BASIS,
        lead=("{sender} điện:", "- {addressees}"),
    ),
    "GM": Kind(
        code="GM",
        name="Giấy mời",
        abbreviation="GM",
        form="1.7",
        fields=(
            _SUBJECT,
            Field("sender"),
            Field("invited"),
            Field("occasion"),
            Field("chair", required=False),
            Field("time"),
            Field("place"),
            Field("body", required=False),
            _RECIPIENTS,
            _ARCHIVE,
        ),
        legal_basis=_BASIS,
        lead=(
            "{sender} trân trọng kính mời: {invited}",
            "Tới dự: {occasion}",
            "Chủ trì: {chair}",
            "Thời gian: {time}",
            "Địa điểm: {place}",
        ),
    ),
    "CT": _titled("CT", "Chỉ thị"),
    "QC": _titled("QC", "Quy chế"),
    "QyĐ": _titled("QyĐ", "Quy định"),
    "TC": _titled("TC", "Thông cáo"),
    "HD": _titled("HD", "Hướng dẫn"),
    "CTr": _titled("CTr", "Chương trình"),
    "PA": _titled("PA", "Phương án"),
    "ĐA": _titled("ĐA", "Đề án"),
    "DA": _titled("DA", "Dự án"),
    "GUQ": _titled("GUQ", "Giấy ủy quyền"),
    "PG": _titled("PG", "Phiếu gửi"),
    "PC": _titled("PC", "Phiếu chuyển"),
    "PB": _titled("PB", "Phiếu báo"),
    "HĐ": _titled("HĐ", "Hợp đồng"),
    "BGN": _titled("BGN", "Bản ghi nhớ"),
    "BTT": _titled("BTT", "Bản thỏa thuận"),
    "ThC": Kind(
        code="ThC",
        name="Thư công",
        abbreviation=None,
        form="1.4",
        fields=(_SUBJECT, _CITATIONS, _BODY, _RECIPIENTS, _ARCHIVE),
        legal_basis=_BASIS,
        by_analogy=True,
    ),
    "BB": Kind(
        code="BB",
        name="Biên bản",
        abbreviation="BB",
        form="1.9",
        fields=(
            _SUBJECT,
            Field("started_at"),
            Field("place"),
            Field("attendees"),
            Field("chair"),
            Field("secretary"),
            _BODY,
            Field("ended_at"),
            _RECIPIENTS,
            _ARCHIVE,
        ),
        legal_basis=_BASIS,
        lead=(
            "Thời gian bắt đầu: {started_at}",
            "Địa điểm: {place}",
            "Thành phần tham dự:",
            "- {attendees}",
            "Chủ trì (chủ tọa): {chair}",
            "Thư ký (người ghi biên bản): {secretary}",
            "Nội dung (theo diễn biến cuộc họp/hội nghị/hội thảo):",
        ),
        close=("Cuộc họp (hội nghị, hội thảo) kết thúc vào {ended_at}",),
        signers=(SECRETARY, LEADER),
        has_date=False,
    ),
    "GGT": Kind(
        code="GGT",
        name="Giấy giới thiệu",
        abbreviation="GGT",
        form="1.8",
        fields=(
            _SUBJECT,
            Field("sender"),
            Field("person"),
            Field("position"),
            Field("sent_to"),
            Field("purpose"),
            Field("valid_until"),
            _RECIPIENTS,
            _ARCHIVE,
        ),
        legal_basis=_BASIS,
        lead=(
            "{sender} trân trọng giới thiệu:",
            "Ông (bà): {person}",
            "Chức vụ: {position}",
            "Được cử đến: {sent_to}",
            "Về việc: {purpose}",
            "Đề nghị Quý cơ quan tạo điều kiện để ông (bà) có tên ở trên hoàn thành nhiệm vụ.",
            "Giấy này có giá trị đến hết ngày {valid_until}.",
        ),
        shows_subject=False,
    ),
    "GNP": Kind(
        code="GNP",
        name="Giấy nghỉ phép",
        abbreviation="GNP",
        form="1.10",
        fields=(
            _SUBJECT,
            Field("sender"),
            Field("requested_on"),
            Field("person"),
            Field("position"),
            Field("duration"),
            Field("from_day"),
            Field("to_day"),
            Field("place"),
            Field("leave_kind"),
            Field("confirmed_by", required=False),
            _RECIPIENTS,
            _ARCHIVE,
        ),
        legal_basis=_BASIS,
        lead=(
            "Xét Đơn đề nghị nghỉ phép ngày {requested_on} của ông (bà) {person},",
            "{sender} cấp cho:",
            "Ông (bà): {person}",
            "Chức vụ: {position}",
            "Được nghỉ phép trong thời gian {duration} kể từ ngày {from_day} đến hết ngày {to_day} tại {place}.",
            "Số ngày nghỉ phép nêu trên được tính vào thời gian {leave_kind}.",
        ),
        shows_subject=False,
    ),
}

# What goes from hand to hand inside an agency: neither numbered nor sealed, and none of the decree's kinds.
INTERNAL_BASIS = "Quy chế làm việc của cơ quan"
INTERNAL_KINDS: Mapping[str, Kind] = {
    "PTr": Kind(
        code="PTr",
        name="Phiếu trình",
        abbreviation=None,
        form="slip",
        fields=(_SUBJECT, Field("presented_to"), _BODY),
        legal_basis=INTERNAL_BASIS,
        lead=("Kính trình: {presented_to}",),
        signers=(),
        has_date=False,
        routed=True,
        family="internal",
    )
}
# Kinds of other families, as an operator's data names them: each is drafted in a form the agency made itself.
ADDED_KINDS: dict[str, Kind] = {}
ALL_KINDS: Mapping[str, Kind] = ChainMap(ADDED_KINDS, {**KINDS, **INTERNAL_KINDS})
OWN_FORM = "own"


def add_kinds(kinds: Iterable[Kind]) -> None:
    """Add kinds to this process's catalogue; the same again changes nothing. Raises `ValueError` for a code in use."""
    for kind in kinds:
        if ALL_KINDS.get(kind.code, kind) != kind:
            raise ValueError(kind.code)
        ADDED_KINDS.setdefault(kind.code, kind)


def issued_kinds() -> Mapping[str, Kind]:
    """The decree's kinds and those added: what an agency numbers and issues."""
    return {**KINDS, **ADDED_KINDS}


def kind_on(code: str, day: date) -> Kind | None:
    """The kind with this code that is in force on a day."""
    kind = ALL_KINDS.get(code)
    if kind is None or day < kind.valid_from or (kind.valid_to is not None and day > kind.valid_to):
        return None
    return kind


def kind_named(name: str) -> Kind | None:
    """The kind people call so; letter case does not matter."""
    return next((kind for kind in KINDS.values() if kind.name.lower() == name.strip().lower()), None)

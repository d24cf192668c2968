"""The kinds of document and the layout of their components, as data with legal basis and validity.

A rule is stated here once: the builder of the forms reads it, and so will the checker. Sizes are points, margins
millimetres (Decree 30/2020/NĐ-CP, Annex I, with the sizes of its sample table as defaults).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

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


@dataclass(frozen=True)
class Field:
    """A value a form asks for; what is not required may stay away."""

    name: str
    required: bool = True


@dataclass(frozen=True)
class Kind:
    """A kind of document (article 7); `abbreviation` is None for the two kinds that have none."""

    code: str
    name: str
    abbreviation: str | None
    form: str
    fields: tuple[Field, ...]
    legal_basis: str
    family: str = "administrative"
    valid_from: date = IN_FORCE
    valid_to: date | None = None


FONT = "Times New Roman"
LANGUAGE = "vi-VN"
LINE_SPACING = 1.15
PARAGRAPH_GAP_PT = 6
FIRST_LINE_INDENT_MM = 12.7

PAGE = Page(210, 297, 20, 20, 30, 15, f"{DECREE}, Phụ lục I, phần I, mục I")

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
    "page_number": Component("page", 13, bold=False, italic=False, legal_basis=f"{DECREE}, Phụ lục I, phần I, mục I.7"),
}

_BASIS = f"{DECREE}, Điều 7, Phụ lục III"

_SUBJECT, _BODY, _RECIPIENTS, _ARCHIVE = Field("subject"), Field("body"), Field("recipients"), Field("archive")

KINDS: Mapping[str, Kind] = {
    "CV": Kind(
        code="CV",
        name="Công văn",
        abbreviation=None,
        form="1.5",
        fields=(_SUBJECT, Field("addressees"), _BODY, _RECIPIENTS, _ARCHIVE),
        legal_basis=_BASIS,
    ),
    "BC": Kind(
        code="BC",
        name="Báo cáo",
        abbreviation="BC",
        form="1.4",
        fields=(_SUBJECT, Field("citations", required=False), _BODY, _RECIPIENTS, _ARCHIVE),
        legal_basis=_BASIS,
    ),
    # A decision names who has the power to take it, and the grounds it is taken on.
    "QĐ": Kind(
        code="QĐ",
        name="Quyết định",
        abbreviation="QĐ",
        form="1.2",
        fields=(_SUBJECT, Field("authority"), Field("citations"), _BODY, _RECIPIENTS, _ARCHIVE),
        legal_basis=_BASIS,
    ),
}


def kind_on(code: str, day: date) -> Kind | None:
    """The kind with this code that is in force on a day."""
    kind = KINDS.get(code)
    if kind is None or day < kind.valid_from or (kind.valid_to is not None and day > kind.valid_to):
        return None
    return kind


def kind_named(name: str) -> Kind | None:
    """The kind people call so; letter case does not matter."""
    return next((kind for kind in KINDS.values() if kind.name.lower() == name.strip().lower()), None)

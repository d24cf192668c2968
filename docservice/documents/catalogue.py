"""What an operator adds to the catalogue by a file: texts drafts stand on, agencies of other nodes, kinds, families.

The file is TOML (`CATALOGUE_FILE`), read once at start; a fault in it stops the start with its place.
"""

import re
import tomllib
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from docservice.core.errors import Invalid
from docservice.core.words import N_
from search.text import fold
from templates.catalogue import LINES, LISTS, OWN_FORM, Field, Kind, add_kinds
from templates.families import (
    FAMILIES,
    NORMATIVE_KINDS,
    Family,
    NumberForm,
    add_families,
    all_or_none,
    number_form,
    numbered_as,
    told_family,
)
from templates.laws import LAWS, NAMED_ONLY, Law
from templates.wording import notation, number_line, numbered

Row = TypeVar("Row")
LONGEST_CODE = 20


class CatalogueWrong(Invalid):
    code = "catalogue_wrong"
    message = N_("Tệp danh mục bổ sung (CATALOGUE_FILE) sai ở {place}: {what}.")


@dataclass(frozen=True)
class AgencyElsewhere:
    """An agency that another node serves; `code` is the one parcels are addressed to.

    `signer` and `title` are who signs there as a rule, offered where two agencies sign one document.
    """

    code: str
    name: str
    title: str = ""
    signer: str = ""


@dataclass(frozen=True)
class Catalogue:
    """The laws this product knows with those the operator added, agencies elsewhere, families and kinds of theirs."""

    laws: tuple[Law, ...] = LAWS
    agencies: tuple[AgencyElsewhere, ...] = ()
    families: tuple[Family, ...] = ()
    kinds: tuple[Kind, ...] = ()

    def laws_about(self, words: str, *, day: date, most: int) -> list[Law]:
        """The texts in force on a day that have all these words, accents or not; the last added first."""
        wanted = fold(words).split()
        held = ((law, fold(f"{law.kind} {law.number} {law.name}")) for law in reversed(self.laws) if law.holds_on(day))
        return [law for law, said in held if all(word in said for word in wanted)][:most]

    def name_of(self, code: str) -> str | None:
        """The name of an agency elsewhere."""
        return next((agency.name for agency in self.agencies if agency.code == code), None)


def read_catalogue(file: Path | None) -> Catalogue:
    """The catalogue with the operator's file, if there is one; raises `CatalogueWrong` naming the place."""
    if file is None:
        return Catalogue()
    try:
        said = tomllib.loads(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CatalogueWrong(place=file.name, what=str(error)[:200]) from error
    unknown = sorted(set(said) - {"laws", "agencies", "families", "kinds"})
    if unknown:
        raise CatalogueWrong(place=unknown[0], what="unknown")
    added = _rows(said, "laws", _law)
    numbers = {law.number for law in added if law.number}
    # A row of the operator's replaces ours of the same number: with the day it ended, or a better name.
    laws = tuple(law for law in LAWS if law.number not in numbers)
    agencies = _rows(said, "agencies", _agency)
    # A row is judged with those before it; of a file with a fault nothing stays.
    with all_or_none():
        families, kinds = _rows(said, "families", _family), _rows(said, "kinds", _kind)
    return Catalogue((*laws, *added), tuple(agencies), tuple(families), tuple(kinds))


def _rows(said: Mapping[str, Any], name: str, read: Callable[[Mapping[str, Any]], Row]) -> Sequence[Row]:
    rows = said.get(name, [])
    if not isinstance(rows, list):
        raise CatalogueWrong(place=name, what=f"[[{name}]]")
    found = []
    for number, row in enumerate(rows, 1):
        try:
            found.append(read(row))
        except (KeyError, TypeError, ValueError) as error:
            raise CatalogueWrong(place=f"{name} {number}", what=str(error)[:200]) from error
    return found


def _law(row: Mapping[str, Any]) -> Law:
    law = Law(**row)
    for name in ("kind", "name", "number", "issuer"):
        if not isinstance(getattr(law, name), str):
            raise TypeError(name)
    for name in ("issued_on", "valid_from", "valid_to"):
        if type(getattr(law, name)) not in {date, type(None)}:
            raise TypeError(name)
    # A ground of either sort says the day; of a law it says no issuer.
    if not (law.number and law.issued_on and (law.issuer or law.kind in NAMED_ONLY)):
        raise ValueError("number, issued_on" if law.kind in NAMED_ONLY else "number, issued_on, issuer")
    return law


def _agency(row: Mapping[str, Any]) -> AgencyElsewhere:
    agency = AgencyElsewhere(**row)
    if not all(isinstance(text, str) and text.strip() for text in (agency.code, agency.name)):
        raise ValueError("code, name")
    if not all(isinstance(text, str) for text in (agency.title, agency.signer)):
        raise ValueError("title, signer")
    return agency


_FAMILY_CODE = re.compile(r"[a-z][a-z_]{1,29}")
# `Số: {number}/{kind}.{agency}/{year}`: a stroke behind the number, then names and what stands between them.
_NAME = r"(?:\{(?:year|kind|agency)\}|[^\W_]+)"
_NUMBER_LINE = re.compile(rf"(?P<label>Số:? )\{{number\}}/(?P<notation>{_NAME}(?:[-.&/]{_NAME})*)")
_MOST_FAMILIES, _MOST_HEADS, _LONGEST_UNSURE = 20, 2, 500


def _family(row: Mapping[str, Any]) -> Family:
    """A family of documents this product does not know: its heads, and how its numbers are written.

    `number` is the line, or the code of the family whose way it follows; without it the decree's way is taken.
    """
    given = dict(row)
    number, heads, own = given.pop("number", None), given.pop("heads", []), given.pop("own_register", False)
    if not isinstance(heads, list):
        raise TypeError("heads")
    given["name"], *heads = (_as_read(text) for text in (given["name"], *heads))
    family = Family(**given, shipped=False, heads=tuple(heads), number=_number(number, row["legal_basis"], own))
    texts = (family.code, family.name, family.legal_basis, *family.heads)
    if not all(isinstance(text, str) and 0 < len(text) <= 200 for text in texts):
        raise ValueError("code, name, legal_basis, heads")
    if len(heads) > _MOST_HEADS:
        raise ValueError("heads")
    if not _FAMILY_CODE.fullmatch(family.code):
        raise ValueError("code")
    if not isinstance(family.unsure, str) or len(family.unsure) > _LONGEST_UNSURE:
        raise ValueError(f"unsure: at most {_LONGEST_UNSURE} letters")
    if len({one.code for one in FAMILIES.values()} | {family.code}) > _MOST_FAMILIES:
        raise ValueError("families")
    add_families([family])
    return family


def _as_read(text: Any) -> Any:
    """A text as those of documents are read: composed letters, one blank between words."""
    return unicodedata.normalize("NFC", " ".join(text.split())) if isinstance(text, str) else text


def _number(said: object, legal_basis: str, own_register: object) -> NumberForm | None:
    if said in {None, "administrative"} and own_register is False:
        return None
    if said in FAMILIES and own_register is False and (form := FAMILIES[str(said)].number) is not None:
        return form
    if own_register is True and (said is None or said in FAMILIES):
        raise ValueError("own_register: number must be a line of this family's own")
    found = _NUMBER_LINE.fullmatch(said) if isinstance(said, str) else None
    if found is None or len(found.string) > 100 or not isinstance(own_register, bool):
        raise ValueError("number, own_register")
    example = found["notation"].format(year=2026, kind="GP", agency="UBND")
    return NumberForm(
        f"{found['label']}05/{example}", found["label"], "/", found["notation"], legal_basis, own_register=own_register
    )


_FIELDS = LISTS | LINES | {"subject", "body", "archive", "authority"}
_ALWAYS = {"subject", "body", "recipients", "archive"}


def _kind(row: Mapping[str, Any]) -> Kind:
    """A kind of a family this product has no forms of, drafted in a form of the agency's own."""
    given = dict(row)
    required, optional = given.pop("fields"), given.pop("optional", [])
    if not set(required) >= _ALWAYS or not set(required) | set(optional) <= _FIELDS:
        raise ValueError("fields")
    family = FAMILIES.get(str(given.get("family")))
    if family is None or family.shipped:
        raise ValueError("family")
    fields = [Field(name) for name in required] + [Field(name, required=False) for name in optional]
    kind = Kind(**given, form=OWN_FORM, fields=tuple(fields))
    if not all(isinstance(text, str) and 0 < len(text) <= 100 for text in (kind.code, kind.name, kind.legal_basis)):
        raise ValueError("code, name, legal_basis")
    if len(kind.code) > LONGEST_CODE or not isinstance(kind.abbreviation, str) or not kind.abbreviation.isalpha():
        raise ValueError("code, abbreviation")
    if kind.family == "normative" and kind.abbreviation not in NORMATIVE_KINDS:
        raise ValueError(f"abbreviation: normative documents are {', '.join(NORMATIVE_KINDS)}")
    form = number_form(kind)
    line = number_line(numbered(form, 5, notation(kind, "UBND", None, year=2026)), form)
    if told_family(line) != numbered_as(kind):
        raise ValueError(f"abbreviation: {line} ({told_family(line)})")
    add_kinds([kind])
    return kind

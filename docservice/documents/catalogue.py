"""What an operator adds to the catalogue by a file: texts drafts stand on, agencies served by other nodes, kinds.

The file is TOML (`CATALOGUE_FILE`), read once at start; a fault in it stops the start with its place.
"""

import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from docservice.core.errors import Invalid
from docservice.core.words import N_
from search.text import fold
from templates.catalogue import LINES, LISTS, OWN_FORM, Field, Kind, add_kinds
from templates.families import FAMILIES, NORMATIVE_KINDS
from templates.laws import LAWS, NAMED_ONLY, Law

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
    """The laws this product knows with those the operator added, agencies elsewhere, kinds of other families."""

    laws: tuple[Law, ...] = LAWS
    agencies: tuple[AgencyElsewhere, ...] = ()
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
    unknown = sorted(set(said) - {"laws", "agencies", "kinds"})
    if unknown:
        raise CatalogueWrong(place=unknown[0], what="unknown")
    added = _rows(said, "laws", _law)
    numbers = {law.number for law in added if law.number}
    # A row of the operator's replaces ours of the same number: with the day it ended, or a better name.
    laws = tuple(law for law in LAWS if law.number not in numbers)
    return Catalogue((*laws, *added), tuple(_rows(said, "agencies", _agency)), tuple(_rows(said, "kinds", _kind)))


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
    add_kinds([kind])
    return kind

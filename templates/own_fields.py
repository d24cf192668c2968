"""The fields an agency adds to a form of its own: declared in lines, typed, read with the rules of the decree.

A line is `name: Label (type)`; types are chữ, số, ngày, danh sách, `chọn: a; b` and `bảng: column; column`. A field
that may stay empty has `?` after its name.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from templates.catalogue import KINDS
from templates.draft import LONGEST_ENTRY, LONGEST_LINE, MOST_COLUMNS, MOST_ENTRIES, MOST_ROWS
from templates.errors import FormRefused
from templates.values import Gathering
from templates.wording import long_date, read_day, two_digits

MOST_FIELDS = 40


class FieldType(StrEnum):
    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    CHOICE = "choice"
    LIST = "list"
    TABLE = "table"


@dataclass(frozen=True)
class OwnField:
    """`options` are the choices of a choice, or the columns of a table."""

    name: str
    label: str
    type: FieldType
    options: tuple[str, ...] = ()
    required: bool = True


# What every form may say, beside the fields of its kind.
GIVEN = frozenset(
    {"superior", "issuer", "kind_name", "signature_lines", "signer", "secretary_lines", "secretary_name", "loop"}
)
_TYPES = {
    "chữ": FieldType.TEXT,
    "số": FieldType.NUMBER,
    "ngày": FieldType.DATE,
    "danh sách": FieldType.LIST,
    "chọn": FieldType.CHOICE,
    "bảng": FieldType.TABLE,
}
_LINE = re.compile(r"(?P<name>[a-z][a-z0-9_]{1,39})(?P<free>\?)?\s*:\s*(?P<label>[^()]{1,80}?)\s*\((?P<type>[^()]+)\)")


def read_fields(text: str) -> tuple[OwnField, ...]:
    """The fields of a declaration; raises `FormRefused` with the line's number and what stands in it."""
    fields: list[OwnField] = []
    taken = GIVEN | {field.name for kind in KINDS.values() for field in kind.fields} | {"own", "body"}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        found = _LINE.fullmatch(line.strip())
        word, _, rest = found["type"].partition(":") if found else ("", "", "")
        kind = _TYPES.get(word.strip().lower())
        options = tuple(part.strip() for part in rest.split(";") if part.strip())
        needs = kind in {FieldType.CHOICE, FieldType.TABLE}
        if found is None or kind is None or needs != bool(options) or len(options) > MOST_COLUMNS:
            raise FormRefused("declaration_unclear", line=number, what=line.strip()[:100])
        if found["name"] in taken or len(fields) >= MOST_FIELDS:
            raise FormRefused("name_taken", line=number, what=found["name"])
        taken = taken | {found["name"]}
        fields.append(OwnField(found["name"], found["label"], kind, options, required=not found["free"]))
    return tuple(fields)


def write_fields(fields: tuple[OwnField, ...]) -> str:
    """The declaration that gives these fields again."""
    words = {kind: word for word, kind in _TYPES.items()}
    return "\n".join(
        f"{field.name}{'' if field.required else '?'}: {field.label} "
        f"({words[field.type]}{': ' + '; '.join(field.options) if field.options else ''})"
        for field in fields
    )


def column_name(title: str) -> str:
    """How a form names a table's column: its title without marks, in small letters."""
    plain = unicodedata.normalize("NFD", title.lower().replace("đ", "d"))
    return re.sub(r"[^a-z0-9]+", "_", "".join(letter for letter in plain if letter.isascii())).strip("_") or "cot"


def read_own(fields: tuple[OwnField, ...], values: Mapping[str, object]) -> dict[str, Any]:
    """The values as the form shows them: days in words, numbers below 10 with a zero, rows by their columns' names.

    Raises `FormInvalid` naming the field.
    """
    read = Gathering()
    shown: dict[str, Any] = {}
    for field in fields:
        value = values.get(field.name)
        if value in (None, "", []):
            if field.required:
                read.refuse("value_missing", field.name)
            shown[field.name] = [] if field.type in {FieldType.LIST, FieldType.TABLE} else ""
            continue
        shown[field.name] = _READERS[field.type](read, field, value)
    read.finish()
    return shown


def _text(read: Gathering, field: OwnField, value: object) -> str:
    return read.line(value, field.name, longest=LONGEST_LINE)


def _number(read: Gathering, field: OwnField, value: object) -> str:
    text = read.line(value, field.name, longest=20).replace(" ", "").replace(".", "")
    if re.fullmatch(r"\d{1,15}", text):
        return two_digits(int(text)) if int(text) < 10 else f"{int(text):,}".replace(",", ".")
    if re.fullmatch(r"\d{1,12},\d{1,6}", text):
        whole, _, part = text.partition(",")
        return f"{int(whole):,}".replace(",", ".") + f",{part}"
    read.refuse("value_wrong", field.name)
    return ""


def _day(read: Gathering, field: OwnField, value: object) -> str:
    text = read.line(value, field.name, longest=60)
    day = read_day(text)
    if day is None:
        read.refuse("day_unclear", field.name)
        return ""
    return long_date(day)


def _choice(read: Gathering, field: OwnField, value: object) -> str:
    text = read.line(value, field.name, longest=LONGEST_LINE)
    if text not in field.options:
        read.refuse("value_wrong", field.name)
    return text


def _list(read: Gathering, field: OwnField, value: object) -> list[str]:
    entries = read.items(value, field.name, most=MOST_ENTRIES)
    return [read.line(entry, f"{field.name}[{at}]", longest=LONGEST_ENTRY) for at, entry in enumerate(entries)]


def _table(read: Gathering, field: OwnField, value: object) -> list[dict[str, str]]:
    rows = []
    names = [column_name(title) for title in field.options]
    for at, row in enumerate(read.items(value, field.name, most=MOST_ROWS)):
        cells = row if isinstance(row, list) else []
        if len(cells) != len(names):
            read.refuse("row_length", f"{field.name}[{at}]", wanted=len(names))
            continue
        said = [" ".join(read.lines(cell, f"{field.name}[{at}]", longest=LONGEST_ENTRY)) for cell in cells]
        rows.append(dict(zip(names, said, strict=True)))
    return rows


_READERS = {
    FieldType.TEXT: _text,
    FieldType.NUMBER: _number,
    FieldType.DATE: _day,
    FieldType.CHOICE: _choice,
    FieldType.LIST: _list,
    FieldType.TABLE: _table,
}

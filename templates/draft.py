"""Form values become a typed draft, or an error that names the field; nothing half-read is passed on.

The values are plain JSON, as from a web form or a file. Text is normalised to NFC at entry, and the Icelandic Ð that
some keyboards type becomes the Vietnamese Đ.
"""

import json
import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import Any

from templates.catalogue import KINDS, Kind
from templates.errors import FormInvalid

LONGEST_SUBJECT = 500
LONGEST_TEXT = 20_000
MOST_BLOCKS = 2_000
MOST_ROWS = 2_000
TEXT_WIDTH_MM = 165.0


@dataclass(frozen=True)
class Heading:
    """`level` 1 is centred (Phần, Chương, or the one heading level of a report: I., II.), 2 is flush (1., 2.)."""

    level: int
    text: str


@dataclass(frozen=True)
class Paragraph:
    text: str


@dataclass(frozen=True)
class Article:
    """`Điều 1. ...`: its words after the number, and further paragraphs."""

    number: int
    text: str
    paragraphs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    """Columns with their widths in millimetres (together at most 165) and alignment: left, center, right."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths_mm: tuple[float, ...]
    align: tuple[str, ...]
    caption: str | None = None


Block = Heading | Paragraph | Article | Table


@dataclass(frozen=True)
class Content:
    """What the drafter writes: everything but letterhead and signature."""

    kind: Kind
    subject: str
    body: tuple[Block, ...]
    recipients: tuple[str, ...]
    archive: str
    addressees: tuple[str, ...] = ()
    citations: tuple[str, ...] = ()
    authority: str | None = None


@dataclass(frozen=True)
class Letterhead:
    """The agency's lines in capitals: its superior's (UBND and HĐND have none), its own, and its place."""

    superior: tuple[str, ...]
    issuer: tuple[str, ...]
    place: str


@dataclass(frozen=True)
class SignatureBlock:
    """The lines above the signature and the name below it."""

    lines: tuple[str, ...]
    name: str


@dataclass(frozen=True)
class Draft:
    content: Content
    letterhead: Letterhead
    signature: SignatureBlock


def body_sha256(draft: Draft) -> str:
    """Hash of everything the checks looked at: all but the signature block, so that changing the signer keeps it."""
    checked = {"content": asdict(draft.content), "letterhead": asdict(draft.letterhead)}
    return sha256(json.dumps(checked, ensure_ascii=False, sort_keys=True, default=str).encode()).hexdigest()


def read_values(kind: str, values: Mapping[str, object]) -> Content:
    """Read the values of a kind's form; raises `FormInvalid` with `field` and a code for the first wrong one."""
    if kind not in KINDS:
        raise FormInvalid("kind_unknown", field="kind", kind=kind)
    wanted = KINDS[kind]
    for name in values:
        if name not in wanted.fields:
            raise FormInvalid("field_unknown", field=str(name))
    blocks = _list(values, "body", MOST_BLOCKS)
    return Content(
        kind=wanted,
        subject=_text(values.get("subject"), "subject", LONGEST_SUBJECT),
        body=tuple(_block(block, f"body[{index}]") for index, block in enumerate(blocks)),
        recipients=_texts(values, "recipients", 60),
        archive=_text(values.get("archive"), "archive", 100),
        addressees=_texts(values, "addressees", 60) if "addressees" in wanted.fields else (),
        citations=_texts(values, "citations", 60, required=False) if "citations" in wanted.fields else (),
        authority=_text(values.get("authority"), "authority", 200) if "authority" in wanted.fields else None,
    )


def _block(value: object, field: str) -> Block:
    entry = _mapping(value, field)
    kinds = [name for name in ("heading", "paragraph", "article", "table") if name in entry]
    if len(kinds) != 1 or len(entry) - ("level" in entry) - ("paragraphs" in entry) - ("number" in entry) != 1:
        raise FormInvalid("block_unknown", field=field)
    if "heading" in entry:
        level = entry.get("level", 1)
        if level not in {1, 2}:
            raise FormInvalid("value_wrong", field=f"{field}.level")
        return Heading(int(str(level)), _text(entry["heading"], f"{field}.heading", 500))
    if "paragraph" in entry:
        return Paragraph(_text(entry["paragraph"], f"{field}.paragraph", LONGEST_TEXT))
    if "article" in entry:
        return _article(entry, field)
    return _table(_mapping(entry["table"], f"{field}.table"), f"{field}.table")


def _article(entry: Mapping[str, object], field: str) -> Article:
    number = entry.get("number")
    if not isinstance(number, int) or isinstance(number, bool) or number < 1:
        raise FormInvalid("value_wrong", field=f"{field}.number")
    paragraphs = _texts(entry, "paragraphs", 200, required=False, prefix=f"{field}.")
    return Article(number, _text(entry["article"], f"{field}.article", LONGEST_TEXT), paragraphs)


def _table(entry: Mapping[str, object], field: str) -> Table:
    columns = _texts(entry, "columns", 12, prefix=f"{field}.")
    rows = []
    for index, row in enumerate(_list(entry, "rows", MOST_ROWS, prefix=f"{field}.")):
        where = f"{field}.rows[{index}]"
        if not isinstance(row, list) or len(row) != len(columns):
            raise FormInvalid("row_length", field=where, wanted=len(columns))
        rows.append(tuple(_text(cell, f"{where}[{at}]", 2000, empty=True) for at, cell in enumerate(row)))
    widths = entry.get("widths_mm", [round(TEXT_WIDTH_MM / len(columns), 1)] * len(columns))
    if (
        not isinstance(widths, list)
        or len(widths) != len(columns)
        or not all(isinstance(w, int | float) and w > 0 for w in widths)
        or sum(widths) > TEXT_WIDTH_MM + 0.5
    ):
        raise FormInvalid("value_wrong", field=f"{field}.widths_mm")
    align = entry.get("align", ["left"] * len(columns))
    if (
        not isinstance(align, list)
        or len(align) != len(columns)
        or not all(a in {"left", "center", "right"} for a in align)
    ):
        raise FormInvalid("value_wrong", field=f"{field}.align")
    caption = _text(entry["caption"], f"{field}.caption", 500) if "caption" in entry else None
    return Table(columns, tuple(rows), tuple(float(w) for w in widths), tuple(align), caption)


def _mapping(value: object, field: str) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        raise FormInvalid("value_wrong_type", field=field)
    return value


def _list(values: Mapping[str, object], name: str, most: int, *, prefix: str = "") -> list[Any]:
    field = f"{prefix}{name}"
    value = values.get(name)
    if value is None:
        raise FormInvalid("value_missing", field=field)
    if not isinstance(value, list):
        raise FormInvalid("value_wrong_type", field=field)
    if not value:
        raise FormInvalid("value_missing", field=field)
    if len(value) > most:
        raise FormInvalid("value_too_long", field=field, limit=most)
    return value


def _texts(
    values: Mapping[str, object], name: str, most: int, *, required: bool = True, prefix: str = ""
) -> tuple[str, ...]:
    if not required and values.get(name) in (None, []):
        return ()
    listed = _list(values, name, most, prefix=prefix)
    return tuple(_text(value, f"{prefix}{name}[{index}]", 1000) for index, value in enumerate(listed))


def _text(value: object, field: str, longest: int, *, empty: bool = False) -> str:
    if value is None:
        raise FormInvalid("value_missing", field=field)
    if not isinstance(value, str):
        raise FormInvalid("value_wrong_type", field=field)
    text = unicodedata.normalize("NFC", value).replace("\u00d0", "\u0110").strip()
    if not text and not empty:
        raise FormInvalid("value_missing", field=field)
    if len(text) > longest:
        raise FormInvalid("value_too_long", field=field, limit=longest)
    if any(unicodedata.category(letter) in {"Cc", "Cs", "Co"} and letter not in "\n\t" for letter in text):
        raise FormInvalid("value_control_character", field=field)
    return text

"""Form values become a typed draft, or an error that names the fields; nothing half-read is passed on.

The values are plain JSON, as from a web form or a file. The signs that the form itself puts (a dash before an entry,
";" after it, "V/v" before a letter's subject) are taken off where people typed them too.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from hashlib import sha256

from templates.catalogue import ALL_KINDS, DATES, LINES, PAGE, Kind
from templates.errors import FormInvalid
from templates.values import Gathering
from templates.wording import long_date, read_day

LONGEST_LINE = 500
LONGEST_TEXT = 20_000
LONGEST_ENTRY = 1000
MOST_BLOCKS = 2_000
MOST_ANNEXES = 20
# Every kind may have annexes in its own file.
ANNEXES = "annexes"
# The other side of a joint document.
PARTNER = "partner"
MOST_ENTRIES = 60
MOST_ROWS = 2_000
MOST_COLUMNS = 12
NARROWEST_COLUMN_MM = 5.0
TEXT_WIDTH_MM = PAGE.width_mm - PAGE.left_mm - PAGE.right_mm
OWN = "own"
ALIGNMENTS = ("left", "center", "right")

# What a form writes itself is not written twice.
_BEFORE_SUBJECT = re.compile(r"^(V/v|Về việc)([:\s]+|$)", re.IGNORECASE)
AROUND_ENTRY = re.compile(r"^[-–+•\s]+|[;,.\s]+$")
_AT_END = re.compile(r"[;,.\s]+$")
AROUND_ARCHIVE = re.compile(r"^(-\s*)?Lưu\s*:\s*|[;,.\s]+$", re.IGNORECASE)


@dataclass(frozen=True)
class Heading:
    """`level` 1 for I., II., 2 for 1., 2.: bold and indented both. Phần, Chương and Mục stand centred in any level."""

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
class Annex:
    """An annex in the same file; with `kind_name` it is a text that a decision issues or approves (form 1.3)."""

    title: str
    body: tuple[Block, ...]
    kind_name: str | None = None


@dataclass(frozen=True)
class Partner:
    """The other side of a joint document: its name in capitals, and who signs for it as the page says."""

    name: str
    title: str
    signer: str


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
    invited: tuple[str, ...] = ()
    attendees: tuple[str, ...] = ()
    authority: str | None = None
    # Further lines by the names of their fields, as the kind has them.
    lines: tuple[tuple[str, str], ...] = ()
    annexes: tuple[Annex, ...] = ()
    partner: Partner | None = None


@dataclass(frozen=True)
class Letterhead:
    """The agency's lines in capitals: its superior's (UBND and HĐND have none), its own, and its place."""

    superior: tuple[str, ...]
    issuer: tuple[str, ...]
    place: str
    # As it is written in a sentence, on the line that says what an annex belongs to.
    name: str = ""


@dataclass(frozen=True)
class SignatureBlock:
    """The lines above the signature and the name below it."""

    lines: tuple[str, ...]
    name: str


@dataclass(frozen=True)
class Draft:
    """`secretary` is the further block of a kind that the secretary signs too, `signatories` those of a routed one."""

    content: Content
    letterhead: Letterhead
    signature: SignatureBlock
    secretary: SignatureBlock | None = None
    signatories: tuple[SignatureBlock, ...] = ()


def body_sha256(draft: Draft) -> str:
    """Hash of everything the checks looked at: all but the signature block, so that changing the signer keeps it."""
    content = draft.content
    checked = asdict(content) | {
        "kind": content.kind.code,
        "body": [{"block": type(block).__name__} | asdict(block) for block in content.body],
        "letterhead": asdict(draft.letterhead),
    }
    if content.partner is None:
        # As it was hashed before two could sign.
        del checked["partner"]
    return sha256(json.dumps(checked, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def read_values(kind: str | Kind, values: Mapping[str, object]) -> Content:
    """Read the values of a kind's form.

    Raises `FormInvalid` with the code of the first wrong value: `field` names it (`body[2].table.rows[0][1]`),
    `count` says how many are wrong and `fields` names the first twenty, parted by commas.
    """
    if isinstance(kind, str) and kind not in ALL_KINDS:
        raise FormInvalid("kind_unknown", field="kind", kind=kind[:20])
    wanted = ALL_KINDS[kind] if isinstance(kind, str) else kind
    read = Gathering()
    # What an agency's own form asks for beside its kind is read by `templates.own_fields`.
    beside = {OWN, ANNEXES, PARTNER} if wanted.may_be_joint else {OWN, ANNEXES}
    values = read.mapping(values, "", known=frozenset(field.name for field in wanted.fields) | beside)
    given = {field.name: values.get(field.name) for field in wanted.fields}
    left_out = {field.name for field in wanted.fields if not field.required and values.get(field.name) in (None, [])}
    content = Content(
        kind=wanted,
        # A letter's form writes "V/v"; a decision's subject begins with its own "Về việc".
        subject=read.line(
            given["subject"],
            "subject",
            longest=LONGEST_LINE,
            without=_BEFORE_SUBJECT if wanted.form == "1.5" else None,
        ),
        body=() if "body" in left_out or "body" not in given else _blocks(read, given["body"], "body"),
        recipients=_entries(read, given, "recipients", left_out),
        archive=read.line(given["archive"], "archive", longest=LONGEST_LINE, without=AROUND_ARCHIVE)
        if "archive" in given
        else "",
        addressees=_entries(read, given, "addressees", left_out),
        citations=_entries(read, given, "citations", left_out),
        invited=_entries(read, given, "invited", left_out),
        attendees=_entries(read, given, "attendees", left_out),
        authority=read.line(given["authority"], "authority", longest=LONGEST_LINE) if "authority" in given else None,
        lines=tuple(
            (name, (_day if name in DATES else _line)(read, given[name], name))
            for name in given
            if name in LINES and name not in left_out
        ),
        annexes=_annexes(read, values.get(ANNEXES)),
        partner=_partner(read, values.get(PARTNER)),
    )
    read.finish()
    return content


def _line(read: Gathering, value: object, field: str) -> str:
    return read.line(value, field, longest=LONGEST_LINE, without=_AT_END)


def _day(read: Gathering, value: object, field: str) -> str:
    """A day in the decree's words, without the word "ngày" that the form's sentence has."""
    text = _line(read, value, field)
    day = read_day(text)
    if day is None:
        if text:
            read.refuse("day_unclear", field)
        return ""
    return long_date(day).removeprefix("ngày ")


def _partner(read: Gathering, value: object) -> Partner | None:
    if value is None:
        return None
    given = read.mapping(value, PARTNER, known=frozenset({"name", "title", "signer"}))
    name, title, signer = (
        read.line(given.get(part), f"{PARTNER}_{part}", longest=200) for part in ("name", "title", "signer")
    )
    return Partner(name.upper(), title.upper(), signer)


def _annexes(read: Gathering, value: object) -> tuple[Annex, ...]:
    if value in (None, []):
        return ()
    annexes = []
    for index, entry in enumerate(read.items(value, ANNEXES, most=MOST_ANNEXES)):
        field = f"{ANNEXES}[{index}]"
        given = read.mapping(entry, field, known=frozenset({"title", "body", "kind_name"}))
        name = given.get("kind_name")
        annexes.append(
            Annex(
                read.line(given.get("title"), f"{field}.title", longest=LONGEST_LINE),
                _blocks(read, given.get("body"), f"{field}.body"),
                None if name is None else read.line(name, f"{field}.kind_name", longest=LONGEST_LINE),
            )
        )
    return tuple(annexes)


def _entries(read: Gathering, given: Mapping[str, object], name: str, left_out: set[str]) -> tuple[str, ...]:
    if name not in given or name in left_out:
        return ()
    return tuple(
        read.line(value, f"{name}[{index}]", longest=LONGEST_ENTRY, without=AROUND_ENTRY)
        for index, value in enumerate(read.items(given[name], name, most=MOST_ENTRIES))
    )


def _blocks(read: Gathering, value: object, name: str) -> tuple[Block, ...]:
    blocks: list[Block] = []
    for index, entry in enumerate(read.items(value, name, most=MOST_BLOCKS)):
        field = f"{name}[{index}]"
        readers = {"heading": _heading, "paragraph": _paragraphs, "article": _article, "table": _table}
        named = [name for name in readers if isinstance(entry, Mapping) and name in entry]
        if len(named) != 1 or not isinstance(entry, Mapping):
            read.refuse("block_unknown", field)
        else:
            blocks += readers[named[0]](read, entry, field)
    return tuple(blocks)


def _heading(read: Gathering, entry: Mapping[str, object], field: str) -> tuple[Block, ...]:
    read.mapping(entry, field, known=frozenset({"heading", "level"}))
    level = entry.get("level", 1)
    text = read.line(entry["heading"], f"{field}.heading", longest=LONGEST_LINE)
    if type(level) is not int or level not in (1, 2):
        read.refuse("value_wrong", f"{field}.level")
        return ()
    return (Heading(level, text),)


def _paragraphs(read: Gathering, entry: Mapping[str, object], field: str) -> tuple[Block, ...]:
    """One paragraph for each line: a line break inside a justified paragraph would pull its words apart."""
    read.mapping(entry, field, known=frozenset({"paragraph"}))
    return tuple(
        Paragraph(line) for line in read.paragraphs(entry["paragraph"], f"{field}.paragraph", longest=LONGEST_TEXT)
    )


def _article(read: Gathering, entry: Mapping[str, object], field: str) -> tuple[Block, ...]:
    read.mapping(entry, field, known=frozenset({"article", "number", "paragraphs"}))
    number = entry.get("number")
    if type(number) is not int or not 1 <= number <= 999:
        read.refuse("value_missing" if number is None else "value_wrong", f"{field}.number")
        number = 1
    first, *rest = read.paragraphs(entry["article"], f"{field}.article", longest=LONGEST_TEXT) or ("",)
    if entry.get("paragraphs") not in (None, []):
        for index, value in enumerate(read.items(entry["paragraphs"], f"{field}.paragraphs", most=MOST_ROWS)):
            rest += read.paragraphs(value, f"{field}.paragraphs[{index}]", longest=LONGEST_TEXT)
    return (Article(number, first, tuple(rest)),)


def _table(read: Gathering, entry: Mapping[str, object], field: str) -> tuple[Block, ...]:
    read.mapping(entry, field, known=frozenset({"table"}))
    field = f"{field}.table"
    table = read.mapping(entry["table"], field, known=frozenset({"columns", "rows", "widths_mm", "align", "caption"}))
    titles = read.items(table.get("columns"), f"{field}.columns", most=MOST_COLUMNS)
    columns = tuple(
        " ".join(read.lines(title, f"{field}.columns[{index}]", longest=LONGEST_LINE))
        for index, title in enumerate(titles)
    )
    rows = tuple(
        _row(read, row, f"{field}.rows[{index}]", cells=len(columns))
        for index, row in enumerate(read.items(table.get("rows"), f"{field}.rows", most=MOST_ROWS))
    )
    if not columns:
        return ()
    caption = table.get("caption")
    return (
        Table(
            columns,
            rows,
            _widths(read, table.get("widths_mm"), f"{field}.widths_mm", columns=len(columns)),
            _align(read, table.get("align"), f"{field}.align", columns=len(columns)),
            None if caption is None else read.line(caption, f"{field}.caption", longest=LONGEST_LINE),
        ),
    )


def _row(read: Gathering, row: object, field: str, *, cells: int) -> tuple[str, ...]:
    if not isinstance(row, list) or len(row) != cells:
        read.refuse("row_length", field, wanted=cells)
        return ()
    return tuple("\n".join(read.lines(cell, f"{field}[{index}]", longest=2000)) for index, cell in enumerate(row))


def _widths(read: Gathering, value: object, field: str, *, columns: int) -> tuple[float, ...]:
    """Widths in millimetres, equal when none are given; together no wider than the text."""
    if value is None:
        return (round(TEXT_WIDTH_MM / columns, 2),) * columns
    widths = value if isinstance(value, list) else []
    numbers = [float(width) for width in widths if type(width) in (int, float) and 0 < width < PAGE.width_mm]
    if len(numbers) != len(widths) or len(numbers) != columns or min(numbers) < NARROWEST_COLUMN_MM:
        read.refuse("value_wrong", field)
    elif sum(numbers) > TEXT_WIDTH_MM + 0.5:
        read.refuse("table_too_wide", field, limit=int(TEXT_WIDTH_MM))
    return tuple(numbers)


def _align(read: Gathering, value: object, field: str, *, columns: int) -> tuple[str, ...]:
    if value is None:
        return ("left",) * columns
    given = [entry for entry in value if isinstance(entry, str)] if isinstance(value, list) else []
    if len(given) != columns or any(entry not in ALIGNMENTS for entry in given):
        read.refuse("value_wrong", field)
    return tuple(given)

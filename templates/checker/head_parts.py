"""The parts of a document's head: boxes 1 to 5b, 10b and 11, wherever tables, tabs or plain lines put them."""

from collections.abc import Sequence
from dataclasses import dataclass

from templates.checker import words
from templates.checker.model import Line, Rule
from templates.layout import DATE_MARK, NUMBER_MARK

HEAD_LINES = 60
_LONGEST_SUBJECT_LINES = 8


@dataclass(frozen=True)
class Head:
    """Boxes 1 to 5b and 10b, 11, with the rules drawn under agency, motto and subject."""

    nation: Line | None = None
    motto: Line | None = None
    superior: tuple[Line, ...] = ()
    issuer: tuple[Line, ...] = ()
    number: Line | None = None
    date: Line | None = None
    letter_subject: tuple[Line, ...] = ()
    kind: Line | None = None
    subject: tuple[Line, ...] = ()
    urgency: Line | None = None
    circulation: Line | None = None
    issuer_rules: tuple[Rule, ...] = ()
    motto_rules: tuple[Rule, ...] = ()
    subject_rules: tuple[Rule, ...] = ()
    # The file has our own empty places for number and date, which are filled when it is issued.
    number_later: bool = False
    date_later: bool = False
    # What the document goes with, where it goes with another one.
    accompanies: Line | None = None


def find_head(lines: tuple[Line, ...]) -> tuple[Head, int]:
    """The head's components, and where what follows them begins."""
    top = lines[:HEAD_LINES]
    nation = next((line for line in top if words.is_nation(line.text)), None)
    motto = next((line for line in top if words.is_motto(line.text)), None)
    kind_at = next((at for at, line in enumerate(top) if _names_kind(line)), None)
    letter_at = next((at for at, line in enumerate(top[:kind_at]) if words.LETTER.match(line.text)), None)
    stop = min(at for at in (kind_at, _body_at(top), len(top)) if at is not None)
    number = next((line for line in top[:stop] if line.side != "right" and words.NUMBER.match(line.text)), None)
    date = next((line for line in top[:stop] if line.side != "left" and _is_date(line)), None)
    number_slot = next((line for line in top if NUMBER_MARK in line.marks), None)
    date_slot = next((line for line in top if DATE_MARK in line.marks), None)
    fixed = [line for line in (nation, motto, number, date, number_slot, date_slot) if line is not None]
    letter = _letter_subject(top, letter_at)
    agency = _agency(top[:stop], fixed, number or number_slot, letter)
    superior, issuer = _split_agency(agency)
    subject_end, subject = _subject(top, kind_at)
    below = max([subject_end, *(top.index(line) + 1 for line in (*fixed, *letter, *agency))], default=0)
    stamps = [line for line in top if line not in fixed]
    head = Head(
        nation=nation,
        motto=motto,
        superior=superior,
        issuer=issuer,
        number=number,
        date=date,
        letter_subject=letter,
        kind=top[kind_at] if kind_at is not None else None,
        subject=subject,
        urgency=next((line for line in stamps if words.URGENCY.match(line.text)), None),
        circulation=next((line for line in stamps if words.CIRCULATION.match(line.text)), None),
        issuer_rules=_rules(top[:stop], "left", agency, number or number_slot),
        motto_rules=_rules(top[:stop], "right", [line for line in (nation, motto) if line], date or date_slot),
        subject_rules=_below(top, subject or ((top[kind_at],) if kind_at is not None else ())),
        number_later=number_slot is not None,
        accompanies=_accompanies(top, subject_end) if kind_at is not None else None,
        date_later=date_slot is not None,
    )
    return head, below


def _names_kind(line: Line) -> bool:
    if line.side in {"left", "right"} or words.kind_of(line.text) is None:
        return False
    return words.upper(line.text) or line.align == "center" or all(run.bold for run in line.runs if run.text.strip())


def _body_at(top: Sequence[Line]) -> int | None:
    """Where at the latest the head is over: a salutation or a long line over the whole width."""
    for at, line in enumerate(top):
        if words.SALUTATION.match(line.text) or (line.side == "" and len(line.text) > 100 and line.align != "center"):
            return at
    return None


def _is_date(line: Line) -> bool:
    return len(line.text) < 90 and bool(words.DATE.search(line.text)) and "kèm theo" not in line.text.lower()


def _letter_subject(top: Sequence[Line], at: int | None) -> tuple[Line, ...]:
    if at is None:
        return ()
    found = [top[at]]
    for line in top[at + 1 : at + _LONGEST_SUBJECT_LINES]:
        if line.cell is None and top[at].side == "left" and line.side == "right":
            continue
        same = line.cell == top[at].cell and line.side == top[at].side
        # Set below one another by tabs, each a paragraph of its own.
        tabbed = line.align == "center" and bool(line.pieces) and line.start_mm == top[at].start_mm
        placed = line.cell is not None or line.side == "left" or tabbed
        if not same or not placed or not line.text or _is_stamp(line) or _is_date(line):
            break
        found.append(line)
    return tuple(found)


def _is_stamp(line: Line) -> bool:
    return bool(words.URGENCY.match(line.text) or words.CIRCULATION.match(line.text))


def _agency(
    top: Sequence[Line], fixed: Sequence[Line], number: Line | None, letter: tuple[Line, ...]
) -> tuple[Line, ...]:
    stop = next((at for at, line in enumerate(top) if line is number or line in letter), len(top))
    found = [
        line
        for line in top[:stop]
        if line.side != "right"
        and line not in fixed
        and line.text
        and not set(line.text) <= words.RULE_TEXT
        and not _is_stamp(line)
        and len(line.text) < 120
        and not words.DATE.search(line.text)
    ]
    return tuple(found[:6])


_UNIT_WORDS = (
    "so ", "phong ", "ban ", "trung tam ", "chi cuc ", "truong ", "van phong", "cuc ", "vu ", "benh vien ", "doi ",
    "tram ", "hoi dong ", "cong ty ", "to ", "vien ", "thanh tra", "tong cuc ", "kho bac ", "hat ", "uy ban ", "ubnd ",
)  # fmt: skip
_ABOVE_WORDS = ("uy ban nhan dan", "ubnd", "bo ", "so ", "tong cuc ", "hoi dong nhan dan", "cuc ")


def _split_agency(lines: tuple[Line, ...]) -> tuple[tuple[Line, ...], tuple[Line, ...]]:
    """Superior lines and own: by the words agencies begin with, else by weight where it tells."""
    folded = [words.fold(line.text) for line in lines]
    for at in range(len(lines) - 1, 0, -1):
        if folded[at].startswith(_UNIT_WORDS) and folded[0].startswith(_ABOVE_WORDS):
            return lines[:at], lines[at:]
    bold = [_is_bold(line) for line in lines]
    if lines and bold[-1] and not all(bold):
        first = len(lines) - next((n for n, b in enumerate(reversed(bold)) if not b), len(lines))
        return lines[:first], lines[first:]
    return (), lines


def _is_bold(line: Line) -> bool:
    seen = [run for run in line.runs if run.text.strip()]
    return bool(seen) and all(run.bold for run in seen)


def _subject(top: Sequence[Line], kind_at: int | None) -> tuple[int, tuple[Line, ...]]:
    if kind_at is None:
        return 0, ()
    found: list[Line] = []
    at = kind_at + 1
    while at < len(top) and len(found) < _LONGEST_SUBJECT_LINES:
        line = top[at]
        if not line.text and not found and not line.rules:
            at += 1
            continue
        ends = (
            not line.text
            or set(line.text) <= words.RULE_TEXT
            or line.side != ""
            or line.cell != top[kind_at].cell
            or words.SALUTATION.match(line.text)
            or words.CITATION.match(line.text)
            or words.ACCOMPANIES.match(line.text)
            or line.text.endswith(":")
            or (line.align != "center" and len(line.text) > 60 and not (line.box and _is_bold(line)))
            or (bool(found) and words.upper(line.text) and not words.upper(found[-1].text))
            or (bool(found) and bool(found[-1].rules))
        )
        if ends:
            break
        found.append(line)
        at += 1
    return at, tuple(found)


def _accompanies(top: Sequence[Line], below: int) -> Line | None:
    return next((line for line in top[below : below + 3] if words.ACCOMPANIES.match(line.text)), None)


def _rules(top: Sequence[Line], side: str, own: Sequence[Line], stop: Line | None) -> tuple[Rule, ...]:
    """Rules in a column of the head, from its first line to number or date."""
    if not own or own[0] not in top:
        return ()
    first, tables = top.index(own[0]), {line.cell[0] for line in own if line.cell}
    last = next((at for at, line in enumerate(top) if line is stop), len(top))
    found: list[Rule] = []
    for at, line in enumerate(top):
        inside = line.cell is not None and line.cell[0] in tables and line.side in {side, own[0].side}
        loose = line.cell is None and (line.side == side or (line.side == "" and not tables))
        if (inside and first <= at < max(last, first)) or (loose and first <= at < last):
            found += line.rules
    return tuple(found)


def _below(top: Sequence[Line], own: Sequence[Line]) -> tuple[Rule, ...]:
    """Rules of the lines of a part and of the empty ones below it."""
    if not own:
        return ()
    found = [rule for line in own for rule in line.rules]
    for line in top[top.index(own[-1]) + 1 :]:
        accompanies = words.ACCOMPANIES.match(line.text) or line.text.endswith(")")
        if line.text and not set(line.text) <= words.RULE_TEXT and not accompanies:
            break
        found += line.rules
    return tuple(found)

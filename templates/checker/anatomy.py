"""Which line is which component of the decree's map (Annex I, part I, IV), found by words and places.

Nothing is judged here: a component written wrongly has to be found all the same.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from templates.checker import words
from templates.checker.foot_parts import Foot, find_foot, foot_begins
from templates.checker.head_parts import HEAD_LINES, Head, find_head
from templates.checker.model import Line, Sheet
from templates.families import told_by_heads, told_family

# The number of a normative document holds its year (01/2026/QĐ-UBND).

_BESIDE_MM = 3.0


@dataclass(frozen=True)
class Annex:
    """An annex: its line with the word Phụ lục, its name, what it belongs to, and the rest."""

    title: Line
    name: tuple[Line, ...]
    reference: tuple[Line, ...]
    body: tuple[Line, ...]
    ordinal: str


@dataclass(frozen=True)
class Anatomy:
    """A document taken apart. `kind` is a code; `family` tells what the decree does not speak of."""

    kind: str | None
    abbreviation: str | None
    family: str
    head: Head
    authority: tuple[Line, ...]
    citations: tuple[Line, ...]
    enacts: Line | None
    salutation: Line | None
    addressees: tuple[Line, ...]
    body: tuple[Line, ...]
    tables: tuple[Line, ...]
    foot: Foot
    annexes: tuple[Annex, ...]
    copy: Line | None
    copy_number: Line | None
    address: tuple[Line, ...]
    rest: tuple[Line, ...] = field(default=())
    # A document that goes with this one has a head of its own; a copy has one below the document (form 3.1).
    attached: tuple[Line, ...] = ()
    copied: tuple[Line, ...] = ()
    # "(Kèm theo Quyết định số ...)" below a subject: number, date and signature are the decision's (form 1.3).
    accompanies: Line | None = None


def dissect(sheet: Sheet) -> Anatomy:
    """Take a sheet apart."""
    lines = tuple(_expanded(sheet.lines))
    main, after = _part_off(lines)
    head, below = find_head(main)
    kind = words.kind_of(head.kind.text) if head.kind else None
    if kind is None and head.letter_subject:
        kind = words.kinds()[words.fold("Công văn")]
    foot_at = foot_begins(main)
    if kind is None and head.kind is None:
        kind = _meant(head, main[below:foot_at])
    foot = find_foot(main, foot_at)
    middle = main[below:foot_at]
    salutation, addressees, middle = _salutation(middle)
    authority, citations, enacts, middle = _grounds(middle, kind[0] if kind else None)
    if kind is not None and kind[0] == "CĐ":
        addressees, middle = _called(middle)
    middle = tuple(line for line in middle if line not in (head.urgency, head.circulation))
    copy, copy_number, after, copied = _copy(after)
    layout = {line.cell[0] for line in addressees if line.cell}
    return Anatomy(
        kind=kind[0] if kind else None,
        abbreviation=kind[2] if kind else None,
        family=_family(lines, head),
        head=head,
        authority=authority,
        citations=citations,
        enacts=enacts,
        salutation=salutation,
        addressees=addressees,
        body=tuple(line for line in middle if line.text and line.cell is None),
        tables=tuple(line for line in middle if line.text and line.cell is not None and line.cell[0] not in layout),
        foot=foot,
        annexes=tuple(_annexes(after)),
        copy=copy,
        copy_number=copy_number,
        address=tuple(line for line in (*sheet.footer, *main[foot_at:]) if words.ADDRESS.match(line.text)),
        rest=tuple(after),
        attached=after if any(words.is_nation(line.text) for line in after) else (),
        copied=copied,
        accompanies=head.accompanies,
    )


def _expanded(lines: Sequence[Line]) -> Iterator[Line]:
    """Paragraphs laid out with tabs become the two lines people see, where head and foot stand side by side."""
    foot = False
    for at, line in enumerate(lines):
        shown = [piece for piece in line.pieces if piece.text]
        begins = bool(shown) and line.cell is None and bool(words.RECIPIENTS.match(shown[0].text))
        foot = foot or (begins and len(shown) > 1)
        if foot and line.cell is None:
            yield from _columns(line, shown, first_is_left=bool(line.pieces and line.pieces[0].text))
        elif at < HEAD_LINES and _is_head_row(shown):
            middle = line.column_mm / 2
            yield from _columns(line, shown, first_is_left=len(shown) > 1 or (line.start_mm or 0) < middle)
        else:
            yield line


def _is_head_row(shown: Sequence[Line]) -> bool:
    if not shown:
        return False
    last = shown[-1].text
    if len(shown) > 1 and (words.is_nation(last) or words.is_motto(last) or words.DATE.search(last)):
        return True
    return all(set(piece.text) <= words.RULE_TEXT for piece in shown)


def _columns(line: Line, shown: Sequence[Line], *, first_is_left: bool) -> Iterator[Line]:
    if not line.pieces:
        listed = line.text.startswith(("-", "–", "+", "•")) or words.DRAFTER.match(line.text)
        yield replace(line, side="left") if listed else line
        return
    for at, piece in enumerate(shown):
        left = at == 0 and first_is_left
        yield replace(piece, side="left" if left else "right", marks=line.marks if at == 0 else ())


def _part_off(lines: tuple[Line, ...]) -> tuple[tuple[Line, ...], tuple[Line, ...]]:
    """The document itself, and what follows it: annexes, documents that go with it, a copy's own block."""
    ends = [at for at, line in enumerate(lines) if words.RECIPIENTS.match(line.text)]
    first_annex = next((at for at, line in enumerate(lines) if at < 3 and words.ANNEX.match(line.text)), None)
    if first_annex is not None and not any(words.is_nation(line.text) for line in lines[:first_annex]):
        return (), lines
    start = ends[0] if ends else 0
    titled = any(words.is_nation(line.text) for line in lines[:start])
    for at in range(start, len(lines)):
        line = lines[at]
        begins = _begins_annex(line)
        again = titled and at > start and words.is_nation(line.text)
        if ends and (again or words.COPY.match(line.text)):
            cut = _head_begins(lines, at, start)
            return lines[:cut], lines[cut:]
        if begins and (ends or at > 10):
            return lines[:at], lines[at:]
    return lines, ()


def _called(middle: tuple[Line, ...]) -> tuple[tuple[Line, ...], tuple[Line, ...]]:
    """Who a telegram goes to: the dashed lines below "... điện:" (form 1.6)."""
    at = next((n for n, line in enumerate(middle) if words.CALLS.search(line.text)), None)
    if at is None:
        return (), middle
    end = at + 1
    while end < len(middle) and (not middle[end].text or middle[end].text.startswith(("-", "–", "+"))):
        end += 1
    return tuple(line for line in middle[at + 1 : end] if line.text), (*middle[: at + 1], *middle[end:])


def _begins_annex(line: Line) -> bool:
    named = words.ANNEX.match(line.text) or (words.ANNEX_RUN_ON.match(line.text) and len(line.text) < 120)
    return bool(named) and line.side == "" and (line.align == "center" or words.upper(line.text))


def _head_begins(lines: Sequence[Line], at: int, start: int) -> int:
    """Where the head begins that a line stands in: its table, with the rule above it."""
    cell = lines[at].cell
    if cell is None:
        # A PDF has no tables, but the rule over the whole width above a copy (Annex I, part II, II.2.a).
        wide = [n for n in range(max(start + 1, at - 12), at) if any(r.length_mm > 140 for r in lines[n].rules)]
        if wide:
            return wide[-1]
        while at > start + 1 and _beside(lines[at - 1], lines[at]):
            at -= 1
        return at
    while cell is not None and at > start + 1:
        above = lines[at - 1].cell
        if above is None or above[0] != cell[0]:
            break
        at -= 1
    return at


def _beside(one: Line, other: Line) -> bool:
    """Whether two lines of a PDF stand at one height: the left half of a head is read before the right one."""
    return bool(one.box and other.box and one.page == other.page and abs(one.box[3] - other.box[3]) < _BESIDE_MM)


def _grounds(
    middle: tuple[Line, ...], kind: str | None
) -> tuple[tuple[Line, ...], tuple[Line, ...], Line | None, tuple[Line, ...]]:
    """Authority, grounds and the enacting word, and what is left."""
    texts = [line for line in middle if line.text and not set(line.text) <= words.RULE_TEXT]
    enacts = next((line for line in texts if words.ENACTS.match(line.text)), None) if kind in words.ENACTED else None
    if enacts is not None:
        before = texts[: texts.index(enacts)]
        first = next((at for at, line in enumerate(before) if words.CITATION.match(line.text)), len(before))
        return tuple(before[:first]), tuple(before[first:]), enacts, tuple(texts[texts.index(enacts) + 1 :])
    authority = []
    if kind in words.ENACTED:
        while texts and words.upper(texts[0].text) and texts[0].align == "center":
            authority.append(texts.pop(0))
    grounds = []
    for line in texts:
        slanted = all(run.italic for run in line.runs if run.text.strip())
        closes = line.text.endswith(";") or slanted
        if not words.CITATION.match(line.text) or not closes or line.text.endswith(":") or line.cell is not None:
            break
        grounds.append(line)
    return tuple(authority), tuple(grounds), None, tuple(texts[len(grounds) :])


def _salutation(middle: tuple[Line, ...]) -> tuple[Line | None, tuple[Line, ...], tuple[Line, ...]]:
    at = next((n for n, line in enumerate(middle[:12]) if words.SALUTATION.match(line.text)), None)
    if at is None:
        return None, (), middle
    found: list[Line] = []
    end = at + 1
    for line in middle[at + 1 :]:
        in_table = line.cell is not None and line.cell[:1] == (middle[at].cell or ())[:1]
        if line.text and not in_table and not line.text.startswith(("-", "–", "—", "+", "•")):
            unfinished = found and not found[-1].text.endswith((".", ":")) and line.align != "both"
            # Receivers without dashes, below a colon with nothing behind it.
            unfinished = unfinished or (not found and middle[at].text.endswith(":") and line.text.endswith(";"))
            if not unfinished or len(line.text) > 90:
                break
        if line.text:
            found.append(line)
        end += 1
    # Dashes below a salutation that already names its receiver belong to the body.
    return middle[at], tuple(found), (*middle[:at], *middle[end:])


def _copy(after: tuple[Line, ...]) -> tuple[Line | None, Line | None, tuple[Line, ...], tuple[Line, ...]]:
    at = next((n for n, line in enumerate(after) if words.COPY.match(line.text)), None)
    if at is None:
        return None, None, after, ()
    first = _head_begins(after, at, -1)
    number = next((line for line in after[first:] if words.NUMBER.match(line.text)), None)
    return after[at], number, after[:first], after[first:]


def _annexes(after: tuple[Line, ...]) -> Iterator[Annex]:
    starts = [
        at for at, line in enumerate(after) if line.side == "" and (words.ANNEX.match(line.text) or _begins_annex(line))
    ]
    for begin, end in pairwise((*starts, len(after))):
        title, rest = after[begin], [line for line in after[begin + 1 : end] if line.text]
        name: list[Line] = []
        while rest and rest[0].cell is None and not words.ACCOMPANIES.match(rest[0].text) and len(name) < 4:
            if not (rest[0].align == "center" or words.upper(rest[0].text)) or set(rest[0].text) <= words.RULE_TEXT:
                break
            name.append(rest.pop(0))
        reference: list[Line] = []
        while rest and (words.ACCOMPANIES.match(rest[0].text) or reference) and len(reference) < 3:
            if reference and reference[-1].text.endswith(")"):
                break
            reference.append(rest.pop(0))
        found = words.ANNEX.match(title.text) or words.ANNEX_RUN_ON.match(title.text)
        ordinal = (found["ordinal"] or "") if found else ""
        yield Annex(title, tuple(name), tuple(reference), tuple(rest), ordinal)


def _meant(head: Head, middle: Sequence[Line]) -> tuple[str, str, str | None] | None:
    """The kind of a document that does not say it: by its notation, else a letter by its salutation."""
    first = re.search(r"/\s*([^\W\d_]+)", head.number.text) if head.number else None
    told = words.kind_by_abbreviation(first[1]) if first else None
    if told is not None and first is not None and told[2] == first[1]:
        return told
    called = any(words.SALUTATION.match(line.text) for line in middle)
    return words.kinds()[words.fold("Công văn")] if called else None


def _family(lines: tuple[Line, ...], head: Head) -> str:
    top = [words.fold(line.text) for line in lines[:15]]
    if (added := told_by_heads(line.text for line in lines[:15])) is not None:
        return added
    if head.nation is None and any("dang cong san viet nam" in text for text in top):
        return "party"
    told = told_family(head.number.text) if head.number is not None else "administrative"
    # The Party's dash in a line under the national title is a fault of an administrative document.
    if told not in {"administrative", "party"}:
        return told
    if head.nation is None and head.motto is None and head.number is None and head.kind is None:
        return "other"
    return "administrative"

"""Which line is which component of the decree's map (Annex I, part I, IV), found by words and places.

Nothing is judged here: a component written wrongly has to be found all the same.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from templates.checker import words
from templates.checker.model import Line, Rule, Sheet
from templates.layout import DATE_MARK, NUMBER_MARK

_HEAD = 60
_LONGEST_SUBJECT_LINES = 8


@dataclass(frozen=True)
class Annex:
    """An annex: its line with the word Phụ lục, its name, what it belongs to, and the rest."""

    title: Line
    name: tuple[Line, ...]
    reference: tuple[Line, ...]
    body: tuple[Line, ...]
    ordinal: str


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


@dataclass(frozen=True)
class Foot:
    """Boxes 7a, 7b, 9b and 12."""

    title: Line | None = None
    recipients: tuple[Line, ...] = ()
    drafter: Line | None = None
    capacity: tuple[Line, ...] = ()
    name: Line | None = None
    above_name: tuple[Line, ...] = ()


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


def dissect(sheet: Sheet) -> Anatomy:
    """Take a sheet apart."""
    lines = tuple(_expanded(sheet.lines))
    main, after = _part_off(lines)
    head, below = _head(main)
    kind = words.kind_of(head.kind.text) if head.kind else None
    if kind is None and head.letter_subject:
        kind = words.kinds()[words.fold("Công văn")]
    foot_at = _foot_at(main)
    foot = _foot(main, foot_at)
    middle = main[below:foot_at]
    authority, citations, enacts, middle = _grounds(middle, kind[0] if kind else None)
    salutation, addressees, middle = _salutation(middle)
    middle = tuple(line for line in middle if line not in (head.urgency, head.circulation))
    copy, copy_number, after = _copy(after)
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
    )


def _expanded(lines: Sequence[Line]) -> Iterator[Line]:
    """Paragraphs laid out with tabs become the two lines people see, where head and foot stand side by side."""
    in_foot = False
    for at, line in enumerate(lines):
        pieces = line.pieces
        in_foot = in_foot or bool(words.RECIPIENTS.match(line.text))
        first, last = (pieces[0].text, pieces[-1].text) if pieces else ("", "")
        head = at < _HEAD and pieces and (
            any(words.is_nation(p.text) or words.is_motto(p.text) for p in pieces[1:])
            or (bool(words.DATE.search(last)) and bool(words.NUMBER.match(first) or not first))
            or all(set(p.text) <= words.RULE_TEXT for p in pieces)
        )  # fmt: skip
        foot = in_foot and pieces and (not first or first.startswith(("-", "–")) or words.RECIPIENTS.match(first))
        if head or foot or (pieces and words.RECIPIENTS.match(first)):
            texts = [piece for piece in pieces[1:] if piece.text]
            if first:
                yield replace(pieces[0], side="left", marks=line.marks)
            yield from (replace(piece, side="right") for piece in texts)
        else:
            yield line


def _part_off(lines: tuple[Line, ...]) -> tuple[tuple[Line, ...], tuple[Line, ...]]:
    """The document itself, and what follows it: annexes, documents that go with it, a copy's own block."""
    ends = [at for at, line in enumerate(lines) if words.RECIPIENTS.match(line.text)]
    first_annex = next((at for at, line in enumerate(lines) if at < 3 and words.ANNEX.match(line.text)), None)
    if first_annex is not None and not any(words.is_nation(line.text) for line in lines[:first_annex]):
        return (), lines
    start = ends[0] if ends else 0
    for at in range(start, len(lines)):
        line = lines[at]
        begins = words.ANNEX.match(line.text) and line.side == "" and (line.align == "center" or words.upper(line.text))
        again = at > start and words.is_nation(line.text) and any(words.is_nation(b.text) for b in lines[:start])
        if (ends and (begins or again or words.COPY.match(line.text))) or (begins and at > 10):
            return lines[:at], lines[at:]
    return lines, ()


def _head(lines: tuple[Line, ...]) -> tuple[Head, int]:
    """The head's components, and where what follows them begins."""
    top = lines[:_HEAD]
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
        same = line.cell == top[at].cell and line.side == top[at].side
        if not same or not line.text or line.cell is None or _is_stamp(line) or _is_date(line):
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
_ABOVE_WORDS = ("uy ban nhan dan", "ubnd", "bo ", "so ", "tong cuc ", "hoi dong nhan dan", "cuc ", "truong ", "vien ")


def _split_agency(lines: tuple[Line, ...]) -> tuple[tuple[Line, ...], tuple[Line, ...]]:
    """Superior lines and own: by weight where it tells, else by the words agencies begin with."""
    bold = [_is_bold(line) for line in lines]
    if lines and bold[-1] and not all(bold):
        first = len(lines) - next((n for n, b in enumerate(reversed(bold)) if not b), len(lines))
        return lines[:first], lines[first:]
    folded = [words.fold(line.text) for line in lines]
    for at in range(len(lines) - 1, 0, -1):
        if not folded[at].startswith(_UNIT_WORDS) or not folded[0].startswith(_ABOVE_WORDS):
            continue
        return lines[:at], lines[at:]
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
            or (line.align != "center" and len(line.text) > 60)
            or (bool(found) and words.upper(line.text) and not words.upper(found[-1].text))
            or (bool(found) and bool(found[-1].rules))
        )
        if ends:
            break
        found.append(line)
        at += 1
    return at, tuple(found)


def _rules(top: Sequence[Line], side: str, own: Sequence[Line], stop: Line | None) -> tuple[Rule, ...]:
    """Rules in a column of the head, from its first line to number or date."""
    if not own:
        return ()
    first, tables = top.index(own[0]), {line.cell[0] for line in own if line.cell}
    last = next((at for at, line in enumerate(top) if line is stop), len(top))
    found: list[Rule] = []
    for at, line in enumerate(top):
        inside = line.cell is not None and line.cell[0] in tables and line.side == side
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
        if line.text and not set(line.text) <= words.RULE_TEXT:
            break
        found += line.rules
    return tuple(found)


def _foot_at(main: tuple[Line, ...]) -> int:
    """Where the foot begins: the first line of its table, of "Nơi nhận", or of the signature block."""
    at = next((n for n in range(len(main) - 1, -1, -1) if words.RECIPIENTS.match(main[n].text)), None)
    if at is None:
        tail = range(max(0, len(main) - 15), len(main))
        at = next((n for n in tail if _opens_block(main[n])), len(main))
    cell = main[at].cell if at < len(main) else None
    if cell is not None:
        return next(n for n, line in enumerate(main) if line.cell and line.cell[0] == cell[0])
    # Without a table the signature block may stand above "Nơi nhận".
    while at > 0 and at < len(main):
        above = [n for n in range(max(0, at - 8), at) if _opens_block(main[n]) and main[n].cell is None]
        if not above:
            break
        at = above[0]
    return at


def _opens_block(line: Line) -> bool:
    text = line.text
    if words.CAPACITY.match(text) and words.upper(text):
        return True
    return bool(words.TITLE.match(text.upper())) and len(text) < 60 and (words.upper(text) or line.side == "right")


def _foot(main: tuple[Line, ...], at: int) -> Foot:
    lines = main[at:]
    title = next((line for line in lines if words.RECIPIENTS.match(line.text)), None)
    left = [line for line in lines if line.side == "left"]
    right = [line for line in lines if line.side == "right" and line.text]
    if not left and title is not None:
        left = [line for line in lines if line.side == ""][[*filter(lambda x: x.side == "", lines)].index(title) :]
    if not right:
        stop = lines.index(title) if title in lines and _opens_block(lines[0]) else len(lines)
        right = [line for line in lines[:stop] if line.side == "" and line.text and not _listed(line)]
        right = [line for line in right if line is not title]
    listed, drafter = _recipients(left, title)
    capacity, above, name = _block(right)
    return Foot(title, listed, drafter, capacity, name, above)


def _listed(line: Line) -> bool:
    return line.text.startswith(("-", "–", "+", "•")) or bool(words.ARCHIVE.match(line.text))


def _recipients(left: Sequence[Line], title: Line | None) -> tuple[tuple[Line, ...], Line | None]:
    if title is None or title not in left:
        return (), None
    found: list[Line] = []
    drafter = None
    for line in left[left.index(title) + 1 :]:
        if not line.text:
            continue
        if words.DRAFTER.match(line.text) and found:
            drafter = line
        elif words.ADDRESS.match(line.text) or drafter is not None or set(line.text) <= words.RULE_TEXT:
            break
        else:
            found.append(line)
    return tuple(found), drafter


def _block(right: Sequence[Line]) -> tuple[tuple[Line, ...], tuple[Line, ...], Line | None]:
    """The title lines, lines above the name that name another title, and the name."""
    seen = [line for line in right if not line.text.startswith("(") and not line.text.endswith(")")]
    seen = [line for line in seen if not set(line.text) <= words.RULE_TEXT and not words.ADDRESS.match(line.text)]
    if not seen:
        return (), (), None
    titles: list[Line] = []
    for line in seen:
        if (words.upper(line.text) or _opens_block(line)) and not _looks_like_name(line, titles):
            titles.append(line)
        else:
            break
    others = seen[len(titles) :]
    if not titles:
        return tuple(seen[:-1]), (), seen[-1] if len(seen) > 1 else None
    return tuple(titles), tuple(others[:-1]), others[-1] if others else None


def _looks_like_name(line: Line, titles: Sequence[Line]) -> bool:
    """A name typed in capitals: the last of several lines that opens nothing and follows a title."""
    if not titles or words.CAPACITY.match(line.text) or words.TITLE.match(line.text):
        return False
    own = words.fold(line.text).split()
    return 2 <= len(own) <= 5 and bool(words.TITLE.match(titles[-1].text)) and own[0] in _SURNAMES


_SURNAMES = frozenset(
    "nguyen tran le pham hoang huynh phan vu vo dang bui do ho ngo duong ly lo ha dinh luong trinh mai cao ta lam "
    "dao doan truong giang thao vang luu chu quach kieu to tong dam hua nong be ma sung giang lau".split()
)


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
        in_table = line.cell is not None and middle[at].cell is not None and line.cell[0] == middle[at].cell[0]
        if line.text and not in_table and not line.text.startswith(("-", "–", "—", "+", "•")):
            unfinished = found and not found[-1].text.endswith((".", ":")) and line.align != "both"
            if not unfinished or len(line.text) > 90:
                break
        if line.text:
            found.append(line)
        end += 1
    # Dashes below a salutation that already names its receiver belong to the body.
    return middle[at], tuple(found), (*middle[:at], *middle[end:])


def _copy(after: tuple[Line, ...]) -> tuple[Line | None, Line | None, tuple[Line, ...]]:
    at = next((n for n, line in enumerate(after) if words.COPY.match(line.text)), None)
    if at is None:
        return None, None, after
    number = next((line for line in after if words.NUMBER.match(line.text)), None)
    return after[at], number, ()


def _annexes(after: tuple[Line, ...]) -> Iterator[Annex]:
    starts = [at for at, line in enumerate(after) if words.ANNEX.match(line.text) and line.side == ""]
    for begin, end in zip(starts, [*starts[1:], len(after)], strict=True):
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
        found = words.ANNEX.match(title.text)
        ordinal = (found["ordinal"] or "") if found else ""
        yield Annex(title, tuple(name), tuple(reference), tuple(rest), ordinal)


def _family(lines: tuple[Line, ...], head: Head) -> str:
    top = [words.fold(line.text) for line in lines[:15]]
    if head.nation is None and any("dang cong san viet nam" in text for text in top):
        return "party"
    text = head.number.text if head.number else ""
    if any(f"/{year}/" in text.replace(" ", "") for year in range(1990, 2100)):
        return "normative"
    if head.nation is None and head.motto is None and head.number is None and head.kind is None:
        return "other"
    return "administrative"

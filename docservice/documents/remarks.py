"""Góp ý: remarks at a place of a draft's text, answers to them, and when they are settled.

They live beside the document and never in it: nothing that fills a form or makes a PDF reads this module.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from uuid import UUID

from sqlalchemy import select

from docservice.core.errors import NotAllowed
from docservice.core.ids import new_id
from docservice.core.work import Reading, Work
from docservice.documents.draft_models import Remark
from docservice.documents.errors import FileNotThere, RemarkEmpty
from docservice.documents.models import Document

_AROUND = 60
_ABOVE = 39
# A line this much like the one that was quoted is the same line, edited.
_ALIKE = 0.6


class Standing(StrEnum):
    """Whether the quoted place is there still, was edited, or is gone."""

    THERE = "there"
    EDITED = "edited"
    GONE = "gone"


@dataclass(frozen=True)
class Place:
    """A place in lines of text: the line, from 0, and the letters from `begin` to `end`; an edited line is whole."""

    standing: Standing
    line: int = 0
    begin: int = 0
    end: int = 0


@dataclass(frozen=True)
class Thread:
    """A remark with its answers, oldest first, and where it stands now."""

    remark: Remark
    answers: tuple[Remark, ...]
    place: Place


def find_place(lines: Sequence[str], *, quote: str, before: str, after: str) -> Place:
    """The quoted words where most of what stood around them still does.

    `before` may begin with the end of the line above, parted by a line's end: of lines that say the same, it tells
    which was meant.
    """
    above, _, before = before.rpartition("\n")
    best, most, nearest = Place(Standing.GONE), -1, -1
    for at, line in enumerate(lines):
        begin = line.find(quote)
        while begin >= 0:
            end = begin + len(quote)
            score = _same(line[:begin][::-1], before[::-1]) + _same(line[end:], after)
            near = _same(lines[at - 1][::-1], above[::-1]) if at else 0
            if (score, near) > (most, nearest):
                best, most, nearest = Place(Standing.THERE, at, begin, end), score, near
            begin = line.find(quote, begin + 1)
    # Short words stand in many places: without anything of their surroundings they are not the place that was meant.
    if most > 0 or (most == 0 and (len(quote) > _AROUND or not before + after)):
        return best
    wanted = before + quote + after
    likely = max(range(len(lines)), key=lambda at: _ratio(lines[at], wanted), default=None)
    if likely is not None and _ratio(lines[likely], wanted) >= _ALIKE:
        return Place(Standing.EDITED, likely, 0, len(lines[likely]))
    return Place(Standing.GONE)


def threads(reading: Reading, document_id: UUID, lines: Sequence[str]) -> list[Thread]:
    """Every remark of a document in the order of the text, those without a place first."""
    rows = list(reading.session.scalars(select(Remark).where(Remark.document_id == document_id).order_by(Remark.id)))
    found = [
        Thread(
            row,
            tuple(answer for answer in rows if answer.answers_id == row.id),
            find_place(lines, quote=row.quote, before=row.before, after=row.after),
        )
        for row in rows
        if row.answers_id is None
    ]
    return sorted(
        found, key=lambda thread: (thread.place.standing != Standing.GONE, thread.place.line, thread.place.begin)
    )


def open_count(reading: Reading, document_id: UUID) -> int:
    """How many remarks nobody has settled."""
    wanted = select(Remark.id).where(
        Remark.document_id == document_id, Remark.answers_id.is_(None), Remark.resolved_at.is_(None)
    )
    return len(reading.session.scalars(wanted).all())


def remark(
    work: Work, document: Document, *, lines: Sequence[str], line: int, quote: str, text: str, version: int
) -> Remark:
    """Say something of words in a line; words that do not stand there mean the whole line. Raises `RemarkEmpty`."""
    if not 0 <= line < len(lines):
        raise FileNotThere
    quote = " ".join(quote.split())
    begin = lines[line].find(quote) if quote else -1
    if begin < 0:
        begin, quote = 0, lines[line]
    end = begin + len(quote)
    above = f"{lines[line - 1][-_ABOVE:]}\n" if line else ""
    around = above + lines[line][max(0, begin - _AROUND) : begin], lines[line][end : end + _AROUND]
    return _add(work, document, quote=quote, around=around, text=text, version=version)


def answer(work: Work, document: Document, *, remark_id: UUID, text: str) -> Remark:
    """Answer a remark; raises `FileNotThere`, `RemarkEmpty`."""
    asked = get(work, document, remark_id)
    return _add(work, document, quote="", around=("", ""), text=text, version=asked.version_ordinal, answers=asked.id)


def settle(work: Work, document: Document, *, remark_id: UUID, settled: bool) -> None:
    """Mark a remark as settled, or open it again."""
    found = get(work, document, remark_id)
    found.resolved_at = work.now if settled else None
    found.resolved_by = work.actor.name if settled else None
    work.session.flush()
    work.note("settle_remark" if settled else "reopen_remark", document.id, remark=found.id)


def get(reading: Reading, document: Document, remark_id: UUID) -> Remark:
    """A remark that is no answer, of this document; raises `FileNotThere`."""
    found = reading.session.get(Remark, remark_id)
    if found is None or found.document_id != document.id or found.answers_id is not None:
        raise FileNotThere
    return found


def _add(
    work: Work,
    document: Document,
    *,
    quote: str,
    around: tuple[str, str],
    text: str,
    version: int,
    answers: UUID | None = None,
) -> Remark:
    if work.actor.post_id is None or work.actor.person_id is None:
        raise NotAllowed
    if not text.strip():
        raise RemarkEmpty
    made = Remark(
        id=new_id(),
        document_id=document.id,
        answers_id=answers,
        version_ordinal=version,
        quote=quote,
        before=around[0],
        after=around[1],
        text=text.strip(),
        post_id=work.actor.post_id,
        person_id=work.actor.person_id,
        author=work.actor.name,
        at=work.now,
    )
    work.session.add(made)
    work.session.flush()
    work.note("remark", document.id, remark=made.id)
    return made


def _same(text: str, other: str) -> int:
    """How many letters both begin with."""
    return next((at for at, (a, b) in enumerate(zip(text, other, strict=False)) if a != b), min(len(text), len(other)))


def _ratio(line: str, wanted: str) -> float:
    matcher = SequenceMatcher(None, line, wanted, autojunk=False)
    return matcher.ratio() if matcher.quick_ratio() >= _ALIKE else 0.0

"""Two versions of a text side by side in one: paragraph by paragraph, with the words that came and went marked.

A word is a syllable of Vietnamese or a number; what stands between is compared too. Pure.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

# Paragraphs that share less of their words are another text, not an edited one.
_ALIKE = 0.4
# Beyond this many words a paragraph is compared as a whole.
_MOST_WORDS = 4_000
_WORD = re.compile(r"\w+|\s+|[^\w\s]")


class Change(StrEnum):
    SAME = "same"
    INSERTED = "inserted"
    DELETED = "deleted"


@dataclass(frozen=True)
class Part:
    change: Change
    text: str


@dataclass(frozen=True)
class Row:
    """A paragraph: its parts, and whether the whole of it came or went."""

    parts: tuple[Part, ...]

    @property
    def change(self) -> Change | None:
        """What happened to the whole paragraph; None where only parts of it changed."""
        changes = {part.change for part in self.parts}
        return changes.pop() if len(changes) == 1 else None


def compare_text(before: Sequence[str], after: Sequence[str]) -> tuple[Row, ...]:
    """The paragraphs of both versions in one reading order."""
    rows: list[Row] = []
    for tag, i, i_end, j, j_end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            rows += [Row((Part(Change.SAME, text),)) for text in before[i:i_end]]
        else:
            rows += _between(before[i:i_end], after[j:j_end])
    return tuple(rows)


def words_changed(rows: Sequence[Row]) -> tuple[int, int]:
    """How many words were inserted and deleted in all."""
    counts = {
        change: sum(len(re.findall(r"\w+", part.text)) for row in rows for part in row.parts if part.change == change)
        for change in (Change.INSERTED, Change.DELETED)
    }
    return counts[Change.INSERTED], counts[Change.DELETED]


def _between(old: Sequence[str], new: Sequence[str]) -> Iterator[Row]:
    """Pair each new paragraph with the first old one that is alike, in order; the rest went, then came."""
    at, waiting = 0, list[str]()
    for text in new:
        words = _words(text)
        paired = next((i for i in range(at, len(old)) if _alike(_words(old[i]), words)), None)
        if paired is None:
            waiting.append(text)
            continue
        yield from _whole(old[at:paired], waiting)
        yield Row(tuple(_parts(_words(old[paired]), words)))
        at, waiting = paired + 1, []
    yield from _whole(old[at:], waiting)


def _whole(gone: Sequence[str], come: Sequence[str]) -> Iterator[Row]:
    yield from (Row((Part(Change.DELETED, text),)) for text in gone)
    yield from (Row((Part(Change.INSERTED, text),)) for text in come)


def _words(text: str) -> list[str]:
    return _WORD.findall(text)


def _alike(old: Sequence[str], new: Sequence[str]) -> bool:
    old, new = ([word for word in words if word[0].isalnum()] for words in (old, new))
    if max(len(old), len(new)) > _MOST_WORDS:
        return False
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    return matcher.real_quick_ratio() >= _ALIKE and matcher.quick_ratio() >= _ALIKE and matcher.ratio() >= _ALIKE


def _parts(old: Sequence[str], new: Sequence[str]) -> list[Part]:
    """Word by word; a blank alone between two changes belongs to them, so that no word stands as a crumb."""
    found: list[tuple[list[str], list[str], str]] = []
    for tag, i, i_end, j, j_end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            found.append(([], [], "".join(old[i:i_end])))
        else:
            found.append((list(old[i:i_end]), list(new[j:j_end]), ""))
    merged: list[tuple[list[str], list[str], str]] = []
    for at, (gone, come, same) in enumerate(found):
        crumb = same and not same.strip() and 0 < at < len(found) - 1
        if crumb and merged:
            merged[-1][0].append(same)
            merged[-1][1].append(same)
        elif not same and merged and not merged[-1][2]:
            merged[-1][0].extend(gone)
            merged[-1][1].extend(come)
        else:
            merged.append((gone, come, same))
    parts = []
    for gone, come, same in merged:
        if same:
            parts.append(Part(Change.SAME, same))
        parts += [Part(Change.DELETED, "".join(gone))] if gone else []
        parts += [Part(Change.INSERTED, "".join(come))] if come else []
    return parts

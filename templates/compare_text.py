"""Two versions of a text side by side in one: paragraph by paragraph, with the words that came and went marked.

A word is a syllable of Vietnamese, or a number or day with its stops; what stands between is compared too. Pure.
"""

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

# Paragraphs that share less of their words are another text, not an edited one.
_ALIKE = 0.4
# Paragraphs are paired among as many at once; longer stretches are cut into parts of this many pairs.
_MOST_PAIRS = 10_000
# Beyond this many words a paragraph is compared as a whole.
_MOST_WORDS = 4_000
_WORD = re.compile(r"\d+(?:[.,/]\d+)*\w*|\w+|\s+|[^\w\s]")


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
        change: sum(
            word[0].isalnum()
            for row in rows
            for part in row.parts
            if part.change == change
            for word in _words(part.text)
        )
        for change in (Change.INSERTED, Change.DELETED)
    }
    return counts[Change.INSERTED], counts[Change.DELETED]


def _between(old: Sequence[str], new: Sequence[str]) -> Iterator[Row]:
    """Pair the new paragraphs with the old ones they come from; the rest went, then came."""
    parts = math.ceil(math.sqrt(len(old) * len(new) / _MOST_PAIRS)) or 1
    for part in range(parts):
        (gone, come) = (texts[len(texts) * part // parts : len(texts) * (part + 1) // parts] for texts in (old, new))
        i = j = 0
        for paired_i, paired_j in _pairs([_words(text) for text in gone], [_words(text) for text in come]):
            yield from _whole(gone[i:paired_i], come[j:paired_j])
            yield Row(tuple(_parts(_words(gone[paired_i]), _words(come[paired_j]))))
            i, j = paired_i + 1, paired_j + 1
        yield from _whole(gone[i:], come[j:])


def _pairs(old: Sequence[Sequence[str]], new: Sequence[Sequence[str]]) -> list[tuple[int, int]]:
    """Which is an edited form of which, in order: those that share the most words in all."""
    words, others = ([{word.lower() for word in text if word[0].isalnum()} for text in texts] for texts in (old, new))
    shared = [[_shared(one, other) for other in others] for one in words]
    best = [[0.0] * (len(new) + 1) for _ in range(len(old) + 1)]
    for i in range(len(old) - 1, -1, -1):
        for j in range(len(new) - 1, -1, -1):
            best[i][j] = max(best[i + 1][j], best[i][j + 1], best[i + 1][j + 1] + shared[i][j])
    found: list[tuple[int, int]] = []
    i = j = 0
    while i < len(old) and j < len(new):
        if shared[i][j] and best[i][j] == best[i + 1][j + 1] + shared[i][j]:
            found += [(i, j)] if _alike(old[i], new[j]) else []
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1
    return found


def _shared(one: set[str], other: set[str]) -> float:
    """The part of their words that both have; 0 where they are another text."""
    part = 2 * len(one & other) / (len(one) + len(other)) if one or other else 0.0
    return part if part >= _ALIKE else 0.0


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

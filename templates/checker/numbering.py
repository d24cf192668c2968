"""The labels of automatic numbering, as Word would show them: `1.`, `a)`, `II.`.

Word's lower-case letters are the English alphabet; that is just what the checker has to see (Annex I, part I, II.6.d).
"""

import re
from dataclasses import dataclass
from typing import Any

from templates.checker.styles import Props, W, number_of, paragraph_props

_ROMAN = ((1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"),
          (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))  # fmt: skip
_MOST = 3000


def roman(number: int) -> str:
    """A number from 1 to 3,000 in Roman letters."""
    made = ""
    for value, letters in _ROMAN:
        count, number = divmod(number, value)
        made += letters * count
    return made


@dataclass(frozen=True)
class _Level:
    """How one level of a list is counted and shown."""

    start: int
    format: str
    text: str
    look: Any | None


class Numbering:
    """Counts through a document's lists in the order of its paragraphs; a list is read when a paragraph is in it."""

    def __init__(self, numbering: Any | None) -> None:
        self._abstracts: dict[str, Any] = {}
        self._lists: dict[str, Any] = {}
        self._read: dict[str, tuple[str, dict[int, _Level]]] = {}
        self._counters: dict[str, dict[int, int]] = {}
        if numbering is None:
            return
        for abstract in numbering.iterchildren(W + "abstractNum"):
            self._abstracts[abstract.get(W + "abstractNumId", "")] = abstract
        for num in numbering.iterchildren(W + "num"):
            self._lists[num.get(W + "numId", "")] = num

    def paragraph(self, told: Props) -> Props:
        """What a level says of its paragraphs' indents."""
        _, levels, at = self._list(told)
        return paragraph_props(levels[at].look) if at in levels else {}

    def next_label(self, told: Props) -> str:
        """Count one paragraph further; the label without the blank that follows it, empty for bullets and no list."""
        abstract, levels, at = self._list(told)
        if at not in levels:
            return ""
        level = levels[at]
        counters = self._counters.setdefault(abstract, {})
        counters[at] = counters.get(at, level.start - 1) + 1
        for deeper in [key for key in counters if key > at]:
            del counters[deeper]
        if level.format == "bullet":
            return level.text if level.text in {"-", "–", "—", "+", "*"} else "•"

        def shown(found: "re.Match[str]") -> str:
            named = levels.get(int(found[1]) - 1)
            return _written(counters.get(int(found[1]) - 1, named.start), named.format) if named is not None else ""

        return re.sub(r"%([1-9])", shown, level.text)

    def _list(self, told: Props) -> tuple[str, dict[int, _Level], int]:
        """What counts a paragraph's list, the list's levels, and the paragraph's."""
        number = told.get("numId") or "0"
        if number not in self._read:
            num = self._lists.get(number) if number != "0" else None
            self._read[number] = self._levels(num) if num is not None else ("", {})
        level = str(told.get("ilvl", "0"))
        return *self._read[number], int(level) if level.isdecimal() else 0

    def _levels(self, num: Any) -> tuple[str, dict[int, _Level]]:
        named = num.find(W + "abstractNumId")
        name = str(named.get(W + "val", "")) if named is not None else ""
        abstract = self._abstracts.get(name)
        overrides = {each.get(W + "ilvl", "0"): each for each in num.iterchildren(W + "lvlOverride")}
        made = {}
        for level in abstract.iterchildren(W + "lvl") if abstract is not None else ():
            at = level.get(W + "ilvl", "0")
            override = overrides.get(at)
            start = override.find(W + "startOverride") if override is not None else None
            if at.isdecimal():
                made[int(at)] = _level(level, start)
        return name, made


def _level(level: Any, override: Any | None) -> _Level:
    start, kind, text = override, level.find(W + "numFmt"), level.find(W + "lvlText")
    start = level.find(W + "start") if start is None else start
    told = number_of(start, "val") if start is not None else None
    return _Level(
        start=int(told) if told is not None else 1,
        format=str(kind.get(W + "val", "decimal")) if kind is not None else "decimal",
        text=str(text.get(W + "val", "")) if text is not None else "",
        look=level.find(W + "pPr"),
    )


def _written(count: int, kind: str) -> str:
    if not 0 < count <= _MOST:
        return str(count)
    letter = chr(ord("a") + (count - 1) % 26) * ((count - 1) // 26 + 1)
    shown = {
        "upperRoman": roman(count),
        "lowerRoman": roman(count).lower(),
        "lowerLetter": letter,
        "upperLetter": letter.upper(),
        "decimalZero": f"{count:02d}",
        "none": "",
    }
    return shown.get(kind, str(count))

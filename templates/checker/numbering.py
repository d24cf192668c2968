"""The labels of automatic numbering, as Word would show them: `1.`, `a)`, `II.`.

Word's lower-case letters are the English alphabet; that is just what the checker has to see (Annex I, part I, II.6.d).
"""

import re
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


class Numbering:
    """Counts through a document's lists in the order of its paragraphs."""

    def __init__(self, numbering: Any | None) -> None:
        self._levels: dict[str, dict[str, Any]] = {}
        self._abstract: dict[str, str] = {}
        self._starts: dict[tuple[str, str], int] = {}
        self._counters: dict[str, dict[int, int]] = {}
        if numbering is None:
            return
        for abstract in numbering.iterchildren(W + "abstractNum"):
            self._levels[abstract.get(W + "abstractNumId", "")] = {
                level.get(W + "ilvl", "0"): level for level in abstract.iterchildren(W + "lvl")
            }
        for num in numbering.iterchildren(W + "num"):
            name = num.find(W + "abstractNumId")
            number = num.get(W + "numId", "")
            self._abstract[number] = name.get(W + "val", "") if name is not None else ""
            for override in num.iterchildren(W + "lvlOverride"):
                start = override.find(W + "startOverride")
                if start is not None:
                    self._starts[number, override.get(W + "ilvl", "0")] = int(number_of(start, "val") or 1)

    def paragraph(self, told: Props) -> Props:
        """What a level says of its paragraphs' indents."""
        level = self._level(told)
        return paragraph_props(level.find(W + "pPr")) if level is not None else {}

    def next_label(self, told: Props) -> str:
        """Count one paragraph further; the label without the blank that follows it, empty for bullets and no list."""
        level = self._level(told)
        if level is None:
            return ""
        number, at = told["numId"], int(told.get("ilvl", "0") or 0)
        counters = self._counters.setdefault(self._abstract[number], {})
        start = self._start(number, at, level)
        counters[at] = counters.get(at, start - 1) + 1
        for deeper in [key for key in counters if key > at]:
            del counters[deeper]
        text = level.find(W + "lvlText")
        pattern = str(text.get(W + "val", "")) if text is not None else ""
        if self._format(level) == "bullet":
            return pattern if pattern in {"-", "–", "—", "+", "*"} else "•"
        return re.sub(r"%([1-9])", lambda found: self._shown(number, int(found[1]) - 1), pattern)

    def _level(self, told: Props) -> Any | None:
        number = told.get("numId")
        if not number or number == "0":
            return None
        return self._levels.get(self._abstract.get(number, ""), {}).get(str(told.get("ilvl", "0")))

    def _start(self, number: str, at: int, level: Any) -> int:
        start = level.find(W + "start")
        told = number_of(start, "val") if start is not None else None
        return self._starts.get((number, str(at)), int(told if told is not None else 1))

    def _shown(self, number: str, at: int) -> str:
        level = self._levels.get(self._abstract[number], {}).get(str(at))
        if level is None:
            return ""
        count = self._counters[self._abstract[number]].get(at, self._start(number, at, level))
        return _written(count, self._format(level))

    @staticmethod
    def _format(level: Any) -> str:
        kind = level.find(W + "numFmt")
        return str(kind.get(W + "val", "decimal")) if kind is not None else "decimal"


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

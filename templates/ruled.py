"""Tables of many lines: broken into lines and pages here, so that a column of a page is set as one text.

A cell costs typst some forty microseconds whatever stands in it, and a register of a hundred lines has a thousand of
them. Lines stand on a grid of equal steps; a row is its lines and one step more, half above and half below.
"""

import json
import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import accumulate
from typing import Literal, NamedTuple

from templates.errors import PaperFailed
from templates.fonts import width_mm
from templates.layout import POINTS_PER_MM

Look = Literal["plain", "struck", "bold"]
# From the column's edge to its text; what is measured here and drawn there may differ by a hair.
_INSET_PT, _HAIR_PT = 3.0, 0.5
# The widest letter in ems: what is surely shorter than its column is not measured.
_WIDEST = 1.0
# Between two texts; none of them holds it (`templates.letters`).
_BETWEEN = "\x1f"
_SIGNS = re.compile(r"[/._,;:–-]+")
# A row longer than a page begins where so many steps are left.
_WORTH_BEGINNING = 4


class Part(NamedTuple):
    """Words of a cell that begin on a line of their own."""

    text: str
    look: Look = "plain"


@dataclass(frozen=True)
class Row:
    """The cells from left to right, each its parts; one that is a `band` is one text over the whole width, shaded."""

    cells: tuple[tuple[Part, ...], ...]
    band: bool = False


@dataclass(frozen=True)
class Ruled:
    """A table to be set: widths in millimetres, letters and step in points, the heads of its columns.

    `first_mm` and `room_mm` are how much of the first and of the other pages is left for it; `numbered` puts (1), (2)
    under the heads.
    """

    widths_mm: tuple[float, ...]
    heads: tuple[str, ...]
    rows: tuple[Row, ...]
    size_pt: float
    step_pt: float
    first_mm: float
    room_mm: float
    numbered: bool = True


@dataclass
class _Page:
    """What stands on a page: where its rules are, counted in steps, shaded bands, and each column's runs of text."""

    columns: list[list[list[str]]]
    used: int = 0
    rules: list[int] = field(default_factory=lambda: [0])
    bands: list[tuple[int, int]] = field(default_factory=list)


class Line(NamedTuple):
    """One line of a cell; `cut` where it ends within a word."""

    text: str
    cut: bool = False


def ruled(table: Ruled) -> dict[str, str]:
    """The table for `RULED`, which sets it; raises `PaperFailed` where its heads leave a page no room for rows.

    `table` is JSON, `said` its texts, one after the other in their order: no reader has to decode them.
    """
    step = table.step_pt
    widths = [width * POINTS_PER_MM for width in table.widths_mm]
    heads = [broken(head, width, table.size_pt, bold=True) for head, width in zip(table.heads, widths, strict=True)]
    head_pt = max(map(len, heads)) * step + 8
    number_pt = step + 3 if table.numbered else 0
    rooms = [int((room * POINTS_PER_MM - head_pt - number_pt) / step) for room in (table.first_mm, table.room_mm)]
    if rooms[1] < _WORTH_BEGINNING:
        raise PaperFailed("paper_failed", reason="no room under the heads")
    pages = _pages(table, widths, rooms)
    told = {
        "size": table.size_pt,
        "step": step,
        "edges": [sum(widths[:at]) for at in range(len(widths) + 1)],
        "widths": widths,
        "heads": [*table.heads],
        "head_height": head_pt,
        "number_height": number_pt,
        "pages": [
            {
                "rules": [rule * step for rule in page.rules],
                "bands": [(begin * step, steps * step) for begin, steps in page.bands],
                "columns": [[look for look, _ in column] for column in page.columns],
            }
            for page in pages
        ],
    }
    said = _BETWEEN.join(text for page in pages for column in page.columns for _, text in column)
    return {"table": json.dumps(told, ensure_ascii=False), "said": said}


def _pages(table: Ruled, widths: Sequence[float], rooms: Sequence[int]) -> list[_Page]:
    first, room = rooms
    pages = [_Page([[] for _ in widths])]
    for row in table.rows:
        rooms_of = [sum(widths)] if row.band else widths
        cells = [_lines(parts, width, table.size_pt) for parts, width in zip(row.cells, rooms_of, strict=True)]
        high = max(map(len, cells))
        begun = 0
        while begun < high:
            page = pages[-1]
            left = (first if len(pages) == 1 else room) - page.used - 1
            if high - begun > left and (high < room or left < _WORTH_BEGINNING) and (page.used or len(pages) == 1):
                pages.append(_Page([[] for _ in widths]))
                continue
            taken = min(high - begun, left)
            _put(page, [lines[begun : begun + taken] for lines in cells], taken, band=row.band)
            begun += taken
    return pages


def _put(page: _Page, cells: Sequence[Sequence[tuple[str, str]]], taken: int, *, band: bool) -> None:
    if band:
        page.bands.append((page.used, taken + 1))
    for at, column in enumerate(page.columns):
        lines = cells[at] if at < len(cells) else ()
        for look, text in lines:
            _say(column, look, text)
        _say(column, column[-1][0] if column else "plain", "\n" * (taken + 1 - len(lines)))
    page.used += taken + 1
    page.rules.append(page.used)


def _say(column: list[list[str]], look: str, text: str) -> None:
    if column and column[-1][0] == look:
        column[-1][1] += text
    else:
        column.append([look, text])


@lru_cache(maxsize=5_000)
def _lines(parts: tuple[Part, ...], width: float, size_pt: float) -> tuple[tuple[str, str], ...]:
    """The lines of a cell, each its look and its text up to the next one; most cells of a register stand in others."""
    # The blank between two words of a cell stays for whoever reads the file as text; within a word is none.
    return tuple(
        (part.look, f"{line.text}\n" if line.cut else f"{line.text} \n")
        for part in parts
        for line in broken(part.text, width, size_pt, bold=part.look == "bold")
    )


def broken(text: str, width_pt: float, size_pt: float, *, bold: bool = False) -> tuple[Line, ...]:
    """The lines a text makes in a column, one blank between words; a word that is too long breaks at its signs."""
    said = " ".join(text.split())
    room = max(0.0, width_pt - 2 * _INSET_PT - _HAIR_PT) / size_pt
    if len(said) * _WIDEST <= room:
        return (Line(said),)
    # How far the text reaches before each letter, in ems; as letters are set they may stand a little closer.
    reached = [0.0, *accumulate(map(_ADVANCES[bold].__getitem__, said))]
    lines, at = [], 0
    while reached[-1] - reached[at] > room:
        # The line ends before this letter at the latest; a letter wider than the column has a line of its own.
        edge = max(bisect_right(reached, reached[at] + room) - 1, at + 1)
        blank = said.rfind(" ", at, edge + 1)
        end = blank if blank > at else max((sign.end() for sign in _SIGNS.finditer(said, at, edge)), default=edge)
        if end == len(said):
            break
        lines.append(Line(said[at:end], cut=blank <= at))
        at = end + (blank > at)
    return (*lines, Line(said[at:]))


class _Advances(dict[str, float]):
    """How far each letter reaches, in ems."""

    def __init__(self, *, bold: bool) -> None:
        self._bold = bold

    def __missing__(self, letter: str) -> float:
        self[letter] = width_mm(letter, size_pt=1, bold=self._bold) * POINTS_PER_MM
        return self[letter]


_ADVANCES = (_Advances(bold=False), _Advances(bold=True))


# Said before a source that calls `ruled`. Lines stand where the letters' edges say: what a line holds does not move it.
RULED = """
#let ruled(given) = {
  let t = json(bytes(given.table))
  let (said, ordinal) = (given.said.split("\\u{1f}"), 0)
  let (step, xs) = (t.step * 1pt, t.edges.map(x => x * 1pt))
  let right = xs.last()
  let looks = (
    struck: it => strike(it),
    bold: it => strong(it),
  )
  set text(size: t.size * 1pt, top-edge: step * .75, bottom-edge: step * -.25)
  set par(leading: 0pt, spacing: 0pt, justify: false)
  // A block of its own: set once for all pages.
  let head = block(spacing: 0pt, grid(
    columns: t.widths.map(width => width * 1pt), stroke: .5pt, align: center + horizon,
    rows: (t.head_height * 1pt,) + if t.number_height > 0 { (t.number_height * 1pt,) },
    ..t.heads.map(strong),
    ..if t.number_height > 0 { range(1, t.heads.len() + 1).map(n => text(size: t.size * .9pt)[(#n)]) },
  ))
  for (at, page) in t.pages.enumerate() {
    if at > 0 { pagebreak() }
    // No row fits below what stands above: the heads come with the first one.
    if page.rules.len() == 1 and t.pages.len() > 1 { continue }
    let foot = page.rules.last() * 1pt
    block(breakable: false, above: if at == 0 { step } else { 0pt }, below: 0pt, {
      head
      block(spacing: 0pt, width: right, height: foot, {
        place(curve(
          stroke: .5pt,
          ..page.rules.map(y => (curve.move((0pt, y * 1pt)), curve.line((right, y * 1pt)))).flatten(),
          ..xs.map(x => (curve.move((x, 0pt)), curve.line((x, foot)))).flatten(),
        ))
        for (y, height) in page.bands {
          place(dy: y * 1pt, rect(width: right, height: height * 1pt, fill: luma(93%), stroke: .5pt))
        }
        for (at, runs) in page.columns.enumerate() {
          place(dx: xs.at(at) + 3pt, dy: step / 2, for look in runs {
            let words = said.at(ordinal)
            ordinal += 1
            if look == "plain" { words } else { looks.at(look)(words) }
          })
        }
      })
    })
  }
}
"""

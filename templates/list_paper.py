"""Lists an agency prints, such as those Annex V of Decree 30/2020 draws: a table whose head repeats; A4, PDF/A-2b."""

import json
from dataclasses import asdict, dataclass, replace

from templates.catalogue import MOTTO, NATION
from templates.fonts import lines_in
from templates.layout import HEAD_LEFT_MM, HEAD_RIGHT_MM, MOTTO_MM, POINTS_PER_MM, TEXT_MM
from templates.letters import printable
from templates.papers import set_paper
from templates.ruled import RULED, Part, Row, Ruled, ruled

# A4, its margins above and below taken off.
_ROOM_MM = 257.0


@dataclass(frozen=True)
class PrintedList:
    """What a list says; `widths_mm` are its columns', together 165 mm.

    With `issuer` it begins with the head of a document, the lines of `superior` above it; with `dated`, a line of place
    and date, it ends with a place to sign for whoever made it.
    """

    title: str
    below: tuple[str, ...]
    columns: tuple[str, ...]
    widths_mm: tuple[float, ...]
    rows: tuple[tuple[str, ...], ...]
    superior: tuple[str, ...] = ()
    issuer: tuple[str, ...] = ()
    foot: tuple[str, ...] = ()
    dated: str = ""


def list_paper(printed: PrintedList) -> bytes:
    """Set the list; raises `PaperFailed`."""
    # Nothing of a line is cut: a list is kept with what it lists.
    said = printable(asdict(replace(printed, rows=())), longest=None)
    table = Ruled(
        widths_mm=printed.widths_mm,
        heads=printed.columns,
        rows=tuple(Row(tuple((Part(text),) for text in printable(row, longest=None))) for row in printed.rows),
        size_pt=11,
        step_pt=12.5,
        first_mm=_ROOM_MM - _above_mm(printed),
        room_mm=_ROOM_MM,
    )
    return set_paper(_SOURCE, {"values": json.dumps(said, ensure_ascii=False)} | ruled(table), tagged=False)


def _above_mm(printed: PrintedList) -> float:
    """How much of the first page stands above the table, at most."""
    titles = [(printed.title, 14.0), *((line, 13.0) for line in printed.below)]
    lines = sum(len(lines_in(text, size_pt=size, bold=True, column_mm=TEXT_MM)) for text, size in titles)
    names = (*printed.superior, *printed.issuer)
    high = sum(len(lines_in(name, size_pt=13, bold=True, column_mm=HEAD_LEFT_MM)) for name in names)
    head = max(high, 2) + 1 if printed.issuer else 0
    return (head + lines + 2) * 18 / POINTS_PER_MM


_SOURCE = f"""{RULED}
#let d = json(bytes(given.values))
#set document(title: d.title)
#set text(size: 13pt, lang: "vi", hyphenate: false)
#set par(leading: 0.55em)
#set page(paper: "a4", margin: (top: 20mm, bottom: 20mm, left: 30mm, right: 15mm),
  header: context if counter(page).get().first() > 1 {{ align(center, text(size: 13pt, counter(page).display())) }})
#let rule(length) = block(above: 5pt, line(length: length, stroke: 0.75pt))
#if d.issuer.len() > 0 {{
  grid(columns: ({HEAD_LEFT_MM}mm, {HEAD_RIGHT_MM}mm),
    align(center, {{
      for line in d.superior {{ line; linebreak() }}
      text(weight: "bold", d.issuer.join(linebreak()))
      rule(22mm)
    }}),
    align(center, {{
      text(size: 12pt, weight: "bold", "{NATION}")
      linebreak()
      text(weight: "bold", "{MOTTO}")
      rule({MOTTO_MM}mm)
    }}),
  )
}}
#align(center, block(above: 20pt, below: 14pt, {{
  text(size: 14pt, weight: "bold", d.title)
  for line in d.below {{ linebreak(); line }}
}}))
#ruled(given)
#set text(size: 13pt)
#for line in d.foot {{ block(above: 8pt, line) }}
#if d.dated != "" {{
  block(breakable: false, above: 16pt, grid(columns: (1fr, 90mm), [], align(center, {{
    text(style: "italic", d.dated)
    linebreak()
    text(weight: "bold", "Người lập")
    linebreak()
    text(style: "italic", "(Ký và ghi rõ họ và tên, chức vụ)")
    v(28mm)
  }})))
}}
"""

"""A volume of a register book to print and bind: a cover, then every column Annex IV draws; A4 landscape, PDF/A-2b.

Lines are printed as they were written at registration (Decree 30/2020, articles 16.2.b and 22.3.b).
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from templates.letters import printable
from templates.papers import set_paper

# How wide a column is beside the others; what is not named here is 1.
_WEIGHTS: Mapping[str, float] = {
    "Tên loại và trích yếu": 3.2,
    "Văn bản được sao": 3.2,
    "Nơi nhận": 1.9,
    "Tác giả": 1.5,
    "Đơn vị, người nhận": 1.4,
    "Đơn vị, người nhận bản lưu": 1.4,
    "Người ký": 1.3,
    "Người ký bản sao": 1.3,
    "Số, ký hiệu": 1.3,
    "Số, ký hiệu bản sao": 1.3,
    "Hình thức sao": 1.3,
    "Ghi chú": 1.6,
    "Ngày tháng văn bản": 1.15,
    "Ngày chuyển": 1.15,
    "Ngày đến": 1.15,
    "Ngày sao": 1.15,
}


@dataclass(frozen=True)
class BookLine:
    """A line's cells in the order of the columns; a cancelled one is struck through, with its reason."""

    cells: tuple[str, ...]
    cancelled: bool = False
    reason: str = ""


@dataclass(frozen=True)
class BookVolume:
    """A volume: whose book it is, its year, and what its cover says of the lines inside."""

    superior: tuple[str, ...]
    issuer: tuple[str, ...]
    title: str
    year: int
    volume: int
    first: str
    last: str
    first_day: str
    last_day: str
    columns: tuple[str, ...]
    lines: tuple[BookLine, ...]


def book_paper(volume: BookVolume) -> bytes:
    """Set the volume; raises `PaperFailed`."""
    # A register is a legal record: nothing of a line is cut.
    values = printable(asdict(volume), longest=None) | {
        "weights": [_WEIGHTS.get(column, 1.0) for column in volume.columns]
    }
    return set_paper(_SOURCE, {"values": json.dumps(values, ensure_ascii=False)})


_SOURCE = """
#let d = json(bytes(given.values))
#set document(title: d.title + " năm " + str(d.year))
#set text(size: 13pt, lang: "vi", hyphenate: false)
#set page(paper: "a4", flipped: true, margin: (top: 20mm, bottom: 15mm, left: 20mm, right: 15mm))
#align(center, {
  for line in d.superior { text(size: 14pt, line); linebreak() }
  text(size: 14pt, weight: "bold", d.issuer.join(linebreak()))
  v(-2mm)
  line(length: 40mm, stroke: .6pt)
  v(1fr)
  text(size: 26pt, weight: "bold", upper(d.title))
  v(4mm)
  text(size: 16pt)[Năm #d.year]
  v(1fr)
})
#align(center, grid(columns: (auto, auto), column-gutter: 14mm, row-gutter: 5mm, align: left,
  [Từ số: *#d.first*], [đến số: *#d.last*],
  [Từ ngày: *#d.first_day*], [đến ngày: *#d.last_day*]))
#v(1fr)
#align(center, text(size: 14pt, weight: "bold")[Quyển số: #d.volume])
#v(1fr)
#pagebreak()
#counter(page).update(1)
#set page(header: align(center, context text(size: 13pt, counter(page).display())))
#set text(size: 9.5pt)
#set par(leading: 0.5em, justify: false)
#let said(line, at) = {
  let one = line.cells.at(at)
  if not line.cancelled { return one }
  strike(one)
  if at == line.cells.len() - 1 [ Đã hủy: #line.reason]
}
// Rows of a known height are set in three quarters of the time of rows that find theirs. What is high may break.
#context {
  let share = 262mm / d.weights.sum()
  let widths = d.weights.map(weight => weight * share)
  let heights = ()
  let cells = ()
  for line in d.lines {
    let high = 0pt
    for (at, width) in widths.enumerate() {
      let one = said(line, at)
      cells.push(one)
      if one != "" { high = calc.max(high, measure(one, width: width - 6pt).height) }
    }
    heights.push(if high > 60mm { auto } else { high + 8pt })
  }
  table(
    columns: widths, rows: (auto, auto, ..heights), stroke: .5pt, inset: (x: 3pt, y: 4pt), align: left + top,
    table.header(
      repeat: true,
      ..d.columns.map(name => align(center + horizon, strong(name))),
      ..range(1, d.columns.len() + 1).map(n => align(center, text(size: 8.5pt)[(#n)])),
    ),
    ..cells,
  )
}
"""

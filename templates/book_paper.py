"""A volume of a register book to print and bind: a cover, then every column Annex IV draws; A4 landscape, PDF/A-2b.

Lines are printed as they were written at registration (Decree 30/2020, articles 16.2.b and 22.3.b).
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace

from templates.letters import printable
from templates.papers import set_paper
from templates.ruled import RULED, Part, Row, Ruled, ruled

# The page of A4 across, its margins taken off.
_WIDTH_MM, _ROOM_MM = 262.0, 175.0

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
    said = printable(asdict(replace(volume, lines=())), longest=None)
    weights = [_WEIGHTS.get(column, 1.0) for column in volume.columns]
    table = Ruled(
        widths_mm=tuple(weight * _WIDTH_MM / sum(weights) for weight in weights),
        heads=volume.columns,
        rows=tuple(map(_row, volume.lines)),
        size_pt=9.5,
        step_pt=10.5,
        first_mm=_ROOM_MM,
        room_mm=_ROOM_MM,
    )
    return set_paper(_SOURCE, {"values": json.dumps(said, ensure_ascii=False)} | ruled(table), tagged=False)


def _row(line: BookLine) -> Row:
    # A register is a legal record: nothing of a line is cut.
    cells: list[tuple[Part, ...]] = [
        (Part(text, "struck" if line.cancelled else "plain"),) for text in printable(line.cells, longest=None)
    ]
    if line.cancelled:
        cells[-1] = (*cells[-1], Part(printable(f"Đã hủy: {line.reason}", longest=None)))
    return Row(tuple(cells))


_SOURCE = (
    f"{RULED}"
    """
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
#ruled(given)
"""
)

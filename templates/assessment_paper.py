"""The self-assessment after Annex VI of Decree 30/2020 as a paper an agency prints, signs and keeps: PDF/A-2b, A4."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Literal

from templates.catalogue import MOTTO, NATION
from templates.fonts import lines_in
from templates.layout import HEAD_LEFT_MM, HEAD_RIGHT_MM, MOTTO_MM, POINTS_PER_MM, TEXT_MM
from templates.papers import set_paper
from templates.ruled import RULED, Part, Row, Ruled, ruled

AssessedState = Literal["met", "partly", "not", "unset"]
_STATES: Mapping[AssessedState, str] = {
    "met": "Đáp ứng",
    "partly": "Đáp ứng một phần",
    "not": "Chưa đáp ứng",
    "unset": "Cần thiết lập",
}
# A4, its margins above and below taken off.
_ROOM_MM = 257.0


@dataclass(frozen=True)
class AssessedItem:
    """One line: the annex's number and words, the answer, what is missing or was found."""

    code: str
    text: str
    state: AssessedState
    remark: str


@dataclass(frozen=True)
class AssessedSection:
    title: str
    items: tuple[AssessedItem, ...]


@dataclass(frozen=True)
class Assessment:
    """Everything the paper says of one agency on one day."""

    superior: tuple[str, ...]
    issuer: tuple[str, ...]
    agency: str
    place_date: str
    system: str
    on: date
    counts: tuple[tuple[str, int], ...]
    conclusion: str
    sections: tuple[AssessedSection, ...]


def assessment_paper(assessment: Assessment) -> bytes:
    """Set the paper; raises `PaperFailed`."""
    values = asdict(replace(assessment, sections=())) | {"on": ""}
    day = assessment.on
    table = Ruled(
        widths_mm=(16, 62, 25, 62),
        heads=("Mục", "Yêu cầu", "Tự đánh giá", "Nội dung còn thiếu hoặc tình trạng tại cơ quan"),
        rows=tuple(row for section in assessment.sections for row in _rows(section)),
        size_pt=10,
        step_pt=11.5,
        first_mm=_ROOM_MM - _above_mm(assessment),
        room_mm=_ROOM_MM,
        numbered=False,
    )
    return set_paper(
        _SOURCE,
        {
            "values": json.dumps(values, ensure_ascii=False),
            "day": json.dumps([day.year, day.month, day.day]),
        }
        | ruled(table),
        tagged=False,
    )


def _rows(section: AssessedSection) -> Iterator[Row]:
    yield Row(((Part(section.title, "bold"),),), band=True)
    for item in section.items:
        state = Part(_STATES[item.state], "plain" if item.state == "met" else "bold")
        told = (Part(item.remark),) if item.remark else ()
        yield Row(((Part(item.code),), (Part(item.text),), (state,), told))


def _above_mm(assessment: Assessment) -> float:
    """How much of the first page stands above the table, at most."""
    counts = "; ".join(f"{name} {count}" for name, count in assessment.counts)
    texts = (assessment.agency, assessment.system, counts, assessment.conclusion, "")
    lines = sum(
        len(lines_in(f"4. Cơ quan, tổ chức, hệ thống: {text}", size_pt=12, bold=True, column_mm=TEXT_MM))
        for text in texts
    )
    names = (*assessment.superior, *assessment.issuer)
    head = max(sum(len(lines_in(name, size_pt=12, bold=True, column_mm=HEAD_LEFT_MM)) for name in names), 2)
    return (head * 17 + 110 + lines * 16 + len(texts) * 12) / POINTS_PER_MM


_SOURCE = f"""{RULED}
#let d = json(bytes(given.values))
#let (year, month, day) = json(bytes(given.day))
#set document(title: "Bản tự đánh giá theo Phụ lục VI", date: datetime(year: year, month: month, day: day))
#set text(size: 12pt, lang: "vi", hyphenate: false)
#set par(leading: 0.55em)
#set page(paper: "a4", margin: (top: 20mm, bottom: 20mm, left: 30mm, right: 15mm),
  header: context if counter(page).get().first() > 1 {{ align(center, text(size: 14pt, counter(page).display())) }})
#grid(columns: ({HEAD_LEFT_MM}mm, {HEAD_RIGHT_MM}mm), row-gutter: 4mm,
  align(center, {{
    for line in d.superior {{ line; linebreak() }}
    text(weight: "bold", d.issuer.join(linebreak()))
    block(above: 5pt, line(length: 22mm, stroke: 0.75pt))
  }}),
  align(center, {{
    text(weight: "bold", "{NATION}")
    linebreak()
    text(size: 13pt, weight: "bold", "{MOTTO}")
    block(above: 5pt, line(length: {MOTTO_MM}mm, stroke: 0.75pt))
  }}),
  [], align(center, text(size: 13pt, style: "italic", d.place_date)),
)
#align(center, block(above: 20pt, below: 14pt, text(size: 14pt, weight: "bold")[
  BẢN TỰ ĐÁNH GIÁ\\
  Hệ thống quản lý tài liệu điện tử theo Phụ lục VI\\
  Nghị định số 30/2020/NĐ-CP
]))
#set par(justify: true)
1. Cơ quan, tổ chức: #d.agency.

2. Hệ thống được đánh giá: #d.system.

3. Kết quả: #d.counts.map(((name, count)) => name + " " + str(count)).join("; ").

4. Kết luận: #strong(d.conclusion)

5. Chi tiết từng nội dung:
#set par(justify: false)
#ruled(given)
#set text(size: 14pt)
#block(breakable: false, above: 18pt, grid(columns: (1fr, 1fr),
  align(center, {{ text(weight: "bold", "NGƯỜI LẬP"); v(30mm) }}),
  align(center, {{ text(weight: "bold", "NGƯỜI ĐỨNG ĐẦU CƠ QUAN, TỔ CHỨC"); v(30mm) }}),
))
"""

"""The self-assessment after Annex VI of Decree 30/2020 as a paper an agency prints, signs and keeps: PDF/A-2b, A4."""

import json
from dataclasses import asdict, dataclass
from datetime import date
from typing import Literal

from templates.catalogue import MOTTO, NATION
from templates.layout import MOTTO_MM
from templates.papers import set_paper

AssessedState = Literal["met", "partly", "not", "unset"]


@dataclass(frozen=True)
class AssessedItem:
    """One line: the annex's number and words, the answer, where it is in the product, what is missing or was found."""

    code: str
    text: str
    state: AssessedState
    places: str
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
    values = asdict(assessment) | {"on": ""}
    day = assessment.on
    return set_paper(
        _SOURCE,
        {
            "values": json.dumps(values, ensure_ascii=False),
            "day": json.dumps([day.year, day.month, day.day]),
        },
    )


_SOURCE = f"""
#let d = json(bytes(given.values))
#let (year, month, day) = json(bytes(given.day))
#set document(title: "Bản tự đánh giá theo Phụ lục VI", date: datetime(year: year, month: month, day: day))
#set text(size: 12pt, lang: "vi", hyphenate: false)
#set par(leading: 0.55em)
#set page(paper: "a4", margin: (top: 20mm, bottom: 20mm, left: 30mm, right: 15mm),
  header: context if counter(page).get().first() > 1 {{ align(center, text(size: 14pt, counter(page).display())) }})
#let rule = 0.5pt + luma(60%)
#let words = (met: "Đáp ứng", partly: "Đáp ứng một phần", "not": "Chưa đáp ứng", unset: "Cần thiết lập")
#grid(columns: (66mm, 99mm), row-gutter: 4mm,
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
#set text(size: 10pt)
#table(
  columns: (16mm, 1fr, 25mm, 62mm), stroke: rule, inset: 4pt,
  table.header(
    ..("Mục", "Yêu cầu", "Tự đánh giá", "Nơi thực hiện; nội dung còn thiếu hoặc tình trạng tại cơ quan").map(it =>
      align(center + horizon, text(weight: "bold", it))),
  ),
  ..d.sections.map(section => (
    table.cell(colspan: 4, fill: luma(93%), text(weight: "bold", section.title)),
    ..section.items.map(item => (
      item.code,
      item.text,
      text(weight: if item.state == "met" {{ "regular" }} else {{ "bold" }}, words.at(item.state)),
      {{
        if item.places != "" {{ text(size: 8.5pt, fill: luma(30%), item.places) }}
        if item.places != "" and item.remark != "" {{ linebreak() }}
        item.remark
      }},
    )).flatten(),
  )).flatten(),
)
#set text(size: 14pt)
#block(breakable: false, above: 18pt, grid(columns: (1fr, 1fr),
  align(center, {{ text(weight: "bold", "NGƯỜI LẬP"); v(30mm) }}),
  align(center, {{ text(weight: "bold", "NGƯỜI ĐỨNG ĐẦU CƠ QUAN, TỔ CHỨC"); v(30mm) }}),
))
"""

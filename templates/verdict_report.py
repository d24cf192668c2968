"""The report on a file's signatures, to print and to keep: PDF/A-2b, A4, in Vietnamese.

It shows what verifying software has to show (TT 15/2025/TT-BKHCN): who certified, who signed, who manages the
certificate, when, whether the file is whole, whether the certificate was valid then, and its term.
"""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Literal

from templates.letters import printable
from templates.papers import set_paper

State = Literal["passed", "failed", "unknown", "skipped", "absent"]


@dataclass(frozen=True)
class ReportedCheck:
    """One check of a signature; skipped when an earlier one already decided, absent when there was nothing to check."""

    name: str
    state: State
    note: str


@dataclass(frozen=True)
class ReportedCertificate:
    """A certificate of the chain, each value as it is to be read."""

    subject: str
    issuer: str
    serial: str
    sha256: str
    term: str


@dataclass(frozen=True)
class ReportedSignature:
    """A signature or a document time stamp; `items` are the seven the circular asks for, name and value."""

    title: str
    state: State
    result: str
    sentence: str
    items: tuple[tuple[str, str], ...]
    checks: tuple[ReportedCheck, ...]
    chain: tuple[ReportedCertificate, ...]


@dataclass(frozen=True)
class VerdictReport:
    """Everything the report says; `facts` are about the file and the checking, name and value."""

    state: State
    result: str
    conclusion: str
    facts: tuple[tuple[str, str], ...]
    warnings: tuple[str, ...]
    signatures: tuple[ReportedSignature, ...]
    made_at: datetime


def verdict_report(report: VerdictReport) -> bytes:
    """Set the report; raises `PaperFailed`."""
    made = report.made_at
    values = {
        "report": json.dumps(printable(asdict(report) | {"made_at": ""}), ensure_ascii=False),
        "made": json.dumps([made.year, made.month, made.day, made.hour, made.minute, made.second]),
    }
    return set_paper(_SOURCE, values)


_SOURCE = """
#let r = json(bytes(given.report))
#let made = json(bytes(given.made))
#let (year, month, day, hour, minute, second) = made
#set document(
  title: "Báo cáo kiểm tra chữ ký số",
  date: datetime(year: year, month: month, day: day, hour: hour, minute: minute, second: second),
)
#set text(size: 11.5pt, lang: "vi", hyphenate: false)
#set par(leading: 0.6em)
#set page(
  paper: "a4", margin: (top: 20mm, bottom: 20mm, left: 25mm, right: 15mm),
  footer: context text(size: 9pt, fill: luma(30%), grid(columns: (1fr, auto),
    [Báo cáo kiểm tra chữ ký số], [Trang #counter(page).display() / #counter(page).final().first()])),
)
#let inks = (
  passed: rgb("#0e6232"), failed: rgb("#a8121c"), unknown: rgb("#7a4a00"), skipped: luma(35%), absent: luma(35%),
)
#let words = (
  passed: "Đạt", failed: "Không đạt", unknown: "Chưa xác định", skipped: "Không xét", absent: "Không có",
)
// A long run of letters without a space is smaller and may break anywhere: hashes, serial numbers, odd names.
// Sought as text and not by a show rule, which made the whole report half as dear again.
#let run = regex("\\S{32,}")
#let soft(value) = {
  let at = 0
  for found in value.matches(run) {
    value.slice(at, found.start)
    text(size: 0.85em, found.text.clusters().join("\\u{200b}"))
    at = found.end
  }
  value.slice(at)
}
#let rule = 0.5pt + luma(70%)
#let pairs(rows) = table(
  columns: (56mm, 1fr), stroke: (x, y) => (bottom: rule), inset: (x: 3pt, y: 4.5pt),
  ..rows.map(((name, value)) => (text(fill: luma(25%), name), soft(value))).flatten(),
)
#let head(body) = block(above: 14pt, below: 6pt, sticky: true, text(weight: "bold", body))
#let verdict(state, result, sentence) = block(
  width: 100%, breakable: false, inset: (left: 10pt, y: 7pt, right: 8pt), fill: luma(96%),
  stroke: (left: 4pt + inks.at(state)),
)[#text(size: 13pt, weight: "bold", fill: inks.at(state), upper(result)) #linebreak() #soft(sentence)]

#align(center, text(size: 15pt, weight: "bold")[BÁO CÁO KIỂM TRA CHỮ KÝ SỐ])
#v(2mm)
#verdict(r.state, r.result, r.conclusion)
#for warning in r.warnings { block(inset: (left: 10pt))[#text(weight: "bold")[Cảnh báo:] #warning] }
#head[Tệp được kiểm tra]
#pairs(r.facts)

#for s in r.signatures {
  block(above: 20pt, below: 8pt, sticky: true, text(size: 13pt, weight: "bold", soft(s.title)))
  verdict(s.state, s.result, s.sentence)
  if s.items.len() > 0 {
    head[Thông tin về chữ ký]
    pairs(s.items.enumerate().map(((at, item)) => (str(at + 1) + ". " + item.at(0), item.at(1))))
  }
  head[Các phép kiểm tra]
  table(
    columns: (56mm, 30mm, 1fr), stroke: (x, y) => (bottom: rule), inset: (x: 3pt, y: 4.5pt),
    ..s.checks.map(c => (
      text(fill: luma(25%), c.name),
      text(weight: "bold", fill: inks.at(c.state), words.at(c.state)),
      soft(c.note),
    )).flatten(),
  )
  if s.chain.len() > 0 {
    head[Chuỗi chứng thư số, từ người ký lên]
    for (at, c) in s.chain.enumerate() {
      block(breakable: false, below: 8pt, pairs((
        ("Chứng thư số " + str(at + 1), c.subject), ("Nơi cấp", c.issuer), ("Số sê-ri", c.serial),
        ("Thời hạn", c.term), ("SHA-256", c.sha256),
      )))
    }
  }
}
"""

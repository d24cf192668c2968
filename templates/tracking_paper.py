"""The slip that shows where an electronic document went and what came back: each receiver's statuses with their times.

A4, PDF/A-2b; the statuses are those of the exchange (QCVN 102:2016). It is no
receipt in law: the receiver acknowledges in the system, the same day (article 21).
"""

import json
from dataclasses import asdict, dataclass

from templates.letters import printable
from templates.papers import set_paper


@dataclass(frozen=True)
class TrackedReceipt:
    """A status that came back: its name, what was said with it, and when, as it is to be read."""

    status: str
    said: str
    at: str


@dataclass(frozen=True)
class TrackedParcel:
    """One document to one receiver; without receipts it is still on its way."""

    receiver: str
    code: str
    message_id: str
    sent: str
    receipts: tuple[TrackedReceipt, ...]


@dataclass(frozen=True)
class Tracking:
    """A document's sending, and the moment it was looked at."""

    superior: tuple[str, ...]
    issuer: tuple[str, ...]
    document: str
    subject: str
    at: str
    parcels: tuple[TrackedParcel, ...]


def tracking_paper(tracking: Tracking) -> bytes:
    """Set the slip; raises `PaperFailed`."""
    return set_paper(_SOURCE, {"values": json.dumps(printable(asdict(tracking)), ensure_ascii=False)})


_SOURCE = """
#let d = json(bytes(given.values))
#set document(title: "Phiếu theo dõi gửi, nhận văn bản điện tử")
#set text(size: 12pt, lang: "vi", hyphenate: false)
#set par(leading: 0.6em)
#set page(paper: "a4", margin: (top: 20mm, bottom: 20mm, left: 30mm, right: 15mm),
  header: context if counter(page).get().first() > 1 { align(center, text(size: 13pt, counter(page).display())) })
#block(width: 75mm, align(center, {
  for line in d.superior { line; linebreak() }
  text(weight: "bold", d.issuer.join(linebreak()))
  v(-2mm)
  line(length: 25mm, stroke: .6pt)
}))
#v(4mm)
#align(center, text(size: 14pt, weight: "bold")[PHIẾU THEO DÕI GỬI, NHẬN VĂN BẢN ĐIỆN TỬ])
#v(2mm)
*#d.document* #linebreak()
#d.subject #linebreak()
#text(style: "italic")[Ghi nhận trên hệ thống lúc #d.at]
#v(2mm)
#table(
  columns: (9mm, 1.1fr, 1.6fr), stroke: .5pt, inset: 5pt, align: left + top,
  table.header(repeat: true, ..("TT", "Nơi nhận", "Trạng thái nơi nhận báo về").map(it => align(center, strong(it)))),
  ..for (at, one) in d.parcels.enumerate() {
    (
      align(center, str(at + 1)),
      { one.receiver; linebreak(); text(size: 10pt)[Mã định danh: #one.code]; linebreak()
        text(size: 10pt)[Gửi lúc: #one.sent] },
      if one.receipts.len() == 0 [Đang gửi, chưa có trạng thái báo về.] else {
        one.receipts.map(r => {
          r.at + ": " + r.status
          if r.said != "" and r.said != r.status { text(style: "italic")[ (#r.said)] }
        }).join(linebreak())
      },
    )
  },
)
"""

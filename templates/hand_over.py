"""The record of handing over the device with the agency's secret key (Decree 30/2020, article 32), A4, PDF/A-2b."""

from dataclasses import asdict, dataclass
from datetime import date

from templates.papers import set_paper
from templates.wording import place_date_line


@dataclass(frozen=True)
class HandOver:
    """Who gives what to whom, by whose permission; names as they are to be read, empty where still to be written."""

    agency: str
    place: str
    day: date
    device: str
    giver: str
    receiver: str
    permission: str
    reason: str


def hand_over_record(record: HandOver) -> bytes:
    """Set the record for the three signatures; raises `PaperFailed`."""
    values = {name: str(value) for name, value in asdict(record).items()} | {
        "dated": place_date_line(record.place, record.day),
        "on": f"{record.day:%d/%m/%Y}",
    }
    return set_paper(_SOURCE, values)


_SOURCE = """
#let d = given
#set document(title: "Biên bản bàn giao thiết bị lưu khóa bí mật")
#set page(paper: "a4", margin: (top: 20mm, bottom: 20mm, left: 30mm, right: 15mm))
#set text(size: 14pt, lang: "vi")
#set par(justify: true, first-line-indent: (amount: 10mm, all: true), spacing: 9pt, leading: 7pt)
#let rule(length) = line(length: length, stroke: .5pt)
#let still(text) = if text == "" { "……………………………………" } else { text }
#set align(left)
#grid(columns: (1fr, 1.55fr), column-gutter: 3mm, align: center,
  [#set par(first-line-indent: 0pt, spacing: 6pt, leading: 4pt, justify: false)
   #text(13pt, weight: "bold", upper(d.agency))

   #rule(25mm)

   #text(13pt)[Số: ……/BB-……]],
  [#set par(first-line-indent: 0pt, spacing: 6pt, leading: 4pt, justify: false)
   #text(13pt, weight: "bold")[CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM]

   #text(14pt, weight: "bold")[Độc lập - Tự do - Hạnh phúc]

   #rule(58mm)

   #text(14pt, style: "italic", d.dated)])
#v(8mm)
#align(center)[#set par(first-line-indent: 0pt, spacing: 7pt); #text(14pt, weight: "bold")[BIÊN BẢN]

  #text(14pt, weight: "bold")[Bàn giao thiết bị lưu khóa bí mật]

  #rule(40mm)]
#v(3mm)
Hôm nay, ngày #d.on, tại #d.agency, căn cứ Điều 32 Nghị định số 30/2020/NĐ-CP ngày 05 tháng 3 năm 2020 của Chính phủ về
công tác văn thư và văn bản cho phép: #still(d.permission), chúng tôi gồm:

1\\. Bên giao: #still(d.giver).

2\\. Bên nhận: #still(d.receiver).

Hai bên bàn giao thiết bị lưu khóa bí mật của cơ quan: #still(d.device).

Lý do bàn giao: #still(d.reason).

Tình trạng thiết bị khi bàn giao: #box(width: 1fr, repeat[.])

Từ ngày #d.on, bên nhận trực tiếp quản lý và sử dụng thiết bị, tự mình thực hiện việc ký số của cơ quan, không giao
thiết bị hoặc mã PIN cho người khác. Mã PIN được đổi ngay khi nhận bàn giao.

Biên bản được lập và đọc lại cho các bên cùng nghe, thống nhất nội dung.
#v(4mm)
#block(breakable: false, grid(columns: (1fr, 1fr, 1.2fr), align: center, column-gutter: 4mm,
  ..("BÊN GIAO", "BÊN NHẬN", "NGƯỜI CÓ THẨM QUYỀN CHO PHÉP").map(who => [
    #set par(first-line-indent: 0pt, justify: false)
    #text(13pt, weight: "bold", who)])))
"""

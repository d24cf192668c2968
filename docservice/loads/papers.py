"""The papers the system makes itself, each of a usual size, for the benchmark and for looking at them."""

import gc
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from statistics import median
from time import perf_counter, process_time

from docservice.assessment.items import SECTIONS
from docservice.documents.registers import OUTGOING_COLUMNS
from templates.assessment_paper import AssessedItem, AssessedSection, Assessment, assessment_paper
from templates.book_paper import BookLine, BookVolume, book_paper
from templates.copy_papers import copy_block, extract_paper
from templates.copying import CopyBlock, Extract
from templates.hand_over import HandOver, hand_over_record
from templates.layout import NUMBER_LINE
from templates.list_paper import PrintedList, list_paper
from templates.papers import Entry, contents_page, line_picture, stamp_pages
from templates.read import PageFace, page_count
from templates.text_block import annex_text, text_block
from templates.tracking_paper import TrackedParcel, TrackedReceipt, Tracking, tracking_paper
from templates.verdict_report import (
    ReportedCertificate,
    ReportedCheck,
    ReportedSignature,
    VerdictReport,
    verdict_report,
)
from templates.warming import warm_papers

_ISSUER = ("ỦY BAN NHÂN DÂN", "XÃ SUỐI TRÚC")
_AGENCY = "UBND xã Suối Trúc"
_DAY = date(2026, 11, 28)
_NOW = datetime(2026, 11, 28, 8, 0, tzinfo=UTC)
_FACE = PageFace(0, 0, 595, 842, 0)


def _book(turn: int, lines: int) -> bytes:
    cells = tuple(
        BookLine(
            (
                f"{n:02d}/BC-UBND", "28/11/2026", f"Báo cáo Kết quả trồng, chăm sóc rừng quý {n % 4 + 1} ({turn})",
                "Lò Thị Ví Dụ", "UBND tỉnh Hoa Ban", "Văn phòng", "1", "28/11/2026", "", "",
            )
        )
        for n in range(1, lines + 1)
    )  # fmt: skip
    title = "Sổ đăng ký văn bản đi"
    ends = (cells[0].cells[0], cells[-1].cells[0], "28/11/2026", "28/11/2026")
    return book_paper(BookVolume((), _ISSUER, title, 2026, 1, *ends, OUTGOING_COLUMNS, cells))


def _tracking(turn: int) -> bytes:
    parcels = tuple(
        TrackedParcel(
            f"Cơ quan mẫu số {n}", f"H99.{n:02d}", f"H99.71,2026/11/28,{turn}/BC-UBND", "08:00 28/11/2026",
            tuple(TrackedReceipt(said, "", "08:05 28/11/2026") for said in ("Đã đến", "Đã tiếp nhận", "Hoàn thành")),
        )
        for n in range(1, 11)
    )  # fmt: skip
    return tracking_paper(Tracking((), _ISSUER, f"Báo cáo số {turn}/BC-UBND", "Kết quả trồng rừng", "08:10", parcels))


def _verdict(turn: int) -> bytes:
    chain = tuple(ReportedCertificate(f"CN=Người mẫu {n}", "CN=CA mẫu", f"{turn}", "ab" * 32, "") for n in range(3))
    checks = tuple(ReportedCheck(f"Kiểm tra {n}", "passed", "Đúng") for n in range(8))
    items = tuple((f"Mục {n}", f"Giá trị {turn}") for n in range(7))
    signed = ReportedSignature("Chữ ký mẫu", "passed", "Hợp lệ", "Chữ ký hợp lệ.", items, checks, chain)
    facts = (("Tệp", "van-ban.pdf"), ("Giá trị băm", "cd" * 32))
    return verdict_report(VerdictReport("passed", "Hợp lệ", "Tệp nguyên vẹn.", facts, (), (signed, signed), _NOW))


def _assessment(turn: int) -> bytes:
    sections = tuple(
        AssessedSection(
            section.title,
            tuple(AssessedItem(item.code, item.text, item.state.value, item.missing) for item in section.items),
        )
        for section in SECTIONS
    )
    words = "Hệ thống chưa đáp ứng đầy đủ Phụ lục VI."
    return assessment_paper(
        Assessment((), _ISSUER, f"{_AGENCY} {turn}", "Suối Trúc", "docservice", _DAY, (), words, sections)
    )


def _copy(turn: int) -> bytes:
    return copy_block(
        CopyBlock(_ISSUER, f"Số: {turn:02d}/SY-UBND", "SAO Y", "Suối Trúc, ngày 28 tháng 11 năm 2026",
                  ("Như trên", "Lưu: VT"), ("CHỦ TỊCH",), "Lò Thị Ví Dụ")
    )  # fmt: skip


def _extract(turn: int) -> bytes:
    passages = tuple(f"Đoạn được trích thứ {n}, lần {turn}: " + "xã đã trồng và chăm sóc rừng. " * 12 for n in range(6))
    place = "Suối Trúc, ngày 28 tháng 11 năm 2026"
    return extract_paper(Extract((), _ISSUER, "Số: 15/BC-UBND", place, "BÁO CÁO", "Kết quả trồng rừng", passages))


def _pack(turn: int) -> bytes:
    entries = tuple(Entry(2 if n % 3 else 1, f"Tài liệu thứ {n}, lần {turn}", n * 4, 4) for n in range(1, 21))
    return contents_page("Kỳ họp mẫu", ("Ngày 28 tháng 11 năm 2026",), entries).pdf


def _list(turn: int) -> bytes:
    rows = tuple(
        (f"{n:02d}", f"{n:02d}/BC-UBND", "28/11/2026", f"Báo cáo lần {turn}, số {n}", _AGENCY, "", "")
        for n in range(1, 31)
    )
    columns = ("STT", "Số, ký hiệu", "Ngày tháng năm", "Tên loại và trích yếu", "Tác giả", "Tờ số", "Ghi chú")
    return list_paper(PrintedList("MỤC LỤC VĂN BẢN", (), columns, (11, 29, 24, 48, 25, 14, 14), rows))


# Every paper by what it is and how big; the number makes each one new.
PAPERS: Mapping[str, Callable[[int], bytes]] = {
    "number drawn after signing": lambda turn: line_picture(f"Số: {turn:02d}/BC-UBND", NUMBER_LINE),
    "mark of an annex or copy": lambda turn: text_block(annex_text(f"{turn:02d}/BC-UBND", _NOW), _FACE),
    "foot of 20 pages": lambda turn: stamp_pages(tuple(f"{turn}: trang {n}" for n in range(20)), ((595, 842),) * 20),
    "register, cover and 25 lines": lambda turn: _book(turn, 25),
    "register, cover and 100 lines": lambda turn: _book(turn, 100),
    "receipts of 10 receivers": _tracking,
    "report on 2 signatures": _verdict,
    "self-assessment (Annex VI)": _assessment,
    "hand-over minutes": lambda turn: hand_over_record(
        HandOver("UBND xã Suối Trúc", "Suối Trúc", _DAY, f"Thiết bị {turn}", "Bên giao", "Bên nhận", "", "")
    ),
    "block of a paper copy": _copy,
    "extract of 6 passages": _extract,
    "cover of a pack of 20 papers": _pack,
    "list of 30 documents": _list,
}


@dataclass(frozen=True)
class Measured:
    """A paper's pages, and seconds by the clock: the first a process is asked for, then medians of the others.

    `again` is right after another of its kind, `usual` after all other papers: nothing but what all papers share is at
    hand in the compiler then. `worst` is the longest of both, `work` the median of the processor's seconds of `usual`.
    """

    pages: int
    first: float
    again: float
    usual: float
    worst: float
    work: float


def measure_papers(count: int) -> dict[str, Measured]:
    """Each paper in `count` rounds after the first, twice in each round."""
    # As a process of pages begins.
    gc.collect()
    gc.freeze()
    warm_papers()
    first, usual, again, works = ({name: list[float]() for name in PAPERS} for _ in range(4))
    pages = {}
    for turn in range(count + 1):
        for name, make in PAPERS.items():
            work, begun = process_time(), perf_counter()
            made = make(2 * turn)
            (usual if turn else first)[name].append(perf_counter() - begun)
            works[name].append(process_time() - work)
            begun = perf_counter()
            make(2 * turn + 1)
            again[name].append(perf_counter() - begun)
            pages[name] = page_count(made)
    return {
        name: Measured(
            pages=pages[name],
            first=first[name][0],
            again=median(again[name]),
            usual=median(usual[name]),
            worst=max(*again[name], *usual[name]),
            work=median(works[name][1:]),
        )
        for name in PAPERS
    }

"""The two lists of case files that Annex V of Decree 30/2020 draws (parts III and IV), to print."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from docservice.core.errors import NotFound
from docservice.core.work import Reading
from docservice.documents.models import Direction, Document
from docservice.edge import InVisit, permit
from docservice.identity import queries as identity
from docservice.identity.models import Role
from docservice.records import queries
from docservice.web import shell
from docservice.web.records import KEEPERS, on_case_file
from templates.list_paper import PrintedList, list_paper
from templates.number_words import in_words
from templates.wording import place_date_line, two_digits

router = APIRouter(prefix="/case-files")
# Columns and their widths in millimetres: Annex V, part IV, and part III.
# Sheets and pages are counted on paper: their column is left to the pen.
_DOCUMENTS = {
    "STT": 11,
    "Số, ký hiệu văn bản": 29,
    "Ngày tháng năm văn bản": 24,
    "Tên loại và trích yếu nội dung văn bản": 48,
    "Tác giả văn bản": 25,
    "Tờ số/ Trang số": 14,
    "Ghi chú": 14,
}
_CASE_FILES = {
    "Số TT": 11,
    "Số, ký hiệu hồ sơ": 23,
    "Tiêu đề hồ sơ": 53,
    "Thời gian tài liệu": 24,
    "Thời hạn bảo quản": 18,
    "Số tờ/ Số trang": 14,
    "Ghi chú": 22,
}


@router.get("/list", dependencies=[permit(*KEEPERS)])
def case_files(visit: InVisit, year: Annotated[int, Query(ge=1900, le=9999)]) -> Response:
    """The closed case files of a year that the acting post sees, as they are handed to the archive."""
    visit = visit.in_role(*KEEPERS)
    with visit.reading() as reading:
        made = _of_year(reading, year)
    return shell.pdf(list_paper(made), f"Mục lục hồ sơ {year}.pdf")


@router.get("/{case_file_id}/list", dependencies=[permit(*KEEPERS)])
def documents(visit: InVisit, case_file_id: UUID) -> Response:
    """The documents of a case file in the order they were filed."""
    visit = on_case_file(visit, case_file_id)
    with visit.reading() as reading:
        case_file = queries.get_visible(reading, case_file_id)
        found = queries.visible_documents_in(reading, case_file_id)
        places = {one: at for at, one in enumerate(queries.documents_in(reading, case_file_id), start=1)}
        names = {one.agency_id: identity.agency(reading, one.agency_id).name for one in found}
    rows = tuple((two_digits(places[one.id]), *_said(one, names[one.agency_id]), "", _remark(one)) for one in found)
    below = [f"Số, ký hiệu hồ sơ: {case_file.notation}", f"Năm {case_file.year}"]
    if unseen := len(places) - len(found):
        # The list goes with the file: who prints it may not see everything in it, and the list says so.
        below.append(f"Không kể {two_digits(unseen)} văn bản mà người in không được xem")
    made = PrintedList("MỤC LỤC VĂN BẢN, TÀI LIỆU", tuple(below), tuple(_DOCUMENTS), tuple(_DOCUMENTS.values()), rows)
    return shell.pdf(list_paper(made), f"Mục lục văn bản {case_file.notation}.pdf")


def _of_year(reading: Reading, year: int) -> PrintedList:
    actor = reading.actor
    # The archive's own list is the agency's, of all its units; anybody else's that of the own unit.
    unit_id = None if actor.role == Role.ARCHIVIST else actor.unit_id
    unit = identity.unit(reading, unit_id) if unit_id else None
    found = [one for one in queries.closed_in(reading, year=year) if unit is None or one.unit_id == unit.id]
    if not found or actor.agency_id is None:
        raise NotFound
    agency = identity.agency(reading, actor.agency_id)
    rows = tuple(
        (
            two_digits(at),
            case_file.notation,
            case_file.title,
            _span(queries.visible_documents_in(reading, case_file.id)),
            case_file.retention,
            "",
            "",
        )
        for at, case_file in enumerate(found, start=1)
    )
    return PrintedList(
        "MỤC LỤC HỒ SƠ, TÀI LIỆU NỘP LƯU",
        (f"Năm {year}",),
        tuple(_CASE_FILES),
        tuple(_CASE_FILES.values()),
        rows,
        superior=tuple(agency.issuer_lines if unit else agency.superior_lines),
        issuer=(unit.name.upper(),) if unit else tuple(agency.issuer_lines),
        foot=(
            f"Mục lục này gồm: {two_digits(len(rows))} hồ sơ (đơn vị bảo quản).",
            f"Viết bằng chữ: {in_words(len(rows))} hồ sơ (đơn vị bảo quản).",
        ),
        dated=place_date_line(agency.place, reading.today),
    )


def _said(document: Document, agency: str) -> tuple[str, str, str, str]:
    """Number, day, title and author: an incoming document's are its issuer's."""
    is_incoming = document.direction == Direction.INCOMING
    number = document.origin_notation if is_incoming else document.notation
    author = document.origin_name if is_incoming else agency
    return number or "", shell.day(document.issued_on), document.title, author or ""


def _remark(document: Document) -> str:
    return "Bản giấy" if document.on_paper else ""


def _span(documents: list[Document]) -> str:
    """From the oldest document's day to the newest's."""
    days = sorted(document.issued_on for document in documents if document.issued_on is not None)
    if not days:
        return ""
    return shell.day(days[0]) if days[0] == days[-1] else f"{shell.day(days[0])} - {shell.day(days[-1])}"

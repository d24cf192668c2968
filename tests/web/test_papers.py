"""Papers to print: volumes of the register books with all their columns, and where a document went."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from docservice.core.ids import new_id
from docservice.core.work import SYSTEM
from docservice.documents import numbering, registers
from docservice.documents.models import Register, RegisterLine
from docservice.documents.registers import OUTGOING_COLUMNS
from docservice.exchange.edxml import Organ, ResponseFor, StatusMessage, write_status
from docservice.exchange.queries import parcels_of
from docservice.workflow import service as workflow
from templates.book_paper import BookLine, BookVolume, book_paper
from templates.read import text_of
from tests.exchange.test_intake import send
from tests.node import REPORT, Office
from tests.web.conftest import Enter


def said(pdf: bytes) -> str:
    return " ".join(" ".join(text_of(pdf)).split())


def test_a_book_is_printed_with_its_cover_every_column_and_what_was_cancelled(office: Office, enter: Enter) -> None:
    released = office.document(office.released())
    cancelled = office.checked(values={**REPORT, "subject": "lịch họp bị hủy"})
    office.sign(cancelled)
    office.act("c.clerk", workflow.number, document_id=cancelled)
    office.drain()
    number = office.document(cancelled).notation
    office.act("c.clerk", workflow.cancel_number, document_id=cancelled, reason="Ghi nhầm người nhận")
    clerk = enter("c.clerk")
    page = clerk.get("/registers")
    assert "/registers/book?series=outgoing&amp;year=2026&amp;volume=1" in page.text
    answer = clerk.get("/registers/book?series=outgoing&year=2026")
    assert answer.headers["content-type"] == "application/pdf"
    text = said(answer.content)
    assert "SỔ ĐĂNG KÝ VĂN BẢN ĐI Năm 2026" in text
    assert f"Từ số: {released.notation}" in text
    assert f"đến số: {number}" in text
    assert "Quyển số: 1" in text
    for column in OUTGOING_COLUMNS:
        assert column in text
    assert "Đã hủy: Ghi nhầm người nhận" in text
    # Oldest line first, and no volume without lines, of no other series, for nobody else.
    assert text.index(str(released.title)) < text.index("lịch họp bị hủy")
    assert clerk.get("/registers/book?series=outgoing&year=2026&volume=2").status_code == 404
    assert clerk.get("/registers/book?series=khong_co&year=2026").status_code == 404
    assert enter("c.official").get("/registers/book?series=outgoing&year=2026").status_code == 403


def test_a_slip_tells_where_a_document_went_and_what_came_back(office: Office, enter: Enter) -> None:
    document_id = office.released()
    clerk = enter("c.clerk")
    assert f"/documents/{document_id}/tracking" in clerk.get(f"/documents/{document_id}").text
    text = said(clerk.get(f"/documents/{document_id}/tracking").content)
    assert "PHIẾU THEO DÕI GỬI, NHẬN VĂN BẢN ĐIỆN TỬ" in text
    assert str(office.document(document_id).notation) in text
    assert "UBND tỉnh Hoa Ban" in text
    assert "Đã đến" in text
    # What was not sent has none, and a stranger learns nothing of it.
    assert clerk.get(f"/documents/{office.draft(by='c.official')}/tracking").status_code == 404
    assert enter("s.clerk").get(f"/documents/{document_id}/tracking").status_code == 404


def test_a_volume_holds_its_five_hundred_numbers_whatever_is_added_to_them_later(office: Office, enter: Enter) -> None:
    first = office.released()
    where: dict[str, Any] = {"series": "outgoing", "year": 2026}
    with office.reading("c.clerk") as reading:
        own = (Register.agency_id == reading.actor.agency_id, Register.series == "outgoing")
        register = reading.session.scalars(select(Register).where(*own)).one()
    columns = dict.fromkeys(OUTGOING_COLUMNS, "")
    with office.node.transactions.work(SYSTEM) as work:
        work.session.get_one(Register, register.id).last_ordinal = 812
        for ordinal in range(313, 813):
            line = {**columns, "Số, ký hiệu": f"{ordinal}/BC-UBND", "Ngày tháng văn bản": "23/11/2026"}
            work.session.add(
                RegisterLine(id=new_id(), register_id=register.id, ordinal=ordinal, columns=line, at=work.now)
            )
    office.act("c.clerk", workflow.print_original, document_id=first, reason="Gửi nơi chưa nhận điện tử", amount=1)
    office.drain()
    with office.reading("c.clerk") as reading:
        assert registers.volumes(reading, **where) == 2
        numbers = [
            [line.columns["Số, ký hiệu"] for line in registers.volume(reading, **where, number=n)] for n in (1, 2)
        ]
    assert (numbers[0][:3], len(numbers[0]), numbers[0][-1]) == (
        ["312/BC-UBND", "312/BC-UBND", "313/BC-UBND"],
        501,
        "811/BC-UBND",
    )
    assert numbers[1] == ["812/BC-UBND"]
    clerk = enter("c.clerk")
    assert "volume=2" in clerk.get("/registers").text
    text = said(clerk.get("/registers/book?series=outgoing&year=2026&volume=2").content)
    assert "Từ số: 812/BC-UBND đến số: 812/BC-UBND" in text


def test_nothing_of_a_line_is_cut_in_the_printed_book() -> None:
    receivers = "; ".join(f"UBND xã Mẫu Thứ {number:02d}" for number in range(1, 61))
    assert len(receivers) > 1000
    line = BookLine(tuple(receivers if name == "Nơi nhận" else "" for name in OUTGOING_COLUMNS))
    volume = BookVolume((), ("UBND",), "Sổ", 2026, 1, "01", "01", "", "", OUTGOING_COLUMNS, (line,))
    text = said(book_paper(volume))
    assert "…" not in text
    assert all(f"{number:02d}" in text.partition("Thứ 01")[2] for number in range(2, 61))


def test_a_book_that_is_not_there_is_not_another_one(office: Office, enter: Enter) -> None:
    office.released()
    clerk = enter("c.clerk")
    for address in ("/registers?series=outgoing.GONE", "/registers/export?series=outgoing.GONE&year=2026"):
        assert clerk.get(address).status_code == 404
    # The book of a kind that has left the catalogue stays readable, and opens no more.
    with office.reading("c.clerk") as reading:
        agency_id = reading.actor.agency_id
    assert agency_id is not None
    office.act("c.clerk", numbering.open_register, agency_id=agency_id, series="outgoing.GONE", year=2025)
    page = clerk.get("/registers?series=outgoing.GONE&year=2026").text
    assert "/registers?series=outgoing.GONE&amp;year=2025" in page
    assert 'action="/registers/open"' not in page
    assert clerk.get("/registers/export?series=outgoing.GONE&year=2025").status_code == 200
    assert clerk.post("/registers/open", {"series": "outgoing.GONE"}).status_code == 404


def test_this_year_s_book_is_opened_after_a_number_until_it_opens_by_itself(office: Office, enter: Enter) -> None:
    office.released()
    office.clock.move(timedelta(days=60))
    clerk = enter("c.clerk")
    assert "/registers?series=outgoing&amp;year=2027" in clerk.get("/registers").text
    page = clerk.get("/registers?series=outgoing&year=2027").text
    assert 'action="/registers/open"' in page
    assert "tự mở từ số 01" in page
    # Of other years there is nothing to open.
    assert 'action="/registers/open"' not in clerk.get("/registers?series=outgoing&year=2024").text
    opened = clerk.post("/registers/open", {"series": "outgoing", "last_used": "312"})
    assert opened.status_code == 200
    assert 'action="/registers/open"' not in opened.text
    with office.reading() as reading:
        register = reading.session.scalars(select(Register).where(Register.year == 2027)).one()
    assert (register.series, register.opened_after) == ("outgoing", 312)


def test_a_refusal_without_a_word_stands_there_without_an_empty_line(office: Office, enter: Enter) -> None:
    document_id = office.released()
    with office.reading("c.clerk") as reading:
        (state,) = parcels_of(reading, document_id)
    refusal = StatusMessage(
        sender=Organ(state.parcel.to_code, name="UBND tỉnh Hoa Ban"),
        response_for=ResponseFor(state.parcel.message_id, organ_id=state.parcel.from_code),
        status_code="02",
        description="(lời)",
        timestamp=office.clock.now(),
    )
    # Our own writer always says something.
    send(office, write_status(refusal).replace("(lời)".encode(), b""), message_id="refused")
    page = enter("c.clerk").get(f"/documents/{document_id}").text
    assert "Từ chối tiếp nhận" in page
    assert '<p class="said-line"></p>' not in page


def test_the_lists_of_case_files_are_printed_as_the_decree_draws_them(office: Office, enter: Enter) -> None:
    released = office.document(office.released())
    official = enter("c.official")
    opened = {"title": "Trồng rừng “mùa khô”", "retention": "10 năm", "document_id": str(released.id)}
    where = official.post("/case-files", opened).url.path
    assert f"{where}/list" in official.get(where).text
    assert official.get("/case-files/list?year=2026").status_code == 404
    official.post(f"{where}/close")
    assert "/case-files/list?year=2026" in official.get("/case-files").text
    text = said(official.get(f"{where}/list").content)
    assert "MỤC LỤC VĂN BẢN, TÀI LIỆU Số, ký hiệu hồ sơ: 01.VHXH Năm 2026" in text
    assert "(7)" in text
    assert f"01 {released.notation}" in text
    text = said(official.get("/case-files/list?year=2026").content)
    assert "MỤC LỤC HỒ SƠ, TÀI LIỆU NỘP LƯU Năm 2026" in text
    assert "Trồng rừng “mùa khô”" in text
    assert "Viết bằng chữ: một hồ sơ (đơn vị bảo quản)." in text
    other = enter("c.other")
    assert other.get(f"{where}/list").status_code == 404
    assert other.get("/case-files/list?year=2026").status_code == 404

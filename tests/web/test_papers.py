"""Papers to print: volumes of the register books with all their columns, and where a document went."""

from docservice.documents.registers import OUTGOING_COLUMNS
from docservice.workflow import service as workflow
from templates.read import text_of
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

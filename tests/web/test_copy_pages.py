"""Copies, paper originals and the self-assessment as the people of an office meet them in the pages."""

from docservice.demo import people
from tests.node import Office
from tests.templates.samples import minutes_values
from tests.web.conftest import Enter
from tests.workflow.test_copies import lines_of, on_paper, scan


def test_the_clerk_makes_a_copy_by_the_form(enter: Enter, office: Office) -> None:
    released = office.released()
    clerk = enter("c.clerk")
    page = clerk.get(f"/documents/{released}").text
    assert "Làm bản sao" in page
    form = clerk.get(f"/documents/{released}/copy").text
    # Only what the decree allows is offered: no electronic sao y of an electronic document, no sao lục of an original.
    for offered in ("SY:paper", "TrS:paper", "TrS:electronic"):
        assert f'value="{offered}"' in form
    for forbidden in ("SY:electronic", "SL:paper", "SL:electronic"):
        assert f'value="{forbidden}"' not in form
    made = clerk.post(
        f"/documents/{released}/acts/copy",
        {"way": "SY:paper", "signer_post_id": str(office.post("c.leader")), "recipients": "Phòng Kinh tế", "amount": 2},
    )
    office.drain()
    assert "05/SY-UBND" in clerk.get(str(made.url)).text
    assert "05/SY-UBND" in clerk.get(f"/documents/{released}").text
    assert "05/SY-UBND" in clerk.get("/registers?series=copies").text
    assert "05/SY-UBND" in clerk.get("/registers/export?series=copies&year=2026").text


def test_an_extract_is_ticked_off_the_text(enter: Enter, office: Office) -> None:
    released = office.released()
    clerk = enter("c.clerk")
    form = clerk.get(f"/documents/{released}/copy").text
    assert "Văn bản thử của bộ chuyển đổi mẫu." in form
    values = {"way": "TrS:paper", "signer_post_id": str(office.post("c.leader")), "amount": "1"}
    refused = clerk.post(f"/documents/{released}/acts/copy", values)
    assert refused.status_code == 422
    assert "chưa chọn đoạn nào để trích" in refused.text
    made = clerk.post(f"/documents/{released}/acts/copy", {**values, "paragraphs": ["0", "1"]})
    office.drain()
    assert "05/TrS-UBND" in clerk.get(str(made.url)).text


def test_what_is_wrong_is_said_before_a_number_is_used(enter: Enter, office: Office) -> None:
    poor = on_paper(office, scan(dpi=100))
    clerk = enter("c.clerk")
    leader = str(office.post("c.leader"))
    values = {"way": "SY:electronic", "signer_post_id": leader, "amount": "1", "recipients": "Nơi xa"}
    refused = clerk.post(f"/documents/{poor}/acts/copy", values)
    assert refused.status_code == 422
    assert "200 dpi" in refused.text
    assert "Nơi xa" in refused.text
    assert lines_of(office, "copies") == []
    for wrong in ({"way": "SY:paper", "amount": "1"}, {**values, "amount": "nhiều"}, {**values, "way": "SY"}):
        assert clerk.post(f"/documents/{poor}/acts/copy", wrong).status_code == 422
    assert enter("c.official").get(f"/documents/{poor}/copy").status_code == 403


def test_what_only_looks_like_a_number_is_none(enter: Enter, office: Office) -> None:
    released = office.released()
    clerk = enter("c.clerk")
    values = {"signer_post_id": str(office.post("c.leader")), "way": "TrS:paper"}
    answer = clerk.post(f"/documents/{released}/acts/copy", values | {"amount": "²", "paragraphs": ["0"]})
    assert answer.status_code == 422
    assert "Mục “Số lượng bản” chưa đúng" in answer.text
    answer = clerk.post(f"/documents/{released}/acts/copy", values | {"amount": "1", "paragraphs": ["²", "9" * 5000]})
    assert answer.status_code == 422
    assert "chưa chọn đoạn nào để trích" in answer.text


def test_a_paper_original_is_printed_and_listed(enter: Enter, office: Office) -> None:
    released = office.released()
    clerk = enter("c.clerk")
    assert "In bản chính giấy" in clerk.get(f"/documents/{released}").text
    clerk.post(f"/documents/{released}/acts/print_original", {"note": "Gửi nơi chưa nhận điện tử", "amount": "2"})
    office.drain()
    page = clerk.get(f"/documents/{released}").text
    assert "Bản chính giấy lần 1: 2 bản" in page
    assert clerk.get(f"/documents/{released}/files/p1").content.startswith(b"%PDF-")
    for none in ("p2", "p" + "9" * 5000):
        assert clerk.get(f"/documents/{released}/files/{none}").status_code == 404
    assert "In bản chính giấy: Gửi nơi chưa nhận điện tử" in clerk.get("/registers").text


def test_a_book_that_never_was_is_opened_once(enter: Enter, office: Office) -> None:
    clerk = enter("c.clerk")
    assert clerk.post("/registers/open", {"series": "copies", "last_used": "3"}).status_code == 409
    assert clerk.post("/registers/open", {"series": "nothing"}).status_code == 404


def test_the_secretary_signs_minutes_by_a_button(enter: Enter, office: Office) -> None:
    document_id = office.checked(kind="BB", values=minutes_values(), receiver_codes=[])
    official = enter("c.official")
    assert "Phiếu trình, biên bản chờ ký" in official.get("/").text
    page = official.get(f"/documents/{document_id}").text
    assert "Ký số với tư cách thư ký" in page
    official.post(f"/documents/{document_id}/acts/countersign", {"consented_sha256": office.shown(document_id)})
    office.drain()
    assert office.status(document_id) == "approval"


def test_an_administrator_reads_and_prints_the_self_assessment(enter: Enter) -> None:
    administrator = enter("c.admin")
    page = administrator.get("/assessment").text
    assert "Chưa đáp ứng" in page
    assert "Cần thiết lập" in page
    assert people.COMMUNE not in page
    assert administrator.get("/assessment/paper").content.startswith(b"%PDF-")
    assert enter("c.official").get("/assessment").status_code == 403

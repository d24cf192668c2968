"""What people do on the pages, by their forms alone: a page works without scripts."""

import io
import re
import unicodedata
from datetime import timedelta
from uuid import UUID

import docx
import pytest
from docx.shared import Mm
from PIL import Image
from pypdfium2 import PdfDocument
from sqlalchemy import select

from docservice.core.clock import legal_day
from docservice.core.intake import IntakeItem
from docservice.core.journal import JournalLine
from docservice.core.outbox import Job
from docservice.core.work import SYSTEM
from docservice.demo import people
from docservice.documents import queries
from docservice.identity import queries as identity
from docservice.workflow import service as workflow
from tests.node import REPORT, Office
from tests.templates.test_word import repacked, typed
from tests.web.conftest import Enter, Visitor

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def form(office: Office, **more: object) -> dict[str, object]:
    return {
        "subject": "Kết quả trồng rừng",
        "body": "I. KẾT QUẢ\nĐã trồng 12 ha.\nBản\tDiện tích\nNà Sành\t7,5",
        "recipients": "UBND tỉnh Hoa Ban\n- Các phòng;",
        "archive": "VT",
        "signer_post_id": str(office.post("c.leader")),
        "receiver_codes": [people.PROVINCE],
        "urgency": "urgent",
        "due": "2026-12-05",
        **more,
    }


def id_in(address: object) -> UUID:
    found = re.search(r"/documents/([0-9a-f-]{36})", str(address))
    assert found is not None
    return UUID(found[1])


def scan() -> bytes:
    out = io.BytesIO()
    Image.new("L", (800, 1100), 240).save(out, "PDF", resolution=100)
    return out.getvalue()


def test_a_draft_from_the_form(enter: Enter, office: Office) -> None:
    official = enter("c.official")
    answer = official.post("/drafts/new/BC", form(office))
    assert "Đã tạo dự thảo." in answer.text
    document = office.document(id_in(answer.url))
    assert (document.subject, document.urgency, document.receiver_codes) == ("Kết quả trồng rừng", "urgent", ["H99"])
    assert document.due is not None
    assert document.due.isoformat() == "2026-12-05"
    assert document.form_values is not None
    assert document.form_values["body"][2]["table"]["rows"] == [["Nà Sành", "7,5"]]
    # The form shows again what was typed, and keeps a change.
    page = official.get(f"/documents/{document.id}/edit").text
    assert "| Nà Sành | 7,5 |" in page
    answer = official.post(f"/documents/{document.id}/edit", form(office, subject="Kết quả khác", revision=1))
    assert office.document(document.id).subject == "Kết quả khác"
    # Nobody overwrites what somebody else has saved meanwhile.
    answer = official.post(f"/documents/{document.id}/edit", form(office, subject="Muộn", revision=1))
    assert answer.status_code == 409
    assert "Muộn" in answer.text
    assert office.document(document.id).subject == "Kết quả khác"


def test_a_pasted_list_of_places_does_not_say_twice_what_is_kept(enter: Enter, office: Office) -> None:
    official = enter("c.official")
    pasted = {"recipients": "Nơi nhận:\n- UBND tỉnh Hoa Ban;\n- Lưu: VT,  VP.", "archive": "VT, VP"}
    document = office.document(id_in(official.post("/drafts/new/BC", form(office, **pasted)).url))
    assert document.form_values is not None
    assert document.form_values["recipients"] == ["- UBND tỉnh Hoa Ban;"]
    answer = official.post(f"/documents/{document.id}/edit", form(office, **{**pasted, "archive": "VT"}, revision=1))
    assert answer.status_code == 422
    assert "dòng “Lưu: …” ghi ở mục Lưu" in answer.text
    # What is typed is as long as somebody likes.
    far = {"recipients": f"- Lưu: VT, VP.\nNơi nhận{' ' * 200_000}x", "archive": f"VT{'-' * 200_000}x"}
    assert official.post(f"/documents/{document.id}/edit", form(office, **far, revision=1)).status_code == 422


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"subject": ""}, "Mục “Trích yếu” chưa đúng: chưa nhập."),
        ({"body": ""}, "Mục “Nội dung” chưa đúng: chưa nhập."),
        ({"recipients": " \n "}, "Mục “Nơi nhận” chưa đúng: chưa nhập."),
        ({"due": "32/13/2026"}, "Ngày “32/13/2026” chưa đúng"),
        ({"signer_post_id": ""}, "Mục “Người ký” chưa đúng"),
        ({"subject": "x" * 600}, "Mục “Trích yếu” chưa đúng: dài quá giới hạn."),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(
    enter: Enter, office: Office, wrong: dict[str, str], said: str
) -> None:
    answer = enter("c.official").post("/drafts/new/BC", form(office, **wrong, archive="VT, giữ lại"))
    assert answer.status_code == 422
    assert said in answer.text
    assert "VT, giữ lại" in answer.text


def test_faults_are_told_while_a_draft_is_typed(enter: Enter, office: Office) -> None:
    official = enter("c.official")
    asks = official.get("/drafts/new/BC").text
    assert 'hx-post="/drafts/check/BC"' in asks
    assert "Không thấy lỗi thể thức." in official.post("/drafts/check/BC", form(office)).text
    wrong = official.post("/drafts/check/BC", form(office, body="Theo báo cáo của chính phủ, tình hình ổn định.")).text
    assert "quy tắc viết hoa là “Chính phủ”" in wrong
    assert "Phụ lục II" in wrong
    half = official.post("/drafts/check/BC", form(office, subject=""))
    assert half.status_code == 200
    assert "Điền đủ các mục bắt buộc" in half.text
    assert "Chưa có dự thảo nào" in official.get("/?box=drafts").text


def test_the_journal_tells_who_opened_and_took_a_document_and_when(enter: Enter, office: Office) -> None:
    document_id, leader = office.checked(), enter("c.leader")

    def lines(verb: str) -> list[tuple[str, str]]:
        wanted = select(JournalLine).where(JournalLine.verb == verb, JournalLine.subject == str(document_id))
        with office.reading() as reading:
            rows = reading.session.scalars(wanted.order_by(JournalLine.seq))
            return [(row.actor, legal_day(row.at).isoformat()) for row in rows]

    for _ in range(2):
        leader.get(f"/documents/{document_id}")
    office.clock.move(timedelta(days=1))
    enter("c.leader").get(f"/documents/{document_id}")
    # A line for each day somebody looked at it.
    assert lines("view") == [("Lò Văn Giả Định", "2026-11-23"), ("Lò Văn Giả Định", "2026-11-24")]
    again = enter("c.leader")
    taken = again.get(f"/documents/{document_id}/files/1")
    again.get(f"/documents/{document_id}/files/1?download=1")
    # What the browser has already is not handed out again.
    kept = {"If-None-Match": taken.headers["ETag"]}
    assert again.get(f"/documents/{document_id}/files/1", headers=kept).status_code == 304
    assert lines("take_file") == [("Lò Văn Giả Định", "2026-11-24")] * 2
    # Who may not see it leaves no line of that kind.
    assert enter("s.clerk").get(f"/documents/{document_id}/files/1").status_code == 404
    assert len(lines("take_file")) == 2


def test_a_preview_keeps_nothing(enter: Enter, office: Office) -> None:
    official = enter("c.official")
    answer = official.post("/drafts/preview/BC", form(office))
    assert "data:image/png;base64," in answer.text
    assert "Chưa có dự thảo nào" in official.get("/?box=drafts").text


def test_a_preview_tells_what_does_not_fit_its_page(enter: Enter, office: Office) -> None:
    official = enter("c.official")
    made = docx.Document(io.BytesIO(typed()))
    table = made.add_table(1, 3)
    table.autofit = False
    for column, grid in zip(table.columns, table._tbl.tblGrid, strict=True):  # noqa: SLF001 - python-docx sets no grid by itself
        column.cells[0].text, grid.w = "Nội dung", Mm(100)
    out = io.BytesIO()
    made.save(out)
    answer = official.post("/drafts/upload", files={"file": ("bao-cao.docx", out.getvalue(), DOCX)})
    preview = official.get(f"/documents/{id_in(answer.url)}/preview").text
    assert "Không vừa trang, nên sửa trước khi ký" in preview
    assert "rộng 300 mm" in preview
    assert "Không vừa trang" not in official.post("/drafts/preview/BC", form(office)).text


def test_a_word_file_becomes_a_draft_with_what_it_says(enter: Enter, office: Office) -> None:
    official = enter("c.official")
    answer = official.post("/drafts/upload", files={"file": ("bao-cao.docx", typed(), DOCX)})
    document = office.document(id_in(answer.url))
    assert answer.url.path.endswith("/edit")
    assert (document.kind, document.subject) == ("BC", "Kết quả trồng rừng năm 2026")
    assert document.receiver_codes == [people.PROVINCE]
    assert document.signer_post_id == office.post("c.leader")
    assert "Nên xem lại thể thức" not in answer.text
    official.post(f"/documents/{document.id}/acts/submit")
    office.drain()
    assert office.status(document.id) == "check_content"


def test_a_faulty_word_file_is_a_draft_too_and_says_what_it_lacks(enter: Enter, office: Office) -> None:
    official = enter("c.official")
    answer = official.post("/drafts/upload", files={"file": ("to trinh.docx", typed(number="", sign=False), DOCX)})
    document_id = id_in(answer.url)
    assert "Không thấy dòng “Số: …”" in answer.text
    assert "Không thấy khối chữ ký" in answer.text
    # Faults never block sending; what cannot be made comes back with the reason.
    official.post(f"/documents/{document_id}/acts/submit")
    office.drain()
    page = official.get(f"/documents/{document_id}").text
    assert "Không thấy chỗ ghi số, ngày hoặc khối chữ ký" in page
    assert office.status(document_id) == "draft"


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.docx", b"khong phai word", "chỉ nhận tệp PDF, Word"),
        ("a.docx", b"", "tệp rỗng"),
        ("a.docx", repacked(typed(), add={"word/vbaProject.bin": b"x"}), "tệp có macro"),
        ("a.pdf", scan(), "cửa này nhận tệp Word"),
    ],
)
def test_what_is_no_word_file_is_refused_with_its_reason(enter: Enter, name: str, data: bytes, said: str) -> None:
    answer = enter("c.official").post("/drafts/upload", files={"file": (name, data, DOCX)})
    assert answer.status_code == 422
    assert said in answer.text


def test_changing_the_signer_of_a_word_file_keeps_its_checks(enter: Enter, office: Office) -> None:
    official = enter("c.official")
    document_id = id_in(official.post("/drafts/upload", files={"file": ("a.docx", typed(), DOCX)}).url)
    official.post(f"/documents/{document_id}/acts/submit")
    office.drain()
    enter("c.head").post(f"/documents/{document_id}/acts/check_content")
    checker = enter("c.checker")
    checker.post(f"/documents/{document_id}/acts/check_form")
    enter("c.leader").post(
        f"/documents/{document_id}/acts/change_signer", {"signer_post_id": str(office.post("c.deputy"))}
    )
    office.drain()
    assert office.status(document_id) == "approval"
    assert office.document(document_id).signer_post_id == office.post("c.deputy")


def test_attachments_come_and_go_and_are_handed_over_as_files(enter: Enter, office: Office) -> None:
    document_id = office.draft()
    official = enter("c.official")
    answer = official.post(
        f"/documents/{document_id}/attachments", files={"file": ("../../phụ lục.docx", typed(), DOCX)}
    )
    assert "phụ lục.docx" in answer.text
    file = official.get(f"/documents/{document_id}/files/a1")
    assert file.content.startswith(b"PK")
    assert file.headers["content-disposition"].startswith("attachment;")
    assert "sandbox" in file.headers["content-security-policy"]
    official.post(f"/documents/{document_id}/attachments/1/remove")
    assert official.get(f"/documents/{document_id}/files/a1").status_code == 404


def test_a_drawing_travels_as_a_data_file_and_nothing_else_by_its_name(enter: Enter, office: Office) -> None:
    document_id = office.draft()
    official = enter("c.official")
    place = f"/documents/{document_id}/attachments"
    drawing = b"AC1032" + bytes(200)
    assert "mat-bang.dwg" in official.post(place, files={"file": ("mat-bang.dwg", drawing, "image/vnd.dwg")}).text
    file = official.get(f"/documents/{document_id}/files/a1")
    assert (file.content, file.headers["content-type"]) == (drawing, "image/vnd.dwg")
    assert official.get(f"/documents/{document_id}/files/a{'9' * 5000}").status_code == 404
    assert file.headers["content-disposition"].startswith("attachment;")
    for data in (b"MZ" + bytes(200), b"AC9999" + bytes(200)):
        assert "bản vẽ AutoCAD" in official.post(place, files={"file": ("mat-bang.dwg", data, "image/vnd.dwg")}).text


def test_the_whole_way_by_forms(enter: Enter, office: Office) -> None:
    document_id = office.draft()
    who: dict[str, Visitor] = {}
    for key, verb, data in (
        ("c.official", "submit", {}),
        ("c.head", "check_content", {"note": "Đồng ý."}),
        ("c.checker", "check_form", {}),
        ("c.leader", "approve_and_sign", {}),
        ("c.clerk", "number", {}),
        ("c.clerk", "seal", {}),
        ("c.clerk", "release", {}),
    ):
        visitor = who.setdefault(key, enter(key))
        if verb == "approve_and_sign":
            page = visitor.get(f"/documents/{document_id}").text
            shown = re.search(r'name="consented_sha256" value="([0-9a-f]{64})"', page)
            assert shown is not None
            answer = visitor.post(f"/documents/{document_id}/acts/{verb}", {"consented_sha256": shown[1]})
        else:
            answer = visitor.post(f"/documents/{document_id}/acts/{verb}", data)
        assert answer.status_code == 200, verb
        office.drain()
    assert office.status(document_id) == "released"
    page = who["c.clerk"].get(f"/documents/{document_id}").text
    assert "312/BC-UBND" in page
    assert "Hợp lệ: Lò Văn Giả Định" in page
    assert "312/BC-UBND" in who["c.clerk"].get("/registers").text

    arrived = office.arrived("p.clerk").id
    clerk = enter("p.clerk")
    clerk.post(f"/documents/{arrived}/acts/register")
    assert clerk.post(f"/documents/{arrived}/acts/present", {"note": " "}).status_code == 422
    clerk.post(f"/documents/{arrived}/acts/present", {"note": "Kính trình."})
    with office.reading("p.leader") as reading:
        units = {
            u.abbreviation: str(u.id) for u in identity.units(reading, agency_id=reading.actor.agency_id or UUID(int=0))
        }
    leader = enter("p.leader")
    directions: dict[str, object] = {
        "lead_unit_id": units["KGVX"],
        "support_unit_ids": [units["VP"]],
        "note": "Giao.",
        "due": "30/11/2026",
    }
    leader.post(f"/documents/{arrived}/acts/direct", directions)
    assert str(office.document(arrived).due) == "2026-11-30"
    page = enter("p.checker").get("/?box=support").text
    assert str(arrived) in page
    head = enter("p.head")
    head.post(f"/documents/{arrived}/acts/assign", {"post_id": str(office.post("p.official"))})
    official = enter("p.official")
    official.post(f"/documents/{arrived}/acts/start")
    official.post(f"/documents/{arrived}/acts/complete", {"note": "Đã tổng hợp."})
    assert office.status(arrived) == "done"
    office.drain()
    assert "Hoàn thành" in who["c.clerk"].get(f"/documents/{document_id}").text


def test_what_was_shown_before_is_not_signed_after_a_change(enter: Enter, office: Office) -> None:
    document_id = office.checked()
    leader = enter("c.leader")
    answer = leader.post(f"/documents/{document_id}/acts/approve_and_sign", {"consented_sha256": "0" * 64})
    assert answer.status_code == 409
    assert office.status(document_id) == "approval"


def test_many_are_signed_and_each_has_its_own_result(enter: Enter, office: Office) -> None:
    first, second, third = (
        office.checked(values={**REPORT, "subject": f"Báo cáo số {n}"}) for n in ("một", "hai", "ba")
    )
    leader = enter("c.leader")
    leader.get(f"/documents/{first}")
    page = leader.post("/signing/confirm", {"ids": [str(first), str(second), str(third)]}).text
    assert page.count("chưa mở xem") == 2
    hidden = {name: re.findall(rf'name="{name}" value="([^"]+)"', page) for name in ("ids", "consents", "revisions")}
    # A stranger's document among them changes nothing for the others.
    hidden = {"ids": [*hidden["ids"], str(UUID(int=1))], "consents": [*hidden["consents"], "0" * 64],
              "revisions": [*hidden["revisions"], "1"]}  # fmt: skip
    # Somebody takes one of them back before the consent arrives.
    office.act("c.official", workflow.withdraw, document_id=second)
    answer = leader.post("/signing", hidden)
    assert answer.status_code == 200
    office.drain()
    assert [office.status(d) for d in (first, second, third)] == ["to_number", "draft", "to_number"]
    answer = leader.post("/signing/results", {"ids": [str(first), str(third)]})
    assert "Đã xong." in answer.text
    assert leader.post("/signing/confirm", {"ids": [str(second)]}).status_code == 422


def test_paper_is_received_by_its_scan(enter: Enter, office: Office) -> None:
    clerk = enter("c.clerk")
    data = {"subject": "Xin thuê đất", "origin_name": "Hợp tác xã Bản Mẫu", "kind_name": "Đơn",
            "issued_on": "2026-11-20", "as_post": str(office.post("c.clerk"))}  # fmt: skip
    answer = clerk.post("/arrivals/paper", data, files={"file": ("quet.pdf", scan(), "application/pdf")})
    document_id = id_in(answer.url)
    assert "Đã nhận văn bản giấy" in answer.text
    assert "không có chữ ký số" in answer.text
    clerk.post(f"/documents/{document_id}/acts/register")
    assert office.document(document_id).notation == "807"
    for wrong, said in (({"subject": " "}, "Trích yếu"), ({"origin_name": ""}, "Cơ quan ban hành")):
        answer = clerk.post(
            "/arrivals/paper", {**data, **wrong}, files={"file": ("quet.pdf", scan(), "application/pdf")}
        )
        assert answer.status_code == 422
        assert said in answer.text
    answer = clerk.post("/arrivals/paper", data, files={"file": ("quet.docx", typed(), DOCX)})
    assert answer.status_code == 422


def test_pictures_and_files_of_a_document(enter: Enter, office: Office) -> None:
    document_id = office.checked()
    leader = enter("c.leader")
    page = leader.get(f"/documents/{document_id}").text
    assert f"/documents/{document_id}/files/1/pages/1" in page
    drawn = leader.get(f"/documents/{document_id}/files/1/pages/1")
    assert drawn.headers["content-type"] == "image/png"
    assert Image.open(io.BytesIO(drawn.content)).format == "PNG"
    tag = drawn.headers["etag"]
    assert leader.get(f"/documents/{document_id}/files/1/pages/1", headers={"If-None-Match": tag}).status_code == 304
    for missing in ("1/pages/0", "1/pages/99", "1/pages/-1", "7/pages/1", "x/pages/1"):
        assert leader.get(f"/documents/{document_id}/files/{missing}").status_code == 404, missing
    pdf = leader.get(f"/documents/{document_id}/files/1")
    with office.reading("c.leader") as reading:
        version = queries.latest_version(reading, document_id)
        assert version is not None
        assert pdf.headers["etag"] == f'"{version.sha256}"'
    assert pdf.headers["content-disposition"].startswith("inline;")


def test_a_case_file_from_opening_to_the_archive_and_back(enter: Enter, office: Office) -> None:
    document_id = office.released()
    official = enter("c.official")
    answer = official.post(
        "/case-files", {"title": "Trồng rừng 2026", "retention": "5 năm", "document_id": str(document_id)}
    )
    assert "01.VHXH" in answer.text
    where = answer.url.path
    official.post(f"{where}/close")
    official.post(f"{where}/offer")
    archivist = enter("c.archivist")
    assert "Trồng rừng 2026" in archivist.get("/case-files").text
    archivist.post(f"{where}/accept")
    asking = enter("c.other")
    assert "Trồng rừng 2026" in asking.get("/case-files").text
    assert asking.get(where).status_code == 404
    asking.post(f"{where}/requests", {"purpose": "Đối chiếu số liệu"})
    page = archivist.get("/case-files").text
    request = re.search(r"/case-files/requests/([0-9a-f-]{36})", page)
    assert request is not None
    archivist.post(f"/case-files/requests/{request[1]}", {"granted": "true"})
    assert asking.get(f"/documents/{document_id}").status_code == 200
    assert archivist.post(f"/case-files/requests/{request[1]}", {"granted": "false"}).status_code == 409


def test_a_meeting_is_called_and_its_papers_tabled(enter: Enter, office: Office) -> None:
    document_id = office.released()
    clerk = enter("c.clerk")
    starts = (legal_day(office.clock.now()) + timedelta(days=1)).isoformat()
    data = {"title": "Phiên họp thử", "place": "Phòng 1", "starts_at": f"{starts}T14:00", "agenda": "Một\nHai",
            "participants": [str(office.post("c.leader"))]}  # fmt: skip
    answer = clerk.post("/meetings/new", data)
    where = answer.url.path
    item = re.search(r"/items/([0-9a-f-]{36})/papers", answer.text)
    assert item is not None
    clerk.post(f"{where}/items/{item[1]}/papers", {"document_id": str(document_id)})
    office.drain()
    leader = enter("c.leader")
    assert "Phiên họp thử" in leader.get("/meetings").text
    assert leader.get(f"{where}/pack").content.startswith(b"%PDF-")
    assert leader.get(f"{where}/papers/1.1").content.startswith(b"%PDF-")
    assert leader.get(f"{where}/papers/2.1").status_code == 404
    assert enter("c.other").get(where).status_code == 404
    assert clerk.post("/meetings/new", {**data, "starts_at": "mai"}).status_code == 422


def test_registers_are_exported_without_formulas(enter: Enter, office: Office) -> None:
    values = {**REPORT, "subject": "=HYPERLINK(1)"}
    office.released(values=values)
    clerk = enter("c.clerk")
    answer = clerk.get("/registers/export?year=2026&series=outgoing")
    assert answer.headers["content-disposition"] == "attachment; filename*=UTF-8''so-van-ban-di-2026.csv"
    text = answer.content.decode("utf-8-sig")
    assert "312/BC-UBND" in text
    assert ",=HYPERLINK" not in text


def test_operations_show_what_is_parked_and_try_it_again(enter: Enter, office: Office) -> None:
    with office.node.transactions.work(SYSTEM) as work:
        work.later("documents.render", document_id=UUID(int=7))
    for _ in range(12):
        office.node.runner.drain()
        office.clock.move(timedelta(hours=2))
    admin = enter("c.admin")
    page = admin.get("/operations").text
    retry = re.search(r"/operations/jobs/([0-9a-f-]{36})/retry", page)
    assert retry is not None
    admin.post(f"/operations/jobs/{retry[1]}/retry")
    with office.reading() as reading:
        assert reading.session.get_one(Job, UUID(retry[1])).parked_at is None
    assert "journal" in admin.get("/operations/doctor").text
    assert enter("c.leader").get("/operations").status_code == 403


def test_a_document_whose_job_fails_says_so(enter: Enter, office: Office) -> None:
    document_id = office.checked()
    keys = office.node.settings.path(office.node.settings.keys_dir) / "pkcs12"
    hidden = keys.rename(keys.with_name("away"))
    leader = enter("c.leader")
    leader.post(f"/documents/{document_id}/acts/approve_and_sign", {"consented_sha256": office.shown(document_id)})
    office.node.runner.drain()
    page = leader.get(f"/documents/{document_id}").text
    assert "Hệ thống đang làm: đang ký số." in page
    assert "hệ thống tự thử lại lúc" in page
    hidden.rename(keys)
    office.clock.move(timedelta(minutes=5))
    office.drain()
    assert office.status(document_id) == "to_number"


def test_what_is_held_shows_no_subject(enter: Enter, office: Office) -> None:
    with office.node.transactions.work(SYSTEM) as work:
        agency = identity.agency_by_code(work, people.COMMUNE)
        assert agency is not None
        work.session.add(
            IntakeItem(id=UUID(int=9), agency_id=agency.id, reference="r", sender="H99", size=2048,
                       received_at=work.now, held_at=work.now, outcome="secrecy_stamp")
        )  # fmt: skip
    officer = enter("c.security")
    page = officer.get("/held").text
    assert "H99" in page
    assert "có dấu chỉ độ mật" in page
    officer.post(f"/held/{UUID(int=9)}/wipe")
    assert "Không có tệp nào bị giữ." in officer.get("/held").text


def test_an_administrator_brings_people_in_and_lets_them_go(enter: Enter, stranger: Visitor) -> None:
    admin = enter("c.admin")
    admin.post("/people/units", {"name": "Trung tâm Phục vụ hành chính công", "abbreviation": "HCC"})
    person = {"full_name": "Sùng Văn Mới", "title": "Chuyên viên", "role": "official", "login": "sung.moi",
              "password": "mat-khau-ban-dau"}  # fmt: skip
    assert admin.post("/people", {**person, "login": "c.clerk"}).status_code == 422
    assert admin.post("/people", {**person, "password": "ngan"}).status_code == 422
    page = admin.post("/people", person).text
    assert "sung.moi" in page
    assert "Trung tâm Phục vụ hành chính công" in page
    # Once in the list with their act, and among those who may be given a further post.
    assert page.count("Sùng Văn Mới") == 3
    credentials = {"login": "sung.moi", "password": "mat-khau-ban-dau"}
    stranger.client.post("/sign-in", data=credentials)
    assert "Dự thảo" in stranger.get("/").text
    tenure = re.search(r"/people/tenures/([0-9a-f-]{36})/end(?:(?!</form>).)*Sùng Văn Mới", page, re.DOTALL)
    assert tenure is not None
    admin.post(f"/people/tenures/{tenure[1]}/end")
    assert "Dự thảo" not in stranger.get("/").text
    assert stranger.get("/drafts/new").status_code == 403
    assert enter("c.leader").get("/people").status_code == 403


def test_an_unexpected_address_is_a_page_with_a_way_back(enter: Enter) -> None:
    visitor = enter("c.official")
    for address, status in (("/nowhere", 404), ("/documents/not-an-id", 404), ("/?page=x", 422), ("/registers", 403)):
        answer = visitor.get(address)
        assert answer.status_code == status, address
        assert "Về hộp việc" in answer.text
        assert "Traceback" not in answer.text


def test_the_signatures_looked_at_closely(enter: Enter, office: Office) -> None:
    document_id = office.released()
    clerk = enter("c.clerk")
    page = clerk.get(f"/documents/{document_id}")
    links = re.findall(rf'href="(/documents/{document_id}/versions/[^"]+)"', page.text)
    report = next(link for link in links if "/report" in link)
    compared = next(link for link in links if "/changes/1" in link)

    paper = clerk.get(report)
    assert paper.headers["content-type"] == "application/pdf"
    assert paper.content.startswith(b"%PDF-")

    shown = clerk.get(compared)
    assert "Sau chữ ký này chỉ có thay đổi được phép" in shown.text
    assert "chữ ký của UBND xã Suối Trúc, trang 1" in shown.text
    pictures = re.findall(r'src="(/documents/[^"]+/pages/\d+/(?:before|after)[^"]*)"', shown.text)
    assert len(pictures) >= 2
    assert {clerk.get(picture).headers["content-type"] for picture in pictures} == {"image/webp"}
    assert clerk.get(compared.replace("/changes/1", "/changes/9")).status_code == 404
    assert clerk.get(pictures[0].replace("/pages/1/", "/pages/99/")).status_code == 404


def test_a_file_is_judged_once_a_day_and_anew_when_the_trust_settings_change(enter: Enter, office: Office) -> None:
    document_id = office.released()
    clerk = enter("c.clerk")
    page = clerk.get(f"/documents/{document_id}").text
    report = re.findall(rf'href="(/documents/{document_id}/versions/[^"]+/report[^"]*)"', page)[0]

    def judged_at() -> str:
        answer = enter("c.clerk").get(report)
        assert answer.status_code == 200, answer.text
        said = PdfDocument(answer.content)[0].get_textpage().get_text_range()
        found = re.search(r"Kiểm tra lúc\s+([0-9:]+)", unicodedata.normalize("NFC", said))
        assert found, said
        return found[1]

    first = judged_at()
    office.clock.move(timedelta(hours=1))
    assert judged_at() == first

    trust = office.node.settings.path(office.node.settings.trust_dir)
    revoked = min(trust.glob("*.crl"))
    revoked.rename(revoked.with_suffix(".kept"))
    assert judged_at() > first
    revoked.with_suffix(".kept").rename(revoked)
    assert judged_at() == first
    office.clock.move(timedelta(days=1))
    assert judged_at() > first

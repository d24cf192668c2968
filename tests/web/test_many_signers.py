"""Pages where several people sign: routing slips, and contracts of two agencies."""

import io
import re
from uuid import UUID

from pyhanko.pdf_utils.reader import PdfFileReader

from docservice.demo import people
from docservice.documents import queries, signatories, storing
from docservice.workflow import service as workflow
from tests.node import Office
from tests.signatures.test_sealing import damage
from tests.web.conftest import Enter
from tests.workflow.test_joint import CONTRACT, SUBJECT, arrived
from tests.workflow.test_slips import sign, slip

FORM = {"subject": "Mua máy in cho bộ phận một cửa", "presented_to": "Chủ tịch", "body": "Máy cũ đã hỏng."}


def test_a_slip_is_drafted_signed_and_watched_on_its_pages(enter: Enter, office: Office) -> None:
    official = enter("c.official")
    assert "Phiếu trình" in official.get("/drafts/new").text
    page = official.get("/drafts/new/PTr").text
    assert page.count('name="signatory_post_ids"') == signatories.MOST
    assert "chưa có chứng thư số" in page
    assert official.post("/drafts/new/PTr", {**FORM, "signatory_post_ids": [""]}).status_code == 422
    posts = [str(office.post(key)) for key in ("c.head", "c.leader")]
    preview = official.post("/drafts/preview/PTr", {**FORM, "signatory_post_ids": posts})
    assert preview.status_code == 200
    made = official.post("/drafts/new/PTr", {**FORM, "signatory_post_ids": [*posts, ""], "then": "submit"})
    document_id = UUID(re.findall(r"/documents/([0-9a-f-]{36})", str(made.url))[0])
    office.drain()
    page = official.get(f"/documents/{document_id}").text
    assert "0/2 đã ký" in page
    assert page.index("Đang chờ ký") < page.index("Chưa đến lượt")
    assert "Ký phiếu trình</button>" not in page
    head = enter("c.head")
    assert "Ký phiếu trình</button>" in head.get(f"/documents/{document_id}").text
    consent = {"consented_sha256": office.shown(document_id), "note": "Đồng ý, \r\n nên mua loại in hai mặt."}
    answer = head.post(f"/documents/{document_id}/acts/sign_in_turn", consent)
    assert "phiếu sẽ tự chuyển tiếp" in answer.text
    office.drain()
    page = official.get(f"/documents/{document_id}").text
    assert "1/2 đã ký" in page
    assert "Ý kiến: Đồng ý, nên mua loại in hai mặt." in page
    returned = enter("c.leader").post(f"/documents/{document_id}/acts/return", {"note": "Xin thêm báo giá."})
    assert returned.status_code == 200
    edit = official.get(f"/documents/{document_id}/edit").text
    assert re.findall(r'<option value="([0-9a-f-]+)" selected', edit)[:2] == posts
    assert official.post(f"/documents/{document_id}/word/take-out").status_code == 409


def test_several_slips_are_signed_in_one_consent(enter: Enter, office: Office) -> None:
    slips = [slip(office, "c.head", "c.leader", in_turn=False) for _ in range(2)]
    head = enter("c.head")
    listed = head.get("/?box=to-countersign").text
    assert all(str(document_id) in listed for document_id in slips)
    page = head.post("/signing/confirm", {"ids": [str(document_id) for document_id in slips]}).text
    consent = consent_on(page)
    assert page.count('name="opinions"') == len(slips)
    # One opinion for each, in the order of the page; the second has none.
    assert head.post("/signing", {**consent, "opinions": ["Đồng ý,\r\nmua ngay.", " "]}).status_code == 200
    office.drain()
    assert "Đã xong." in head.post("/signing/results", {"ids": consent["ids"]}).text
    for document_id in slips:
        assert "1/2 đã ký" in head.get(f"/documents/{document_id}").text
    said = [said_in(office, UUID(document_id)) for document_id in consent["ids"]]
    assert said == ["Đồng ý, mua ngay.", None]
    assert "Ý kiến: Đồng ý, mua ngay." in head.get(f"/documents/{consent['ids'][0]}").text
    assert head.post("/signing", {**consent, "opinions": ["Đồng ý"]}).status_code == 422
    assert head.post("/signing", {**consent, "opinions": ["a" * 2001, ""]}).status_code == 422


def consent_on(page: str) -> dict[str, list[str]]:
    """What the page of a batch would send."""
    return {name: re.findall(rf'name="{name}" value="([^"]+)"', page) for name in ("ids", "consents", "revisions")}


def said_in(office: Office, document_id: UUID) -> str | None:
    """The reason in the newest file's last signature."""
    with office.reading() as reading:
        pdf = storing.get(reading.ports, queries.versions(reading, document_id)[-1].sha256)
    reason = PdfFileReader(io.BytesIO(pdf)).embedded_signatures[-1].sig_object.get("/Reason")
    return str(reason) if reason is not None else None


def test_a_batch_tells_which_slip_was_changed_after_it_was_signed(enter: Enter, office: Office) -> None:
    slips = [slip(office, "c.official", "c.head") for _ in range(2)]
    for document_id in slips:
        sign(office, document_id, "c.official")
    damage(office, slips[0])
    head = enter("c.head")
    consent = consent_on(head.post("/signing/confirm", {"ids": [str(document_id) for document_id in slips]}).text)
    assert head.post("/signing", consent).status_code == 200
    office.drain()
    page = head.post("/signing/results", {"ids": consent["ids"]}).text
    assert page.count("Tệp không được ký: Chưa ký được vì chữ ký có trước") == 1
    assert (office.status(slips[0]), office.status(slips[1])) == ("routing", "routed")
    assert "Không hợp lệ: chữ ký của" in head.get(f"/documents/{slips[0]}").text


def test_a_contract_is_drafted_with_its_partner_and_signed_on_the_other_side(enter: Enter, office: Office) -> None:
    official = enter("c.official")
    assert "Hai cơ quan cùng ký" in official.get("/drafts/new/HĐ").text
    assert "Hai cơ quan cùng ký" not in official.get("/drafts/new/CV").text
    form = {
        "subject": CONTRACT["subject"],
        "body": "Hai bên thống nhất các điều khoản sau.",
        "recipients": "Hai bên",
        "archive": "VT",
        "signer_post_id": str(office.post("c.leader")),
        "partner": f"{people.DEPARTMENT}|Sở Nội vụ tỉnh Hoa Ban",
        "partner_title": "Giám đốc",
    }
    refused = official.post("/drafts/new/HĐ", form)
    assert refused.status_code == 422
    assert "Họ tên người ký của cơ quan cùng ký" in refused.text
    made = official.post("/drafts/new/HĐ", {**form, "partner_signer": "Bế Văn Ước Lệ", "then": "submit"})
    document_id = UUID(re.findall(r"/documents/([0-9a-f-]{36})", str(made.url))[0])
    assert office.document(document_id).receiver_codes == [people.DEPARTMENT]
    office.drain()
    office.act("c.head", workflow.check_content, document_id=document_id)
    office.act("c.checker", workflow.check_form, document_id=document_id)
    office.sign(document_id)
    for verb in (workflow.number, workflow.seal, workflow.release):
        office.act("c.clerk", verb, document_id=document_id)
        office.drain()
    assert "chờ cơ quan kia ký" in official.get(f"/documents/{document_id}").text
    arrival = arrived(office)
    clerk = enter("s.clerk")
    assert "Bắt đầu ký liên tịch" in clerk.get(f"/documents/{arrival.id}").text
    answer = clerk.post(f"/documents/{arrival.id}/cosign", {"signer_post_id": str(office.post("s.leader"))})
    assert "cơ quan mình ký sau" in answer.text
    office.drain()
    page = clerk.get(f"/documents/{arrival.id}").text
    assert "Bắt đầu ký liên tịch" not in page
    assert "Cơ quan mình đang ký:" in page


def test_the_other_side_is_asked_to_sign_first_on_the_pages(enter: Enter, office: Office) -> None:
    own = office.checked(kind="HĐ", values=CONTRACT, receiver_codes=[people.DEPARTMENT])
    leader = enter("c.leader")
    assert "Chuyển cơ quan kia ký trước" in leader.get(f"/documents/{own}").text
    leader.post(f"/documents/{own}/acts/send_to_partner", {"note": "Đề nghị Sở ký trước."})
    office.drain()
    page = leader.get(f"/documents/{own}").text
    assert "Sở Nội vụ tỉnh Hoa Ban" in page
    assert "nội dung đã khóa" in page
    assert leader.post(f"/documents/{own}/acts/call_back", {"note": " "}).status_code == 422
    # The paper of where it was sent is there before it has a number.
    assert leader.get(f"/documents/{own}/tracking").status_code == 200
    clerk, there = enter("s.clerk"), office.arrived("s.clerk", SUBJECT)
    page = clerk.get(f"/documents/{there.id}").text
    assert "đề nghị cơ quan mình ký trước" in page
    assert "Vào sổ</button>" in page
    arrival = arrived(office)
    page = clerk.get(f"/documents/{arrival.id}").text
    assert "UBND xã Suối Trúc chưa ký" in page
    assert re.search(r"Văn bản in sẵn người ký của cơ quan mình:\s*<strong>Bế Văn Ước Lệ, GIÁM ĐỐC", page)
    assert "Làm bản sao" not in page
    answer = clerk.post(f"/documents/{arrival.id}/acts/decline", {"note": "Sai tên dự án."})
    assert answer.status_code == 200
    office.drain()
    page = leader.get(f"/documents/{own}").text
    assert "Sai tên dự án." in page
    assert "Cơ quan kia không ký" in page


def test_the_signer_stops_waiting_on_the_page_and_the_other_side_reads_the_call(enter: Enter, office: Office) -> None:
    own = office.checked(kind="HĐ", values=CONTRACT, receiver_codes=[people.DEPARTMENT])
    leader = enter("c.leader")
    leader.post(f"/documents/{own}/acts/send_to_partner", {})
    office.drain()
    there = arrived(office)
    assert "Thôi chờ cơ quan kia" not in leader.get(f"/documents/{own}").text
    leader.post(f"/documents/{own}/acts/call_back", {"note": "Cần sửa điều khoản."})
    page = leader.get(f"/documents/{own}").text
    assert "Thôi chờ cơ quan kia</button>" in page
    assert "Lấy lại từ cơ quan kia</button>" not in page
    answer = leader.post(f"/documents/{own}/acts/stop_waiting", {"note": "Sở không trả lời."})
    assert answer.status_code == 200
    assert "Sở không trả lời." in answer.text
    assert "Chuyển cơ quan kia ký trước</button>" in answer.text
    office.drain()
    page = enter("s.clerk").get(f"/documents/{there.id}").text
    assert "Nơi gửi yêu cầu lấy lại" in page
    assert "Cần sửa điều khoản." in page

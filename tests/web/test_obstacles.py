"""A signature below that does not hold is said before the next one is pressed, with what mends it and the way back."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from sqlalchemy import select

from docservice.core.work import SYSTEM
from docservice.documents import queries
from docservice.signatures import stepwise
from docservice.signatures.models import Ending, KeptVerdict
from docservice.workflow import service as workflow
from docservice.workflow.queries import open_acts
from tests.node import REPORT, Office
from tests.signatures.test_sealing import damage, replace_newest
from tests.signatures.test_stepwise import move_key
from tests.web.conftest import Enter, Visitor
from tests.workflow.test_slips import sign, slip

ASK_OPERATOR = "nhờ người vận hành thêm nơi cấp vào Gốc tin cậy"
BEGIN_AGAIN = "phải làm lại tệp và ký lại từ đầu"
SAID = '<blockquote class="said"><p>'
CHECK = "Kiểm tra lại chữ ký"


@contextmanager
def without_anchor(office: Office) -> Iterator[None]:
    """Nobody is believed meanwhile."""
    root = office.node.settings.path(office.node.settings.trust_dir) / "demo-root.pem"
    aside = root.rename(office.node.settings.path(Path("aside.pem")))
    yield
    aside.rename(root)


def check_again(visitor: Visitor, document_id: UUID) -> str:
    answer = visitor.post(f"/documents/{document_id}/signatures/check")
    assert answer.status_code == 200
    assert "Đã kiểm tra lại các chữ ký trong tệp." in answer.text
    return answer.text


def test_no_anchor_stops_the_next_signer_until_the_operator_adds_it(office: Office, enter: Enter) -> None:
    document_id = slip(office, "c.head", "c.leader")
    address, leader = f"/documents/{document_id}", enter("c.leader")
    sign(office, document_id, "c.head")
    assert CHECK not in leader.get(address).text
    with without_anchor(office):
        # Nobody has looked since: the press finds it, and says what to do.
        sign(office, document_id, "c.leader")
        with office.reading() as reading:
            step = queries.steps(reading, document_id)[-1]
        assert step.verb == "signing_ended"
        assert ASK_OPERATOR in (step.note or "")
        page = leader.get(address).text
        for words in ("không thuộc cơ quan chứng thực nào được tin cậy", ASK_OPERATOR, "CA", CHECK):
            assert words in page
        assert "bấm “Không đồng ý, trả lại” bên dưới" in page
        assert "Ký phiếu trình" in page
        # In a batch as well.
        batch = leader.post("/signing/confirm", {"ids": [str(document_id)]}).text
        assert ASK_OPERATOR in batch
    assert CHECK not in check_again(leader, document_id)
    sign(office, document_id, "c.leader")
    assert office.status(document_id) == "routed"


def test_the_clerk_reads_it_before_a_number_is_given_and_returns_it(office: Office, enter: Enter) -> None:
    clerk, document_id = enter("c.clerk"), office.checked()
    with without_anchor(office):
        office.sign(document_id)
        page = clerk.get(f"/documents/{document_id}").text
        assert ASK_OPERATOR in page
        assert "bấm “Trả lại” bên dưới" in page
    answer = clerk.post(f"/documents/{document_id}/acts/return", {"note": "Chứng thư số chưa được tin cậy."})
    assert answer.status_code == 200
    assert office.status(document_id) == "returned"
    # Made anew it holds nothing of the old signature, and is signed, numbered and sealed like any other.
    office.act("c.head", workflow.pass_back, document_id=document_id)
    office.act("c.official", workflow.submit, document_id=document_id)
    office.drain()
    office.act("c.head", workflow.check_content, document_id=document_id)
    office.act("c.checker", workflow.check_form, document_id=document_id)
    leader = enter("c.leader")
    assert "Người ký: Lò" not in leader.get(f"/documents/{document_id}").text
    assert CHECK not in leader.get(f"/documents/{document_id}").text
    office.sign(document_id)
    assert CHECK not in clerk.get(f"/documents/{document_id}").text
    for verb in (workflow.number, workflow.seal, workflow.release):
        office.act("c.clerk", verb, document_id=document_id)
        office.drain()
    assert office.status(document_id) == "released"


def test_a_broken_file_leaves_the_clerk_the_number_to_cancel(office: Office, enter: Enter) -> None:
    clerk, document_id = enter("c.clerk"), office.checked()
    office.sign(document_id)
    office.act("c.clerk", workflow.number, document_id=document_id)
    office.drain()
    damage(office, document_id)
    assert CHECK not in clerk.get(f"/documents/{document_id}").text
    page = check_again(clerk, document_id)
    for words in ("Không hợp lệ: chữ ký của", BEGIN_AGAIN, "bấm “Hủy số” bên dưới"):
        assert words in page
    # Whoever does not seal reads the verdict, and no advice.
    assert BEGIN_AGAIN not in enter("c.leader").get(f"/documents/{document_id}").text
    office.act("c.clerk", workflow.seal, document_id=document_id)
    office.drain()
    assert office.status(document_id) == "to_seal"
    # Its number cancelled, its drafter begins anew from what was written.
    drafter = enter("c.official")
    assert drafter.post(f"/documents/{document_id}/again").status_code == 409
    office.act("c.clerk", workflow.cancel_number, document_id=document_id, reason="Tệp đã ký bị hỏng")
    assert "Soạn lại từ văn bản này" in drafter.get(f"/documents/{document_id}").text
    assert "Soạn lại từ văn bản này" not in clerk.get(f"/documents/{document_id}").text
    assert clerk.post(f"/documents/{document_id}/again").status_code in {403, 409}
    answer = drafter.post(f"/documents/{document_id}/again")
    again = UUID(answer.url.path.split("/")[2])
    assert answer.url.path.endswith("/edit")
    assert again != document_id
    before, draft = office.document(document_id), office.document(again)
    assert (draft.status, draft.form_values, draft.subject) == ("draft", before.form_values, before.subject)
    assert draft.receiver_codes == before.receiver_codes
    # Pressed twice it is the same draft, until that was changed.
    assert drafter.post(f"/documents/{document_id}/again").url.path == answer.url.path
    office.act("c.official", workflow.revise, document_id=again, values={**REPORT, "subject": "Đã sửa"})
    assert drafter.post(f"/documents/{document_id}/again").url.path != answer.url.path


def test_what_had_no_number_is_not_drafted_anew(office: Office, enter: Enter) -> None:
    drafter = enter("c.official")
    for document_id in (office.draft(), slip(office, "c.head", "c.leader")):
        if office.status(document_id) != "draft":
            office.act("c.official", workflow.withdraw, document_id=document_id)
        office.act("c.official", workflow.discard, document_id=document_id)
        assert office.status(document_id) == "cancelled"
        assert "Soạn lại từ văn bản này" not in drafter.get(f"/documents/{document_id}").text
        assert drafter.post(f"/documents/{document_id}/again").status_code == 409


def test_another_signer_is_chosen_where_the_authority_has_ended(office: Office, enter: Enter) -> None:
    document_id = office.checked()
    office.sign(document_id)
    office.act("c.clerk", workflow.number, document_id=document_id)
    office.drain()
    office.act("c.clerk", workflow.cancel_number, document_id=document_id, reason="Người ký đã chuyển công tác")
    office.end_authority("c.leader")
    drafter = enter("c.official")
    page = drafter.post(f"/documents/{document_id}/again")
    assert page.status_code == 200
    assert "Người ký đã chọn không còn thẩm quyền ký loại văn bản này; xin chọn người ký khác." in page.text
    assert '<option value="">Chọn người ký</option>' in page.text
    again = UUID(page.url.path.split("/")[2])
    assert office.document(again).form_values == office.document(document_id).form_values
    # Submitted all the same, it stays a draft, and the page says what to do.
    refused = drafter.post(f"/documents/{again}/acts/submit")
    assert refused.status_code == 403
    assert "xin chọn người ký khác" in refused.text
    assert office.status(again) == "draft"
    routing = workflow.Routing(office.post("c.deputy"), tuple(office.document(again).receiver_codes))
    office.act("c.official", workflow.revise, document_id=again, values=REPORT, routing=routing)
    office.act("c.official", workflow.submit, document_id=again)
    # Ended while it waits for its PDF, it comes back for another signer to be chosen.
    office.end_authority("c.deputy")
    office.drain()
    assert office.status(again) == "draft"
    told = drafter.get(f"/documents/{again}").text
    assert "không có thẩm quyền ký loại văn bản này" in told
    assert "xin chọn người ký khác" in told


def test_a_list_that_cannot_be_had_is_said_to_the_clerk_and_not_to_a_person(office: Office, enter: Enter) -> None:
    trust = office.node.settings.path(office.node.settings.trust_dir)
    for path in trust.glob("*.crl"):
        path.unlink()
    document_id = slip(office, "c.head", "c.leader")
    sign(office, document_id, "c.head")
    assert CHECK not in enter("c.leader").get(f"/documents/{document_id}").text
    report = office.checked()
    office.sign(report)
    assert "Hệ thống tự tải danh sách thu hồi" in enter("c.clerk").get(f"/documents/{report}").text


def test_what_nobody_can_read_is_said_so_and_is_not_tried_later(office: Office, enter: Enter) -> None:
    document_id = slip(office, "c.head", "c.leader")
    sign(office, document_id, "c.head")
    replace_newest(office, document_id, b"no PDF")
    answer = enter("c.leader").post(f"/documents/{document_id}/signatures/check")
    assert answer.status_code == 409
    assert "không phải PDF đọc được" in answer.text
    assert BEGIN_AGAIN in answer.text
    assert "thử lại sau" not in answer.text


def test_only_who_may_sign_or_number_next_has_it_judged_and_not_without_end(office: Office, enter: Enter) -> None:
    document_id = slip(office, "c.head", "c.leader")
    sign(office, document_id, "c.head")
    leader = enter("c.leader")
    with office.reading() as reading:
        version = queries.latest_version(reading, document_id)
        assert version is not None
        kept = select(KeptVerdict.at).where(KeptVerdict.sha256 == version.sha256)

    def judged_at() -> datetime:
        with office.reading() as reading:
            found = reading.session.scalars(kept).one()
        assert found is not None
        return found

    signed = judged_at()

    # The drafter reads the slip as well; what is judged costs the service something.
    assert enter("c.official").get(f"/documents/{document_id}").status_code == 200
    assert enter("c.official").post(f"/documents/{document_id}/signatures/check").status_code == 403
    office.clock.move(timedelta(minutes=4))
    check_again(leader, document_id)
    assert judged_at() == signed
    office.clock.move(timedelta(minutes=4))
    check_again(leader, document_id)
    assert judged_at() > signed


def test_another_reason_why_a_signing_ended_is_told_beside_the_obstacle(office: Office, enter: Enter) -> None:
    document_id = slip(office, "c.head", "c.leader")
    sign(office, document_id, "c.head")
    move_key(office)
    sign(office, document_id, "c.leader")
    with office.node.transactions.work(SYSTEM) as work:
        stepwise.end(work, document_id=document_id, ending=Ending.REFUSED, reason="Điện thoại không nhận.")
    leader = enter("c.leader")
    with without_anchor(office):
        page = check_again(leader, document_id)
        assert ASK_OPERATOR in page
        assert SAID + "Điện thoại không nhận." in page
        # What the signing itself found is not said twice.
        sign(office, document_id, "c.leader")
        page = leader.get(f"/documents/{document_id}").text
        assert ASK_OPERATOR in page
        assert SAID not in page


def test_settings_that_cannot_be_read_take_no_page_away(office: Office, enter: Enter) -> None:
    document_id = office.checked()
    office.sign(document_id)
    clerk = enter("c.clerk")
    (office.node.settings.path(office.node.settings.trust_dir) / "wrong.pem").write_text("not a certificate")
    assert "Cấp số" in clerk.get(f"/documents/{document_id}").text
    assert clerk.post(f"/documents/{document_id}/signatures/check").status_code == 503
    # Nor is a file to be made anew for it: the settings are.
    office.act("c.clerk", workflow.number, document_id=document_id)
    office.drain()
    office.act("c.clerk", workflow.seal, document_id=document_id)
    office.drain()
    page = clerk.get(f"/documents/{document_id}").text
    assert "sửa cấu hình gốc tin cậy, rồi ký lại" in page
    assert BEGIN_AGAIN not in page


def test_only_until_the_number_is_given(office: Office) -> None:
    document_id = office.checked()
    office.sign(document_id)
    for key, may in (("c.clerk", True), ("c.leader", False), ("c.head", False)):
        with office.reading(key) as reading:
            assert ("return" in open_acts(reading, queries.get(reading, document_id))) is may
    office.act("c.clerk", workflow.number, document_id=document_id)
    office.drain()
    with office.reading("c.clerk") as reading:
        assert "return" not in open_acts(reading, queries.get(reading, document_id))

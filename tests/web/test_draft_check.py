"""What the checker finds in a draft, on its page and beside the form; one click mends it and says what it did."""

import io
import re
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import docx
from docx.shared import Mm, Pt

from docservice.documents import draft_versions, storing
from docservice.workflow import service as workflow
from templates.office import DOCX
from templates.word import read_word
from tests.node import REPORT, Office
from tests.templates.test_word import typed
from tests.web.conftest import Enter, Visitor

SUBJECT = "Kết quả thực hiện chỉ đạo của chính phủ"
MENDED = "Kết quả thực hiện chỉ đạo của Chính phủ"


def faulty(number: str = "Số:      /BC-UBND", *, subject: str = "", more: Sequence[str] = ()) -> bytes:
    """An official's file with a narrow margin and letters of another font in its body."""
    file = docx.Document(io.BytesIO(typed(number=number)))
    file.sections[0].top_margin = Mm(12)
    if subject:
        file.paragraphs[1].text, file.paragraphs[2].text = subject, ""
    for words in more:
        file.add_paragraph(words)
    for paragraph in file.paragraphs:
        for run in paragraph.runs:
            run.font.name, run.font.size = "Arial", Pt(14)
    out = io.BytesIO()
    file.save(out)
    return out.getvalue()


def uploaded(official: Visitor, data: bytes) -> str:
    answer = official.post("/drafts/upload", files={"file": ("bao-cao.docx", data, DOCX)})
    return answer.url.path.removesuffix("/edit")


def kept_of(where: str) -> UUID:
    return UUID(where.rpartition("/")[2])


def revision(page: str) -> str:
    found = re.search(r'name="revision" value="(\d+)"', page)
    assert found is not None
    return found[1]


def test_a_word_draft_is_checked_and_mended_by_one_click_which_says_what_it_did(enter: Enter, office: Office) -> None:
    official = enter("c.official")
    where = uploaded(official, faulty())
    # The drafting page of a Word file shows the findings, as that of a form does.
    assert f'hx-get="{where}/check' in official.get(f"{where}/edit").text
    assert f'href="{where}/check' in official.get(where).text
    page = official.get(f"{where}/check").text
    assert "Lề trên 12,0 mm" in page
    assert re.search(r"Trang 1, đoạn \d+", page)
    assert "Nghị định 30/2020/NĐ-CP" in page
    assert "sửa được ngay" in page
    seen = revision(page)
    mended = official.post(f"{where}/check/mend", {"revision": seen})
    assert mended.status_code == 200
    told = re.search(r"Đã sửa (\d+) chỗ", mended.text)
    assert told is not None
    done, _, left = mended.text.partition("</section>")
    assert "Lề trên 12,0 mm" in done
    assert "Lề trên 12,0 mm" not in left
    assert "sửa được ngay" not in left
    # It is the next version; the one before stays, and whoever still looks at it mends nothing twice.
    document_id = kept_of(where)
    with office.reading("c.official") as reading:
        assert [one.ordinal for one in draft_versions.versions(reading, document_id)] == [1, 2]
    assert official.post(f"{where}/check/mend", {"revision": seen}).status_code == 409
    # Where nothing is left that a click mends, it is said.
    again = official.post(f"{where}/check/mend", {"revision": str(office.document(document_id).revision)})
    assert "Không còn chỗ nào sửa được tự động" in again.text
    with office.reading("c.official") as reading:
        assert len(draft_versions.versions(reading, document_id)) == 2
    assert f"Sửa thể thức: {told[1]} chỗ" in official.get(where).text
    # What was mended is told of the version the mending made, and of no other.
    assert "Đã sửa" in official.get(f"{where}/check?since=1").text
    official.post(f"{where}/drafts/1/restore", {"revision": str(office.document(document_id).revision)})
    for since in (1, 2):
        assert "Đã sửa" not in official.get(f"{where}/check?since={since}").text


def test_what_was_read_from_the_file_is_mended_with_it_and_comes_back_with_an_earlier_version(
    enter: Enter, office: Office
) -> None:
    official = enter("c.official")
    where = uploaded(official, faulty(subject=SUBJECT))
    document_id = kept_of(where)
    assert office.document(document_id).subject == SUBJECT
    official.post(f"{where}/check/mend", {"revision": revision(official.get(f"{where}/check").text)})
    document = office.document(document_id)
    values = document.form_values or {}
    assert (document.subject, values["subject"]) == (MENDED, MENDED)
    # It is what is read from the file as it is now.
    word = storing.get(office.node.ports, str(document.word_sha256))
    found = read_word(word)
    assert (values["subject"], values["recipients"]) == (found.subject, list(found.recipients))
    official.post(f"{where}/drafts/1/restore", {"revision": str(document.revision)})
    back = office.document(document_id)
    assert (back.subject, (back.form_values or {})["subject"]) == (SUBJECT, SUBJECT)
    assert back.word_sha256 != document.word_sha256
    # What the drafter put right stays, however the file says it.
    form = {"subject": "Trích yếu đã sửa", "recipients": "UBND tỉnh Hoa Ban", "archive": "VT"}
    official.post(f"{where}/edit", form | {"signer_post_id": str(office.post("c.leader"))})
    official.post(f"{where}/check/mend", {"revision": str(office.document(document_id).revision)})
    corrected = office.document(document_id)
    assert corrected.subject == "Trích yếu đã sửa"
    assert corrected.word_sha256 == document.word_sha256


def test_what_is_typed_and_not_saved_is_saved_or_dropped_before_the_file_is_mended(
    enter: Enter, office: Office
) -> None:
    official = enter("c.official")
    where = uploaded(official, faulty())
    # The drafting page shows the findings; it is left for the page that mends them.
    edit = official.get(f"{where}/edit").text
    assert 'hx-select="#findings"' in edit
    assert f'href="{where}/check' in edit
    assert "check/mend" not in official.get(f"{where}/check").text.partition('id="findings"')[2]
    seen = revision(edit)
    form = {"subject": "Đang gõ", "recipients": "UBND tỉnh Hoa Ban", "archive": "VT", "revision": seen}
    form |= {"signer_post_id": str(office.post("c.leader"))}
    asked = {"place": str(kept_of(where)), "opened_at": office.clock.now().isoformat()}
    assert official.post("/drafts/keep", form | asked).status_code == 200
    page = official.get(f"{where}/check").text
    assert "phần soạn dở chưa lưu" in page
    assert f'href="{where}/edit' in page
    assert "check/mend" not in page
    refused = official.post(f"{where}/check/mend", {"revision": seen})
    assert refused.status_code == 409
    assert "phần soạn dở chưa lưu" in refused.text
    # Typing is not lost by it: it is saved as it stands, and then the file is mended.
    assert 'value="Đang gõ"' in official.get(f"{where}/edit").text
    assert official.post(f"{where}/edit", form).status_code == 200
    page = official.get(f"{where}/check").text
    assert "Đã sửa" in official.post(f"{where}/check/mend", {"revision": revision(page)}).text
    assert office.document(kept_of(where)).subject == "Đang gõ"


def test_a_draft_that_went_on_meanwhile_is_not_mended_by_an_old_page(enter: Enter, office: Office) -> None:
    official = enter("c.official")
    where = uploaded(official, faulty())
    seen = revision(official.get(f"{where}/check").text)
    # A colleague of the unit corrects a field meanwhile; the file still has what one click would mend.
    form = {"subject": "Khác", "archive": "VT", "signer_post_id": str(office.post("c.leader"))}
    assert enter("c.head").post(f"{where}/edit", form).status_code == 200
    answer = official.post(f"{where}/check/mend", {"revision": seen})
    assert answer.status_code == 409
    assert "đã được người khác cập nhật" in answer.text
    assert "sửa được ngay" in official.get(f"{where}/check").text
    document = office.document(kept_of(where))
    assert document.subject == "Khác"
    with office.reading("c.official") as reading:
        assert {one.word_sha256 for one in draft_versions.versions(reading, document.id)} == {document.word_sha256}


def test_many_faults_of_one_rule_are_told_in_few_lines_and_counted_all(enter: Enter, office: Office) -> None:
    official = enter("c.official")
    more = [f"Lần thứ {n} theo chỉ đạo của chính phủ, xã đã báo cáo." for n in range(1, 31)]
    where = uploaded(official, faulty(more=more))
    page = official.get(f"{where}/check").text
    mended = official.post(f"{where}/check/mend", {"revision": revision(page)}).text
    told = re.search(r"Đã sửa (\d+) chỗ</h2>", mended)
    assert told is not None
    done = mended.partition("Đã sửa")[2].partition("</section>")[0]
    lines = done.count("<li")
    left_out = sum(int(n) for n in re.findall(r"và (\d+) chỗ nữa", done))
    assert left_out > 20
    assert int(told[1]) == lines + left_out


def test_who_checks_the_form_sees_the_findings_and_changes_nothing(enter: Enter, office: Office) -> None:
    document_id = office.draft(values=REPORT | {"subject": "kết quả theo chỉ đạo của chính phủ"})
    office.act("c.official", workflow.submit, document_id=document_id)
    office.drain()
    head = enter("c.head")
    page = head.get(f"/documents/{document_id}/check")
    assert "Chính phủ" in page.text
    assert "check/mend" not in page.text
    assert head.post(f"/documents/{document_id}/check/mend", {"revision": "1"}).status_code in {403, 404}
    assert enter("s.clerk").get(f"/documents/{document_id}/check").status_code == 404


def test_a_file_from_another_unit_is_checked_by_whoever_checks_forms_until_it_is_signed(
    enter: Enter, office: Office
) -> None:
    official = enter("c.official")
    where = uploaded(official, faulty())
    document_id = kept_of(where)
    official.post(f"{where}/acts/submit")
    office.drain()
    office.act("c.head", workflow.check_content, document_id=document_id)
    checker = enter("c.checker")
    page = checker.get(f"{where}/check").text
    assert "Lề trên 12,0 mm" in page
    assert "check/mend" not in page
    before = office.document(document_id)
    for visitor in (checker, official):
        answer = visitor.post(f"{where}/check/mend", {"revision": str(before.revision)})
        assert answer.status_code in {403, 409}
    after = office.document(document_id)
    assert (after.revision, after.word_sha256) == (before.revision, before.word_sha256)
    office.act("c.checker", workflow.check_form, document_id=document_id)
    office.sign(document_id)
    assert f"{where}/check" not in official.get(where).text
    signed = official.get(f"{where}/check")
    assert signed.status_code == 409
    assert "đã ký hoặc không còn là dự thảo" in signed.text


def test_a_draft_that_is_out_in_word_or_was_typed_into_a_form_is_not_mended_as_a_file(
    enter: Enter, office: Office
) -> None:
    official = enter("c.official")
    where = uploaded(official, faulty())
    official.post(f"{where}/word/take-out")
    page = official.get(f"{where}/check").text
    assert "Lề trên 12,0 mm" in page
    assert "check/mend" not in page
    document = office.document(UUID(where.rpartition("/")[2]))
    assert official.post(f"{where}/check/mend", {"revision": str(document.revision)}).status_code == 409
    typed_in = office.draft()
    answer = official.post(f"/documents/{typed_in}/check/mend", {"revision": "1"})
    assert answer.status_code == 404
    assert "xin mở trang soạn và sửa ở đó" in answer.text


def test_a_form_s_findings_name_the_field_one_click_changes(enter: Enter) -> None:
    official = enter("c.official")
    form = {
        "subject": "Kết quả trồng rừng",
        "body": "Theo chỉ đạo của chính phủ, xã đã trồng 12 ha rừng.",
        "recipients": "UBND tỉnh Hoa Ban",
        "archive": "VT",
        "signer_post_id": signer_in(official),
    }
    page = official.post("/drafts/check/BC", form).text
    assert re.search(r"Trang 1, đoạn \d+", page)
    found = re.search(r'data-mend="(\w+)" data-ordinal="0" data-old="([^"]*)" data-new="([^"]*)"', page)
    assert found is not None
    field, old, new = found.groups()
    assert (field, form["body"].replace(old, new)) == ("body", form["body"].replace("chính phủ", "Chính phủ"))
    # Where the words stand twice in what was typed, a person chooses.
    twice = form | {"subject": "chỉ đạo của chính phủ"}
    assert f'data-old="{old}"' not in official.post("/drafts/check/BC", twice).text
    # Twice in one field and once in another is three places, not one.
    thrice = twice | {"body": f"{form['body']} Chỉ đạo của chính phủ rất rõ."}
    assert "data-mend" not in official.post("/drafts/check/BC", thrice).text


def test_words_of_an_annex_are_mended_in_their_own_field(enter: Enter) -> None:
    official = enter("c.official")
    form: dict[str, Any] = {
        "subject": "Kết quả trồng rừng",
        "body": "Xã đã trồng 12 ha rừng.",
        "recipients": "UBND tỉnh Hoa Ban",
        "archive": "VT",
        "signer_post_id": signer_in(official),
        "annex_title": ["Biểu mẫu", "Danh sách"],
        "annex_kind": ["", ""],
        "annex_body": ["Các hộ đã nhận giống.", "Theo chỉ đạo của chính phủ, 45 hộ được giao đất."],
    }
    page = official.post("/drafts/check/BC", form).text
    found = re.search(r'data-mend="annex_body" data-ordinal="1" data-old="([^"]*)" data-new="([^"]*)"', page)
    assert found is not None
    assert form["annex_body"][1].replace(*found.groups()).startswith("Theo chỉ đạo của Chính phủ, 45")


def signer_in(official: Visitor) -> str:
    page = official.get("/drafts/new/BC").text
    found = re.search(r'name="signer_post_id".*?<option value="([^"]+)"', page, re.DOTALL)
    assert found is not None
    return found[1]

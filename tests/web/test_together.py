"""Drafting together by the pages: out into Word and back, locks, versions compared, remarks that find their place."""

import io
import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import docx
import pytest
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn

from docservice.documents import queries, storing
from docservice.documents.models import Stage
from docservice.workflow import service as workflow
from templates.office import DOCX
from templates.readable import loose_ends
from templates.word import prepare_word
from tests.node import REPORT, Office
from tests.templates.samples import LEADER, minutes_values
from tests.web.conftest import Enter, Visitor

SENTENCE = "Ủy ban nhân dân xã Suối Trúc báo cáo như sau: mọi việc đã xong."


def say(*sentences: str) -> dict[str, Any]:
    return REPORT | {"body": [{"paragraph": sentence} for sentence in sentences]}


def revise(office: Office, document_id: UUID, *sentences: str, by: str = "c.official") -> None:
    office.act(by, workflow.revise, document_id=document_id, values=say(*sentences))


def edited(data: bytes, old: str, new: str) -> bytes:
    """The file as somebody changed it in Word."""
    file = docx.Document(io.BytesIO(data))
    for paragraph in file.paragraphs:
        if old in paragraph.text:
            paragraph.runs[0].text = paragraph.text.replace(old, new)
            for run in paragraph.runs[1:]:
                run.text = ""
    out = io.BytesIO()
    file.save(out)
    return out.getvalue()


def take_out(visitor: Visitor, document_id: UUID) -> bytes:
    assert visitor.post(f"/documents/{document_id}/word/take-out").status_code == 200
    answer = visitor.get(f"/documents/{document_id}/word")
    assert answer.headers["content-type"] == DOCX
    return answer.content


def bring_back(visitor: Visitor, document_id: UUID, data: bytes) -> Any:
    return visitor.post(f"/documents/{document_id}/word/bring-back", files={"file": ("sua.docx", data, DOCX)})


def words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", html))


def test_a_draft_goes_out_into_word_and_comes_back_as_the_next_version(enter: Enter, office: Office) -> None:
    document_id = office.draft()
    official = enter("c.official")
    data = take_out(official, document_id)
    page = official.get(f"/documents/{document_id}")
    assert "Bạn đang sửa dự thảo trong Word, từ 09:00 23/11/2026 đến 09:00 24/11/2026" in words(page.text)
    answer = bring_back(official, document_id, edited(data, "mọi việc đã xong", "mọi việc gần xong"))
    assert "Tệp đã tải lên thành bản mới nhất" in answer.text
    assert office.document(document_id).word_sha256 is not None
    compared = official.get(f"/documents/{document_id}/compare").text
    assert "<del>đã</del><ins>gần</ins>" in compared
    assert "Thêm 1 chữ, bỏ 1 chữ." in compared
    # What came back is what is issued.
    official.post(f"/documents/{document_id}/acts/submit")
    office.drain()
    assert office.status(document_id) == "check_content"


def test_nobody_edits_what_is_out_until_it_is_back_or_the_time_is_over(enter: Enter, office: Office) -> None:
    document_id = office.draft()
    take_out(enter("c.official"), document_id)
    form = {"subject": "Khác", "body": "Khác.", "recipients": "x", "archive": "VT", "then": "submit"}
    form |= {"signer_post_id": str(office.post("c.leader"))}
    for visitor in (enter("c.head"), enter("c.official")):
        answer = visitor.post(f"/documents/{document_id}/edit", form)
        assert answer.status_code == 409
        assert "sửa trong Word, từ 09:00 23/11/2026 đến 09:00 24/11/2026" in answer.text
        assert 'value="Khác"' in answer.text
        assert "sửa trong Word, từ 09:00" in visitor.get(f"/documents/{document_id}/edit").text
    assert enter("c.official").post(f"/documents/{document_id}/acts/submit").status_code == 409
    assert enter("c.head").post(f"/documents/{document_id}/word/take-out").status_code == 409
    office.clock.move(timedelta(hours=25))
    assert enter("c.head").post(f"/documents/{document_id}/edit", form | {"then": ""}).status_code == 200
    # A colleague of the unit may write in the draft; submitting stays with its drafter.
    assert 'value="submit"' not in enter("c.head").get(f"/documents/{document_id}/edit").text
    assert enter("c.head").post(f"/documents/{document_id}/edit", form).status_code == 403


def test_the_head_of_the_unit_breaks_a_lock_and_nobody_else(enter: Enter, office: Office) -> None:
    document_id = office.draft()
    official = enter("c.official")
    data = take_out(official, document_id)
    assert enter("c.clerk").post(f"/documents/{document_id}/word/unlock").status_code == 404
    head = enter("c.head")
    assert "Phá khóa" in head.get(f"/documents/{document_id}").text
    assert "Dự thảo đã mở khóa" in head.post(f"/documents/{document_id}/word/unlock").text
    # Nobody saved another version since: what was edited is not lost.
    assert bring_back(official, document_id, edited(data, "đã xong", "xong")).status_code == 200


def test_a_draft_that_another_has_out_is_not_given_up(enter: Enter, office: Office) -> None:
    document_id = office.draft()
    official, head = enter("c.official"), enter("c.head")
    data = take_out(head, document_id)
    assert official.post(f"/documents/{document_id}/acts/discard").status_code == 409
    assert bring_back(head, document_id, data).status_code == 200
    assert official.post(f"/documents/{document_id}/acts/discard").status_code == 200
    assert office.status(document_id) == "cancelled"


def test_a_file_whose_draft_went_on_without_it_is_refused(enter: Enter, office: Office) -> None:
    document_id = office.draft()
    official = enter("c.official")
    data = take_out(official, document_id)
    enter("c.head").post(f"/documents/{document_id}/word/unlock")
    revise(office, document_id, "Câu khác hẳn.", by="c.head")
    answer = bring_back(official, document_id, data)
    assert answer.status_code == 409
    assert "có bản mới hơn bản bạn tải về" in answer.text


def test_another_papers_file_is_told_and_the_draft_keeps_its_subject(enter: Enter, office: Office) -> None:
    document_id = office.draft()
    official = enter("c.official")
    take_out(official, document_id)
    letter = {"subject": "việc khác", "addressees": ["UBND tỉnh Hoa Ban"], "body": [{"paragraph": "Nội dung."}]}
    other = office.draft(letter | {"recipients": ["Như trên"], "archive": "VT"}, kind="CV")
    page = bring_back(official, document_id, official.get(f"/documents/{other}/word").content)
    assert "Tệp không cùng loại với dự thảo này" in page.text
    take_out(official, document_id)
    file, out = docx.Document(), io.BytesIO()
    file.add_paragraph("Chỉ một dòng.")
    file.save(out)
    page = bring_back(official, document_id, out.getvalue())
    assert "giữ trích yếu của dự thảo" in page.text
    assert office.document(document_id).subject == "việc khác"


def test_minutes_go_out_into_word_and_on_to_both_signers(enter: Enter, office: Office) -> None:
    document_id = office.draft(minutes_values(), kind="BB", receiver_codes=[])
    official = enter("c.official")
    data = take_out(official, document_id)
    page = bring_back(official, document_id, data)
    assert "Không thấy dòng địa danh, ngày tháng" not in page.text
    official.post(f"/documents/{document_id}/acts/submit")
    office.drain()
    assert office.status(document_id) == "check_content"


def test_a_hostile_file_does_not_come_back(enter: Enter, office: Office) -> None:
    document_id = office.draft()
    official = enter("c.official")
    take_out(official, document_id)
    answer = bring_back(official, document_id, b"PK\x03\x04 hong")
    assert answer.status_code == 422
    assert office.document(document_id).word_sha256 is None
    assert "Bạn đang sửa" in official.get(f"/documents/{document_id}").text


def test_an_earlier_version_is_put_back_and_none_is_lost(enter: Enter, office: Office) -> None:
    document_id = office.draft(say("Câu thứ nhất.", "Câu giữ nguyên."))
    revise(office, document_id, "Câu thứ nhì.", "Câu giữ nguyên.")
    revise(office, document_id, "Câu thứ nhì.", "Câu giữ nguyên.")
    official = enter("c.official")
    page = official.get(f"/documents/{document_id}").text
    assert "Các bản dự thảo (2)" in page
    official.post(f"/documents/{document_id}/drafts/1/restore")
    values = office.document(document_id).form_values
    assert values is not None
    assert values["body"][0] == {"paragraph": "Câu thứ nhất."}
    compared = official.get(f"/documents/{document_id}/compare?before=2&after=3").text
    assert "<del>nhì</del><ins>nhất</ins>" in compared
    assert official.get(f"/documents/{document_id}/compare?before=1&after=9").status_code == 404
    assert official.get(f"/documents/{document_id}/word?version={10**30}").status_code == 404


def test_a_comma_for_a_stop_is_a_difference(enter: Enter, office: Office) -> None:
    document_id = office.draft(say("Hỗ trợ 1.500 đồng."))
    revise(office, document_id, "Hỗ trợ 1,500 đồng.")
    page = enter("c.official").get(f"/documents/{document_id}/compare").text
    assert "<del>1.500</del><ins>1,500</ins>" in page
    assert "Hai bản không khác nhau về chữ." not in page


def remark_on(visitor: Visitor, document_id: UUID, sentence: str, quote: str, text: str) -> Any:
    page = visitor.get(f"/documents/{document_id}/text").text
    line = re.search(rf'data-line="(\d+)">[^<]*{re.escape(sentence)}', page)
    assert line is not None
    form = {"line": line[1], "quote": quote, "text": text}
    return visitor.post(f"/documents/{document_id}/remarks", form)


def test_a_remark_stands_beside_its_place_and_follows_it(enter: Enter, office: Office) -> None:
    document_id = office.draft(say("Câu mở đầu.", "Xã có 45 hộ nghèo, 12 hộ cận nghèo.", "Câu kết."))
    head, official = enter("c.head"), enter("c.official")
    answer = remark_on(head, document_id, "Xã có 45", "45 hộ nghèo", "Nêu rõ theo chuẩn nào?")
    assert "<mark>45 hộ nghèo</mark>" in answer.text
    assert "Nêu rõ theo chuẩn nào?" in answer.text
    revise(office, document_id, "Câu mở đầu dài hơn nhiều.", "Câu thêm.", "Xã có 45 hộ nghèo, 13 hộ cận nghèo.")
    page = official.get(f"/documents/{document_id}/text").text
    assert "<mark>45 hộ nghèo</mark>" in page
    assert "đã được sửa sau khi góp ý" not in page
    revise(office, document_id, "Xã có 46 hộ nghèo, 12 hộ cận nghèo.")
    assert "Chỗ này đã được sửa sau khi góp ý." in official.get(f"/documents/{document_id}/text").text
    revise(office, document_id, "Toàn bộ nội dung viết lại.")
    assert "Không còn thấy chỗ này trong bản mới nhất." in official.get(f"/documents/{document_id}/text").text


def test_of_lines_that_say_the_same_the_meant_one_is_found(enter: Enter, office: Office) -> None:
    document_id = office.draft(say("Bản Nà Lốc:", "Chưa có điện.", "Bản Pá Vạt:", "Chưa có điện.", "Hết."))
    head = enter("c.head")
    lines = re.findall(r'data-line="(\d+)">Chưa có điện', head.get(f"/documents/{document_id}/text").text)
    head.post(f"/documents/{document_id}/remarks", {"line": lines[1], "text": "Nay đã có."})
    revise(office, document_id, "Mở đầu.", "Bản Nà Lốc:", "Chưa có điện.", "Bản Pá Vạt:", "Chưa có điện.", "Hết.")
    page = head.get(f"/documents/{document_id}/text").text
    assert page.index("Bản Pá Vạt:") < page.index("Nay đã có.")


def test_a_remark_is_answered_settled_and_opened_again(enter: Enter, office: Office) -> None:
    document_id = office.draft()
    head, official = enter("c.head"), enter("c.official")
    page = remark_on(head, document_id, "mọi việc", "", "Chưa rõ.").text
    found = re.search(r'id="r([0-9a-f-]{36})"', page)
    assert found is not None
    place = f"/documents/{document_id}/remarks/{found[1]}"
    assert "Đã sửa ạ." in official.post(f"{place}/answer", {"text": "Đã sửa ạ."}).text
    assert 'class="count waits">1<' in official.get(f"/documents/{document_id}").text
    assert "Xong: " in official.post(f"{place}/settle", {"settled": "true"}).text
    assert 'class="count waits">1<' not in official.get(f"/documents/{document_id}").text
    assert "Mở lại" not in head.post(f"{place}/settle", {"settled": "false"}).text
    assert head.post(f"{place}/answer", {"text": "  "}).status_code == 422


def test_only_who_sees_the_draft_reads_or_writes_remarks(enter: Enter, office: Office) -> None:
    document_id = office.draft()
    for stranger in (enter("c.clerk"), enter("p.clerk")):
        assert stranger.get(f"/documents/{document_id}/text").status_code == 404
        assert stranger.get(f"/documents/{document_id}/compare").status_code == 404
        assert stranger.get(f"/documents/{document_id}/word").status_code == 404
        assert stranger.post(f"/documents/{document_id}/remarks", {"line": "0", "text": "x"}).status_code == 404


def test_no_remark_gets_into_what_is_issued_and_a_signed_text_takes_none(enter: Enter, office: Office) -> None:
    document_id = office.draft()
    remark_on(enter("c.head"), document_id, "mọi việc", "mọi việc", "GHICHUNOIBO")
    office.act("c.official", workflow.submit, document_id=document_id)
    office.drain()
    with office.reading() as reading:
        version = queries.latest_version(reading, document_id, stage=Stage.SUBMITTED)
        assert version is not None
        assert version.source_sha256 is not None
        source = storing.get(reading.ports, version.source_sha256)
    text = "".join(p.text for p in docx.Document(io.BytesIO(source)).element.body.iter(qn("w:t")))
    assert "mọi việc" in text
    assert "GHICHUNOIBO" not in text
    office.act("c.head", workflow.check_content, document_id=document_id)
    office.act("c.checker", workflow.check_form, document_id=document_id)
    office.sign(document_id)
    answer = enter("c.head").post(f"/documents/{document_id}/remarks", {"line": "0", "text": "x"})
    assert "đã ký nên không góp ý được nữa" in answer.text


def with_loose_ends(data: bytes) -> bytes:
    """A file with a tracked insertion and a comment in its margin."""
    file = docx.Document(io.BytesIO(data))
    paragraph: Any = next(p for p in file.paragraphs if "mọi việc" in p.text)._p  # noqa: SLF001 - no other door
    inserted = f'<w:ins {nsdecls("w")} w:id="1" w:author="x"><w:r><w:t> thêm</w:t></w:r></w:ins>'
    paragraph.append(parse_xml(inserted))
    reference = OxmlElement("w:commentReference")
    reference.set(qn("w:id"), "0")
    paragraph.r_lst[0].append(reference)
    out = io.BytesIO()
    file.save(out)
    return out.getvalue()


def test_tracked_changes_are_told_and_never_issued(enter: Enter, office: Office) -> None:
    document_id = office.draft()
    official = enter("c.official")
    data = with_loose_ends(take_out(official, document_id))
    assert (loose_ends(data).changes, loose_ends(data).comments) == (1, 1)
    bring_back(official, document_id, data)
    assert "Track Changes" in official.get(f"/documents/{document_id}/edit").text
    official.post(f"/documents/{document_id}/acts/submit")
    office.drain()
    assert office.status(document_id) == "draft"
    assert "Track Changes" in official.get(f"/documents/{document_id}").text


def test_comments_of_word_are_left_out_of_what_is_issued(office: Office, enter: Enter) -> None:
    data = with_loose_ends(take_out(enter("c.official"), office.draft()))
    file = docx.Document(io.BytesIO(data))
    for change in list(file.element.body.iter(qn("w:ins"))):
        change.getparent().remove(change)
    out = io.BytesIO()
    file.save(out)
    assert loose_ends(prepare_word(out.getvalue(), signature=LEADER)).comments == 0


@pytest.mark.parametrize("path", ["text", "compare"])
def test_the_pages_are_there_for_every_draft(enter: Enter, office: Office, path: str) -> None:
    document_id = office.draft()
    page = enter("c.official").get(f"/documents/{document_id}/{path}")
    assert page.status_code == 200
    assert SENTENCE.split(":", maxsplit=1)[0] in page.text

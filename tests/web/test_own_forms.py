"""The agency's own forms by the pages: uploaded, refused with the place, put into use, drafted in, retired."""

import io
import re
import zipfile
from typing import Any
from uuid import UUID

from docservice.documents import queries, storing
from docservice.documents.models import Stage
from docservice.workflow import service as workflow
from templates.office import DOCX
from templates.readable import lines_of
from tests.node import Office
from tests.templates.test_own_forms import DECLARED, form, with_part
from tests.web.conftest import Enter, Visitor


def upload(visitor: Visitor, data: bytes, **more: str) -> Any:
    fields = {"kind": "BC", "name": "Báo cáo họp", "declaration": DECLARED, **more}
    return visitor.post("/forms", fields, files={"file": ("mau.docx", data, DOCX)})


def used(visitor: Visitor) -> str:
    """A form in use; returns its id."""
    page = upload(visitor, form())
    assert "Mẫu đã qua kiểm tra" in page.text
    form_id = str(page.url.path).rsplit("/", 1)[1]
    assert "đang dùng" in visitor.post(f"/forms/{form_id}/use", {"valid_from": ""}).text
    return form_id


def filled(office: Office, form_id: str, **more: str) -> dict[str, str]:
    return {
        "form_id": form_id,
        "subject": "Kết quả hội nghị",
        "body": "Hội nghị đã **thống nhất** ba việc.",
        "recipients": "UBND tỉnh Hoa Ban",
        "archive": "VT, VHXH",
        "so_dai_bieu": "5",
        "ngay_hop": "2026-01-05",
        "thanh_phan": "Chủ tịch\nTrưởng các phòng",
        "kinh_phi": "| Nước uống | 200.000 |\nHội trường\t0",
        "signer_post_id": str(office.post("c.leader")),
        **more,
    }


def test_a_form_is_uploaded_looked_at_used_and_drafted_in(enter: Enter, office: Office) -> None:
    form_id = used(enter("c.clerk"))
    official = enter("c.official")
    assert "Báo cáo họp" in official.get("/drafts/new").text
    page = official.get(f"/drafts/new/BC?form={form_id}").text
    assert 'type="date" id="ngay_hop"' in page
    assert "<option>trực tuyến" in page
    assert 'data-grid="Nội dung;Số tiền"' in page
    answer = official.post("/drafts/new/BC", filled(office, form_id))
    found = re.search(r"/documents/([0-9a-f-]{36})", str(answer.url))
    assert found is not None
    document_id = found[1]
    again = official.get(f"/documents/{document_id}/edit").text
    assert 'value="2026-01-05"' in again
    assert "| Nước uống | 200.000 |" in again
    official.post(f"/documents/{document_id}/acts/submit")
    office.drain()
    with office.reading() as reading:
        document = queries.get(reading, UUID(document_id))
        version = queries.latest_version(reading, document.id, stage=Stage.SUBMITTED)
        assert version is not None
        assert version.source_sha256 is not None
        lines = lines_of(storing.get(reading.ports, version.source_sha256))
    assert "Họp ngày 05 tháng 01 năm 2026, 05 đại biểu" in lines
    assert "Hội nghị đã thống nhất ba việc./." in lines
    assert "2. Trưởng các phòng" in lines
    assert "Nước uống: 200.000" in lines
    assert "Lò Văn Giả Định" in lines


def test_a_refused_form_names_its_places_and_keeps_what_was_typed(enter: Enter) -> None:
    clerk = enter("c.clerk")
    page = upload(clerk, form("{{ khong_co }}", "{{ subject|safe }}"))
    assert page.status_code == 422
    assert "word/document.xml, đoạn 9" in page.text
    assert "word/document.xml, đoạn 10" in page.text
    assert "<code>khong_co</code>" in page.text
    assert 'value="Báo cáo họp"' in page.text
    assert "so_dai_bieu: Số đại biểu (số)" in page.text
    assert "Cơ quan chưa có mẫu riêng nào" in page.text


def test_hostile_uploads_end_in_a_sentence(enter: Enter) -> None:
    clerk = enter("c.clerk")
    page = upload(clerk, with_part(form(), "word/vbaProject.bin", b"x"))
    assert "word/vbaProject.bin" in page.text
    assert "có macro" in page.text
    for data in (b"", b"PK\x03\x04", b"MZ", bomb()):
        page = upload(clerk, data)
        assert page.status_code == 422
        assert "không được tiếp nhận" in page.text


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"<a>" + b"0" * (30 * 1024 * 1024))
    return out.getvalue()


def test_an_unclear_declaration_names_its_line(enter: Enter) -> None:
    page = upload(enter("c.clerk"), form(), declaration="ngay_hop: Ngày họp (ngày)\nlung tung")
    assert page.status_code == 422
    assert "Dòng 2 của các mục riêng chưa rõ: “lung tung”" in page.text


def test_own_fields_that_are_wrong_are_named_by_their_label(enter: Enter, office: Office) -> None:
    form_id = used(enter("c.clerk"))
    answer = enter("c.official").post("/drafts/new/BC", filled(office, form_id, ngay_hop="hôm nào đó"))
    assert answer.status_code == 422
    assert "Mục “Ngày họp” chưa đúng: không phải là một ngày" in answer.text
    assert "Nước uống" in answer.text


def test_a_form_is_for_its_kind_and_no_cell_is_dropped(enter: Enter, office: Office) -> None:
    form_id = used(enter("c.clerk"))
    official = enter("c.official")
    assert official.get(f"/drafts/new/KH?form={form_id}").status_code == 404
    assert official.post("/drafts/new/KH", filled(office, form_id)).status_code == 404
    answer = official.post("/drafts/new/BC", filled(office, form_id, kinh_phi="| Nước uống | 200.000 | 3 |"))
    assert answer.status_code == 422
    assert "bảng có hàng thiếu hoặc thừa ô" in answer.text
    assert "| Nước uống | 200.000 | 3 |" in answer.text


def test_a_retired_form_begins_no_draft_and_comes_back(enter: Enter, office: Office) -> None:
    clerk, official = enter("c.clerk"), enter("c.official")
    form_id = used(clerk)
    begun = official.post("/drafts/new/BC", filled(office, form_id))
    clerk.post(f"/forms/{form_id}/retire", {"last_day": ""})
    assert "Báo cáo họp" not in official.get("/drafts/new").text
    assert official.get(f"/drafts/new/BC?form={form_id}").status_code == 409
    # What was begun in it goes on in it.
    assert "Mẫu" in official.get(f"{begun.url.path}/edit").text
    assert "đã thôi dùng" in clerk.get("/forms").text
    clerk.post(f"/forms/{form_id}/use", {"valid_from": "2026-12-01"})
    assert "dùng từ 01/12/2026" in clerk.get("/forms").text
    assert official.get(f"/drafts/new/BC?form={form_id}").status_code == 409


def test_what_is_drafted_anew_is_in_our_form_where_the_agencys_is_retired(enter: Enter, office: Office) -> None:
    clerk, official = enter("c.clerk"), enter("c.official")
    form_id = used(clerk)
    document_id = UUID(official.post("/drafts/new/BC", filled(office, form_id)).url.path.split("/")[2])
    office.number(document_id)
    office.act("c.clerk", workflow.cancel_number, document_id=document_id, reason="Sai số liệu")
    clerk.post(f"/forms/{form_id}/retire", {"last_day": ""})
    page = official.post(f"/documents/{document_id}/again")
    assert page.status_code == 200
    assert "đã tạo dự thảo mới theo mẫu chung" in page.text
    assert "Hội nghị đã **thống nhất** ba việc." in page.text
    assert office.document(UUID(page.url.path.split("/")[2])).agency_form_id is None


def test_forms_are_the_agencys_own_and_their_keepers_business(enter: Enter) -> None:
    form_id = used(enter("c.clerk"))
    province = enter("p.clerk")
    assert "Báo cáo họp" not in province.get("/forms").text
    for path in (f"/forms/{form_id}", f"/forms/{form_id}/file", f"/drafts/new/BC?form={form_id}"):
        assert province.get(path).status_code == 404
    assert province.post(f"/forms/{form_id}/retire", {"last_day": ""}).status_code == 404
    assert enter("c.official").get("/forms").status_code == 403


def test_our_own_form_is_handed_out_to_begin_with(enter: Enter) -> None:
    clerk = enter("c.clerk")
    data = clerk.get("/forms/start/BC").content
    assert "Mẫu đã qua kiểm tra" in upload(clerk, data, declaration="").text

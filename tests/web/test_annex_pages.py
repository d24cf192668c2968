"""An annex that came as Word or Excel, on its way to the PDF that is signed."""

import io
import re
from dataclasses import replace
from uuid import UUID

from docservice.core.work import SYSTEM
from docservice.documents import queries
from docservice.workflow import service as workflow
from templates.catalogue import KINDS
from templates.draft import Annex, Paragraph
from templates.office import DOCX, ODT, XLSX
from templates.own_fields import read_fields
from templates.own_forms import fill_form, sample
from templates.papers import set_paper
from templates.readable import lines_of
from tests.node import Office
from tests.templates.test_convert import open_document, workbook
from tests.templates.test_own_forms import DECLARED
from tests.templates.test_own_forms import form as own_form
from tests.templates.test_word import typed
from tests.web.conftest import Enter
from tests.web.test_pages import id_in


def names(office: Office, document_id: UUID) -> list[str]:
    with office.node.transactions.reading(SYSTEM) as reading:
        return [entry.name for entry in queries.attachments(reading, document_id)]


def test_a_sheet_that_does_not_fit_is_told_fitted_and_kept_as_pdf(enter: Enter, office: Office) -> None:
    document_id, official = office.draft(), enter("c.official")
    here = f"/documents/{document_id}/attachments"
    opened = official.post(here, files={"file": ("biểu.xlsx", workbook(14), XLSX)})
    assert f"{here}/1/pdf" in opened.text
    shown = official.get(f"{here}/1/pdf")
    assert "từ cột K đến cột N tràn sang trang khác" in shown.text
    assert "Vừa khổ giấy A4." in official.get(f"{here}/1/pdf", params={"fitted": "true"}).text
    answer = official.post(f"{here}/1/pdf", {"fitted": "true"})
    assert "Đã thêm bản PDF" in answer.text
    assert names(office, document_id) == ["biểu.pdf"]


def test_the_original_stays_where_asked_and_what_does_not_fit_is_a_fact(enter: Enter, office: Office) -> None:
    document_id, official = office.draft(), enter("c.official")
    here = f"/documents/{document_id}/attachments"
    official.post(here, files={"file": ("biểu.xlsx", workbook(14), XLSX)})
    answer = official.post(f"{here}/1/pdf", {"keep": "true"})
    assert names(office, document_id) == ["biểu.xlsx", "biểu.pdf"]
    assert "tràn sang trang khác" in answer.text


def test_word_and_opendocument_become_pdf_too(enter: Enter, office: Office) -> None:
    document_id, official = office.draft(), enter("c.official")
    here = f"/documents/{document_id}/attachments"
    official.post(here, files={"file": ("đề án.docx", typed(), DOCX)})
    official.post(here, files={"file": ("danh sách.odt", open_document("Danh sách"), ODT)})
    for ordinal in (1, 2):
        official.post(f"{here}/{ordinal}/pdf", {})
    assert names(office, document_id) == ["đề án.pdf", "danh sách.pdf"]


def test_a_pdf_on_other_paper_is_told_when_it_is_attached(enter: Enter, office: Office) -> None:
    document_id, official = office.draft(), enter("c.official")
    large = set_paper('#set page(paper: "a3", flipped: true)\nBiểu', {})
    answer = official.post(
        f"/documents/{document_id}/attachments", files={"file": ("a3.pdf", io.BytesIO(large), "application/pdf")}
    )
    assert "khổ giấy A3 ngang" in answer.text
    assert official.get(f"/documents/{document_id}/attachments/1/pdf").status_code == 404


def test_only_who_may_change_the_draft_makes_the_pdf(enter: Enter, office: Office) -> None:
    document_id = office.draft()
    here = f"/documents/{document_id}/attachments"
    enter("c.official").post(here, files={"file": ("biểu.xlsx", workbook(5), XLSX)})
    assert enter("p.clerk").get(f"{here}/1/pdf").status_code in {403, 404}
    office.act("c.official", workflow.submit, document_id=document_id)
    assert enter("c.official").get(f"{here}/1/pdf").status_code == 409


def decision(office: Office, **more: object) -> dict[str, object]:
    return {
        "subject": "Ban hành Quy chế làm việc",
        "authority": "Chủ tịch Ủy ban nhân dân xã Suối Trúc",
        "citations": "Căn cứ Luật Tổ chức chính quyền địa phương ngày 16 tháng 6 năm 2025;",
        "body": "Điều 1. Ban hành kèm theo Quyết định này Quy chế làm việc và 01 Phụ lục.",
        "recipients": "Như Điều 1",
        "archive": "VT",
        "signer_post_id": str(office.post("c.leader")),
        "annex_title": ["của Ủy ban nhân dân xã", "Danh sách thành viên", "", " "],
        "annex_kind": ["Quy chế", "", "", ""],
        "annex_body": [
            "Điều 1. Phạm vi\nQuy chế này quy định việc làm.",
            "Họ tên\tChức vụ\nMè Thị Mẫu\tỦy viên",
            "",
            "",
        ],
        **more,
    }


def test_annexes_in_the_same_file_are_drafted_on_the_drafting_page(enter: Enter, office: Office) -> None:
    official = enter("c.official")
    answer = official.post("/drafts/new/QĐ", decision(office))
    document_id = id_in(answer.url)
    values = office.document(document_id).form_values or {}
    assert [(one["title"], one.get("kind_name")) for one in values["annexes"]] == [
        ("của Ủy ban nhân dân xã", "Quy chế"),
        ("Danh sách thành viên", None),
    ]
    page = official.get(f"/documents/{document_id}/edit").text
    assert 'value="Danh sách thành viên"' in page
    assert "| Mè Thị Mẫu | Ủy viên |" in page
    text = official.get(f"/documents/{document_id}/text").text
    # Only one of them is a plain annex: it needs no number.
    assert re.search(r">\s*Phụ lục\s*<", text)
    assert "DANH SÁCH THÀNH VIÊN" in text
    assert "QUY CHẾ" in text
    # Emptied, an annex is gone; wrong, it is named and nothing is lost.
    official.post(
        f"/documents/{document_id}/edit",
        decision(office, revision=1, annex_title=["", "Danh sách"], annex_body=["", "Một dòng"], annex_kind=["", ""]),
    )
    values = office.document(document_id).form_values or {}
    assert [one["title"] for one in values["annexes"]] == ["Danh sách"]
    answer = official.post("/drafts/new/QĐ", decision(office, annex_title="", annex_kind="", annex_body="Có chữ"))
    assert answer.status_code == 422
    assert "Mục “Phụ lục” chưa đúng: chưa nhập." in answer.text
    assert "Có chữ</textarea>" in answer.text


def test_annexes_in_files_of_their_own_come_and_go_with_the_draft(enter: Enter, office: Office) -> None:
    official = enter("c.official")
    sheet = ("annex_files", ("biểu.xlsx", workbook(3), XLSX))
    plan = ("annex_files", ("đề án.docx", typed(), DOCX))
    answer = official.post("/drafts/new/QĐ", decision(office), files=[sheet, plan])
    document_id = id_in(answer.url)
    assert names(office, document_id) == ["biểu.xlsx", "đề án.docx"]
    page = official.get(f"/documents/{document_id}/edit").text
    assert 'name="annex_dropped" value="1"' in page
    revision = office.document(document_id).revision
    more = ("annex_files", ("thêm.odt", open_document("Thêm"), ODT))
    official.post(
        f"/documents/{document_id}/edit", decision(office, revision=revision, annex_dropped=["1"]), files=[more]
    )
    assert names(office, document_id) == ["đề án.docx", "thêm.odt"]
    # What is wrong elsewhere keeps no file: the page says which ones to choose again.
    answer = official.post("/drafts/new/QĐ", decision(office, subject=""), files=[sheet])
    assert answer.status_code == 422
    assert "Xin chọn lại tệp kèm theo: biểu.xlsx." in answer.text
    answer = official.post("/drafts/new/QĐ", decision(office), files=[("annex_files", ("hại.exe", b"MZ", "x/y"))])
    assert answer.status_code == 422
    assert "Tệp “hại.exe” không được tiếp nhận" in answer.text


def test_an_agencys_own_form_carries_annexes_too() -> None:
    draft, own = sample(KINDS["BC"], read_fields(DECLARED))
    content = replace(draft.content, annexes=(Annex("Biểu số liệu", (Paragraph("Dòng của phụ lục"),)),))
    lines = lines_of(fill_form(own_form(), replace(draft, content=content), own))
    assert lines[-4:] == ("Phụ lục", "BIỂU SỐ LIỆU", lines[-2], "Dòng của phụ lục./.")
    assert lines[-2].startswith("(Kèm theo Báo cáo số")

"""An annex that came as Word or Excel, on its way to the PDF that is signed."""

import io
from uuid import UUID

from docservice.core.work import SYSTEM
from docservice.documents import queries
from docservice.workflow import service as workflow
from templates.office import DOCX, ODT, XLSX
from templates.papers import set_paper
from tests.node import Office
from tests.templates.test_convert import open_document, workbook
from tests.templates.test_word import typed
from tests.web.conftest import Enter


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

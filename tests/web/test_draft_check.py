"""What the checker finds in a draft, on its page and beside the form; one click mends it and says what it did."""

import io
import re
from uuid import UUID

import docx
from docx.shared import Mm, Pt

from docservice.documents import draft_versions
from docservice.workflow import service as workflow
from templates.office import DOCX
from tests.node import REPORT, Office
from tests.templates.test_word import typed
from tests.web.conftest import Enter, Visitor


def faulty(number: str = "Số:      /BC-UBND") -> bytes:
    """An official's file with a narrow margin and small letters in its body."""
    file = docx.Document(io.BytesIO(typed(number=number)))
    file.sections[0].top_margin = Mm(12)
    for paragraph in file.paragraphs:
        for run in paragraph.runs:
            run.font.name, run.font.size = "Arial", Pt(14)
    out = io.BytesIO()
    file.save(out)
    return out.getvalue()


def uploaded(official: Visitor, data: bytes) -> str:
    answer = official.post("/drafts/upload", files={"file": ("bao-cao.docx", data, DOCX)})
    return answer.url.path.removesuffix("/edit")


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
    document_id = UUID(where.rpartition("/")[2])
    with office.reading("c.official") as reading:
        assert [one.ordinal for one in draft_versions.versions(reading, document_id)] == [1, 2]
    assert official.post(f"{where}/check/mend", {"revision": seen}).status_code == 200
    with office.reading("c.official") as reading:
        assert len(draft_versions.versions(reading, document_id)) == 2
    assert f"Sửa thể thức: {told[1]} chỗ" in official.get(where).text


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
    found = re.search(r'data-mend="(\w+)" data-old="([^"]*)" data-new="([^"]*)"', page)
    assert found is not None
    field, old, new = found.groups()
    assert (field, form["body"].replace(old, new)) == ("body", form["body"].replace("chính phủ", "Chính phủ"))
    # Where the words stand twice in what was typed, a person chooses.
    twice = form | {"subject": "chỉ đạo của chính phủ"}
    assert f'data-old="{old}"' not in official.post("/drafts/check/BC", twice).text


def signer_in(official: Visitor) -> str:
    page = official.get("/drafts/new/BC").text
    found = re.search(r'name="signer_post_id".*?<option value="([^"]+)"', page, re.DOTALL)
    assert found is not None
    return found[1]

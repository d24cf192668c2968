"""The search page as its users meet it, without a script: narrow, sort, leaf, save, export, open what is like it."""

import html
import re
from datetime import timedelta

from docservice.records import service as records
from templates.read import text_of
from tests.node import REPORT, Office
from tests.web.conftest import Enter

FLOOD = {**REPORT, "subject": "Tình hình mưa lũ ở các xã vùng cao"}


def addresses(page: str) -> list[str]:
    return [html.unescape(address) for address in re.findall(r'href="(/search\?[^"]*)"', page)]


def test_results_are_narrowed_by_links_and_each_condition_is_dropped_again(enter: Enter, office: Office) -> None:
    flood = office.draft(values=FLOOD)
    office.draft(values={**REPORT, "subject": "Mưa lũ năm trước"}, kind="TB", by="c.official")
    case_file = office.act("c.official", records.open_case_file, title="Thiên tai", retention="20 năm")
    office.act("c.official", records.add_document, case_file_id=case_file.id, document_id=flood)
    office.drain()
    official = enter("c.official")
    page = official.get("/search?q=mua+lu").text
    assert "2 văn bản" in page
    assert "<mark>mưa lũ</mark>" in page
    by_kind = next(address for address in addresses(page) if "kind=TB" in address)
    narrowed = official.get(by_kind).text
    assert "1 văn bản" in narrowed
    assert 'name="kind" value="TB"' in narrowed
    assert "/search?q=mua+lu" in addresses(narrowed)
    by_file = next(address for address in addresses(page) if "case_file=" in address)
    filed = official.get(by_file).text
    assert "01.VHXH Thiên tai" in filed
    assert FLOOD["subject"].split()[0] in filed
    assert "1 văn bản" in filed
    newest = official.get("/search?q=mua+lu&order=newest").text
    assert '<option value="newest" selected>' in newest


def test_a_search_that_finds_nothing_says_what_may_have_been_meant(enter: Enter, office: Office) -> None:
    office.draft(values=FLOOD)
    office.drain()
    official = enter("c.official")
    page = official.get("/search?q=muwa+lux").text
    assert "Có phải bạn muốn tìm" in page
    assert "/search?q=m%C6%B0a+l%C5%A9" in addresses(page)
    fewer = official.get("/search?q=mua+lu+nui+lua").text
    assert "có một phần" in fewer
    assert "Không tìm thấy văn bản nào" in official.get("/search?q=zzzz").text
    assert "Cách gõ" in official.get("/search").text


def test_suggestions_are_options_of_what_the_person_sees(enter: Enter, office: Office) -> None:
    office.draft(values=FLOOD)
    office.drain()
    said = enter("c.official").get("/search/suggestions?q=mua+l").text
    assert 'role="option"' in said
    assert "mưa lũ" in said
    assert enter("c.other").get("/search/suggestions?q=mua+l").text.strip() == ""


def test_a_search_is_saved_told_of_and_deleted(enter: Enter, office: Office) -> None:
    official = enter("c.official")
    page = official.post("/search/saved", {"asked": "/search?q=mua+lu&kind=BC", "name": "Mưa lũ"})
    assert "Đã lưu tìm kiếm" in page.text
    assert str(page.url.query, "ascii") == "kind=BC&q=mua+lu"
    office.draft(values=FLOOD)
    office.drain()
    assert FLOOD["subject"] in official.get("/?box=news").text
    page_text = official.get("/search").text
    assert "1 mới" in page_text
    saved = re.search(r"/search/saved/([0-9a-f-]{36})/seen", page_text)
    assert saved is not None
    official.post(f"/search/saved/{saved[1]}/seen")
    assert FLOOD["subject"] not in official.get("/?box=news").text
    assert "Không báo" in official.post(f"/search/saved/{saved[1]}/silence").text
    assert enter("c.other").post(f"/search/saved/{saved[1]}/delete").status_code == 404
    official.post(f"/search/saved/{saved[1]}/delete")
    assert "Tìm kiếm đã lưu" not in official.get("/search").text
    assert official.post("/search/saved", {"asked": "/search?", "name": "x"}).status_code == 422


def test_results_leave_as_a_table_without_formulas(enter: Enter, office: Office) -> None:
    office.draft(values={**REPORT, "subject": "mưa lũ"})
    office.drain()
    answer = enter("c.official").get("/search/export?q=mua+lu")
    assert answer.headers["content-disposition"] == "attachment; filename*=UTF-8''tra-cuu.csv"
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert lines[0].startswith('"Số, ký hiệu",Ngày ban hành')
    assert "Báo cáo mưa lũ" in lines[1]
    assert len(enter("c.other").get("/search/export?q=mua+lu").content.decode("utf-8-sig").splitlines()) == 1


def test_results_leave_as_a_list_to_print(enter: Enter, office: Office) -> None:
    office.draft(values={**REPORT, "subject": "mưa lũ “lớn”"})
    office.drain()
    official = enter("c.official")
    assert "/search/paper?" in official.get("/search?q=mua+lu&kind=BC").text
    answer = official.get("/search/paper?q=mua+lu&kind=BC")
    assert answer.headers["content-type"] == "application/pdf"
    text = " ".join(" ".join(text_of(answer.content)).split())
    assert "KẾT QUẢ TRA CỨU “mua lu”; Báo cáo 1 văn bản" in text
    assert "Báo cáo mưa lũ “lớn”" in text
    assert "“lớn”" not in " ".join(text_of(enter("c.other").get("/search/paper?q=mua+lu").content))


def test_a_documents_page_names_what_is_like_it(enter: Enter, office: Office) -> None:
    first = office.checked(values=FLOOD)
    second = office.draft(values={**FLOOD, "subject": "Tình hình mưa lũ ở các xã vùng thấp"})
    office.drain()
    official = enter("c.official")
    assert f"/documents/{first}/similar" in official.get(f"/documents/{first}").text
    assert f"/documents/{second}" in official.get(f"/documents/{first}/similar").text
    assert enter("c.other").get(f"/documents/{first}/similar").status_code == 404


def test_hostile_addresses_are_only_searches_that_find_nothing(enter: Enter) -> None:
    official = enter("c.official")
    for query in ("q=%00", "q=%22%28%2A", "page=-3", "page=999999", "year=abcd", "year=%C2%B2%C2%B2%C2%B2%C2%B2",
                  "case_file=x", "order=x", "kind=" + "x" * 900, "q=" + "%61+" * 900):  # fmt: skip
        assert official.get(f"/search?{query}").status_code == 200, query
        assert official.get(f"/search/suggestions?{query}").status_code == 200, query


def test_the_index_is_rebuilt_from_the_operations_page(enter: Enter, office: Office) -> None:
    office.draft(values=FLOOD)
    office.drain()
    admin = enter("c.admin")
    assert "Lập lại chỉ mục" in admin.get("/operations/index").text
    admin.post("/operations/index")
    assert "Đang lập lại: 0/1" in admin.get("/operations/index").text
    office.drain()
    office.clock.move(timedelta(seconds=1))
    assert "Lập lại lần cuối xong" in admin.get("/operations/index").text
    assert enter("c.official").post("/operations/index").status_code == 403

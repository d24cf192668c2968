"""The drafting page: two clicks beside typing, keys alone, rich text, what Word puts on the clipboard, nothing lost."""

import re
from pathlib import Path
from urllib.parse import unquote_plus

import pytest
from playwright.sync_api import Page, Response, expect

from tests.browser.conftest import Demo, Enter
from tests.browser.test_keyboard import follow, press_until

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

COUNT = "addEventListener('pointerdown', () => { window.name = String(Number(window.name) + 1); }, true)"
PASTE = """html => {
  const clipboardData = new DataTransfer();
  clipboardData.setData('text/html', html);
  const event = new ClipboardEvent('paste', {clipboardData, bubbles: true, cancelable: true});
  document.querySelector('.ProseMirror').dispatchEvent(event);
}"""
FROM_WORD = """<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><style>p {margin: 0}</style></head>
<body lang=VI><!--[if gte mso 9]><xml><w:WordDocument></w:WordDocument></xml><![endif]-->
<p class=MsoNormal style='text-align:justify'><b><span lang=VI>I. KẾT QUẢ<o:p></o:p></span></b></p>
<p class=MsoListParagraph style='mso-list:l0'><span style='mso-list:Ignore'>·<span>&nbsp; </span></span>Trồng
<span style='font-weight:bold'>12 ha</span> rừng</p>
<ol type=a><li onclick="alert(1)">điểm một</li><li>điểm hai</li></ol>
<img src="http://127.0.0.1:9/x.png" onerror="alert(1)"><script>alert(1)</script><del>đã bỏ</del>
<table style='width:300pt'><tr><td>Xã</td><td>Số</td></tr><tr><td>Suối Trúc</td><td>05</td></tr></table>
</body></html>"""


def body(page: Page) -> str:
    return page.locator("#body").input_value()


def open_form(page: Page, demo: Demo, kind: str) -> None:
    page.goto(f"{demo.address}/drafts/new/{kind}")
    expect(page.locator(".ProseMirror").first).to_be_visible()


def form_of(answer: Response) -> str:
    return unquote_plus(answer.request.post_data or "")


def leave(page: Page, address: str) -> None:
    """Go away from a form that says it is not saved."""
    page.once("dialog", lambda dialog: dialog.accept())
    page.goto(address)


def test_a_letter_takes_two_clicks_beside_typing(demo: Demo, enter: Enter) -> None:
    page = enter("Mè Thị Mẫu Vật")
    page.add_init_script(COUNT)
    page.goto(f"{demo.address}/drafts/new")
    page.evaluate("() => { window.name = '0'; }")
    page.get_by_role("link", name="Công văn").click()
    page.wait_for_url(re.compile("/drafts/new/CV"))
    expect(page.locator(".ProseMirror")).to_be_visible()
    for label, words in {
        "Trích yếu": "cử cán bộ tham gia tập huấn",
        "Kính gửi": "UBND tỉnh Hoa Ban",
        "Nội dung": "Ủy ban nhân dân xã cử 05 người tham gia tập huấn.",
    }.items():
        press_until(page, label)
        page.keyboard.type(words)
    expect(page.get_by_role("checkbox", name="UBND tỉnh Hoa Ban")).to_be_checked()
    expect(page.get_by_label("Lưu", exact=True)).to_have_value("VT, VHXH")
    page.get_by_role("button", name="Trình", exact=True).click()
    expect(page.locator(".doc-head .status")).to_have_text("Chờ kiểm tra nội dung", timeout=30_000)
    assert page.evaluate("() => window.name") == "2"
    expect(page.get_by_text("Gửi đến")).to_be_visible()


def test_a_letter_is_drafted_and_submitted_by_keys_alone(demo: Demo, enter: Enter) -> None:
    page = enter("Mè Thị Mẫu Vật")
    follow(page, "Soạn văn bản")
    follow(page, "Công văn")
    expect(page.locator(".ProseMirror")).to_be_visible()
    press_until(page, "Trích yếu")
    page.keyboard.type("báo cáo tình hình rừng")
    press_until(page, "Kính gửi")
    page.keyboard.type("Sở Nội vụ tỉnh Hoa Ban")
    # The toolbar is one stop; arrows go along it, Enter presses, Escape goes to the text.
    press_until(page, "Đậm")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.keyboard.type("Tình hình chung")
    page.keyboard.press("Enter")
    page.keyboard.type("a) điểm một;")
    page.keyboard.press("Enter")
    page.keyboard.type("điểm hai;")
    for _ in range(3):
        page.keyboard.press("Enter")
        page.keyboard.type("điểm nữa;")
    assert body(page).splitlines() == [
        "# Tình hình chung",
        *(f"{mark}) điểm {word};" for mark, word in zip("abcdđ", ("một", "hai", "nữa", "nữa", "nữa"), strict=True)),
    ]
    press_until(page, "Chọn từ sổ địa chỉ")
    page.keyboard.press("Enter")
    press_until(page, "Gõ|Lọc")
    page.keyboard.type("noi vu")
    press_until(page, "Sở Nội vụ")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Nơi nhận", exact=True)).to_have_value("Như trên\nSở Nội vụ tỉnh Hoa Ban")
    press_until(page, "Trình$")
    page.keyboard.press("Enter")
    expect(page.locator(".doc-head .status")).to_have_text("Chờ kiểm tra nội dung", timeout=30_000)


def test_annexes_come_and_go_by_keys_alone(demo: Demo, enter: Enter) -> None:
    page = enter("Mè Thị Mẫu Vật")
    open_form(page, demo, "QĐ")
    for words in ("Quy chế làm việc", "Bỏ đi"):
        press_until(page, "Thêm phụ lục trong cùng tệp")
        page.keyboard.press("Enter")
        expect(page.get_by_role("textbox", name=re.compile("^Tên phụ lục")).last).to_be_focused()
        page.keyboard.type(words)
    press_until(page, "Bỏ phụ lục 2")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Thêm phụ lục trong cùng tệp")).to_be_focused()
    press_until(page, "Là văn bản ban hành kèm theo", key="Shift+Tab")
    page.keyboard.type("Quy chế")
    press_until(page, "Nội dung phụ lục 1")
    page.keyboard.type("Điều 1. Phạm vi")
    # What is typed there is kept like everything else.
    with page.expect_response(lambda answer: "/drafts/keep" in answer.url and "quy định" in form_of(answer)):
        page.keyboard.type("\nQuy chế này quy định việc làm.")
    leave(page, demo.address)
    open_form(page, demo, "QĐ")
    expect(page.locator("[data-annex]")).to_have_count(1)
    expect(page.get_by_label("Tên phụ lục 1")).to_have_value("Quy chế làm việc")
    expect(page.get_by_role("textbox", name="Nội dung phụ lục 1")).to_contain_text("Quy chế này quy định việc làm.")
    page.get_by_role("button", name="Bỏ phần soạn dở").click()


def test_what_word_puts_on_the_clipboard_comes_in_clean(demo: Demo, enter: Enter) -> None:
    page = enter("Mè Thị Mẫu Vật")
    open_form(page, demo, "BC")
    page.get_by_role("textbox", name="Nội dung").click()
    page.evaluate(PASTE, FROM_WORD)
    assert body(page).splitlines() == [
        "# I. KẾT QUẢ",
        "- Trồng **12 ha** rừng",
        "a) điểm một",
        "b) điểm hai",
        "| Xã | Số |",
        "| Suối Trúc | 05 |",
    ]
    page.keyboard.press("Control+z")
    assert body(page) == ""
    leave(page, demo.address)


def test_rich_text_is_the_same_after_it_was_saved(demo: Demo, enter: Enter) -> None:
    page = enter("Mè Thị Mẫu Vật")
    open_form(page, demo, "BC")
    page.get_by_label("Trích yếu").fill("Kết quả rà soát hộ nghèo")
    page.get_by_label("Nơi nhận", exact=True).fill("UBND tỉnh Hoa Ban")
    page.get_by_role("textbox", name="Nội dung").click()
    page.keyboard.type("Ủy ban nhân dân xã báo cáo ")
    for key, words in (("b", "rất rõ"), ("i", " và đủ")):
        page.keyboard.press(f"Control+{key}")
        page.keyboard.type(words)
        page.keyboard.press(f"Control+{key}")
    page.keyboard.type(" như sau:\nI. KẾT QUẢ\n1. Xã có\n")
    page.get_by_role("button", name="Chèn bảng").click()
    page.keyboard.type("STT")
    page.keyboard.press("Tab")
    page.keyboard.type("Thôn | bản")
    written = body(page)
    assert "báo cáo **rất rõ** __và đủ__ như sau:" in written
    page.get_by_role("button", name="Lưu", exact=True).click()
    page.wait_for_url(re.compile("/documents/"))
    page.get_by_role("link", name="Sửa dự thảo").click()
    editor = page.get_by_role("textbox", name="Nội dung")
    expect(editor.locator("strong")).to_have_text("rất rõ")
    expect(editor.locator("em")).to_have_text("và đủ")
    expect(editor.locator("h2")).to_have_text("I. KẾT QUẢ")
    expect(editor.locator("h3")).to_have_text("1. Xã có")
    expect(editor.locator("th").nth(1)).to_have_text("Thôn | bản")


def test_what_is_typed_is_there_again(demo: Demo, enter: Enter) -> None:
    page = enter("Mè Thị Mẫu Vật")
    open_form(page, demo, "KH")
    page.get_by_label("Trích yếu").fill("Diễn tập chữa cháy rừng")
    page.get_by_role("textbox", name="Nội dung").click()
    with page.expect_response(lambda answer: "/drafts/keep" in answer.url and "hoạch" in form_of(answer)):
        page.keyboard.type("Mục đích của **kế hoạch**")
    expect(page.get_by_text("Đã giữ tạm lúc")).to_be_visible()
    leave(page, demo.address)
    open_form(page, demo, "KH")
    expect(page.get_by_text("Đã mở lại phần soạn dở")).to_be_visible()
    expect(page.get_by_label("Trích yếu")).to_have_value("Diễn tập chữa cháy rừng")
    assert body(page) == "Mục đích của **kế hoạch**"
    page.get_by_role("button", name="Bỏ phần soạn dở").click()
    expect(page.get_by_text("Đã mở lại phần soạn dở")).to_have_count(0)
    expect(page.get_by_label("Trích yếu")).to_have_value("")


def test_a_ground_is_taken_from_a_known_document(demo: Demo, enter: Enter) -> None:
    page = enter("Mè Thị Mẫu Vật")
    open_form(page, demo, "KH")
    page.get_by_text("Thêm căn cứ từ luật, nghị định, văn bản trong hệ thống").click()
    page.get_by_role("button", name="Tìm", exact=True).last.click()
    page.locator(".hit", has_text="/BC-UBND").locator("button").first.click()
    ground = page.get_by_label(re.compile("^Căn cứ")).first.input_value()
    assert re.fullmatch(r"Căn cứ [^\d]+ số \S+ ngày \d\d tháng \d{1,2} năm \d{4} của .+", ground)
    leave(page, demo.address)


def test_the_form_works_without_scripts(demo: Demo, enter: Enter, tmp_path: Path) -> None:
    page = enter("Mè Thị Mẫu Vật", java_script_enabled=False)
    page.goto(f"{demo.address}/drafts/new/TB")
    assert all(rich.is_hidden() for rich in page.locator(".rich").all())
    page.get_by_label("Trích yếu").fill("Lịch tiếp công dân")
    page.locator("#body").fill("<p onclick='x()'>Chào</p>\n**Thứ hai** hằng tuần.")
    page.get_by_label("Nơi nhận", exact=True).fill("Các thôn, bản")
    page.get_by_role("button", name="Lưu", exact=True).click()
    page.get_by_role("link", name="Sửa dự thảo").click()
    # No HTML is ever read: what looks like it is text.
    assert body(page) == "<p onclick='x()'>Chào</p>\n**Thứ hai** hằng tuần."

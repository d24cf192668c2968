"""Drafting together and agencies' own forms in a browser: out into Word, remarks and grids by keys alone, pictures."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESK, Demo, Enter
from tests.browser.test_keyboard import press_until
from tests.browser.test_pages import violations
from tests.templates.test_own_forms import DECLARED, form

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def shoot(page: Page, shots: Path, name: str) -> None:
    page.wait_for_timeout(400)
    page.screenshot(path=shots / f"{name}.png")
    assert (shots / f"{name}.png").stat().st_size > 20_000


def is_open_to_all(page: Page) -> None:
    """No page keeps anybody out: by axe in both schemes, and narrow."""
    # From its top: what the bar at the foot covers half for a moment is scrolled free by whoever wants it.
    page.evaluate("() => window.scrollTo(0, 0)")
    for scheme in ("dark", "light"):
        page.emulate_media(color_scheme=scheme)
        assert violations(page) == []
    page.set_viewport_size({"width": 320, "height": 700})
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 320
    page.set_viewport_size(DESK)


def draft(page: Page, demo: Demo) -> str:
    """A draft of two versions; returns its address."""
    page.goto(f"{demo.address}/drafts/new/BC")
    expect(page.locator(".ProseMirror")).to_be_visible()
    page.get_by_label("Trích yếu", exact=True).fill("Kết quả rà soát hộ nghèo năm 2026")
    page.get_by_label("Nơi nhận", exact=True).fill("UBND tỉnh Hoa Ban")
    page.locator(".ProseMirror").click()
    page.keyboard.type("Ủy ban nhân dân xã báo cáo như sau:\nI. KẾT QUẢ\nXã có 45 hộ nghèo, 12 hộ cận nghèo.")
    page.get_by_role("button", name="Lưu", exact=True).click()
    page.wait_for_url(re.compile("/documents/[^/]+$"))
    address = page.url
    page.get_by_role("link", name="Sửa dự thảo").click()
    expect(page.locator(".ProseMirror")).to_be_visible()
    page.locator(".ProseMirror").focus()
    page.keyboard.press("Control+End")
    expect(page.locator(".ProseMirror-focused")).to_be_visible()
    page.keyboard.type("\nSo với năm trước giảm 08 hộ.")
    page.get_by_role("button", name="Lưu", exact=True).click()
    page.wait_for_url(address)
    return address


def test_pictures_for_the_manual_of_drafting_together(demo: Demo, enter: Enter, shots: Path) -> None:
    official = enter("Mè Thị Mẫu Vật")
    address = draft(official, demo)
    head = enter("Hà Văn Mô Phỏng")
    # A remark by keys alone: the paragraph's own stop, the words, what is said of them.
    head.goto(f"{address}/text")
    number = head.locator(".line-row", has_text="45 hộ nghèo").get_attribute("id")
    press_until(head, f"Góp ý cho đoạn {int(str(number)[1:]) + 1}$", most=200)
    head.keyboard.press("Enter")
    press_until(head, "Chỗ góp ý")
    head.keyboard.type("45 hộ nghèo")
    press_until(head, "Nội dung góp ý")
    head.keyboard.type("Nêu rõ theo chuẩn nghèo giai đoạn nào.")
    press_until(head, "Gửi góp ý")
    head.keyboard.press("Enter")
    expect(head.locator("mark")).to_have_text("45 hộ nghèo")
    official.goto(f"{address}/text")
    official.locator(".remark summary").click()
    official.get_by_label("Nội dung trả lời").fill("Dạ, theo chuẩn 2026-2030; em sẽ bổ sung.")
    official.get_by_role("button", name="Gửi trả lời").click()
    expect(official.get_by_text("em sẽ bổ sung")).to_be_visible()
    shoot(official, shots, "gop-y")
    is_open_to_all(official)
    official.goto(f"{address}/compare")
    expect(official.locator(".text-page ins")).to_contain_text("giảm 08 hộ")
    shoot(official, shots, "so-sanh")
    is_open_to_all(official)
    official.goto(f"{address}/edit")
    expect(official.locator("#preview img").first).to_be_visible(timeout=30_000)
    shoot(official, shots, "soan-tu-mau")
    is_open_to_all(official)


def test_words_chosen_with_the_mouse_are_what_the_remark_is_about(demo: Demo, enter: Enter) -> None:
    page = enter("Mè Thị Mẫu Vật")
    page.goto(f"{draft(page, demo)}/text")
    line = page.locator(".line", has_text="12 hộ cận nghèo")
    line.dblclick(position={"x": 8, "y": 18})
    row = page.locator(".line-row", has_text="12 hộ cận nghèo")
    expect(row.get_by_label("Chỗ góp ý")).to_have_value("Xã")
    expect(row.get_by_label("Nội dung góp ý")).to_be_focused()


def test_the_file_is_handed_over_as_it_is_taken_out(demo: Demo, enter: Enter) -> None:
    page = enter("Mè Thị Mẫu Vật", accept_downloads=True)
    draft(page, demo)
    with page.expect_download() as handed:
        page.get_by_role("button", name="Tải về Word để sửa").click()
    assert handed.value.suggested_filename.endswith("bản 2.docx")
    expect(page.get_by_text("Bạn đang sửa dự thảo trong Word")).to_be_visible()
    page.get_by_label("Tệp Word đã sửa").set_input_files(handed.value.path())
    page.get_by_role("button", name="Tải lên thành bản mới").click()
    expect(page.get_by_text("Tệp đã tải lên thành bản mới nhất")).to_be_visible()
    expect(page.get_by_text("Các bản dự thảo (3)")).to_be_visible()


def test_pictures_for_the_manual_of_own_forms(demo: Demo, enter: Enter, shots: Path) -> None:
    clerk = enter("Điêu Thị Bản Thử")
    clerk.goto(f"{demo.address}/forms")
    clerk.get_by_label("Tên mẫu").fill("Báo cáo họp")
    clerk.get_by_label("Loại văn bản").select_option("BC")
    clerk.get_by_label("Các mục riêng của mẫu").fill(DECLARED)
    for data in (form("{{ khong_co }}"), form()):
        clerk.get_by_label("Tệp Word (.docx)").set_input_files({"name": "m.docx", "mimeType": WORD, "buffer": data})
        with clerk.expect_navigation(timeout=60_000):
            clerk.get_by_role("button", name="Kiểm tra và tải lên").click(timeout=60_000)
        if clerk.locator(".findings").count():
            shoot(clerk, shots, "mau-co-quan")
            is_open_to_all(clerk)
    expect(clerk.get_by_role("img", name="Trang 1")).to_be_visible()
    is_open_to_all(clerk)
    clerk.get_by_role("button", name="Đưa vào dùng").click()
    expect(clerk.get_by_text("đang dùng")).to_be_visible()

    # The grid of an own table by keys alone.
    official = enter("Mè Thị Mẫu Vật")
    official.goto(f"{demo.address}/drafts/new")
    official.get_by_role("link", name="Báo cáo họp").click()
    expect(official.locator(".grid")).to_be_visible()
    press_until(official, "Nội dung, 1")
    official.keyboard.type("Nước uống")
    official.keyboard.press("Tab")
    official.keyboard.type("200.000")
    official.keyboard.press("Enter")
    official.keyboard.type("Hội | trường")
    assert official.locator("#kinh_phi").input_value() == "| Nước uống | 200.000 |\n| Hội \\| trường |   |"
    is_open_to_all(official)

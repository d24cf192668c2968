"""Each flow without a mouse: from the draft to the leader's directions, only keys are pressed."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Demo, Enter

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

SUBJECT = "Lịch trực phòng cháy tháng 12"
FOCUSED = """() => {
  const element = document.activeElement;
  const label = element.labels?.[0];
  const own = element.getAttribute('aria-label');
  return (own || label?.firstChild?.textContent?.trim() || label?.innerText || element.innerText || '').trim();
}"""


def press_until(page: Page, wanted: str, *, key: str = "Tab", most: int = 120, only: str = "*") -> None:
    """Press a key until the focused element says, or is labelled with, the wanted words; `only` is a CSS selector."""
    for _ in range(most):
        page.keyboard.press(key)
        fits = page.evaluate("only => document.activeElement.matches(only)", only)
        if fits and re.match(wanted, page.evaluate(FOCUSED), re.DOTALL):
            return
    raise AssertionError(f"{wanted} is not reached by {key}")


def follow(page: Page, wanted: str) -> None:
    """Go to a link by Tab and press Enter."""
    before = page.url
    press_until(page, wanted, only="a")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: url != before)


def press(page: Page, button: str, after: str) -> None:
    """Go to a button by Tab and press Enter; the page tells when the system has done its part."""
    page.wait_for_load_state()
    press_until(page, f"{button}$")
    page.keyboard.press("Enter")
    expect(page.locator(".doc-head .status")).to_have_text(after, timeout=30_000)


def open_waiting(page: Page, demo: Demo, box: str) -> None:
    page.goto(demo.address)
    if not re.search(rf"^{box}", page.locator("h1").inner_text()):
        follow(page, f"{box}\\b.*\\d")
    # A parcel takes a moment from one agency to the other.
    for _ in range(20):
        if page.locator(".row", has_text=SUBJECT).count():
            break
        page.wait_for_timeout(500)
        page.reload()
    follow(page, f".*{SUBJECT}")


def test_the_journey_by_keyboard_alone(demo: Demo, enter: Enter) -> None:
    official = enter("Mè Thị Mẫu Vật")
    follow(official, "Soạn văn bản")
    follow(official, "Thông báo")
    texts = {"Trích yếu": SUBJECT, "Nội dung": "Thông báo lịch trực.", "Nơi nhận": "Các bản", "Lưu": "VT"}
    for label, words in texts.items():
        press_until(official, label)
        official.keyboard.type(words)
    press_until(official, "UBND tỉnh Hoa Ban")
    official.keyboard.press("Space")
    press_until(official, "Lưu$")
    official.keyboard.press("Enter")
    official.wait_for_url(re.compile("/documents/"))
    press(official, "Trình", "Chờ kiểm tra nội dung")

    for name, box, acts in (
        ("Hà Văn Mô Phỏng", "Chờ kiểm tra", [("Đạt: chuyển bước sau", "Chờ kiểm tra thể thức")]),
        ("Bạc Văn Kiểm Thử", "Chờ kiểm tra thể thức", [("Thể thức đạt: trình ký", "Chờ duyệt và ký số")]),
        ("Lò Văn Giả Định", "Chờ ký", [("Duyệt và ký số", "Chờ cấp số")]),
        (
            "Điêu Thị Bản Thử",
            "Chờ cấp số",
            [("Cấp số", "Chờ ký số cơ quan"), ("Ký số cơ quan", "Chờ phát hành"), ("Phát hành", "Đã phát hành")],
        ),
        (
            "Quàng Thị Thử",
            "Chờ tiếp nhận",
            [("Vào sổ", "Chờ trình lãnh đạo"), ("Trình lãnh đạo", "Chờ lãnh đạo cho ý kiến")],
        ),
    ):
        page = enter(name)
        open_waiting(page, demo, box)
        for button, after in acts:
            if button == "Trình lãnh đạo":
                press_until(page, "Đề xuất")
            press(page, button, after)

    chairman = enter("Hoàng Văn Thí Dụ")
    open_waiting(chairman, demo, "Chờ cho ý kiến")
    press_until(chairman, "Chủ trì")
    chairman.keyboard.type("Phòng Khoa")
    press_until(chairman, "Ý kiến chỉ đạo")
    chairman.keyboard.type("Giao chủ trì.")
    press(chairman, "Cho ý kiến", "Chờ phân công")


def test_a_batch_is_looked_at_and_let_go_by_keyboard_alone(demo: Demo, enter: Enter) -> None:
    page = enter("Lò Văn Giả Định")
    page.goto(f"{demo.address}/?box=to-sign")
    press_until(page, "Chọn tất cả")
    page.keyboard.press("Space")
    press_until(page, "Ký số")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    assert page.evaluate(FOCUSED) == "Đồng ý và ký số"
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_the_shortcut_can_be_switched_off(demo: Demo, enter: Enter) -> None:
    page = enter("Lò Văn Giả Định")
    page.goto(f"{demo.address}/account")
    page.get_by_label("Phím “/”").uncheck()
    page.goto(demo.address)
    page.keyboard.press("/")
    assert page.evaluate("() => document.activeElement.id") != "seek"


def test_search_and_the_menu_by_keyboard_alone(demo: Demo, enter: Enter) -> None:
    page = enter("Lò Văn Giả Định")
    page.keyboard.press("/")
    page.keyboard.type("mua lu")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/search"))
    follow(page, ".*mưa lũ")
    press_until(page, "Trả lại|Duyệt|Đưa vào hồ sơ")
    press_until(page, "Lò Văn Giả Định", key="Shift+Tab")
    page.keyboard.press("Enter")
    follow(page, "Tài khoản")
    expect(page.get_by_role("heading", name="Tài khoản", level=1)).to_be_visible()


def test_who_signs_what_is_granted_and_revoked_by_keyboard_alone(demo: Demo, enter: Enter) -> None:
    page = enter("Ngần Văn Vận Hành")
    follow(page, "Thẩm quyền ký")
    press_until(page, "Người giữ chức vụ")
    page.keyboard.type("Bạc Văn")
    press_until(page, "Tư cách ký")
    page.keyboard.type("TL.")
    press_until(page, "Chức vụ sau KT")
    page.keyboard.type("Chủ tịch")
    press_until(page, "Văn bản làm căn cứ")
    page.keyboard.type("Quy chế làm việc số 02/QC-UBND")
    press_until(page, "Giao$")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Đã giao thẩm quyền ký.")).to_be_visible()
    expect(page.get_by_role("cell", name="TL. CHỦ TỊCH CHÁNH VĂN PHÒNG")).to_be_visible()
    press_until(page, "Thu hồi\\s+Bạc Văn")
    page.keyboard.press("Enter")
    press_until(page, "Lý do thu hồi")
    page.keyboard.type("Phân công lại")
    press_until(page, "Thu hồi$")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Đã thu hồi thẩm quyền ký")).to_be_visible()
    press_until(page, "Đã hết hiệu lực")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Phân công lại")).to_be_visible()


def test_two_versions_are_compared_and_a_remark_is_settled_by_keyboard_alone(demo: Demo, enter: Enter) -> None:
    page = enter("Mè Thị Mẫu Vật")
    page.goto(f"{demo.address}/drafts/new/BC")
    expect(page.locator(".ProseMirror")).to_be_visible()
    for label, words in {"Trích yếu": "Kết quả phím", "Nội dung": "Xã có 45 hộ.", "Nơi nhận": "UBND tỉnh"}.items():
        press_until(page, label)
        page.keyboard.type(words)
    press_until(page, "Lưu$", only="button")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/documents/[^/]+$"))
    follow(page, "Sửa dự thảo")
    expect(page.locator(".ProseMirror")).to_be_visible()
    press_until(page, "Trích yếu")
    page.keyboard.press("End")
    page.keyboard.type(" mới")
    press_until(page, "Lưu$", only="button")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/documents/[^/]+$"))
    # The versions are open as they come, or behind their summary.
    page.evaluate("() => document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    follow(page, "So với bản trước")
    expect(page.locator(".text-page ins").first).to_contain_text("mới")
    press_until(page, "Bản cũ")
    press_until(page, "So sánh$")
    page.keyboard.press("Enter")
    expect(page.locator(".text-page ins").first).to_contain_text("mới")
    page.go_back()
    follow(page, "Báo cáo Kết quả phím mới")
    follow(page, "Đọc và góp ý")
    press_until(page, "Góp ý cho đoạn 7$", most=200)
    page.keyboard.press("Enter")
    press_until(page, "Nội dung góp ý")
    page.keyboard.type("Nêu rõ năm.")
    press_until(page, "Gửi góp ý")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Nêu rõ năm.")).to_be_visible()
    press_until(page, "Đã xong", most=200)
    page.keyboard.press("Enter")
    expect(page.locator(".remark.settled")).to_be_visible()

"""The journey by the pages, each person at the own screen, without a manual; and many signatures with few taps."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, TABLET, Enter
from tests.templates.test_word import typed

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

SUBJECT = "Kết quả diễn tập phòng cháy, chữa cháy rừng"


def draft_from_form(page: Page) -> None:
    page.get_by_role("link", name="Soạn văn bản").click()
    page.get_by_role("link", name="Báo cáo").click()
    page.get_by_label("Trích yếu").fill(SUBJECT)
    page.locator(".ProseMirror").click()
    page.keyboard.type("I. KẾT QUẢ\nXã đã diễn tập với 45 người tham gia.")
    page.get_by_label("Nơi nhận", exact=True).fill("UBND tỉnh Hoa Ban")
    page.get_by_label("Lưu", exact=True).fill("VT, VHXH")
    page.get_by_role("checkbox", name="UBND tỉnh Hoa Ban").check()
    page.get_by_role("button", name="Xem trước").click()
    expect(page.get_by_role("img", name="Trang 1")).to_be_visible()
    page.get_by_role("button", name="Lưu", exact=True).click()


def open_from(page: Page, box: str, subject: str) -> None:
    page.goto("/".join(page.url.split("/")[:3]))
    page.get_by_role("link", name=re.compile(f"^{box}")).click()
    # A parcel takes a moment from one agency to the other.
    for _ in range(20):
        page.wait_for_load_state()
        if page.locator(".row a", has_text=subject).count():
            break
        page.wait_for_timeout(500)
        page.reload()
    page.locator(".row a", has_text=subject).first.click()


def act(page: Page, button: str, after: str) -> None:
    """Press the button; the page tells by itself when the system has done its part."""
    page.get_by_role("button", name=button, exact=True).click()
    expect(page.locator(".doc-head .status")).to_have_text(after, timeout=30_000)


def test_the_journey_by_the_pages(enter: Enter) -> None:
    official = enter("Mè Thị Mẫu Vật")
    draft_from_form(official)
    act(official, "Trình", "Chờ kiểm tra nội dung")

    head = enter("Hà Văn Mô Phỏng")
    open_from(head, "Chờ kiểm tra", SUBJECT)
    act(head, "Đạt: chuyển bước sau", "Chờ kiểm tra thể thức")

    checker = enter("Bạc Văn Kiểm Thử")
    open_from(checker, "Chờ kiểm tra thể thức", SUBJECT)
    expect(checker.get_by_text("Với tư cách: Chánh Văn phòng, UBND xã Suối Trúc")).to_be_visible()
    act(checker, "Thể thức đạt: trình ký", "Chờ duyệt và ký số")

    leader = enter("Lò Văn Giả Định", viewport=TABLET, has_touch=True)
    open_from(leader, "Chờ ký", SUBJECT)
    expect(leader.get_by_role("img", name="Trang 1")).to_be_visible()
    act(leader, "Duyệt và ký số", "Chờ cấp số")
    expect(leader.get_by_text(re.compile("^Hợp lệ: Lò Văn Giả Định"))).to_be_visible()

    clerk = enter("Điêu Thị Bản Thử")
    open_from(clerk, "Chờ cấp số", SUBJECT)
    act(clerk, "Cấp số", "Chờ ký số cơ quan")
    act(clerk, "Ký số cơ quan", "Chờ phát hành")
    act(clerk, "Phát hành", "Đã phát hành")

    province = enter("Quàng Thị Thử")
    open_from(province, "Chờ tiếp nhận", SUBJECT)
    act(province, "Vào sổ", "Chờ trình lãnh đạo")
    act(province, "Trình lãnh đạo", "Chờ lãnh đạo cho ý kiến")

    chairman = enter("Hoàng Văn Thí Dụ", viewport=TABLET, has_touch=True)
    open_from(chairman, "Chờ cho ý kiến", SUBJECT)
    chairman.get_by_label("Chủ trì").select_option(label="Phòng Khoa giáo - Văn xã")
    chairman.get_by_role("button", name="Đồng ý, giao triển khai thực hiện.").click()
    act(chairman, "Cho ý kiến", "Chờ phân công")

    # The sender sees what became of it, once the status has travelled back.
    for _ in range(30):
        clerk.reload()
        if clerk.get_by_text("Đã phân công").count():
            break
        clerk.wait_for_timeout(500)
    expect(clerk.get_by_text("Đã phân công").first).to_be_visible()


def test_a_word_file_dropped_becomes_a_draft(enter: Enter, tmp_path: Path) -> None:
    file = tmp_path / "bao-cao-trong-rung.docx"
    file.write_bytes(typed())
    page = enter("Mè Thị Mẫu Vật")
    page.get_by_role("link", name="Soạn văn bản").click()
    page.get_by_label("Kéo tệp vào đây hoặc chọn tệp").set_input_files(file)
    page.get_by_role("button", name="Tải lên").click()
    expect(page.get_by_label("Trích yếu")).to_have_value("Kết quả trồng rừng năm 2026")
    expect(page.get_by_role("checkbox", name="UBND tỉnh Hoa Ban")).to_be_checked()
    expect(page.get_by_label("Người ký")).to_contain_text("Lò Văn Giả Định")
    expect(page.get_by_role("img", name="Trang 1")).to_be_visible()
    page.get_by_role("button", name="Lưu", exact=True).click()
    act(page, "Trình", "Chờ kiểm tra nội dung")
    expect(page.get_by_role("img", name="Trang 1")).to_be_visible()


def test_many_are_signed_with_three_taps(enter: Enter) -> None:
    leader = enter("Lò Văn Giả Định", viewport=TABLET, has_touch=True)
    leader.get_by_role("link", name=re.compile("^Chờ ký")).tap()
    expect(leader.get_by_role("heading", name="Chờ ký")).to_be_visible()
    waiting = leader.locator(".rows > .row").count()
    assert waiting >= 4
    leader.get_by_label("Chọn tất cả").tap()
    leader.get_by_role("button", name=re.compile("^Ký số")).tap()
    dialog = leader.get_by_role("dialog")
    expect(dialog.locator(".batch li")).to_have_count(waiting)
    expect(dialog.get_by_text("chưa mở xem").first).to_be_visible()
    leader.get_by_role("button", name="Đồng ý và ký số").tap()
    expect(leader.get_by_text("Đã xong.")).to_be_visible(timeout=60_000)
    expect(leader.locator(".tag.passed")).to_have_count(waiting)


def test_what_was_altered_is_red_and_goes_back(enter: Enter) -> None:
    clerk = enter("Điêu Thị Bản Thử")
    row = clerk.locator(".row", has_text="hướng dẫn xếp lương")
    expect(row.get_by_text("Chữ ký số không hợp lệ")).to_be_visible()
    expect(clerk.get_by_text("Chữ ký số không hợp lệ")).to_have_count(1)
    open_from(clerk, "Chờ tiếp nhận", "hướng dẫn xếp lương")
    expect(clerk.get_by_role("alert")).to_contain_text("nội dung đã ký bị thay đổi")
    expect(clerk.get_by_role("button", name="Vào sổ")).to_have_count(0)
    act(clerk, "Trả lại nơi gửi", "Đã trả lại nơi gửi")


def test_returned_with_a_note_and_found_on_the_phone(enter: Enter) -> None:
    page = enter("Mè Thị Mẫu Vật", viewport=PHONE, has_touch=True, is_mobile=True, color_scheme="dark")
    open_from(page, "Dự thảo", "hộ nghèo")
    expect(page.locator(".said")).to_contain_text("bản Nà Sành")


def test_search_without_accents(enter: Enter) -> None:
    page = enter("Lò Văn Giả Định")
    page.keyboard.press("/")
    page.keyboard.type("mua lu")
    page.keyboard.press("Enter")
    expect(page.locator(".hits mark").first).to_have_text("mưa lũ")
    page.locator("#q").fill("312")
    expect(page.locator(".hits .row").first).to_contain_text("312/BC-UBND")


def test_the_meeting_has_its_pack(enter: Enter) -> None:
    page = enter("Lò Văn Giả Định")
    page.get_by_role("link", name=re.compile("Phiên họp thường kỳ")).click()
    pack = page.get_by_role("link", name=re.compile("Bộ tài liệu"))
    answer = page.request.get("/".join(page.url.split("/")[:3]) + str(pack.get_attribute("href")))
    assert answer.ok
    assert answer.body().startswith(b"%PDF-")


def test_the_reader_draws_and_holds_text(enter: Enter) -> None:
    page = enter("Lò Văn Giả Định")
    open_from(page, "Chờ cho ý kiến", "ứng phó mưa lũ")
    page.get_by_role("button", name="Đọc, phóng to, tìm chữ").click()
    expect(page.locator(".textLayer span").first).to_be_attached(timeout=30_000)

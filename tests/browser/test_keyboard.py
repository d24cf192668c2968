"""Each flow without a mouse: from the draft to the leader's directions, only keys are pressed."""

import re
from collections.abc import Mapping

import pytest
from playwright.sync_api import Page, expect

from templates.office import DOCX, XLSX
from tests.browser.conftest import Demo, Enter
from tests.templates.test_convert import workbook
from tests.templates.test_own_forms import DECLARED, form
from tests.templates.test_word import typed

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

SUBJECT = "Lịch trực phòng cháy tháng 12"
FOCUSED = """only => {
  const element = document.activeElement;
  if (only && !element.matches(only)) return '';
  const label = element.labels?.[0];
  const own = element.getAttribute('aria-label');
  return (own || label?.firstChild?.textContent?.trim() || label?.innerText || element.innerText || '').trim();
}"""


def press_until(page: Page, wanted: str, *, key: str = "Tab", most: int = 120, only: str = "*") -> None:
    """Press a key until the focused element says, or is labelled with, the wanted words; `only` is a CSS selector."""
    for _ in range(most):
        page.keyboard.press(key)
        said = page.evaluate(FOCUSED, only)
        if said and re.match(wanted, said, re.DOTALL):
            return
    raise AssertionError(f"{wanted} is not reached by {key}")


def follow(page: Page, wanted: str) -> None:
    """Go to a link by Tab and press Enter."""
    before = page.url
    press_until(page, wanted, only="a")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: url != before)


def push(page: Page, button: str, *, most: int = 120, only: str = "*") -> None:
    """Go to a button, a summary or a box by Tab and press it."""
    page.wait_for_load_state()
    press_until(page, button, most=most, only=only)
    page.keyboard.press("Enter")


def press(page: Page, button: str, after: str) -> None:
    """Push a button; the page tells when the system has done its part."""
    push(page, f"{button}$")
    expect(page.locator(".doc-head .status")).to_have_text(after, timeout=30_000)


def type_in(page: Page, texts: Mapping[str, str]) -> None:
    """Go from field to field by Tab and type; what a number or a line held before is typed over."""
    for label, words in texts.items():
        press_until(page, label)
        page.keyboard.type(words)


def save_draft(page: Page) -> None:
    push(page, "Lưu$", only="button")
    page.wait_for_url(re.compile("/documents/[^/]+$"))


def choose_file(page: Page, label: str, *, name: str, media_type: str, data: bytes) -> None:
    """Open the system's own dialogue of a file field by a key."""
    # Expected from before the way there: the browser is told apart from the keys, and may hear of it after them.
    with page.expect_file_chooser(timeout=60_000) as opened:
        press_until(page, label)
        page.keyboard.press("Enter")
    opened.value.set_files({"name": name, "mimeType": media_type, "buffer": data})


def open_pdf(page: Page, wanted: str) -> None:
    """Go to a link by Tab and press Enter: a PDF comes; then back to the page it stands on."""
    before = page.url
    press_until(page, wanted, only="a")
    with page.expect_response(lambda answer: answer.request.resource_type == "document") as came:
        page.keyboard.press("Enter")
    assert (came.value.status, came.value.headers["content-type"]) == (200, "application/pdf")
    page.wait_for_url(lambda url: url != before, wait_until="commit")
    page.goto(before)


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
    type_in(official, texts)
    press_until(official, "UBND tỉnh Hoa Ban")
    official.keyboard.press("Space")
    save_draft(official)
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
    type_in(chairman, {"Chủ trì": "Phòng Khoa", "Ý kiến chỉ đạo": "Giao chủ trì."})
    press(chairman, "Cho ý kiến", "Chờ phân công")


def test_a_batch_is_looked_at_and_let_go_by_keyboard_alone(demo: Demo, enter: Enter) -> None:
    page = enter("Lò Văn Giả Định")
    page.goto(f"{demo.address}/?box=to-sign")
    press_until(page, "Chọn tất cả")
    page.keyboard.press("Space")
    push(page, "Ký số")
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
    type_in(
        page,
        {
            "Người giữ chức vụ": "Bạc Văn",
            "Tư cách ký": "TL.",
            "Chức vụ sau KT": "Chủ tịch",
            "Văn bản làm căn cứ": "Quy chế làm việc số 02/QC-UBND",
        },
    )
    push(page, "Giao$")
    expect(page.get_by_text("Đã giao thẩm quyền ký.")).to_be_visible()
    expect(page.get_by_role("cell", name="TL. CHỦ TỊCH CHÁNH VĂN PHÒNG")).to_be_visible()
    push(page, "Thu hồi\\s+Bạc Văn")
    type_in(page, {"Lý do thu hồi": "Phân công lại"})
    push(page, "Thu hồi$")
    expect(page.get_by_text("Đã thu hồi thẩm quyền ký")).to_be_visible()
    push(page, "Đã hết hiệu lực")
    expect(page.get_by_text("Phân công lại")).to_be_visible()


def test_two_versions_are_compared_and_a_remark_is_settled_by_keyboard_alone(demo: Demo, enter: Enter) -> None:
    page = enter("Mè Thị Mẫu Vật")
    page.goto(f"{demo.address}/drafts/new/BC")
    expect(page.locator(".ProseMirror")).to_be_visible()
    type_in(page, {"Trích yếu": "Kết quả phím", "Nội dung": "Xã có 45 hộ.", "Nơi nhận": "UBND tỉnh"})
    save_draft(page)
    follow(page, "Sửa dự thảo")
    expect(page.locator(".ProseMirror")).to_be_visible()
    press_until(page, "Trích yếu")
    page.keyboard.press("End")
    page.keyboard.type(" mới")
    save_draft(page)
    # The versions are open as they come, or behind their summary.
    page.evaluate("() => document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    follow(page, "So với bản trước")
    expect(page.locator(".text-page ins").first).to_contain_text("mới")
    press_until(page, "Bản cũ")
    push(page, "So sánh$")
    expect(page.locator(".text-page ins").first).to_contain_text("mới")
    page.go_back()
    follow(page, "Báo cáo Kết quả phím mới")
    follow(page, "Đọc và góp ý")
    push(page, "Góp ý cho đoạn 7$", most=200)
    type_in(page, {"Nội dung góp ý": "Nêu rõ năm."})
    push(page, "Gửi góp ý")
    expect(page.get_by_text("Nêu rõ năm.")).to_be_visible()
    push(page, "Đã xong", most=200)
    expect(page.locator(".remark.settled")).to_be_visible()


def test_a_copy_and_a_paper_original_are_made_by_keyboard_alone(demo: Demo, enter: Enter) -> None:
    page = enter("Điêu Thị Bản Thử")
    follow(page, "Sổ đăng ký")
    press_until(page, "In sổ", only="a")
    follow(page, "Báo cáo Tình hình phòng")
    push(page, "In bản chính giấy")
    type_in(page, {"Lý do in": "Nộp hồ sơ thanh tra", "Số lượng bản": "2"})
    push(page, "Ghi sổ và in")
    expect(page.get_by_text("Bản chính giấy lần 1")).to_be_visible()
    follow(page, "Làm bản sao")
    press_until(page, "SAO Y", only="input")
    type_in(page, {"Nơi nhận": "Phòng Kinh tế", "Số lượng bản": "3"})
    push(page, "Cấp số và làm bản sao")
    expect(page.locator(".doc-head")).to_contain_text("SY-UBND", timeout=30_000)
    # The page loads itself again when the copy's file is made; then the way back to what was copied.
    expect(page.locator(".doc-head .status")).to_have_text("Chờ phát hành", timeout=30_000)
    follow(page, "312/BC-UBND")
    expect(page.get_by_text("Bản chính giấy lần 1: 2 bản")).to_be_visible()


def test_the_self_assessment_and_the_minutes_are_reached_by_keyboard_alone(demo: Demo, enter: Enter) -> None:
    admin = enter("Ngần Văn Vận Hành")
    follow(admin, "Tự đánh giá")
    press_until(admin, "Bản để in và ký", only="a")
    # A wide table is a stop of its own, so that arrows move it.
    press_until(admin, "I\\.", only="[role=region]")
    official = enter("Mè Thị Mẫu Vật")
    follow(official, "Soạn văn bản")
    follow(official, "Biên bản")
    type_in(
        official,
        {
            "Trích yếu": "họp giao ban",
            "Thời gian bắt đầu": "08 giờ 00",
            "Địa điểm": "Phòng họp số 1",
            "Thành phần": "Lò Văn Giả Định",
            "Chủ trì": "Lò Văn Giả Định",
            "Thư ký": "Mè Thị Mẫu Vật",
            "Nội dung": "Chủ trì kết luận.",
            "Kết thúc": "09 giờ 00",
            "Nơi nhận": "Như thành phần dự",
        },
    )
    save_draft(official)
    expect(official.get_by_role("heading", level=1)).to_contain_text("họp giao ban")


def test_an_agency_s_form_is_brought_and_taken_into_use_by_keyboard_alone(demo: Demo, enter: Enter) -> None:
    page = enter("Điêu Thị Bản Thử")
    follow(page, "Mẫu văn bản")
    # A select takes the first letter; those with marks the driver would send to the field before.
    type_in(page, {"Tên mẫu": "Báo cáo phím", "Loại văn bản": "B"})
    choose_file(page, "Tệp Word", name="mau.docx", media_type=DOCX, data=form())
    type_in(page, {"Các mục riêng": DECLARED})
    push(page, "Kiểm tra và tải lên")
    expect(page.get_by_role("img", name="Trang 1")).to_be_visible(timeout=60_000)
    push(page, "Đưa vào dùng")
    expect(page.get_by_text("đang dùng")).to_be_visible()
    push(page, "Thôi dùng")
    expect(page.get_by_text("Ngày dùng cuối", exact=True)).to_be_visible()


def test_annexes_are_drafted_brought_and_looked_at_by_keyboard_alone(demo: Demo, enter: Enter) -> None:
    page = enter("Mè Thị Mẫu Vật")
    page.goto(f"{demo.address}/drafts/new/BC")
    type_in(page, {"Trích yếu": "Kết quả có phụ lục", "Nội dung": "Chi tiết ở phụ lục.", "Nơi nhận": "UBND tỉnh"})
    push(page, "Thêm phụ lục trong cùng tệp")
    type_in(
        page, {"Tên phụ lục 1": "Danh sách hộ", "Nội dung phụ lục 1": "Theo chỉ đạo của chính phủ, Bản Mẫu có 12 hộ."}
    )
    # Its words are mended in its own editor, not in the body's.
    expect(page.locator("#checked [data-mend]")).to_have_count(1)
    push(page, "Sửa ngay", only="button")
    expect(page.locator("#annexes .ProseMirror")).to_contain_text("chỉ đạo của Chính phủ, Bản Mẫu có 12 hộ.")
    choose_file(page, "Chọn tệp", name="biểu.xlsx", media_type=XLSX, data=workbook(14))
    save_draft(page)
    follow(page, "Bản PDF")
    expect(page.get_by_text("Không vừa trang")).to_be_visible()
    follow(page, "Thu vừa bề ngang")
    expect(page.get_by_text("Vừa khổ giấy A4")).to_be_visible()
    press_until(page, "Gửi kèm cả tệp gốc")
    page.keyboard.press("Space")
    push(page, "Dùng bản PDF này")
    expect(page.get_by_role("link", name="biểu.pdf")).to_be_visible()


def test_a_word_file_is_mended_taken_out_and_brought_back_by_keyboard_alone(demo: Demo, enter: Enter) -> None:
    page = enter("Mè Thị Mẫu Vật")
    follow(page, "Soạn văn bản")
    choose_file(page, "Kéo tệp vào đây", name="bao-cao.docx", media_type=DOCX, data=typed())
    push(page, "Tải lên$")
    page.wait_for_url(re.compile("/edit"))
    expect(page.locator("#checked .findings")).to_be_visible()
    follow(page, "Kiểm tra, sửa thể thức")
    push(page, "Sửa các chỗ sửa được ngay", only="button")
    expect(page.get_by_role("heading", name=re.compile("Đã sửa \\d+ chỗ"))).to_be_visible()
    follow(page, "Báo cáo Kết quả trồng rừng")
    with page.expect_download() as got:
        push(page, "Tải về Word để sửa")
    expect(page.get_by_text("Bạn đang sửa dự thảo trong Word")).to_be_visible()
    file = got.value.path().read_bytes()
    # The driver takes the file handed over for a page that never comes.
    page.reload()
    choose_file(page, "Tệp Word đã sửa", name="sua.docx", media_type=DOCX, data=file)
    push(page, "Tải lên thành bản mới")
    expect(page.get_by_text("Tệp đã tải lên thành bản mới nhất")).to_be_visible()


def test_a_ground_is_picked_a_fault_mended_and_the_paper_looked_at_by_keyboard_alone(demo: Demo, enter: Enter) -> None:
    page = enter("Mè Thị Mẫu Vật")
    page.goto(f"{demo.address}/drafts/new/KH")
    expect(page.locator(".ProseMirror")).to_be_visible()
    type_in(page, {"Trích yếu": "Diễn tập phím"})
    push(page, "Thêm căn cứ từ luật", only="summary")
    type_in(page, {"Tìm văn bản làm căn cứ": "30/2020"})
    expect(page.locator(".hit")).not_to_have_count(0)
    push(page, "Thêm.*30/2020", only="button")
    ground = page.get_by_label(re.compile("^Căn cứ")).first
    expect(ground).to_have_value(
        re.compile("^Căn cứ Nghị định số 30/2020/NĐ-CP ngày 05 tháng 3 năm 2020 của Chính phủ")
    )
    type_in(page, {"Nội dung": "Theo chỉ đạo của chính phủ, xã có 45 hộ.", "Nơi nhận": "UBND tỉnh"})
    expect(page.locator("#checked [data-mend]")).to_have_count(1)
    push(page, "Sửa ngay", only="button")
    expect(page.locator(".ProseMirror")).to_contain_text("chỉ đạo của Chính phủ, xã có 45 hộ.")
    expect(page.locator("#checked [data-mend]")).to_have_count(0)
    # The focus stays where the finding was; the way back to the buttons is by Shift and Tab.
    press_until(page, "Xem trước", key="Shift+Tab", only="button")
    page.keyboard.press("Enter")
    expect(page.get_by_role("img", name="Trang 1")).to_be_visible()
    save_draft(page)


def test_an_extract_and_the_papers_to_print_by_keyboard_alone(demo: Demo, enter: Enter) -> None:
    page = enter("Điêu Thị Bản Thử")
    page.keyboard.press("/")
    page.keyboard.type("mua lu")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/search"))
    open_pdf(page, "Xuất bảng \\(PDF\\)")
    follow(page, "Sổ đăng ký")
    open_pdf(page, "In sổ")
    follow(page, "Báo cáo Tình hình phòng")
    open_pdf(page, "Phiếu theo dõi gửi, nhận")
    follow(page, "Làm bản sao")
    press_until(page, "SAO Y", only="input")
    press_until(page, "TRÍCH SAO", key="ArrowDown", only="input")
    type_in(page, {"Nơi nhận": "Phòng Kinh tế"})
    push(page, "Phần cần trích", only="summary")
    press_until(page, ".+", only="[name=paragraphs]")
    page.keyboard.press("Space")
    push(page, "Cấp số và làm bản sao", most=300)
    expect(page.locator(".doc-head")).to_contain_text("TrS-UBND", timeout=30_000)
    official = enter("Mè Thị Mẫu Vật")
    follow(official, "Hồ sơ")
    open_pdf(official, "In mục lục hồ sơ năm")
    follow(official, ".*mưa lũ")
    open_pdf(official, "In mục lục văn bản")

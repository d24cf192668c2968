"""First paints of list pages on a slow tablet, and how soon a preview and a finding come: prints, judges nothing.

    .venv/bin/python -m tests.browser.measure

A browser slowed six times, 4 Mbit/s and 100 ms away, cold (nothing kept) and warm; five runs each, milliseconds.
"""

import re
import shutil
import statistics
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, sync_playwright

from tests.browser.conftest import ARGUMENTS, DESK, Demo, free_port, start, stop
from tests.templates.test_word import typed

LISTS = ("/", "/?box=to-register", "/search?q=bao+cao", "/registers", "/meetings")
RUNS = 5
PAINT = "() => performance.getEntriesByName('first-contentful-paint')[0].startTime"


def main() -> None:
    with TemporaryDirectory(prefix="docservice-measure-") as folder, sync_playwright() as playwright:
        process, demo = start(Path(folder) / "data", free_port())
        sys.stdout.write(f"first start with the demo's documents  {demo.seconds:.1f} s\n")
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=ARGUMENTS)
        try:
            first_paints(browser, demo)
            word_preview(browser, demo, Path(folder))
            live_check(browser, demo)
        finally:
            browser.close()
            stop(process)


def first_paints(browser: Browser, demo: Demo) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{demo.address}/sign-in")
    page.get_by_role("button", name=re.compile("Điêu Thị Bản Thử")).first.click()
    page.wait_for_url(lambda url: "/sign-in" not in url)
    cookies = context.cookies()
    for path in LISTS:
        found: dict[str, list[float]] = {"cold": [], "warm": []}
        for _ in range(RUNS):
            slow = browser.new_context(viewport=DESK)
            slow.add_cookies(cookies)  # type: ignore[arg-type] # as they were read
            page = slow.new_page()
            session = slow.new_cdp_session(page)
            session.send("Emulation.setCPUThrottlingRate", {"rate": 6})
            session.send("Network.enable")
            speed = {"offline": False, "latency": 100, "downloadThroughput": 5e5, "uploadThroughput": 5e5}
            session.send("Network.emulateNetworkConditions", speed)
            for times in found.values():
                page.goto(demo.address + path)
                page.wait_for_timeout(300)
                times.append(page.evaluate(PAINT))
            slow.close()
        medians = "  ".join(f"{k} {statistics.median(v):5.0f} (most {max(v):5.0f})" for k, v in found.items())
        sys.stdout.write(f"{path:22} {medians}\n")


def word_preview(browser: Browser, demo: Demo, folder: Path) -> None:
    file = folder / "bao-cao.docx"
    file.write_bytes(typed())
    page = browser.new_context(viewport=DESK).new_page()
    page.goto(f"{demo.address}/sign-in")
    page.get_by_role("button", name=re.compile("Mè Thị Mẫu Vật")).first.click()
    page.wait_for_url(lambda url: "/sign-in" not in url)
    for _ in range(3):
        page.goto(f"{demo.address}/drafts/new")
        page.locator("input[type=file]").set_input_files(file)
        begun = time.monotonic()
        page.get_by_role("button", name="Tải lên").click()
        page.get_by_role("img", name="Trang 1").wait_for()
        sys.stdout.write(f"Word file to its preview  {time.monotonic() - begun:.2f} s\n")


PASTE = """text => {
  const clipboardData = new DataTransfer();
  clipboardData.setData('text/plain', text);
  const event = new ClipboardEvent('paste', {clipboardData, bubbles: true, cancelable: true});
  document.querySelector('.ProseMirror').dispatchEvent(event);
}"""


def live_check(browser: Browser, demo: Demo) -> None:
    """From the last key to the finding on the page, for a report of one page and one of about five."""
    page = browser.new_context(viewport=DESK).new_page()
    page.goto(f"{demo.address}/sign-in")
    page.get_by_role("button", name=re.compile("Mè Thị Mẫu Vật")).first.click()
    page.wait_for_url(lambda url: "/sign-in" not in url)
    line = "Ủy ban nhân dân xã đã chỉ đạo các phòng chuyên môn rà soát, tổng hợp và báo cáo đúng thời hạn. " * 3
    for paragraphs in (4, 60):
        page.goto(f"{demo.address}/drafts/new/BC")
        page.locator("[name=subject]").fill("Kết quả công tác năm")
        page.locator("[name=recipients]").fill("Sở Nội vụ")
        page.locator("[name=archive]").fill("VT")
        page.locator(".ProseMirror").focus()
        # What the round before left kept goes.
        page.keyboard.press("Control+a")
        page.evaluate(PASTE, "\n".join([line.strip()] * paragraphs))
        checked = page.locator("#checked")
        checked.get_by_text("Không thấy lỗi thể thức.").wait_for()
        page.keyboard.press("Control+End")
        times = []
        for _ in range(RUNS):
            page.keyboard.type(" Theo chỉ đạo của chính phủ")
            begun = time.monotonic()
            checked.get_by_text("Chính phủ").wait_for()
            times.append((time.monotonic() - begun) * 1000)
            for _ in " Theo chỉ đạo của chính phủ":
                page.keyboard.press("Backspace")
            checked.get_by_text("Không thấy lỗi thể thức.").wait_for()
        found = f"{statistics.median(times):4.0f} ms (most {max(times):.0f})"
        sys.stdout.write(f"typing stops to finding, {paragraphs} paragraphs  {found}\n")


if __name__ == "__main__":
    main()

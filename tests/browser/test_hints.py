"""Tabs of one browser share one connection, and a page looks again without being asked."""

import re

import pytest
from playwright.sync_api import Request, expect

from docservice.loads.words import letter
from tests.browser.conftest import Enter

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


def test_tabs_share_one_connection_and_follow_what_happens(enter: Enter) -> None:
    inbox = enter("Điêu Thị Bản Thử")
    asked: list[str] = []

    def note(request: Request) -> None:
        if request.url.endswith("/hints"):
            asked.append(request.url)

    other = inbox.context.new_page()
    address = re.sub(r"\?.*", "", inbox.url)
    # The page that was just entered may ask late: it is left before anything is counted.
    inbox.goto("about:blank")
    inbox.on("request", note)
    other.on("request", note)
    with inbox.expect_response(re.compile("/hints$")):
        inbox.goto(address)
    count = inbox.locator('#boxes a[href="/?box=to-register"] .count')
    before = int(count.inner_text())
    other.goto(f"{inbox.url}arrivals/paper")
    other.locator("input[type=file]").set_input_files(
        {"name": "scan.pdf", "mimeType": "application/pdf", "buffer": letter(1)}
    )
    for name, value in (
        ("subject", "Giấy đến từ thử nghiệm"),
        ("origin_name", "Sở Giả Định"),
        ("kind_name", "Công văn"),
    ):
        other.locator(f"[name={name}]").fill(value)
    other.locator("main form button[type=submit]").click()
    other.wait_for_url(re.compile("/documents/"))
    # Nobody touches the first tab; its own slow look comes after a minute.
    expect(count).to_have_text(str(before + 1), timeout=15_000)
    assert len(asked) == 1

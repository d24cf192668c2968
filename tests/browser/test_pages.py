"""Every page for every kind of person: accessible in both colour schemes, narrow, light, by keyboard alone."""

import io
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page

from tests.browser.conftest import DESK, ROOT, Demo, Enter

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

AXE = (ROOT / "docservice/web/node_modules/axe-core/axe.min.js").read_text("utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

# Who looks at which pages; `@box` is the first document of that box, `@box changes` what changed after its signature.
PAGES = {
    "Mè Thị Mẫu Vật": ["/", "/?box=drafts", "@drafts", "@to-handle", "/drafts/new", "/drafts/new/BC",
                       f"/drafts/new/{quote('QĐ')}", "/search?q=mua+lu", "/search?q=khongcogi", "/case-files",
                       "/account"],
    "Hà Văn Mô Phỏng": ["/?box=to-check", "@to-check"],
    "Lò Văn Giả Định": ["/?box=to-sign", "@to-direct", "@to-sign", "/meetings", "/meetings/new", "/registers"],
    "Điêu Thị Bản Thử": ["/?box=to-register", "@to-register", "@to-present", "@to-present changes", "/arrivals/paper",
                         "/registers?series=incoming"],
    "Lèo Thị Lưu Giữ": ["/", "/case-files"],
    "Ngần Văn Vận Hành": ["/operations", "/operations/trust", "/people", "/certificates", "/authorities",
                          "/assessment", "/forms"],
    "Tao Văn Canh Gác": ["/held"],
}  # fmt: skip


def visit(page: Page, base: str, where: str) -> None:
    if where.startswith("@"):
        box, _, what = where[1:].partition(" ")
        page.goto(f"{base}/?box={box}")
        page.locator(".rows a").first.click()
        page.wait_for_load_state()
        if what == "changes":
            page.goto(base + str(page.locator("a[href*='/changes/1']").first.get_attribute("href")))
    else:
        page.goto(base + where)
    page.wait_for_function("() => !document.querySelector('.htmx-request')")


def violations(page: Page) -> list[str]:
    page.evaluate(AXE)
    found: dict[str, Any] = page.evaluate("rules => axe.run(document, {runOnly: {type: 'tag', values: rules}})", RULES)
    return [f"{v['id']}: {v['help']} at {[n['target'] for n in v['nodes'][:3]]}" for v in found["violations"]]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_no_page_keeps_anybody_out(demo: Demo, enter: Enter, name: str, scheme: str) -> None:
    page = enter(name, color_scheme=scheme)
    problems = []
    for where in PAGES[name]:
        visit(page, demo.address, where)
        problems += [f"{where} {problem}" for problem in violations(page)]
        page.set_viewport_size({"width": 320, "height": 700})
        width = page.evaluate("() => document.documentElement.scrollWidth")
        if width > 320:
            problems.append(f"{where} scrolls sideways: {width} px")
        page.set_viewport_size(DESK)
    assert problems == []


def test_a_chosen_picture_is_shown_in_real_size_before_it_is_sent(demo: Demo, enter: Enter) -> None:
    page = enter("Ngần Văn Vận Hành")
    page.goto(f"{demo.address}/certificates")
    png = io.BytesIO()
    Image.new("RGBA", (600, 600), (200, 20, 20, 200)).save(png, "PNG")
    form = page.locator("form[action='/certificates']")
    form.locator("[name=image]").set_input_files({"name": "dau.png", "mimeType": "image/png", "buffer": png.getvalue()})
    shown = form.locator("img[src^='blob:']")
    # 36 mm across, the seal's; a person's picture fits 45 x 24 mm.
    assert shown.bounding_box()["width"] == pytest.approx(36 / 25.4 * 96, abs=1)  # type: ignore[index] # it is there
    form.locator("[name=person_id]").select_option(index=1)
    assert shown.bounding_box()["height"] == pytest.approx(24 / 25.4 * 96, abs=1)  # type: ignore[index] # as above


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_sign_in_page_keeps_nobody_out(demo: Demo, browser: Browser, scheme: Any) -> None:
    context = browser.new_context(color_scheme=scheme, viewport={"width": 320, "height": 700})
    page = context.new_page()
    page.goto(f"{demo.address}/sign-in")
    assert violations(page) == []
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 320
    context.close()


def test_what_axe_would_find_is_found(demo: Demo, enter: Enter) -> None:
    page = enter("Mè Thị Mẫu Vật")
    page.evaluate("() => { document.querySelector('#narrow').removeAttribute('id'); }")
    page.evaluate("() => { document.querySelector('input[name=q][placeholder^=\"Lọc\"]').placeholder = ''; }")
    assert any("label" in problem for problem in violations(page))


@pytest.mark.parametrize("where", ["/", "/?box=under-way", "/search?q=bao+cao", "/registers", "/meetings"])
def test_list_pages_are_light(demo: Demo, enter: Enter, where: str) -> None:
    page = enter("Điêu Thị Bản Thử")
    # Cold: a profile that has kept nothing, with the session alone.
    cookies = page.context.cookies()
    fresh = page.context.browser.new_context(viewport=DESK)  # type: ignore[union-attr] # launched here
    fresh.add_cookies(cookies)  # type: ignore[arg-type] # as they were read
    cold = fresh.new_page()
    session = fresh.new_cdp_session(cold)
    session.send("Network.enable")
    sizes: dict[str, float] = {}
    kinds: dict[str, str] = {}
    session.on("Network.responseReceived", lambda e: kinds.update({e["requestId"]: e["type"]}))
    session.on("Network.loadingFinished", lambda e: sizes.update({e["requestId"]: e["encodedDataLength"]}))
    cold.goto(demo.address + where)
    cold.wait_for_load_state("load")
    cold.wait_for_timeout(300)
    scripts = sum(size for request, size in sizes.items() if kinds.get(request) == "Script")
    assert sum(sizes.values()) <= 110 * 1024
    assert 0 < scripts <= 30 * 1024
    fresh.close()


SHOTS = {
    "hop-viec-van-thu": ("Điêu Thị Bản Thử", "/?box=to-register"),
    "cho-ky": ("Lò Văn Giả Định", "/?box=to-sign"),
    "van-ban": ("Lò Văn Giả Định", "@to-direct"),
    "soan-van-ban": ("Mè Thị Mẫu Vật", "/drafts/new"),
    "tham-quyen-ky": ("Ngần Văn Vận Hành", "/authorities"),
    "tra-cuu": ("Lò Văn Giả Định", "/search?q=mua+lu"),
}


@pytest.mark.parametrize("name", SHOTS)
def test_pictures_for_the_manual(demo: Demo, enter: Enter, shots: Path, name: str) -> None:
    person, where = SHOTS[name]
    page = enter(person)
    visit(page, demo.address, where)
    page.wait_for_timeout(400)
    page.screenshot(path=shots / f"{name}.png")
    assert (shots / f"{name}.png").stat().st_size > 20_000

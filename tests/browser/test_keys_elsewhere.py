"""The pages on which signing waits: for the phone's code, the HSM's PIN, and for a signature below that holds."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from playwright.sync_api import Browser, Page, Route, ViewportSize, expect

from docservice.core.sandbox import Sandbox
from docservice.identity import queries as identity
from docservice.signatures.hsm import Hsm
from signing.agent import ADDRESS as AGENT_ADDRESS
from tests.browser.conftest import DESK, PHONE
from tests.browser.test_pages import violations
from tests.browser.test_together import shoot
from tests.node import Office
from tests.signatures.phones import agreed, fact, give_phone, office_with_phones, shown, wait_for, wait_until_ended
from tests.signatures.test_stepwise import move_key
from tests.signing.remote.csc_server import Service
from tests.signing.tokens import MODULE, Shelf
from tests.web.conftest import ADDRESS, Enter, Visitor
from tests.web.conftest import app as app  # noqa: PLC0414 - a fixture
from tests.web.conftest import enter as enter  # noqa: PLC0414 - a fixture
from tests.web.test_hsm import put_in_hsm, to_seal
from tests.web.test_obstacles import without_anchor
from tests.workflow.test_slips import sign, slip

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
Look = Callable[[str, ViewportSize], tuple[Visitor, Page]]


@pytest.fixture
def service() -> Service:
    return Service()


@pytest.fixture
def office(seeded: Path, tmp_path: Path, sandbox: Sandbox, service: Service) -> Iterator[Office]:
    """A node with an HSM and a signing service that asks phones."""
    with office_with_phones(seeded, tmp_path, sandbox, service, others={Hsm: Hsm(MODULE)}) as found:
        yield found


@pytest.fixture
def look(browser: Browser, enter: Enter) -> Iterator[Look]:
    """A browser's page whose requests are a visitor's: the node lives in this very process."""
    contexts = []
    complaints: list[str] = []

    def open_for(key: str, viewport: ViewportSize) -> tuple[Visitor, Page]:
        visitor = enter(key)
        context = browser.new_context(locale="vi-VN", viewport=viewport)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))

        def answer(route: Route) -> None:
            wanted = route.request
            address = urlsplit(wanted.url)
            if address.path == "/hints":
                route.abort()
                return
            said: dict[str, str] = {n: v for n, v in wanted.headers.items() if n in {"content-type", "hx-request"}}
            target, body = f"{address.path}?{address.query}", wanted.post_data_buffer
            given = visitor.client.request(wanted.method, target, content=body, headers=said)
            plain = {name: value for name, value in given.headers.items() if name != "content-encoding"}
            route.fulfill(status=given.status_code, headers=plain, body=given.content)

        page.route("**/*", answer)
        return visitor, page

    yield open_for
    for context in contexts:
        context.close()
    assert complaints == []


def check(page: Page, shots: Path, name: str) -> None:
    """Nobody is kept out, nothing is wider than the screen; a picture for whoever looks."""
    shoot(page, shots, name)
    for scheme in ("dark", "light"):
        page.emulate_media(color_scheme=scheme)
        assert violations(page) == []
    width = page.viewport_size["width"] if page.viewport_size else 0
    assert page.evaluate("() => document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
def test_waiting_for_the_phone(
    office: Office, service: Service, look: Look, shots: Path, viewport: ViewportSize
) -> None:
    small = "-hep" if viewport is PHONE else ""
    give_phone(office, service)
    service.phone.answer = None
    documents = agreed(office, 2)
    leader, page = look("c.leader", viewport)
    page.goto(f"{ADDRESS}/documents/{documents[0]}")
    check(page, shots, f"ky-qua-dien-thoai-van-ban{small}")
    asked = leader.post("/phone", {"ids": [str(document_id) for document_id in documents]}).url.path
    request = UUID(asked.rpartition("/")[2])
    page.goto(f"{ADDRESS}{asked}")
    expect(page.get_by_text("Đang gửi yêu cầu")).to_be_visible()
    wait_for(office, lambda: shown(service) == 1)
    expect(page.get_by_text("Chờ bạn xác nhận trên điện thoại")).to_be_visible()
    expect(page.get_by_text(fact(office, request).code, exact=True)).to_be_visible()
    check(page, shots, f"ky-qua-dien-thoai{small}")
    service.phone.tap("yes")
    wait_until_ended(office, request)
    # Nobody has to press anything for it.
    expect(page.get_by_text("Đã ký xong.")).to_be_visible()
    check(page, shots, f"ky-qua-dien-thoai-xong{small}")
    service.phone.answer = "no"
    (third,) = agreed(office, 1)
    refused = leader.post("/phone", {"ids": [str(third)]}).url.path
    wait_until_ended(office, UUID(refused.rpartition("/")[2]))
    page.goto(f"{ADDRESS}{refused}")
    expect(page.get_by_text("Người ký từ chối", exact=True).first).to_be_visible()
    check(page, shots, f"ky-qua-dien-thoai-tu-choi{small}")


@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
def test_the_pin_of_the_hsm(office: Office, look: Look, shots: Path, shelf: Shelf, viewport: ViewportSize) -> None:
    small = "-hep" if viewport is PHONE else ""
    with office.reading("c.clerk") as reading:
        certificate = identity.certificate_of(reading, agency_id=reading.actor.agency_id)
    put_in_hsm(office, shelf, certificate.id)
    document_id = to_seal(office)
    _, page = look("c.clerk", viewport)
    page.goto(f"{ADDRESS}/documents/{document_id}")
    pin = page.get_by_label("Mã PIN của khe khóa trên HSM")
    expect(pin).to_be_visible()
    check(page, shots, f"ky-bang-hsm{small}")
    pin.fill("0000")
    page.keyboard.press("Enter")
    expect(page.get_by_text("sai mã PIN")).to_be_visible()
    check(page, shots, f"ky-bang-hsm-sai{small}")
    # The way back leads to the PIN, not to the inbox.
    page.get_by_role("link", name="Mở lại văn bản").click()
    expect(pin).to_be_visible()


@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
def test_a_signature_below_that_does_not_hold(office: Office, look: Look, shots: Path, viewport: ViewportSize) -> None:
    small = "-hep" if viewport is PHONE else ""
    document_id, other = slip(office, "c.head", "c.leader"), slip(office, "c.head", "c.leader")
    sign(office, document_id, "c.head")
    sign(office, other, "c.head")
    _, page = look("c.leader", viewport)
    again = page.get_by_role("button", name="Kiểm tra lại chữ ký")
    with without_anchor(office):
        # The press finds it, and the page says why it was not signed and what to do.
        sign(office, document_id, "c.leader")
        page.goto(f"{ADDRESS}/documents/{document_id}")
        expect(page.get_by_role("alert")).to_contain_text("thêm nơi cấp vào Gốc tin cậy")
        check(page, shots, f"chu-ky-chua-tin-cay{small}")
        again.focus()
        page.keyboard.press("Enter")
        expect(page.get_by_text("Đã kiểm tra lại các chữ ký trong tệp.")).to_be_visible()
        expect(again).to_be_visible()
        # Whoever signs many reads it beside the one it is about, before the consent.
        page.goto(f"{ADDRESS}/?box=to-countersign")
        page.get_by_label("Chọn tất cả").check()
        page.get_by_role("button", name=re.compile("^Ký số")).click()
        dialog = page.get_by_role("dialog")
        expect(dialog.locator(".batch li")).to_have_count(2)
        expect(dialog.locator(".batch li:has(.problem)")).to_have_count(1)
        expect(dialog.locator(".problem")).to_contain_text("thêm nơi cấp vào Gốc tin cậy (nơi cấp: CA trung gian mẫu,")
        check(page, shots, f"ky-nhieu-chu-ky-chua-tin-cay{small}")
        page.goto(f"{ADDRESS}/documents/{document_id}")
    again.click()
    expect(again).to_have_count(0)
    expect(page.get_by_role("button", name="Ký phiếu trình")).to_be_visible()


def test_what_the_signing_program_could_not_do_stays_to_be_read(office: Office, look: Look) -> None:
    move_key(office)
    document_id = office.checked()
    office.sign(document_id)
    _, page = look("c.leader", DESK)
    # Nobody is there.
    page.route(f"{AGENT_ADDRESS}/**", lambda route: route.abort())
    page.goto(f"{ADDRESS}/documents/{document_id}")
    page.evaluate("() => { window.isTheSamePage = true; }")
    button = page.get_by_role("button", name="Ký bằng thiết bị trên máy này")
    button.click()
    expect(page.get_by_text("Chương trình ký trên máy này không trả lời")).to_be_visible()
    expect(button).to_be_enabled()
    page.wait_for_timeout(500)
    assert page.evaluate("() => window.isTheSamePage === true")

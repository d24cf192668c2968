"""A browser and the demo as its users meet it: `docservice serve --demo` in a process of its own."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
# The sandbox of Chromium needs rights that a build machine's root does not have; the pages are our own.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESK: ViewportSize = {"width": 1366, "height": 850}
TABLET: ViewportSize = {"width": 1180, "height": 820}
PHONE: ViewportSize = {"width": 390, "height": 800}
# Milliseconds: the tests of servers run beside these, so a page that is late is no finding, one that never comes is.
PATIENCE = 30_000
expect.set_options(timeout=PATIENCE)


@dataclass(frozen=True)
class Demo:
    """The running demo: its address, and what it printed at start."""

    address: str
    greeting: str
    seconds: float


def start(data: Path, port: int) -> tuple["subprocess.Popen[bytes]", Demo]:
    """Start the command and wait until it answers."""
    log = data.parent / f"{data.name}-{port}.log"
    command = [sys.executable, "-m", "docservice", "serve", "--demo", "--port", str(port)]
    environment = {**os.environ, "DATA_DIR": str(data), "PUBLIC_URL": f"http://127.0.0.1:{port}"}
    begun = time.monotonic()
    with log.open("wb") as out:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=out, stderr=subprocess.STDOUT)
    address = f"http://127.0.0.1:{port}"
    # A machine that is busy with other things takes its time for the demo's many papers.
    while time.monotonic() - begun < 240:
        try:
            with urlopen(f"{address}/sign-in", timeout=5) as answer:  # noqa: S310 - our own http address
                assert answer.status == 200
                return process, Demo(address, log.read_text("utf-8"), time.monotonic() - begun)
        except (URLError, ConnectionError, TimeoutError):
            assert process.poll() is None, log.read_text("utf-8")
            time.sleep(0.1)
    process.kill()
    process.wait()
    raise TimeoutError(log.read_text("utf-8"))


def stop(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    process.wait(timeout=30)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def made_demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Demo]:
    """The demo's data as the first start makes it, and that start; made once, then only copied."""
    data = tmp_path_factory.mktemp("made") / "data"
    process, first = start(data, free_port())
    stop(process)
    return data, first


@pytest.fixture(scope="module")
def demo_data(made_demo: tuple[Path, Demo], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Each module has its own copy: what one signs, another still finds waiting."""
    return Path(shutil.copytree(made_demo[0], tmp_path_factory.mktemp("demo") / "data"))


@pytest.fixture(scope="module")
def demo(demo_data: Path) -> Iterator[Demo]:
    process, running = start(demo_data, free_port())
    yield running
    stop(process)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def shots(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the manual's pictures go: `make pictures` gives the manual's own folder."""
    wanted = request.config.getoption("--pictures")
    return ROOT / wanted if wanted else tmp_path_factory.mktemp("shots")


@dataclass(frozen=True)
class Person:
    """Somebody at a screen; whatever the console says against a page fails the test."""

    page: Page
    complaints: list[str]


Enter = Callable[..., Page]


@pytest.fixture
def enter(demo: Demo, browser: Browser) -> Iterator[Enter]:
    """Come in by a person's tile: `enter("Lò Văn Giả Định", viewport=TABLET, has_touch=True)`."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def come_in(name: str, **options: object) -> Page:
        context = browser.new_context(**{"locale": "vi-VN", "viewport": DESK, **options})  # type: ignore[arg-type] # Playwright's own options
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console",
            # A form that is refused answers 422 with its page, and a test may take the network away: no complaints.
            lambda message: (
                complaints.append(message.text)
                if message.type == "error" and not re.search("status of 422|INTERNET_DISCONNECTED", message.text)
                else None
            ),
        )
        page.goto(f"{demo.address}/sign-in")
        page.get_by_role("button", name=re.compile(name)).first.click()
        page.wait_for_url(lambda url: "/sign-in" not in url)
        return page

    yield come_in
    for context in contexts:
        context.close()
    assert complaints == []

"""A leader signs with the token in the own computer: the real program, SoftHSM, a browser; no key on the server."""

import os
import pty
import re
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pkcs11 import KeyType
from playwright.sync_api import Request, expect

from signing.authority import DemoAuthority
from signing.tokens import open_token
from tests.browser.conftest import ROOT, Enter
from tests.signing.tokens import MODULE, PIN, Pulled, Shelf, Token

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


@dataclass
class Program:
    """The signing program on a terminal of its own: what it says, what its person types, and where the token is."""

    process: "subprocess.Popen[bytes]"
    terminal: int
    reader: Pulled
    said: str = field(default="")

    def wait_for(self, pattern: str) -> str:
        """Read until the pattern shows; returns its last group."""
        end = time.monotonic() + 60
        while time.monotonic() < end:
            found = re.search(pattern, self.said)
            if found:
                self.said = self.said[found.end() :]
                return found[found.lastindex or 0]
            self.said += os.read(self.terminal, 4096).decode()
        raise TimeoutError(self.said)

    def heard(self) -> str:
        """What it has said since, without waiting for more."""
        while select.select([self.terminal], [], [], 0)[0]:
            self.said += os.read(self.terminal, 4096).decode()
        return self.said

    def type(self, text: str) -> None:
        os.write(self.terminal, f"{text}\n".encode())


@pytest.fixture
def authority(demo_data: Path) -> DemoAuthority:
    return DemoAuthority.open(demo_data / "keys/authority")


@pytest.fixture
def token(shelf: Shelf, authority: DemoAuthority) -> Token:
    return shelf.add("Lò Văn Giả Định", KeyType.EC, authority, now=datetime.now(UTC))


@pytest.fixture
def program(token: Token, pulled: Pulled, tmp_path: Path) -> Iterator[Program]:
    ours, theirs = pty.openpty()
    module, folder = str(pulled.module), str(tmp_path)
    command = [sys.executable, "-m", "signing.agent", "--module", module, "--folder", folder, "--pair"]
    # In a session of its own, with this terminal as the one where it asks for the PIN.
    process = subprocess.Popen(
        ["/usr/bin/setsid", "--ctty", *command],
        cwd=ROOT,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env=dict(os.environ),
    )
    os.close(theirs)
    yield Program(process, ours, pulled)
    process.terminate()
    process.wait(60)
    os.close(ours)


def certificate_file(token: Token, folder: Path) -> Path:
    with open_token(MODULE, serial=token.serial, pin=PIN) as key:
        made: x509.Certificate = key.certificate

    file = folder / "lanh-dao.cer"
    file.write_bytes(made.public_bytes(Encoding.DER))
    return file


def test_the_token_is_registered_paired_and_signs(
    enter: Enter, program: Program, token: Token, authority: DemoAuthority, tmp_path: Path
) -> None:
    between = tmp_path / "noi-cap.pem"

    between.write_bytes(authority.intermediate.public_bytes(Encoding.PEM))
    admin = enter("Ngần Văn Vận Hành")
    admin.get_by_role("link", name="Chữ ký số").first.click()
    admin.get_by_label(re.compile("^Của")).select_option(label="Lò Văn Giả Định (Chủ tịch)")
    admin.get_by_label("Tệp chứng thư số").set_input_files([certificate_file(token, tmp_path), between])
    admin.get_by_role("button", name="Đăng ký").click()
    expect(admin.get_by_text("Thiết bị trên máy của người ký").first).to_be_visible()

    code = program.wait_for(r"(\d{6})\s")
    leader = enter("Lò Văn Giả Định")
    origin = "/".join(leader.url.split("/")[:3])
    leader.goto(f"{origin}/account")
    leader.get_by_label("Mã ghép nối").fill(code)
    leader.get_by_role("button", name="Ghép nối").click()
    assert program.wait_for(r"Ghép nối với (\S+)") == origin
    program.wait_for("Đồng ý")
    program.type("c")
    expect(leader.get_by_text("Đã ghép nối")).to_be_visible()

    leader.goto(origin)
    leader.get_by_role("link", name=re.compile("^Chờ ký")).click()
    leader.locator(".row input[type=checkbox]").nth(0).check()
    leader.locator(".row input[type=checkbox]").nth(1).check()
    leader.get_by_role("button", name=re.compile("^Ký số")).click()
    leader.get_by_role("button", name="Đồng ý và ký số").click()
    expect(leader.get_by_text("Chờ thiết bị ký số: 2 văn bản.")).to_be_visible(timeout=120_000)
    # It is pulled out after the first: that one stays signed, the other waits, and only that one is signed later.
    program.reader.plug_in(1)
    at_token = leader.get_by_role("button", name="Ký bằng thiết bị trên máy này")
    at_token.click()
    program.wait_for("ký 2 văn bản")
    program.wait_for("Mã PIN")
    program.type(PIN)
    program.wait_for("Thiết bị ký số đã bị rút")
    expect(leader.get_by_text("Thiết bị đã bị rút; hãy ký tiếp những văn bản còn lại.")).to_be_visible(timeout=120_000)
    expect(leader.get_by_text("Chờ thiết bị ký số: 1 văn bản.")).to_be_visible(timeout=120_000)
    expect(leader.locator(".tag.passed")).to_have_count(1)
    program.reader.plug_in(1)
    # The network goes when the token has signed: what it signed waits with the agent and is not signed twice.
    leader.route("**/agent/results", lambda route: route.abort("internetdisconnected"))

    def is_results(request: Request) -> bool:
        return request.url.endswith("/agent/results")

    with leader.expect_event("requestfailed", is_results, timeout=120_000):
        at_token.click()
        program.wait_for("ký 1 văn bản")
        program.wait_for("Mã PIN")
        program.type(PIN)
    leader.locator("#results .row:not(:has(.passed)) a").click()
    leader.unroute("**/agent/results")
    at_token.click()
    expect(leader.get_by_text(re.compile("^Hợp lệ: Lò Văn Giả Định"))).to_be_visible(timeout=120_000)
    assert "Mã PIN" not in program.heard()

"""docker/Caddyfile before the pages, served by a real Caddy: what browsers meet on the street side of the compose file.

By Debian's Caddy; with another one on the PATH, by that.
"""

import http.client
import re
import shutil
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from os import environ
from pathlib import Path
from urllib.parse import urlencode
from uuid import UUID

import pytest
from sqlalchemy import select

from docservice.core.db import Database, open_database
from docservice.core.sandbox import Sandbox
from docservice.core.work import SYSTEM
from docservice.demo import people
from docservice.identity import accounts
from docservice.identity.models import SignInFailure
from scripts.local_servers.place import CHECKOUT, answers, free_port
from scripts.local_servers.programs import caddy_program
from tests.node import open_office
from tests.web.conftest import PASSWORD

pytestmark = [pytest.mark.servers, pytest.mark.slow, pytest.mark.timeout(300)]

BROWSERS_TAKE = {"Accept-Encoding": "gzip, deflate, br, zstd"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
MB = 1024 * 1024


@dataclass
class Street:
    """Where browsers come in: a port with TLS, and the authority they trust."""

    port: int
    authority: Path
    cookie: str = ""

    def trusting(self, *protocols: str) -> ssl.SSLContext:
        context = ssl.create_default_context(cafile=self.authority)
        context.set_alpn_protocols(list(protocols))
        return context

    @contextmanager
    def connected(self, address: str = "127.0.0.1") -> Iterator[http.client.HTTPSConnection]:
        connection = http.client.HTTPSConnection(
            "localhost", self.port, timeout=60, context=self.trusting("http/1.1"), source_address=(address, 0)
        )
        with closing(connection):
            yield connection

    def ask(
        self, method: str, path: str, body: bytes | None = None, *, address: str = "127.0.0.1", **headers: str
    ) -> tuple[int, http.client.HTTPMessage, str]:
        more = {name.replace("_", "-"): value for name, value in headers.items()}
        with self.connected(address) as connection:
            connection.request(method, path, body, {"Cookie": self.cookie, **more})
            said = connection.getresponse()
            return said.status, said.headers, said.read().decode()

    def post(self, path: str, form: dict[str, str], **more: str) -> tuple[int, http.client.HTTPMessage, str]:
        return self.ask("POST", path, urlencode(form).encode(), Content_Type=FORM["Content-Type"], **more)

    def token(self) -> str:
        found = re.search(r'name="csrf" value="([^"]+)"', self.ask("GET", "/account")[2])
        assert found is not None
        return found[1]


@contextmanager
def running(command: list[str], port: int, **more: str) -> Iterator[None]:
    """A process that listens on a port once it is ready."""
    child = subprocess.Popen(command, cwd=CHECKOUT, env=environ | more)
    try:
        deadline = time.monotonic() + 120
        while not answers(port):
            assert child.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.1)
        yield
    finally:
        child.terminate()
        child.wait(timeout=60)


def make_certificate(folder: Path) -> tuple[Path, Path]:
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    made = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    named = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-days", "2"]
    subprocess.run([*made, *named, "-keyout", str(key), "-out", str(certificate)], check=True, capture_output=True)
    return certificate, key


def as_here(folder: Path, *, pages: int, street: int) -> Path:
    """The compose file's Caddyfile with the addresses and files of this machine, and nothing else changed."""
    certificate, key = make_certificate(folder)
    text = (CHECKOUT / "docker" / "Caddyfile").read_text(encoding="utf-8")
    for there, here in (
        ("/run/secrets/tls_certificate", certificate),
        ("/run/secrets/tls_key", key),
        ("web:8000", f"127.0.0.1:{pages}"),
        (":8443", f":{street}"),
    ):
        assert text.count(there) == 1, there
        text = text.replace(there, str(here))
    (folder / "Caddyfile").write_text(text, encoding="utf-8")
    return folder / "Caddyfile"


@pytest.fixture
def drafts(seeded: Path, tmp_path: Path, sandbox: Sandbox) -> list[UUID]:
    """Two drafts of somebody who may sign in."""
    shutil.copytree(seeded, tmp_path / "node")
    with open_office(tmp_path / "node", sandbox=sandbox) as office:
        with office.node.transactions.work(SYSTEM) as work:
            person_id = people.actor(work, "c.official").person_id
            assert person_id is not None
            accounts.open_account(work, person_id=person_id, login="c.official", password=PASSWORD)
        return [office.draft(), office.draft()]


@pytest.fixture
def street(drafts: list[UUID], tmp_path: Path) -> Iterator[Street]:
    assert drafts
    pages, port = free_port(), free_port()
    file = as_here(tmp_path, pages=pages, street=port)
    served = [sys.executable, "-m", "docservice", "serve", "--port", str(pages)]
    told = {
        "DATA_DIR": str(tmp_path / "node"),
        "PUBLIC_URL": f"https://localhost:{port}",
        "TRUSTED_PROXIES": "127.0.0.1",
        "HOME": str(tmp_path),
    }
    with ExitStack() as stack:
        stack.enter_context(running(served, pages, **told))
        caddy = [str(caddy_program()), "run", "--config", str(file), "--adapter", "caddyfile"]
        stack.enter_context(running(caddy, port, HOME=str(tmp_path), XDG_DATA_HOME=str(tmp_path)))
        yield Street(port, tmp_path / "certificate.pem")


def test_what_browsers_meet_on_the_street(street: Street, drafts: list[UUID], tmp_path: Path) -> None:
    """One story, since processes take long to start."""
    tls_and_http_2(street)
    with closing(open_database("sqlite:doc.db", base=tmp_path / "node")) as database:
        sign_in_as_who_they_are(street, database)
    discard = f"/documents/{drafts[1]}/acts/discard"
    events_come_as_they_happen(street, lambda: street.post(discard, {"csrf": street.token()}))
    a_page_that_is_closed_ends_its_stream(street)
    attachments = f"/documents/{drafts[0]}/attachments"
    assert send_drawing(street, attachments, 60 * MB)[0] == 303
    for size in (70 * MB, 100 * MB):
        status, _, page = send_drawing(street, attachments, size)
        assert (status, "Tệp quá lớn." in page) == (413, True), "somebody who sends too much reads why"


def tls_and_http_2(street: Street) -> None:
    """By hand, in four frames: Python's own client speaks no HTTP/2."""
    with (
        socket.create_connection(("127.0.0.1", street.port), timeout=60) as line,
        street.trusting("h2", "http/1.1").wrap_socket(line, server_hostname="localhost") as tls,
    ):
        assert (tls.version(), tls.selected_alpn_protocol()) == ("TLSv1.3", "h2")
        name = f"localhost:{street.port}".encode()
        # :method GET, :scheme https, :path /sign-in, :authority, as RFC 7541 numbers them.
        fields = b"\x82\x87" + b"\x04" + bytes([8]) + b"/sign-in" + b"\x01" + bytes([len(name)]) + name
        settings, headers = frame(4, 0, 0, b""), frame(1, 0x5, 1, fields)
        tls.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + settings + headers)
        with tls.makefile("rb") as frames:
            while True:
                head = frames.read(9)
                length, kind, stream = int.from_bytes(head[:3]), head[3], int.from_bytes(head[5:])
                content = frames.read(length)
                if (kind, stream) == (1, 1):
                    break
        assert content[0] == 0x88, "the status 200 by its number"


def frame(kind: int, flags: int, stream: int, content: bytes) -> bytes:
    return len(content).to_bytes(3) + bytes([kind, flags]) + stream.to_bytes(4) + content


def sign_in_as_who_they_are(street: Street, database: Database) -> None:
    status, headers, _ = street.post(
        "/sign-in", {"login": "c.official", "password": "sai"}, address="127.0.0.21", X_Forwarded_For="203.0.113.7"
    )
    assert status == 403
    with database.reading() as session:
        assert session.scalars(select(SignInFailure.address)).all() == ["127.0.0.21"]
    status, headers, _ = street.post("/sign-in", {"login": "c.official", "password": PASSWORD})
    assert status == 303
    street.cookie = headers["Set-Cookie"].partition(";")[0]
    assert street.cookie.startswith("__Host-session=")
    assert "Secure" in headers["Set-Cookie"]
    status, headers, _ = street.ask("GET", "/account")
    assert status == 200
    assert headers["Strict-Transport-Security"]
    assert "default-src" in headers["Content-Security-Policy"]
    assert len(headers.get_all("X-Content-Type-Options", [])) == 1
    # The pages have packed it already, once.
    with street.connected() as connection:
        connection.request("GET", "/account", headers={"Cookie": street.cookie, **BROWSERS_TAKE})
        said = connection.getresponse()
        assert said.headers.get_all("Content-Encoding") == ["gzip"]
        said.read()


def listening(street: Street, stack: ExitStack) -> http.client.HTTPResponse:
    connection = stack.enter_context(street.connected())
    connection.request("GET", "/hints", headers={"Cookie": street.cookie, **BROWSERS_TAKE})
    return stack.enter_context(closing(connection.getresponse()))


def events_come_as_they_happen(street: Street, act: Callable[[], object]) -> None:
    with ExitStack() as stack:
        stream = listening(street, stack)
        assert (stream.status, stream.headers["Content-Encoding"]) == (200, None)
        assert stream.readline() == b"retry: 3000\n"
        act()
        lines = iter(stream.readline, b"")
        assert next(line for line in lines if line.startswith(b"event:")) == b"event: look\n"


def a_page_that_is_closed_ends_its_stream(street: Street) -> None:
    """Who goes from page to page has never more open than the pages allow."""
    for _ in range(20):
        with ExitStack() as stack:
            deadline = time.monotonic() + 60
            while (stream := listening(street, stack)).status != 200:
                assert time.monotonic() < deadline
                time.sleep(0.5)
            assert stream.readline() == b"retry: 3000\n"


def send_drawing(street: Street, path: str, size: int) -> tuple[int, http.client.HTTPMessage, str]:
    drawing = b"AC1032" + bytes(size)
    boundary = "ranh-gioi"
    part = 'Content-Disposition: form-data; name="{}"'.format
    file = f'{part("file")}; filename="ban-ve.dwg"\r\nContent-Type: application/octet-stream'
    body = (
        f"--{boundary}\r\n{part('csrf')}\r\n\r\n{street.token()}\r\n--{boundary}\r\n{file}\r\n\r\n".encode()
        + drawing
        + f"\r\n--{boundary}--\r\n".encode()
    )
    kind = f"multipart/form-data; boundary={boundary}"
    return street.ask("POST", path, body, Content_Type=kind)

"""Many web processes behind a proxy: one sign-in, one count of requests, events for all, replaced unnoticed."""

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode
from uuid import UUID

import pytest
from sqlalchemy import select, text

from docservice.core.sandbox import Sandbox
from docservice.core.work import SYSTEM
from docservice.demo import people
from docservice.identity import accounts
from docservice.identity.models import SignInFailure
from scripts.local_servers import Postgres, Redis
from tests.node import Office, open_office
from tests.web.conftest import PASSWORD
from tests.web.proxy import ADDRESS, Proxy, proxying

pytestmark = [pytest.mark.servers, pytest.mark.slow, pytest.mark.timeout(300)]

ROOT = Path(__file__).parents[2]
HOST = "van-ban.example"
MOST = 240


@dataclass
class Answer:
    status: int
    headers: http.client.HTTPMessage
    text: str


@dataclass
class Browser:
    """Asks through the proxy, or past it, from an address of its own; keeps the session's cookie."""

    port: int
    address: str
    cookie: str = ""
    more: dict[str, str] = field(default_factory=dict)

    def connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=60, source_address=(self.address, 0))

    def headers(self) -> dict[str, str]:
        return {"Host": HOST, **({"Cookie": self.cookie} if self.cookie else {}), **self.more}

    def ask(self, method: str, path: str, form: Mapping[str, str] | None = None) -> Answer:
        with closing(self.connect()) as connection:
            content = {"Content-Type": "application/x-www-form-urlencoded"} if form else {}
            connection.request(method, path, urlencode(form) if form else None, self.headers() | content)
            said = connection.getresponse()
            return Answer(said.status, said.headers, said.read().decode())

    def sign_in(self, login: str, password: str = PASSWORD) -> Answer:
        answer = self.ask("POST", "/sign-in", {"login": login, "password": password})
        if "Set-Cookie" in answer.headers:
            self.cookie = answer.headers["Set-Cookie"].partition(";")[0]
        return answer

    def token(self) -> str:
        found = re.search(r'name="csrf" value="([^"]+)"', self.ask("GET", "/account").text)
        assert found is not None
        return found[1]


@dataclass
class Province:
    """What stands behind the proxy."""

    office: Office
    proxy: Proxy
    environment: dict[str, str]

    def browser(self, address: str, port: int | None = None) -> Browser:
        return Browser(port or self.proxy.port, address)

    @contextmanager
    def pages(self) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
        """`docservice serve --workers 2` on a free port, ready."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port: int = probe.getsockname()[1]
        command = [sys.executable, "-m", "docservice", "serve", "--port", str(port), "--workers", "2"]
        child = subprocess.Popen(command, cwd=ROOT, env=os.environ | self.environment)
        try:
            deadline = time.monotonic() + 120
            while not self._answers(port):
                assert child.poll() is None
                assert time.monotonic() < deadline
                time.sleep(0.1)
            yield port, child
        finally:
            child.terminate()
            child.wait(timeout=60)

    def _answers(self, port: int) -> bool:
        try:
            return self.browser("127.0.0.99", port).ask("GET", "/health").status == 200
        except OSError:
            return False


@pytest.fixture
def province(postgres_server: Postgres, redis_server: Redis, tmp_path: Path, sandbox: Sandbox) -> Iterator[Province]:
    with (
        postgres_server.database() as url,
        open_office(tmp_path, database_url=url, sandbox=sandbox) as office,
        proxying() as proxy,
    ):
        for key in ("c.official", "c.clerk"):
            with office.node.transactions.work(SYSTEM) as work:
                person_id = people.actor(work, key).person_id
                assert person_id is not None
                accounts.open_account(work, person_id=person_id, login=key, password=PASSWORD)
        environment = {
            "DATA_DIR": str(tmp_path / "served"),
            "DATABASE_URL": url,
            "STORAGE_URL": f"file:{tmp_path / 'files'}",
            # The workers of other tests, which may run beside this one, take their hints from number 0.
            "QUEUE_URL": f"redis://127.0.0.1:{redis_server.port}/1",
            "QUEUE_PASSWORD_FILE": str(redis_server.password_file),
            # Nothing is searched for here.
            "SEARCH_URL": "http://nobody@127.0.0.1:9/docservice",
            "SEARCH_PASSWORD_FILE": str(redis_server.password_file),
            "PUBLIC_URL": f"https://{HOST}",
            "TRUSTED_PROXIES": ADDRESS,
            "REQUESTS_PER_MINUTE": str(MOST),
        }
        yield Province(office, proxy, environment)


def test_processes_behind_a_proxy_are_one_service_and_are_replaced_unnoticed(province: Province) -> None:
    """One story, since processes take long to start."""
    draft = province.office.draft()
    with province.pages() as (port, old):
        province.proxy.targets = [port]
        one_sign_in_serves_all(province)
        only_the_proxy_is_believed(province, port)
        every_open_page_hears(province, draft)
        all_count_together(province)
        a_rolling_restart_over_a_newer_schema_drops_no_request(province, old)


def one_sign_in_serves_all(province: Province) -> None:
    clerk = province.browser("127.0.0.11")
    cookie = clerk.sign_in("c.clerk").headers["Set-Cookie"]
    assert cookie.startswith("__Host-session=")
    assert "Secure" in cookie
    # A connection each, so that both processes are met.
    assert [clerk.ask("GET", "/account").status for _ in range(12)] == [200] * 12
    clerk.ask("POST", "/sign-out", {"csrf": clerk.token()})
    assert [clerk.ask("GET", "/account").status for _ in range(6)] == [303] * 6


def only_the_proxy_is_believed(province: Province, port: int) -> None:
    """Who claims another address, before the proxy or past it, is taken for who they are."""
    claims = {"X-Forwarded-For": "203.0.113.7", "X-Forwarded-Proto": "https"}
    for number, through in ((21, province.proxy.port), (22, port)):
        liar = Browser(through, f"127.0.0.{number}", more=claims)
        assert liar.sign_in(f"nobody{number}", "wrong").status == 403
    with province.office.reading() as reading:
        failed = reading.session.execute(select(SignInFailure.login, SignInFailure.address)).all()
    assert {tuple(row) for row in failed} == {("nobody21", "127.0.0.21"), ("nobody22", "127.0.0.22")}


def every_open_page_hears(province: Province, draft: UUID) -> None:
    """Streams spread over the processes; the act is one process's, and each of them hears of it."""
    official = province.browser("127.0.0.31")
    official.sign_in("c.official")
    with ExitStack() as pages:
        streams = []
        for _ in range(6):
            connection = pages.enter_context(closing(official.connect()))
            connection.request("GET", "/hints", headers=official.headers())
            streams.append(pages.enter_context(closing(connection.getresponse())))
        assert {stream.status for stream in streams} == {200}
        # The first words of a stream come when its process listens for it.
        assert all(stream.readline().startswith(b"retry:") for stream in streams)
        acted = official.ask("POST", f"/documents/{draft}/acts/submit", {"csrf": official.token()})
        assert acted.status == 303
        for stream in streams:
            assert next(line for line in iter(stream.readline, b"") if str(draft).encode() in line)


def all_count_together(province: Province) -> None:
    """The processes give out one allowance; what is left of their blocks is lost, and never more is given."""
    for number in range(41, 60):
        stranger, minute = province.browser(f"127.0.0.{number}"), time.time() // 60
        answers = [stranger.ask("GET", "/sign-in") for _ in range(MOST + 20)]
        if time.time() // 60 == minute:
            break
        # A new minute began, with a new allowance: somebody else asks, within one.
    given = [answer.status for answer in answers].count(200)
    assert MOST * 0.9 <= given <= MOST
    assert {answer.status for answer in answers} == {200, 429}
    assert all("Retry-After" in answer.headers for answer in answers if answer.status == 429)
    assert province.browser("127.0.0.60").ask("GET", "/sign-in").status == 200


def a_rolling_restart_over_a_newer_schema_drops_no_request(province: Province, old: subprocess.Popen[bytes]) -> None:
    seen: list[int] = []
    is_over = threading.Event()

    def come_and_go(first: int) -> None:
        clerk = province.browser(f"127.0.1.{first}")
        clerk.sign_in("c.clerk")
        number = 0
        while not is_over.is_set():
            number += 1
            # Strangers come from ever other addresses, lest they use up an allowance.
            stranger = province.browser(f"127.{first}.{number // 100}.{number % 100 + 1}")
            seen.append(stranger.ask("GET", "/sign-in").status)
            if number % 20 == 0:
                seen.append(clerk.ask("GET", "/account").status)
            time.sleep(0.1)

    comers = [threading.Thread(target=come_and_go, args=(n,)) for n in (51, 52)]
    with ExitStack() as stack:
        for comer in comers:
            comer.start()
        stack.callback(is_over.set)
        slow = stack.enter_context(half_sent(province))
        open_page = stack.enter_context(an_open_page(province))
        as_the_next_version_migrates(province)
        new_port, _ = stack.enter_context(province.pages())
        province.proxy.targets = [new_port]
        # What reached the old one is in hand; nothing new comes.
        time.sleep(0.5)
        begun = time.monotonic()
        old.send_signal(signal.SIGTERM)
        # An open page's stream ends in good order, and the browser comes again; the slow one is waited for.
        assert open_page.read().endswith(b"\n\n")
        time.sleep(max(0.0, begun + 2 - time.monotonic()))
        slow.sendall(b"login=nobody&password=wrong")
        assert slow.recv(12) == b"HTTP/1.1 403"
        assert old.wait(timeout=60) == 0
        before = len(seen)
        while len(seen) < before + 20:
            time.sleep(0.05)
        is_over.set()
        for comer in comers:
            comer.join()
    assert set(seen) == {200}
    assert len(seen) > 50


def half_sent(province: Province) -> socket.socket:
    """A request whose head has arrived and whose body has not."""
    sent = socket.create_connection(("127.0.0.1", province.proxy.port), timeout=60, source_address=("127.0.0.61", 0))
    body = "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 27\r\n"
    sent.sendall(f"POST /sign-in HTTP/1.1\r\nHost: {HOST}\r\n{body}\r\n".encode())
    return sent


@contextmanager
def an_open_page(province: Province) -> Iterator[http.client.HTTPResponse]:
    official = province.browser("127.0.0.62")
    official.sign_in("c.official")
    with closing(official.connect()) as connection:
        connection.request("GET", "/hints", headers=official.headers())
        with closing(connection.getresponse()) as stream:
            yield stream


def as_the_next_version_migrates(province: Province) -> None:
    """What migrations may do (tests/core/test_migrations.py): add, and name a revision this version does not know."""
    with province.office.node.database.engine.begin() as connection:
        connection.execute(text("ALTER TABLE sign_in_session ADD COLUMN of_tomorrow integer NOT NULL DEFAULT 0"))
        connection.execute(text("CREATE TABLE of_tomorrow (id integer PRIMARY KEY)"))
        connection.execute(text("UPDATE alembic_version SET version_num = 'of-tomorrow'"))

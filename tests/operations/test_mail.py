"""Alerts by mail, through a real mail server: one when it begins, one when it is over, none lost, none without need."""

import shutil
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from docservice.core.sandbox import Sandbox
from docservice.core.work import SYSTEM
from docservice.operations.alerts import compare
from docservice.operations.mail import Mail, MailUnavailable, MailUnknown, NoMail, open_mail, promise_trial
from docservice.operations.measures import Measure
from tests.node import Office, open_office

PAGE = "https://van-ban.example/operations"


class Box:
    """Takes mails, as a server's handler; for a while it refuses them when told to."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.receivers: list[str] = []
        self.refuses = False

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        if self.refuses:
            return "451 4.3.0 try again later"
        self.mails.append(message_from_bytes(envelope.content, policy=policy.default))
        self.receivers += envelope.rcpt_tos
        return "250 OK"


@contextmanager
def mail_server(box: Box, **more: Any) -> Iterator[int]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port, ready_timeout=60, **more)
    controller.start()
    try:
        yield port
    finally:
        controller.stop()


def opened(port: int, **more: Any) -> Mail:
    given = {"to": "truc@van-ban.example, cntt@van-ban.example", "sender": "", "password": None, "page": PAGE} | more
    return open_mail(f"smtp://127.0.0.1:{port}?tls=0", **given)


@pytest.fixture
def box() -> Box:
    return Box()


@pytest.fixture
def watched(box: Box, seeded: Path, tmp_path: Path, sandbox: Sandbox) -> Iterator[Office]:
    shutil.copytree(seeded, tmp_path, dirs_exist_ok=True)
    with (
        mail_server(box) as port,
        open_office(tmp_path, sandbox=sandbox, replace={Mail: opened(port)}) as office,
    ):
        yield office


def look(office: Office, *found: Measure) -> None:
    with office.node.transactions.work(SYSTEM) as work:
        compare(work, found)


def test_one_mail_when_it_begins_and_one_when_it_is_over(watched: Office, box: Box) -> None:
    for free in (0.02, 0.02, 0.01):
        look(watched, Measure("disk_free_share", free, "data"), Measure("backups_made", 1, ""))
        watched.drain()
    assert {mail["Subject"] for mail in box.mails} == {
        "Chú ý: Đĩa dữ liệu chỉ còn trống 2%.",
        "HỎNG: Đĩa dữ liệu sắp đầy: còn trống 2%.",
    }
    assert box.receivers[:2] == ["truc@van-ban.example", "cntt@van-ban.example"]
    text = next(mail for mail in box.mails if mail["Subject"].startswith("HỎNG")).get_content()
    assert "Giải phóng chỗ ngay" in text
    assert PAGE in text
    assert "09:00 23/11/2026" in text
    assert box.mails[0]["Auto-Submitted"] == "auto-generated"
    look(watched, Measure("disk_free_share", 0.5, "data"))
    watched.drain()
    assert {mail["Subject"] for mail in box.mails[2:]} == {
        "Đã hết: Đĩa dữ liệu chỉ còn trống 1%.",
        "Đã hết: Đĩa dữ liệu sắp đầy: còn trống 1%.",
    }
    assert len({mail["Message-ID"] for mail in box.mails}) == 4


def test_a_server_that_takes_nothing_is_waited_for_in_order(watched: Office, box: Box) -> None:
    box.refuses = True
    look(watched, Measure("port_down", 1, "search"))
    look(watched)
    for _ in range(12):
        watched.node.runner.drain()
        watched.clock.move(timedelta(minutes=1))
    box.refuses = False
    watched.drain()
    assert [mail["Subject"] for mail in box.mails] == [
        "HỎNG: Bộ phận “tra cứu” không trả lời.",
        "Đã hết: Bộ phận “tra cứu” không trả lời.",
    ]


def test_a_trial_mail_says_that_mails_arrive(watched: Office, box: Box) -> None:
    with watched.node.transactions.work(SYSTEM) as work:
        promise_trial(work)
    watched.drain()
    assert [mail["Subject"] for mail in box.mails] == ["Thư thử: cảnh báo của hệ thống văn bản sẽ đến địa chỉ này"]
    assert PAGE in box.mails[0].get_content()


def test_without_an_address_nobody_gets_mail_and_no_job_waits(office: Office) -> None:
    look(office, Measure("port_down", 1, "search"))
    with office.reading() as reading:
        assert not reading.ports[Mail].is_wanted
    office.drain()


def test_it_signs_in_and_says_what_is_wrong(box: Box) -> None:
    def let_in(_server: Any, _session: Any, _envelope: Any, _mechanism: str, given: LoginPassword) -> AuthResult:
        # Not handled here: the server itself answers 535. Otherwise it would say nothing, and the client wait in vain.
        return AuthResult(success=(given.login, given.password) == (b"canh-bao", b"mat-khau"), handled=False)

    with mail_server(box, authenticator=let_in, auth_require_tls=False) as port:
        url = f"smtp://canh-bao@127.0.0.1:{port}?tls=0"
        mine = {"to": "a@van-ban.example", "sender": "may@van-ban.example", "page": PAGE}
        right = open_mail(url, password="mat-khau", **mine)
        assert right.check() is None
        right.send(message_id="<a@b>", subject="Thử", text="Thử", moment="Mon, 23 Nov 2026 09:00:00 +0700")
        assert box.mails[0]["From"] == "may@van-ban.example"
        wrong = open_mail(url, password="sai", **mine)
        assert wrong.check() == "SMTPAuthenticationError"
        with pytest.raises(MailUnavailable):
            wrong.send(message_id="<a@b>", subject="Thử", text="Thử", moment="")
        # Nothing goes unencrypted unless the address says so.
        with pytest.raises(MailUnavailable):
            open_mail(f"smtp://canh-bao@127.0.0.1:{port}", password="mat-khau", **mine).send(
                message_id="<a@b>", subject="Thử", text="Thử", moment=""
            )
    assert right.check() is not None
    assert len(box.mails) == 1


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_it_goes_encrypted_to_a_server_whose_certificate_is_believed(
    box: Box, scheme: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = trustme.CA()
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    tls = {"ssl_context": context} if scheme == "smtps" else {"tls_context": context, "require_starttls": True}
    with mail_server(box, **tls) as port:
        mail = open_mail(f"{scheme}://127.0.0.1:{port}", to="a@van-ban.example", sender="", password=None, page=PAGE)
        assert mail.check() == "SSLCertVerificationError"
        authority.cert_pem.write_to_path(str(tmp_path / "authority.pem"))
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
        assert mail.check() is None
        mail.send(message_id="<a@b>", subject="Thử", text="Thử", moment="Mon, 23 Nov 2026 09:00:00 +0700")
    assert [sent["Message-ID"] for sent in box.mails] == ["<a@b>"]


@pytest.mark.parametrize("url", ["smtp://a:secret@h", "http://h", "smtp://", "smtp://h?tls=2", "smtp://h?x=1"])
def test_an_unusable_address_is_refused(url: str) -> None:
    with pytest.raises(MailUnknown):
        open_mail(url, to="a@van-ban.example", sender="", password=None, page=PAGE)


def test_receivers_are_needed_and_no_address_is_no_mail() -> None:
    with pytest.raises(MailUnknown):
        open_mail("smtp://h", to=" , ", sender="", password=None, page=PAGE)
    assert isinstance(open_mail("", to="", sender="", password=None, page=PAGE), NoMail)

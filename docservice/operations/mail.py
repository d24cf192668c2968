"""Alerts by mail: one when a condition begins to hold, one when it no longer does.

Each is a job promised with the alert's own row, so none is lost with a mail server that is down. A mail may arrive
twice, when the answer to it was lost; its Message-ID is then the same, and mail programs show it once.
"""

import smtplib
import ssl
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.mime.text import MIMEText
from email.utils import format_datetime
from typing import Protocol
from urllib.parse import unquote, urlsplit
from uuid import UUID

from docservice.core.clock import VIETNAM
from docservice.core.errors import Invalid, Unavailable
from docservice.core.ids import new_id
from docservice.core.runner import JobRun, job
from docservice.core.words import N_, say
from docservice.core.work import Work
from docservice.operations.conditions import SUBJECTS, Condition, Conditions, Severity
from docservice.operations.models import Alert

RAISED, CLEARED, TRIAL = "operations.mail_raised", "operations.mail_cleared", "operations.mail_trial"
_PORTS = {"smtp": 587, "smtps": 465}
_SECONDS = 20


class MailUnavailable(Unavailable):
    code = "mail_unavailable"
    message = N_("Máy chủ thư không nhận thư cảnh báo; xem MAIL_URL và MAIL_PASSWORD_FILE.")


class MailUnknown(Invalid):
    code = "mail_unknown"
    message = N_(
        "MAIL_URL phải là smtp:// hoặc smtps://tên@máy:cổng, kèm MAIL_TO; mật khẩu để trong MAIL_PASSWORD_FILE."
    )


class Mail(Protocol):
    @property
    def is_wanted(self) -> bool:
        """Whether anybody gets alerts by mail."""
        ...

    def send(self, *, message_id: str, subject: str, text: str, moment: str) -> None:
        """Hand a mail to the mail server; raises `MailUnavailable` when it does not take it."""
        ...

    def check(self) -> str | None:
        """What is wrong with the mail server; None when it answers and lets us in."""
        ...


class NoMail:
    """Nobody gets mail."""

    is_wanted = False

    def send(self, *, message_id: str, subject: str, text: str, moment: str) -> None:
        """A mail promised while there was an address, which has been taken out since."""

    def check(self) -> None:
        """Nothing can be wrong."""


@dataclass(frozen=True)
class SmtpMail:
    """A mail server (RFC 5321): TLS from the start or by STARTTLS, and unencrypted only where the address says so."""

    host: str
    port: int
    login: str
    password: str
    encryption: str  # "tls", "starttls" or "none"
    sender: str
    receivers: tuple[str, ...]
    page: str
    is_wanted = True

    def send(self, *, message_id: str, subject: str, text: str, moment: str) -> None:
        # Not EmailMessage: where it folds a long subject, Python 3.11 loses the blank between two words.
        mail = MIMEText(f"{text}\n\n{self.page}\n", "plain", "utf-8")
        mail["From"], mail["To"] = self.sender, ", ".join(self.receivers)
        mail["Subject"] = Header(subject, "utf-8", header_name="Subject").encode()
        mail["Message-ID"], mail["Date"] = message_id, moment
        # No answering machine answers what a machine sent (RFC 3834).
        mail["Auto-Submitted"] = "auto-generated"
        try:
            with self._connected() as server:
                server.send_message(mail)
        except (OSError, smtplib.SMTPException) as error:
            raise MailUnavailable from error

    def check(self) -> str | None:
        try:
            with self._connected() as server:
                server.noop()
        except (OSError, smtplib.SMTPException) as error:
            return type(error).__name__
        return None

    def _connected(self) -> smtplib.SMTP:
        trusted = ssl.create_default_context()
        if self.encryption == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(self.host, self.port, timeout=_SECONDS, context=trusted)
        else:
            server = smtplib.SMTP(self.host, self.port, timeout=_SECONDS)
        try:
            if self.encryption == "starttls":
                server.starttls(context=trusted)
            if self.login:
                server.login(self.login, self.password)
        except BaseException:
            server.close()
            raise
        return server


def open_mail(url: str, *, to: str, sender: str, password: str | None, page: str) -> Mail:
    """`smtp://login@host:port` (STARTTLS), `smtps://...`, or with `?tls=0` unencrypted; "" for none.

    Raises `MailUnknown`, also where a password stands in the address or nobody is named.
    """
    if not url:
        return NoMail()
    parts = urlsplit(url)
    receivers = tuple(part.strip() for part in to.split(",") if part.strip())
    is_open = parts.query == "tls=0"
    if parts.scheme not in _PORTS or not parts.hostname or parts.password or not (is_open or not parts.query):
        raise MailUnknown
    if not receivers:
        raise MailUnknown
    return SmtpMail(
        host=parts.hostname,
        port=parts.port or _PORTS[parts.scheme],
        login=unquote(parts.username or ""),
        password=password or "",
        encryption="none" if is_open else "tls" if parts.scheme == "smtps" else "starttls",
        sender=sender or receivers[0],
        receivers=receivers,
        page=page,
    )


@job(RAISED)
def mail_raised(run: JobRun, *, alert_id: UUID) -> None:
    """Tell that a condition holds, with what to do."""
    alert, condition = _alert(run, alert_id)
    kind = N_("HỎNG") if condition and condition.severity == Severity.BROKEN else N_("Chú ý")
    advice = say(condition.advice) if condition else ""
    _tell(run, alert, "raised", f"{say(kind)}: {_sentence(alert, condition)}", advice)


@job(CLEARED)
def mail_cleared(run: JobRun, *, alert_id: UUID) -> None:
    """Tell that it no longer does."""
    alert, condition = _alert(run, alert_id)
    _tell(run, alert, "cleared", say(N_("Đã hết: {sentence}"), sentence=_sentence(alert, condition)), "")


def promise_trial(work: Work) -> None:
    """A mail that only says that mails arrive; raises `MailUnknown` where nobody gets any."""
    if not work.ports[Mail].is_wanted:
        raise MailUnknown
    trial_id = new_id()
    work.later(TRIAL, trial_id=trial_id)
    work.note("try_mail", trial_id)


@job(TRIAL)
def mail_trial(run: JobRun, *, trial_id: UUID) -> None:
    """What was promised by `promise_trial`."""
    subject = say(N_("Thư thử: cảnh báo của hệ thống văn bản sẽ đến địa chỉ này"))
    send(run.ports[Mail], f"trial.{trial_id}", subject, "", run.now)


def _alert(run: JobRun, alert_id: UUID) -> tuple[Alert, Condition | None]:
    with run.reading() as reading:
        alert = reading.session.get_one(Alert, alert_id)
    known = {condition.code: condition for condition in run.ports[Conditions].table}
    return alert, known.get(alert.code)


def _sentence(alert: Alert, condition: Condition | None) -> str:
    """As the operations page says it; a condition that was taken out of the table by its code."""
    if condition is None:
        return f"{alert.code} {alert.subject}".strip()
    return sentence(condition, alert.subject, alert.figure)


def sentence(condition: Condition, subject: str, figure: float) -> str:
    """What holds, in a sentence."""
    return say(condition.sentence, subject=say(SUBJECTS.get(subject, subject)), figure=figure)


def _tell(run: JobRun, alert: Alert, event: str, subject: str, advice: str) -> None:
    at = alert.cleared_at if event == "cleared" and alert.cleared_at else alert.raised_at
    send(run.ports[Mail], f"{event}.{alert.id}", subject, advice, at)


def send(carrier: Mail, name: str, subject: str, advice: str, at: datetime) -> None:
    """Send what is said at an instant, with what to do; raises `MailUnavailable`."""
    when = at.astimezone(VIETNAM)
    since = say(N_("Lúc {moment}."), moment=when.strftime("%H:%M %d/%m/%Y"))
    carrier.send(
        message_id=f"<{name}@docservice>",
        subject=subject,
        text="\n".join(filter(None, (subject, advice, since))),
        moment=format_datetime(when),
    )

"""Who watches the watch: alerts are raised by a job, and no job runs without a database, a queue, a worker and a beat.

A thread of the pages looks at them every minute. While the jobs run it says nothing, since their own watch does. Once
they do not, it writes what holds into the log as errors and mails it past the table of jobs: each at most once an hour,
and a mail that the server did not take is tried again at the next look.
"""

import logging
import os
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from docservice.core.ids import new_id
from docservice.core.lock_files import hold
from docservice.core.words import N_, say
from docservice.core.work import Transactions
from docservice.operations import mail
from docservice.operations.conditions import Condition
from docservice.operations.measures import WATCH_LATE, Measure
from docservice.operations.vitals import Vitals

log = logging.getLogger(__name__)

AGAIN = timedelta(hours=1)
# One look of the jobs' watch makes it good for five minutes (`watch_late`): only several in a row say that it is over.
GOOD_LOOKS = 10
# What says that nobody runs jobs, or why.
_TOLD = frozenset({"port_down", WATCH_LATE, "jobs_late_seconds"})


@dataclass
class _Told:
    """On one way, log or mail: when the trouble was last told, and whether it still has to be said that it is over."""

    at: datetime | None = None
    is_open: bool = False

    def is_due(self, now: datetime) -> bool:
        # That it was over in between does not count: trouble that comes and goes is told once an hour as well.
        return self.at is None or now >= self.at + AGAIN


class Watcher:
    """One of all processes over a data folder watches: whoever holds the lock there, as long as it lives.

    It looks every `every` seconds.
    """

    def __init__(self, transactions: Transactions, vitals: Vitals, *, lock: Path, every: float = 60.0) -> None:
        self._transactions, self._vitals, self._lock, self._every = transactions, vitals, lock, every
        self._held: int | None = None
        self._seen_before = False
        self._good_looks = 0
        self._logged, self._mailed = _Told(), _Told()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="watcher", daemon=True)

    def start(self) -> None:
        """Look again and again, in a thread."""
        self._thread.start()

    def close(self) -> None:
        """Look no more; another process may take over."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(timeout=1)
        if self._held is not None:
            os.close(self._held)
            self._held = None

    def look(self) -> bool:
        """Whether the jobs' own watch is out of order; told when it was so at the look before as well."""
        found, is_read = self._vitals.measured()
        held = [(c, m) for c, m in self._vitals.held(found) if m.code in _TOLD]
        is_out = not is_read or any(m.code == WATCH_LATE or m.subject == "queue" for _, m in held)
        # A server that is restarted is gone for one look.
        if is_out and self._seen_before:
            self._tell(held, is_read=is_read)
        self._seen_before = is_out
        self._good_looks = 0 if is_out else self._good_looks + 1
        if self._good_looks >= GOOD_LOOKS:
            self._say_over()
        return is_out

    def _tell(self, held: list[tuple[Condition, Measure]], *, is_read: bool) -> None:
        now = self._transactions.clock.now()
        if self._logged.is_due(now):
            for condition, measure in held:
                facts = {"alert": condition.code, "subject": measure.subject, "figure": measure.figure}
                log.error("nobody watches, and this holds", extra=facts | {"limit": condition.limit})
            if not is_read:
                log.error("nobody watches: the figures cannot be read")
            self._logged = _Told(now, is_open=True)
        if self._mailed.is_due(now):
            lines = [f"{mail.sentence(c, m.subject, m.figure)} {say(c.advice)}" for c, m in held]
            if not is_read:
                lines.append(say(N_("Không đọc được số đo của hệ thống; nguyên nhân ở nhật ký (log) của trang web.")))
            subject = say(N_("HỎNG: không ai trông coi hệ thống, tác vụ nền không chạy"))
            if self._mail(subject, "\n".join(lines)):
                self._mailed = _Told(now, is_open=True)

    def _say_over(self) -> None:
        if self._logged.is_open:
            log.warning("the jobs are watched again")
            self._logged.is_open = False
        if self._mailed.is_open and self._mail(say(N_("Đã hết: các tác vụ định kỳ lại chạy.")), ""):
            self._mailed.is_open = False

    def _mail(self, subject: str, text: str) -> bool:
        """Whether it went; one that did not is tried again at the next look."""
        carrier = self._transactions.ports[mail.Mail]
        if not carrier.is_wanted:
            return False
        try:
            mail.send(carrier, f"watcher.{new_id()}", subject, text, self._transactions.clock.now())
        except mail.MailUnavailable:
            log.exception("the mail server takes no alert")
            return False
        return True

    def _watch(self) -> None:
        while not self._stop.wait(self._every):
            try:
                if self.takes_over():
                    self.look()
            except Exception:
                # Nobody else would notice that it ended.
                log.exception("a look of the watcher failed")

    def takes_over(self) -> bool:
        """Whether this process watches: nobody else does, or no longer."""
        if self._held is None:
            self._held = hold(self._lock)
        return self._held is not None

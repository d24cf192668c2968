"""A hint that work waits. The truth is the job table; losing a hint costs seconds, never work."""

import logging
import threading
import time
from typing import Any, Protocol
from urllib.parse import quote, urlsplit, urlunsplit

from docservice.core.errors import Invalid
from docservice.core.words import N_

log = logging.getLogger(__name__)

RELAY = "docservice.relay"
RUN_JOB = "docservice.run_job"
# A message is taken for lost after this long; the sweeper has sent the job again long before.
_VISIBILITY_SECONDS = 3600
_PATIENCE_SECONDS = 2
_SILENT_SECONDS = 5.0


class QueueUnknown(Invalid):
    code = "queue_unknown"
    message = N_("QUEUE_URL phải là thread: hoặc redis://máy:cổng/số, mật khẩu để trong QUEUE_PASSWORD_FILE.")


class Queue(Protocol):
    def wake(self) -> None:
        """Hint that a job row may be due; must not raise."""
        ...

    def check(self) -> str | None:
        """What is wrong with it; None when hints arrive."""
        ...


class ThreadQueue:
    """Wakes the runner of this process."""

    def __init__(self) -> None:
        self._bell = threading.Event()

    def wake(self) -> None:
        self._bell.set()

    def check(self) -> None:
        """A bell cannot break."""

    def wait(self, seconds: float) -> None:
        """Return when woken, or after the given seconds."""
        self._bell.wait(seconds)
        self._bell.clear()


class CeleryQueue:
    """Sends the hint to the workers through Redis; a Redis that is gone or full costs seconds, never a request.

    After a failure no hint is tried for a while, so that a Redis that does not even refuse delays one request and
    not all of them; what is due meanwhile is found by the sweep.
    """

    def __init__(self, app: Any) -> None:
        self._app = app
        self._silent_until = 0.0

    def wake(self) -> None:
        if time.monotonic() < self._silent_until:
            return
        try:
            self._app.send_task(RELAY, retry=False, ignore_result=True)
        except Exception as error:  # noqa: BLE001 - whatever the transport raises, the row is safe and is swept
            self._silent_until = time.monotonic() + _SILENT_SECONDS
            log.warning("the hint for the workers was not sent: %s", type(error).__name__)

    def check(self) -> str | None:
        try:
            with self._app.connection_for_write() as connection:
                connection.ensure_connection(max_retries=1, timeout=_PATIENCE_SECONDS)
        except Exception as error:  # noqa: BLE001 - doctor says what it is
            return type(error).__name__
        return None


def open_queue(url: str, *, password: str | None) -> Queue:
    """Open `thread:` or `redis(s)://host:port/n` with its password; raises `QueueUnknown` for any other address."""
    if url == "thread:":
        return ThreadQueue()
    return CeleryQueue(open_celery(url, password=password))


def open_celery(url: str, *, password: str | None) -> Any:
    """The Celery application over Redis, without tasks; raises `QueueUnknown`."""
    parts = urlsplit(url)
    if parts.scheme not in {"redis", "rediss"} or parts.password or not parts.hostname:
        raise QueueUnknown
    # Imported here: a node on one folder runs without the server packages.
    from celery import Celery  # noqa: PLC0415

    login = f":{quote(password, safe='')}@" if password else ""
    broker = urlunsplit((parts.scheme, f"{login}{parts.netloc.rpartition('@')[2]}", parts.path, parts.query, ""))
    app = Celery("docservice", broker=broker, set_as_current=False)
    app.conf.update(
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        task_ignore_result=True,
        task_serializer="json",
        accept_content=["json"],
        worker_prefetch_multiplier=1,
        worker_hijack_root_logger=False,
        worker_send_task_events=False,
        worker_cancel_long_running_tasks_on_connection_loss=False,
        broker_connection_retry_on_startup=True,
        broker_transport_options={
            "visibility_timeout": _VISIBILITY_SECONDS,
            "socket_connect_timeout": _PATIENCE_SECONDS,
            # Who sends a hint does not try again; workers and beat have their own patience.
            "max_retries": 0,
            "interval_start": 0,
            "interval_step": 0,
            "interval_max": 0,
            "socket_timeout": 30,
            "socket_keepalive": True,
        },
        timezone="UTC",
    )
    return app

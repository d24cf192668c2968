"""The job runner as a process of its own: what the compose file runs.

Celery knows two tasks only. `relay` looks for jobs that are due and sends a message for each; `run_job` claims one by
its id and runs it, as the embedded runner would. A message that is lost is sent again by the sweep, one that comes
twice finds the job claimed.
"""

import logging
import signal
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path
from types import FrameType
from typing import Any
from uuid import UUID

from docservice.bootstrap import PERIODIC, Node, build, office_pool
from docservice.core.db import DatabaseUnavailable
from docservice.core.queue import RELAY, RUN_JOB, open_celery
from docservice.settings import Settings
from docservice.watched import watched
from templates.convert_socket import SocketConverter, converting

SWEEP_SECONDS = 15.0
# So many jobs a relay sends on; each that ends has the next relay sent by its commit.
_AT_ONCE = 4
UNHEARD_SECONDS = 5.0
# Of jobs that others took up one looks past so many.
_MOST_SENT = 32
_ANEW_SECONDS = 3.0

log = logging.getLogger(__name__)


def run_worker(settings: Settings, *, concurrency: int = 1) -> int:
    """Run jobs until SIGTERM or SIGINT; the jobs in hand are finished first."""
    with closing(build(settings)) as node, watched(node, service="worker"):
        work(node, concurrency=concurrency)
    return 0


def run_beat(settings: Settings) -> int:
    """Sweep for jobs that are due, and promise what is due by the clock; one such process for a node."""
    with closing(build(settings)) as node, watched(node, service="beat"):
        sweep(node)
    return 0


def work(node: Node, *, concurrency: int = 1) -> None:
    """Run a node's jobs as its queue has it, until SIGTERM or SIGINT."""
    if node.settings.queue_url == "thread:":
        _run_alone(node)
    else:
        _run_celery(make_app(node), concurrency)


def sweep(node: Node, *, every: float = SWEEP_SECONDS, periodic: Mapping[str, timedelta] = PERIODIC) -> None:
    """Have the workers look for due jobs every so many seconds, and promise periodic ones, until SIGTERM or SIGINT."""
    app = make_app(node)
    app.conf.beat_schedule = {
        "sweep": {"task": RELAY, "schedule": every},
        **{name: {"task": RELAY, "schedule": pause, "args": (name,)} for name, pause in periodic.items()},
    }
    schedule = node.settings.base / "beat-schedule"
    app.Beat(schedule=str(schedule), loglevel="WARNING", quiet=True, max_interval=every).run()


def run_converter(settings: Settings, *, socket: Path) -> int:
    """Convert for others until SIGTERM; opens no database, no store and no network."""
    pool = office_pool(settings)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _signal, _frame: stop.set())
    with closing(pool), converting(socket, pool):
        # Not before: while the socket is made, no thread may make files, they would have its mode.
        pool.warm()
        stop.wait()
    return 0


def run_converter_check(socket: Path) -> int:
    """Whether the converter behind a socket converts; 1 when it does not."""
    health = SocketConverter(socket).check()
    sys.stdout.write(f"{health.problem or 'tốt'}\n")
    return 0 if health.ready else 1


def make_app(node: Node, *, unheard_seconds: float = UNHEARD_SECONDS) -> Any:
    """The Celery application with its two tasks over a node.

    A job whose message nobody has taken up for `unheard_seconds` is sent again by the next that looks.
    """
    settings = node.settings
    app = open_celery(settings.queue_url, password=settings.secret(settings.queue_password_file))

    # Every commit has a relay look at the same oldest jobs; a second message for one of them would claim in vain.
    sent: dict[UUID, float] = {}

    def run_job(job_id: str) -> None:
        with _outages_told():
            node.runner.run_one(UUID(job_id))
        sent.pop(UUID(job_id), None)

    def relay(periodic: str | None = None) -> None:
        with _outages_told():
            if periodic is not None:
                node.runner.enqueue(periodic)
            now = time.monotonic()
            for unheard in [job_id for job_id, at in list(sent.items()) if now - at > unheard_seconds]:
                sent.pop(unheard, None)
            due = node.runner.due(most=_AT_ONCE + min(len(sent), _MOST_SENT))
            for job_id in [job_id for job_id in due if job_id not in sent][:_AT_ONCE]:
                app.send_task(RUN_JOB, args=(str(job_id),), ignore_result=True)
                sent[job_id] = now

    app.task(run_job, name=RUN_JOB, shared=False)
    app.task(relay, name=RELAY, shared=False)
    return app


@contextmanager
def _outages_told() -> Iterator[None]:
    """A database that is down is one line of the log: the message is lost, and the next sweep finds the job."""
    try:
        yield
    except DatabaseUnavailable as error:
        log.warning("the database does not answer: %s", error.reason)


def _run_celery(app: Any, concurrency: int) -> None:
    """Work until told to stop.

    A Redis that is gone is waited for by Celery itself; one that is full makes it give up, so it is begun anew until
    there is room again. Jobs are not touched by either: they stand in the database.
    """
    from celery.worker import state  # noqa: PLC0415 - a node on one folder runs without the server packages

    while state.should_stop in {None, False}:
        # Threads: what is slow runs in children of its own (office, sandbox), and they share one set of ports.
        worker = app.Worker(
            pool="threads", concurrency=concurrency, loglevel="WARNING", quiet=True, without_gossip=True
        )
        worker.start()
        if not worker.exitcode:
            return
        log.warning("the queue gave up; it is begun anew in %s s", _ANEW_SECONDS)
        time.sleep(_ANEW_SECONDS)


def _run_alone(node: Node) -> None:
    def stop(_signal: int, _frame: FrameType | None) -> None:
        node.runner.stop()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    node.runner.serve()

"""A worker or beat of the product with jobs of the tests, as a process of its own.

The folder CREW_FOLDER is how a test speaks with it: `clock` holds the seconds by which its clock is ahead, `go` lets
slow jobs end, `trouble` makes jobs fail; each try leaves a line in `tries`.
"""

import os
import signal
import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from docservice.bootstrap import OUTAGES, Node, build
from docservice.core.logs import set_up_logs
from docservice.core.queue import ThreadQueue
from docservice.core.runner import JobRun, Runner, job
from docservice.core.work import SYSTEM
from docservice.settings import Settings
from docservice.worker import sweep, work
from search import IndexUnavailable

EFFECT, SLOW, TROUBLE, OUTAGE, DEADLY, TICK = (
    f"test.crew_{name}" for name in ("effect", "slow", "trouble", "outage", "deadly", "tick")
)
FOLDER = "CREW_FOLDER"
# The product sweeps every 15 s; a test has no such patience.
_SWEEP_SECONDS = 0.5
_TICK_SECONDS = 1.0
_PATIENCE_SECONDS = 60


class ShiftedClock:
    """The system's clock, ahead by as many seconds as a file says: processes share it, and a test moves it."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def now(self) -> datetime:
        ahead = self._file.read_text(encoding="ascii") if self._file.exists() else ""
        return datetime.now(UTC) + timedelta(seconds=float(ahead or 0))

    def move(self, by: timedelta) -> None:
        ahead = (self.now() - datetime.now(UTC) + by).total_seconds()
        written = self._file.with_suffix(".new")
        written.write_text(str(ahead), encoding="ascii")
        written.replace(self._file)


def _folder() -> Path:
    return Path(os.environ[FOLDER])


def _tried(effect_id: UUID) -> None:
    with (_folder() / "tries").open("a", encoding="ascii") as tries:
        tries.write(f"{effect_id}\n")


@job(EFFECT)
def _effect(run: JobRun, *, effect_id: UUID) -> None:
    time.sleep(0.02)
    with run.finish() as written:
        written.note("effect", effect_id)


@job(SLOW)
def _slow(run: JobRun, *, effect_id: UUID) -> None:
    _tried(effect_id)
    end = time.monotonic() + _PATIENCE_SECONDS
    while not (_folder() / "go").exists():
        if time.monotonic() > end:
            raise TimeoutError("nobody let it go on")
        time.sleep(0.02)
    with run.finish() as written:
        written.note("effect", effect_id)


@job(TROUBLE)
def _trouble(run: JobRun, *, effect_id: UUID) -> None:
    _tried(effect_id)
    if (_folder() / "trouble").exists():
        # What PostgreSQL takes in no text, as errors quote it from files.
        raise ValueError("không đọc được \0 \udcff")
    with run.finish() as written:
        written.note("effect", effect_id)


@job(OUTAGE)
def _outage(run: JobRun, *, effect_id: UUID) -> None:
    _tried(effect_id)
    if (_folder() / "trouble").exists():
        raise IndexUnavailable("index_unavailable")
    with run.finish() as written:
        written.note("effect", effect_id)


@job(DEADLY)
def _deadly(_run: JobRun, *, effect_id: UUID) -> None:
    _tried(effect_id)
    os.kill(os.getpid(), signal.SIGKILL)


@job(TICK)
def _tick(run: JobRun) -> None:
    with run.finish() as written:
        written.note("tick", "clock")


def _node(settings: Settings) -> Node:
    """A node whose only periodic job is the test's."""
    node = build(settings, clock=ShiftedClock(_folder() / "clock"))
    bell = node.transactions.queue if isinstance(node.transactions.queue, ThreadQueue) else ThreadQueue()
    runner = Runner(node.transactions, queue=bell, periodic={TICK: timedelta(seconds=_TICK_SECONDS)}, outages=OUTAGES)
    return replace(node, runner=runner)


def main(part: str, environment: Mapping[str, str]) -> None:
    """Be the `worker` or the `beat` of the settings in the environment, until told to stop."""
    os.environ.update(environment)
    set_up_logs("text", "error")
    node = _node(Settings())
    try:
        # It stands ready: the schema is there and the jobs are known.
        with node.transactions.work(SYSTEM) as ready:
            ready.note(f"{part} ready", str(os.getpid()))
        if part == "beat":
            sweep(node, every=_SWEEP_SECONDS, periodic={TICK: timedelta(seconds=_TICK_SECONDS)})
        else:
            work(node, concurrency=3)
    finally:
        node.close()

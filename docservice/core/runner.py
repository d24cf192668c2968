"""Runs the jobs of the table, in this process; the server's workers call the same `run`.

A job reads, computes outside any transaction, then opens one short `Work` that writes the result and finishes
the row. A job that ends without opening it is finished by the runner.
"""

import logging
import os
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol
from uuid import UUID

from docservice.core import metrics, outbox
from docservice.core.db import DatabaseUnavailable
from docservice.core.lock_files import hold
from docservice.core.queue import ThreadQueue
from docservice.core.spans import span
from docservice.core.trace import traced
from docservice.core.work import SYSTEM, Ports, Reading, Transactions, Work

log = logging.getLogger(__name__)


# A job in the hands of a worker elsewhere ends without waking anybody here.
_LOOK_AGAIN = 0.1
_GIVE_BACK_TRIES = 30


class JobFunction(Protocol):
    def __call__(self, run: "JobRun", **ids: UUID) -> None: ...


_JOBS: dict[str, Callable[..., None]] = {}


def job(name: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Register a function `(run, *, some_id: UUID, ...)` under the name that job rows carry."""

    def register(function: Callable[..., None]) -> Callable[..., None]:
        if name in _JOBS:
            raise ValueError(f"job {name} is registered twice")
        _JOBS[name] = function
        return function

    return register


def job_names() -> frozenset[str]:
    """Every registered job's name."""
    return frozenset(_JOBS)


class JobUnknown(Exception):
    """A row of a newer version: this process is about to be replaced by one that knows the job."""


class WorkerLost(Exception):
    """The job has ended, or outlasted, too many workers to be given to one more."""


class JobRun:
    """What a job function works with: reads as often as it likes, finishes once."""

    def __init__(self, transactions: Transactions, claim: outbox.Claim, doubtful: deque[datetime]) -> None:
        """`doubtful` gets the instant of a claim whose answer was lost."""
        self.transactions = transactions
        self._claims, self._doubtful = [claim], doubtful
        self.finished = False

    @property
    def ports(self) -> Ports:
        return self.transactions.ports

    @property
    def now(self) -> datetime:
        return self.transactions.clock.now()

    @contextmanager
    def reading(self) -> Iterator[Reading]:
        """A transaction that cannot write."""
        with self.transactions.reading(SYSTEM) as reading:
            yield reading

    @contextmanager
    def finish(self) -> Iterator[Work]:
        """The short `Work` that writes the result and finishes the rows; it fails at the fence when overtaken."""
        with self.transactions.work(SYSTEM) as work:
            for claim in self._claims:
                outbox.finish(work.session, claim, now=work.now)
            yield work
        self.finished = True

    def renew(self) -> None:
        """Hold the lease longer, between the parts of a long job."""
        with self.transactions.database.writing() as session:
            for claim in self._claims:
                outbox.renew(session, claim, now=self.now)

    def take_along(self, *, most: int) -> list[dict[str, UUID]]:
        """The ids of further due jobs of this name, up to `most`, which are finished together with this one.

        None on a second try: what failed once is tried by itself, so that one bad job holds up no others.
        """
        first = self._claims[0]
        if first.attempt > 1:
            return []
        now = self.now
        try:
            with self.transactions.database.writing() as session:
                more = outbox.claim_more(session, first, now=now, most=most)
        except DatabaseUnavailable:
            self._doubtful.append(now)
            raise
        self._claims += more
        return [_ids(claim) for claim in more]

    def give_back(self) -> None:
        """Let the jobs taken along be claimed again; where the database is down their leases run out."""
        along, self._claims = self._claims[1:], self._claims[:1]
        for claim in along:
            with suppress(outbox.LeaseLost, DatabaseUnavailable), self.transactions.database.writing() as session:
                outbox.give_back(session, claim, now=self.now)


def _ids(claim: outbox.Claim) -> dict[str, UUID]:
    return {name: UUID(value) for name, value in claim.ids.items()}


class Runner:
    """The embedded runner: claims what is due, in one thread or several, and inserts what is due by the clock."""

    def __init__(
        self,
        transactions: Transactions,
        *,
        queue: ThreadQueue,
        periodic: Mapping[str, timedelta] | None = None,
        outages: tuple[type[Exception], ...] = (),
    ) -> None:
        """`outages` are the errors of a server that is down: whatever meets them is tried until it is up again."""
        self._transactions = transactions
        self._outages: tuple[type[Exception], ...] = (JobUnknown, *outages)
        self._queue = queue
        self._periodic = dict(periodic or {})
        self._last: dict[str, datetime] = {}
        self._stop = threading.Event()
        self._lock: int | None = None
        # When claims were made whose answer was lost with the connection.
        self._doubtful: deque[datetime] = deque()

    def take_over(self, lock: Path) -> bool:
        """Take back the leases of a runner that died, when this process is the only one that runs jobs here.

        The lock file says so: its holder is the data folder's one embedded runner, and the lock dies with it. Where
        another process holds it (or many workers share a server), leases simply run out; False then.
        """
        held = hold(lock)
        if held is None:
            return False
        self._lock = held
        with self._transactions.database.writing() as session:
            outbox.release_leases(session)
        return True

    @property
    def is_alone(self) -> bool:
        """Whether `take_over` found nobody else."""
        return self._lock is not None

    def close(self) -> None:
        """Let go of the lock of `take_over`."""
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def run_one(self, job_id: UUID | None = None) -> bool:
        """Claim and run one job, the oldest or this one; False when it is not due."""
        self._give_back_doubtful()
        now = self._transactions.clock.now()
        try:
            with self._transactions.database.writing() as session:
                held = outbox.claim(session, now=now, job_id=job_id)
        except DatabaseUnavailable:
            # It may have been committed: then a job is leased to nobody, until it is given back.
            self._doubtful.append(now)
            raise
        if held is None:
            return False
        self._run(held)
        return True

    def due(self, *, most: int) -> list[UUID]:
        """The oldest jobs that could run now."""
        self._give_back_doubtful()
        with self._transactions.database.reading() as session:
            return outbox.due_jobs(session, now=self._transactions.clock.now(), most=most)

    def enqueue(self, name: str) -> None:
        """Promise a periodic job, once however often it is asked for before it begins."""
        with self._transactions.work(SYSTEM) as work:
            work.later(name, merge_key=name)

    def drain(self, *, patience: timedelta = timedelta(0)) -> None:
        """Run until nothing is due, waiting up to `patience` for what will be due by then or is in other hands."""
        end = self._transactions.clock.now() + patience
        while True:
            while self.run_one():
                pass
            with self._transactions.database.reading() as session:
                due = outbox.next_due(session)
            now = self._transactions.clock.now()
            if due is None or due > end or now >= end:
                return
            self._queue.wait(max(_LOOK_AGAIN, (due - now).total_seconds()))

    def serve(self, *, poll: timedelta = timedelta(seconds=1), by_clock: bool = True) -> None:
        """Run until `stop`: the loop of `docservice worker`. Of several loops one enqueues what is due by the clock."""
        while not self._stop.is_set():
            try:
                if by_clock:
                    self._enqueue_periodic()
                idle = not self.run_one()
            except DatabaseUnavailable as error:
                log.warning("the database does not answer: %s", error.reason)
                idle = True
            except Exception:
                # Whatever it is, it concerns one round: a runner that ends would leave every job lying.
                log.exception("a round of the runner failed")
                idle = True
            if idle:
                self._queue.wait(poll.total_seconds())

    def stop(self) -> None:
        """Ask `serve` to return after the job in hand."""
        self._stop.set()
        self._queue.wake()

    def _run(self, held: outbox.Claim) -> None:
        late = (self._transactions.clock.now() - held.due_at).total_seconds()
        metrics.JOB_LATE_SECONDS.observe(max(0.0, late))
        begun = time.monotonic()
        with traced(held.trace), span(f"job {held.name}", attempt=held.attempt) as say:
            result = self._try(held)
            seconds = time.monotonic() - begun
            say({"result": result})
            log.info("job", extra={"job": held.name, "result": result, "ms": round(seconds * 1000)})
        metrics.JOBS.labels(held.name, result).inc()
        metrics.JOB_SECONDS.labels(held.name).observe(seconds)

    def _try(self, held: outbox.Claim) -> str:
        """How the try ended: done, failed, parked or overtaken."""
        run = JobRun(self._transactions, held, self._doubtful)
        try:
            if held.failures >= outbox.MAX_ATTEMPTS:
                raise WorkerLost(outbox.WORKER_LOST)  # noqa: TRY301 - parked as any other failure is
            if (function := _JOBS.get(held.name)) is None:
                raise JobUnknown(held.name)  # noqa: TRY301 - waits as in any outage
            function(run, **_ids(held))
            if not run.finished:
                with run.finish():
                    pass
        except outbox.LeaseLost:
            run.give_back()
            log.warning("job %s %s was overtaken by a later attempt", held.name, held.id)
            return "overtaken"
        except Exception as error:
            run.give_back()
            is_outage = isinstance(error, self._outages)
            log.warning("job %s %s failed: %s", held.name, held.id, error, exc_info=not is_outage)
            return self._fail(held, error, is_outage=is_outage)
        return "done"

    def _fail(self, held: outbox.Claim, error: Exception, *, is_outage: bool) -> str:
        """Give the job back; a database that is down is waited for, lest the whole lease has to run out."""
        for _ in range(_GIVE_BACK_TRIES):
            try:
                with self._transactions.database.writing() as session:
                    again = outbox.fail(
                        session,
                        held,
                        now=self._transactions.clock.now(),
                        error=f"{type(error).__name__}: {error}",
                        is_outage=is_outage,
                    )
            except outbox.LeaseLost:
                log.warning("job %s %s was overtaken by a later attempt", held.name, held.id)
                return "overtaken"
            except DatabaseUnavailable:
                if self._stop.wait(1):
                    break
                continue
            return "parked" if again is None else "failed"
        log.warning("job %s %s comes back when its lease runs out", held.name, held.id)
        return "failed"

    def _give_back_doubtful(self) -> None:
        while self._doubtful:
            try:
                claimed_at = self._doubtful.popleft()
            except IndexError:
                return  # another thread was quicker
            try:
                with self._transactions.database.writing() as session:
                    outbox.unclaim(session, claimed_at=claimed_at)
            except DatabaseUnavailable:
                self._doubtful.append(claimed_at)
                raise

    def _enqueue_periodic(self) -> None:
        now = self._transactions.clock.now()
        due = [n for n, every in self._periodic.items() if n not in self._last or self._last[n] + every <= now]
        if due:
            with self._transactions.work(SYSTEM) as work:
                for name in due:
                    work.later(name, merge_key=name)
                    self._last[name] = now

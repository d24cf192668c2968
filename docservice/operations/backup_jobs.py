"""Backups by the clock, in short pieces: the embedded runner has one thread, and people's jobs wait behind it."""

import logging
from datetime import timedelta

from sqlalchemy import func, select

from docservice.core.runner import JobRun, job
from docservice.operations.backup import BackupPlan, back_up
from docservice.operations.models import BackupRun

AT_ONCE = timedelta(seconds=10)
log = logging.getLogger(__name__)


@job("operations.backup")
def backup(run: JobRun) -> None:
    """Make a backup when the newest is too old; what is not copied in this piece is copied in the next."""
    plan = run.ports[BackupPlan]
    if plan.place is None or not plan.recipients:
        return
    with run.reading() as reading:
        newest = reading.session.scalar(select(func.max(BackupRun.begun_at)).where(BackupRun.snapshot.is_not(None)))
    if newest is not None and run.now - newest < plan.every:
        return
    # Every line of progress is a sign of life: the rows of a province take longer than a lease.
    done = back_up(run.transactions, run.ports, plan, tell=lambda _line: run.renew(), budget=AT_ONCE)
    for problem in done.problems:
        log.error("backup: %s", problem)
    with run.finish() as work:
        if done.snapshot is None:
            work.later("operations.backup", merge_key="operations.backup")

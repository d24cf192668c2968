"""A worker process whose jobs leave a line in the journal: `python -m tests.core.celery_child worker|beat`."""

import sys
import time
from uuid import UUID

from docservice.core.runner import JobRun, job
from docservice.settings import Settings
from docservice.worker import run_beat, run_worker

EFFECT = "test.celery_effect"


@job(EFFECT)
def effect(run: JobRun, *, effect_id: UUID) -> None:
    """Work a little, then leave one line."""
    time.sleep(0.02)
    with run.finish() as work:
        work.note("effect", effect_id)


if __name__ == "__main__":
    sys.exit(run_beat(Settings()) if sys.argv[1] == "beat" else run_worker(Settings(), concurrency=3))

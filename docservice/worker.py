"""The job runner as a process of its own: what the compose file runs."""

import signal
from types import FrameType

from docservice.bootstrap import build
from docservice.settings import Settings


def run_worker(settings: Settings) -> int:
    """Run jobs until SIGTERM or SIGINT; the job in hand is finished first."""
    node = build(settings)

    def stop(_signal: int, _frame: FrameType | None) -> None:
        node.runner.stop()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    try:
        node.runner.serve()
    finally:
        node.close()
    return 0

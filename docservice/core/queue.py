"""A hint that work waits. The truth is the job table; losing a hint costs seconds, never work."""

import threading
from typing import Protocol


class Queue(Protocol):
    def wake(self) -> None:
        """Hint that a job row may be due; must not raise."""
        ...


class ThreadQueue:
    """Wakes the runner of this process."""

    def __init__(self) -> None:
        self._bell = threading.Event()

    def wake(self) -> None:
        self._bell.set()

    def wait(self, seconds: float) -> None:
        """Return when woken, or after the given seconds."""
        self._bell.wait(seconds)
        self._bell.clear()

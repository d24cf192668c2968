"""Who runs jobs, as a test meets them: one process's thread on SQLite, or Celery's workers on PostgreSQL and Redis."""

import time
import uuid
from collections import Counter
from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.context import ForkServerProcess
from typing import Any

from sqlalchemy import select

from docservice.bootstrap import Node, build
from docservice.core import outbox
from docservice.core.journal import JournalLine
from docservice.core.outbox import Job
from docservice.core.work import SYSTEM
from docservice.settings import Settings
from tests.core.crew_child import EFFECT, FOLDER, ShiftedClock, main

# The product is imported once; each process is a fork of that.
_FORKS = get_context("forkserver")
_FORKS.set_forkserver_preload(["tests.core.crew_child"])
_NAMES = ("database_url", "queue_url", "queue_password_file")


def wait_for(true: Callable[[], bool], *, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not come"
        time.sleep(0.05)


def ended(process: ForkServerProcess) -> int | None:
    """Its exit code, negative for a signal."""
    process.join(timeout=60)
    return process.exitcode


class Crew:
    """A node that promises, and processes that run. `lone` is whether only one worker may be at work at a time."""

    def __init__(self, settings: Settings, *, lone: bool) -> None:
        self.settings, self.lone = settings, lone
        self.folder = settings.data_dir
        self.clock = ShiftedClock(self.folder / "clock")
        # The node that promises has a folder of its own: the lock of the workers' folder is theirs.
        self.node: Node = build(settings.model_copy(update={"data_dir": self.folder / "promising"}), clock=self.clock)
        self._jobs: dict[uuid.UUID, uuid.UUID] = {}
        self._children: list[ForkServerProcess] = []
        if not lone:
            self.start("beat")

    def start(self, part: str = "worker") -> ForkServerProcess:
        """A worker or the beat; returned once it stands ready."""
        environment = {
            name.upper(): str(value) for name in _NAMES if (value := getattr(self.settings, name)) is not None
        }
        folders = {"DATA_DIR": str(self.folder / part), FOLDER: str(self.folder)}
        child = _FORKS.Process(target=main, args=(part, environment | folders), name=part)
        child.start()
        self._children.append(child)
        wait_for(lambda: str(child.pid) in self.noted(f"{part} ready"))
        return child

    def worker(self) -> ForkServerProcess:
        """The worker at work; one is started when there is none."""
        for child in self._children:
            if child.is_alive() and child.name == "worker":
                return child
        return self.start()

    def promise(self, name: str = EFFECT, **more: Any) -> uuid.UUID:
        effect_id = uuid.uuid4()
        with self.node.transactions.work(SYSTEM) as work:
            work.later(name, effect_id=effect_id, **more)
        return effect_id

    def noted(self, verb: str) -> Counter[str]:
        with self.node.transactions.reading(SYSTEM) as reading:
            return Counter(reading.session.scalars(select(JournalLine.subject).where(JournalLine.verb == verb)))

    def effects(self, *wanted: uuid.UUID) -> list[int]:
        """How often each of them left its effect."""
        found = self.noted("effect")
        return [found[str(effect_id)] for effect_id in wanted]

    def tries(self, effect_id: uuid.UUID) -> int:
        file = self.folder / "tries"
        return file.read_text(encoding="ascii").split().count(str(effect_id)) if file.exists() else 0

    def row(self, effect_id: uuid.UUID) -> Job:
        with self.node.database.reading() as session:
            if effect_id not in self._jobs:
                rows = session.scalars(select(Job)).all()
                self._jobs |= {uuid.UUID(row.ids["effect_id"]): row.id for row in rows if row.ids}
            return session.get_one(Job, self._jobs[effect_id])

    def is_done(self, effect_id: uuid.UUID) -> bool:
        return self.row(effect_id).done_at is not None

    def free(self, effect_id: uuid.UUID) -> bool:
        """Whether nobody has it in hand, and something went wrong."""
        row = self.row(effect_id)
        return row.leased_until is None and row.last_error is not None

    def retry(self, effect_id: uuid.UUID) -> None:
        with self.node.transactions.work(SYSTEM) as work:
            assert outbox.retry(work.session, self.row(effect_id).id, now=work.now) is not None

    def mark(self, name: str) -> None:
        (self.folder / name).touch()

    def unmark(self, name: str) -> None:
        (self.folder / name).unlink(missing_ok=True)

    def close(self) -> None:
        for child in self._children:
            child.terminate()
        for child in self._children:
            assert ended(child) is not None
        self.node.close()

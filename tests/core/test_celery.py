"""Workers through Celery: nothing lost and nothing twice, whoever is killed; Redis carries hints and no promise."""

import os
import signal
import subprocess
import sys
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from redis import Redis as Client
from sqlalchemy import func, select

from docservice.bootstrap import Node, build
from docservice.core import outbox
from docservice.core.journal import JournalLine
from docservice.core.outbox import Job
from docservice.core.queue import QueueUnknown, open_celery
from docservice.core.work import SYSTEM
from docservice.settings import Settings
from scripts.local_servers import Place, Purpose, Redis, use
from scripts.local_servers.running import crash, restart
from tests.core.celery_child import EFFECT

pytestmark = [pytest.mark.servers, pytest.mark.slow, pytest.mark.timeout(300)]

ROOT = Path(__file__).parents[2]


class Lone(Redis):
    name = f"lone-{uuid.uuid4().hex[:8]}"


@pytest.fixture
def redis() -> Iterator[Redis]:
    """A Redis of the test's own, to be killed."""
    server = Lone(Place(Purpose.TEST))
    with use(server):
        yield server


@pytest.fixture
def settings(redis: Redis, postgres_url: str, tmp_path: Path) -> Settings:
    return Settings(
        data_dir=tmp_path,
        database_url=postgres_url,
        queue_url=f"redis://127.0.0.1:{redis.port}/0",
        queue_password_file=redis.password_file,
    )


@pytest.fixture
def node(settings: Settings) -> Iterator[Node]:
    opened = build(settings)
    yield opened
    opened.close()


@contextmanager
def process(settings: Settings, part: str) -> Iterator[subprocess.Popen[bytes]]:
    """A worker or the beat, ended in good order when it still lives."""
    names = ("data_dir", "database_url", "queue_url", "queue_password_file")
    environment = {name.upper(): str(getattr(settings, name)) for name in names}
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.core.celery_child", part], cwd=ROOT, env=os.environ | environment
    )
    try:
        yield child
    finally:
        child.send_signal(signal.SIGTERM)
        child.wait(timeout=60)


def promise(node: Node, count: int) -> None:
    for _ in range(count):
        with node.transactions.work(SYSTEM) as work:
            work.later(EFFECT, effect_id=uuid.uuid4())


def effects(node: Node) -> Counter[str]:
    with node.transactions.reading(SYSTEM) as reading:
        lines = reading.session.scalars(select(JournalLine.subject).where(JournalLine.verb == "effect"))
        return Counter(lines)


def wait_for(true: Callable[[], bool], *, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not come"
        time.sleep(0.1)


def test_two_workers_share_the_jobs_and_a_killed_one_costs_nothing(node: Node, settings: Settings) -> None:
    with process(settings, "worker"):
        with process(settings, "worker") as second:
            promise(node, 120)
            wait_for(lambda: len(effects(node)) >= 30)
            second.kill()
            second.wait()
        # Time passes for whoever held a lease: the sweep finds the jobs due again.
        with node.transactions.database.writing() as session:
            outbox.release_leases(session)
        node.transactions.queue.wake()
        wait_for(lambda: len(effects(node)) == 120)
    assert set(effects(node).values()) == {1}
    with node.transactions.reading(SYSTEM) as reading:
        left = reading.session.scalar(
            select(func.count()).select_from(Job).where(Job.name == EFFECT, Job.done_at.is_(None))
        )
    assert left == 0


def test_redis_killed_loses_nothing_and_stops_no_request(node: Node, settings: Settings, redis: Redis) -> None:
    with process(settings, "worker"), process(settings, "beat"):
        promise(node, 5)
        wait_for(lambda: len(effects(node)) == 5)
        crash(redis)
        assert node.transactions.queue.check() is not None
        begun = time.monotonic()
        promise(node, 5)
        assert time.monotonic() - begun < 15
        restart(redis)
        # Nobody wakes anybody: the beat's sweep finds them.
        wait_for(lambda: len(effects(node)) == 10, seconds=90)
    assert set(effects(node).values()) == {1}
    assert node.transactions.queue.check() is None


def test_a_worker_asked_to_stop_finishes_what_it_has_in_hand(node: Node, settings: Settings) -> None:
    with process(settings, "worker") as worker:
        promise(node, 40)
        wait_for(lambda: len(effects(node)) >= 5)
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(timeout=30) == 0
    with node.transactions.reading(SYSTEM) as reading:
        leased = select(func.count()).select_from(Job).where(Job.leased_until.is_not(None), Job.done_at.is_(None))
        assert reading.session.scalar(leased) == 0
    assert set(effects(node).values()) == {1}


def test_redis_emptied_or_full_loses_nothing_and_stops_no_request(node: Node, settings: Settings, redis: Redis) -> None:
    password = redis.password_file.read_text(encoding="utf-8").strip()
    with (
        closing(Client(host="127.0.0.1", port=redis.port, password=password)) as broker,
        process(settings, "worker"),
        process(settings, "beat"),
    ):
        promise(node, 5)
        wait_for(lambda: len(effects(node)) == 5)
        # Full: it refuses whatever writes (noeviction), hints among it.
        broker.config_set("maxmemory", "1")
        begun = time.monotonic()
        promise(node, 5)
        assert time.monotonic() - begun < 15
        broker.config_set("maxmemory", "0")
        wait_for(lambda: len(effects(node)) == 10, seconds=90)
        # Emptied: every hint on its way is gone, and what Celery had written down of its queues.
        promise(node, 30)
        broker.flushall()
        wait_for(lambda: len(effects(node)) == 40, seconds=90)
    assert set(effects(node).values()) == {1}


def test_workers_are_replaced_one_by_one_while_jobs_come_in(node: Node, settings: Settings) -> None:
    with process(settings, "worker") as old, process(settings, "beat"):
        promise(node, 20)
        wait_for(lambda: len(effects(node)) >= 3)
        with process(settings, "worker") as new:
            promise(node, 20)
            old.send_signal(signal.SIGTERM)
            assert old.wait(timeout=60) == 0
            promise(node, 20)
            # No lease has to run out: the old one gave nothing up unfinished.
            wait_for(lambda: len(effects(node)) == 60, seconds=60)
            assert new.poll() is None
    assert set(effects(node).values()) == {1}


@pytest.mark.parametrize("url", ["redis://:secret@127.0.0.1/0", "amqp://127.0.0.1", "redis:///0", "x"])
def test_another_address_is_refused(url: str) -> None:
    with pytest.raises(QueueUnknown):
        open_celery(url, password=None)

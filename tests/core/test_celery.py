"""Redis carries hints and no promise: whatever becomes of it, nothing is lost and nothing done twice."""

import json
import time
import uuid
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import cast

import pytest
from redis import Redis as Client

from docservice.bootstrap import build
from docservice.core.queue import RELAY, RUN_JOB, QueueUnknown, open_celery
from docservice.core.work import SYSTEM
from docservice.settings import Settings
from docservice.worker import make_app
from scripts.local_servers import Place, Purpose, Redis, use
from scripts.local_servers.running import crash, restart
from tests.core.crew import Crew, wait_for
from tests.core.crew_child import EFFECT

pytestmark = [pytest.mark.servers, pytest.mark.slow, pytest.mark.timeout(300)]


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
def crew(settings: Settings) -> Iterator[Crew]:
    with closing(Crew(settings, lone=False)) as opened:
        opened.worker()
        yield opened


def promise(crew: Crew, count: int) -> list[uuid.UUID]:
    return [crew.promise() for _ in range(count)]


def wait_until_done(crew: Crew, promised: list[uuid.UUID], *, seconds: float = 60) -> None:
    wait_for(lambda: all(crew.effects(*promised)), seconds=seconds)


def test_redis_killed_loses_nothing_and_stops_no_request(crew: Crew, redis: Redis) -> None:
    first = promise(crew, 5)
    wait_until_done(crew, first)
    crash(redis)
    assert crew.node.transactions.queue.check() is not None
    begun = time.monotonic()
    second = promise(crew, 5)
    assert time.monotonic() - begun < 15
    restart(redis)
    # Nobody wakes anybody: the beat's sweep finds them.
    wait_until_done(crew, second, seconds=90)
    assert crew.effects(*first, *second) == [1] * 10
    assert crew.node.transactions.queue.check() is None


def test_redis_emptied_or_full_loses_nothing_and_stops_no_request(crew: Crew, redis: Redis) -> None:
    password = redis.password_file.read_text(encoding="utf-8").strip()
    with closing(Client(host="127.0.0.1", port=redis.port, password=password)) as broker:
        first = promise(crew, 5)
        wait_until_done(crew, first)
        # Full: it refuses whatever writes (noeviction), hints among it.
        broker.config_set("maxmemory", "1")
        begun = time.monotonic()
        second = promise(crew, 5)
        assert time.monotonic() - begun < 15
        broker.config_set("maxmemory", "0")
        wait_until_done(crew, second, seconds=90)
        # Emptied: every hint on its way is gone, and what Celery had written down of its queues.
        third = promise(crew, 30)
        broker.flushall()
        wait_until_done(crew, third, seconds=90)
    assert crew.effects(*first, *second, *third) == [1] * 40


def test_jobs_that_wait_are_sent_once_however_often_somebody_looks(settings: Settings, redis: Redis) -> None:
    password = redis.password_file.read_text(encoding="utf-8").strip()
    with (
        closing(build(settings)) as node,
        closing(Client(host="127.0.0.1", port=redis.port, password=password)) as broker,
    ):
        with node.transactions.work(SYSTEM) as work:
            for _ in range(6):
                work.later(EFFECT, effect_id=uuid.uuid4())
        patient, impatient = make_app(node, unheard_seconds=3600), make_app(node, unheard_seconds=-1)
        for _ in range(3):
            patient.tasks[RELAY]()
        assert len(_sent(broker)) == len(set(_sent(broker))) == 6
        # A message that was lost is sent again.
        broker.flushall()
        for _ in range(2):
            impatient.tasks[RELAY]()
        assert len(_sent(broker)) == 8
        assert len(set(_sent(broker))) == 4


def _sent(broker: Client) -> list[str]:
    """The jobs there are messages of."""
    waiting = cast("list[bytes]", broker.lrange("celery", 0, -1))
    headers = [json.loads(message)["headers"] for message in waiting]
    return [one["argsrepr"] for one in headers if one["task"] == RUN_JOB]


@pytest.mark.parametrize("url", ["redis://:secret@127.0.0.1/0", "amqp://127.0.0.1", "redis:///0", "x"])
def test_another_address_is_refused(url: str) -> None:
    with pytest.raises(QueueUnknown):
        open_celery(url, password=None)

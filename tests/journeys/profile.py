"""The server profile for tests that break it: four servers of their own, a Celery worker and a beat, and who waits."""

import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from docservice.bootstrap import Node, build
from docservice.core import outbox
from docservice.core.queue import ThreadQueue
from docservice.core.runner import Runner
from docservice.core.work import Transactions
from docservice.settings import Settings
from scripts.local_servers import Elasticsearch, Minio, Place, Postgres, Purpose, Redis, Server, use
from tests.operations.profiles import Fresh, on_servers

ROOT = Path(__file__).parents[2]
_OWN = uuid.uuid4().hex[:8]
_NAMES = (
    "data_dir", "database_url", "storage_url", "storage_password_file", "search_url", "search_password_file",
    "queue_url", "queue_password_file",
)  # fmt: skip


class OwnPostgres(Postgres):
    name = f"own-postgres-{_OWN}"


class OwnRedis(Redis):
    name = f"own-redis-{_OWN}"


class OwnMinio(Minio):
    name = f"own-minio-{_OWN}"


class OwnElasticsearch(Elasticsearch):
    name = f"own-elasticsearch-{_OWN}"


@dataclass(frozen=True)
class OwnServers:
    """Four servers that nobody else uses, to be killed.

    `parts` are they by the part they play: database, queue, storage, search; `fresh` makes the settings of a node with
    a database, a bucket and an index of its own on them.
    """

    parts: dict[str, Server]
    fresh: Fresh


@contextmanager
def own_servers() -> Iterator[OwnServers]:
    place = Place(Purpose.TEST)
    database, queue, storage, search = OwnPostgres(place), OwnRedis(place), OwnMinio(place), OwnElasticsearch(place)
    with ExitStack() as stack:
        for server in (database, queue, storage, search):
            stack.enter_context(use(server))
        fresh = on_servers(lambda: stack.enter_context(database.database()), storage, search, queue)
        yield OwnServers({"database": database, "queue": queue, "storage": storage, "search": search}, fresh)


def environment(settings: Settings) -> dict[str, str]:
    """What a process of the product is told of the places it works on."""
    return {name.upper(): str(value) for name in _NAMES if (value := getattr(settings, name)) is not None}


@contextmanager
def process(settings: Settings, *command: str) -> Iterator[subprocess.Popen[bytes]]:
    """A process of the product (`worker`, `beat`, `serve`), ended in good order."""
    called = [sys.executable, "-m", "docservice", *command]
    child = subprocess.Popen(called, cwd=ROOT, env=os.environ | environment(settings))
    try:
        yield child
    finally:
        child.send_signal(signal.SIGTERM)
        child.wait(timeout=120)


class Waiting(Runner):
    """Runs nothing here: waits until the workers elsewhere have done what is due."""

    def __init__(self, transactions: Transactions) -> None:
        super().__init__(transactions, queue=ThreadQueue())
        self._seen = transactions

    def drain(self, *, patience: timedelta = timedelta(0)) -> None:
        end = time.monotonic() + patience.total_seconds()
        while time.monotonic() < end:
            with self._seen.database.reading() as session:
                due = outbox.next_due(session)
            if due is None or due > self._seen.clock.now() + patience:
                return
            time.sleep(0.1)


def waiting_node(settings: Settings) -> Node:
    """A node as a web process has it: its jobs are done by others."""
    node = build(settings)
    return replace(node, runner=Waiting(node.transactions))

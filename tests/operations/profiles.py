"""A node with a life behind it, on one folder or on the four servers, and empty places of either kind."""

import shutil
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from docservice.bootstrap import build
from docservice.core.clock import SetClock
from docservice.core.sandbox import Sandbox
from docservice.demo import people
from docservice.settings import Settings
from scripts.local_servers import Elasticsearch, Minio, Redis
from templates.convert import Converter
from tests.canned import CannedConverter
from tests.node import MORNING, Office

# Settings that point to an empty place, below a folder.
Fresh = Callable[[Path], Settings]


def embedded(folder: Path) -> Settings:
    return Settings(data_dir=folder)


def on_servers(database_url: Callable[[], str], minio: Minio, elasticsearch: Elasticsearch, redis: Redis) -> Fresh:
    """The server profile's places: a database, a bucket and an index of their own each time, and a Redis of hints."""

    def fresh(folder: Path) -> Settings:
        return Settings(
            data_dir=folder,
            database_url=database_url(),
            storage_url=minio.url(f"test-{uuid.uuid4().hex}"),
            storage_password_file=minio.password_file,
            search_url=elasticsearch.url(f"docservice-test-{uuid.uuid4().hex[:12]}"),
            search_password_file=elasticsearch.password_file,
            queue_url=redis.settings()["QUEUE_URL"],
            queue_password_file=redis.password_file,
        )

    return fresh


@contextmanager
def opened(settings: Settings, sandbox: Sandbox, *, at: datetime = MORNING) -> Iterator[Office]:
    clock = SetClock(at, step=timedelta(milliseconds=1))
    node = build(settings, clock=clock, replace={Converter: CannedConverter(), Sandbox: sandbox})
    try:
        yield Office(node, clock)
    finally:
        node.close()


def live(settings: Settings, sandbox: Sandbox, *, seeded: Path | None = None) -> None:
    """Let a node be founded, or take a copy of one on one folder, and release a document."""
    if seeded is not None:
        shutil.copytree(seeded, settings.data_dir)
    with opened(settings, sandbox) as office:
        if seeded is None:
            people.seed(office.node, keys=settings.path(settings.keys_dir))
        office.released()

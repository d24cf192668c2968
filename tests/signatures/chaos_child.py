"""A worker that signs while its store and its time-stamp service fail now and then, and that is killed in the middle.

`python -m tests.signatures.chaos_child FOLDER SEED START COMMITS`: runs jobs until none is due, or kills itself at one
of its first `COMMITS` commits.
"""

import os
import random
import signal
import sys
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO

from asn1crypto import cms
from sqlalchemy import event, select

from docservice.bootstrap import build
from docservice.core.clock import SetClock
from docservice.core.outbox import Job
from docservice.core.work import SYSTEM
from docservice.settings import Settings
from docservice.signatures.stamps import StampSource
from signing.errors import TimeStampUnavailable
from signing.timestamps import TimeStamps
from storage import Store, StoredFile
from storage.store import StoreUnavailable
from templates.convert import Converter
from tests.canned import CannedConverter
from tests.passing_store import PassingStore, as_store

_STORE_FAILS, _STAMPS_FAIL = 0.04, 0.3


class Doubtful(PassingStore):
    """A store that is away now and then, before or after it has stored."""

    def __init__(self, inner: Store, chance: random.Random) -> None:
        super().__init__(inner)
        self._chance = chance

    def put(self, source: BinaryIO, *, original: bool = False) -> StoredFile:
        stored = super().put(source, original=original)
        self._perhaps_away()
        return stored

    def open(self, key: str) -> BinaryIO:
        self._perhaps_away()
        return super().open(key)

    def _perhaps_away(self) -> None:
        if self._chance.random() < _STORE_FAILS:
            raise StoreUnavailable("store_unavailable")


class Moody:
    """Time stamps that are silent now and then."""

    def __init__(self, inner: StampSource, chance: random.Random) -> None:
        self._inner, self._chance = inner, chance

    def current(self) -> TimeStamps:
        return _Mood(self._inner.current(), self._chance)

    def check(self) -> tuple[str, ...]:
        return self._inner.check()


class _Mood:
    def __init__(self, inner: TimeStamps, chance: random.Random) -> None:
        self._inner, self._chance = inner, chance

    @property
    def token_size(self) -> int:
        return self._inner.token_size

    def stamp(self, digest: bytes) -> cms.ContentInfo:
        if self._chance.random() < _STAMPS_FAIL:
            raise TimeStampUnavailable("time_stamp_unavailable")
        return self._inner.stamp(digest)


def main(arguments: Sequence[str]) -> int:
    folder, seed, start = Path(arguments[0]), int(arguments[1]), datetime.fromisoformat(arguments[2])
    longest = int(arguments[3])
    chance = random.Random(seed)  # noqa: S311 - repeatable, not secret
    clock = SetClock(start, step=timedelta(milliseconds=1))
    replace: dict[type[Any], object | Callable[[Any], object]] = {
        Converter: CannedConverter(),
        Store: lambda inner: as_store(Doubtful(inner, chance)),
        StampSource: lambda inner: Moody(inner, chance),
    }
    node = build(Settings(data_dir=folder), clock=clock, replace=replace)
    left = chance.randint(20, longest)

    def committed(_connection: object) -> None:
        nonlocal left
        left -= 1
        # Half of the deaths come right before a commit is done, half right after it.
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(node.database.engine, chance.choice(["commit", "begin"]), committed)
    while True:
        node.runner.drain()
        with node.transactions.reading(SYSTEM) as reading:
            waiting = select(Job.id).where(Job.done_at.is_(None), Job.parked_at.is_(None)).limit(1)
            if reading.session.scalars(waiting).first() is None:
                break
        clock.move(timedelta(hours=2))
    node.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

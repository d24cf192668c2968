"""A journey in a process of its own that dies by SIGKILL at a wanted moment.

Moments are seen through the ports and the database's commits: nothing of the product is patched. Called as
`python -m tests.journeys.crash_child PART EVENT ORDINAL` with the node's settings in the environment: dies when the
event has happened that often (counted in this run); exits 0 when the journey, or its service, ended first.

`alone` plays the journey and runs its jobs, as on one folder. On servers `pages` plays it and waits for others, who run
the jobs as Celery's `worker` and sweep as its `beat`. The file `clock` in the node's folder says how many seconds their
clocks are ahead: a test has no patience for leases of two minutes.
"""

import os
import signal
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, BinaryIO

from asn1crypto import cms
from sqlalchemy import event

from docservice.bootstrap import PERIODIC, Node, build
from docservice.demo import people, script
from docservice.demo.journey import Journey
from docservice.exchange.carrier import Carried, Carrier, CarrierHealth
from docservice.settings import Settings
from docservice.signatures.stamps import StampSource
from docservice.worker import sweep, work
from signing.timestamps import TimeStamps
from storage import Store, StoredFile
from tests.core.crew_child import ShiftedClock
from tests.journeys.profile import Waiting
from tests.passing_store import PassingStore, as_store

CLOCK = "clock"
# The product sweeps every 15 s and looks into mailboxes every 30.
_SWEEP_SECONDS, _LOOKS = 1.0, {**PERIODIC, "exchange.collect_all": timedelta(seconds=3)}


class Death:
    """Counts what happens, and kills this very process when it is time."""

    def __init__(self, wanted: str, ordinal: int) -> None:
        self._wanted = wanted
        self._left = ordinal

    def happened(self, name: str) -> None:
        if name == self._wanted:
            self._left -= 1
            if self._left == 0:
                os.kill(os.getpid(), signal.SIGKILL)


class WatchedStore(PassingStore):
    """`stored` happens after the bytes are durable and before any row names them."""

    def __init__(self, inner: Store, death: Death) -> None:
        super().__init__(inner)
        self._death = death

    def put(self, source: BinaryIO, *, original: bool = False) -> StoredFile:
        stored = super().put(source, original=original)
        self._death.happened("stored")
        return stored


class WatchedCarrier:
    """`sent` happens between delivery and its row, `done` after a message was taken from the box."""

    def __init__(self, inner: Carrier, death: Death) -> None:
        self._inner, self._death = inner, death

    def send(self, *, to_code: str, message_id: str, data: bytes) -> None:
        self._inner.send(to_code=to_code, message_id=message_id, data=data)
        self._death.happened("sent")

    def waiting(self, codes: Iterable[str]) -> frozenset[str]:
        return self._inner.waiting(codes)

    def collect(self, *, code: str) -> Iterator[Carried]:
        for carried in self._inner.collect(code=code):
            yield carried
            self._death.happened("collected")

    def done(self, ref: str) -> None:
        self._inner.done(ref)
        self._death.happened("done")

    def fail(self, ref: str, reason: str) -> None:
        self._inner.fail(ref, reason)

    def check(self) -> CarrierHealth:
        return self._inner.check()


def as_carrier(carrier: WatchedCarrier) -> Carrier:
    """Says to the type checker that the port is kept, as `as_store` does."""
    return carrier


class WatchedStamps:
    """`stamped` happens in the middle of signing."""

    def __init__(self, inner: StampSource, death: Death) -> None:
        self._inner, self._death = inner, death

    def current(self) -> TimeStamps:
        return _WatchedStamp(self._inner.current(), self._death)

    def check(self) -> tuple[str, ...]:
        return self._inner.check()


class _WatchedStamp:
    def __init__(self, inner: TimeStamps, death: Death) -> None:
        self._inner, self._death = inner, death

    @property
    def token_size(self) -> int:
        return self._inner.token_size

    def stamp(self, digest: bytes) -> cms.ContentInfo:
        token = self._inner.stamp(digest)
        self._death.happened("stamped")
        return token


def watched_node(settings: Settings, death: Death) -> Node:
    wrapped: dict[type[Any], Callable[[Any], object]] = {
        Store: lambda inner: as_store(WatchedStore(inner, death)),
        Carrier: lambda inner: as_carrier(WatchedCarrier(inner, death)),
        StampSource: lambda inner: WatchedStamps(inner, death),
    }
    node = build(settings, clock=ShiftedClock(settings.base / CLOCK), replace=wrapped)
    event.listen(node.database.engine, "commit", lambda _connection: death.happened("commit"))
    return node


def play(node: Node) -> None:
    people.seed(node, keys=node.settings.path(node.settings.keys_dir))
    Journey(node, script.load(None), tell=lambda _words, _seconds: None).run()


def main(arguments: Sequence[str]) -> int:
    part, wanted, ordinal = arguments[0], arguments[1], int(arguments[2])
    node = watched_node(Settings(), Death(wanted, ordinal))
    if part == "worker":
        work(node, concurrency=2)
    elif part == "beat":
        sweep(node, every=_SWEEP_SECONDS, periodic=_LOOKS)
    else:
        play(replace(node, runner=Waiting(node.transactions)) if part == "pages" else node)
    node.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

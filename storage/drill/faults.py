"""Thousands of files put and read while faults strike: what was acknowledged is there, what is read is whole."""

import io
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from hashlib import sha256

from storage.store import CHUNK, NotStored, StorageError, Store, StoreDamaged, StoreUnavailable

_WRITERS = 3
_GIVE_UP_SECONDS = 120.0
# Most papers are small, some are scans; one in two hundred goes to an S3 store in several parts.
_SIZES = ((0.80, 4_000, 40_000), (0.995, 40_000, 300_000), (1.0, 6_000_000, 11_000_000))


@dataclass(frozen=True)
class Fault:
    """Something bad that is there while its block runs; it comes when this share of the files was put.

    No writer goes further before it is there, so that each fault is met.
    """

    name: str
    after: float
    strike: Callable[[], AbstractContextManager[None]]
    seconds: float = 1.0


@dataclass
class Seen:
    """What a drill showed. `lost` and `torn` must stay empty; the rest tells that the faults were real."""

    put: int = 0
    seconds: float = 0.0
    refused: Counter[str] = field(default_factory=Counter)
    reads: int = 0
    reads_before: int = 0
    # Acknowledged and not there; there and not what the name says.
    lost: list[str] = field(default_factory=list)
    torn: list[str] = field(default_factory=list)
    strikes: list[str] = field(default_factory=list)


class Drill:
    """Files of seeded content, so that each is known by its ordinal alone."""

    def __init__(
        self, open_store: Callable[[], Store], *, count: int, look: Callable[[], Store] | None = None, seed: int = 7
    ) -> None:
        """`look` opens the store for the last look at every file, past whatever the faults are made with."""
        self._open, self._count, self._seed = open_store, count, seed
        self._look = look or open_store
        self._lock = threading.Lock()
        self._next = 0
        self._ceiling = count
        self._may_go_on = threading.Condition(self._lock)
        self._acknowledged: dict[str, int] = {}
        self._on_the_way: dict[int, str] = {}
        self.seen = Seen()

    def run(self, faults: Sequence[Fault]) -> Seen:
        """Put all files with faults in between, read beside it, and in the end read every file again."""
        begun = time.monotonic()
        done = threading.Event()
        failures: list[BaseException] = []

        def guarded(work: Callable[[], None]) -> Callable[[], None]:
            def run() -> None:
                try:
                    work()
                except BaseException as error:
                    failures.append(error)
                    raise

            return run

        coming = sorted(faults, key=lambda fault: fault.after)
        ceilings = [int(fault.after * self._count) for fault in coming]
        self._ceiling = ceilings[0] if ceilings else self._count
        writers = [threading.Thread(target=guarded(self._write)) for _ in range(_WRITERS)]
        reader = threading.Thread(target=guarded(lambda: self._read(done)))
        for thread in (*writers, reader):
            thread.start()
        for fault, ceiling in zip(coming, [*ceilings[1:], self._count], strict=True):
            while len(self._acknowledged) < int(fault.after * self._count) and any(w.is_alive() for w in writers):
                time.sleep(0.01)
            refused = self.seen.refused.total()
            with fault.strike():
                self._let_go_to(ceiling)
                time.sleep(fault.seconds)
            self.seen.strikes.append(f"{fault.name}: {self.seen.refused.total() - refused} refused")
        for thread in writers:
            thread.join()
        done.set()
        reader.join()
        if failures:
            raise failures[0]
        self.seen.seconds = time.monotonic() - begun
        self._look_at_all()
        return self.seen

    def _write(self) -> None:
        store = self._open()
        while (ordinal := self._take()) is not None:
            data = content(self._seed, ordinal)
            with self._lock:
                self._on_the_way[ordinal] = sha256(data).hexdigest()
            end = time.monotonic() + _GIVE_UP_SECONDS
            while True:
                try:
                    stored = store.put(io.BytesIO(data))
                    break
                except StoreUnavailable as error:
                    self.seen.refused[str(error.params.get("reason", error.code))] += 1
                    if time.monotonic() > end:
                        raise
                    time.sleep(0.05)
            with self._lock:
                self._acknowledged[stored.key] = ordinal
                del self._on_the_way[ordinal]
                self.seen.put += 1
        store.close()

    def _read(self, done: threading.Event) -> None:
        """Read at random what was put, and what is being put at this moment."""
        store, chance = self._open(), random.Random(self._seed)  # noqa: S311 - repeatable, not secret
        while not done.is_set():
            with self._lock:
                ready, coming = list(self._acknowledged), list(self._on_the_way.values())
            chosen = [*chance.sample(ready, min(2, len(ready))), *coming]
            if not chosen:
                time.sleep(0.01)
            for key in chosen:
                self._read_one(store, key, was_there=key in ready)
        store.close()

    def _read_one(self, store: Store, key: str, *, was_there: bool) -> None:
        try:
            if _hash_of(store, key) != key:
                self.seen.torn.append(key)
            self.seen.reads += was_there
            self.seen.reads_before += not was_there
        except NotStored:
            if was_there:
                self.seen.lost.append(key)
        except StoreDamaged:
            self.seen.torn.append(key)
        except StoreUnavailable:
            time.sleep(0.02)

    def _look_at_all(self) -> None:
        store = self._look()
        listed = {file.key: file.size for file in store.list()}
        for key, ordinal in self._acknowledged.items():
            try:
                if listed.get(key) != len(content(self._seed, ordinal)):
                    self.seen.lost.append(key)
                elif _hash_of(store, key) != key:
                    self.seen.torn.append(key)
            except StorageError:
                self.seen.torn.append(key)
        for key in listed.keys() - self._acknowledged.keys():
            # What was not acknowledged may be there, but whole.
            if _hash_of(store, key) != key:
                self.seen.torn.append(key)
        store.close()

    def _let_go_to(self, ceiling: int) -> None:
        with self._may_go_on:
            self._ceiling = ceiling
            self._may_go_on.notify_all()

    def _take(self) -> int | None:
        with self._may_go_on:
            while self._next >= self._ceiling < self._count:
                self._may_go_on.wait()
            if self._next == self._count:
                return None
            self._next += 1
            return self._next - 1


def content(seed: int, ordinal: int) -> bytes:
    """The bytes of a file of the drill."""
    chance = random.Random(seed * 1_000_003 + ordinal)  # noqa: S311 - repeatable, not secret
    share = chance.random()
    low, high = next((low, high) for most, low, high in _SIZES if share <= most)
    size = chance.randint(low, high)
    return (chance.randbytes(min(size, 4096)) * (size // 4096 + 1))[:size]


def _hash_of(store: Store, key: str) -> str:
    digest = sha256()
    with store.open(key) as source:
        while chunk := source.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()

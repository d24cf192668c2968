"""Hints for pages that are open: something changed, look again. They carry no content, and losing one costs a reload.

Whoever changes a document says so in his transaction (`Work.hint`). On PostgreSQL the hint goes with the commit to
every process (NOTIFY), in the embedded profile straight to the one there is. A hint names the document and the reader
tokens of those it concerns; what a person is then told is decided anew for each hint, by what they may see then.
"""

import asyncio
import json
import logging
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.engine import URL
from sqlalchemy.orm import Session

if TYPE_CHECKING:
    import psycopg

log = logging.getLogger(__name__)

CHANNEL = "docservice_hints"
# A connection that is not read keeps this many documents; after that it is told to look at everything again.
MOST_WAITING = 100
# PostgreSQL takes 8000 bytes.
_LONGEST = 7500
_RETRY_SECONDS = 2.0


@dataclass(frozen=True)
class Hint:
    """`tokens` are those of the document's readers; None when they are too many to name."""

    document_id: UUID
    tokens: frozenset[str] | None


@dataclass(frozen=True)
class Heard:
    """What waited for one listener: documents that changed, or everything may have."""

    documents: frozenset[UUID]
    everything: bool


class Ear:
    """One open connection's place for hints: bounded, filled from any thread, read in its event loop."""

    def __init__(self, tokens: frozenset[str], loop: asyncio.AbstractEventLoop) -> None:
        self.tokens = tokens
        self._loop = loop
        self._lock = threading.Lock()
        self._documents: set[UUID] = set()
        self._everything = False
        self._bell = asyncio.Event()

    def hear(self, hint: Hint) -> None:
        """Keep a hint that concerns this listener."""
        if hint.tokens is not None and self.tokens.isdisjoint(hint.tokens):
            return
        with self._lock:
            self._documents.add(hint.document_id)
            if len(self._documents) > MOST_WAITING:
                self._documents.clear()
                self._everything = True
        self._ring()

    def look_at_everything(self) -> None:
        """Hints may have been lost."""
        with self._lock:
            self._documents.clear()
            self._everything = True
        self._ring()

    async def wait(self) -> None:
        """Until something was heard."""
        await self._bell.wait()

    def take(self) -> Heard:
        """What was heard since the last time; called in the event loop."""
        self._bell.clear()
        with self._lock:
            heard = Heard(frozenset(self._documents), self._everything)
            self._documents.clear()
            self._everything = False
        return heard

    def _ring(self) -> None:
        # A loop that is closed already has nobody waiting in it.
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._bell.set)


class Hints:
    """The listeners of this process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ears: set[Ear] = set()
        self.has_ended = False

    @contextmanager
    def listening(self, tokens: frozenset[str]) -> Iterator[Ear]:
        """Hear what concerns these tokens; called in the event loop that reads."""
        ear = Ear(tokens, asyncio.get_running_loop())
        with self._lock:
            self._ears.add(ear)
        try:
            yield ear
        finally:
            with self._lock:
                self._ears.discard(ear)

    def tell(self, hints: Iterable[Hint]) -> None:
        """Pass hints on to whom they concern."""
        with self._lock:
            ears = tuple(self._ears)
        for hint in hints:
            for ear in ears:
                ear.hear(hint)

    def end(self) -> None:
        """The process is about to stop: connections end, and browsers come again to whoever follows."""
        self.has_ended = True
        self.lose_track()

    def lose_track(self) -> None:
        """Hints may have been lost: everybody looks at everything."""
        with self._lock:
            ears = tuple(self._ears)
        for ear in ears:
            ear.look_at_everything()


def notify(session: Session, hints: Iterable[Hint]) -> None:
    """Send the hints with the commit of this transaction to every process that listens (PostgreSQL)."""
    for hint in hints:
        told = json.dumps([str(hint.document_id), sorted(hint.tokens) if hint.tokens is not None else None])
        if len(told) > _LONGEST:
            told = json.dumps([str(hint.document_id), None])
        session.execute(text("SELECT pg_notify(:channel, :told)"), {"channel": CHANNEL, "told": told})


class Listening:
    """Reads the hints of all processes from PostgreSQL on a connection of its own, in a thread."""

    def __init__(self, url: URL, hints: Hints) -> None:
        self._url, self._hints = url.set(drivername="postgresql"), hints
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="hints", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        """Stop reading; the thread ends within a second."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(timeout=5)

    def _run(self) -> None:
        import psycopg  # noqa: PLC0415 - a node without PostgreSQL does without it

        while not self._stop.is_set():
            try:
                with psycopg.connect(self._url.render_as_string(hide_password=False), autocommit=True) as connection:
                    connection.execute(f"LISTEN {CHANNEL}")
                    # What was said while nobody listened is not repeated.
                    self._hints.lose_track()
                    self._read(connection)
            except psycopg.Error as error:
                log.warning("hints are not heard for now: %s", type(error).__name__)
                self._stop.wait(_RETRY_SECONDS)

    def _read(self, connection: "psycopg.Connection[tuple[object, ...]]") -> None:
        while not self._stop.is_set():
            for said in connection.notifies(timeout=1.0):
                hint = _read_hint(said.payload)
                if hint is not None:
                    self._hints.tell([hint])


def _read_hint(told: str) -> Hint | None:
    try:
        document_id, tokens = json.loads(told)
        return Hint(UUID(document_id), frozenset(tokens) if tokens is not None else None)
    except (ValueError, TypeError):
        return None

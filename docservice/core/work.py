"""A transaction in progress, and the only place where one begins and commits.

Web, API, worker and command line all get the same thing: a `Work` that may write, or a `Reading` that cannot.
Services take it first and never commit.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy.orm import Session

from docservice.core import journal, outbox
from docservice.core.clock import Clock, legal_day
from docservice.core.db import Database
from docservice.core.hints import Hint, Hints, notify
from docservice.core.queue import Queue

T = TypeVar("T")


@dataclass(frozen=True)
class Actor:
    """Who acts, and as which post; the system's own jobs act without a post.

    `tokens` are the reader tokens of the actor's present posts; `role` is the role of the post that acts.
    """

    name: str
    person_id: UUID | None = None
    post_id: UUID | None = None
    agency_id: UUID | None = None
    unit_id: UUID | None = None
    role: str | None = None
    tokens: frozenset[str] = frozenset()


class Ports:
    """The outside world, asked for by the Protocol it fulfils: `ports[Store]`."""

    def __init__(self, adapters: Mapping[type[Any], object]) -> None:
        self._adapters = dict(adapters)

    def __getitem__(self, port: type[T]) -> T:
        return self._adapters[port]  # type: ignore[return-value] # bootstrap pairs each Protocol with its adapter


@dataclass(frozen=True)
class Reading:
    """A transaction that cannot write."""

    session: Session
    actor: Actor
    now: datetime
    ports: Ports

    @property
    def today(self) -> date:
        """The legal day in Vietnam."""
        return legal_day(self.now)


Listener = Callable[["Work", Any], None]


@dataclass(frozen=True)
class Work(Reading):
    """A transaction that may write. Three verbs leave a trace: `later`, `record` and `note`; `hint` leaves none."""

    listeners: Mapping[type[Any], Sequence[Listener]] = field(default_factory=dict)
    notes: list[journal.Note] = field(default_factory=list)
    hints: dict[UUID, Hint] = field(default_factory=dict)

    def later(
        self,
        job: str,
        *,
        lane: str | None = None,
        merge_key: str | None = None,
        delay: timedelta = timedelta(0),
        **ids: str | int | UUID,
    ) -> None:
        """Promise work: a job row in this very transaction.

        `lane` keeps jobs of one document or parcel in order; jobs of equal `merge_key` that nobody has begun
        are one.
        """
        outbox.enqueue(
            self.session,
            job,
            {k: str(v) for k, v in ids.items()},
            now=self.now,
            delay=delay,
            lane=lane,
            merge_key=merge_key,
        )

    def record(self, event: object) -> None:
        """Tell the listeners of `bootstrap.LISTENERS`; they run now, in this transaction."""
        for listener in self.listeners.get(type(event), ()):
            listener(self, event)

    def note(self, verb: str, subject: UUID | str, **details: object) -> None:
        """Add a line to the journal; it is written last before the commit."""
        self.notes.append(journal.Note(verb, str(subject), details))

    def hint(self, document_id: UUID, tokens: frozenset[str]) -> None:
        """Let the open pages of those with these reader tokens look again, once this transaction is committed."""
        self.hints[document_id] = Hint(document_id, tokens)


class Transactions:
    """Opens `Work` and `Reading` over one database and one set of ports."""

    def __init__(
        self,
        database: Database,
        *,
        clock: Clock,
        ports: Ports,
        queue: Queue,
        listeners: Mapping[type[Any], Sequence[Listener]],
        hints: Hints | None = None,
    ) -> None:
        self.database = database
        self.clock = clock
        self.ports = ports
        self.queue = queue
        self.hints = hints or Hints()
        self._listeners = listeners

    @contextmanager
    def work(self, actor: Actor) -> Iterator[Work]:
        """One transaction: it commits when the block ends, with its journal lines and job rows, or not at all."""
        with self.database.writing() as session:
            work = Work(session, actor, self.clock.now(), self.ports, self._listeners)
            yield work
            session.flush()
            if self.database.is_shared:
                notify(session, work.hints.values())
            # Last of all: from here to the commit everybody else who writes the journal waits.
            journal.append(
                session,
                work.notes,
                at=work.now,
                actor=actor.name,
                as_post=actor.post_id,
                agency_id=actor.agency_id,
            )
        if not self.database.is_shared:
            self.hints.tell(work.hints.values())
        self.queue.wake()

    @contextmanager
    def reading(self, actor: Actor) -> Iterator[Reading]:
        """A transaction that sees one state and changes nothing."""
        with self.database.reading() as session:
            yield Reading(session, actor, self.clock.now(), self.ports)


SYSTEM = Actor(name="hệ thống")

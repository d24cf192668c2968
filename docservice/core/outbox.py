"""Promises kept in a table: a side effect is a row in the same transaction as the fact that wants it.

A broker can lose a message between commit and send; a row cannot be lost that way. Claiming takes a lease and
counts an attempt; finishing is allowed only to the attempt that holds it (the fence), in the same transaction
as the job's result. A job that keeps failing is parked, shown and counted, never deleted, and blocks only its
own lane.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Index, String, Text, case, func, or_, select, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column

from docservice.core.db import Base, Instant
from docservice.core.ids import new_id
from docservice.core.trace import current_trace

MAX_ATTEMPTS = 8
FIRST_DELAY = timedelta(seconds=2)
LONGEST_DELAY = timedelta(hours=1)
# How long at most a job waits for a server that was down, once it is there again.
OUTAGE_DELAY = timedelta(minutes=1)
LEASE = timedelta(seconds=120)
# What stands in `last_error` of a job whose worker was killed, or took longer than its lease.
WORKER_LOST = "WorkerLost: the worker that had it ended without a word, or its lease ran out"
_LONGEST_ERROR = 4000


# The wording must be the same in index and upsert, or SQLite does not see that they belong together.
_NOT_BEGUN = text("attempts = 0 AND merge_key IS NOT NULL")
_OPEN = text("done_at IS NULL")


class Job(Base):
    __tablename__ = "jobs"
    __table_args__ = (
        Index(
            "ux_jobs_merge_key",
            "merge_key",
            unique=True,
            sqlite_where=_NOT_BEGUN,
            postgresql_where=_NOT_BEGUN,
        ),
        Index("ix_jobs_due", "run_at", sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_jobs_lane", "lane", sqlite_where=_OPEN, postgresql_where=_OPEN),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    ids: Mapped[dict[str, Any]]
    lane: Mapped[str | None] = mapped_column(String(80))
    merge_key: Mapped[str | None] = mapped_column(String(160))
    run_at: Mapped[datetime]
    # How often it was begun: the fence. What went wrong is counted apart, since an outage is no fault of the job.
    attempts: Mapped[int] = mapped_column(default=0)
    failures: Mapped[int] = mapped_column(default=0, server_default="0")
    leased_until: Mapped[datetime | None]
    last_error: Mapped[str | None] = mapped_column(Text)
    done_at: Mapped[datetime | None]
    parked_at: Mapped[datetime | None]
    # Called off by the operator; `done_at` is set with it, so that nothing waits for it any more.
    cancelled_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    # What set it off (`core.trace`).
    trace: Mapped[str | None] = mapped_column(String(32))


@dataclass(frozen=True)
class Claim:
    """The right to do one job once: valid while the row's attempt number is still this one.

    `failures` counts the attempts before it that failed, or were never heard of again.
    """

    id: UUID
    name: str
    ids: Mapping[str, str]
    attempt: int
    failures: int
    due_at: datetime
    trace: str | None


@dataclass(frozen=True)
class Backlog:
    """`oldest_due` is the time the longest waiting due job became due; `running` are among the waiting."""

    waiting: int
    running: int
    parked: int
    oldest_due: datetime | None


class LeaseLost(Exception):
    """Another attempt has taken the job over; this one's result must not be written."""


def enqueue(
    session: Session,
    name: str,
    ids: Mapping[str, str],
    *,
    now: datetime,
    delay: timedelta,
    lane: str | None,
    merge_key: str | None,
) -> None:
    """Insert a job row; one of equal merge key that nobody has begun is touched instead."""
    row = {
        "id": new_id(),
        "name": name,
        "ids": dict(ids),
        "lane": lane,
        "merge_key": merge_key,
        "run_at": now + delay,
        "attempts": 0,
        "failures": 0,
        "created_at": now,
        "trace": current_trace(),
    }
    # Touching (not "do nothing") locks the waiting row, so no worker can take it and miss this change.
    if session.get_bind().dialect.name == "postgresql":
        pg = postgresql.insert(Job).values(row)
        session.execute(
            pg.on_conflict_do_update(
                index_elements=[Job.merge_key],
                index_where=_NOT_BEGUN,
                set_={"run_at": func.least(Job.run_at, pg.excluded.run_at)},
            )
        )
    else:
        lite = sqlite.insert(Job).values(row)
        session.execute(
            lite.on_conflict_do_update(
                index_elements=[Job.merge_key],
                index_where=_NOT_BEGUN,
                set_={"run_at": func.min(Job.run_at, lite.excluded.run_at)},
            )
        )


def claim(session: Session, *, now: datetime, job_id: UUID | None = None) -> Claim | None:
    """Take the oldest due job whose lane has no older unfinished one, or only this one; None when it is not due.

    A lease that ran out is a failure nobody told of: it counts, lest a job that kills its worker does so for ever.
    """
    wanted = select(Job.id).where(*_due(now))
    if job_id is not None:
        wanted = wanted.where(Job.id == job_id)
    due = wanted.order_by(Job.run_at, Job.id).limit(1).with_for_update(skip_locked=True).scalar_subquery()
    taken = _take(session, Job.id == due, now=now)
    return taken[0] if taken else None


def claim_more(session: Session, held: Claim, *, now: datetime, most: int) -> list[Claim]:
    """Take further due jobs of the same name that nobody has tried yet, to be done together with the one held."""
    alike = select(Job.id).where(*_due(now), Job.name == held.name, Job.attempts == 0)
    due = alike.order_by(Job.run_at, Job.id).limit(most).with_for_update(skip_locked=True).scalar_subquery()
    return sorted(_take(session, Job.id.in_(due), now=now), key=lambda claim: (claim.due_at, claim.id))


def unclaim(session: Session, *, claimed_at: datetime) -> None:
    """Give back what was claimed at an instant by somebody who never heard whether the claim arrived.

    Should it be another's claim of the same microsecond, the fence refuses whichever of the two comes second.
    """
    session.execute(
        update(Job)
        .where(Job.done_at.is_(None), Job.leased_until == claimed_at + LEASE)
        .values(leased_until=None)
        .execution_options(synchronize_session=False)
    )


def due_jobs(session: Session, *, now: datetime, most: int) -> list[UUID]:
    """The oldest jobs that could be claimed now."""
    return list(session.scalars(select(Job.id).where(*_due(now)).order_by(Job.run_at, Job.id).limit(most)))


def renew(session: Session, held: Claim, *, now: datetime) -> None:
    """Hold the lease longer; raises `LeaseLost` when it is another's already."""
    _update_held(session, held, leased_until=now + LEASE)


def release_leases(session: Session) -> None:
    """Make every claimed job claimable again; the fence refuses whoever held it, should he still be alive."""
    session.execute(
        update(Job)
        .where(Job.done_at.is_(None), Job.leased_until.is_not(None))
        .values(leased_until=None, **_lost())
        .execution_options(synchronize_session=False)
    )


def finish(session: Session, held: Claim, *, now: datetime) -> None:
    """Mark the job done, in the transaction that writes its result; raises `LeaseLost` at the fence."""
    _update_held(session, held, done_at=now, leased_until=None, last_error=None)


def fail(session: Session, held: Claim, *, now: datetime, error: str, is_outage: bool = False) -> datetime | None:
    """Keep the error and wait doubly long; after `MAX_ATTEMPTS` failures park. Returns the next try, None when parked.

    An outage is no fault of the job: it is tried until the server is there again, and never parked.
    """
    told = _storable(error)
    if is_outage:
        again: datetime = now + min(FIRST_DELAY * 2 ** min(held.attempt - 1, 5), OUTAGE_DELAY)
        _update_held(session, held, run_at=again, leased_until=None, last_error=told)
        return again
    failures = held.failures + 1
    if failures >= MAX_ATTEMPTS:
        _update_held(session, held, parked_at=now, leased_until=None, last_error=told, failures=failures)
        return None
    run_at: datetime = now + min(FIRST_DELAY * 2 ** (failures - 1), LONGEST_DELAY)
    _update_held(session, held, run_at=run_at, leased_until=None, last_error=told, failures=failures)
    return run_at


def give_back(session: Session, held: Claim, *, now: datetime) -> None:
    """Let go of a job as if it had not been begun; raises `LeaseLost` when it is another's already.

    It counts as tried all the same, so that it is not taken along with others again.
    """
    _update_held(session, held, run_at=now, leased_until=None)


def retry(session: Session, job_id: UUID, *, now: datetime) -> str | None:
    """Have a parked job, or one that failed and waits, tried now; its name, None when it is neither."""
    again = update(Job).where(Job.id == job_id, *_troubled_and_free(now))
    changed = session.execute(again.values(parked_at=None, failures=0, run_at=now).returning(Job.name))
    return changed.scalar_one_or_none()


def cancel(session: Session, job_id: UUID, *, now: datetime) -> str | None:
    """Call a parked or failing job off, error and all; its name, None when it is neither."""
    off = update(Job).where(Job.id == job_id, *_troubled_and_free(now))
    changed = session.execute(off.values(done_at=now, cancelled_at=now, leased_until=None).returning(Job.name))
    return changed.scalar_one_or_none()


def restore(session: Session, job_id: UUID, *, now: datetime) -> str | None:
    """The way back from `cancel`: the job is due again; its name, None when it was not called off."""
    back = update(Job).where(Job.id == job_id, Job.cancelled_at.is_not(None))
    values = {"done_at": None, "cancelled_at": None, "parked_at": None, "failures": 0, "run_at": now}
    return session.execute(back.values(**values).returning(Job.name)).scalar_one_or_none()


def backlog(session: Session, *, now: datetime) -> Backlog:
    """Count what waits, what is being run, and what is parked."""
    open_jobs = select(func.count()).where(Job.done_at.is_(None))
    due = select(func.min(Job.run_at)).where(Job.done_at.is_(None), Job.parked_at.is_(None), Job.run_at <= now)
    return Backlog(
        waiting=session.scalar(open_jobs.where(Job.parked_at.is_(None))) or 0,
        running=session.scalar(open_jobs.where(Job.leased_until >= now)) or 0,
        parked=session.scalar(open_jobs.where(Job.parked_at.is_not(None))) or 0,
        oldest_due=session.scalar(due),
    )


def cancelled(session: Session, *, most: int) -> list[Job]:
    """The jobs called off last, newest first."""
    wanted = select(Job).where(Job.cancelled_at.is_not(None)).order_by(Job.cancelled_at.desc(), Job.id)
    return list(session.scalars(wanted.limit(most)))


def unfinished(session: Session, *, most: int, skip: int = 0) -> list[Job]:
    """The jobs that wait or are parked: parked first, then the oldest; so many of them, past those skipped."""
    wanted = select(Job).where(Job.done_at.is_(None)).order_by(Job.parked_at.is_(None), Job.run_at, Job.id)
    return list(session.scalars(wanted.limit(most).offset(skip)))


def troubled(session: Session, lane: str) -> Job | None:
    """The oldest unfinished job of a lane that has failed before; None when all goes well."""
    wanted = select(Job).where(Job.lane == lane, Job.done_at.is_(None), Job.last_error.is_not(None))
    return session.scalars(wanted.order_by(Job.id).limit(1)).one_or_none()


def open_keys(session: Session, beginning: str) -> set[str]:
    """The merge keys with this beginning whose jobs are not done: begun and failing ones too, and parked ones."""
    wanted = select(Job.merge_key).where(Job.done_at.is_(None), Job.merge_key.startswith(beginning, autoescape=True))
    return {key for key in session.scalars(wanted) if key is not None}


def promised(session: Session, keys: Collection[str]) -> set[str]:
    """Those of these merge keys whose jobs will be done by themselves: neither done nor parked."""
    open_ones = (Job.done_at.is_(None), Job.parked_at.is_(None))
    wanted = select(Job.merge_key).where(*open_ones, Job.merge_key.in_(keys))
    return {key for key in session.scalars(wanted) if key is not None}


def next_due(session: Session) -> datetime | None:
    """When the next job no lane holds back wants or wanted to run, be it in hand or not; None when there is none."""
    wanted = func.min(Job.run_at, type_=Instant())
    found: datetime | None = session.scalar(
        select(wanted).where(Job.done_at.is_(None), Job.parked_at.is_(None), _first_in_lane())
    )
    return found


def _due(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        Job.done_at.is_(None),
        Job.parked_at.is_(None),
        Job.run_at <= now,
        or_(Job.leased_until.is_(None), Job.leased_until < now),
        _first_in_lane(),
    )


def _troubled_and_free(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Failed before, or parked, and in nobody's hands."""
    return (
        Job.done_at.is_(None),
        or_(Job.parked_at.is_not(None), Job.last_error.is_not(None)),
        or_(Job.leased_until.is_(None), Job.leased_until < now),
    )


def _lost() -> dict[str, Any]:
    """What a row that stands leased owes to whoever had it."""
    leased = Job.leased_until.is_not(None)
    return {
        "failures": Job.failures + case((leased, 1), else_=0),
        "last_error": case((leased, WORKER_LOST), else_=Job.last_error),
    }


def _storable(error: str) -> str:
    """A text every database takes: PostgreSQL refuses NUL and halves of surrogate pairs, which errors may quote."""
    return error.replace("\0", "\N{REPLACEMENT CHARACTER}").encode("utf-8", "replace").decode("utf-8")[:_LONGEST_ERROR]


def _first_in_lane() -> ColumnElement[bool]:
    older = aliased(Job)
    blocked = select(older.id).where(older.lane == Job.lane, older.done_at.is_(None), older.id < Job.id)
    return or_(Job.lane.is_(None), ~blocked.exists())


def _take(session: Session, which: ColumnElement[bool], *, now: datetime) -> list[Claim]:
    taken = session.execute(
        update(Job)
        .where(which)
        .values(leased_until=now + LEASE, attempts=Job.attempts + 1, **_lost())
        .returning(Job.id, Job.name, Job.ids, Job.attempts, Job.failures, Job.run_at, Job.trace)
        .execution_options(synchronize_session=False)
    )
    return [Claim(*row) for row in taken]


def _update_held(session: Session, held: Claim, **values: object) -> None:
    changed = session.execute(
        update(Job)
        .where(Job.id == held.id, Job.attempts == held.attempt, Job.done_at.is_(None))
        .values(**values)
        .returning(Job.id)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    if changed is None:
        raise LeaseLost(str(held.id))

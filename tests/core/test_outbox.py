from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from docservice.core import outbox
from docservice.core.db import Database, DatabaseUnavailable
from docservice.core.ids import new_id
from docservice.core.outbox import Job, LeaseLost
from docservice.core.runner import JobRun, job
from tests.core.node import CLERK, Core

ran: list[tuple[object, ...]] = []
BAD: set[UUID] = set()
TROUBLE = {"left": 0}


@job("test.effect")
def effect(run: JobRun, *, subject_id: UUID) -> None:
    with run.finish():
        ran.append(("effect", subject_id))


@job("test.trouble")
def trouble(run: JobRun, *, subject_id: UUID) -> None:
    if TROUBLE["left"] > 0:
        TROUBLE["left"] -= 1
        raise RuntimeError("máy chủ không trả lời")
    with run.finish():
        ran.append(("trouble", subject_id))


@job("test.together")
def together(run: JobRun, *, subject_id: UUID) -> None:
    subjects = [subject_id, *(ids["subject_id"] for ids in run.take_along(most=2))]
    if BAD & set(subjects):
        raise RuntimeError("một tệp hỏng")
    with run.finish():
        ran.append(("together", *subjects))


@pytest.fixture(autouse=True)
def _fresh() -> None:
    ran.clear()
    BAD.clear()
    TROUBLE["left"] = 0


def jobs(core: Core) -> list[Job]:
    with core.database.reading() as session:
        return list(session.scalars(select(Job).order_by(Job.id)))


def test_a_job_of_a_rolled_back_work_never_existed(core: Core) -> None:
    with pytest.raises(ValueError, match="không"), core.transactions.work(CLERK) as work:
        work.later("test.effect", subject_id=new_id())
        raise ValueError("không")
    core.runner.drain()
    assert ran == []


def test_a_job_runs_once_and_is_done_with_its_result(core: Core) -> None:
    subject = new_id()
    with core.transactions.work(CLERK) as work:
        work.later("test.effect", subject_id=subject)
    core.runner.drain()
    core.runner.drain()
    assert ran == [("effect", subject)]
    assert jobs(core)[0].done_at is not None


def test_a_failing_job_waits_doubly_long_and_then_succeeds(core: Core) -> None:
    TROUBLE["left"] = 2
    with core.transactions.work(CLERK) as work:
        work.later("test.trouble", subject_id=new_id())
    core.runner.drain()
    assert "máy chủ không trả lời" in (jobs(core)[0].last_error or "")
    core.clock.move(timedelta(seconds=1.9))
    core.runner.drain()
    assert TROUBLE["left"] == 1
    core.clock.move(timedelta(seconds=0.2))
    core.runner.drain()
    assert TROUBLE["left"] == 0
    core.clock.move(timedelta(seconds=4))
    core.runner.drain()
    assert len(ran) == 1
    assert jobs(core)[0].last_error is None


def test_a_job_that_never_succeeds_is_parked_and_can_be_tried_again(core: Core) -> None:
    TROUBLE["left"] = outbox.MAX_ATTEMPTS
    with core.transactions.work(CLERK) as work:
        work.later("test.trouble", subject_id=new_id())
    for _ in range(outbox.MAX_ATTEMPTS):
        core.runner.drain()
        core.clock.move(timedelta(hours=2))
    with core.database.reading() as session:
        assert outbox.backlog(session, now=core.clock.now()).parked == 1
    with core.database.writing() as session:
        assert outbox.retry(session, jobs(core)[0].id, now=core.clock.now())
    core.runner.drain()
    assert len(ran) == 1


def test_a_lane_keeps_its_order_and_blocks_nobody_else(core: Core) -> None:
    first, second, other = new_id(), new_id(), new_id()
    TROUBLE["left"] = 1
    with core.transactions.work(CLERK) as work:
        work.later("test.trouble", lane="a", subject_id=first)
        work.later("test.effect", lane="a", subject_id=second)
        work.later("test.effect", lane="b", subject_id=other)
    core.runner.drain()
    assert ran == [("effect", other)]
    core.clock.move(timedelta(seconds=3))
    core.runner.drain()
    assert ran == [("effect", other), ("trouble", first), ("effect", second)]


def test_equal_merge_keys_are_one_job_until_somebody_begins_it(core: Core) -> None:
    subject = new_id()
    for _ in range(3):
        with core.transactions.work(CLERK) as work:
            work.later("test.effect", merge_key="m", subject_id=subject)
    core.runner.drain()
    with core.transactions.work(CLERK) as work:
        work.later("test.effect", merge_key="m", subject_id=subject)
    core.runner.drain()
    assert len(ran) == 2


def test_an_overtaken_attempt_cannot_write_its_result(core: Core) -> None:
    with core.transactions.work(CLERK) as work:
        work.later("test.effect", subject_id=new_id())
    with core.database.writing() as session:
        slow = outbox.claim(session, now=core.clock.now())
    core.clock.move(outbox.LEASE + timedelta(seconds=1))
    core.runner.drain()
    assert slow is not None
    with pytest.raises(LeaseLost), core.database.writing() as session:
        outbox.finish(session, slow, now=core.clock.now())
    assert len(ran) == 1


def test_a_leased_job_is_not_claimed_by_another(core: Core) -> None:
    with core.transactions.work(CLERK) as work:
        work.later("test.effect", subject_id=new_id())
    with core.database.writing() as session:
        assert outbox.claim(session, now=core.clock.now()) is not None
    with core.database.writing() as session:
        assert outbox.claim(session, now=core.clock.now()) is None


def test_jobs_of_one_name_are_done_together_in_their_order(core: Core) -> None:
    subjects = [new_id() for _ in range(4)]
    with core.transactions.work(CLERK) as work:
        for subject in subjects:
            work.later("test.together", subject_id=subject)
        work.later("test.effect", subject_id=subjects[0])
    core.runner.drain()
    assert ran == [("together", *subjects[:3]), ("together", subjects[3]), ("effect", subjects[0])]
    assert all(row.done_at is not None for row in jobs(core))


def test_of_jobs_done_together_a_bad_one_holds_up_no_other(core: Core) -> None:
    subjects = [new_id() for _ in range(3)]
    BAD.add(subjects[1])
    with core.transactions.work(CLERK) as work:
        for subject in subjects:
            work.later("test.together", subject_id=subject)
    core.runner.drain()
    # The others are tried by themselves: at once, or as soon as the first may be tried again.
    assert ran == [("together", subjects[2])]
    core.clock.move(timedelta(seconds=3))
    core.runner.drain()
    assert ran == [("together", subjects[2]), ("together", subjects[0])]
    assert [row.done_at is None for row in jobs(core)] == [False, True, False]
    assert "một tệp hỏng" in (jobs(core)[1].last_error or "")


class LosesAnAnswer(Database):
    """A database whose connection breaks after the next commit, before it is told of."""

    is_next = False

    @contextmanager
    def writing(self) -> Iterator[Session]:
        with super().writing() as session:
            yield session
        if self.is_next:
            self.is_next = False
            raise DatabaseUnavailable


def test_a_claim_whose_answer_was_lost_is_given_back_at_once(core: Core) -> None:
    with core.transactions.work(CLERK) as work:
        work.later("test.effect", subject_id=new_id())
    with closing(LosesAnAnswer(core.database.url)) as database:
        shaky = Core(database, core.clock)
        database.is_next = True
        with pytest.raises(DatabaseUnavailable):
            shaky.runner.run_one()
        assert jobs(core)[0].leased_until is not None
        # Nobody has to wait for the lease to run out.
        assert shaky.runner.run_one()
    assert len(ran) == 1

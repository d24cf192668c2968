"""What a promised job may count on, whoever runs it: the thread of one process and Celery's workers keep the same."""

import signal
import uuid
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from docservice.core import outbox
from docservice.core.journal import JournalLine
from docservice.core.outbox import Job
from docservice.core.work import SYSTEM
from docservice.settings import Settings
from scripts.local_servers import Postgres, Redis
from tests.core.crew import Crew, ended, wait_for
from tests.core.crew_child import DEADLY, EFFECT, OUTAGE, SLOW, TROUBLE

pytestmark = pytest.mark.timeout(180)


@pytest.fixture(scope="module", params=["thread", pytest.param("celery", marks=pytest.mark.servers)])
def shared_crew(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crew]:
    folder = tmp_path_factory.mktemp("crew")
    if request.param == "thread":
        yield from _opened(Settings(data_dir=folder, database_url=f"sqlite:{folder / 'doc.db'}"), lone=True)
        return
    postgres: Postgres = request.getfixturevalue("postgres_server")
    redis: Redis = request.getfixturevalue("redis_server")
    with postgres.database() as url:
        settings = Settings(
            data_dir=folder,
            database_url=url,
            queue_url=redis.settings()["QUEUE_URL"],
            queue_password_file=redis.password_file,
        )
        yield from _opened(settings, lone=False)


def _opened(settings: Settings, *, lone: bool) -> Iterator[Crew]:
    crew = Crew(settings, lone=lone)
    try:
        yield crew
    finally:
        crew.close()


@pytest.fixture
def crew(shared_crew: Crew) -> Iterator[Crew]:
    """With one worker at work, and nothing left lying by the test."""
    shared_crew.worker()
    yield shared_crew
    shared_crew.mark("go")
    shared_crew.unmark("trouble")
    with shared_crew.node.database.writing() as session:
        over = {"done_at": shared_crew.clock.now(), "attempts": Job.attempts + 1}
        session.execute(update(Job).where(Job.done_at.is_(None)).values(**over))
    shared_crew.unmark("go")


def test_each_is_done_once(crew: Crew) -> None:
    promised = [crew.promise() for _ in range(30)]
    wait_for(lambda: all(crew.is_done(one) for one in promised))
    assert crew.effects(*promised) == [1] * 30
    assert {crew.row(one).attempts for one in promised} == {1}


def test_what_is_rolled_back_is_never_done(crew: Crew) -> None:
    with pytest.raises(ZeroDivisionError), crew.node.transactions.work(SYSTEM) as work:
        work.later(EFFECT, merge_key="rolled back", effect_id=uuid.uuid4())
        raise ZeroDivisionError
    later = crew.promise()
    wait_for(lambda: crew.is_done(later))
    with crew.node.database.reading() as session:
        assert session.scalar(select(func.count()).where(Job.merge_key == "rolled back")) == 0


def test_one_lane_keeps_its_order_and_holds_up_no_other(crew: Crew) -> None:
    crew.mark("trouble")
    first = crew.promise(TROUBLE, lane="a")
    rest = [crew.promise(lane="a") for _ in range(3)]
    other = crew.promise(lane="b")
    wait_for(lambda: crew.is_done(other) and crew.free(first))
    assert crew.effects(first, *rest) == [0, 0, 0, 0]
    crew.unmark("trouble")
    crew.clock.move(outbox.FIRST_DELAY)
    wait_for(lambda: crew.is_done(rest[-1]))
    with crew.node.database.reading() as session:
        lines = session.scalars(
            select(JournalLine.subject).where(JournalLine.verb == "effect").order_by(JournalLine.seq)
        ).all()
    assert [line for line in lines if line in {str(one) for one in (first, *rest)}] == [str(o) for o in (first, *rest)]


def test_equal_merge_keys_are_one_job_until_somebody_begins_it(crew: Crew) -> None:
    hour = timedelta(hours=1)
    waiting, merged = crew.promise(merge_key="m", delay=hour), crew.promise(merge_key="m", delay=hour)
    crew.clock.move(hour)
    wait_for(lambda: crew.is_done(waiting))
    after = crew.promise(merge_key="m")
    wait_for(lambda: crew.is_done(after))
    assert crew.effects(waiting, merged, after) == [1, 0, 1]


def test_what_is_for_later_waits_for_its_time(crew: Crew) -> None:
    later = crew.promise(delay=timedelta(minutes=10))
    now = crew.promise()
    wait_for(lambda: crew.is_done(now))
    crew.clock.move(timedelta(minutes=9))
    now = crew.promise()
    wait_for(lambda: crew.is_done(now))
    assert not crew.is_done(later)
    crew.clock.move(timedelta(minutes=1))
    wait_for(lambda: crew.is_done(later))


def test_what_the_clock_starts_is_started_again_and_again(crew: Crew) -> None:
    before = crew.noted("tick")["clock"]
    wait_for(lambda: crew.noted("tick")["clock"] >= before + 2)


def test_what_fails_waits_doubly_long_is_parked_and_can_be_tried_again(crew: Crew) -> None:
    crew.mark("trouble")
    earliest = crew.clock.now()
    failing = crew.promise(TROUBLE)
    for failures in range(1, outbox.MAX_ATTEMPTS):
        wait_for(lambda failures=failures: crew.row(failing).failures == failures)  # type: ignore[misc]
        row, pause = crew.row(failing), outbox.FIRST_DELAY * 2 ** (failures - 1)
        assert "không đọc được" in (row.last_error or "")
        assert earliest + pause <= row.run_at <= crew.clock.now() + pause
        crew.clock.move(row.run_at - crew.clock.now())
        earliest = row.run_at
    wait_for(lambda: crew.row(failing).parked_at is not None)
    assert crew.tries(failing) == outbox.MAX_ATTEMPTS
    crew.clock.move(timedelta(days=1))
    passed = crew.promise()
    wait_for(lambda: crew.is_done(passed))
    assert crew.tries(failing) == outbox.MAX_ATTEMPTS
    crew.unmark("trouble")
    crew.retry(failing)
    wait_for(lambda: crew.is_done(failing))
    assert crew.effects(failing) == [1]
    assert crew.row(failing).last_error is None


def test_an_outage_parks_nothing_and_does_not_count(crew: Crew) -> None:
    crew.mark("trouble")
    waiting = crew.promise(OUTAGE)
    for attempt in range(1, outbox.MAX_ATTEMPTS + 2):
        wait_for(lambda attempt=attempt: crew.tries(waiting) == attempt and crew.free(waiting))  # type: ignore[misc]
        crew.clock.move(outbox.OUTAGE_DELAY)
    row = crew.row(waiting)
    assert (row.failures, row.parked_at) == (0, None)
    crew.unmark("trouble")
    crew.clock.move(outbox.OUTAGE_DELAY)
    wait_for(lambda: crew.is_done(waiting))
    assert crew.effects(waiting) == [1]


def test_a_job_of_a_newer_version_waits_for_who_knows_it(crew: Crew) -> None:
    unknown = crew.promise("test.of_the_next_version")
    wait_for(lambda: crew.free(unknown))
    row = crew.row(unknown)
    assert (row.failures, row.parked_at) == (0, None)
    assert "JobUnknown: test.of_the_next_version" in (row.last_error or "")


def test_a_killed_worker_costs_its_lease_and_nothing_else(crew: Crew) -> None:
    in_hand = crew.promise(SLOW)
    wait_for(lambda: crew.tries(in_hand) == 1)
    worker = crew.worker()
    worker.kill()
    worker.join()
    # Every hint of these goes to nobody.
    behind = [crew.promise() for _ in range(5)]
    crew.mark("go")
    crew.start()
    crew.clock.move(outbox.LEASE)
    wait_for(lambda: all(crew.is_done(one) for one in (in_hand, *behind)))
    assert crew.effects(in_hand, *behind) == [1] * 6
    assert (crew.row(in_hand).failures, crew.row(in_hand).attempts) == (1, 2)


def test_a_job_that_kills_its_workers_is_parked(crew: Crew) -> None:
    worker = crew.worker()
    deadly = crew.promise(DEADLY, delay=timedelta(hours=1))
    with crew.node.database.writing() as session:
        last = outbox.MAX_ATTEMPTS - 1
        session.execute(update(Job).where(Job.id == crew.row(deadly).id).values(failures=last))
    crew.clock.move(timedelta(hours=1))
    assert ended(worker) == -signal.SIGKILL
    crew.start()
    crew.clock.move(outbox.LEASE)
    wait_for(lambda: crew.row(deadly).parked_at is not None)
    assert crew.tries(deadly) == 1
    assert "WorkerLost" in (crew.row(deadly).last_error or "")


def test_workers_are_replaced_while_jobs_come_in(crew: Crew) -> None:
    old = crew.worker()
    in_hand = crew.promise(SLOW)
    wait_for(lambda: crew.tries(in_hand) == 1)
    promised = [crew.promise() for _ in range(10)]
    if crew.lone:
        # Where only one may be at work, the new one comes when the old one has gone.
        old.terminate()
        promised += [crew.promise() for _ in range(10)]
        crew.mark("go")
        assert ended(old) == 0
        crew.start()
    else:
        crew.start()
        old.terminate()
        promised += [crew.promise() for _ in range(10)]
        # What the old one has in hand holds nobody up.
        wait_for(lambda: all(crew.is_done(one) for one in promised))
        assert old.is_alive()
        crew.mark("go")
        assert ended(old) == 0
    wait_for(lambda: all(crew.is_done(one) for one in (in_hand, *promised)))
    assert crew.effects(in_hand, *promised) == [1] * 21
    # No lease had to run out: what was in hand was finished, once.
    assert {crew.row(one).attempts for one in (in_hand, *promised)} == {1}

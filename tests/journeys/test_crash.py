"""Killed anywhere and resumed, a journey ends as if nothing had happened: in one process, and in those of a province.

`CRASH_JOURNEYS=10` runs more of them in each profile than the two and the one that belong to every test run.
"""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlalchemy import select

from docservice.bootstrap import Node, build
from docservice.core import journal, outbox
from docservice.core.intake import Intake
from docservice.core.outbox import Job
from docservice.core.work import SYSTEM
from docservice.demo import people
from docservice.doctor import examine_node
from docservice.documents import queries, storing
from docservice.documents.models import Direction, Document, Number, Register
from docservice.exchange.carrier import Carrier
from docservice.exchange.models import Parcel, Receipt, Way
from docservice.meetings.models import Meeting, Pack
from docservice.settings import Settings
from docservice.signatures.models import Signing
from tests.core.crew_child import ShiftedClock
from tests.journeys.crash_child import CLOCK, play
from tests.journeys.profile import environment
from tests.judges import cut_signatures
from tests.operations.profiles import Fresh

pytestmark = [pytest.mark.crash, pytest.mark.office, pytest.mark.slow, pytest.mark.timeout(900)]

JOURNEYS = int(os.environ.get("CRASH_JOURNEYS", "0"))
# No moment of this name comes: who waits for it lives on.
NEVER = ("never", 1)
Moment = tuple[str, int]


def kills(seed: int) -> list[Moment]:
    """Five moments: among them one between store and commit, one in signing, one in delivery."""
    chance = random.Random(seed)  # noqa: S311 - repeatable, not secret
    wanted = [
        ("stored", chance.randint(1, 5)),
        ("stamped", 1),
        ("sent", chance.randint(1, 2)),
        ("commit", chance.randint(4, 25)),
        (chance.choice(["collected", "done", "stored"]), 1),
    ]
    chance.shuffle(wanted)
    return wanted


def kills_apart(seed: int) -> tuple[list[Moment], list[Moment]]:
    """Two moments of the process of the pages, four of the worker's."""
    chance = random.Random(seed)  # noqa: S311 - as above
    pages = [("stored", chance.randint(1, 2)), ("commit", chance.randint(2, 12))]
    worker = [
        ("stamped", 1),
        ("sent", chance.randint(1, 2)),
        ("commit", chance.randint(4, 25)),
        (chance.choice(["collected", "done", "stored"]), 1),
    ]
    chance.shuffle(pages)
    chance.shuffle(worker)
    return pages, worker


def called(settings: Settings, part: str, moment: Moment = NEVER) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tests.journeys.crash_child", part, moment[0], str(moment[1])]
    with log_of(settings, part).open("ab") as log:
        return subprocess.Popen(command, env=os.environ | environment(settings), stderr=log)


def log_of(settings: Settings, part: str) -> Path:
    return settings.data_dir / f"{part}.log"


def killed(settings: Settings, part: str, code: int) -> bool:
    """Whether that is how a part died; False when it ended in good order."""
    assert code in (0, -signal.SIGKILL), log_of(settings, part).read_text("utf-8")
    return code != 0


@pytest.mark.parametrize("seed", range(JOURNEYS or 2))
def test_a_journey_killed_five_times_ends_whole(tmp_path: Path, seed: int) -> None:
    settings = Settings(data_dir=tmp_path)
    died = [killed(settings, "alone", called(settings, "alone", moment).wait()) for moment in kills(seed)]
    assert died == [True] * 5, "a kill came too late to be one"
    node = build(settings)
    try:
        play(node)
        whole(node)
    finally:
        node.close()


class Mortal:
    """A process that dies at one moment after the other and is started again each time."""

    def __init__(self, settings: Settings, part: str, moments: list[Moment], *, after: Callable[[], None]) -> None:
        """`after` each death something happens."""
        self._settings, self._part, self._moments, self._after = settings, part, moments, after
        self.deaths = -1
        self._begin()

    def _begin(self) -> None:
        self.deaths += 1
        moment = self._moments.pop(0) if self._moments else NEVER
        self._child = called(self._settings, self._part, moment)

    def has_ended(self) -> bool:
        """Whether it ended in good order."""
        code = self._child.poll()
        if code is None:
            return False
        if not killed(self._settings, self._part, code):
            return True
        self._after()
        self._begin()
        return False

    def stop(self) -> None:
        """In good order; killed where it does not listen."""
        self._child.terminate()
        try:
            self._child.wait(timeout=60)
        finally:
            self._child.kill()


@pytest.mark.servers
@pytest.mark.parametrize("seed", range(JOURNEYS or 1))
def test_a_journey_whose_pages_and_workers_are_killed_ends_whole(tmp_path: Path, seed: int, servers: Fresh) -> None:
    fresh = servers(tmp_path)
    # Hints of other tests, whose workers may be at work meanwhile, go through number 0.
    settings = fresh.model_copy(update={"queue_url": f"{fresh.queue_url.rpartition('/')[0]}/2"})
    clock = ShiftedClock(settings.base / CLOCK)
    for_pages, for_worker = kills_apart(seed)
    with ExitStack() as stack:
        # What a dead worker had in hand comes back when its lease has run out.
        worker = Mortal(settings, "worker", for_worker, after=lambda: clock.move(outbox.LEASE))
        stack.callback(worker.stop)
        beat = Mortal(settings, "beat", [], after=lambda: None)
        stack.callback(beat.stop)
        pages = Mortal(settings, "pages", for_pages, after=lambda: None)
        stack.callback(pages.stop)
        while not pages.has_ended():
            assert not worker.has_ended()
            assert not beat.has_ended()
            time.sleep(0.05)
    assert (pages.deaths, worker.deaths) == (2, 4), "a kill came too late to be one"
    node = build(settings, clock=clock)
    try:
        # What the clock started at the end.
        node.runner.drain()
        whole(node)
    finally:
        node.close()


def whole(node: Node) -> None:
    """One number, one parcel, one signature of each signer; the chain whole, nothing left in intake or mail."""
    with node.transactions.reading(SYSTEM) as reading:
        session = reading.session
        assert journal.verify_chain(session).broken_at is None
        assert session.scalars(select(Job).where(Job.done_at.is_(None))).all() == []
        documents = session.scalars(select(Document)).all()
        assert Counter(d.direction for d in documents) == {Direction.OUTGOING: 2, Direction.INCOMING: 2}
        given = session.execute(select(Register.series, Number.ordinal, Register.opened_after).join(Register)).all()
        assert sorted(ordinal - opened for _, ordinal, opened in given) == [1, 1, 1, 1]
        parcels = session.scalars(select(Parcel)).all()
        assert Counter(p.way for p in parcels) == {Way.OUT: 2, Way.IN: 2}
        for parcel in parcels:
            codes = session.scalars(select(Receipt.code).where(Receipt.parcel_id == parcel.id)).all()
            assert sorted(codes) == ["01", "03", "04", "05", "06"]
        signings = session.scalars(select(Signing)).all()
        assert len(signings) == 4
        assert all(s.finished_at for s in signings)
        for document in documents:
            version = queries.latest_version(reading, document.id)
            assert version is not None
            fields = [cut.field for cut in cut_signatures(storing.get(node.ports, version.sha256))]
            assert sorted(fields) == ["agency", "leader"]
        assert len(session.scalars(select(Meeting)).all()) == len(session.scalars(select(Pack)).all()) == 1
    assert node.ports[Intake].names() == frozenset()
    assert node.ports[Carrier].check().waiting == 0
    assert people.AGENCIES
    assert [f for f in examine_node(node, recount=True) if f.ok is False] == []

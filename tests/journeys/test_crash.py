"""Killed anywhere and resumed, a journey ends as if nothing had happened.

`CRASH_JOURNEYS=10` runs more of them than the two that belong to every test run.
"""

import os
import random
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import select

from docservice.bootstrap import Node, build
from docservice.core import journal
from docservice.core.intake import Intake
from docservice.core.outbox import Job
from docservice.core.work import SYSTEM
from docservice.demo import people, script
from docservice.demo.journey import Journey
from docservice.doctor import examine_node
from docservice.documents import queries, storing
from docservice.documents.models import Direction, Document, Number, Register
from docservice.exchange.carrier import Carrier
from docservice.exchange.models import Parcel, Receipt, Way
from docservice.meetings.models import Meeting, Pack
from docservice.settings import Settings
from docservice.signatures.models import Signing
from tests.judges import cut_signatures

pytestmark = [pytest.mark.crash, pytest.mark.office, pytest.mark.slow, pytest.mark.timeout(400)]

JOURNEYS = int(os.environ.get("CRASH_JOURNEYS", "2"))


def kills(seed: int) -> list[tuple[str, int]]:
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


@pytest.mark.parametrize("seed", range(JOURNEYS))
def test_a_journey_killed_five_times_ends_whole(tmp_path: Path, seed: int) -> None:
    died = 0
    for name, ordinal in kills(seed):
        child = subprocess.run(
            [sys.executable, "-m", "tests.journeys.crash_child", str(tmp_path), name, str(ordinal)],
            check=False,
            capture_output=True,
        )
        assert child.returncode in (0, -signal.SIGKILL), child.stderr.decode()
        died += child.returncode == -signal.SIGKILL
    assert died == 5, "a kill came too late to be one"
    node = build(Settings(data_dir=tmp_path))
    try:
        told = script.load(None)
        Journey(node, told, tell=lambda _words, _seconds: None).run()
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

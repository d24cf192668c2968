"""Many signatures while everything fails at random: each is made once, none is stuck, whoever waits says for what.

`SIGNING_JOBS=2000` signs as many as that instead of the hundred of every test run.
"""

import os
import signal
import subprocess
import sys
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import inspect, select

from docservice.core import journal
from docservice.core.ids import new_id
from docservice.core.outbox import Job
from docservice.core.sandbox import Sandbox
from docservice.core.work import SYSTEM, Work
from docservice.documents import storing
from docservice.documents.models import Document, DocumentReader, Stage, Step, Version
from docservice.documents.status import Status
from docservice.signatures.models import Evidence, Signing
from docservice.workflow import service as workflow
from tests.judges import cut_signatures
from tests.node import MORNING, Office, open_office

pytestmark = [pytest.mark.crash, pytest.mark.slow, pytest.mark.timeout(3000)]

JOBS = int(os.environ.get("SIGNING_JOBS", "100"))
# How many commits a worker may live to see: its start costs as much as signing thirty documents.
LONGEST = max(120, JOBS // 5)


def copied(row: Any, **changes: Any) -> Any:
    """The same row again, but for what is given."""
    kept = {attribute.key: getattr(row, attribute.key) for attribute in inspect(type(row)).column_attrs}
    return type(row)(**{**kept, **changes})


def multiply(work: Work, document_id: UUID, times: int) -> list[UUID]:
    """The document with its steps, versions and readers, that many times."""
    document = work.session.get_one(Document, document_id)
    parts: list[Any] = []
    for kind in (Step, Version, DocumentReader):
        parts += work.session.scalars(select(kind).where(kind.document_id == document_id)).all()
    made = []
    for _ in range(times):
        twin = copied(document, id=new_id())
        work.session.add(twin)
        work.session.flush()
        for part in parts:
            own = {} if isinstance(part, DocumentReader) else {"id": new_id()}
            work.session.add(copied(part, document_id=twin.id, **own))
        made.append(twin.id)
    return made


def asked(folder: Path, sandbox: Sandbox) -> list[UUID]:
    """Documents whose leader has consented to each."""
    with open_office(folder, sandbox=sandbox) as office:
        first = office.checked()
        with office.node.transactions.work(SYSTEM) as work:
            ids = [first, *multiply(work, first, JOBS - 1)]
        shown = office.shown(first)
        for document_id in ids:
            office.act("c.leader", workflow.approve_and_sign, document_id=document_id, consented_sha256=shown)
    return ids


def test_none_stuck_none_twice(tmp_path: Path, sandbox: Sandbox) -> None:
    ids = asked(tmp_path, sandbox)
    died = 0
    for round_ in range(JOBS * 3):
        start = MORNING + timedelta(hours=1 + round_)
        told = (str(tmp_path), str(round_), start.isoformat(), str(LONGEST))
        child = subprocess.run(
            [sys.executable, "-m", "tests.signatures.chaos_child", *told],
            check=False,
            capture_output=True,
        )
        assert child.returncode in (0, -signal.SIGKILL), child.stderr.decode()
        if child.returncode == 0:
            break
        died += 1
    assert died > 0, "nobody was killed"
    with open_office(tmp_path, sandbox=sandbox) as office:
        examine(office, ids)


def examine(office: Office, ids: list[UUID]) -> None:
    with office.reading() as reading:
        session = reading.session
        parked = session.scalars(select(Job).where(Job.done_at.is_(None))).all()
        assert [(job.name, job.last_error) for job in parked] == []
        assert journal.verify_chain(session).broken_at is None
        signings = {s.document_id: s for s in session.scalars(select(Signing)).all()}
        assert len(signings) == len(ids)
        evidence = Counter(session.scalars(select(Evidence.signing_id)).all())
        for document_id in ids:
            document, signing = session.get_one(Document, document_id), signings[document_id]
            assert (document.status, signing.finished_at is not None) == (Status.TO_NUMBER, True)
            # Each document that waits says for whom and since when.
            assert document.waiting_for
            assert document.waiting_since
            assert evidence[signing.id] == 1
            wanted = select(Version).where(Version.document_id == document_id, Version.stage == Stage.SIGNED)
            (version,) = session.scalars(wanted).all()
            (verdict,) = (version.verdict or {})["signatures"]
            level = "B-T" if signing.stamped_at else "B-B"
            assert (verdict["indication"], verdict["level"]) == ("TOTAL-PASSED", level)
            assert len(cut_signatures(storing.get(reading.ports, version.sha256))) == 1
        assert {signing.stamped_at is None for signing in signings.values()} == {True, False}

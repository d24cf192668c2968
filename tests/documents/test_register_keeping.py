"""Register books become files that the store keeps as originals; a closed case file's originals are retained."""

import csv
import hashlib
import io
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, inspect, select, update

from docservice.core.ids import new_id
from docservice.core.journal import JournalLine
from docservice.core.outbox import Job
from docservice.core.sandbox import Sandbox
from docservice.core.work import SYSTEM
from docservice.documents import queries, storing, uploads
from docservice.documents.errors import FormValueWrong
from docservice.documents.models import File, Stage, Urgency
from docservice.documents.originals import originals
from docservice.documents.register_keeping import KEEP, RegisterCopy
from docservice.documents.uploads import UploadRefused
from docservice.exchange.models import Parcel, Way
from docservice.records import service as records
from docservice.records.jobs import RETAIN
from docservice.records.models import CaseFile
from docservice.records.retaining import SLACK
from docservice.workflow import service as workflow
from storage import Store, StoredFile
from tests.node import Office, open_office
from tests.passing_store import PassingStore
from tests.signing.builders import paper


class Retaining(PassingStore):
    """Remembers what it was asked to keep as an original, and until when."""

    def __init__(self, inner: Store) -> None:
        super().__init__(inner)
        self.originals: set[str] = set()
        self.until: dict[str, datetime] = {}

    def put(self, source: io.BytesIO, *, original: bool = False) -> StoredFile:  # type: ignore[override] # in memory
        stored = super().put(source, original=original)
        self.originals |= {stored.key} if original else set()
        return stored

    def retains(self) -> bool:
        return True

    def retain(self, key: str, until: datetime | None = None) -> datetime | None:
        super().retain(key, until)
        if until is None:
            self.originals.add(key)
        else:
            self.until[key] = max(until, self.until.get(key, until))
        return self.until.get(key)


@pytest.fixture
def kept(seeded: Path, tmp_path: Path, sandbox: Sandbox) -> Iterator[tuple[Office, Retaining]]:
    """An office whose store retains."""
    shutil.copytree(seeded, tmp_path, dirs_exist_ok=True)
    with open_office(tmp_path, sandbox=sandbox, replace={Store: Retaining}) as office:
        store = office.node.ports[Store]
        assert isinstance(store, Retaining)
        yield office, store


def copies(office: Office) -> list[RegisterCopy]:
    with office.reading() as reading:
        return list(reading.session.scalars(select(RegisterCopy).order_by(RegisterCopy.made_on, RegisterCopy.lines)))


def test_books_are_written_out_once_a_month_when_they_grew(office: Office) -> None:
    office.released()
    office.node.runner.enqueue(KEEP)
    office.drain()
    first = copies(office)
    assert {copy.lines for copy in first} == {1}
    with office.reading() as reading:
        rows = list(csv.reader(io.StringIO(storing.get(reading.ports, first[0].sha256).decode())))
        named = reading.session.scalars(select(File).where(File.sha256 == first[0].sha256)).one()
        verbs = list(reading.session.scalars(select(JournalLine.verb)))
    assert (len(rows), rows[0][0], rows[0][-1], named.media_type) == (2, "Số thứ tự", "Hủy số", "text/csv")
    assert verbs.count("keep_register") == len(first)
    office.released()
    office.node.runner.enqueue(KEEP)
    office.drain()
    assert len(copies(office)) == len(first)
    office.clock.move(timedelta(days=10))
    office.node.runner.enqueue(KEEP)
    office.drain()
    assert len(copies(office)) == 2 * len(first)
    assert {copy.lines for copy in copies(office)} == {1, 2}


@pytest.mark.parametrize(
    ("retention", "until"),
    [("10 năm", datetime(2036, 12, 31, 17, tzinfo=UTC)), ("Vĩnh viễn", datetime(2029, 12, 31, 17, tzinfo=UTC))],
)
def test_signed_originals_of_a_closed_case_file_are_retained(
    kept: tuple[Office, Retaining], retention: str, until: datetime
) -> None:
    office, store = kept
    document_id = office.released()
    case_file = office.act("c.official", records.open_case_file, title="Việc", retention=retention)
    office.act("c.official", records.add_document, case_file_id=case_file.id, document_id=document_id)
    office.act("c.official", records.close_case_file, case_file_id=case_file.id)
    office.drain()
    with office.reading() as reading:
        sealed = queries.latest_version(reading, document_id, stage=Stage.SEALED)
    assert sealed is not None
    assert sealed.sha256 in store.originals
    assert store.until[sealed.sha256] == until
    # What is kept for ever is locked for a further year each year; nothing else is touched, or ever shortened.
    for years, moved in ((0, timedelta(days=1)), (1, timedelta(days=365))):
        office.clock.move(moved)
        office.node.runner.enqueue(RETAIN)
        office.drain()
        for_ever = until.replace(year=until.year + years)
        assert store.until[sealed.sha256] == (for_ever if retention == "Vĩnh viễn" else until)


def test_case_files_that_fail_hold_up_none_behind_them(kept: tuple[Office, Retaining]) -> None:
    """More of them than a round takes: the next goes on behind, and what waits is not promised twice."""
    office, _ = kept
    case_file = office.act("c.official", records.open_case_file, title="Việc", retention="10 năm")
    with office.node.transactions.work(SYSTEM) as work:
        row = {attribute.key: getattr(case_file, attribute.key) for attribute in inspect(CaseFile).column_attrs}
        own = [{"id": new_id(), "ordinal": at, "notation": str(at), "closed_at": work.now} for at in range(2, 1_007)]
        work.session.execute(insert(CaseFile), [row | one for one in own])
    office.node.runner.enqueue(RETAIN)
    assert retain_round(office) == 1_000
    # They were begun, and failed.
    with office.node.transactions.work(SYSTEM) as work:
        work.session.execute(update(Job).where(Job.name == "records.retain_originals").values(attempts=1, failures=1))
    assert retain_round(office) == 1_005
    office.node.runner.enqueue(RETAIN)
    assert [retain_round(office), retain_round(office)] == [1_005, 1_005]
    with office.reading() as reading:
        assert reading.session.scalars(select(Job).where(Job.name == RETAIN, Job.done_at.is_(None))).all() == []


def retain_round(office: Office) -> int:
    """Run the one job that promises, and nothing of what it promised; how many case files wait then."""
    office.clock.move(SLACK)
    with office.reading() as reading:
        open_jobs = select(Job.id).where(Job.done_at.is_(None))
        job_id = reading.session.scalars(open_jobs.where(Job.name == RETAIN)).one()
        assert office.node.runner.run_one(job_id)
    with office.reading() as reading:
        return len(reading.session.scalars(open_jobs.where(Job.name == "records.retain_originals")).all())


def test_what_comes_in_is_kept_as_an_original(kept: tuple[Office, Retaining]) -> None:
    """A parcel's message and files, and a scan once its document is entered; not what only asks to be one."""
    office, store = kept
    office.released()
    ports = office.node.ports
    scan = uploads.take_in(ports, name="quet.pdf", data=paper("Công văn giấy"), is_scan=True)
    said: dict[str, Any] = {
        "scan_sha256": scan.sha256, "scan_size": scan.size, "kind_name": "Công văn", "subject": "Việc trên giấy",
        "origin_name": "Ủy ban nhân dân xã khác", "origin_notation": "12/CV-UBND",
        "issued_on": office.clock.now().date(), "due": None, "urgency": Urgency.NORMAL,
    }  # fmt: skip
    with pytest.raises(FormValueWrong):
        office.act("c.clerk", workflow.enter_paper, **{**said, "subject": " "})
    office.drain()
    assert scan.sha256 not in store.originals
    office.act("c.clerk", workflow.enter_paper, **said)
    office.drain()
    draft = uploads.take_in(ports, name="du-thao.pdf", data=paper("Phụ lục"))
    with pytest.raises(UploadRefused):
        uploads.take_in(ports, name="quet.dwg", data=b"AC1032 ban ve", is_scan=True)
    with office.reading() as reading:
        parcels = reading.session.scalars(select(Parcel).where(Parcel.way == Way.IN)).all()
        wanted = {parcel.original_sha256 for parcel in parcels} | {scan.sha256}
        assert len(wanted) == 2
        assert originals(reading, [*store.originals, draft.sha256]) == store.originals
    assert wanted <= store.originals
    assert draft.sha256 not in store.originals
    assert not store.exists(hashlib.sha256(b"AC1032 ban ve").hexdigest())

"""Files behind the rows: checked in slices, mended from the second copy, cleared when nobody names them."""

import io
import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from docservice.core.clock import SetClock
from docservice.core.journal import JournalLine
from docservice.core.sandbox import Sandbox
from docservice.core.work import SYSTEM
from docservice.documents import file_names, storing
from docservice.documents.errors import FileBroken
from docservice.documents.facts import keep_derivative, name_file
from docservice.documents.file_care import CHECK, FileCare, current_round, due, open_troubles, share_done
from docservice.documents.file_clearing import CLEAR, strays
from docservice.documents.file_copies import COPY, uncopied
from docservice.documents.file_models import FileRound, Place
from docservice.documents.models import Derivative
from docservice.files import retain_everything
from docservice.identity.models import Agency
from storage import NotStored, Store, open_store, verify
from storage.store import path_of
from tests.node import Office, open_office
from tests.passing_store import PassingStore

DAY = timedelta(days=1)


class Files:
    """A node with a second store, and named files in it."""

    def __init__(self, office: Office, folder: Path) -> None:
        self.office, self.folder = office, folder
        self.store = office.node.ports[Store]
        second = office.node.ports[FileCare].second
        assert second is not None
        self.second = second

    def put(self, data: bytes, *, named: bool = True) -> str:
        stored = self.store.put(io.BytesIO(data))
        if named:
            with self.office.node.transactions.work(SYSTEM) as work:
                agency = work.session.scalars(select(Agency.id)).first()
                assert agency is not None
                name_file(work, agency, sha256=stored.key, size=stored.size, media_type="text/plain")
        return stored.key

    def run(self, job: str) -> None:
        self.office.node.runner.enqueue(job)
        for _ in range(20):
            self.office.node.runner.drain()
            self.office.clock.move(timedelta(seconds=2))  # a slice waits a second for the next

    def lying(self, key: str) -> Path:
        return self.folder / "files" / path_of(key)

    def verbs(self) -> list[str]:
        with self.office.reading() as reading:
            return list(reading.session.scalars(select(JournalLine.verb).order_by(JournalLine.seq)))

    def troubles(self) -> list[tuple[str, str, str]]:
        with self.office.reading() as reading:
            return [(row.key, row.place, row.wrong) for row in open_troubles(reading)]

    def round(self) -> FileRound:
        with self.office.reading() as reading:
            found = current_round(reading)
        assert found is not None
        return found


@pytest.fixture
def files(seeded: Path, tmp_path: Path, sandbox: Sandbox) -> Iterator[Files]:
    shutil.copytree(seeded, tmp_path, dirs_exist_ok=True)
    care = FileCare(open_store("file:copies", base=tmp_path), 1, sealed=False)
    with open_office(tmp_path, sandbox=sandbox, replace={FileCare: care}) as office:
        yield Files(office, tmp_path)


def test_every_file_gets_a_second_copy(files: Files) -> None:
    keys = [files.put(f"tệp {n}".encode()) for n in range(7)]
    files.run(COPY)
    for key in keys:
        verify(files.second, key)
    with files.office.reading() as reading:
        assert uncopied(reading) == 0


def test_a_round_looks_at_every_file_once(files: Files) -> None:
    keys = {files.put(f"tệp {n}".encode()) for n in range(250)}
    files.office.clock.move(timedelta(hours=14))  # at night slices follow one another
    files.run(CHECK)
    row = files.round()
    assert row.ended_at is not None
    with files.office.reading() as reading:
        known = set(file_names.next_named(reading, after="", most=10_000))
    assert keys <= known
    assert (row.checked, row.bad) == (len(known), 0)
    files.run(CHECK)
    assert files.round().id == row.id
    files.office.clock.move(DAY)
    files.run(CHECK)
    assert files.round().id != row.id


def test_lost_and_changed_files_are_mended_from_the_second_copy_and_back(files: Files) -> None:
    lost, changed, fine = (files.put(name) for name in (b"lost", b"changed", b"fine"))
    files.run(COPY)
    files.lying(lost).unlink()
    files.lying(changed).write_bytes(b"CHANGED")
    (files.folder / "copies" / path_of(fine)).write_bytes(b"FINE")
    files.run(CHECK)
    for key in (lost, changed, fine):
        verify(files.store, key)
        verify(files.second, key)
    assert files.troubles() == []
    verbs = files.verbs()
    assert (verbs.count("miss_file"), verbs.count("find_file_changed"), verbs.count("mend_file")) == (1, 2, 3)
    assert files.round().mended >= 3


def test_what_cannot_be_mended_is_alarmed_once_and_looked_at_again(files: Files) -> None:
    key = files.put(b"only here")
    files.lying(key).write_bytes(b"ONLY HERE")
    files.run(CHECK)
    assert files.troubles() == [(key, Place.FIRST, "changed")]
    files.office.clock.move(timedelta(hours=2))
    files.run(CHECK)
    assert files.verbs().count("find_file_changed") == 1
    files.store.mend(key, io.BytesIO(b"only here"))
    files.office.clock.move(timedelta(hours=2))
    files.run(CHECK)
    assert files.troubles() == []
    assert files.verbs().count("mend_file") == 1


def test_something_made_from_a_file_is_dropped_and_made_again(files: Files) -> None:
    origin, text = files.put(b"origin"), files.put(b"text", named=False)
    with files.office.node.transactions.work(SYSTEM) as work:
        keep_derivative(work, of_sha256=origin, recipe="text", recipe_version=1, key=text)
    files.lying(text).write_bytes(b"TEXT")
    files.run(CHECK)
    with files.office.reading() as reading:
        assert reading.session.get(Derivative, (origin, "text", 1)) is None
    assert files.troubles() == []
    assert files.put(b"text", named=False) == text
    verify(files.store, text)


def test_who_opens_a_broken_file_is_told_so(files: Files) -> None:
    lost, changed = files.put(b"lost"), files.put(b"changed")
    files.lying(lost).unlink()
    files.lying(changed).write_bytes(b"CHANGED")
    for key in (lost, changed):
        with pytest.raises(FileBroken):
            storing.get(files.office.node.ports, key)


def test_while_the_second_store_is_away_the_first_is_checked(files: Files) -> None:
    key = files.put(b"a")
    (files.folder / "copies").rename(files.folder / "elsewhere")
    (files.folder / "copies").write_bytes(b"no folder")
    files.lying(key).unlink()
    files.run(CHECK)
    assert files.troubles() == [(key, Place.FIRST, "lost")]


def test_a_slice_is_due_at_night_and_by_day_only_when_a_day_is_missing() -> None:
    begun = datetime(2026, 11, 1, 3, 0, tzinfo=UTC)
    row = FileRound(begun_at=begun, done_to="80" + "0" * 62, ended_at=None)
    assert share_done(row) == 0.5
    noon, midnight = timedelta(hours=2), timedelta(hours=14)
    assert not due(row, 30, begun + 14 * DAY + noon)
    assert due(row, 30, begun + 14 * DAY + midnight)
    assert not due(row, 30, begun + 16 * DAY)
    assert due(row, 30, begun + 16 * DAY + noon)


def test_what_no_row_names_goes_after_two_looks_and_not_before(files: Files) -> None:
    office = files.office
    named, stray, again, later = (
        files.put(b"named"),
        files.put(b"stray", named=False),
        files.put(b"again", named=False),
        files.put(b"later", named=False),
    )
    long_ago = datetime.now(UTC) - 10 * DAY
    for key in (named, stray, again, later):
        os.utime(files.lying(key), (long_ago.timestamp(),) * 2)
    young = files.put(b"young", named=False)
    assert isinstance(office.clock, SetClock)
    office.clock.at = datetime.now(UTC) - 3 * DAY
    files.run(CLEAR)
    with office.reading() as reading:
        assert {row.key for row in strays(reading)} == {stray, again, later}
    files.run(CLEAR)
    assert files.store.exists(stray)
    office.clock.move(DAY + timedelta(hours=2))
    assert files.put(b"again", named=False) == again  # refreshes its time
    files.put(b"later")  # a row names it now
    files.run(CLEAR)
    assert not files.store.exists(stray)
    for key in (named, again, later, young):
        assert files.store.exists(key)
    assert files.verbs().count("delete_stray") == 1


def test_a_file_named_by_any_row_of_any_table_is_kept(files: Files) -> None:
    with files.office.reading() as reading:
        everything = {file.key for file in files.store.list()}
        assert everything
        assert file_names.named(reading, everything) == everything
        assert file_names.named(reading, ["f" * 64]) == set()


def test_after_a_documents_whole_life_every_file_has_its_row(office: Office) -> None:
    office.released()
    with office.reading() as reading:
        known = set(file_names.next_named(reading, after="", most=10_000))
    lying = {file.key for file in office.node.ports[Store].list()}
    with office.reading() as reading:
        assert file_names.named(reading, lying) == lying
    assert lying <= known


class Clearing(PassingStore):
    """Somebody clears each file just before it is to be retained."""

    def retains(self) -> bool:
        return True

    def retain(self, key: str, until: datetime | None = None) -> datetime | None:  # noqa: ARG002 # the port's
        raise NotStored("not_stored", key=key)


def test_a_file_cleared_before_it_is_locked_is_no_loss_of_the_first(
    seeded: Path, tmp_path: Path, sandbox: Sandbox
) -> None:
    shutil.copytree(seeded, tmp_path, dirs_exist_ok=True)
    second = Clearing(open_store("file:copies", base=tmp_path))
    with open_office(tmp_path, sandbox=sandbox, replace={FileCare: FileCare(second, 1, sealed=False)}) as office:
        office.released()
        files = Files(office, tmp_path)
        files.run(COPY)
        with office.reading() as reading:
            assert uncopied(reading) == 0
        assert files.troubles() == []
        retain_everything(office.node, second)

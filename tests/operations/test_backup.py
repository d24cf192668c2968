"""A backup is whole: restored into empty places, everything is compared. In both profiles, on real servers."""

from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select

from docservice.__main__ import main
from docservice.core import journal
from docservice.core.sandbox import Sandbox
from docservice.core.work import SYSTEM
from docservice.documents.models import Document, File
from docservice.exchange.carrier import Carrier
from docservice.operations.backup import BackupPlan, Outcome, back_up
from docservice.operations.backup_keys import (
    IdentityUnreadable,
    RecipientWrong,
    identities_in,
    make_identity,
    recipients_of,
)
from docservice.operations.queries import last_backups
from docservice.operations.rows import all_columns, digests
from docservice.operations.vault import (
    BackupBusy,
    BackupDamaged,
    BackupPlaceWrong,
    IdentityWrong,
    Vault,
)
from docservice.operations.verifying import verify_snapshot
from docservice.restoring import SnapshotUnknown, TargetNotEmpty, restore
from docservice.settings import Settings
from scripts.local_servers.place import free_port
from search import Index, Query
from storage import Store, verify
from storage.store import path_of
from tests.node import MORNING, REPORT, Office
from tests.operations.profiles import Fresh, embedded, live, opened

BUSY = {"backup_run", "jobs"}  # written by the backup itself


@pytest.fixture(params=["embedded", pytest.param("server", marks=pytest.mark.servers)])
def fresh(request: pytest.FixtureRequest) -> Fresh:
    if request.param == "embedded":
        return embedded
    found: Fresh = request.getfixturevalue("servers")
    return found


class Keeper:
    """Who keeps the key, and the place of backups."""

    def __init__(self, folder: Path) -> None:
        self.identity = folder / "identity.txt"
        self.recipient = make_identity(self.identity, now=MORNING)
        self.place = folder / "backups"

    def settings(self, settings: Settings, **more: object) -> Settings:
        given = {"backup_dir": self.place, "backup_recipient": self.recipient, **more}
        return settings.model_copy(update=given)

    @property
    def vault(self) -> Vault:
        return Vault(self.place)


@pytest.fixture
def keeper(tmp_path: Path) -> Keeper:
    return Keeper(tmp_path)


def make(office: Office, budget: timedelta | None = None) -> Outcome:
    office.clock.move(timedelta(hours=1))
    return back_up(office.node.transactions, office.node.ports, office.node.ports[BackupPlan], budget=budget)


def test_a_node_comes_back_whole(fresh: Fresh, keeper: Keeper, sandbox: Sandbox, seeded: Path, tmp_path: Path) -> None:
    settings = keeper.settings(fresh(tmp_path / "node"), backup_keys=True)
    live(settings, sandbox, seeded=seeded if fresh is embedded else None)
    with opened(settings, sandbox) as office:
        office.node.ports[Carrier].send(to_code="000.00.01.H99", message_id="on-its-way", data=b"<x/>")
        done = make(office)
        assert done.problems == ()
        assert done.snapshot is not None
        with office.node.database.snapshot() as session:
            rows = digests(session, all_columns())
            head = journal.verify_chain(session)
        files = {file.key: file.size for file in office.node.ports[Store].list()}
        keys = settings.path(settings.keys_dir)
        kept_keys = {str(p.relative_to(keys)): p.read_bytes() for p in keys.rglob("*") if p.is_file()}
    assert len(files) >= 5
    assert (done.snapshot.files, len(keeper.vault.snapshots())) == (len(files), 1)
    assert list(keeper.vault.faults()) == []
    assert list(verify_snapshot(keeper.vault, done.snapshot.name, identities_in(keeper.identity))) == []

    target = fresh(tmp_path / "restored")
    restored = restore(target, place=keeper.place, identity=keeper.identity)
    assert (restored.files, restored.journal_lines) == (len(files), head.lines)
    with opened(target, sandbox) as back:
        store = back.node.ports[Store]
        assert {file.key: file.size for file in store.list()} == files
        for key in files:
            verify(store, key)
        with back.node.database.snapshot() as session:
            found = digests(session, all_columns())
            assert {name for name in rows if found[name] != rows[name]} <= BUSY
            assert journal.verify_chain(session).head == head.head
        assert back.node.ports[Carrier].check().waiting == 1
        with back.reading("c.clerk") as reading:
            asked = Query(str(REPORT["subject"]), reading.actor.tokens)
            hits = reading.ports[Index].find(asked).hits
            assert [reading.session.get_one(Document, UUID(hit.id)).title for hit in hits]
        new_keys = target.path(target.keys_dir)
        assert {name: (new_keys / name).read_bytes() for name in kept_keys} == kept_keys
        # And life goes on there.
        back.drain()
        back.released()
    with pytest.raises(TargetNotEmpty):
        restore(target, place=keeper.place, identity=keeper.identity)
    if fresh is not embedded:
        # Rows are the same text everywhere: what servers held goes into one folder too.
        small = restore(embedded(tmp_path / "one-folder"), place=keeper.place, identity=keeper.identity)
        assert (small.rows, small.files) == (restored.rows, restored.files)
        with pytest.raises(TargetNotEmpty):
            restore(
                target.model_copy(update={"data_dir": tmp_path / "third"}), place=keeper.place, identity=keeper.identity
            )


@pytest.fixture
def backed_up(keeper: Keeper, office: Office, tmp_path: Path) -> Iterator[Office]:
    """A node on one folder, released document and all, with the keeper's plan."""
    office.released()
    settings = keeper.settings(office.node.settings, backup_keep=2)
    office.node.close()
    with opened(settings, office.node.ports[Sandbox]) as again:
        yield again


def test_only_what_is_new_is_added_and_old_ones_go(keeper: Keeper, backed_up: Office) -> None:
    first = make(backed_up)
    second = make(backed_up)
    assert first.snapshot is not None
    assert first.added > 20
    # The run itself, its jobs' rows and the lists: no file again.
    assert second.added < 5
    assert second.added_bytes < first.added_bytes / 20
    backed_up.draft()
    third = make(backed_up)
    assert second.added < third.added < first.added
    assert third.snapshot is not None
    assert [s.name for s in keeper.vault.snapshots()][-1] == third.snapshot.name
    assert first.snapshot.name not in [s.name for s in keeper.vault.snapshots()]
    assert list(keeper.vault.faults()) == []
    named = set().union(*(keeper.vault.objects_of(s.name) for s in keeper.vault.snapshots()))
    there = {path.name for path in (keeper.place / "objects").rglob("*") if path.is_file()}
    assert there == named
    with backed_up.reading() as reading:
        runs = last_backups(reading, most=9)
    assert [run.problem for run in runs] == [None] * 3
    assert runs[0].added == third.added


def test_nothing_readable_lies_in_the_place(keeper: Keeper, backed_up: Office) -> None:
    make(backed_up)
    everything = b"".join(path.read_bytes() for path in keeper.place.rglob("*") if path.is_file())
    names = [path.name for path in keeper.place.rglob("*")]
    with backed_up.reading() as reading:
        keys = [file.key for file in reading.ports[Store].list()]
    assert not set(keys) & set(names)
    for word in (b"%PDF", b"SQLite", "Suối Trúc".encode(), *(key.encode() for key in keys)):
        assert word not in everything
    assert not [path for path in keeper.place.rglob("*") if path.is_file() and path.stat().st_mode & 0o077
                and path.parent == keeper.place / "snapshots"]  # fmt: skip


def test_a_stopped_backup_goes_on(keeper: Keeper, backed_up: Office) -> None:
    stopped = make(backed_up, budget=timedelta(0))
    assert (stopped.snapshot, stopped.added) == (None, 1)
    assert keeper.vault.snapshots() == []
    second = make(backed_up, budget=timedelta(0))
    assert second.added == 1
    whole = make(backed_up)
    assert whole.snapshot is not None
    assert list(keeper.vault.faults()) == []


def test_the_schedule_makes_one_when_it_is_due(keeper: Keeper, backed_up: Office) -> None:
    def runs() -> int:
        with backed_up.node.transactions.work(SYSTEM) as work:
            work.later("operations.backup", merge_key="operations.backup")
        backed_up.drain()
        return len(keeper.vault.snapshots())

    assert [runs(), runs()] == [1, 1]
    backed_up.clock.move(timedelta(hours=25))
    assert runs() == 2


def test_a_changed_byte_is_found_and_never_restored(keeper: Keeper, backed_up: Office, tmp_path: Path) -> None:
    make(backed_up)
    name = max(keeper.vault.known(), key=lambda n: keeper.vault.path(n).stat().st_size)
    data = bytearray(keeper.vault.path(name).read_bytes())
    data[-1] ^= 1
    keeper.vault.path(name).write_bytes(data)
    assert [fault.partition(":")[0] for fault in keeper.vault.faults()] == [name]
    with pytest.raises(BackupDamaged):
        restore(embedded(tmp_path / "new"), place=keeper.place, identity=keeper.identity)
    keeper.vault.path(name).unlink()
    assert [fault.partition(":")[0] for fault in keeper.vault.faults()] == [name]
    # What is gone is written again by the next one.
    make(backed_up)
    assert list(keeper.vault.faults()) == []
    # A restore that was stopped goes on.
    assert restore(embedded(tmp_path / "third"), place=keeper.place, identity=keeper.identity).files > 5


def test_a_file_that_is_not_whole_is_named_and_the_rest_is_kept(keeper: Keeper, backed_up: Office) -> None:
    with backed_up.reading() as reading:
        # What is made from a file can be made again: of files in their own right each is missed.
        first, second, *_ = reading.session.scalars(select(File.sha256).distinct().order_by(File.sha256))
    files = backed_up.node.settings.base / "files"
    (files / path_of(first)).write_bytes(b"other")
    (files / path_of(second)).unlink()
    done = make(backed_up)
    assert [problem.partition(":")[0] for problem in done.problems] == [first, second]
    assert "khác" in done.problems[0]
    assert done.snapshot is not None
    with backed_up.reading() as reading:
        assert last_backups(reading, most=1)[0].problem == "files_not_whole: 2"
    assert list(keeper.vault.faults()) == []


def test_other_keys_other_places_and_two_at_once_are_refused(keeper: Keeper, backed_up: Office, tmp_path: Path) -> None:
    make(backed_up)
    other = tmp_path / "other.txt"
    make_identity(other, now=MORNING)
    with pytest.raises(IdentityWrong):
        restore(embedded(tmp_path / "new"), place=keeper.place, identity=other)
    empty = tmp_path / "empty.txt"
    empty.write_text("# public key: age1\n", encoding="utf-8")
    for file in (tmp_path / "missing.txt", empty):
        with pytest.raises(IdentityUnreadable, match="identity_unreadable") as caught:
            restore(embedded(tmp_path / "new"), place=keeper.place, identity=file)
        assert caught.value.sentence() == f"Tệp {file.name} không phải tệp khóa đọc được."
    assert not (tmp_path / "new").exists()
    with pytest.raises(SnapshotUnknown):
        restore(embedded(tmp_path / "new"), place=keeper.place, identity=keeper.identity, name="20200101T000000Z")
    with pytest.raises(BackupPlaceWrong):
        restore(embedded(tmp_path / "new"), place=tmp_path, identity=keeper.identity)
    with pytest.raises(BackupPlaceWrong), Vault(tmp_path).taken():
        pass
    with keeper.vault.taken(), pytest.raises(BackupBusy):
        make(backed_up)
    for wrong in ("", "age1x", keeper.recipient[:-1], "AGE-SECRET-KEY-1"):
        with pytest.raises(RecipientWrong):
            recipients_of(wrong)
    assert len(recipients_of(f"{keeper.recipient}, {keeper.recipient}")) == 2
    assert other.stat().st_mode & 0o077 == 0


def test_the_commands_from_the_key_to_the_restored_folder(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    office.released()
    office.node.close()

    monkeypatch.setenv("DATA_DIR", str(office.node.settings.base))

    def run(*arguments: str | Path, code: int = 0) -> str:
        assert main([str(argument) for argument in arguments]) == code
        said = capsys.readouterr()
        return said.out + said.err

    identity, place = tmp_path / "id.txt", tmp_path / "backups"
    recipient = run("backup-key", identity).split("BACKUP_RECIPIENT=")[1].strip()
    assert "identity_there" in run("backup-key", identity, code=2)
    assert "recipient_wrong" in run("backup", place, code=2)
    monkeypatch.setenv("BACKUP_RECIPIENT", recipient)
    assert "Bản 2" in run("backup", place)
    assert "1 bản, 0 lỗi; đã mở và đọc trọn" in run("backup", place, "--verify", "--identity", identity)
    said = run("restore", place, "--into", tmp_path / "new", "--identity", identity)
    assert "so khớp toàn bộ" in said
    assert "Chỉ mục tra cứu đã lập lại" in said
    assert "restore_target_not_empty" in run(
        "restore", place, "--into", tmp_path / "new", "--identity", identity, code=2
    )
    key = next((tmp_path / "new/files").glob("??/??/*"))
    assert sha256(key.read_bytes()).hexdigest() == key.name

    # Servers that do not answer are told in a sentence, and what was restored without its index is there.
    nobody = f"127.0.0.1:{free_port()}"
    monkeypatch.setenv("SEARCH_URL", f"http://docservice@{nobody}/x")
    said = run("restore", place, "--into", tmp_path / "again", "--identity", identity, code=2)
    assert "index_not_made" in said
    assert "hãy đặt lại trước khi chạy" in said
    assert "Chỉ mục tra cứu đã lập lại" not in said
    monkeypatch.delenv("SEARCH_URL")
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "again"))
    assert "2 văn bản khớp với sự kiện" in run("doctor", "--recount")
    password = tmp_path / "password"
    password.write_text("nobody-s", encoding="utf-8")
    monkeypatch.setenv("STORAGE_PASSWORD_FILE", str(password))
    monkeypatch.setenv("STORAGE_URL", f"s3://docservice@{nobody}/x?tls=0")
    assert "place_silent" in run("backup", place, code=2)
    into = ("--into", tmp_path / "third", "--identity", identity)
    assert "place_silent" in run("restore", place, *into, code=2)
    monkeypatch.setenv("DATABASE_URL", f"postgresql+psycopg://docservice@{nobody}/x")
    for command in (("backup", place), ("restore", place, *into), ("doctor",)):
        said = run(*command, code=2)
        assert said.startswith("database_unavailable")
        assert nobody.partition(":")[2] in said, "what the driver says, for whoever can mend it"

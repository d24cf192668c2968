"""What nobody may take away, on a real MinIO with object lock: from the start, and as long as its case file stays."""

import io
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from botocore.exceptions import ClientError
from sqlalchemy import select

from docservice.core.clock import VIETNAM
from docservice.core.sandbox import Sandbox
from docservice.core.work import SYSTEM
from docservice.doctor import examine_node
from docservice.documents import facts, queries, storing
from docservice.documents.errors import FilesUnlocked
from docservice.documents.file_copies import COPY
from docservice.documents.models import Stage, Version
from docservice.documents.register_keeping import KEEP, RegisterCopy
from docservice.exchange.models import Parcel
from docservice.files import run_check, run_move, run_retain
from docservice.operations.backup import BackupPlan, back_up
from docservice.operations.backup_keys import make_identity
from docservice.records import service as records
from docservice.records.jobs import RETAIN
from docservice.records.models import CaseFile
from docservice.restoring import OriginalsUnlocked, restore
from docservice.settings import Settings
from docservice.signatures.annexes import keep_sealed
from docservice.workflow import service as workflow
from scripts.local_servers import Minio
from storage import StillRetained, Store
from storage.store import path_of
from tests.node import MORNING, Office
from tests.operations.profiles import opened
from tests.signatures.test_annexes import with_annexes
from tests.signing.builders import paper
from tests.storage.buckets import bare_client

pytestmark = pytest.mark.servers

LOCK = "&lock=compliance"
FIRST = timedelta(days=366)
# Ten years from the end of 2026.
CLOSED = datetime(2036, 12, 31, 17, tzinfo=UTC)
# What a bucket says of a file that nobody locked, that is not there, or that lies behind a mark.
NO_LOCK = {"NoSuchObjectLockConfiguration", "ObjectLockConfigurationNotFoundError", "NoSuchKey", "MethodNotAllowed"}


class Bucket:
    """A bucket with object lock, asked past the service."""

    def __init__(self, server: Minio, options: str = LOCK) -> None:
        self.url = server.url(f"test-{uuid.uuid4().hex}") + options
        self.client: Any = bare_client(server)
        self.name = self.url.rpartition("/")[2].partition("?")[0]

    def until(self, key: str) -> datetime | None:
        try:
            said = self.client.get_object_retention(Bucket=self.name, Key=path_of(key))
        except ClientError as error:
            if error.response["Error"]["Code"] not in NO_LOCK:
                raise
            return None
        assert said["Retention"]["Mode"] == "COMPLIANCE"
        found: datetime = said["Retention"]["RetainUntilDate"]
        return found

    def lose(self, key: str) -> None:
        """A locked version cannot go; a mark in front of it makes it as good as gone."""
        self.client.delete_object(Bucket=self.name, Key=path_of(key))


def ahead(now: datetime) -> datetime:
    """Three years ahead of the year of an instant, for what has no end."""
    return datetime(now.astimezone(VIETNAM).year + 3, 12, 31, 17, tzinfo=UTC)


def is_first(until: datetime | None) -> bool:
    return until is not None and abs(until - datetime.now(UTC) - FIRST) < timedelta(hours=1)


class Kept:
    """What a life left behind: a document with annexes in a closed case file, one in none, and a register book."""

    def __init__(self, settings: Settings, sandbox: Sandbox) -> None:
        with opened(settings, sandbox) as office:
            self.document_id, other = with_annexes(office, first=paper("Phụ lục 1")), office.released()
            for verb in (workflow.seal, workflow.release):
                office.act("c.clerk", verb, document_id=self.document_id)
                office.drain()
            case_file = office.act("c.official", records.open_case_file, title="Việc", retention="10 năm")
            office.act("c.official", records.add_document, case_file_id=case_file.id, document_id=self.document_id)
            office.act("c.official", records.close_case_file, case_file_id=case_file.id)
            office.node.runner.enqueue(KEEP)
            office.drain()
            with office.reading() as reading:
                self.filed, self.loose = (self._sealed(office, one) for one in (self.document_id, other))
                annexes = {annex.name: annex for annex in queries.attachments(reading, self.document_id)}
                self.annex, self.unsealed = annexes["first.pdf"].sealed_sha256, annexes["first.pdf"].sha256
                # The province, on the same node, received it as it is.
                self.received = annexes["so-lieu.xlsx"].sha256
                self.messages = reading.session.scalars(select(Parcel.original_sha256)).all()
                self.book = reading.session.scalars(select(RegisterCopy.sha256)).first()
                self.draft = reading.session.scalars(
                    select(Version.sha256).where(
                        Version.document_id == self.document_id, Version.stage == Stage.SUBMITTED
                    )
                ).one()
            assert self.book is not None
            assert self.messages

    def _sealed(self, office: Office, document_id: UUID) -> str:
        with office.reading() as reading:
            version = queries.latest_version(reading, document_id, stage=Stage.SEALED)
        assert version is not None
        return version.sha256

    def is_locked_in(self, bucket: Bucket, *, at: datetime | None = None) -> bool:
        """Whether all lies there as it was locked at an instant, now when none is given."""
        assert self.book is not None
        assert self.annex is not None
        assert (bucket.until(self.filed), bucket.until(self.annex)) == (CLOSED, CLOSED)
        assert bucket.until(self.book) == ahead(at or datetime.now(UTC))
        for key in (self.loose, self.received, *self.messages):
            assert key is not None
            assert is_first(bucket.until(key))
        assert (bucket.until(self.draft), bucket.until(self.unsealed)) == (None, None)
        return True


def run(office: Office, job: str) -> None:
    office.node.runner.enqueue(job)
    office.drain()


def on(bucket: Bucket, server: Minio, folder: Path, **more: Any) -> Settings:
    return Settings(data_dir=folder, storage_url=bucket.url, storage_password_file=server.password_file, **more)


@pytest.fixture
def folder(seeded: Path, tmp_path: Path) -> Path:
    shutil.copytree(seeded, tmp_path / "node")
    return tmp_path / "node"


@contextmanager
def moved(folder: Path, minio: Minio, sandbox: Sandbox, **more: Any) -> Iterator[tuple[Kept, Bucket, Settings]]:
    """A node that lived in a folder and went to MinIO by the operator's command."""
    kept, bucket = Kept(Settings(data_dir=folder), sandbox), Bucket(minio)
    here = Settings(data_dir=folder)
    assert run_move(here, to=bucket.url, password_file=minio.password_file, plain=False) == 0
    yield kept, bucket, on(bucket, minio, folder, **more)


def test_what_is_signed_and_written_on_locked_servers_stays(
    folder: Path, tmp_path: Path, minio_server: Minio, sandbox: Sandbox
) -> None:
    """A node on MinIO from its first day: at the put, at the closing, each year; taken away by nobody."""
    bucket = Bucket(minio_server)
    shutil.copytree(folder, tmp_path / "born")
    born = Settings(data_dir=tmp_path / "born")
    assert run_move(born, to=bucket.url, password_file=minio_server.password_file, plain=False) == 0
    settings = on(bucket, minio_server, tmp_path / "born")
    kept = Kept(settings, sandbox)
    assert kept.book is not None
    assert bucket.until(kept.filed) == CLOSED
    assert is_first(bucket.until(kept.loose))
    assert is_first(bucket.until(kept.book))
    with opened(settings, sandbox) as office:
        (before,) = (f for f in examine_node(office.node, recount=False) if f.port == "retention")
        assert before.ok is None
        run(office, RETAIN)
        assert kept.is_locked_in(bucket, at=MORNING)
        (after,) = (f for f in examine_node(office.node, recount=False) if f.port == "retention")
        assert (after.ok, "0 chờ khóa" in after.text) == (True, True)
        with pytest.raises(StillRetained):
            office.node.ports[Store].delete(kept.filed)
        # What an archive stamp is added to after the closing is an original of the case file as well.
        stored = storing.put(office.node.ports, b"%PDF preserved", original=True)
        office.clock.move(timedelta(hours=1))
        with office.node.transactions.work(SYSTEM) as work:
            document = queries.get(work, kept.document_id)
            facts.add_version(work, document, stage=Stage.PRESERVED, sha256=stored.key, size=stored.size)
        assert is_first(bucket.until(stored.key))
        run(office, RETAIN)
        assert bucket.until(stored.key) == CLOSED
        # So is the annex that another signer's seal reached late.
        office.clock.move(timedelta(hours=1))
        run(office, RETAIN)  # a last look at what came before, so that only the annex is new
        late = storing.put(office.node.ports, b"%PDF late annex", original=True)
        office.clock.move(timedelta(hours=1))
        with office.node.transactions.work(SYSTEM) as work:
            document = queries.get(work, kept.document_id)
            annex, *_ = queries.attachments(work, kept.document_id)
            keep_sealed(work, document, annex.id, late)
        run(office, RETAIN)
        assert bucket.until(late.key) == CLOSED
        # A year later a book is locked for one more, and a case file with an end as before.
        office.clock.move(timedelta(days=400))
        run(office, RETAIN)
        assert bucket.until(kept.book) == ahead(MORNING).replace(year=2030)
        assert bucket.until(kept.filed) == CLOSED
        with office.reading() as reading:
            assert reading.session.scalars(select(CaseFile.retained_until)).all() == [date(2036, 12, 31)]


def test_a_move_a_second_copy_and_a_mended_file_keep_what_the_rows_say(
    folder: Path, minio_server: Minio, sandbox: Sandbox
) -> None:
    second = Bucket(minio_server)
    copies: dict[str, Any] = {"copy_url": second.url, "copy_password_file": minio_server.password_file}
    with moved(folder, minio_server, sandbox, **copies) as (kept, bucket, settings):
        assert kept.book is not None
        assert kept.is_locked_in(bucket)
        # Files are checked by the machine's clock; so are they copied and locked here.
        with opened(settings, sandbox, at=datetime.now(UTC)) as office:
            for _ in range(9):
                run(office, COPY)
            assert is_first(second.until(kept.filed))
            run(office, RETAIN)
            assert kept.is_locked_in(second)
        for place in (bucket, second):
            place.lose(kept.filed)
            place_until = place.until(kept.filed)
            assert place_until is None
            assert run_check(settings) == 0
            assert is_first(place.until(kept.filed))
            with opened(settings, sandbox, at=datetime.now(UTC)) as office:
                run(office, RETAIN)
            assert place.until(kept.filed) == CLOSED


def test_a_restore_keeps_what_the_rows_say(folder: Path, tmp_path: Path, minio_server: Minio, sandbox: Sandbox) -> None:
    identity = tmp_path / "identity.txt"
    backups: dict[str, Any] = {
        "backup_dir": tmp_path / "backups",
        "backup_recipient": make_identity(identity, now=MORNING),
    }
    kept = Kept(Settings(data_dir=folder), sandbox)
    with opened(Settings(data_dir=folder, **backups), sandbox) as office:
        back_up(office.node.transactions, office.node.ports, office.node.ports[BackupPlan])
    bucket = Bucket(minio_server)
    target = on(bucket, minio_server, tmp_path / "restored")
    restore(target, place=tmp_path / "backups", identity=identity)
    assert kept.is_locked_in(bucket)
    # A bucket that cannot lock: all is there, and what is left to do is said.
    other = Bucket(minio_server)
    other.client.create_bucket(Bucket=other.name)
    target = on(other, minio_server, tmp_path / "unlocked")
    with pytest.raises(OriginalsUnlocked, match="docservice files retain"):
        restore(target, place=tmp_path / "backups", identity=identity)
    assert not (tmp_path / "unlocked" / ".restoring").exists()
    with pytest.raises(FilesUnlocked):
        run_retain(target)
    assert run_retain(target.model_copy(update={"storage_url": other.url.removesuffix(LOCK)})) == 0


def test_a_lock_that_is_asked_for_later_is_made_up_for_by_one_command(
    folder: Path, minio_server: Minio, sandbox: Sandbox, capsys: pytest.CaptureFixture[str]
) -> None:
    kept, bucket = Kept(Settings(data_dir=folder), sandbox), Bucket(minio_server)
    bucket.client.create_bucket(Bucket=bucket.name, ObjectLockEnabledForBucket=True)
    unlocked = bucket.url.removesuffix(LOCK)
    here = Settings(data_dir=folder)
    assert run_move(here, to=unlocked, password_file=minio_server.password_file, plain=False) == 0
    settings = on(bucket, minio_server, folder)
    assert run_retain(settings.model_copy(update={"storage_url": unlocked})) == 0
    assert "không có gì để khóa" in capsys.readouterr().out
    assert bucket.until(kept.filed) is None
    assert run_retain(settings) == 0
    assert kept.is_locked_in(bucket)
    assert io.StringIO(capsys.readouterr().out).readline().startswith("đã khóa giữ:")

"""`docservice restore`: a whole node out of a backup, into a folder (and servers) that hold nothing yet.

Everything is compared with the backup before the command says that it is done: each file with its name, each table with
its hash, the journal with its chain. A restore that was stopped goes on where it stopped when it is asked for again.
"""

import io
import sys
import tempfile
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from docservice.bootstrap import build, open_settings_database, open_settings_store
from docservice.core import journal
from docservice.core.db import Database
from docservice.core.errors import Conflict, Invalid, Unavailable
from docservice.core.words import N_
from docservice.core.work import SYSTEM
from docservice.files import answered, retain_everything
from docservice.migrations import migrate
from docservice.operations.backup_keys import identities_in
from docservice.operations.rows import Tell, digests, is_empty, load, unbound
from docservice.operations.vault import BackupDamaged, Vault, unpacked
from docservice.searching.errors import IndexNotMade
from docservice.searching.indexing import rebuild_now
from docservice.settings import Settings
from storage import StorageError, Store

_MARK = ".restoring"
_IN_MEMORY = 16 * 1024 * 1024


class TargetNotEmpty(Conflict):
    code = "restore_target_not_empty"
    message = N_("Nơi khôi phục {place} đã có dữ liệu; hãy chọn nơi trống, để không ghi đè lên gì.")


class SnapshotUnknown(Invalid):
    code = "snapshot_unknown"
    message = N_("Không có bản sao lưu “{name}” ở {place}.")


class OriginalsUnlocked(Unavailable):
    code = "restored_unlocked"
    message = N_(
        "Đã khôi phục và so khớp toàn bộ, nhưng nơi lưu tệp chưa khóa giữ được bản gốc ({reason}); xem lệnh doctor, rồi"
        " chạy `docservice files retain`."
    )


@dataclass(frozen=True)
class Restored:
    """What was brought back."""

    snapshot: str
    files: int
    rows: int
    journal_lines: int


def run_restore(settings: Settings, *, place: Path, into: Path, identity: Path, snapshot: str | None) -> int:
    """Restore, and say what was restored; `into` becomes the data folder of the node.

    Raises what `restore` does; what comes when all is restored already, after it has said what to do now.
    """
    settings = settings.model_copy(update={"data_dir": into})
    lacking: IndexNotMade | OriginalsUnlocked | None = None
    try:
        with answered():
            restore(settings, place=place, identity=identity, name=snapshot, tell=_say)
    except (IndexNotMade, OriginalsUnlocked) as error:
        lacking = error
    _say("Khóa (KEYS_DIR) để riêng: hãy đặt lại trước khi chạy `docservice serve`.")
    if lacking is not None:
        raise lacking
    return 0


def restore(
    settings: Settings, *, place: Path, identity: Path, name: str | None = None, tell: Tell = lambda _line: None
) -> Restored:
    """Bring a snapshot (the newest) back to where the settings point.

    Raises:
        TargetNotEmpty: there is something at the target that this backup did not put there.
        SnapshotUnknown, IdentityUnreadable, IdentityWrong, BackupPlaceWrong: nothing is touched.
        BackupDamaged: the target is not complete; the database is left empty.
        OriginalsUnlocked: all is restored; the place did not lock what it is asked to.
        IndexNotMade: all is restored but the index.
    """
    vault, identities = Vault(place), identities_in(identity)
    names = [snapshot.name for snapshot in vault.snapshots()]
    if not names or (name is not None and name not in names):
        raise SnapshotUnknown(name=name or "", place=str(place))
    name = name or names[-1]
    bringing = _Bringing(vault, identities, vault.manifest(name, identities), tell)
    base = settings.base
    _claim(base, name)
    store = open_settings_store(settings)
    database = open_settings_database(settings)
    try:
        if not is_empty(database.engine):
            raise TargetNotEmpty(place=settings.database_url)
        files = bringing.files(store, settings.storage_url)
        bringing.tree("mail", base / settings.carrier_url.removeprefix("folder:"))
        bringing.tree("keys", settings.path(settings.keys_dir))
        rows = bringing.tables(database)
        lines = bringing.check_journal(database)
    finally:
        database.close()
    tell(f"Đã khôi phục bản {name}: {files} tệp, {rows} dòng dữ liệu; đã so khớp toàn bộ.")
    tell(f"Nhật ký: {lines} dòng, chuỗi nguyên vẹn.")
    _index_and_lock(settings, base, tell)
    return Restored(name, files, rows, lines)


class _Bringing:
    """One restore in progress."""

    def __init__(self, vault: Vault, identities: list[Any], manifest: dict[str, Any], tell: Tell) -> None:
        self._vault, self._identities, self._manifest, self._tell = vault, identities, manifest, tell
        # Any key gives names; this is the one that these were made with.
        self._naming = vault.naming(b64decode(manifest["naming_key"]))

    def files(self, store: Store, place: str) -> int:
        """Every file into the store, under the name that its bytes have."""
        wanted = dict(line.split() for line in self._lines(self._manifest["files"]["lists"]))
        there = {file.key for file in store.list()}
        if there - set(wanted):
            raise TargetNotEmpty(place=place)
        for number, key in enumerate(sorted(set(wanted) - there), start=1):
            with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as plain:
                self._vault.copy(self._naming(key), self._identities, plain)  # type: ignore[arg-type]  # a file all the same
                plain.seek(0)
                if store.put(plain).key != key:  # type: ignore[arg-type]
                    raise BackupDamaged(what=key)
            if number % 500 == 0:
                self._tell(f"{number}/{len(wanted)} tệp")
        return len(wanted)

    def tree(self, name: str, folder: Path) -> None:
        """A folder's files, where the backup has that folder."""
        for line in self._lines(self._manifest["trees"].get(name, [])):
            content, _, path = line.partition(" ")
            target = folder / path
            target.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
            out = io.BytesIO()
            self._vault.copy(self._naming(content), self._identities, out)
            target.write_bytes(out.getvalue())
            target.chmod(0o600 if name == "keys" else 0o660)

    def tables(self, database: Database) -> int:
        """Every row, in one transaction, into the schema they come from; then the schema is brought up to date."""
        tables = self._manifest["tables"]
        migrate(database, to=self._manifest["schema"])
        rows = 0
        with database.engine.begin() as connection, unbound(connection):
            for name, facts in tables.items():
                rows += load(connection, name, facts["columns"], self._rows(facts["chunks"]))
                self._tell(f"{name}: {facts['rows']} dòng")
        with database.snapshot() as session:
            found = digests(session, {name: facts["columns"] for name, facts in tables.items()})
        for name, facts in tables.items():
            if (found[name].rows, found[name].sha256) != (facts["rows"], facts["sha256"]):
                raise BackupDamaged(what=name)
        migrate(database)
        return rows

    def check_journal(self, database: Database) -> int:
        """The chain is whole, and ends where it ended when the backup was made."""
        with database.reading() as session:
            chain = journal.verify_chain(session)
        told = self._manifest["journal"]
        if chain.broken_at is not None or (chain.lines, chain.head) != (told["lines"], told["head"]):
            raise BackupDamaged(what="journal")
        return chain.lines

    def _rows(self, chunks: list[str]) -> Iterator[bytes]:
        for name in chunks:
            yield from unpacked(self._vault.open(name, self._identities)).splitlines()

    def _lines(self, lists: list[str]) -> Iterator[str]:
        return (line.decode() for line in self._rows(lists))


def _claim(base: Path, name: str) -> None:
    """The target folder is this restore's: empty, or left by one of the same snapshot that was stopped."""
    mark = base / _MARK
    if base.exists() and any(base.iterdir()) and not (mark.is_file() and mark.read_text("utf-8") == name):
        raise TargetNotEmpty(place=str(base))
    base.mkdir(mode=0o750, parents=True, exist_ok=True)
    mark.write_text(name, encoding="utf-8")


def _index_and_lock(settings: Settings, base: Path, tell: Tell) -> None:
    """Documents are found again before the first request comes, and originals are locked where the place can.

    Before the lock the node is whole: what the place refuses is asked for again by `docservice files retain`.
    """
    tell("Đang lập lại chỉ mục tra cứu")
    node = build(settings)
    unmade: IndexNotMade | None = None
    try:
        try:
            with node.transactions.reading(SYSTEM) as reading:
                rebuild_now(reading)
            tell("Chỉ mục tra cứu đã lập lại.")
        except IndexNotMade as error:
            unmade = error
        (base / _MARK).unlink()
        try:
            # The files came before the rows that say which of them may not be deleted.
            retain_everything(node, node.ports[Store])
        except StorageError as error:
            raise OriginalsUnlocked(reason=str(error.params.get("reason", error.code))) from error
        if unmade is not None:
            raise unmade
    finally:
        node.close()


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()

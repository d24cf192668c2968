"""Making a backup: the database at one moment, then every file it names, then the mailboxes; only what is new is added.

Files come after the database: a file that a row names is never deleted within a day, so each is still there. Messages
on their way are copied before and after: one that was taken in between is then in the copy and in no row of it, and
its second arrival is harmless. What lies in intake is not backed up (it may be a secret document nobody has seen yet).
"""

import io
import time
from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from docservice.core import journal
from docservice.core.ids import new_id
from docservice.core.work import SYSTEM, Ports, Transactions
from docservice.documents.models import File
from docservice.operations.models import BackupRun
from docservice.operations.rows import Tell, all_columns, chunks
from docservice.operations.vault import NAME, Adding, ContentDiffers, Snapshot, Vault, naming_key
from storage import NotStored, Store, StoreDamaged, StoredFile

FORMAT = 1
_LIST_LINES = 5000
_TELL_SECONDS = 2.0


@dataclass(frozen=True)
class BackupPlan:
    """Where to, for whom, and what besides database and files; a port, `place` None where none is wanted.

    Attributes:
        recipients: public keys (age) of those who can read it.
        keep: how many snapshots stay.
        every: how old the newest may become before the schedule makes another.
        trees: folders by name (`mail`, and `keys` where they are wanted).
        naming_key: the file with the key of names.
        settings: the settings to note down, without secrets.
    """

    place: Path | None
    recipients: tuple[Any, ...]
    keep: int
    every: timedelta
    trees: Mapping[str, Path]
    naming_key: Path
    settings: Mapping[str, Any]


@dataclass(frozen=True)
class Outcome:
    """`snapshot` is None when the time was over before all was copied; `problems` name files that are not whole."""

    snapshot: Snapshot | None
    added: int
    added_bytes: int
    problems: tuple[str, ...] = ()


def back_up(
    transactions: Transactions,
    ports: Ports,
    plan: BackupPlan,
    *,
    tell: Tell = lambda _line: None,
    budget: timedelta | None = None,
) -> Outcome:
    """Make one; within `budget` files are copied, and when many are left, the next call goes on there.

    Raises:
        BackupBusy, BackupPlaceWrong: from `vault`.
    """
    if plan.place is None:
        raise ValueError("no place for backups")
    vault = Vault(plan.place)
    with vault.taken(), closing(vault.adding(plan.recipients, naming_key(plan.naming_key))) as adding:
        work = _Making(transactions, ports[Store], adding, tell, time.monotonic() + _seconds(budget))
        if not work.copy_files():
            return Outcome(None, adding.added, adding.added_bytes)
        with _noted(transactions, plan.place) as run:
            made_at = transactions.clock.now()
            manifest = work.everything(plan) | {
                "format": FORMAT,
                "made_at": made_at.isoformat(),
                "naming_key": b64encode(naming_key(plan.naming_key)).decode(),
                "settings": dict(plan.settings),
            }
            snapshot = vault.keep(made_at.strftime(NAME), manifest, adding, made_at=made_at)
            vault.drop_old(keep=plan.keep)
            problems = tuple(work.problems)
            run |= {
                "snapshot": snapshot.name,
                "files": snapshot.files,
                "rows": snapshot.rows,
                "added": adding.added,
                "added_bytes": adding.added_bytes,
                "problem": f"files_not_whole: {len(problems)}" if problems else None,
            }
    return Outcome(snapshot, adding.added, adding.added_bytes, problems)


class _Making:
    """One backup in progress."""

    def __init__(self, transactions: Transactions, store: Store, adding: Adding, tell: Tell, end: float) -> None:
        self.problems: list[str] = []
        self._transactions, self._store, self._adding = transactions, store, adding
        self._tell, self._end, self._told = tell, end, time.monotonic()

    def copy_files(self) -> bool:
        """Copy files as long as there is time; whether all were."""
        for file in self._store.list():
            self._copy(file)
            # At least one new file a call: however short the time, it comes to an end.
            if self._adding.added and time.monotonic() > self._end:
                return False
        self.problems.clear()  # looked at again after the database
        return True

    def everything(self, plan: BackupPlan) -> dict[str, Any]:
        """The parts of the manifest, in the order that makes them fit together."""
        trees = {name: self._tree(folder) for name, folder in plan.trees.items()}
        with self._transactions.database.snapshot() as session:
            tables = {name: self._table(session, name, columns) for name, columns in all_columns().items()}
            last = journal.head(session)
            named = set(session.scalars(select(File.sha256).distinct()))
            schema = session.scalar(text("SELECT version_num FROM alembic_version"))
        files = self._files(named)
        for name, folder in plan.trees.items():
            trees[name] |= self._tree(folder)
        return {
            "schema": schema,
            "tables": tables,
            "files": files,
            "trees": {name: self._list(_tree_lines(found)) for name, found in trees.items()},
            "journal": {"lines": last.seq, "head": last.hash} if last else {"lines": 0, "head": journal.GENESIS},
        }

    def _table(self, session: Session, name: str, columns: list[str]) -> dict[str, Any]:
        digest, rows, kept = sha256(), 0, []
        for lines in chunks(session, name, columns):
            digest.update(lines)
            rows += lines.count(b"\n")
            kept.append(self._adding.put_lines(lines))
            self._say(f"{name}: {rows} dòng")
        return {"columns": columns, "rows": rows, "sha256": digest.hexdigest(), "chunks": kept}

    def _files(self, named: set[str]) -> dict[str, Any]:
        found: dict[str, int] = {}
        for file in self._store.list():
            if self._copy(file):
                found[file.key] = file.size
            self._say(f"{len(found)} tệp")
        damaged = {problem.partition(":")[0] for problem in self.problems}
        self.problems += [f"{key}: không có trong kho" for key in sorted(named - set(found) - damaged)]
        lines = (f"{key} {size}\n" for key, size in sorted(found.items()))
        return {"count": len(found), "bytes": sum(found.values()), "lists": self._list(lines)}

    def _copy(self, file: StoredFile) -> bool:
        if self._adding.has(file.key):
            return True
        try:
            with self._store.open(file.key) as source:
                self._adding.put(file.key, source, is_checked=True)
        except NotStored:
            return False  # cleaned up in between: no row names it
        except (ContentDiffers, StoreDamaged):
            self.problems.append(f"{file.key}: nội dung khác với tên")
            return False
        self._say(f"{self._adding.added} đối tượng mới, {self._adding.added_bytes // 2**20} MB")
        return True

    def _tree(self, folder: Path) -> dict[str, str]:
        """Every plain file below a folder and the hash of its bytes."""
        found = {}
        for path in sorted(folder.rglob("*")):
            if path.is_file() and not path.is_symlink():
                try:
                    data = path.read_bytes()
                except FileNotFoundError:
                    continue
                content = sha256(data).hexdigest()
                self._adding.put(content, io.BytesIO(data))
                found[str(path.relative_to(folder))] = content
        return found

    def _list(self, lines: Iterator[str]) -> list[str]:
        kept, part = [], []
        for line in lines:
            part.append(line)
            if len(part) == _LIST_LINES:
                kept.append(self._adding.put_lines("".join(part).encode()))
                part = []
        if part:
            kept.append(self._adding.put_lines("".join(part).encode()))
        return kept

    def _say(self, line: str) -> None:
        if time.monotonic() - self._told > _TELL_SECONDS:
            self._told = time.monotonic()
            self._tell(line)


def _tree_lines(found: Mapping[str, str]) -> Iterator[str]:
    return (f"{content} {path}\n" for path, content in sorted(found.items()))


@contextmanager
def _noted(transactions: Transactions, place: Path) -> Iterator[dict[str, Any]]:
    """The run as a fact: begun, and ended with what the block puts into the dictionary, or with its error's name."""
    run_id: UUID = new_id()
    with transactions.work(SYSTEM) as work:
        work.session.add(
            BackupRun(id=run_id, begun_at=work.now, place=str(place), files=0, rows=0, added=0, added_bytes=0)
        )
    facts: dict[str, Any] = {}
    try:
        yield facts
    except BaseException as error:
        facts["problem"] = type(error).__name__
        raise
    finally:
        with transactions.work(SYSTEM) as work:
            run = work.session.get_one(BackupRun, run_id)
            for name, value in ({"finished_at": work.now} | facts).items():
                setattr(run, name, value)


def _seconds(budget: timedelta | None) -> float:
    return budget.total_seconds() if budget is not None else float("inf")

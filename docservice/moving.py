"""`docservice move`: a whole node to other places, from one folder to servers and back, by one command.

Files first (what is there already is left alone, so a move that was stopped goes on), then folders, then every row in
one transaction that commits only when it equals what the old database says at that moment. The old place stays as it
is, with a mark that keeps the service from opening it again; the keys are the operator's to place.
"""

import json
import shutil
import sys
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from pydantic import ValidationError
from sqlalchemy import update
from sqlalchemy.orm import Session

from docservice.bootstrap import MOVED, Node, build, open_settings_database, open_settings_store
from docservice.core.db import Database
from docservice.core.errors import Conflict, Invalid
from docservice.core.words import N_
from docservice.core.work import SYSTEM
from docservice.documents.models import File
from docservice.files import answered, copy_everything, is_busy
from docservice.migrations import migrate
from docservice.operations.rows import TableDigest, Tell, all_columns, chunks, digests, is_empty, load, unbound
from docservice.searching.errors import IndexNotMade
from docservice.searching.indexing import rebuild_now
from docservice.settings import Settings

# What lies in the data folder beside database, files and index: parcels on their way, and what is being examined.
_INTAKE = "intake"


class MoveSettingWrong(Invalid):
    code = "move_setting_wrong"
    message = N_(
        "Tệp thiết lập nơi mới, dòng “{line}”: không hiểu; mỗi dòng là TÊN=GIÁ_TRỊ như trong docs/settings.md."
    )


class MoveToItself(Invalid):
    code = "move_to_itself"
    message = N_("Nơi mới dùng cùng cơ sở dữ liệu với nơi cũ; chỉ chuyển tệp thì dùng `docservice files move`.")


class ServiceRuns(Conflict):
    code = "service_runs"
    message = N_("Dịch vụ đang chạy ở nơi cũ; hãy dừng mọi tiến trình (serve, worker, beat) rồi chạy lại lệnh này.")


class MoveTargetUsed(Conflict):
    code = "move_target_used"
    message = N_("Cơ sở dữ liệu ở nơi mới ({place}) đã có dữ liệu; hãy chọn nơi trống.")


class MoveDiffers(Conflict):
    code = "move_differs"
    message = N_(
        "Dữ liệu đọc lại không khớp ở bảng {table}: có ai đó đã ghi vào lúc chuyển. Nơi mới vẫn trống, hãy chạy lại."
    )


@dataclass(frozen=True)
class Moved:
    """What is at the new place now."""

    rows: int
    files: int


def run_move(settings: Settings, *, to: Path) -> int:
    """Move, and say what has to be done now; raises what `move` does, `IndexNotMade` after it has said so."""
    target = settings_in(to, settings)
    unmade: IndexNotMade | None = None
    try:
        with answered():
            move(settings, target, tell=_say)
    except IndexNotMade as error:
        # The old place is closed already: what to run with from now on is said all the same.
        unmade = error
    _say(f"Từ nay chạy với các thiết lập trong {to}. Nơi cũ còn nguyên nhưng không mở được nữa.")
    if settings.path(settings.keys_dir) != target.path(target.keys_dir):
        _say(f"Khóa không được chuyển theo: hãy tự đưa {settings.path(settings.keys_dir)} sang nơi mới.")
    if unmade is not None:
        raise unmade
    return 0


def settings_in(file: Path, present: Settings) -> Settings:
    """The present settings with those of a file of `NAME=VALUE` lines; raises `MoveSettingWrong`."""
    given: dict[str, str] = {}
    try:
        lines = file.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise MoveSettingWrong(line=file.name) from error
    for line in lines:
        text = line.strip().removeprefix("export ")
        if not text or text.startswith("#"):
            continue
        name, is_said, value = text.partition("=")
        if not is_said or name.strip().lower() not in Settings.model_fields:
            raise MoveSettingWrong(line=text)
        given[name.strip().lower()] = value.strip().strip("\"'")
    try:
        return Settings.model_validate(present.model_dump() | given)
    except ValidationError as error:
        raise MoveSettingWrong(line=str(error.errors()[0]["loc"][0]).upper()) from error


def move(settings: Settings, target: Settings, *, tell: Tell = lambda _line: None) -> Moved:
    """Copy everything and compare it; nothing is taken away at the old place.

    Raises:
        MoveToItself, ServiceRuns, MoveTargetUsed: nothing was copied.
        MoveDiffers, FilesMissing: the new database is empty; the move can be asked for again.
        IndexNotMade: all is moved but the index.
    """
    if _same_database(settings, target):
        raise MoveToItself
    node = build(settings)
    try:
        if is_busy(node):
            raise ServiceRuns
        target.base.mkdir(mode=0o750, parents=True, exist_ok=True)
        there = open_settings_database(target)
        try:
            is_loaded = not is_empty(there.engine)
            if is_loaded and not _holds_the_same(node, there):
                raise MoveTargetUsed(place=target.database_url)
            store = open_settings_store(target)
            copy_everything(node, store)
            files = sum(1 for _ in store.list())
            _copy_folders(settings, target)
            if not is_loaded:
                _copy_rows(node, there, tell, has_other_copies=settings.copy_url != target.copy_url)
            with there.reading() as session:
                rows = sum(table.rows for table in digests(session, all_columns()).values())
        finally:
            there.close()
        _mark(settings, target)
    finally:
        node.close()
    tell(f"Đã chuyển {rows} dòng dữ liệu và {files} tệp; đã so khớp toàn bộ.")
    tell("Đang lập lại chỉ mục tra cứu")
    moved = build(target)
    try:
        with moved.transactions.reading(SYSTEM) as reading:
            rebuild_now(reading)
        tell("Chỉ mục tra cứu đã lập lại.")
    finally:
        moved.close()
    return Moved(rows, files)


def _holds_the_same(node: Node, there: Database) -> bool:
    """Whether a move was stopped after its rows were in place, and before the old node was marked."""
    migrate(there)
    with node.database.snapshot() as here, there.snapshot() as session:
        return digests(here, all_columns()) == digests(session, all_columns())


def _copy_rows(node: Node, there: Database, tell: Tell, *, has_other_copies: bool) -> None:
    migrate(there)
    columns = all_columns()
    with there.engine.begin() as connection:
        with unbound(connection), node.database.snapshot() as session:
            for name, wanted in columns.items():
                lines = (line for chunk in chunks(session, name, wanted) for line in chunk.splitlines())
                count = load(connection, name, wanted, lines)
                tell(f"{name}: {count} dòng")
        with node.database.snapshot() as session:
            old = digests(session, columns)
        with Session(connection, autoflush=False) as session:
            new = digests(session, columns)
        _compare(old, new)
        if has_other_copies:
            # The second copies lie elsewhere: they are made anew.
            connection.execute(update(File).values(copied_at=None))


def _compare(old: dict[str, TableDigest], new: dict[str, TableDigest]) -> None:
    for name, digest in old.items():
        if new[name] != digest:
            raise MoveDiffers(table=name)


def _copy_folders(settings: Settings, target: Settings) -> None:
    """Messages on their way and files being examined, where the new node has folders of its own."""
    pairs = [(s.base / s.carrier_url.removeprefix("folder:"), s.base / _INTAKE) for s in (settings, target)]
    for source, copy in zip(*pairs, strict=True):
        if source.resolve() == copy.resolve() or not source.is_dir():
            continue
        for path in sorted(source.rglob("*")):
            to = copy / path.relative_to(source)
            if path.is_dir():
                to.mkdir(mode=0o770, parents=True, exist_ok=True)
            elif path.is_file() and not (to.is_file() and _hash(to) == _hash(path)):
                shutil.copy2(path, to)


def _mark(settings: Settings, target: Settings) -> None:
    """From now on the old place is not opened, and a place that was once left is one again."""
    facts = {"from": settings.database_url, "to": target.database_url}
    mark = settings.base / MOVED
    mark.write_text(json.dumps(facts), encoding="utf-8")
    returned = target.base / MOVED
    if returned.is_file() and json.loads(returned.read_text("utf-8"))["from"] == target.database_url:
        returned.unlink()


def _same_database(settings: Settings, target: Settings) -> bool:
    here, there = open_settings_database(settings), open_settings_database(target)
    same = here.url == there.url
    here.close()
    there.close()
    return same


def _hash(path: Path) -> str:
    with path.open("rb") as source:
        digest = sha256()
        while part := source.read(1024 * 1024):
            digest.update(part)
    return digest.hexdigest()


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()

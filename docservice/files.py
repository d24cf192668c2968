"""`docservice files`: what an operator does with all files at once - check, renew, move, a new master key.

Each goes on where it was broken off, and tells how far it is; a check and a renewal may run beside the service.
"""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import text

from docservice.bootstrap import Node, build, open_settings_store
from docservice.core.db import translated_outages
from docservice.core.errors import Conflict, Invalid, Unavailable
from docservice.core.words import N_
from docservice.core.work import SYSTEM
from docservice.documents import file_names
from docservice.documents.errors import FilesMisplaced, FilesUnlocked
from docservice.documents.file_care import FileCare, look_at, remember
from docservice.documents.originals import originals
from docservice.records.jobs import retaining_stores
from docservice.records.retaining import retain_all
from docservice.settings import Settings
from storage import (
    LockMissing,
    NotStored,
    StorageError,
    Store,
    StoreDamaged,
    StoreUnavailable,
    add_master_key,
    verify,
)

_PAGE = 500
_TELL_SECONDS = 2.0


class PlaceSilent(Unavailable):
    code = "place_silent"
    message = N_("Nơi lưu tệp không trả lời ({reason}); chạy lại lệnh này để làm tiếp từ chỗ dừng.")


class FilesMissing(Conflict):
    code = "files_missing"
    message = N_("{count} tệp bị mất hoặc sai ở nơi cũ nên chưa chuyển được, trước hết là {key}; xem lệnh doctor.")


class NoKeyFile(Invalid):
    code = "no_key_file"
    message = N_("STORAGE_KEY_URL phải là file:TỆP thì mới tạo được khóa chủ ở đây; khóa trong HSM do HSM tạo.")


@dataclass
class Telling:
    """Lines of progress, one every two seconds and one at the end."""

    verb: str
    total: int | None = None
    count: int = 0
    size: int = 0

    def __post_init__(self) -> None:
        self._begun = self._told = time.monotonic()

    def add(self, size: int) -> None:
        self.count += 1
        self.size += size
        if time.monotonic() - self._told > _TELL_SECONDS:
            self.tell()

    def tell(self) -> None:
        self._told = time.monotonic()
        line = f"{self.verb}: {self.count}" + (f"/{self.total}" if self.total is not None else "") + " tệp"
        if self.size:
            speed = self.size / max(0.001, self._told - self._begun) / 2**20
            line += f", {self.size / 2**20:.1f} MB, {speed:.0f} MB/s"
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()


def run_check(settings: Settings) -> int:
    """Hash every file that a row names, now, and mend what can be mended; exit code 1 when something stays wrong."""
    with _opened(settings) as node:
        first, care = node.ports[Store], node.ports[FileCare]
        telling, wrong = Telling("đã kiểm tra"), []
        for key, is_own in _named(node):
            is_original = is_own and care.second is not None and bool(_originals(node, [key]))
            found = look_at(first, care.second if is_own else None, key, renews=False, is_original=is_original)
            if found.wrong:
                with node.transactions.work(SYSTEM) as work:
                    remember(work, found)
            if set(found.wrong) - found.mended:
                wrong.append(key)
            telling.add(0)
        telling.tell()
    for key in wrong:
        sys.stdout.write(f"HỎNG {key}\n")
    return 1 if wrong else 0


def run_renew(settings: Settings) -> int:
    """Have every file lie sealed under the newest master key, or say which could not."""
    with _opened(settings) as node:
        telling, failed = Telling("đã niêm phong lại"), 0
        for store in filter(None, (node.ports[Store], node.ports[FileCare].second)):
            for file in store.list():
                try:
                    if store.renew(file.key):
                        telling.add(file.size)
                except StoreUnavailable:
                    raise
                except StorageError as error:
                    failed += 1
                    sys.stdout.write(f"HỎNG {file.key} {error.code}\n")
        telling.tell()
        sealed = node.ports[Store].check().sealed
    if not failed:
        sys.stdout.write(f"mọi tệp ở dưới khóa {sealed}; khóa cũ có thể bỏ\n" if sealed else "không đặt khóa chủ\n")
    return 1 if failed else 0


def run_new_key(settings: Settings) -> int:
    """Write a new master key below the others in the file the settings name; the service takes it at its next start."""
    scheme, _, rest = settings.storage_key_url.partition(":")
    if scheme != "file" or not rest:
        raise NoKeyFile
    try:
        name = add_master_key(settings.base / rest)
    except StorageError as error:
        raise FilesMisplaced(reason=error.code) from error
    sys.stdout.write(f"đã thêm khóa {name} vào {settings.base / rest}; cất một bản ở nơi khác, mất khóa là mất tệp\n")
    return 0


def run_retain(settings: Settings) -> int:
    """Have the stores retain everything as the rows say, also what they were asked for before."""
    with _opened(settings) as node:
        stores = retaining_stores(node.ports)
        for store in stores:
            telling = Telling("đã khóa giữ")
            retain_everything(node, store, telling)
            telling.tell()
    if not stores:
        sys.stdout.write("địa chỉ nơi lưu không đặt lock=…: không có gì để khóa\n")
    return 0


def run_move(settings: Settings, *, to: str, password_file: Path | None, plain: bool) -> int:
    """Copy every file to another place, each hashed on its way and read again there; nothing is taken away here.

    Exit code 0: all are there and nobody works on this node, so the settings can be changed. 3: all are there that
    were, but the service runs and may have put further ones; stop it and run this again.
    """
    there = settings.model_copy(update={"storage_key_url": ""}) if plain else settings
    target = open_settings_store(there, to, settings.secret(password_file))
    try:
        with _opened(settings) as node:
            busy = is_busy(node)
            copy_everything(node, target)
    finally:
        target.close()
    if busy:
        sys.stdout.write(
            "mọi tệp đến lúc này đã sang nơi mới, nhưng dịch vụ đang chạy: dừng dịch vụ rồi chạy lại lệnh này\n"
        )
        return 3
    sys.stdout.write(f"mọi tệp đã sang nơi mới; đặt STORAGE_URL={to} rồi mở lại dịch vụ, nơi cũ còn nguyên\n")
    return 0


def copy_everything(node: Node, target: Store) -> None:
    """Every file of the node into another store, each read again there; those that lie there whole are left alone.

    Raises:
        FilesMissing: some are lost or changed here; the others are copied.
    """
    missing = _copy_all(node, target)
    if not missing:
        # What a row names and the listing did not show would be lost with the old place.
        missing = [key for key, is_own in _named(node) if is_own and not target.exists(key)]
    if missing:
        raise FilesMissing(count=len(missing), key=missing[0])
    retain_everything(node, target)


def retain_everything(node: Node, store: Store, telling: Telling | None = None) -> None:
    """Have a store that got the node's files from elsewhere retain them as the node's rows say.

    Originals from the start; the originals of closed case files, and the register books, to their own days.
    """
    if not store.retains():
        return
    for page in _pages(store):
        for key in sorted(_originals(node, [key for key, _ in page])):
            try:
                store.retain(key)
            except NotStored:
                continue  # cleared since it was listed
            if telling is not None:
                telling.add(0)
    retain_all(node.transactions, store)


def _copy_all(node: Node, target: Store) -> list[str]:
    source = node.ports[Store]
    telling = Telling("đã chuyển", total=sum(1 for _ in source.list()))
    missing = []
    for page in _pages(source):
        kept = _originals(node, [key for key, _ in page])
        for key, size in page:
            try:
                _copy(source, target, key, original=key in kept)
            except StoreUnavailable:
                raise
            except StorageError:
                missing.append(key)
                continue
            telling.add(size)
    telling.tell()
    # What was made from files, and what nobody names, is made again or not missed.
    with node.transactions.reading(SYSTEM) as reading:
        return sorted(file_names.originals(reading, missing))


def _copy(source: Store, target: Store, key: str, *, original: bool) -> None:
    """Have the file lie whole in the other place; one that lies there may have come from a run that was broken off."""
    if target.exists(key):
        try:
            verify(target, key)
        except StoreDamaged:
            with source.open(key) as data:
                target.mend(key, data)
        else:
            return
    else:
        with source.open(key) as data:
            target.put(data, original=original)
    verify(target, key)


def _pages(store: Store) -> Iterator[list[tuple[str, int]]]:
    page: list[tuple[str, int]] = []
    for file in store.list():
        page.append((file.key, file.size))
        if len(page) == _PAGE:
            yield page
            page = []
    yield page


def _named(node: Node) -> Iterator[tuple[str, bool]]:
    """Every key a row names, and whether it is a file in its own right."""
    after = ""
    while True:
        with node.transactions.reading(SYSTEM) as reading:
            keys = file_names.next_named(reading, after=after, most=_PAGE)
            own = file_names.originals(reading, keys)
        if not keys:
            return
        yield from ((key, key in own) for key in keys)
        after = keys[-1]


def _originals(node: Node, keys: list[str]) -> set[str]:
    """Those that a place retains from the start where its address says so."""
    with node.transactions.reading(SYSTEM) as reading:
        return originals(reading, keys)


def is_busy(node: Node) -> bool:
    """Whether another process works on this node: it holds the runner's lock, or a connection to the database."""
    if node.database.url.get_backend_name() == "sqlite":
        return not node.runner.is_alone
    others = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
    )
    with node.transactions.reading(SYSTEM) as reading:
        return bool(reading.session.scalar(others))


@contextmanager
def _opened(settings: Settings) -> Iterator[Node]:
    node = build(settings)
    try:
        with answered():
            yield node
    finally:
        node.close()


@contextmanager
def answered() -> Iterator[None]:
    """For a command whose places may be silent or full.

    Raises:
        FilesUnlocked, PlaceSilent, DatabaseUnavailable.
    """
    try:
        with translated_outages():
            yield
    except LockMissing as error:
        raise FilesUnlocked(place=str(error.params["place"])) from error
    except StoreUnavailable as error:
        raise PlaceSilent(reason=str(error.params.get("reason", error.code))) from error

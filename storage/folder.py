"""A folder as store: write aside, sync, rename, sync the folder. A reader sees whole files or none."""

import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

from storage.store import CHUNK, NotStored, StoredFile, StoreHealth, StoreUnavailable, path_of

_LEFT_OVER = timedelta(days=1)
_LOW_ROOM = 1024 * 1024 * 1024


class FolderStore:
    """Files under `ab/cd/<key>`; what is being written lies in `.new` of the same file system."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._new = folder / ".new"
        self._new.mkdir(mode=0o750, parents=True, exist_ok=True)

    def put(self, source: BinaryIO, *, original: bool = False) -> StoredFile:
        del original  # a folder retains nothing
        temporary = self._new / uuid4().hex
        try:
            stored = _write(source, temporary)
            target = self._path(stored.key)
            if target.exists():
                os.utime(target)
                temporary.unlink()
            else:
                target.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
                temporary.rename(target)
                for folder in (target.parent, target.parent.parent, self._folder):
                    _sync(folder)
        except OSError as error:
            temporary.unlink(missing_ok=True)
            raise StoreUnavailable("store_unavailable", reason=os.strerror(error.errno or 0)) from error
        return stored

    def open(self, key: str) -> BinaryIO:
        try:
            return self._path(key).open("rb")
        except FileNotFoundError as error:
            raise NotStored("not_stored", key=key) from error
        except OSError as error:
            raise StoreUnavailable("store_unavailable", reason=os.strerror(error.errno or 0)) from error

    def exists(self, key: str) -> bool:
        return self._path(key).is_file()

    def delete(self, key: str) -> None:
        self._path(key).unlink(missing_ok=True)

    def list(self, *, older_than: datetime | None = None) -> Iterator[StoredFile]:
        for path in self._folder.glob("[0-9a-f][0-9a-f]/[0-9a-f][0-9a-f]/*"):
            try:
                facts = path.stat()
            except FileNotFoundError:
                continue
            if older_than is None or facts.st_mtime < older_than.timestamp():
                yield StoredFile(path.name, facts.st_size)

    def retain(self, key: str, until: datetime) -> None:
        """A folder enforces nothing; raises `NotStored`."""
        del until
        if not self.exists(key):
            raise NotStored("not_stored", key=key)

    def check(self) -> StoreHealth:
        free = shutil.disk_usage(self._folder).free
        warnings = ("store_room_low",) if free < _LOW_ROOM else ()
        return StoreHealth(str(self._folder), free, os.access(self._new, os.W_OK), warnings)

    def drop_left_overs(self) -> int:
        """Remove what a killed `put` left aside more than a day ago; returns how many."""
        dropped = 0
        oldest = (datetime.now(UTC) - _LEFT_OVER).timestamp()
        for path in self._new.iterdir():
            if path.stat().st_mtime < oldest:
                path.unlink(missing_ok=True)
                dropped += 1
        return dropped

    def _path(self, key: str) -> Path:
        return self._folder / path_of(key)


def _write(source: BinaryIO, target: Path) -> StoredFile:
    digest, size = sha256(), 0
    descriptor = os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o640)
    with os.fdopen(descriptor, "wb") as out:
        while chunk := source.read(CHUNK):
            digest.update(chunk)
            size += len(chunk)
            out.write(chunk)
        out.flush()
        os.fsync(out.fileno())
    return StoredFile(digest.hexdigest(), size)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

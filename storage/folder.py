"""A folder as place: write aside, sync, rename, sync the folder. A reader sees whole files or none."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO, cast
from uuid import uuid4

from storage.place import Lying
from storage.store import NotStored, StoreHealth, StoreUnavailable

_LEFT_OVER = timedelta(days=1)
_LOW_ROOM = 1024 * 1024 * 1024


class FolderPlace:
    """Files under `ab/cd/<name>`; what is being written lies in `.new` of the same file system."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._new = folder / ".new"
        self._new.mkdir(mode=0o750, parents=True, exist_ok=True)

    @contextmanager
    def draft(self) -> Iterator[BinaryIO]:
        temporary = self._new / uuid4().hex
        try:
            with _speaking():
                temporary.touch(mode=0o640, exist_ok=False)
                with temporary.open("r+b") as out:
                    yield out
        finally:
            temporary.unlink(missing_ok=True)

    def keep(
        self, draft: BinaryIO, name: str, *, original: bool = False, again: bool = False, note: bytes = b""
    ) -> None:
        del original, note  # a folder retains nothing, and goes on with nothing
        target = self._folder / name
        with _speaking():
            draft.flush()
            os.fsync(draft.fileno())
            target.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
            with self._alone():
                if target.exists() and not again:
                    os.utime(target)
                else:
                    Path(draft.name).replace(target)
            # Also when it was there: whoever renamed it may not have got so far before the power went.
            for folder in (target.parent, target.parent.parent, self._folder):
                _sync(folder)

    def begun(self, name: str, *, size: int) -> None:
        """A file is renamed whole or not at all."""

    def open(self, name: str) -> BinaryIO:
        with _speaking():
            try:
                return cast("BinaryIO", (self._folder / name).open("rb", buffering=0))
            except FileNotFoundError as error:
                raise NotStored("not_stored", key=name.rpartition("/")[2]) from error

    def size(self, name: str) -> int | None:
        with _speaking():
            try:
                return (self._folder / name).stat().st_size
            except FileNotFoundError:
                return None

    def delete(self, name: str, *, not_put_since: datetime | None) -> bool:
        target = self._folder / name
        with _speaking(), self._alone():
            put_at = target.stat().st_mtime if target.exists() else 0.0
            if not_put_since is not None and put_at >= not_put_since.timestamp():
                return False
            target.unlink(missing_ok=True)
        return True

    def list(self, *, older_than: datetime | None = None) -> Iterator[Lying]:
        for folder in sorted(self._folder.glob("[0-9a-f][0-9a-f]/[0-9a-f][0-9a-f]")):
            for path in sorted(folder.iterdir()):
                try:
                    facts = path.stat()
                except FileNotFoundError:
                    continue
                if older_than is None or facts.st_mtime < older_than.timestamp():
                    yield Lying(str(path.relative_to(self._folder)), facts.st_size)

    def retains(self) -> bool:
        return False

    def retain(self, name: str, until: datetime | None) -> None:
        """A folder enforces nothing; raises `NotStored`."""
        del until
        if self.size(name) is None:
            raise NotStored("not_stored", key=name.rpartition("/")[2])

    def check(self) -> StoreHealth:
        free = shutil.disk_usage(self._folder).free
        warnings = ("store_room_low",) if free < _LOW_ROOM else ()
        return StoreHealth(str(self._folder), free, os.access(self._new, os.W_OK), warnings)

    def drop_left_overs(self) -> int:
        dropped = 0
        oldest = (datetime.now(UTC) - _LEFT_OVER).timestamp()
        for path in self._new.iterdir():
            try:
                if path.stat().st_mtime < oldest:
                    path.unlink()
                    dropped += 1
            except FileNotFoundError:
                continue
        return dropped

    def close(self) -> None:
        """Nothing is held."""

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One at a time, of all processes: between looking at a file's time and deleting it nobody refreshes it."""
        descriptor = os.open(self._folder / ".lock", os.O_CREAT | os.O_RDWR, 0o640)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)


@contextmanager
def _speaking() -> Iterator[None]:
    """The system's errors as the port's."""
    try:
        yield
    except OSError as error:
        raise StoreUnavailable("store_unavailable", reason=os.strerror(error.errno or 0)) from error


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

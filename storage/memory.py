"""A place that forgets everything when the process ends; it passes the folder's contract."""

import io
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from typing import BinaryIO

from storage.place import Lying
from storage.store import NotStored, StoreHealth


class MemoryPlace:
    """Bytes in a dictionary, with the time each was last put."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[bytes, datetime]] = {}
        self._lock = threading.Lock()

    def draft(self) -> AbstractContextManager[BinaryIO]:
        return io.BytesIO()

    def keep(
        self, draft: BinaryIO, name: str, *, original: bool = False, again: bool = False, note: bytes = b""
    ) -> None:
        del original, note  # memory retains nothing and breaks nothing off
        draft.seek(0)
        data = draft.read()
        with self._lock:
            if name in self._kept and not again:
                data = self._kept[name][0]
            self._kept[name] = data, datetime.now(UTC)

    def begun(self, name: str, *, size: int) -> None:
        """Nothing is ever half kept."""

    def open(self, name: str) -> BinaryIO:
        if name not in self._kept:
            raise NotStored("not_stored", key=name)
        return io.BytesIO(self._kept[name][0])

    def size(self, name: str) -> int | None:
        return len(self._kept[name][0]) if name in self._kept else None

    def delete(self, name: str, *, not_put_since: datetime | None) -> bool:
        with self._lock:
            if not_put_since is not None and name in self._kept and self._kept[name][1] >= not_put_since:
                return False
            self._kept.pop(name, None)
        return True

    def list(self, *, older_than: datetime | None = None) -> Iterator[Lying]:
        for name, (data, at) in list(self._kept.items()):
            if older_than is None or at < older_than:
                yield Lying(name, len(data))

    def retains(self) -> bool:
        return False

    def retain(self, name: str, until: datetime | None) -> None:
        """Memory enforces nothing; raises `NotStored`."""
        del until
        if name not in self._kept:
            raise NotStored("not_stored", key=name)

    def check(self) -> StoreHealth:
        return StoreHealth("memory", 0, writable=True, warnings=("store_forgets",))

    def drop_left_overs(self) -> int:
        return 0

    def close(self) -> None:
        """Nothing is held."""

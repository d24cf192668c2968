"""A store that forgets everything when the process ends; it passes the folder's contract."""

import io
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from typing import BinaryIO

from storage.store import CHUNK, NotStored, StoredFile, StoreHealth, StoreUnavailable, require_key


class MemoryStore:
    """Bytes in a dictionary, with the time each was last put."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[bytes, datetime]] = {}

    def put(self, source: BinaryIO, *, original: bool = False) -> StoredFile:
        del original  # memory retains nothing
        try:
            data = b"".join(iter(lambda: source.read(CHUNK), b""))
        except OSError as error:
            raise StoreUnavailable("store_unavailable", reason=str(error)) from error
        key = sha256(data).hexdigest()
        self._kept[key] = data, datetime.now(UTC)
        return StoredFile(key, len(data))

    def open(self, key: str) -> BinaryIO:
        require_key(key)
        if key not in self._kept:
            raise NotStored("not_stored", key=key)
        return io.BytesIO(self._kept[key][0])

    def exists(self, key: str) -> bool:
        return require_key(key) in self._kept

    def delete(self, key: str) -> None:
        self._kept.pop(require_key(key), None)

    def list(self, *, older_than: datetime | None = None) -> Iterator[StoredFile]:
        for key, (data, at) in list(self._kept.items()):
            if older_than is None or at < older_than:
                yield StoredFile(key, len(data))

    def retain(self, key: str, until: datetime) -> None:
        """Memory enforces nothing; raises `NotStored`."""
        del until
        if not self.exists(key):
            raise NotStored("not_stored", key=key)

    def check(self) -> StoreHealth:
        return StoreHealth("memory", 0, writable=True, warnings=("store_forgets",))

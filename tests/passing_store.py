"""A store that passes everything on: what a test's store derives from, so that it keeps to the whole port."""

from collections.abc import Iterator
from datetime import datetime
from typing import BinaryIO

from storage import Store, StoredFile, StoreHealth


class PassingStore:
    def __init__(self, inner: Store) -> None:
        self._inner = inner

    def put(self, source: BinaryIO, *, original: bool = False) -> StoredFile:
        return self._inner.put(source, original=original)

    def mend(self, key: str, source: BinaryIO) -> None:
        self._inner.mend(key, source)

    def open(self, key: str) -> BinaryIO:
        return self._inner.open(key)

    def exists(self, key: str) -> bool:
        return self._inner.exists(key)

    def delete(self, key: str, *, not_put_since: datetime | None = None) -> bool:
        return self._inner.delete(key, not_put_since=not_put_since)

    def list(self, *, older_than: datetime | None = None) -> Iterator[StoredFile]:
        return self._inner.list(older_than=older_than)

    def retains(self) -> bool:
        return self._inner.retains()

    def retain(self, key: str, until: datetime | None = None) -> datetime | None:
        return self._inner.retain(key, until)

    def renew(self, key: str) -> bool:
        return self._inner.renew(key)

    def check(self) -> StoreHealth:
        return self._inner.check()

    def drop_left_overs(self) -> int:
        return self._inner.drop_left_overs()

    def close(self) -> None:
        self._inner.close()


def as_store(store: PassingStore) -> Store:
    """Says to the type checker that the port is kept: a verb added there is missed here at once."""
    return store

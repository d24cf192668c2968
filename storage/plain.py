"""A store over a place: the bytes lie as they are, under their hash."""

from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256
from typing import BinaryIO

from storage.place import Place
from storage.reading import checked
from storage.store import (
    CHUNK,
    NotStored,
    StoreDamaged,
    StoredFile,
    StoreHealth,
    StoreUnavailable,
    is_key,
    path_of,
)

SEALED = ".sealed"
_LOOKED_AT = 50


class PlainStore:
    def __init__(self, place: Place) -> None:
        self._place = place

    def put(self, source: BinaryIO, *, original: bool = False) -> StoredFile:
        with self._place.draft() as draft:
            stored = gather(source, draft)
            self._place.keep(draft, path_of(stored.key), original=original)
        return stored

    def mend(self, key: str, source: BinaryIO) -> None:
        name = path_of(key)
        with self._place.draft() as draft:
            if gather(source, draft).key != key:
                raise StoreDamaged("store_damaged", key=key)
            self._place.keep(draft, name, again=True)

    def open(self, key: str) -> BinaryIO:
        name = path_of(key)
        try:
            return checked(self._place.open(name), key)
        except NotStored:
            if self._place.size(name + SEALED) is not None:
                # It is there, and only who has the master key can read it: that is no lost file.
                raise StoreUnavailable("store_sealed", key=key) from None
            raise

    def exists(self, key: str) -> bool:
        return self._place.size(path_of(key)) is not None

    def delete(self, key: str, *, not_put_since: datetime | None = None) -> bool:
        return self._place.delete(path_of(key), not_put_since=not_put_since)

    def list(self, *, older_than: datetime | None = None) -> Iterator[StoredFile]:
        for lying in self._place.list(older_than=older_than):
            key = lying.name.rpartition("/")[2]
            if is_key(key):
                yield StoredFile(key, lying.size)

    def retains(self) -> bool:
        return self._place.retains()

    def retain(self, key: str, until: datetime | None = None) -> datetime | None:
        return self._place.retain(path_of(key), until)

    def renew(self, key: str) -> bool:
        """Plain bytes have nothing to renew; raises `NotStored`, also for a file that lies sealed."""
        if not self.exists(key):
            raise NotStored("not_stored", key=key)
        return False

    def check(self) -> StoreHealth:
        health = self._place.check()
        looked_at = zip(range(_LOOKED_AT), self._place.list(), strict=False)
        if any(lying.name.endswith(SEALED) for _, lying in looked_at):
            return StoreHealth(
                health.place,
                health.free_bytes,
                health.writable,
                (*health.warnings, "store_sealed_without_key"),
                health.abilities,
            )
        return health

    def drop_left_overs(self) -> int:
        return self._place.drop_left_overs()

    def close(self) -> None:
        self._place.close()


def gather(source: BinaryIO, draft: BinaryIO) -> StoredFile:
    """Copy a source into a draft and learn its name; raises `StoreUnavailable` where either breaks."""
    digest, size = sha256(), 0
    try:
        while chunk := source.read(CHUNK):
            digest.update(chunk)
            size += len(chunk)
            draft.write(chunk)
    except OSError as error:
        raise StoreUnavailable("store_unavailable", reason=error.strerror or str(error)) from error
    return StoredFile(digest.hexdigest(), size)

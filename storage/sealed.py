"""A store over a place that sees sealed files only: the key stays the hash of the clear bytes.

A sealed file lies beside where the plain one would, as `<key>.sealed`. Files from before are read as they lie, but
checked whole before their first byte is given out: whoever can write to the place must not get plain bytes believed.
"""

import io
from collections.abc import Iterator
from datetime import datetime
from typing import BinaryIO

from storage.place import Lying, Place
from storage.plain import SEALED
from storage.reading import checked
from storage.sealing import HEAD, MasterKeys, clear_size, open_sealed, rewrapped, seal, sealed_as_before
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


class SealedStore:
    def __init__(self, place: Place, masters: MasterKeys) -> None:
        self._place, self._masters = place, masters

    def put(self, source: BinaryIO, *, original: bool = False) -> StoredFile:
        with self._place.draft() as draft:
            stored = seal(source, draft, self._masters)
            name = path_of(stored.key) + SEALED
            head = self._place.begun(name, size=draft.seek(0, io.SEEK_END))
            if head is None or not self._go_on(draft, stored.key, head, original=original):
                draft.seek(0)
                self._place.keep(draft, name, original=original, note=draft.read(HEAD))
        return stored

    def mend(self, key: str, source: BinaryIO) -> None:
        name = path_of(key)
        with self._place.draft() as draft:
            if seal(source, draft, self._masters).key != key:
                raise StoreDamaged("store_damaged", key=key)
            self._place.keep(draft, name + SEALED, again=True)

    def open(self, key: str) -> BinaryIO:
        name = path_of(key)
        try:
            raw = self._place.open(name + SEALED)
        except NotStored:
            try:
                return self._open_plain(name, key)
            except NotStored:
                # Between the two looks it may have been sealed.
                raw = self._place.open(name + SEALED)
        return open_sealed(raw, key, self._masters)

    def exists(self, key: str) -> bool:
        name = path_of(key)
        return self._place.size(name + SEALED) is not None or self._place.size(name) is not None

    def delete(self, key: str, *, not_put_since: datetime | None = None) -> bool:
        name = path_of(key)
        return self._place.delete(name + SEALED, not_put_since=not_put_since) and self._place.delete(
            name, not_put_since=not_put_since
        )

    def list(self, *, older_than: datetime | None = None) -> Iterator[StoredFile]:
        for lying in self._place.list(older_than=older_than):
            key = lying.name.rpartition("/")[2].removesuffix(SEALED)
            if not is_key(key) or (not lying.name.endswith(SEALED) and self._lies_twice(lying)):
                continue
            yield StoredFile(key, clear_size(lying.size) if lying.name.endswith(SEALED) else lying.size)

    def retains(self) -> bool:
        return self._place.retains()

    def retain(self, key: str, until: datetime | None = None) -> datetime | None:
        name = path_of(key)
        return self._place.retain(name + SEALED if self._place.size(name + SEALED) is not None else name, until)

    def renew(self, key: str) -> bool:
        name = path_of(key)
        try:
            raw = self._place.open(name + SEALED)
        except NotStored:
            return self._seal_plain(name, key)
        with raw, self._place.draft() as draft:
            if rewrapped(raw, draft, key, self._masters):
                self._place.keep(draft, name + SEALED, again=True)
                return True
        # A plain one beside it is what a sealing that was broken off left behind.
        return self._place.size(name) is not None and self._place.delete(name, not_put_since=None)

    def check(self) -> StoreHealth:
        health = self._place.check()
        try:
            sealed, warnings = self._masters.describe(), health.warnings
        except StoreUnavailable as error:
            sealed, warnings = error.code, (*health.warnings, error.code)
        writable = health.writable and sealed not in warnings
        return StoreHealth(health.place, health.free_bytes, writable, warnings, health.abilities, sealed)

    def drop_left_overs(self) -> int:
        return self._place.drop_left_overs()

    def close(self) -> None:
        self._place.close()

    def _go_on(self, draft: BinaryIO, key: str, head: bytes, *, original: bool) -> bool:
        """Keep the file as it was sealed when it broke off, so that the parts that arrived are not sent again."""
        with self._place.draft() as same:
            if not sealed_as_before(draft, same, head, key, self._masters):
                return False
            self._place.keep(same, path_of(key) + SEALED, original=original, note=head)
        return True

    def _open_plain(self, name: str, key: str) -> BinaryIO:
        found = checked(self._place.open(name), key)
        try:
            while found.read(CHUNK):
                pass
            found.seek(0)
        except BaseException:
            found.close()
            raise
        return found

    def _seal_plain(self, name: str, key: str) -> bool:
        with self._open_plain(name, key) as source:
            self.mend(key, source)
        self._place.delete(name, not_put_since=None)
        return True

    def _lies_twice(self, lying: Lying) -> bool:
        return self._place.size(lying.name + SEALED) is not None

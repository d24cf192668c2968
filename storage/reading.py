"""Bytes that are compared with their name while they are read, from the first to the last."""

import io
from hashlib import sha256
from typing import Any, BinaryIO, cast

from storage.store import CHUNK, StoreDamaged

BUFFER = 256 * 1024


def checked(raw: BinaryIO, key: str) -> BinaryIO:
    """A seekable file over unbuffered bytes; who reads all of it gets `StoreDamaged` instead of a wrong end."""
    return cast("BinaryIO", io.BufferedReader(_Checked(raw, key), BUFFER))


class _Checked(io.RawIOBase):
    def __init__(self, raw: BinaryIO, key: str) -> None:
        self._raw, self._key = raw, key
        self._size = raw.seek(0, io.SEEK_END)
        self._at = raw.seek(0)
        self._hashed = 0
        self._digest = sha256()
        self._compare()

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self._at = self._raw.seek(offset, whence)
        return self._at

    def readinto(self, buffer: Any) -> int:
        read: int = self._raw.readinto(buffer) or 0  # type: ignore[attr-defined] # raw files have it
        if self._hashed == self._at:
            self._digest.update(memoryview(buffer)[:read])
            self._hashed += read
            self._compare()
        self._at += read
        return read

    def readall(self) -> bytes:
        # The usual one reads 8 KB at a time.
        return b"".join(iter(lambda: self.read(CHUNK) or b"", b""))

    def close(self) -> None:
        self._raw.close()
        super().close()

    def _compare(self) -> None:
        if self._hashed == self._size and self._digest.hexdigest() != self._key:
            raise StoreDamaged("store_damaged", key=self._key)

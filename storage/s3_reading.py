"""An object as a file: read on, seek, read a range; a connection that breaks is taken up where it broke.

Read from its first byte to its last, the bytes are compared with their name at the end.
"""

import io
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, BinaryIO, cast

from botocore.exceptions import BotoCoreError, ClientError
from urllib3.exceptions import HTTPError

from storage.store import StoreDamaged, StoreUnavailable

_BUFFER = 256 * 1024
_TRIES = 3


@dataclass(frozen=True)
class Whereabouts:
    """Where an object lies, and how the vendor's errors become the port's."""

    s3: Any
    bucket: str
    name: str
    key: str
    translated: Callable[[str], AbstractContextManager[None]]

    def ask(self, **more: str) -> Any:
        return self.s3.get_object(Bucket=self.bucket, Key=self.name, **more)


def open_object(place: Whereabouts) -> BinaryIO:
    """The object as a seekable file; raises the port's error when there is none."""
    with place.translated(place.key):
        answer = place.ask()
    return cast("BinaryIO", io.BufferedReader(_Object(place, answer), _BUFFER))


class _Object(io.RawIOBase):
    """Asks for bytes from where it stands; the answer in hand is used as long as nobody seeks away."""

    def __init__(self, place: Whereabouts, answer: Any) -> None:
        self._place, self._key = place, place.key
        self._size, self._tag = int(answer["ContentLength"]), answer["ETag"]
        self._body: Any = answer["Body"]
        self._at = 0
        self._hashed = 0
        self._digest = sha256()

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        begin = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        target = max(0, begin + offset)
        if target != self._at:
            self._let_go()
            self._at = target
        return target

    def readinto(self, buffer: Any) -> int:
        wanted = min(len(buffer), self._size - self._at)
        if wanted <= 0:
            return 0
        data = self._read(wanted)
        buffer[: len(data)] = data
        if self._hashed == self._at:
            self._digest.update(data)
            self._hashed += len(data)
        self._at += len(data)
        if self._hashed == self._size and self._digest.hexdigest() != self._key:
            raise StoreDamaged("store_damaged", key=self._key)
        return len(data)

    def close(self) -> None:
        self._let_go()
        super().close()

    def _read(self, wanted: int) -> bytes:
        for left in reversed(range(_TRIES)):
            try:
                if self._body is None:
                    self._body = self._ask()
                data: bytes = self._body.read(wanted)
            except (BotoCoreError, HTTPError, OSError) as error:
                self._let_go()
                if not left:
                    raise StoreUnavailable("store_unavailable", reason=type(error).__name__) from error
                continue
            if data:
                return data
            self._let_go()
        raise StoreUnavailable("store_unavailable", reason="cut short")

    def _ask(self) -> Any:
        """The bytes from here on, of the very object that was opened."""
        rest = f"bytes={self._at}-{self._size - 1}"
        with self._place.translated(self._key):
            try:
                answer = self._place.ask(Range=rest, IfMatch=self._tag)
            except ClientError as error:
                if error.response.get("Error", {}).get("Code") != "PreconditionFailed":
                    raise
                # Given a fresh time meanwhile; the name still says which bytes these are.
                answer = self._place.ask(Range=rest)
        return answer["Body"]

    def _let_go(self) -> None:
        if self._body is not None:
            self._body.close()
            self._body = None

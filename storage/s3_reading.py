"""An object as a file: read on, seek, read a range; a connection that breaks is taken up where it broke."""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, BinaryIO, cast

from botocore.exceptions import BotoCoreError, ClientError
from urllib3.exceptions import HTTPError

from storage.seeking import Seekable
from storage.store import StoreUnavailable

_TRIES = 4
_PAUSE_SECONDS = 0.2


@dataclass(frozen=True)
class Whereabouts:
    """Where an object lies, and how the vendor's errors become the port's."""

    s3: Any
    bucket: str
    name: str
    translated: Callable[[str], AbstractContextManager[None]]

    def ask(self, **more: str) -> Any:
        return self.s3.get_object(Bucket=self.bucket, Key=self.name, **more)


def open_object(place: Whereabouts) -> BinaryIO:
    """The object as a seekable, unbuffered file; raises the port's error when there is none."""
    with place.translated(place.name):
        answer = place.ask()
    return cast("BinaryIO", _Object(place, answer))


class _Object(Seekable):
    """Asks for bytes from where it stands; the answer in hand is used as long as it goes on from there."""

    def __init__(self, place: Whereabouts, answer: Any) -> None:
        self._place = place
        self._size, self._tag = int(answer["ContentLength"]), answer["ETag"]
        self._body: Any = answer["Body"]
        self._at = self._body_at = 0

    def readinto(self, buffer: Any) -> int:
        wanted = min(len(buffer), self._size - self._at)
        if wanted <= 0:
            return 0
        if self._body_at != self._at:
            self._let_go()
        data = self._read(wanted)
        buffer[: len(data)] = data
        self._at += len(data)
        self._body_at = self._at
        return len(data)

    def close(self) -> None:
        self._let_go()
        super().close()

    def _read(self, wanted: int) -> bytes:
        """Bytes from here on; what breaks, the asking anew included, is tried again."""
        with self._place.translated(self._place.name):
            for left in reversed(range(_TRIES)):
                try:
                    if self._body is None:
                        self._body = self._ask()
                    data: bytes = self._body.read(wanted)
                except (BotoCoreError, HTTPError, OSError) as error:
                    self._let_go()
                    if not left:
                        raise StoreUnavailable("store_unavailable", reason=type(error).__name__) from error
                    time.sleep(_PAUSE_SECONDS)
                    continue
                if data:
                    return data
                self._let_go()
        raise StoreUnavailable("store_unavailable", reason="cut short")

    def _ask(self) -> Any:
        """The bytes from here on, of the very object that was opened."""
        rest = f"bytes={self._at}-{self._size - 1}"
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

"""Beneath a store: bytes under names that are given to them, whole or not at all. Knows no hashes and no keys.

A store gathers bytes in a draft, learns from them what they are called, and has the place keep them under that name.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, Protocol

from storage.store import StoreHealth


@dataclass(frozen=True)
class Lying:
    """A name and how many bytes lie under it."""

    name: str
    size: int


class Place(Protocol):
    """Names look like `ab/cd/<key>`, with or without an ending; every error is one of the port's."""

    def draft(self) -> AbstractContextManager[BinaryIO]:
        """An empty file, to be written, sought and read, that is gone at the end unless it was kept."""
        ...

    def keep(
        self, draft: BinaryIO, name: str, *, original: bool = False, again: bool = False, note: bytes = b""
    ) -> None:
        """Put a draft under a name, all at once; where something lies there only its time is refreshed.

        With `again` the draft takes the place of whatever lies there, and keeps its retention. `note` is given back by
        `begun` should the keeping break off.
        """
        ...

    def begun(self, name: str, *, size: int) -> bytes | None:
        """The note of a keeping under this name that broke off and can be gone on with by the same bytes; else None."""
        ...

    def open(self, name: str) -> BinaryIO:
        """The bytes under a name, unbuffered and seekable; raises `NotStored`."""
        ...

    def size(self, name: str) -> int | None:
        """How many bytes lie under a name; None when there are none."""
        ...

    def delete(self, name: str, *, not_put_since: datetime | None) -> bool:
        """Forget a name; False when it was put (or refreshed) at or after the instant and so stays.

        Raises `StillRetained`.
        """
        ...

    def list(self, *, older_than: datetime | None = None) -> Iterator[Lying]: ...

    def retains(self) -> bool: ...

    def retain(self, name: str, until: datetime | None) -> datetime | None: ...

    def check(self) -> StoreHealth: ...

    def drop_left_overs(self) -> int: ...

    def close(self) -> None: ...

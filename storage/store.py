"""The port: a few verbs over bytes whose name is their SHA-256, so that a retry is harmless and a copy is checked.

StorageError
├── NotStored          no such key
├── StillRetained      the place keeps the key until a day and refuses to forget it before
├── StoreUnavailable   the place does not answer or is full, or the master key of sealed files is not there
│   └── LockMissing    its address asks it to retain, and it cannot: the bucket was made without object lock
└── StoreDamaged       the bytes are not what their name says
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import BinaryIO, Protocol

CHUNK = 1024 * 1024
_KEY = re.compile(r"[0-9a-f]{64}")


class StorageError(Exception):
    """Base: `code` in snake case, `params` for whoever words it."""

    def __init__(self, code: str, **params: str | int) -> None:
        super().__init__(code, params)
        self.code = code
        self.params = params


class NotStored(StorageError):
    pass


class StillRetained(StorageError):
    pass


class StoreUnavailable(StorageError):
    pass


class LockMissing(StoreUnavailable):
    """`place` says where; nothing that is to be retained is kept there until the bucket or the address is mended."""


class StoreDamaged(StorageError):
    pass


@dataclass(frozen=True)
class StoredFile:
    """`key` is the lower-case hexadecimal SHA-256 of the bytes, `size` their number."""

    key: str
    size: int


@dataclass(frozen=True)
class StoreHealth:
    """For `doctor`: where the bytes lie, how much room is left, and what somebody should know.

    `free_bytes` is None where the place does not say; `abilities` names what was found to work beyond the plain verbs
    (`versioning`, `object_lock`, `tags`, `put_once`, `encryption`), tried and not believed. `sealed` says under which
    master key files are encrypted before they leave, None when they are not.
    """

    place: str
    free_bytes: int | None
    writable: bool
    warnings: tuple[str, ...] = ()
    abilities: tuple[str, ...] = ()
    sealed: str | None = None


class Store(Protocol):
    def put(self, source: BinaryIO, *, original: bool = False) -> StoredFile:
        """Keep the bytes and name them; the same bytes again only refresh the time of their key.

        An `original` (a file signed here or received) is retained from the start where the address of the place
        asks for it.
        """
        ...

    def mend(self, key: str, source: BinaryIO) -> None:
        """Put the right bytes in the place of lost or changed ones; raises `StoreDamaged` when these are others."""
        ...

    def open(self, key: str) -> BinaryIO:
        """The bytes of a key, seekable, to be closed by the caller; raises `NotStored`.

        Read from the first to the last, bytes that are not what the key says raise `StoreDamaged`.
        """
        ...

    def exists(self, key: str) -> bool: ...

    def delete(self, key: str, *, not_put_since: datetime | None = None) -> bool:
        """Forget a key; deleting twice is harmless. Raises `StillRetained` where the place enforces `retain`.

        With an instant, a key that was put at or after it stays, and the answer is False: no `put` of the same bytes,
        in this process or another, is lost to a clean-up.
        """
        ...

    def list(self, *, older_than: datetime | None = None) -> Iterator[StoredFile]:
        """What is kept, or only what was last put before an instant; in no particular order."""
        ...

    def retains(self) -> bool:
        """Whether the address of the place asks it to retain anything; nobody is asked."""
        ...

    def retain(self, key: str, until: datetime | None = None) -> datetime | None:
        """Have the place itself refuse to forget a key before an instant: extended, never shortened.

        Without an instant, for as long as the address has an `original` retained from the start. Returns the instant
        now in force, None where there is none. Raises `NotStored`.
        """
        ...

    def renew(self, key: str) -> bool:
        """Have a key lie as a `put` of today would lay it: sealed or not, under the newest master key.

        False when it does already. Raises `NotStored`, `StoreDamaged`.
        """
        ...

    def check(self) -> StoreHealth: ...

    def drop_left_overs(self) -> int:
        """Remove what a killed `put` left behind more than a day ago; returns how many."""
        ...

    def close(self) -> None: ...


def path_of(key: str) -> str:
    """Where a key lies in a place with folders: `ab/cd/<key>`; raises `NotStored` for what is no key."""
    require_key(key)
    return f"{key[:2]}/{key[2:4]}/{key}"


def require_key(key: str) -> str:
    """Refuse what is no key before it becomes a path; raises `NotStored`."""
    if not _KEY.fullmatch(key):
        raise NotStored("not_stored", key=key[:80])
    return key


def is_key(name: str) -> bool:
    """Whether a name is a key and nothing more."""
    return _KEY.fullmatch(name) is not None


def verify(store: Store, key: str) -> None:
    """Hash the stored bytes again; raises `StoreDamaged` when they are not what their name says."""
    digest = sha256()
    with store.open(key) as source:
        while chunk := source.read(CHUNK):
            digest.update(chunk)
    if digest.hexdigest() != key:
        raise StoreDamaged("store_damaged", key=key)

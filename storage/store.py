"""The port: a few verbs over bytes whose name is their SHA-256, so that a retry is harmless and a copy is checked.

StorageError
├── NotStored          no such key
├── StillRetained      the place keeps the key until a day and refuses to forget it before
├── StoreUnavailable   the place does not answer or is full
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
    (`versioning`, `object_lock`, `tags`, `put_once`, `encryption`), tried and not believed.
    """

    place: str
    free_bytes: int | None
    writable: bool
    warnings: tuple[str, ...] = ()
    abilities: tuple[str, ...] = ()


class Store(Protocol):
    def put(self, source: BinaryIO, *, original: bool = False) -> StoredFile:
        """Keep the bytes and name them; the same bytes again only refresh the time of their key.

        An `original` (a file signed here or received) is retained from the start where the address of the place
        asks for it.
        """
        ...

    def open(self, key: str) -> BinaryIO:
        """The bytes of a key, seekable, to be closed by the caller; raises `NotStored`."""
        ...

    def exists(self, key: str) -> bool: ...

    def delete(self, key: str) -> None:
        """Forget a key; deleting twice is harmless. Raises `StillRetained` where the place enforces `retain`."""
        ...

    def list(self, *, older_than: datetime | None = None) -> Iterator[StoredFile]:
        """What is kept, or only what was last put before an instant; in no particular order."""
        ...

    def retain(self, key: str, until: datetime) -> datetime | None:
        """Have the place itself refuse to forget a key before an instant: extended, never shortened.

        Returns the instant now in force, None where the place cannot enforce one. Raises `NotStored`.
        """
        ...

    def check(self) -> StoreHealth: ...


def path_of(key: str) -> str:
    """Where a key lies in a place with folders: `ab/cd/<key>`; raises `NotStored` for what is no key."""
    require_key(key)
    return f"{key[:2]}/{key[2:4]}/{key}"


def require_key(key: str) -> str:
    """Refuse what is no key before it becomes a path; raises `NotStored`."""
    if not _KEY.fullmatch(key):
        raise NotStored("not_stored", key=key[:80])
    return key


def verify(store: Store, key: str) -> None:
    """Hash the stored bytes again; raises `StoreDamaged` when they are not what their name says."""
    digest = sha256()
    with store.open(key) as source:
        while chunk := source.read(CHUNK):
            digest.update(chunk)
    if digest.hexdigest() != key:
        raise StoreDamaged("store_damaged", key=key)

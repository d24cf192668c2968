"""Where bytes live, named by their hash. Knows bytes, hashes and keys; nothing of documents."""

from pathlib import Path

from storage.folder import FolderStore
from storage.memory import MemoryStore
from storage.store import (
    NotStored,
    StillRetained,
    StorageError,
    Store,
    StoreDamaged,
    StoredFile,
    StoreHealth,
    StoreUnavailable,
    verify,
)

__all__ = [
    "NotStored",
    "StillRetained",
    "StorageError",
    "Store",
    "StoreDamaged",
    "StoreHealth",
    "StoreUnavailable",
    "StoredFile",
    "open_store",
    "verify",
]


def open_store(url: str, *, base: Path, password: str | None = None) -> Store:
    """Open `file:FOLDER` (relative to `base`), `memory:` or `s3://ACCESS-KEY@host:port/bucket` with its password.

    Raises `StorageError` for any other address.
    """
    scheme, _, rest = url.partition(":")
    if scheme == "file" and rest:
        return FolderStore(base / rest)
    if scheme == "memory":
        return MemoryStore()
    if scheme == "s3" and password:
        # Imported here: a node on one folder runs without the server packages.
        from storage.s3 import S3Store  # noqa: PLC0415

        return S3Store(url, password=password, base=base)
    raise StorageError("store_password_missing" if scheme == "s3" else "store_url_unknown", url=scheme)

"""Where bytes live, named by their hash. Knows bytes, hashes and keys; nothing of documents."""

from pathlib import Path

from storage.folder import FolderStore
from storage.memory import MemoryStore
from storage.store import (
    NotStored,
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
    "StorageError",
    "Store",
    "StoreDamaged",
    "StoreHealth",
    "StoreUnavailable",
    "StoredFile",
    "open_store",
    "verify",
]


def open_store(url: str, *, base: Path) -> Store:
    """Open `file:FOLDER` (relative to `base`) or `memory:`; raises `StorageError` for any other address."""
    scheme, _, rest = url.partition(":")
    if scheme == "file" and rest:
        return FolderStore(base / rest)
    if scheme == "memory":
        return MemoryStore()
    raise StorageError("store_url_unknown", url=url)

"""Where bytes live, named by their hash. Knows bytes, hashes and keys; nothing of documents."""

from pathlib import Path

from storage.folder import FolderPlace
from storage.master_keys import FileKeys, add_master_key
from storage.memory import MemoryPlace
from storage.place import Place
from storage.plain import PlainStore
from storage.sealed import SealedStore
from storage.sealing import MasterKeys
from storage.store import (
    LockMissing,
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
    "LockMissing",
    "MasterKeys",
    "NotStored",
    "StillRetained",
    "StorageError",
    "Store",
    "StoreDamaged",
    "StoreHealth",
    "StoreUnavailable",
    "StoredFile",
    "add_master_key",
    "open_master_keys",
    "open_store",
    "verify",
]


def open_store(url: str, *, base: Path, password: str | None = None, masters: MasterKeys | None = None) -> Store:
    """Open `file:FOLDER` (relative to `base`), `memory:` or `s3://ACCESS-KEY@host:port/bucket` with its password.

    With master keys, files are sealed before they leave this process. Raises `StorageError` for any other address.
    """
    place = _open_place(url, base=base, password=password)
    return SealedStore(place, masters) if masters else PlainStore(place)


def open_master_keys(url: str, *, base: Path, module: Path | None = None, pin: str | None = None) -> MasterKeys | None:
    """Open `file:FILE` (relative to `base`) or `pkcs11:TOKEN/KEY[,OLDER...]` with its module and PIN; None for "".

    Raises `StorageError`.
    """
    if not url:
        return None
    scheme, _, rest = url.partition(":")
    if scheme == "file" and rest:
        return FileKeys(base / rest)
    if scheme == "pkcs11" and module and pin:
        # Imported here: who keeps no key in a token needs no module for it.
        from storage.token_keys import TokenKeys  # noqa: PLC0415

        return TokenKeys(rest, module=module, pin=pin)
    raise StorageError("master_key_pin_missing" if scheme == "pkcs11" else "master_key_address_unknown", address=scheme)


def _open_place(url: str, *, base: Path, password: str | None) -> Place:
    scheme, _, rest = url.partition(":")
    if scheme == "file" and rest:
        return FolderPlace(base / rest)
    if scheme == "memory":
        return MemoryPlace()
    if scheme == "s3" and password:
        # Imported here: a node on one folder runs without the server packages.
        from storage.s3 import S3Place  # noqa: PLC0415

        return S3Place(url, password=password, base=base)
    raise StorageError("store_password_missing" if scheme == "s3" else "store_url_unknown", url=scheme)

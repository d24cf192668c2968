"""Master keys in a file of the operator's, one a line: the last seals, the others still open what they sealed."""

import os
import stat
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from storage.store import StorageError, StoreDamaged, StoreUnavailable

_BYTES = 32


class FileKeys:
    """Lines of 64 hexadecimal digits, in a file nobody but its owner may read."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._keys = {name_of(key): key for key in _read(file)}
        self._newest = next(reversed(self._keys))

    @property
    def newest(self) -> bytes:
        return self._newest

    def wrap(self, file_key: bytes, about: bytes) -> bytes:
        nonce = os.urandom(12)
        return nonce + AESGCM(self._keys[self._newest]).encrypt(nonce, file_key, about)

    def unwrap(self, name: bytes, wrapped: bytes, about: bytes) -> bytes:
        if name not in self._keys:
            raise StoreUnavailable("master_key_missing", name=name.hex())
        try:
            return AESGCM(self._keys[name]).decrypt(wrapped[:12], wrapped[12:], about)
        except InvalidTag as error:
            raise StoreDamaged("store_damaged", key="") from error

    def describe(self) -> str:
        return f"{self._file.name}, {self._newest.hex()}"


def add_master_key(file: Path) -> str:
    """Write a new key below the others, made by the system's generator; returns its name.

    Raises `StorageError` for a file that is not one of keys.
    """
    key = os.urandom(_BYTES)
    before = _read(file) if file.exists() else []
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    aside = file.with_name(f".{file.name}.new")
    aside.unlink(missing_ok=True)
    descriptor = os.open(aside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as out:
        out.writelines(f"{line.hex()}\n" for line in [*before, key])
        out.flush()
        os.fsync(out.fileno())
    aside.replace(file)
    return name_of(key).hex()


def name_of(key: bytes) -> bytes:
    """What a key is called in the files it sealed: 8 bytes that tell nothing of it."""
    return sha256(b"docservice master key\n" + key).digest()[:8]


def _read(file: Path) -> list[bytes]:
    try:
        if file.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise StorageError("master_key_open_to_others", file=file.name)
        keys = [bytes.fromhex(line) for line in file.read_text(encoding="ascii").split()]
    except FileNotFoundError as error:
        raise StorageError("master_key_file_missing", file=file.name) from error
    except (OSError, ValueError) as error:
        raise StorageError("master_key_file_unreadable", file=file.name) from error
    if not keys or any(len(key) != _BYTES for key in keys):
        raise StorageError("master_key_file_unreadable", file=file.name)
    return keys

"""Files encrypted before they leave: one key a file, wrapped by a master key; chunks that are authenticated each.

A sealed file is a head of 128 bytes and chunks of 64 KiB, each followed by a tag of 16 bytes:

    0   8  magic            36  48  file key, wrapped (AES-256-GCM, the 24 bytes before as further data)
    8   1  version, 1       84   8  number of clear bytes
    9   1  log2 of a chunk  92  32  HMAC-SHA-256 over bytes 0-15, the number and the SHA-256 of the clear bytes
    10  6  zeros           124   4  zeros
    16  8  master key's name, then 12 bytes of nonce (24 to 36)

Chunk n is AES-256-GCM under a key made from the file key (HKDF-SHA-256) with n as nonce, so a chunk changed, moved, or
of another file does not open. The head binds size and name: a file cut short, or lying under another's name, does not
even begin to open. A new master key needs a new head only, the chunks stay.
"""

import io
import os
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from hmac import compare_digest
from hmac import digest as hmac
from typing import Any, BinaryIO, Protocol, cast

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from storage.seeking import Seekable
from storage.store import StoreDamaged, StoredFile, StoreUnavailable

HEAD = 128
TAG = 16
_LOG2 = 16
_CHUNK = 1 << _LOG2
_FIXED = b"\xd1DOCSEAL" + bytes([1, _LOG2]) + bytes(6)
_NAME = slice(16, 24)
_WRAPPED = slice(24, 84)
_SIZE = slice(84, 92)
_MAC = slice(92, 124)


class MasterKeys(Protocol):
    """Keys that wrap keys: a newest one for what is written, older ones for what was."""

    @property
    def newest(self) -> bytes:
        """The name of the key in use, 8 bytes; raises `StoreUnavailable`."""
        ...

    def wrap(self, file_key: bytes, about: bytes) -> bytes:
        """60 bytes, nonce first, by the newest key; `about` must be said again to unwrap. `StoreUnavailable`."""
        ...

    def unwrap(self, name: bytes, wrapped: bytes, about: bytes) -> bytes:
        """Raises `StoreUnavailable` where the key is not there, `StoreDamaged` where it does not fit."""
        ...

    def describe(self) -> str:
        """For `doctor`: where the newest key is and its name; raises `StoreUnavailable`."""
        ...


@dataclass(frozen=True)
class _Keys:
    chunks: AESGCM
    head: bytes


def seal(source: BinaryIO, draft: BinaryIO, masters: MasterKeys) -> StoredFile:
    """Encrypt a source into an empty draft; returns name and size of the clear bytes. Raises `StoreUnavailable`."""
    file_key = os.urandom(32)
    keys = _derived(file_key)
    newest = masters.newest
    wrapped = masters.wrap(file_key, _FIXED + newest)
    digest, size = sha256(), 0
    try:
        draft.write(bytes(HEAD))
        for number, chunk in enumerate(_chunks(source)):
            digest.update(chunk)
            size += len(chunk)
            draft.write(keys.chunks.encrypt(_nonce(number), chunk, None))
        draft.seek(0)
        draft.write(_head(newest, wrapped, _mac(keys, size, digest.digest()), size))
        draft.seek(0, io.SEEK_END)
    except OSError as error:
        raise StoreUnavailable("store_unavailable", reason=error.strerror or str(error)) from error
    return StoredFile(digest.hexdigest(), size)


def open_sealed(raw: BinaryIO, key: str, masters: MasterKeys) -> BinaryIO:
    """The clear bytes of a sealed file, seekable; closes `raw` with itself.

    Raises `StoreDamaged` for a head that is not this file's, and while reading for a chunk that is not.
    """
    try:
        lying = cast("BinaryIO", io.BufferedReader(cast("io.RawIOBase", raw), _CHUNK + TAG))
        return cast("BinaryIO", io.BufferedReader(_Opened(lying, key, masters), _CHUNK))
    except BaseException:
        raw.close()
        raise


def rewrapped(raw: BinaryIO, draft: BinaryIO, key: str, masters: MasterKeys) -> bool:
    """Copy a sealed file with its key wrapped by the newest master key; False, and no copy, where it is already.

    Every chunk is opened on the way. Raises `StoreDamaged`.
    """
    head = _exactly(raw, HEAD)
    if head[_NAME] == masters.newest:
        return False
    file_key, keys, size = _opened_head(head, key, masters)
    newest = masters.newest
    draft.write(_head(newest, masters.wrap(file_key, _FIXED + newest), head[_MAC], size))
    digest = sha256()
    for number, length in enumerate(_lengths(size)):
        chunk = _exactly(raw, length + TAG)
        digest.update(_opened_chunk(keys, number, chunk, key))
        draft.write(chunk)
    if digest.hexdigest() != key or raw.read(1):
        raise StoreDamaged("store_damaged", key=key)
    return True


def sealed_as_before(draft: BinaryIO, same: BinaryIO, head: bytes, key: str, masters: MasterKeys) -> bool:
    """Copy a sealed file to what it was under an earlier head of the same clear bytes; False where that cannot be.

    The head says which bytes its key was used for, so no other bytes are ever encrypted under it.
    """
    try:
        _, before, size = _opened_head(head, key, masters)
    except (StoreDamaged, StoreUnavailable):
        return False
    draft.seek(0)
    _, now, _ = _opened_head(_exactly(draft, HEAD), key, masters)
    same.write(head)
    for number, length in enumerate(_lengths(size)):
        chunk = _opened_chunk(now, number, _exactly(draft, length + TAG), key)
        same.write(before.chunks.encrypt(_nonce(number), chunk, None))
    return True


def clear_size(sealed_size: int) -> int:
    """How many clear bytes a sealed file of this size holds; 0 for what is none."""
    body = max(0, sealed_size - HEAD)
    whole, rest = divmod(body, _CHUNK + TAG)
    return whole * _CHUNK + max(0, rest - TAG)


class _Opened(Seekable):
    """Opens the chunk it stands in; keeps one."""

    def __init__(self, lying: BinaryIO, key: str, masters: MasterKeys) -> None:
        self._lying, self._key = lying, key
        _, self._keys, self._size = _opened_head(_exactly(lying, HEAD), key, masters)
        if lying.seek(0, io.SEEK_END) != HEAD + self._size + TAG * -(-self._size // _CHUNK):
            raise StoreDamaged("store_damaged", key=key)
        self._at = 0
        self._number, self._chunk = -1, b""
        self._digest, self._hashed = sha256(), 0
        self._compare()

    def readinto(self, buffer: Any) -> int:
        if self._at >= self._size:
            return 0
        number, offset = divmod(self._at, _CHUNK)
        if number != self._number:
            self._chunk, self._number = self._load(number), number
        given = self._chunk[offset : offset + len(buffer)]
        buffer[: len(given)] = given
        self._at += len(given)
        return len(given)

    def readall(self) -> bytes:
        # The usual one reads 8 KB at a time.
        return b"".join(iter(lambda: self.read(_CHUNK) or b"", b""))

    def close(self) -> None:
        self._lying.close()
        super().close()

    def _load(self, number: int) -> bytes:
        place = HEAD + number * (_CHUNK + TAG)
        if self._lying.tell() != place:
            self._lying.seek(place)
        length = min(_CHUNK, self._size - number * _CHUNK)
        chunk = _opened_chunk(self._keys, number, _exactly(self._lying, length + TAG), self._key)
        if number * _CHUNK == self._hashed:
            self._digest.update(chunk)
            self._hashed += len(chunk)
            self._compare()
        return chunk

    def _compare(self) -> None:
        if self._hashed == self._size and self._digest.hexdigest() != self._key:
            raise StoreDamaged("store_damaged", key=self._key)


def _opened_head(head: bytes, key: str, masters: MasterKeys) -> tuple[bytes, _Keys, int]:
    if head[:16] != _FIXED or len(head) != HEAD or any(head[124:]):
        raise StoreDamaged("store_damaged", key=key)
    try:
        file_key = masters.unwrap(head[_NAME], head[_WRAPPED], _FIXED + head[_NAME])
    except StoreDamaged as error:
        raise StoreDamaged("store_damaged", key=key) from error
    keys, size = _derived(file_key), int.from_bytes(head[_SIZE], "big")
    if not compare_digest(head[_MAC], _mac(keys, size, bytes.fromhex(key))):
        raise StoreDamaged("store_damaged", key=key)
    return file_key, keys, size


def _opened_chunk(keys: _Keys, number: int, chunk: bytes, key: str) -> bytes:
    try:
        return keys.chunks.decrypt(_nonce(number), chunk, None)
    except InvalidTag as error:
        raise StoreDamaged("store_damaged", key=key) from error


def _head(name: bytes, wrapped: bytes, mac: bytes, size: int) -> bytes:
    return _FIXED + name + wrapped + size.to_bytes(8, "big") + mac + bytes(4)


def _mac(keys: _Keys, size: int, digest: bytes) -> bytes:
    return hmac(keys.head, _FIXED + size.to_bytes(8, "big") + digest, "sha256")


def _derived(file_key: bytes) -> _Keys:
    def made(what: bytes) -> bytes:
        return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"docservice sealed file 1: " + what).derive(
            file_key
        )

    return _Keys(AESGCM(made(b"chunks")), made(b"head"))


def _nonce(number: int) -> bytes:
    return number.to_bytes(12, "big")


def _lengths(size: int) -> Iterator[int]:
    for begin in range(0, size, _CHUNK):
        yield min(_CHUNK, size - begin)


def _chunks(source: BinaryIO) -> Iterator[bytes]:
    """A source in chunks of one length; only the last may be shorter."""
    gathered = bytearray()
    while read := source.read(max(1, 16 * _CHUNK - len(gathered))):
        gathered += read
        whole = len(gathered) - len(gathered) % _CHUNK
        for begin in range(0, whole, _CHUNK):
            yield bytes(gathered[begin : begin + _CHUNK])
        del gathered[:whole]
    if gathered:
        yield bytes(gathered)


def _exactly(raw: BinaryIO, length: int) -> bytes:
    """So many bytes, fewer only at the end."""
    parts = []
    while length and (part := raw.read(length)):
        parts.append(part)
        length -= len(part)
    return b"".join(parts)

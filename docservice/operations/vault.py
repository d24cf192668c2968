"""Where backups lie: encrypted objects named by a keyed hash of what they hold, and the snapshots that name them.

    objects/ab/<name>          one file, or 2,000 rows, or a list of names; encrypted to the recipients (age)
    snapshots/<time>.age       the manifest of one backup, encrypted
    snapshots/<time>.objects   which objects it needs, with the SHA-256 of their encrypted bytes (gzip)
    snapshots/<time>.json      when, how much; written last: a snapshot without it does not exist
    pending                    objects of a backup that was stopped; the next one goes on from there

An object that is there is not written again, so a second backup adds what is new. The server holds the recipients'
public keys only: whoever takes the backups, or the server, reads nothing in them. The names give nothing away either;
the key they are made with lies in the keys' folder, and losing it costs one full backup, no data.

Whoever holds the identity can decrypt every part with the program `age` alone.
"""

import gzip
import hmac
import io
import json
import os
import secrets
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO
from uuid import uuid4

import pyrage

from docservice.core.errors import Conflict, DocError, Invalid
from docservice.core.lock_files import hold
from docservice.core.words import N_

NAME = "%Y%m%dT%H%M%SZ"
_MARK = "docservice-backup"


class BackupBusy(Conflict):
    code = "backup_busy"
    message = N_("Một lần sao lưu khác đang ghi vào {place}.")


class BackupPlaceWrong(Invalid):
    code = "backup_place_wrong"
    message = N_("{place} không phải nơi để bản sao lưu; hãy chọn thư mục trống hoặc thư mục sao lưu đã có.")


class IdentityWrong(Invalid):
    code = "identity_wrong"
    message = N_("Khóa đã cho không mở được bản sao lưu ({name}).")


class BackupDamaged(DocError):
    code = "backup_damaged"
    status = 500
    message = N_("Bản sao lưu bị hỏng hoặc thiếu: {what}. Hãy dùng bản khác.")


@dataclass(frozen=True)
class Sealed:
    """An object as it lies there: the SHA-256 and the size of its encrypted bytes."""

    sha256: str
    size: int


@dataclass(frozen=True)
class Snapshot:
    """One whole backup, as far as it is known without the identity."""

    name: str
    made_at: datetime
    files: int
    rows: int
    objects: int
    size: int


class Vault:
    """A backup's place. Reading needs identities, adding needs recipients and the key of names."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self._objects, self._snapshots = place / "objects", place / "snapshots"

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Write here alone; makes the place where it is an empty folder or none.

        Raises:
            BackupBusy, BackupPlaceWrong.
        """
        self.place.mkdir(mode=0o700, parents=True, exist_ok=True)
        mark = self.place / _MARK
        if not mark.exists():
            if any(self.place.iterdir()):
                raise BackupPlaceWrong(place=str(self.place))
            mark.write_text("1\n", encoding="utf-8")
        for folder in (self._objects, self._snapshots):
            folder.mkdir(mode=0o700, exist_ok=True)
        held = hold(mark)
        if held is None:
            raise BackupBusy(place=str(self.place))
        try:
            yield
        finally:
            os.close(held)

    def snapshots(self) -> list[Snapshot]:
        """The whole ones, oldest first; raises `BackupPlaceWrong`."""
        if not (self.place / _MARK).is_file():
            raise BackupPlaceWrong(place=str(self.place))
        found = []
        for file in sorted(self._snapshots.glob("*.json")):
            facts = json.loads(file.read_text("utf-8"))
            found.append(Snapshot(file.stem, datetime.fromisoformat(facts.pop("made_at")), **facts))
        return found

    def objects_of(self, name: str) -> dict[str, Sealed]:
        """What a snapshot needs; raises `BackupDamaged`."""
        try:
            with gzip.open(self._snapshots / f"{name}.objects", "rt", encoding="ascii") as lines:
                return dict(_parsed(line) for line in lines)
        except (OSError, EOFError, ValueError, zlib.error) as error:
            raise BackupDamaged(what=f"{name}.objects") from error

    def known(self) -> dict[str, Sealed]:
        """What whole snapshots and a stopped backup put here and is still here, by name."""
        known: dict[str, Sealed] = {}
        for snapshot in self.snapshots():
            known |= self.objects_of(snapshot.name)
        pending = self.place / "pending"
        if pending.exists():
            # The last line may be half written.
            lines = pending.read_text("ascii").split("\n")[:-1]
            known |= dict(_parsed(line) for line in lines)
        there = self._there()
        return {name: sealed for name, sealed in known.items() if there.get(name) == sealed.size}

    @staticmethod
    def naming(key: bytes) -> Callable[[str], str]:
        """How content becomes an object's name: without the key nobody can tell whether a file he knows lies here."""
        return lambda content: hmac.new(key, content.encode(), sha256).hexdigest()

    def adding(self, recipients: Sequence[Any], naming_key: bytes) -> "Adding":
        """What writes objects into this place; inside `taken`."""
        return Adding(self, recipients, naming_key)

    def open(self, name: str, identities: Sequence[Any]) -> bytes:
        """An object's bytes; raises `BackupDamaged`."""
        out = io.BytesIO()
        self.copy(name, identities, out)
        return out.getvalue()

    def copy(self, name: str, identities: Sequence[Any], out: BinaryIO) -> None:
        """Decrypt an object into a file; raises `BackupDamaged`."""
        try:
            with self.path(name).open("rb") as source:
                pyrage.decrypt_io(source, out, identities)
        except (OSError, pyrage.DecryptError) as error:
            raise BackupDamaged(what=name) from error

    def manifest(self, name: str, identities: Sequence[Any]) -> dict[str, Any]:
        """What a snapshot is made of; raises `IdentityWrong`, `BackupDamaged`."""
        try:
            data = pyrage.decrypt((self._snapshots / f"{name}.age").read_bytes(), identities)
        except OSError as error:
            raise BackupDamaged(what=f"{name}.age") from error
        except pyrage.DecryptError as error:
            raise IdentityWrong(name=name) from error
        found: dict[str, Any] = json.loads(zlib.decompress(data))
        return found

    def keep(self, name: str, manifest: dict[str, Any], adding: "Adding", *, made_at: datetime) -> Snapshot:
        """Make a snapshot of everything that was added: from now on it exists."""
        adding.close()
        sealed = pyrage.encrypt(zlib.compress(json.dumps(manifest).encode()), adding.recipients)
        write(self._snapshots / f"{name}.age", sealed)
        lines = "".join(f"{key} {found.sha256} {found.size}\n" for key, found in sorted(adding.named.items()))
        write(self._snapshots / f"{name}.objects", gzip.compress(lines.encode(), mtime=0))
        facts = {
            "made_at": made_at.isoformat(),
            "files": manifest["files"]["count"],
            "rows": sum(table["rows"] for table in manifest["tables"].values()),
            "objects": len(adding.named),
            "size": sum(found.size for found in adding.named.values()),
        }
        write(self._snapshots / f"{name}.json", json.dumps(facts).encode())
        (self.place / "pending").unlink(missing_ok=True)
        return next(snapshot for snapshot in self.snapshots() if snapshot.name == name)

    def drop_old(self, *, keep: int) -> int:
        """Forget all but the newest snapshots, then the objects that none of those needs; returns how many objects."""
        for old in self.snapshots()[:-keep]:
            # In the order that leaves no snapshot that looks whole and is not.
            for ending in ("json", "objects", "age"):
                (self._snapshots / f"{old.name}.{ending}").unlink(missing_ok=True)
        needed = self.known()
        dropped = 0
        for name in self._there():
            if name not in needed:
                self.path(name).unlink(missing_ok=True)
                dropped += 1
        return dropped

    def faults(self) -> Iterator[str]:
        """Every object that a snapshot needs and that is missing or changed, found without the identity."""
        needed: dict[str, Sealed] = {}
        for snapshot in self.snapshots():
            needed |= self.objects_of(snapshot.name)
        for name, sealed in needed.items():
            try:
                if _digest(self.path(name)) != sealed.sha256:
                    yield f"{name}: đã bị thay đổi"
            except OSError:
                yield f"{name}: không còn"

    def path(self, name: str) -> Path:
        """Where an object lies."""
        return self._objects / name[:2] / name

    def _there(self) -> dict[str, int]:
        sizes = {}
        for folder in self._objects.iterdir():
            for entry in os.scandir(folder):
                if len(entry.name) == 64:
                    sizes[entry.name] = entry.stat().st_size
        return sizes


class ContentDiffers(Exception):
    """Bytes that are not what their hash says."""


class _Hashed(io.RawIOBase):
    """A file that hashes what is read from it, and keeps why reading failed: the encryption tells that as text only."""

    def __init__(self, source: BinaryIO) -> None:
        self._source = source
        self.digest = sha256()
        self.failure: Exception | None = None

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        try:
            data = self._source.read(len(buffer))
        except Exception as failure:
            self.failure = failure
            raise
        self.digest.update(data)
        buffer[: len(data)] = data
        return len(data)


def _encrypt(source: _Hashed, out: BinaryIO, recipients: Sequence[Any]) -> None:
    """Raises what the source raised."""
    try:
        pyrage.encrypt_io(source, out, recipients)
    except pyrage.EncryptError as error:
        raise source.failure or error from error


class Adding:
    """Adds to a vault what it does not have yet; `named` is everything that was asked for, `added` what was written."""

    def __init__(self, vault: Vault, recipients: Sequence[Any], naming_key: bytes) -> None:
        self.recipients = recipients
        self.named: dict[str, Sealed] = {}
        self.added = 0
        self.added_bytes = 0
        self._vault = vault
        self._name_of = vault.naming(naming_key)
        self._known = vault.known()
        self._folders: set[Path] = set()
        self._pending = (vault.place / "pending").open("a", encoding="ascii")

    def has(self, content: str) -> bool:
        """Whether the bytes with this hash lie here; then they are part of what is being made."""
        name = self._name_of(content)
        if name not in self.named and name in self._known:
            self.named[name] = self._known[name]
        return name in self.named

    def put(self, content: str, source: BinaryIO, *, is_checked: bool = False) -> str:
        """Keep bytes under the hash of their content; returns the object's name.

        Raises:
            ContentDiffers: `is_checked`, and the bytes are not what their hash says; nothing is kept.
        """
        name = self._name_of(content)
        if not self.has(content):
            target = self._vault.path(name)
            target.parent.mkdir(mode=0o700, exist_ok=True)
            temporary = target.with_name(f".{uuid4().hex}")
            try:
                read = _Hashed(source)
                with temporary.open("wb") as out:
                    _encrypt(read, out, self.recipients)
                    out.flush()
                    os.fsync(out.fileno())
                if is_checked and read.digest.hexdigest() != content:
                    raise ContentDiffers(content)
                sealed = Sealed(_digest(temporary), temporary.stat().st_size)
                temporary.rename(target)
            finally:
                temporary.unlink(missing_ok=True)
            self.named[name] = self._known[name] = sealed
            self._pending.write(f"{name} {sealed.sha256} {sealed.size}\n")
            self._folders.add(target.parent)
            self.added += 1
            self.added_bytes += sealed.size
        return name

    def put_lines(self, lines: bytes) -> str:
        """Keep text, compressed; returns the object's name."""
        return self.put("z" + sha256(lines).hexdigest(), io.BytesIO(zlib.compress(lines)))

    def close(self) -> None:
        """Make everything durable and leave word of it, for a snapshot or the next one to go on from."""
        for folder in self._folders:
            _sync(folder)
        if not self._pending.closed:
            self._pending.flush()
            os.fsync(self._pending.fileno())
            self._pending.close()


def naming_key(file: Path) -> bytes:
    """The key that objects are named with; made at the first backup."""
    if not file.exists():
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write(file, secrets.token_bytes(32))
    return file.read_bytes()


def write(path: Path, data: bytes) -> None:
    """Write a file whole or not at all, for its owner only."""
    temporary = path.with_name(f".{uuid4().hex}")
    descriptor = os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "wb") as out:
        out.write(data)
        out.flush()
        os.fsync(out.fileno())
    temporary.rename(path)
    _sync(path.parent)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def unpacked(data: bytes) -> bytes:
    """The lines that `put_lines` was given."""
    return zlib.decompress(data)


def _digest(path: Path) -> str:
    with path.open("rb") as source:
        return sha256_of(iter(lambda: source.read(1024 * 1024), b""))


def sha256_of(parts: Iterable[bytes]) -> str:
    """The hash of bytes that come in parts."""
    digest = sha256()
    for part in parts:
        digest.update(part)
    return digest.hexdigest()


def _parsed(line: str) -> tuple[str, Sealed]:
    name, digest, size = line.split()
    return name, Sealed(digest, int(size))

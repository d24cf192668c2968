"""What carries parcels from one agency to another, whoever runs the other one.

A carrier knows mailboxes and bytes, nothing of documents. Whether a message waits, was taken, or was put aside is the
carrier's *transport* state; the *business* statuses 01..16 are messages themselves and pass through here unread. The
national axis calls the transport states inbox, processing, done and fail: it stands behind the same port.

Nothing is lost and nothing is believed done too early: `send` returns when the message would survive a power cut,
`done` is called after the receiver's own commit. So a message may come twice, never not at all; the receiver's inbox,
unique on sender and message id, makes the second time harmless.

CarrierError
├── CarrierUnavailable   the mailboxes cannot be reached, are full or may not be written
└── MessageRefused       this message can never be carried
"""

import os
import re
import shutil
import stat
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Protocol
from uuid import uuid4

MEBIBYTE = 1024 * 1024
LIMIT_BYTES = 256 * MEBIBYTE

_NAME_LENGTH = 32
_REF = re.compile(r"[A-Za-z0-9._-]{1,60}/[0-9a-f]{32}-[0-9a-f]{32}")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LEFT_OVER = timedelta(days=1)
_LOW_ROOM = 1024 * MEBIBYTE
_REASON_LENGTH = 1000


class CarrierError(Exception):
    """Base: `code` in snake case, `params` for whoever words it."""

    def __init__(self, code: str, **params: str | int) -> None:
        super().__init__(code, params)
        self.code = code
        self.params = params


class CarrierUnavailable(CarrierError):
    pass


class MessageRefused(CarrierError):
    pass


@dataclass(frozen=True)
class Carried:
    """A message that waits for an agency.

    Attributes:
        ref: names it to `done` and `fail`; the same for the same bytes under the same message id, however often they
            are sent. At most 130 characters.
        from_hint: the sender as the carrier knows it, None when it does not; the message itself says who it is.
        data: the message as it was sent.
        arrived_at: when it was put into the mailbox, in UTC.
    """

    ref: str
    from_hint: str | None
    data: bytes
    arrived_at: datetime


@dataclass(frozen=True)
class CarrierHealth:
    """For `doctor`.

    Attributes:
        place: where the mailboxes are.
        ready: messages can be sent and collected.
        waiting: messages nobody has taken yet.
        failed: messages put aside for a person to look at.
        oldest_waiting: since when the oldest of the waiting does so.
        warnings: codes of what somebody should know.
    """

    place: str
    ready: bool
    waiting: int
    failed: int
    oldest_waiting: datetime | None = None
    warnings: tuple[str, ...] = ()


class Carrier(Protocol):
    """Six verbs. Codes are compared as they are: old and new notations of one agency are the directory's business."""

    def send(self, *, to_code: str, message_id: str, data: bytes) -> None:
        """Put a message into an agency's mailbox; returns only when it is durable.

        Sending the same bytes under the same id again is harmless. Other bytes under the same id are another message:
        the receiver decides what it is worth, the carrier never drops it.

        Raises:
            MessageRefused: `message_too_large`, `message_empty` or `address_missing`.
            CarrierUnavailable: try again later.
        """
        ...

    def collect(self, *, code: str) -> Iterator[Carried]:
        """What waits for an agency, oldest first, read one by one; nothing is taken away.

        Raises:
            CarrierUnavailable: try again later.
        """
        ...

    def waiting(self, codes: Iterable[str]) -> frozenset[str]:
        """The agencies whose mailboxes are worth collecting, without reading them: a node has hundreds.

        One that cannot be looked into is among them, so that its own `collect` says why and holds up no other.
        """
        ...

    def done(self, ref: str) -> None:
        """Take a message away, after the receiver's own commit; again, or of an unknown message, changes nothing.

        Raises:
            CarrierUnavailable: try again later; the message waits on.
        """
        ...

    def fail(self, ref: str, reason: str) -> None:
        """Put a message aside with the reason, for a person to look at; again changes nothing.

        Raises:
            CarrierUnavailable: try again later; the message waits on.
        """
        ...

    def check(self) -> CarrierHealth:
        """How the carrier is; raises nothing."""
        ...


class FolderCarrier:
    """Mailboxes as folders, on one machine or on a folder several nodes share.

    `<mailbox>/new/` holds what is being written, `waiting/` whole messages, `failed/` those put aside, each with its
    reason beside it. A message moves by renaming only, so a process killed at any point leaves it in exactly one
    place, and nobody ever sees half of one.
    """

    def __init__(self, root: Path, *, limit_bytes: int = LIMIT_BYTES) -> None:
        self._root = root
        self._limit = limit_bytes

    def send(self, *, to_code: str, message_id: str, data: bytes) -> None:
        mailbox, name = _address(to_code, message_id, data, limit=self._limit)
        with _translated():
            box = self._open(mailbox)
            target = box / "waiting" / name
            if not target.exists():
                temporary = box / "new" / uuid4().hex
                try:
                    _write(temporary, data)
                    temporary.replace(target)
                finally:
                    temporary.unlink(missing_ok=True)
            # Also what is there already: whoever made it may have been killed before this.
            for folder in (target.parent, box, self._root):
                _sync(folder)

    def collect(self, *, code: str) -> Iterator[Carried]:
        mailbox = _mailbox(code)
        with _translated():
            self._drop_left_overs(mailbox)
            waiting = _by_age(self._root / mailbox / "waiting")
        for _, path in waiting:
            ref = f"{mailbox}/{path.name}"
            with _translated():
                found = self._read(path)
            if isinstance(found, Carried):
                yield replace(found, ref=ref)
            elif found is not None:
                self.fail(ref, found)

    def waiting(self, codes: Iterable[str]) -> frozenset[str]:
        return frozenset(code for code in codes if self._is_to_open(self._root / _mailbox(code)))

    def done(self, ref: str) -> None:
        mailbox, name = _parts(ref)
        # Not synced: should the deletion be lost in a power cut, the message comes once more, which is harmless.
        with _translated():
            (self._root / mailbox / "waiting" / name).unlink(missing_ok=True)

    def fail(self, ref: str, reason: str) -> None:
        mailbox, name = _parts(ref)
        box = self._root / mailbox
        with _translated():
            if not (box / "waiting" / name).exists():
                return
            # The reason first: a message aside always has one.
            temporary = box / "new" / uuid4().hex
            _write(temporary, reason[:_REASON_LENGTH].encode("utf-8", errors="replace"))
            temporary.replace(box / "failed" / f"{name}.reason")
            with suppress(FileNotFoundError):
                (box / "waiting" / name).replace(box / "failed" / name)
            _sync(box / "failed")
            _sync(box / "waiting")

    def check(self) -> CarrierHealth:
        try:
            self._root.mkdir(mode=0o770, parents=True, exist_ok=True)
            ready = os.access(self._root, os.W_OK | os.X_OK)
            waiting = [found for box in self._root.iterdir() for found in _by_age(box / "waiting")]
            failed = [found for box in self._root.iterdir() for found in _by_age(box / "failed")]
            room = shutil.disk_usage(self._root).free
        except OSError as error:
            return CarrierHealth(str(self._root), ready=False, waiting=0, failed=0, warnings=(_words(error),))
        found = (("carrier_room_low", room < _LOW_ROOM), ("messages_put_aside", bool(failed)))
        return CarrierHealth(
            place=str(self._root),
            ready=ready,
            waiting=len(waiting),
            failed=len(failed),
            oldest_waiting=min((since for since, _ in waiting), default=None),
            warnings=tuple(code for code, true in found if true),
        )

    def _is_to_open(self, box: Path) -> bool:
        """Also where a sender left something half-written, and where looking fails: its own collector tells that."""
        try:
            return bool(_by_age(box / "waiting")) or any((box / "new").glob("*"))
        except OSError:
            return True

    def _open(self, mailbox: str) -> Path:
        """The mailbox's folder, made at its first message."""
        box = self._root / mailbox
        for part in ("new", "waiting", "failed"):
            (box / part).mkdir(mode=0o770, parents=True, exist_ok=True)
        return box

    def _read(self, path: Path) -> Carried | str | None:
        """The message, or why it is to be put aside; None when another collector was faster."""
        try:
            facts = path.lstat()
            if not stat.S_ISREG(facts.st_mode):
                return "not a plain file"
            if facts.st_size > self._limit:
                return f"larger than {self._limit} bytes"
            data = path.read_bytes()
        except FileNotFoundError:
            return None
        if not path.name.endswith("-" + _short(data)):
            return "the bytes are not what their name says"
        return Carried(ref="", from_hint=None, data=data, arrived_at=_when(facts.st_mtime_ns))

    def _drop_left_overs(self, mailbox: str) -> None:
        """Remove what a killed sender left half-written more than a day ago."""
        oldest = (datetime.now(UTC) - _LEFT_OVER).timestamp()
        for path in (self._root / mailbox / "new").glob("*"):
            with suppress(FileNotFoundError):
                if path.stat().st_mtime < oldest:
                    path.unlink()


class MemoryCarrier:
    """A carrier that forgets everything when the process ends; it keeps the folder's contract."""

    def __init__(self, *, limit_bytes: int = LIMIT_BYTES) -> None:
        self._limit = limit_bytes
        self._lock = threading.Lock()
        self._waiting: dict[str, Carried] = {}
        self._failed: dict[str, tuple[Carried, str]] = {}

    def send(self, *, to_code: str, message_id: str, data: bytes) -> None:
        ref = "/".join(_address(to_code, message_id, data, limit=self._limit))
        with self._lock:
            self._waiting.setdefault(ref, Carried(ref, None, bytes(data), datetime.now(UTC)))

    def collect(self, *, code: str) -> Iterator[Carried]:
        mailbox = _mailbox(code)
        with self._lock:
            waiting = [carried for ref, carried in self._waiting.items() if ref.startswith(mailbox + "/")]
        yield from waiting

    def waiting(self, codes: Iterable[str]) -> frozenset[str]:
        with self._lock:
            mailboxes = {ref.partition("/")[0] for ref in self._waiting}
        return frozenset(code for code in codes if _mailbox(code) in mailboxes)

    def done(self, ref: str) -> None:
        _parts(ref)
        with self._lock:
            self._waiting.pop(ref, None)

    def fail(self, ref: str, reason: str) -> None:
        _parts(ref)
        with self._lock:
            carried = self._waiting.pop(ref, None)
            if carried is not None:
                self._failed[ref] = carried, reason

    def check(self) -> CarrierHealth:
        with self._lock:
            oldest = min((carried.arrived_at for carried in self._waiting.values()), default=None)
            warnings = ("carrier_forgets", *(("messages_put_aside",) if self._failed else ()))
            return CarrierHealth("memory", True, len(self._waiting), len(self._failed), oldest, warnings)


def _address(to_code: str, message_id: str, data: bytes, *, limit: int) -> tuple[str, str]:
    """Mailbox and file name of a message: nothing of a stranger's text becomes part of a path."""
    if not to_code.strip() or not message_id.strip():
        raise MessageRefused("address_missing")
    if not data:
        raise MessageRefused("message_empty")
    if len(data) > limit:
        raise MessageRefused("message_too_large", limit=limit, size=len(data))
    return _mailbox(to_code), f"{_short(message_id.encode())}-{_short(data)}"


def _mailbox(code: str) -> str:
    """A readable beginning and a hash of the exact code, so that no two codes share a mailbox on any file system."""
    readable = re.sub(r"[^A-Za-z0-9.]", "_", code)[:35].strip(".")
    return f"{readable}-{_short(code.encode())[:16]}"


def _short(data: bytes) -> str:
    return sha256(data).hexdigest()[:_NAME_LENGTH]


def _parts(ref: str) -> tuple[str, str]:
    if not _REF.fullmatch(ref) or ref.startswith("."):
        raise MessageRefused("ref_unknown", ref=ref[:200])
    mailbox, _, name = ref.partition("/")
    return mailbox, name


def _by_age(folder: Path) -> list[tuple[datetime, Path]]:
    """The messages in a folder with the time each came, oldest first; a folder not made yet holds none."""
    found = []
    for path in folder.glob("*-*"):
        with suppress(FileNotFoundError):
            if _REF.fullmatch(f"_/{path.name}"):
                found.append((path.lstat().st_mtime_ns, path))
    return [(_when(since), path) for since, path in sorted(found)]


def _when(nanoseconds: int) -> datetime:
    return _EPOCH + timedelta(microseconds=nanoseconds // 1000)


def _write(path: Path, data: bytes) -> None:
    descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o660)
    with os.fdopen(descriptor, "wb") as out:
        out.write(data)
        out.flush()
        os.fsync(out.fileno())


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise CarrierUnavailable("carrier_unavailable", reason=_words(error)) from error


def _words(error: OSError) -> str:
    return os.strerror(error.errno or 0)

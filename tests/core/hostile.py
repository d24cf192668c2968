"""What a broken or hostile file could make a parser do, as functions the sandbox is asked to run."""

import ctypes
import os
import signal
import socket
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import Enum
from pathlib import Path
from typing import Literal, cast


class LibraryError(Exception):
    """The shape every library's errors have."""

    def __init__(self, code: str, **params: str | int) -> None:
        super().__init__(code, params)
        self.code = code
        self.params = params


class FileRefused(LibraryError):
    pass


class Colour(Enum):
    RED = "red"


@dataclass(frozen=True)
class Part:
    content: bytes
    at: datetime | None


@dataclass(frozen=True)
class Whole:
    parts: tuple[Part, ...]
    colour: Colour
    day: date
    names: dict[str, str]
    level: Literal["low", "high"]


def whole(content: bytes) -> Whole:
    now = datetime(2026, 1, 31, 12, 0, 0, 5, tzinfo=UTC)
    return Whole((Part(content, now), Part(b"", None)), Colour.RED, date(2026, 1, 31), {"tên": "Hoà Bình"}, "low")


def echo(content: bytes) -> bytes:
    return content


def length(content: bytes) -> int:
    return len(content)


def reach(port: int) -> str:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=2).close()
    except OSError as error:
        return type(error).__name__
    return "reached"


def read_path(path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8")
    except OSError as error:
        return type(error).__name__


def write_everywhere(paths: tuple[str, ...]) -> tuple[str, ...]:
    """The paths that could be written."""
    written = []
    for path in paths:
        with suppress(OSError):
            Path(path).write_text("x", encoding="utf-8")
            written.append(path)
    return tuple(written)


def temp_names() -> tuple[str, ...]:
    """What lies in the temp folder; leaves a file and a folder behind."""
    found = tuple(sorted(entry.name for entry in Path(tempfile.gettempdir()).iterdir()))
    Path("left-over").mkdir()
    Path("left-over/file").write_text("x", encoding="utf-8")
    return found


def leave_unremovable() -> None:
    """A tree deeper than Python's own removal can follow."""
    for _ in range(1500):
        Path("d").mkdir()
        os.chdir("d")


def fill_disk() -> int:
    written = 0
    block = b"x" * 1_000_000
    for number in range(1000):
        try:
            written += Path(str(number)).write_bytes(block)
        except OSError:
            break
    return written


def large_answer(mebibytes: int) -> bytes:
    return b"x" * (mebibytes << 20)


def eat_memory() -> int:
    return len(b"x" * (4 << 30))


def spin() -> None:
    while True:
        pass


def sleep() -> None:
    time.sleep(600)


def crash() -> None:
    ctypes.string_at(0)


def abort() -> None:
    os.kill(os.getpid(), signal.SIGABRT)


def fork_bomb() -> int:
    """How many processes could be started at once; none of them ends by itself."""
    started = 0
    while started < 500:
        try:
            if os.fork() == 0:
                time.sleep(600)
        except OSError:
            break
        started += 1
    return started


def kill_everybody() -> str:
    """Signals to the zygote and to all the rest; what is left answers."""
    for target in (1, os.getppid()):
        for number in (signal.SIGKILL, signal.SIGSTOP, signal.SIGTERM):
            with suppress(OSError):
                os.kill(target, number)
    return "alive"


def open_namespaces() -> tuple[int, int, int]:
    """Results of: a new user namespace, tracing the zygote, becoming root. None may be 0."""
    libc = ctypes.CDLL(None, use_errno=True)
    return libc.unshare(0x10000000), libc.ptrace(16, 1, 0, 0), libc.setuid(12345)


def stay_behind() -> str:
    if os.fork() == 0:
        os.setsid()
        time.sleep(600)
    return "done"


def process_count() -> int:
    """Processes in this namespace: those that answer to signal 0."""
    count = 0
    for pid in range(1, 2000):
        with suppress(ProcessLookupError):
            os.kill(pid, 0)
            count += 1
    return count


def descriptors() -> tuple[int, ...]:
    found = []
    for number in range(64):
        with suppress(OSError):
            os.fstat(number)
            found.append(number)
    return tuple(found)


def environment() -> dict[str, str]:
    return dict(os.environ)


def wrong_shape() -> Part:
    return cast("Part", {"content": 3})


def wrong_type() -> int:
    return cast("int", "12")


def refuse() -> None:
    raise FileRefused("pdf_encrypted", page=3, what="khoá")


def refuse_with_object() -> None:
    raise FileRefused("pdf_encrypted", page=cast("int", 1.5))


def refuse_with_forged_class() -> None:
    """An error that claims to be a class outside the allowed packages."""
    forged = type("SystemExit", (LibraryError,), {"__module__": "builtins"})
    raise forged("pdf_encrypted")


def fail() -> None:
    raise ZeroDivisionError


def lazy_import() -> str:
    import xml.dom.minidom  # noqa: PLC0415 - late on purpose

    return xml.dom.minidom.__name__


def random_number() -> int:
    import random  # noqa: PLC0415 - the module whose state a fork inherits

    return random.getrandbits(64)


def loaded(name: str) -> bool:
    return name in sys.modules

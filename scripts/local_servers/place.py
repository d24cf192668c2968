"""Where the servers of this checkout live: closed folders in /var/tmp, named by whose they are and what for.

Never in the checkout: the servers run as an ordinary user, who may not enter root's checkout, and `git clean` is no way
to stop a database. Two checkouts, or two people, never meet: the name is made of both.
"""

import fcntl
import os
import secrets
import shutil
import socket
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum
from hashlib import sha256
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
_ROOM = Path("/var/tmp")  # noqa: S108 - every folder made in it is closed to others and its owner is checked
_NAME = sha256(f"{os.geteuid()} {CHECKOUT}".encode()).hexdigest()[:10]
# Debian's package of PostgreSQL brings this user; Elasticsearch and PostgreSQL refuse to run as root.
_ORDINARY_USER = "postgres"


class ServerUnavailable(Exception):
    """A server could not be built, started or stopped: an error of the run, never a reason to skip."""


class Purpose(Enum):
    """What the servers are for: tests forget everything, a run keeps its data until it is deleted by hand."""

    TEST = "test"
    RUN = "run"


@dataclass(frozen=True)
class Place:
    """The folder of all servers of one purpose."""

    purpose: Purpose

    @property
    def folder(self) -> Path:
        return _ROOM / f"docservice-{_NAME}-{self.purpose.value}"

    @contextmanager
    def alone(self) -> Iterator[None]:
        """One process at a time starts or stops; the lock goes with its holder."""
        own_folder(self.folder)
        with (self.folder / "lock").open("w", encoding="utf-8") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def builds() -> Path:
    """Where programs that had to be fetched or built are kept for every checkout of this user."""
    return own_folder(_ROOM / f"docservice-programs-{os.geteuid()}")


def own_folder(folder: Path) -> Path:
    """Make a folder that only we write; raises `ServerUnavailable` when somebody else was there first."""
    folder.mkdir(mode=0o711, exist_ok=True)
    facts = folder.lstat()
    if not stat.S_ISDIR(facts.st_mode) or facts.st_uid != os.geteuid() or facts.st_mode & 0o022:
        raise ServerUnavailable(f"{folder} belongs to somebody else: delete it")
    return folder


def ordinary_user() -> str | None:
    """Whom servers run as when we are root; None when we are an ordinary user ourselves."""
    return _ORDINARY_USER if os.geteuid() == 0 else None


def hand_over(path: Path) -> None:
    """Give a file or folder to the user the servers run as."""
    if (user := ordinary_user()) is not None:
        shutil.chown(path, user, user)


def free_port() -> int:
    """A port of the loopback address that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def answers(port: int) -> bool:
    """Whether somebody accepts connections at a port of the loopback address."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def kept_port(file: Path) -> int:
    """The port written in a file; the first call chooses one, so that a restart keeps the address."""
    if not file.exists():
        file.write_text(str(free_port()), encoding="utf-8")
    return int(file.read_text(encoding="utf-8"))


def kept_password(file: Path) -> str:
    """The password written in a file that only its owner reads; the first call makes one up."""
    if not file.exists():
        descriptor = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as out:
            out.write(secrets.token_urlsafe(24))
        hand_over(file)
    return file.read_text(encoding="utf-8")

"""DOCX to PDF/A-2b by supervised office processes, each behind a fence; never unfenced, never as root.

An office program fetches pictures over http and embeds files of its host when a document says so. Inside bubblewrap
it has no network but its own loopback, and sees programs, fonts and one empty folder.
"""

import io
import json
import os
import queue
import selectors
import shutil
import signal
import subprocess
import tempfile
import threading
import zipfile
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path
from time import monotonic
from typing import Protocol

from templates.errors import ConversionFailed, ConverterUnavailable

START_SECONDS = 40.0
CONVERT_SECONDS = 60.0
# A fresh process now and then: the office program grows with use.
RESTART_AFTER = 200
_PREFIX = "docservice-office-"
_NOBODY = 65534
_LARGEST = 256 * 1024 * 1024


@dataclass(frozen=True)
class ConverterHealth:
    """For `doctor`: whether a document was converted just now, by how many processes, and what stands in the way."""

    ready: bool
    processes: int
    restarts: int
    problem: str


class Converter(Protocol):
    def convert(self, document: bytes, *, suffix: str) -> bytes:
        """A PDF/A-2b of the document, its bookmarks kept as named destinations.

        Raises `ConversionFailed` (conversion_failed, conversion_timeout), `ConverterUnavailable`.
        """
        ...

    def warm(self) -> None:
        """Begin to start, without waiting."""
        ...

    def check(self) -> ConverterHealth: ...

    def close(self) -> None: ...


class OfficePool:
    """A fixed number of office processes, started at first use; one document at a time each."""

    def __init__(self, *, size: int = 1) -> None:
        _drop_left_overs()
        self._size = size
        self._free: queue.LifoQueue[_Office | None] = queue.LifoQueue()
        for _ in range(size):
            self._free.put(None)
        self._restarts = 0

    def convert(self, document: bytes, *, suffix: str) -> bytes:
        _require_word_file(document)
        office = self._free.get()
        try:
            for last_try in (False, True):
                office = _living(office)
                try:
                    return office.convert(document, suffix)
                except ConversionFailed:
                    # A document that fails on a process that served others gets one try on a fresh one.
                    was_fresh = office.served <= 1
                    office.close()
                    office = None
                    self._restarts += 1
                    if last_try or was_fresh:
                        raise
            raise ConversionFailed("conversion_failed")
        finally:
            if office is not None and office.served >= RESTART_AFTER:
                office.close()
                office = None
            self._free.put(office)

    def warm(self) -> None:
        threading.Thread(target=self._warm, daemon=True).start()

    def check(self) -> ConverterHealth:
        try:
            office = self._free.get(timeout=CONVERT_SECONDS)
            office = _living(office)
            office.wait_ready()
            self._free.put(office)
        except (ConverterUnavailable, queue.Empty) as error:
            return ConverterHealth(ready=False, processes=self._size, restarts=self._restarts, problem=str(error))
        return ConverterHealth(ready=True, processes=self._size, restarts=self._restarts, problem="")

    def close(self) -> None:
        for _ in range(self._size):
            office = self._free.get()
            if office is not None:
                office.close()
            self._free.put(None)

    def _warm(self) -> None:
        office = self._free.get()
        try:
            if office is None:
                office = _Office()
        finally:
            self._free.put(office)


def _living(office: "_Office | None") -> "_Office":
    """The process that was given back, or a fresh one where it has died."""
    if office is not None and office.alive():
        return office
    if office is not None:
        office.close()
    return _Office()


def _require_word_file(document: bytes) -> None:
    """Refuse what is no DOCX, or unpacks to more than any document has: an office program opens anything as text."""
    try:
        with zipfile.ZipFile(io.BytesIO(document)) as parts:
            unpacked = sum(part.file_size for part in parts.infolist())
            if "word/document.xml" not in parts.namelist() or unpacked > _LARGEST:
                raise ConversionFailed("document_unreadable")
    except (zipfile.BadZipFile, ValueError) as error:
        raise ConversionFailed("document_unreadable") from error


class _Office:
    """One fenced office process with its own folder, driven line by line."""

    def __init__(self) -> None:
        self.served = 0
        self._ready = False
        self._folder = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-"))
        try:
            self._process = subprocess.Popen(
                _command(self._folder),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        except BaseException:
            shutil.rmtree(self._folder, ignore_errors=True)
            raise

    def alive(self) -> bool:
        return self._process.poll() is None

    def wait_ready(self) -> None:
        """Wait until the office program listens; raises `ConverterUnavailable`."""
        if not self._ready:
            answer = self._answer(START_SECONDS)
            if answer is None:
                code = self._process.poll()
                self.close()
                raise ConverterUnavailable("fence_unavailable", exit_code=code if code is not None else -1)
            self._ready = True

    def convert(self, document: bytes, suffix: str) -> bytes:
        self.wait_ready()
        self.served += 1
        source = self._folder / f"{self.served}.{suffix}"
        result = self._folder / f"{self.served}.{suffix}.pdf"
        try:
            source.write_bytes(document)
            source.chmod(0o644)
            if self._process.stdin is None:
                raise ConversionFailed("conversion_failed")
            self._process.stdin.write(f"/job/{source.name}\n".encode())
            self._process.stdin.flush()
            answer = self._answer(CONVERT_SECONDS)
            if answer is None:
                code = "conversion_timeout" if self.alive() else "conversion_failed"
                raise ConversionFailed(code)
            if not answer.get("ok"):
                raise ConversionFailed("conversion_failed", reason=str(answer.get("error", "")))
            return _read_result(result)
        except BrokenPipeError as error:
            raise ConversionFailed("conversion_failed") from error
        finally:
            source.unlink(missing_ok=True)
            result.unlink(missing_ok=True)

    def close(self) -> None:
        if self.alive():
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except BrokenPipeError:
                    continue
        shutil.rmtree(self._folder, ignore_errors=True)

    def _answer(self, seconds: float) -> dict[str, object] | None:
        """The next line of JSON, or None when the time is over or the process has gone."""
        if self._process.stdout is None:
            return None
        end = monotonic() + seconds
        line = b""
        with selectors.DefaultSelector() as selector:
            selector.register(self._process.stdout, selectors.EVENT_READ)
            while not line.endswith(b"\n"):
                if not selector.select(max(0.0, end - monotonic())):
                    return None
                part = os.read(self._process.stdout.fileno(), 4096)
                if not part:
                    return None
                line += part
        found: dict[str, object] = json.loads(line)
        return found


def _drop_left_overs() -> None:
    """Remove the folders of pools whose service was killed: the office processes died with it, their folders not."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*-*"):
        owner = folder.name.removeprefix(_PREFIX).partition("-")[0]
        if owner.isdigit() and not Path(f"/proc/{owner}").exists():
            shutil.rmtree(folder, ignore_errors=True)


def _read_result(path: Path) -> bytes:
    """The converted file: a regular file of a bearable size, whatever the fenced process left there."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    with os.fdopen(descriptor, "rb") as source:
        data = source.read(_LARGEST + 1)
    if len(data) > _LARGEST or not data.startswith(b"%PDF-"):
        raise ConversionFailed("conversion_failed")
    return data


def _command(folder: Path) -> list[str]:
    """The fence around the driver; raises `ConverterUnavailable` when the programs for it are missing."""
    bwrap = shutil.which("bwrap")
    python = "/usr/bin/python3"
    if bwrap is None or shutil.which("soffice") is None or not Path(python).exists():
        raise ConverterUnavailable("fence_unavailable", reason="bubblewrap, soffice, python3-uno")
    _furnish(folder)
    fence = [bwrap, "--unshare-all", "--die-with-parent", "--new-session", "--clearenv"]
    for name in ("/usr", "/etc/fonts", "/etc/alternatives", "/etc/libreoffice", "/var/cache/fontconfig"):
        fence += ["--ro-bind-try", name, name]
    for name in ("bin", "lib", "lib64", "sbin"):
        fence += ["--symlink", f"usr/{name}", f"/{name}"]
    fence += ["--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp", "--bind", str(folder), "/job"]  # noqa: S108 - the fence's own
    for name, value in (
        ("PATH", "/usr/bin"),
        ("HOME", "/tmp"),  # noqa: S108 - the fence's own
        ("LANG", "C.UTF-8"),
        ("PYTHONPATH", "/job"),
        ("SAL_USE_VCLPLUGIN", "svp"),
    ):
        fence += ["--setenv", name, value]
    limits = ["prlimit", "--as=4294967296", "--fsize=268435456", "--core=0"]
    if os.geteuid() == 0:
        drop = ["setpriv", f"--reuid={_NOBODY}", f"--regid={_NOBODY}", "--clear-groups", "--no-new-privs"]
        limits = [*drop, "--pdeathsig=KILL", *limits]
    return [*limits, *fence, python, "/job/driver.py"]


def _furnish(folder: Path) -> None:
    """Copy in the driver and the library it uses: the fence shows neither checkout nor virtual environment."""
    with as_file(files("templates").joinpath("convert_driver.py")) as driver:
        shutil.copyfile(driver, folder / "driver.py")
    with as_file(files("unoserver")) as library:
        shutil.copytree(library, folder / "unoserver", ignore=shutil.ignore_patterns("__pycache__"))
    folder.chmod(0o755)
    for path in folder.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)
    if os.geteuid() == 0:
        os.chown(folder, _NOBODY, _NOBODY)

"""One fenced office process with its own folder and profile, driven line by line."""

import contextlib
import json
import os
import selectors
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from time import monotonic
from typing import Any

from templates.errors import ConversionFailed, ConverterUnavailable
from templates.fence import LARGEST_FILE, fenced_command

START_SECONDS = 40.0
# The exit code told of a program that did not listen in that time and was not gone either.
STILL_RUNNING = -1
_LOOK_SECONDS = 0.5
# On a busy machine a document may take so many times its own work, and as long may nothing move at all.
_BUSY = 6
_TICK = os.sysconf("SC_CLK_TCK")
_PREFIX = "docservice-office-"


class OfficeProcess:
    """A process that is started at once, and ready after a second or two.

    `served` counts its documents, `worked` is the processor time of the last one in seconds.
    """

    def __init__(self, *, fonts: Sequence[Path] = ()) -> None:
        self.served = 0
        self.worked = 0.0
        self._ready = False
        self._folder = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-"))
        try:
            self._process = subprocess.Popen(
                fenced_command(self._folder, fonts=fonts),
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
            if answer is None or answer.get("gone"):
                if answer is not None:
                    # It is gone, however long the fence around it takes to end; with a moment its own code is told.
                    with contextlib.suppress(subprocess.TimeoutExpired):
                        self._process.wait(1)
                self.close()
                code = STILL_RUNNING if answer is None else self._process.returncode
                raise ConverterUnavailable("fence_unavailable", exit_code=code)
            self._ready = True

    def convert(self, document: bytes, suffix: str, *, seconds: float, fitted: bool = False) -> tuple[bytes, Any]:
        """The PDF and what the driver says of its pages; `seconds` of processor time are allowed.

        Other work on the machine makes a document slower, but not hostile.
        Raises `ConversionFailed`: conversion_timeout when it took longer than it may, office_gone when the process
        ended over it, conversion_failed when the office program refused the document.
        """
        self.wait_ready()
        self.served += 1
        source = self._folder / f"{self.served}.{suffix}"
        result = self._folder / f"{self.served}.{suffix}.pdf"
        try:
            source.write_bytes(document)
            source.chmod(0o644)
            if self._process.stdin is None:
                raise ConversionFailed("office_gone")
            told = json.dumps({"source": f"/job/{source.name}", "fitted": fitted})
            self._process.stdin.write(f"{told}\n".encode())
            self._process.stdin.flush()
            answer = self._answer(seconds * _BUSY, work=seconds)
            if answer is None:
                raise ConversionFailed("conversion_timeout")
            if not answer.get("ok"):
                gone = answer.get("gone")
                raise ConversionFailed(
                    "office_gone" if gone else "conversion_failed", reason=str(answer.get("error", ""))
                )
            return _read_result(result), answer.get("pages", [])
        except BrokenPipeError as error:
            raise ConversionFailed("office_gone") from error
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

    def _answer(self, seconds: float, *, work: float | None = None) -> dict[str, object] | None:
        """The next line of JSON; None when the time is over, the process does nothing, or has worked enough.

        One that has gone says no more, and that is `gone`: the fence around it may be there a moment longer.
        """
        if self._process.stdout is None:
            return None
        line = b""
        watch = _Watch(self._process.pid, seconds=seconds, work=work)
        with selectors.DefaultSelector() as selector:
            selector.register(self._process.stdout, selectors.EVENT_READ)
            while not line.endswith(b"\n"):
                if not selector.select(_LOOK_SECONDS):
                    self.worked = watch.worked()
                    if watch.is_over(self.worked):
                        return None
                    continue
                part = os.read(self._process.stdout.fileno(), 4096)
                if not part:
                    return {"gone": True}
                line += part
        found: dict[str, object] = json.loads(line)
        return found


class _Watch:
    """When to give up on an answer: by the clock, by the processor time of a process and all below it, or at rest."""

    def __init__(self, pid: int, *, seconds: float, work: float | None) -> None:
        self._pid, self._work = pid, work
        self._end = monotonic() + seconds
        self._begun = _processor_seconds(pid) if work is not None else 0.0
        self._moved, self._moved_at = 0.0, monotonic()

    def worked(self) -> float:
        return _processor_seconds(self._pid) - self._begun if self._work is not None else 0.0

    def is_over(self, worked: float) -> bool:
        if self._work is None:
            return monotonic() > self._end
        if worked > self._moved:
            self._moved, self._moved_at = worked, monotonic()
        return worked > self._work or monotonic() > self._end or monotonic() - self._moved_at > self._work


def _processor_seconds(pid: int) -> float:
    """What a process and everything below it have used so far; what has ended already is its parent's."""
    below: dict[int, list[int]] = {}
    used: dict[int, int] = {}
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        below.setdefault(int(fields[1]), []).append(int(folder.name))
        used[int(folder.name)] = sum(int(value) for value in fields[11:15])
    own = [pid]
    for one in own:
        own += below.get(one, ())
    return sum(used.get(one, 0) for one in own) / _TICK


def drop_left_overs() -> None:
    """Remove the folders of pools whose service was killed: the office processes died with it, their folders not."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*-*"):
        owner = folder.name.removeprefix(_PREFIX).partition("-")[0]
        if owner.isdigit() and not Path(f"/proc/{owner}").exists():
            shutil.rmtree(folder, ignore_errors=True)


def _read_result(path: Path) -> bytes:
    """The converted file: a regular file of a bearable size, whatever the fenced process left there."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    except OSError as error:
        raise ConversionFailed("conversion_failed") from error
    with os.fdopen(descriptor, "rb") as source:
        data = source.read(LARGEST_FILE + 1)
    if len(data) > LARGEST_FILE or not data.startswith(b"%PDF-"):
        raise ConversionFailed("conversion_failed")
    return data

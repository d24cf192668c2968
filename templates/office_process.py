"""One fenced office process with its own folder and profile, driven line by line."""

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
_PREFIX = "docservice-office-"


class OfficeProcess:
    """A process that is started at once, and ready after a second or two; `served` counts its documents."""

    def __init__(self, *, fonts: Sequence[Path] = ()) -> None:
        self.served = 0
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
            if answer is None:
                code = self._process.poll()
                self.close()
                raise ConverterUnavailable("fence_unavailable", exit_code=code if code is not None else -1)
            self._ready = True

    def convert(self, document: bytes, suffix: str, *, seconds: float, fitted: bool = False) -> tuple[bytes, Any]:
        """The PDF and what the driver says of its pages.

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
            answer = self._answer(seconds)
            if answer is None:
                raise ConversionFailed("conversion_timeout" if self.alive() else "office_gone")
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

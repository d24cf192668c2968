"""One fenced process as the service holds it: how it is started, asked and ended.

Request and answer travel as memory files handed over the socket, so a file of 25 MB is neither copied by the process
that forks nor held up by the size of a pipe, and the limit on file sizes is the limit on answers.
"""

import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import sysconfig
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from docservice.core import sandbox_child
from docservice.core.sandbox_child import MEBIBYTE, MESSAGE_BYTES
from docservice.core.sandbox_errors import SandboxUnavailable


@dataclass(frozen=True)
class Limits:
    """What one call may use.

    Attributes:
        wall_s: seconds by the clock.
        cpu_s: seconds of processor time.
        memory_mb: address space in MiB on top of what the loaded code takes.
        file_mb: MiB in the temp folder all together, and the largest answer.
        processes: processes and threads at once, the call itself among them.
    """

    wall_s: float = 30
    cpu_s: int = 20
    memory_mb: int = 512
    file_mb: int = 64
    processes: int = 8


class Slot:
    """One zygote and the socket to it; used by one thread at a time."""

    def __init__(self, *, limits: Limits, preload: Sequence[str], packages: Sequence[str]) -> None:
        unshare = shutil.which("unshare", path="/usr/bin:/bin")
        if unshare is None:
            raise SandboxUnavailable(problem="unshare is missing (Debian package util-linux)")
        # Root needs no user namespace and becomes a user id of the slot's own, far from every real one.
        root = os.geteuid() == 0
        uid = 0x7000_0000 + secrets.randbelow(0x0100_0000) if root else None
        setup = {
            "path": [str(Path(entry or ".").resolve()) for entry in sys.path],
            "preload": preload,
            "visible": visible_folders(packages),
            "uid": uid,
            "wall_s": limits.wall_s,
            "cpu_s": limits.cpu_s,
            "memory_mb": limits.memory_mb,
            "file_mb": limits.file_mb,
            "processes": limits.processes,
        }
        message = json.dumps(setup, ensure_ascii=False).encode(errors="surrogatepass")
        if len(message) > MESSAGE_BYTES:
            raise SandboxUnavailable(
                problem=f"{len(message)} bytes to tell behind the fence, {MESSAGE_BYTES} at most (CATALOGUE_FILE)"
            )
        self._limits = limits
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        fence = ["--mount", "--net", "--pid", "--ipc", "--uts", "--fork", "--kill-child"]
        if not root:
            fence = ["--user", "--map-root-user", *fence]
        with theirs:
            self._process = subprocess.Popen(
                [unshare, *fence, "--", sys.executable, "-I", sandbox_child.__file__, str(theirs.fileno())],
                pass_fds=(theirs.fileno(),),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                cwd="/",
                env={
                    "PATH": "/usr/bin:/bin",
                    "LANG": "C.UTF-8",
                    "HOME": "/nonexistent",
                    "PYTHONDONTWRITEBYTECODE": "1",
                },
                start_new_session=True,
            )
        ready = self._exchange(message, (), seconds=60)
        if ready is None or not ready["ready"]:
            self.close()
            raise SandboxUnavailable(
                problem="unshare failed: no namespaces here" if ready is None else ready["problem"]
            )

    def ask(self, functions: Sequence[str], request: bytes) -> tuple[dict[str, Any], bytes]:
        """How the calls ended, and what they wrote."""
        written, answer = os.memfd_create("request"), os.memfd_create("answer")
        try:
            with open(written, "wb", closefd=False) as out:
                out.write(request)
            message = json.dumps({"functions": functions}).encode()
            # The zygote keeps the time; the extra seconds are for one that no longer can.
            outcome = self._exchange(message, (written, answer), seconds=self._limits.wall_s + 10)
            if outcome is None:
                return {"end": "signal", "value": int(signal.SIGKILL), "clean": False}, b""
            return outcome, os.pread(answer, self._limits.file_mb * MEBIBYTE, 0)
        finally:
            os.close(written)
            os.close(answer)

    def _exchange(self, message: bytes, descriptors: Sequence[int], *, seconds: float) -> dict[str, Any] | None:
        """Send, wait, receive; None when the other side is gone or silent."""
        try:
            self._control.settimeout(seconds)
            socket.send_fds(self._control, [message], descriptors)
            reply = self._control.recv(MESSAGE_BYTES)
        except OSError:
            return None
        return json.loads(reply) if reply else None

    def close(self) -> None:
        """Hang up: the zygote ends, and with it every process of its namespace."""
        with suppress(OSError):
            self._control.shutdown(socket.SHUT_RDWR)  # closing alone would not wake a thread that waits here
        self._control.close()
        try:
            self._process.wait(timeout=2)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


@cache
def visible_folders(packages: Sequence[str]) -> list[str]:
    """Folders with program code and fonts, shown read only: code that is imported late finds itself."""
    paths = {sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")}
    libraries = sysconfig.get_config_var("MULTIARCH")
    paths |= {f"/usr/lib/{libraries}", f"/lib/{libraries}", "/lib64", "/usr/share/fonts", "/usr/share/zoneinfo"}
    for top in {name.partition(".")[0] for name in packages}:
        spec = find_spec(top)
        paths |= set(spec.submodule_search_locations or ()) if spec is not None else set()
    return sorted(path for path in paths if Path(path).is_dir())

"""A MinIO of the drill's own, on a small disk of its own, that can be killed, started again and filled up."""

import os
import secrets
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_USER = "drill"
_START_SECONDS = 60.0


class DrillMinio:
    """One server over `folder`; it keeps its port and its password when it is started again."""

    def __init__(self, program: Path, folder: Path) -> None:
        self._program, self._folder = program, folder
        self.port, self._console = _free_port(), _free_port()
        self.password = secrets.token_urlsafe(24)
        self._process: subprocess.Popen[bytes] | None = None

    def url(self, bucket: str, *, port: int | None = None) -> str:
        return f"s3://{_USER}@127.0.0.1:{port or self.port}/{bucket}?tls=0"

    def start(self) -> None:
        """Start it and wait until it answers; raises `RuntimeError` when it does not."""
        here = ["--address", f"127.0.0.1:{self.port}", "--console-address", f"127.0.0.1:{self._console}"]
        with (self._folder.parent / "minio.log").open("ab") as log:
            self._process = subprocess.Popen(
                [str(self._program), "server", "--quiet", *here, str(self._folder)],
                stdout=log,
                stderr=log,
                env={
                    "PATH": os.defpath,
                    "HOME": str(self._folder.parent),
                    "MINIO_ROOT_USER": _USER,
                    "MINIO_ROOT_PASSWORD": self.password,
                    "MINIO_BROWSER": "off",
                },
            )
        end = time.monotonic() + _START_SECONDS
        while not self._is_ready():
            if time.monotonic() > end or self._process.poll() is not None:
                raise RuntimeError("MinIO did not come up")
            time.sleep(0.05)

    def kill(self) -> None:
        """As a failing machine would: at once, with nothing written any more."""
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()
            self._process = None

    def _is_ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/minio/health/ready", timeout=2) as said:
                return bool(said.status == 200)
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Path]:
    """A disk of so many megabytes in memory, mounted on a folder; only root can."""
    folder.mkdir(parents=True, exist_ok=True)
    mount = ["/usr/bin/mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=0700", "tmpfs", str(folder)]
    subprocess.run(mount, check=True)
    try:
        yield folder
    finally:
        subprocess.run(["/usr/bin/umount", "--lazy", str(folder)], check=True)


@contextmanager
def filled(disk: Path) -> Iterator[None]:
    """Not a byte of a disk is free while the block runs."""
    ballast = disk / "ballast"
    try:
        with ballast.open("wb", buffering=0) as out:
            for size in (1 << 20, 1 << 12):
                try:
                    while out.write(bytes(size)) == size:
                        pass
                except OSError:
                    continue
        yield
    finally:
        ballast.unlink(missing_ok=True)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port

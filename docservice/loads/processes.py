"""The product's own processes under a benchmark, started as an operator starts them, and what they cost."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from docservice.core.errors import Unavailable
from docservice.core.words import N_
from docservice.settings import Settings

_TICKS = os.sysconf("SC_CLK_TCK")
_START_SECONDS, _STOP_SECONDS = 180.0, 60.0


class DidNotStart(Unavailable):
    code = "bench_did_not_start"
    message = N_("Tiến trình được đo không khởi động được.")


@contextmanager
def running(settings: Settings, *command: str) -> Iterator[subprocess.Popen[bytes]]:
    """A process of the product with these settings, ended in good order."""
    # No password is among them: those are in files, which the settings name.
    named = [
        f"{name.upper()}={value}" for name, value in settings.model_dump().items() if value is not None and value != ""
    ]
    child = subprocess.Popen(["/usr/bin/env", *named, sys.executable, "-m", "docservice", *command])
    try:
        yield child
    finally:
        child.terminate()
        try:
            child.wait(timeout=_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            child.kill()


@contextmanager
def jobs_done(settings: Settings, *, concurrency: int) -> Iterator[None]:
    """Worker and beat, without which a hint that is lost leaves its job lying; on one folder the pages do the jobs."""
    if settings.is_embedded:
        yield
        return
    with running(settings, "worker", "--concurrency", str(concurrency)), running(settings, "beat"):
        yield


@contextmanager
def pages(settings: Settings, *, workers: int) -> Iterator[tuple[str, int]]:
    """The pages on a free port: their address, and the process that all web processes descend from."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    with running(settings, "serve", "--port", str(port), "--workers", str(workers)) as child:
        deadline = time.monotonic() + _START_SECONDS
        while not _answers(address):
            if child.poll() is not None or time.monotonic() > deadline:
                raise DidNotStart
            time.sleep(0.1)
        yield address, child.pid


def cpu_seconds(root: int) -> float:
    """Processor seconds of a process and all that descend from it, ended ones included."""
    parents: dict[int, list[int]] = {}
    spent: dict[int, float] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                facts = (entry / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()
            except OSError:
                continue
            pid = int(entry.name)
            parents.setdefault(int(facts[1]), []).append(pid)
            spent[pid] = sum(int(ticks) for ticks in facts[11:15]) / _TICKS
    waiting, total = [root], 0.0
    while waiting:
        pid = waiting.pop()
        total += spent.get(pid, 0.0)
        waiting += parents.get(pid, [])
    return total


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/sign-in", timeout=2) as said:  # noqa: S310 - our own address
            return bool(said.status == 200)
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False

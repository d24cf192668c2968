"""What `docservice bench storage` runs: large files through every store, and faults on a folder and on MinIO."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

from storage import MasterKeys, Store, add_master_key, open_master_keys, open_store
from storage.drill.cutter import Cutter, cutter
from storage.drill.faults import Drill, Fault, Seen
from storage.drill.minio import DrillMinio, filled, small_disk
from storage.drill.streaming import Streamed, stream

_BUCKET = "drill"
_CUT_BYTES = 40_000


def trial_of_folder(base: Path, *, count: int, sealed: bool) -> Seen:
    """A folder whose disk is full in between (where we are root) and beside which writers are killed."""
    with ExitStack() as stack:
        disk = stack.enter_context(_disk(base / "disk", count))
        opening = partial(open_store, "file:files", base=disk, masters=_masters(base, sealed=sealed))
        faults = [Fault("a writer killed", share, partial(_writer_killed, disk), 0.1) for share in (0.2, 0.5, 0.8)]
        faults += [Fault("disk full", share, partial(filled, disk)) for share in (0.35, 0.65) if _is_root()]
        return Drill(opening, count=count).run(faults)


def trial_of_minio(program: Path, base: Path, *, count: int, sealed: bool) -> Seen:
    """MinIO killed, its connections cut both ways, its disk full (where we are root)."""
    with ExitStack() as stack:
        disk = stack.enter_context(_disk(base / "disk", count))
        minio = stack.enter_context(_running(program, disk / "data"))
        up = stack.enter_context(cutter(minio.port, upwards=True))
        down = stack.enter_context(cutter(minio.port, upwards=False))
        # Half of those who open the store go the way whose answers are cut.
        ways = _turns(up.port, down.port)

        def opening(port: int | None = None) -> Store:
            url = minio.url(_BUCKET, port=port or next(ways))
            return open_store(url, base=base, password=minio.password, masters=_masters(base, sealed=sealed))

        opening().check()
        faults = [Fault("MinIO killed", share, partial(_killed, minio)) for share in (0.15, 0.45, 0.75)]
        faults += [
            Fault("connections cut", share, partial(_cutting, (up, down)), 2.0) for share in (0.05, 0.3, 0.6, 0.9)
        ]
        faults += [Fault("disk full", share, partial(filled, disk)) for share in (0.5, 0.85) if _is_root()]
        seen = Drill(opening, count=count, look=partial(opening, minio.port)).run(faults)
        seen.refused["cut by us"] = up.cuts + down.cuts
        return seen


def trial_of_streaming(program: Path | None, base: Path, *, size: int) -> Iterator[tuple[str, Streamed]]:
    """A file of this size through a folder and, where there is a MinIO, through it; sealed and not."""
    for sealed in (False, True):
        name = "sealed" if sealed else "plain"
        yield f"folder, {name}", stream("file:stream", size, base=base, sealed=sealed)
    if program is None:
        return
    with _running(program, base / "minio") as minio:
        password = base / "password"
        password.touch(mode=0o600)
        password.write_text(minio.password, encoding="utf-8")
        for sealed in (False, True):
            name = "sealed" if sealed else "plain"
            yield f"MinIO, {name}", stream(minio.url("stream"), size, base=base, password_file=password, sealed=sealed)


@contextmanager
def _running(program: Path, folder: Path) -> Iterator[DrillMinio]:
    minio = DrillMinio(program, folder)
    minio.start()
    try:
        yield minio
    finally:
        minio.kill()


@contextmanager
def _disk(folder: Path, count: int) -> Iterator[Path]:
    """A small disk where we may mount one; elsewhere a folder that never gets full."""
    if _is_root():
        with small_disk(folder, 200 + count // 6) as disk:
            yield disk
    else:
        folder.mkdir()
        yield folder


@contextmanager
def _killed(minio: DrillMinio) -> Iterator[None]:
    minio.kill()
    try:
        yield
    finally:
        minio.start()


@contextmanager
def _cutting(ways: tuple[Cutter, ...]) -> Iterator[None]:
    """Every connection breaks after so many bytes, again and again."""
    over = threading.Event()

    def rearm() -> None:
        while not over.wait(0.1):
            for way in ways:
                way.allowance = _CUT_BYTES

    for way in ways:
        way.allowance = _CUT_BYTES
    thread = threading.Thread(target=rearm)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
        for way in ways:
            way.allowance = None


_ENDLESS = """
import io, sys
from pathlib import Path
from storage import open_store
store = open_store("file:files", base=Path(sys.argv[1]))
print("ready", flush=True)
while True:
    store.put(io.BytesIO(b"docservice" * 300_000))
"""


@contextmanager
def _writer_killed(disk: Path) -> Iterator[None]:
    child = subprocess.Popen(
        [sys.executable, "-c", _ENDLESS, str(disk)], cwd=Path(__file__).parents[2], stdout=subprocess.PIPE
    )
    with child:
        assert child.stdout is not None  # noqa: S101 - asked for above
        child.stdout.readline()
        time.sleep(random.Random(str(disk)).uniform(0.05, 0.2))  # noqa: S311 - any moment will do
        child.send_signal(signal.SIGKILL)
    yield


def _masters(base: Path, *, sealed: bool) -> MasterKeys | None:
    file = base / "drill.key"
    if sealed and not file.exists():
        add_master_key(file)
    return open_master_keys("file:drill.key" if sealed else "", base=base)


def _turns(*ways: int) -> Iterator[int]:
    while True:
        yield from ways


def _is_root() -> bool:
    return os.geteuid() == 0

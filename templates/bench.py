"""What filling and converting cost, beside a converter without fence or supervision in the same run."""

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path
from statistics import median
from time import monotonic, process_time

from templates.convert import OfficePool
from templates.docx import fill
from templates.draft import Draft
from templates.layout import NUMBER_LINE
from templates.papers import line_picture


@dataclass(frozen=True)
class Figures:
    """Seconds, and documents a second; `fill_work` is processor time."""

    fill: float
    fill_work: float
    both_median: float
    both_p95: float
    one_converter: float
    two_converters: float
    bare: float
    line: float


def measure(draft: Draft, count: int) -> Figures:
    """Fill and convert the draft `count` times by each way; the first of each is not counted.

    Ours and the bare converter take turns, so that what else the machine does slows both alike.
    """
    filled = fill(draft)
    fills = [_timed(lambda: fill(draft)) for _ in range(count)]
    work = [_timed(lambda: fill(draft), clock=process_time) for _ in range(count)]
    lines = [_timed(lambda: line_picture("Số: 15/BC-UBND", NUMBER_LINE)) for _ in range(count + 1)][1:]
    pool = OfficePool(size=1)
    try:
        with _bare(filled) as convert_bare:
            pool.convert(filled, suffix="docx")
            convert_bare()
            both, bare = [], []
            for _ in range(count):
                both.append(_timed(lambda: pool.convert(fill(draft), suffix="docx")))
                bare.append(_timed(convert_bare))
    finally:
        pool.close()
    return Figures(
        fill=median(fills),
        fill_work=median(work),
        both_median=median(both),
        both_p95=sorted(both)[int(count * 0.95)],
        one_converter=count / sum(both),
        two_converters=_two(draft, count),
        bare=count / sum(bare),
        line=median(lines),
    )


def _two(draft: Draft, count: int) -> float:
    pool = OfficePool(size=2)
    try:
        with ThreadPoolExecutor(2) as threads:
            list(threads.map(lambda _: pool.convert(fill(draft), suffix="docx"), range(4)))
            begun = monotonic()
            list(threads.map(lambda _: pool.convert(fill(draft), suffix="docx"), range(count)))
            return count / (monotonic() - begun)
    finally:
        pool.close()


@contextmanager
def _bare(filled: bytes) -> Iterator[Callable[[], None]]:
    """The same driver with nothing around it, converting what is filled already."""
    with tempfile.TemporaryDirectory(prefix="docservice-bare-") as name:
        folder = Path(name)
        with as_file(files("unoserver")) as library:
            shutil.copytree(library, folder / "unoserver")
        source = folder / "paper.docx"
        source.write_bytes(filled)
        for part in ("driver", "document"):
            with as_file(files("templates").joinpath(f"convert_{part}.py")) as module:
                shutil.copyfile(module, folder / f"{part}.py")
        office = subprocess.Popen(
            ["/usr/bin/python3", str(folder / "driver.py")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={
                "PATH": os.defpath,
                "HOME": name,
                "PYTHONPATH": name,
                "SAL_USE_VCLPLUGIN": "svp",
                "LANG": "C.UTF-8",
            },
            start_new_session=True,
        )
        try:
            if office.stdout is None or not office.stdout.readline():
                raise ValueError("the bare converter does not start")
            yield lambda: _ask(office, source)
        finally:
            os.killpg(office.pid, 9)
            office.wait()


def _ask(office: "subprocess.Popen[bytes]", source: Path) -> None:
    if office.stdin is None or office.stdout is None:
        raise ValueError("the driver has no pipes")
    office.stdin.write(f"{json.dumps({'source': str(source)})}\n".encode())
    office.stdin.flush()
    if not json.loads(office.stdout.readline()).get("ok"):
        raise ValueError("the bare converter failed")


def _timed(act: Callable[[], object], *, clock: Callable[[], float] = monotonic) -> float:
    begun = clock()
    act()
    return clock() - begun

"""What filling and converting cost, beside a converter without fence or supervision in the same run."""

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path
from statistics import median
from time import monotonic

from templates.convert import OfficePool
from templates.docx import fill
from templates.draft import Draft
from templates.layout import NUMBER_LINE
from templates.papers import line_picture


@dataclass(frozen=True)
class Figures:
    """Seconds, and documents a second."""

    fill: float
    both_median: float
    both_p95: float
    one_converter: float
    two_converters: float
    bare: float
    line: float


def measure(draft: Draft, count: int) -> Figures:
    """Fill and convert the draft `count` times by each way; the first of each is not counted."""
    filled = fill(draft)
    fills = [_timed(lambda: fill(draft)) for _ in range(count)]
    lines = [_timed(lambda: line_picture("Số: 15/BC-UBND", NUMBER_LINE)) for _ in range(count + 1)][1:]
    pool = OfficePool(size=1)
    try:
        pool.convert(filled, suffix="docx")
        begun = monotonic()
        both = [_timed(lambda: pool.convert(fill(draft), suffix="docx")) for _ in range(count)]
        one = count / (monotonic() - begun)
    finally:
        pool.close()
    return Figures(
        fill=median(fills),
        both_median=median(both),
        both_p95=sorted(both)[int(count * 0.95)],
        one_converter=one,
        two_converters=_two(draft, count),
        bare=_bare(filled, count),
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


def _bare(filled: bytes, count: int) -> float:
    """The same driver with nothing around it, converting what is filled already."""
    with tempfile.TemporaryDirectory(prefix="docservice-bare-") as name:
        folder = Path(name)
        with as_file(files("unoserver")) as library:
            shutil.copytree(library, folder / "unoserver")
        source = folder / "paper.docx"
        source.write_bytes(filled)
        with as_file(files("templates").joinpath("convert_driver.py")) as driver:
            office = subprocess.Popen(
                ["/usr/bin/python3", str(driver)],
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
                return _rate(office, source, count)
            finally:
                os.killpg(office.pid, 9)
                office.wait()


def _rate(office: "subprocess.Popen[bytes]", source: Path, count: int) -> float:
    if office.stdin is None or office.stdout is None:
        raise ValueError("the driver has no pipes")
    office.stdout.readline()
    begun = 0.0
    for number in range(count + 1):
        begun = monotonic() if number == 1 else begun
        office.stdin.write(f"{json.dumps({'source': str(source)})}\n".encode())
        office.stdin.flush()
        if not json.loads(office.stdout.readline()).get("ok"):
            raise ValueError("the bare converter failed")
    return count / (monotonic() - begun)


def _timed(act: Callable[[], object]) -> float:
    begun = monotonic()
    act()
    return monotonic() - begun

"""Benchmarks: they print what was measured in this run on this machine, and judge nothing."""

import itertools
import shutil
import statistics
import sys
from collections import defaultdict
from collections.abc import Callable
from datetime import datetime
from functools import partial
from os import cpu_count, getloadavg
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic

from docservice.bootstrap import build
from docservice.check import LIMITS, PRELOAD
from docservice.core.clock import VIETNAM
from docservice.core.sandbox import Sandbox
from docservice.demo import people, script
from docservice.demo.journey import Journey
from docservice.loads.intake import bench_intake
from docservice.loads.load import bench_load
from docservice.loads.papers import measure_papers
from docservice.loads.search import bench_search
from docservice.loads.verdicts import bench_verify
from docservice.settings import Settings
from signing.bench import Bench
from storage.drill.faults import Seen
from storage.drill.trials import trial_of_folder, trial_of_minio, trial_of_streaming
from templates.bench import measure as measure_converting
from templates.checker.check import check
from templates.docx import fill
from templates.draft import Draft, Letterhead, SignatureBlock, read_values


def bench_journey(settings: Settings, *, count: int) -> int:
    """Run `count` journeys on one fresh node; prints documents a minute and the seconds of each step."""
    with TemporaryDirectory(prefix="docservice-bench-") as folder:
        node = build(settings.model_copy(update={"data_dir": Path(folder)}))
        try:
            people.seed(node, keys=node.settings.path(node.settings.keys_dir))
            steps: dict[str, list[float]] = defaultdict(list)
            whole: list[float] = []
            for ordinal in range(1, count + 1):
                begun = monotonic()
                told = script.numbered(script.load(None), ordinal)
                Journey(node, told, tell=lambda words, seconds: steps[words].append(seconds)).run()
                whole.append(monotonic() - begun)
        finally:
            node.close()
    warm = whole[1:] or whole
    out = sys.stdout
    out.write(f"journeys            {count}\n")
    out.write(f"first, cold         {whole[0]:.2f} s\n")
    out.write(f"warm, median        {statistics.median(warm):.2f} s\n")
    # Each journey signs, seals and delivers two documents.
    out.write(f"documents a minute  {2 * 60 / statistics.median(warm):.1f}\n")
    for words, seconds in steps.items():
        out.write(f"{statistics.median(seconds) * 1000:8.1f} ms  {len(seconds) / count:4.1f} x  {words}\n")
    return 0


def bench_sign(_settings: Settings, *, count: int) -> int:
    """Signatures per second of this process's processor time, beside stock pyHanko's on the same file."""
    with TemporaryDirectory(prefix="docservice-bench-") as folder:
        figures = Bench(Path(folder) / "authority").measure_signing(count)
    out = sys.stdout
    for name, cost in (("B-B", figures.level_b), ("B-T", figures.level_t), ("stock pyHanko, B-B", figures.stock_b)):
        out.write(f"{name:20} {1000 / cost:7.1f} /s  {cost:7.1f} ms\n")
    out.write(f"ours to stock, B-B   {figures.stock_b / figures.level_b:7.1f} x\n")
    out.write(f"{figures.large_bytes / 2**20:.0f} MB: hashing {figures.large_hash:.0f} ms, ")
    out.write(f"signing {figures.large_sign:.0f} ms, {figures.extra_bytes / 2**20:.0f} MB above what was held\n")
    return 0


def bench_convert(_settings: Settings, *, count: int) -> int:
    """A draft filled and converted to PDF/A, beside a bare converter in the same run; then the system's own papers."""
    report = script.load(None).report
    draft = Draft(
        read_values(report.kind, report.values),
        Letterhead((), ("ỦY BAN NHÂN DÂN", "XÃ SUỐI TRÚC"), "Suối Trúc"),
        SignatureBlock(("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"), "Lò Văn Giả Định"),
    )
    found = measure_converting(draft, count)
    out = sys.stdout
    out.write(f"fill                 {found.fill * 1000:.0f} ms, {found.fill_work * 1000:.0f} ms of a processor\n")
    out.write(f"filled and converted {found.both_median * 1000:.0f} ms median, {found.both_p95 * 1000:.0f} ms p95\n")
    out.write(f"documents a second   {found.one_converter:.1f} by one converter, {found.two_converters:.1f} by two\n")
    for name, paper in measure_papers(count).items():
        out.write(f"{name:30s} {paper.pages:2d} p. {paper.again * 1000:6.1f} ms after one of its kind, ")
        out.write(f"{paper.usual * 1000:6.1f} after all others ({paper.work * 1000:.1f} of a processor), ")
        out.write(f"{paper.worst * 1000:6.1f} worst, {paper.first * 1000:6.1f} the first\n")
    share = found.one_converter / found.bare
    out.write(f"bare converter       {found.bare:.1f} a second, what is filled already; ours is {share:.0%} of it\n")
    out.write(f"a line set by typst  {found.line * 1000:.1f} ms\n")
    out.write(f"load of the machine  {getloadavg()[0]:.1f} on {cpu_count()} processors\n")
    return 0


def bench_check(_settings: Settings, *, count: int) -> int:
    """Checks of one letter and one report of about ten pages: inside this process, and through the sandbox."""
    day = datetime.now(VIETNAM).date()
    out = sys.stdout
    with Sandbox(size=1, limits=LIMITS, preload=PRELOAD) as sandbox:
        sandbox.warm()
        for name, paragraphs in (("one page", 4), ("ten pages", 130)):
            made = fill(_report(paragraphs))
            check(made, day=day)
            bare = [_timed(lambda made=made: check(made, day=day)) for _ in range(count)]  # type: ignore[misc]
            fenced = [_timed(lambda made=made: sandbox.run(check, made, day=day)) for _ in range(count)]  # type: ignore[misc]
            for place, seconds in (("here", bare), ("sandbox", fenced)):
                figures = f"{statistics.median(seconds) * 1000:6.1f} ms, p95 {_p95(seconds) * 1000:6.1f} ms"
                out.write(f"{name:10} {place:8} {figures}\n")
    return 0


def bench_storage(_settings: Settings, *, count: int) -> int:
    """So many files through a folder and MinIO while faults strike, and one file of 1 GB; exit code 1 for a loss.

    MinIO is taken from the PATH; without it the folder alone is tried.
    """
    found = shutil.which("minio")
    minio = Path(found) if found else None
    places: dict[str, Callable[..., Seen]] = {"folder": trial_of_folder}
    if minio is not None:
        places["MinIO"] = partial(trial_of_minio, minio)
    out, lost = sys.stdout, 0
    for name, sealed in itertools.product(places, (False, True)):
        with TemporaryDirectory(prefix="docservice-bench-") as folder:
            seen = places[name](Path(folder), count=count, sealed=sealed)
        lost += len(seen.lost) + len(seen.torn)
        out.write(f"{name + (', sealed' if sealed else ', plain'):20} {seen.put} files in {seen.seconds:.0f} s, ")
        out.write(f"{seen.reads} reads of what was there, {seen.reads_before} of what was coming; ")
        out.write(f"lost {len(seen.lost)}, torn {len(seen.torn)}\n")
        out.writelines(f"{'':20} {strike}\n" for strike in seen.strikes)
        out.flush()
    with TemporaryDirectory(prefix="docservice-bench-") as folder:
        for name, streamed in trial_of_streaming(minio, Path(folder), size=2**30):
            out.write(f"{'1 GB, ' + name:20} put {streamed.put_speed:.0f} MB/s, get {streamed.get_speed:.0f} MB/s, ")
            out.write(f"memory grew by {streamed.growth:.0f} MB\n")
    return 1 if lost else 0


def _report(paragraphs: int) -> Draft:
    """A report of that many paragraphs of three lines."""
    text = " ".join(
        ["Ủy ban nhân dân xã đã chỉ đạo các phòng chuyên môn rà soát, tổng hợp và báo cáo đúng thời hạn."] * 3
    )
    values = {
        "subject": "Kết quả công tác năm",
        "body": [{"paragraph": text} for _ in range(paragraphs)],
        "recipients": ["Sở Nội vụ"],
        "archive": "VT",
    }
    letterhead = Letterhead((), ("ỦY BAN NHÂN DÂN", "XÃ SUỐI TRÚC"), "Suối Trúc")
    return Draft(
        read_values("BC", values), letterhead, SignatureBlock(("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"), "Lò Thị Ví Dụ")
    )


def _timed(act: Callable[[], object]) -> float:
    begun = monotonic()
    act()
    return monotonic() - begun


def _p95(values: list[float]) -> float:
    return sorted(values)[int(len(values) * 0.95)]


# Each benchmark with how often it measures when nothing is said.
BENCHES: dict[str, tuple[Callable[..., int], int]] = {
    "journey": (bench_journey, 5),
    "sign": (bench_sign, 100),
    "verify": (bench_verify, 500),
    "convert": (bench_convert, 30),
    "check": (bench_check, 30),
    "intake": (bench_intake, 200),
    "load": (bench_load, 1_000_000),
    "search": (bench_search, 200_000),
    "storage": (bench_storage, 10_000),
}

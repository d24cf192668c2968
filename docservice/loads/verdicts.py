"""`docservice bench verify`: what verdicts cost through the sandbox, by the clock and by processor time.

The clock's figures are those of a machine with nothing else to do; processor time hardly minds who else is working.
"""

import resource
import statistics
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, process_time

from docservice.bootstrap import SANDBOX_PRELOAD, build
from docservice.core.sandbox import Sandbox
from docservice.core.work import SYSTEM
from docservice.settings import Settings
from docservice.signatures import judging
from docservice.signatures.verdicts import as_facts
from signing.bench import Bench
from signing.trust import Trust
from signing.verdict import FileVerdict, verify

Judge = partial[FileVerdict]
_CORES, _ALONE = 2, 50


def bench_verify(settings: Settings, *, count: int, signatures: int = 51) -> int:
    """Verdicts on files of two B-T signatures, on one of many more, and a kept one; exit code 1 if any fails."""
    with TemporaryDirectory(prefix="docservice-bench-") as folder:
        bench = Bench(Path(folder) / "authority")
        files, long = list(bench.make_files(count)), bench.make_long_file(signatures)
        judge = partial(verify, trust=bench.trust, at=bench.now)
        kept = _kept(settings, Path(folder), long, bench.trust, judge(long))
    idle, run = _Run([], judge), _Run(files, judge)
    out = sys.stdout
    out.write(f"files                {count}, of 3 pages and 2 B-T signatures; {_CORES} at a time\n")
    out.write(f"files a second       {count / run.seconds:.1f}\n")
    out.write(f"median, p95          {statistics.median(run.each) * 1000:.0f} ms, {_p95(run.each) * 1000:.0f} ms\n")
    cost = (run.cost - idle.cost) / count
    bare = statistics.median(_cost(partial(judge, pdf)) for pdf in files)
    out.write(f"processor time       {cost * 1000:.0f} ms a file; without the sandbox {bare * 1000:.0f} ms\n")
    with _sandbox() as sandbox:
        sandbox.warm()
        fenced = [_timed(partial(_fenced, sandbox, judge, pdf)) for pdf in files[:_ALONE]]
        first = _timed(partial(_fenced, sandbox, judge, long))
    out.write(f"one at a time        {statistics.median(fenced) * 1000:.0f} ms\n")
    out.write(
        f"{signatures:<2} signatures        {first:.2f} s the first time, {kept * 1000:.1f} ms from the kept verdicts\n"
    )
    return 0 if run.passed else 1


class _Run:
    """Files through a sandbox of its own: seconds in all and for each, and the processor time of all its processes."""

    def __init__(self, files: Sequence[bytes], judge: Judge) -> None:
        children, here = _spent_by_children(), process_time()
        verdicts: list[FileVerdict] = []
        with _sandbox() as sandbox, ThreadPoolExecutor(_CORES) as pool:
            sandbox.warm()
            begun = monotonic()
            self.each = list(pool.map(lambda pdf: _timed(lambda: verdicts.append(_fenced(sandbox, judge, pdf))), files))
            self.seconds = monotonic() - begun
        self.cost = _spent_by_children() - children + process_time() - here
        self.passed = all(as_facts(verdict)["passed"] for verdict in verdicts)


def _sandbox() -> Sandbox:
    return Sandbox(size=_CORES, preload=SANDBOX_PRELOAD)


def _fenced(sandbox: Sandbox, judge: Judge, pdf: bytes) -> FileVerdict:
    return sandbox.run(judge.func, pdf, **judge.keywords)


def _kept(settings: Settings, folder: Path, pdf: bytes, trust: Trust, verdict: FileVerdict) -> float:
    """Seconds for a verdict that was kept, the file's hash counted in."""
    changes = {"database_url": "sqlite:doc.db", "storage_url": "memory:", "queue_url": "thread:", "data_dir": folder}
    node = build(settings.model_copy(update=changes))
    try:
        with node.transactions.work(SYSTEM) as work:
            found = judging.Judged(as_facts(verdict), work.now)
            judging.keep(work, found, sha256=sha256(pdf).hexdigest(), trust=trust)

        def look() -> None:
            with node.transactions.reading(SYSTEM) as reading:
                if judging.known(reading, sha256=sha256(pdf).hexdigest(), trust=trust) is None:
                    raise LookupError

        return statistics.median(_timed(look) for _ in range(20))
    finally:
        node.close()


def _spent_by_children() -> float:
    """Processor seconds of the child processes that have ended, and of theirs."""
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime


def _timed(act: Callable[[], object]) -> float:
    begun = monotonic()
    act()
    return monotonic() - begun


def _cost(act: Callable[[], object]) -> float:
    begun = process_time()
    act()
    return process_time() - begun


def _p95(values: Sequence[float]) -> float:
    return sorted(values)[int(len(values) * 0.95)]

"""Benchmarks: they print what was measured in this run on this machine, and judge nothing."""

import statistics
import sys
from collections import defaultdict
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic

from docservice.bootstrap import build
from docservice.demo import people, script
from docservice.demo.journey import Journey
from docservice.settings import Settings


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

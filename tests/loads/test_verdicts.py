"""The benchmark of verdicts, small: every file passes, and each figure is one of work done."""

import re
from pathlib import Path

import pytest

from docservice.loads.verdicts import bench_verify
from docservice.settings import Settings


def test_the_benchmark_of_verdicts_prints_its_figures(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert bench_verify(Settings(data_dir=tmp_path), count=3, signatures=3) == 0
    said = capsys.readouterr().out
    for figure in (
        r"files a second +(\d+\.\d)",
        r"median, p95 +(\d+) ms",
        r"processor time +(-?\d+) ms a file; without the sandbox \d+ ms",
        r"one at a time +(\d+) ms",
        r"3 +signatures +(\d+\.\d+) s the first time, \d+\.\d ms from the kept verdicts",
    ):
        assert re.search(figure, said), said

"""The benchmark of search, small: it runs through and prints its figures."""

from pathlib import Path

import pytest

from docservice.loads.search import bench_search
from docservice.settings import Settings


def test_the_benchmark_of_search_prints_its_figures(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert bench_search(Settings(data_dir=tmp_path), count=200, queries=40) == 0
    said = capsys.readouterr().out
    for figure in ("indexed in bulk", "p50, p95, longest", "new document found"):
        assert figure in said

"""The benchmarks measure what they say: their files are signed, and every figure is one of work done."""

from pathlib import Path

from signing.bench import Bench
from signing.rehearsal import rehearse
from signing.verdict import verify


def test_files_to_verify_are_distinct_and_hold(tmp_path: Path) -> None:
    bench = Bench(tmp_path / "authority")
    first, second = bench.make_files(2)
    assert first != second
    for pdf in (first, second, bench.make_long_file(3)):
        verdicts = verify(pdf, trust=bench.trust, at=bench.now).signatures
        assert {(v.indication, v.level) for v in verdicts} == {("TOTAL-PASSED", "B-T")}
    assert len(verdicts) == 3


def test_every_figure_of_signing_is_there(tmp_path: Path) -> None:
    figures = Bench(tmp_path / "authority").measure_signing(3)
    assert min(figures.level_b, figures.level_t, figures.stock_b, figures.large_sign, figures.large_hash) > 0
    assert figures.large_bytes > 25 * 1024 * 1024


def test_the_rehearsal_ends() -> None:
    rehearse()

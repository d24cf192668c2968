"""A few hundred files with the faults of `docservice bench storage`, and files much larger than what may be held."""

from pathlib import Path

import pytest

from scripts.local_servers.programs import minio_program
from storage.drill.faults import Seen
from storage.drill.trials import trial_of_folder, trial_of_minio, trial_of_streaming

SIZE = 128 * 2**20

# Servers that are started again and again take their time on a busy machine.
pytestmark = pytest.mark.timeout(400)


def check(seen: Seen, *, count: int) -> None:
    assert (seen.put, seen.lost, seen.torn) == (count, [], [])
    assert seen.reads > count // 2


@pytest.mark.slow
@pytest.mark.parametrize("sealed", [False, True])
def test_a_folder_loses_nothing_and_shows_nothing_half_written(tmp_path: Path, *, sealed: bool) -> None:
    seen = trial_of_folder(tmp_path, count=150, sealed=sealed)
    check(seen, count=150)
    assert len(seen.strikes) >= 3


@pytest.mark.servers
@pytest.mark.slow
def test_minio_loses_nothing_killed_cut_off_and_full(tmp_path: Path) -> None:
    seen = trial_of_minio(minio_program(), tmp_path, count=80, sealed=True)
    check(seen, count=80)
    assert seen.refused.total() > 50
    assert seen.refused["cut by us"] > 2


@pytest.mark.servers
@pytest.mark.slow
def test_large_files_pass_with_flat_memory(tmp_path: Path) -> None:
    found = dict(trial_of_streaming(minio_program(), tmp_path, size=SIZE))
    assert set(found) == {f"{place}, {how}" for place in ("folder", "MinIO") for how in ("plain", "sealed")}
    for name, streamed in found.items():
        # A few chunks of 1 MB in a folder, a few parts of 16 MB in S3; not the file.
        assert streamed.growth < (80 if "MinIO" in name else 16), name

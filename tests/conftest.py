"""What every test may ask for."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.core.node import Core, sqlite_core


@pytest.fixture
def core(tmp_path: Path) -> Iterator[Core]:
    made = sqlite_core(tmp_path)
    yield made
    made.database.close()

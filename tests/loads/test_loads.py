"""The benchmarks of scale in small: what they fill agrees with its facts, and what they drive answers."""

from pathlib import Path

import pytest
from sqlalchemy import func, select

from docservice.bootstrap import build
from docservice.core.work import SYSTEM
from docservice.doctor import examine_node
from docservice.documents.models import Document, DocumentReader, RegisterLine
from docservice.loads import filling, intake, load
from docservice.settings import Settings
from tests.node import Office


def nothing(_words: str) -> None:
    """Nobody listens."""


def test_what_is_filled_agrees_with_its_facts(database_url: str, tmp_path: Path) -> None:
    node = build(Settings(data_dir=tmp_path, database_url=database_url))
    try:
        assert filling.fill(node, count=1500, tell=nothing) == 1500
        assert [f for f in examine_node(node, recount=True) if f.ok is False] == []
        with node.transactions.reading(SYSTEM) as reading:
            assert reading.session.scalar(select(func.count()).select_from(Document)) == 1500
            assert (reading.session.scalar(select(func.count()).select_from(DocumentReader)) or 0) > 9000
            line = reading.session.scalars(select(RegisterLine).limit(1)).one()
            assert {"Tên loại và trích yếu"} < set(line.columns)
            entries = list(filling.entries(reading))
        assert len({entry.id for entry in entries}) == 1500
        assert all(entry.readers for entry in entries)
        # A second time nothing is added.
        assert filling.fill(node, count=1500, tell=nothing) == 1500
    finally:
        node.close()


def test_somebodys_data_is_left_alone(office: Office) -> None:
    with pytest.raises(filling.NotOurs):
        filling.fill(office.node, count=1, tell=nothing)


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_a_small_load_and_a_small_intake_run(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    figures = load.measure(settings, count=400, seconds=3, tell=nothing)
    assert figures.documents == 400
    assert not figures.mixed.errors
    assert not figures.reading.errors
    assert set(figures.mixed.seconds) <= set(load.MIX)
    assert figures.per_cpu_second > 0
    taken = intake.measure(settings, count=4, tell=nothing)
    assert taken.refused == 0
    assert set(taken.steps) >= {"gate", "text", "picture, pages", "index"}

"""The table of Annex VI says nothing that is not there: its places and its tests exist, its page is its list."""

import ast
from functools import cache
from pathlib import Path

import pytest

from docservice.assessment.item import Item, State
from docservice.assessment.items import items
from docservice.assessment.table import table

ROOT = Path(__file__).parents[2]
# The annex has so many lettered or numbered points: part I, and one for each of the three tables of part II.
PARTS = {"I": 5, "II": 8, "III": 53, "IV": 9, "V": 6, "Phần II": 3}


def test_every_point_of_the_annex_has_its_item() -> None:
    codes = [item.code for item in items()]
    assert len(codes) == len(set(codes))
    counted = {part: sum(1 for code in codes if code.rpartition(".")[0].split(".")[0] == part) for part in PARTS}
    assert counted == PARTS


@pytest.mark.parametrize("item", list(items()), ids=lambda item: item.code)
def test_an_item_names_what_is_there_and_owns_to_what_is_not(item: Item) -> None:
    for place in item.places:
        file, _, name = place.partition(":")
        assert (ROOT / file).is_file(), place
        assert not name or name in names_in(ROOT / file), place
    for test in item.tests:
        file, _, name = test.partition("::")
        assert name in names_in(ROOT / file), test
    if item.state is State.MET:
        assert item.places
        assert item.tests
        assert not item.missing
    else:
        assert item.missing.endswith(".")
    if item.state is State.PARTLY:
        assert item.tests


def test_the_page_is_made_of_the_list() -> None:
    page = (ROOT / "docs" / "phu-luc-vi.md").read_text("utf-8")
    assert page == table(), "run: python -m docservice.assessment.table > docs/phu-luc-vi.md"


@cache
def names_in(file: Path) -> frozenset[str]:
    tree = ast.parse(file.read_text("utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.ClassDef))

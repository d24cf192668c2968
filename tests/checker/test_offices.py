"""Documents of other offices: nothing is found in what is right, and what is wrong is found in its own box."""

import io
import zipfile
from dataclasses import replace
from datetime import date
from functools import cache

import pytest

from templates.checker.check import check
from templates.checker.mending import mend
from templates.checker.rules import RULES
from tests.checker.offices import OFFICES, Office
from tests.checker.offices_planted import WRONG, Wrong

DAY = date(2026, 11, 24)


@cache
def found_in(office: Office) -> tuple[str, ...]:
    return tuple(finding.rule for finding in check(office.docx(), day=DAY).findings)


@pytest.mark.parametrize("name", sorted(OFFICES))
def test_nothing_is_found_in_correct_documents(name: str) -> None:
    assert found_in(OFFICES[name]) == ()


@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: f"{wrong.rule}: {wrong.what}")
def test_what_is_wrong_is_found(wrong: Wrong) -> None:
    assert wrong.rule in found_in(wrong.office)


@pytest.mark.slow
@pytest.mark.parametrize(("at", "wrong"), list(enumerate(WRONG)), ids=lambda value: getattr(value, "what", str(value)))
def test_what_one_click_can_mend_is_mended_in_strict_files_too(at: int, wrong: Wrong) -> None:
    """Every second one is a Strict file, and stays one."""
    office = replace(wrong.office, strict=wrong.office.strict or at % 2 == 0)
    faulty = office.docx()
    before = check(faulty, day=DAY).findings
    mended = mend(faulty, day=DAY)
    left = {finding.rule for finding in mended.left.findings}
    assert left <= {finding.rule for finding in before}, "mending made a fault"
    if any(finding.rule == wrong.rule and finding.edits for finding in before):
        assert wrong.rule in {finding.rule for finding in mended.done} - left
    with zipfile.ZipFile(io.BytesIO(mended.docx)) as archive:
        assert (b"http://purl.oclc.org/ooxml/wordprocessingml" in archive.read("word/document.xml")) is office.strict


def test_a_fault_lays_few_others_bare() -> None:
    alone = sum(len(set(found_in(wrong.office))) == 1 for wrong in WRONG)
    assert alone >= 0.85 * len(WRONG)


def test_the_table_names_rules_and_is_long_enough() -> None:
    assert {wrong.rule for wrong in WRONG} <= set(RULES)
    assert len(WRONG) >= 150

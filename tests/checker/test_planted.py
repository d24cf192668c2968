"""Nothing in what is right, each planted fault in what is not."""

from collections import Counter
from dataclasses import replace
from datetime import date
from functools import cache

import pytest

from templates.catalogue import KINDS
from templates.checker.check import check
from templates.checker.mending import mend
from templates.checker.model import Report
from templates.checker.rules import RULES
from templates.checker.words import kinds
from templates.docx import fill
from tests.checker.correct import CORRECT
from tests.checker.makers import make
from tests.checker.offices_planted import WRONG
from tests.checker.planted import PLANTED, Planted
from tests.checker.planted_below import BELOW
from tests.checker.planting import drop
from tests.templates.samples import COMMUNE, DEPARTMENT, draft, with_annexes

DAY = date(2026, 11, 24)
ALL = (*PLANTED, *BELOW)


def rules_of(report: Report) -> list[str]:
    return [finding.rule for finding in report.findings]


@cache
def planted(plan: Planted) -> bytes:
    paper, manner = CORRECT[plan.base]
    return make(paper, manner, plan.change)


@cache
def found_in(plan: Planted) -> tuple[str, ...]:
    return tuple(rules_of(check(planted(plan), day=DAY)))


def name_of(plan: Planted) -> str:
    return f"{plan.rule}@{plan.base}"


@pytest.mark.parametrize("letterhead", [COMMUNE, DEPARTMENT], ids=["commune", "department"])
@pytest.mark.parametrize("kind", sorted(KINDS))
def test_nothing_is_found_in_our_own_documents(kind: str, letterhead: object) -> None:
    made = fill(draft(kind, letterhead=COMMUNE if letterhead is COMMUNE else DEPARTMENT))
    report = check(made, day=DAY)
    assert report.kind == kind
    assert rules_of(report) == []


@pytest.mark.parametrize("kind", ["KH", "QĐ"])
def test_nothing_is_found_in_our_annexes(kind: str) -> None:
    assert rules_of(check(fill(draft(kind, values=with_annexes()[kind])), day=DAY)) == []


@pytest.mark.parametrize("name", sorted(CORRECT))
def test_nothing_is_found_in_correct_documents(name: str) -> None:
    assert rules_of(check(make(*CORRECT[name]), day=DAY)) == []


def test_parties_named_in_the_text_are_not_the_foot() -> None:
    paper, manner = CORRECT["contract"]
    short = replace(paper, body=(paper.body[0], "BÊN A", paper.body[-1]), recipients=())
    whole = make(short, replace(manner, layout="tabs"), drop("Nơi nhận:"))
    assert "6.end.missing" not in rules_of(check(whole, day=DAY))


def test_the_checker_knows_all_kinds_of_article_7() -> None:
    known = kinds().values()
    assert len(known) == 29
    assert {name for code, name, short in known if short is None} == {"Công văn", "Thư công"}


def test_there_are_enough_of_both() -> None:
    assert len(CORRECT) >= 20
    assert len({(plan.rule, plan.base) for plan in ALL}) >= 150
    assert {plan.rule for plan in ALL} <= set(RULES)
    singles = {code for code, rule in RULES.items() if not rule.fault}
    only_in_pdf = {"4.same_line", "9b.level", "font.unembedded"}
    planted_rules = {plan.rule for plan in ALL} | {wrong.rule for wrong in WRONG}
    assert singles - planted_rules <= only_in_pdf | {"6.clause.slant"}


@pytest.mark.parametrize("plan", ALL, ids=name_of)
def test_a_planted_fault_is_found(plan: Planted) -> None:
    assert plan.rule in found_in(plan)


def test_a_fault_is_told_alone() -> None:
    """A fault may lay bare others (a date written as digits is no date), but few."""
    others = Counter(len(set(found_in(plan))) - 1 for plan in ALL)
    assert others[0] >= 0.75 * len(ALL), others
    assert max(others) <= 8


@pytest.mark.slow
@pytest.mark.parametrize("plan", ALL, ids=name_of)
def test_what_one_click_can_mend_is_mended_and_nothing_new_appears(plan: Planted) -> None:
    faulty = planted(plan)
    before = check(faulty, day=DAY)
    able = {finding.rule for finding in before.findings if finding.edits}
    mended = mend(faulty, day=DAY)
    left = rules_of(mended.left)
    if plan.rule in able:
        assert plan.rule in {finding.rule for finding in mended.done}
        assert plan.rule not in left
    assert set(left) <= set(rules_of(before)), "mending made a fault"


def test_rules_hold_from_their_day_on() -> None:
    paper, manner = CORRECT[ALL[0].base]
    faulty = make(paper, manner, ALL[0].change)
    assert rules_of(check(faulty, day=date(2020, 3, 4))) == []

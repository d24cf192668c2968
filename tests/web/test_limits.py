"""So many requests a minute and no more: one count for all processes, an answer that says how long to wait."""

from datetime import timedelta

import pytest

from docservice.core.limits import Limits, TooManyRequests
from tests.core.node import Core
from tests.node import Office
from tests.web.conftest import Enter, Visitor


def taken(limits: Limits, key: str, *, most: int, tries: int) -> int:
    refused: list[TooManyRequests] = []
    for _ in range(tries):
        try:
            limits.take(key, most=most)
        except TooManyRequests as error:
            refused.append(error)
    assert all(1 <= (error.retry_after or 0) <= 61 for error in refused)
    return tries - len(refused)


def test_processes_share_one_allowance_and_a_minute_later_there_is_another(core: Core) -> None:
    here, there = Limits(core.transactions), Limits(core.transactions)
    both = taken(here, "person:a", most=100, tries=80) + taken(there, "person:a", most=100, tries=80)
    # What is left of a block (a twentieth) is lost; a process that comes later has one block on credit, and no more.
    assert 90 <= both <= 100
    assert taken(Limits(core.transactions), "person:a", most=100, tries=80) == 5
    assert taken(here, "person:b", most=100, tries=5) == 5
    core.clock.move(timedelta(minutes=1))
    assert taken(here, "person:a", most=100, tries=10) == 10


@pytest.fixture
def strict(office: Office, app: object, enter: Enter) -> Visitor:
    return enter("c.clerk")


def test_too_many_are_told_to_wait(office: Office, strict: Visitor) -> None:
    answers = [strict.get("/account") for _ in range(office.node.settings.requests_per_minute // 20 + 5)]
    assert {answer.status_code for answer in answers} == {200}
    key = f"person:{who_is(office)}"
    taken(Limits(office.node.transactions), key, most=office.node.settings.requests_per_minute, tries=1200)
    refused = next(a for a in (strict.get("/account") for _ in range(61)) if a.status_code != 200)
    assert refused.status_code == 429
    assert 1 <= int(refused.headers["Retry-After"]) <= 61
    assert "quá nhiều yêu cầu" in refused.text


def who_is(office: Office) -> object:
    with office.reading("c.clerk") as reading:
        return reading.actor.person_id

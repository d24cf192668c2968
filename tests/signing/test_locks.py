"""A lock leaves open what may come later, whatever the order of those who sign side by side."""

import pytest

from signing.errors import SlotWrong
from signing.locks import ISSUED, JOINT, MINUTES, left_open, routing


def test_one_leader_then_the_number_then_the_seal() -> None:
    assert left_open(ISSUED) == {
        "leader": ("number", "date", "agency"),
        "number": ("date", "agency"),
        "date": ("number", "agency"),
        "agency": (),
    }


def test_who_may_be_before_or_after_stays_open() -> None:
    assert left_open(MINUTES)["chair"] == ("secretary", "number", "date", "agency")
    assert left_open(MINUTES)["secretary"] == ("chair", "number", "date", "agency")
    assert left_open(routing((1, 1, 1)))["person2"] == ("person1", "person3")
    assert left_open(routing((1, 2, 2, 3))) == {
        "person1": ("person2", "person3", "person4"),
        "person2": ("person3", "person4"),
        "person3": ("person2", "person4"),
        "person4": (),
    }


def test_the_sides_of_a_joint_document_leave_one_another_open() -> None:
    assert left_open(JOINT)["agencyA"] == ("leaderB", "numberB", "dateB", "agencyB")


@pytest.mark.parametrize("order", [{"a": ("b",)}, {"a": ("a",)}, {"a": ("b",), "b": ("a",)}])
def test_an_order_without_a_beginning(order: dict[str, tuple[str, ...]]) -> None:
    with pytest.raises(SlotWrong):
        left_open(order)

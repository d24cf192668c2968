"""Which fields each signature leaves open, from nothing but what must come before what.

Every signature locks all fields but those that may still be filled after it (FieldMDP, ISO 32000-2, 12.8.2.4). A lock
is fixed before the first signature, while the order is often free: two agencies of a joint document, everybody on a
routing slip. So a field leaves open whatever is not sure to be done when it is signed.
"""

from collections.abc import Collection, Mapping, Sequence

from signing.errors import SlotWrong

Order = Mapping[str, Collection[str]]

# One leader, then number and date, then the agency's seal.
ISSUED: Order = {"leader": (), "number": ("leader",), "date": ("leader",), "agency": ("number", "date")}
# Biên bản: the secretary and the chair in either order, no number before both have signed.
MINUTES: Order = {
    "secretary": (),
    "chair": (),
    "number": ("secretary", "chair"),
    "date": ("secretary", "chair"),
    "agency": ("number", "date"),
}
# A joint document or a contract: each side signs, numbers and seals its own, in any order between the sides.
JOINT: Order = {
    field + side: tuple(before + side for before in befores) for side in "AB" for field, befores in ISSUED.items()
}


def routing(turns: Sequence[int]) -> Order:
    """A routing slip (phiếu trình): a person for each turn, no seal; fields are `person1`, `person2`...

    A smaller turn signs before a greater one, equal turns in any order.
    """
    return {
        f"person{number}": tuple(f"person{other}" for other, earlier in enumerate(turns, 1) if earlier < turn)
        for number, turn in enumerate(turns, 1)
    }


def left_open(order: Order) -> dict[str, tuple[str, ...]]:
    """For each field those that may still be filled after it; raises `SlotWrong` for an order that has no beginning."""
    done = {field: _before(order, field) for field in order}
    return {field: tuple(other for other in order if other not in {field, *done[field]}) for field in order}


def _before(order: Order, field: str) -> set[str]:
    """Everything that is sure to be done when the field is filled."""
    done: set[str] = set()
    waiting = [field]
    while waiting:
        for before in order.get(waiting.pop(), ()):
            if before not in order or before == field:
                raise SlotWrong("slot_order_wrong", field=field)
            if before not in done:
                done.add(before)
                waiting.append(before)
    return done

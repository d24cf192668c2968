"""In which capacities people sign, as data: what stands before what, and how far each reaches (article 13)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from templates.catalogue import DECREE, IN_FORCE


@dataclass(frozen=True)
class SigningCapacity:
    """`prefix` stands before what `needs` names: a collective or the head's title; the signer's own title follows.

    `posts` are the roles of the posts it may be given to: head, deputy, or the head of a unit below. `ends` says that
    it is given for a time only, `limited` that it is given for named kinds only, and `passed_on` that whoever has it
    may let the deputy of the own unit sign once more (TL. with KT. below it).
    """

    code: str
    prefix: str
    needs: tuple[str, ...]
    posts: tuple[str, ...]
    ends: bool
    limited: bool
    passed_on: bool
    legal_basis: str
    valid_from: date = IN_FORCE
    valid_to: date | None = None


_HEAD, _DEPUTY = ("leader",), ("deputy",)
# A unit's head checks the content of its drafts, the head of the office their form.
_UNIT_HEADS = ("unit_head", "form_checker")
_BASIS = f"{DECREE}, Điều 13; Phụ lục I, phần I, mục II.7"

CAPACITIES: Mapping[str, SigningCapacity] = {
    capacity.code: capacity
    for capacity in (
        SigningCapacity("none", "", (), _HEAD, ends=False, limited=False, passed_on=False, legal_basis=_BASIS),
        SigningCapacity(
            "TM", "TM.", ("collective",), _HEAD, ends=False, limited=False, passed_on=False, legal_basis=_BASIS
        ),
        SigningCapacity(
            "KT", "KT.", ("head_title",), _DEPUTY, ends=False, limited=False, passed_on=False, legal_basis=_BASIS
        ),
        SigningCapacity(
            "TL", "TL.", ("head_title",), _UNIT_HEADS, ends=False, limited=False, passed_on=True, legal_basis=_BASIS
        ),
        SigningCapacity(
            "TUQ", "TUQ.", ("head_title",), _UNIT_HEADS, ends=True, limited=True, passed_on=False, legal_basis=_BASIS
        ),
    )
}
# Of a tenure, not of an authority: who is appointed acting head signs as the head with this before the title.
ACTING_PREFIX = "Q."


_DEPUTY_TITLE = re.compile(r"phó\b", re.IGNORECASE)


def is_deputy(title: str) -> bool:
    """Whether a title is a deputy's: whoever has TL. lets the own deputy sign in turn, nobody else (article 13.4)."""
    return _DEPUTY_TITLE.match(title.strip()) is not None


def capacity_on(code: str, day: date) -> SigningCapacity | None:
    """The capacity with this code that is in force on a day."""
    capacity = CAPACITIES.get(code)
    if capacity is None or day < capacity.valid_from or (capacity.valid_to is not None and day > capacity.valid_to):
        return None
    return capacity

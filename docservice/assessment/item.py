"""What is said of one point of Annex VI, and how far it is answered."""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """How far the product answers an item; what is not `MET` says what is missing."""

    MET = "met"
    PARTLY = "partly"
    NOT = "not"


@dataclass(frozen=True)
class Item:
    """`code` is the annex's own numbering (part, section, point); places are files or pages, tests are pytest ids."""

    code: str
    text: str
    state: State
    places: tuple[str, ...] = ()
    tests: tuple[str, ...] = ()
    missing: str = ""


MET, PARTLY, NOT = State.MET, State.PARTLY, State.NOT

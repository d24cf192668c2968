"""A signature below the one that is wanted does not hold: said before the button is pressed, with what to do next."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

from docservice.documents.models import Document, Version
from docservice.documents.status import Verb
from docservice.signatures.obstacles import Obstacle, expected

_BY_PERSON = frozenset({Verb.SIGN_IN_TURN, Verb.COUNTERSIGN, Verb.APPROVE_AND_SIGN, Verb.SIGN})
# A number that is given cannot be taken back, so the clerk reads it before.
_BY_AGENCY = frozenset({Verb.NUMBER, Verb.SEAL})


def lead_to_signature(acts: AbstractSet[Verb]) -> bool:
    """Whether one of these acts makes a signature, or cannot be taken back before the next one."""
    return bool(acts & (_BY_PERSON | _BY_AGENCY))


def obstacle_to(
    document: Document, acts: AbstractSet[Verb], versions: Sequence[Version], facts: Mapping[str, Any] | None
) -> Obstacle | None:
    """What of the newest verdict (`newest_facts`) stands against the signature that the actor may make or prepare."""
    # A copy the agency made is sealed whatever became of the signatures of its original.
    if document.copy_of_id is not None or not lead_to_signature(acts):
        return None
    return expected(facts, versions, by_person=not acts & _BY_AGENCY)

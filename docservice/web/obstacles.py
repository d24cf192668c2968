"""A signature below the one that is wanted does not hold: said before the button is pressed, with what to do next."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from docservice.core.work import Reading
from docservice.documents.models import Document, Version
from docservice.documents.status import Verb
from docservice.signatures.obstacles import Obstacle, expected

_BY_PERSON = frozenset({Verb.SIGN_IN_TURN, Verb.COUNTERSIGN, Verb.APPROVE_AND_SIGN, Verb.SIGN})
# A number that is given cannot be taken back, so the clerk reads it before.
_BY_AGENCY = frozenset({Verb.NUMBER, Verb.SEAL})


def obstacle_to(
    reading: Reading, document: Document, acts: AbstractSet[Verb], versions: Sequence[Version]
) -> Obstacle | None:
    """What is known to stand against the signature that the actor may make or prepare now."""
    # A copy the agency made is sealed whatever became of the signatures of its original.
    if document.copy_of_id is not None or not acts & (_BY_PERSON | _BY_AGENCY):
        return None
    return expected(reading, versions, by_person=not acts & _BY_AGENCY)

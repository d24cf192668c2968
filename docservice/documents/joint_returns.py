"""What the other side of a joint document sends back: whether it is the file that is awaited here, and now.

A file that was called back, changed since or completed already may still come, late or twice, and a third agency may
hold a copy: none of them may take the place of the file the own document has now.
"""

from docservice.core.errors import DocError
from docservice.core.work import Reading
from docservice.documents import joint, queries
from docservice.documents.errors import ReturnedFileIncomplete, ReturnedFileLate, ReturnedFileOther
from docservice.documents.models import Document, JointFile, Stage
from docservice.documents.status import Status

AWAITED = frozenset({Status.WITH_PARTNER, Status.CALLING_BACK})


def returned_to(reading: Reading, arrival: Document) -> Document | None:
    """The own joint document an arrival is the return of; None for everything else, another joint document too."""
    own, places = joint.own_of(reading, arrival), joint.places_of(reading, arrival.id)
    if own is None or own.side is None or places is None:
        return None
    # A file that another agency drafted leaves all places of side B open, for this agency.
    is_drafted_there = joint.own_fields(joint.PARTNER) <= set(places.open_fields)
    return own if places.continues_sha256 is not None or not is_drafted_there else None


def return_fault(reading: Reading, arrival: Document) -> DocError | None:
    """Why a returned file is not the one that is awaited; None where it is, and for what is no return."""
    own, places = returned_to(reading, arrival), joint.places_of(reading, arrival.id)
    if own is None or own.side is None or places is None:
        return None
    if places.continues_sha256 is None or arrival.origin_code not in own.receiver_codes[:1]:
        return ReturnedFileOther()
    if joint.own_fields(joint.other_side(own.side)) & set(places.open_fields):
        return ReturnedFileIncomplete()
    return None if _is_awaited(reading, own, places) else ReturnedFileLate()


def _is_awaited(reading: Reading, own: Document, places: JointFile) -> bool:
    """Whether the file goes on from the one that lies there, and the own document still waits for it."""
    if own.status in AWAITED:
        newest = queries.latest_version(reading, own.id)
        return newest is not None and newest.sha256 == places.continues_sha256
    if own.status != Status.RELEASED or own.partner_signed_at is not None or places.open_fields:
        return False
    sealed = {version.sha256 for version in queries.versions(reading, own.id) if version.stage == Stage.SEALED}
    return places.continues_sha256 in sealed

"""What the security officer does with something held in intake: release it after a look at the paper, or wipe it.

The officer sees sender, size and time, never a subject: the file itself is looked at where it came from.
"""

from uuid import UUID

from sqlalchemy import select

from docservice.core.errors import NotAllowed
from docservice.core.intake import IntakeItem
from docservice.core.lanes import intake_lane
from docservice.core.work import Reading, Work
from docservice.exchange.errors import NothingHeld
from docservice.identity.models import Role


def held_items(reading: Reading) -> list[IntakeItem]:
    """What is held for the acting officer's agency, oldest first."""
    _officer(reading)
    return list(
        reading.session.scalars(
            select(IntakeItem)
            .where(
                IntakeItem.agency_id == reading.actor.agency_id,
                IntakeItem.held_at.is_not(None),
                IntakeItem.closed_at.is_(None),
            )
            .order_by(IntakeItem.received_at)
        )
    )


def release_held(work: Work, *, item_id: UUID) -> None:
    """Let a false alarm go on: it is examined again, its stamp-like line accepted."""
    item = _held(work, item_id)
    item.held_at = None
    item.released_at = work.now
    work.note("release_intake", item.id, sender=item.sender, size=item.size)
    work.later("exchange.examine", lane=intake_lane(item.id), item_id=item.id)


def wipe_held(work: Work, *, item_id: UUID) -> None:
    """Delete what must not be here. The item keeps sender, size and time; the sender is told, where it can be read.

    That leaves a parcel without a document (DocumentId, sender's code and name), a receipt and the status packet sent.
    """
    close_held(work, _held(work, item_id), outcome="wiped")


def close_held(work: Work, item: IntakeItem, *, outcome: str) -> None:
    """Close what was held without letting it in; a job tells its sender, if it can be read, and deletes it."""
    item.closed_at = work.now
    item.outcome = outcome
    work.note("wipe_intake", item.id, sender=item.sender, size=item.size)
    work.later("exchange.refuse_held", lane=intake_lane(item.id), item_id=item.id)


def _held(work: Work, item_id: UUID) -> IntakeItem:
    found = next((item for item in held_items(work) if item.id == item_id), None)
    if found is None:
        raise NothingHeld
    return found


def _officer(reading: Reading) -> None:
    if reading.actor.role != Role.SECURITY_OFFICER:
        raise NotAllowed

"""Lanes: jobs of one lane run one after another, in the order they were promised (`docservice.core.outbox`)."""

from uuid import UUID


def document_lane(document_id: UUID | str) -> str:
    """Everything that is written to one document's file or signatures."""
    return f"document:{document_id}"


def parcel_lane(parcel_id: UUID | str) -> str:
    """What one parcel sends and reports."""
    return f"parcel:{parcel_id}"


def intake_lane(item_id: UUID | str) -> str:
    """What is done with one message that came in."""
    return f"intake:{item_id}"

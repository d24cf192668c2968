"""Reads of parcels and of the statuses that travelled."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import bindparam, func, select

from docservice.core.work import Reading, Work
from docservice.documents.models import Document
from docservice.exchange.models import Parcel, Receipt, Way


@dataclass(frozen=True)
class ParcelState:
    """A parcel with the statuses known of it, in the order they were given."""

    parcel: Parcel
    receipts: tuple[Receipt, ...]


_PARCELS = (
    select(Parcel, Receipt)
    .outerjoin(Receipt, Receipt.parcel_id == Parcel.id)
    .where(Parcel.document_id == bindparam("document_id"))
    .order_by(Parcel.id, Receipt.at, Receipt.code)
)


def parcels_of(reading: Reading, document_id: UUID) -> list[ParcelState]:
    """The parcels of a document the caller may see already, oldest first."""
    found: dict[Parcel, list[Receipt]] = {}
    for parcel, receipt in reading.session.execute(_PARCELS, {"document_id": document_id}):
        found.setdefault(parcel, []).extend([receipt] if receipt else [])
    return [ParcelState(parcel, tuple(receipts)) for parcel, receipts in found.items()]


def incoming_parcel(reading: Reading, document_id: UUID) -> Parcel | None:
    """The parcel an incoming document came in; None for one that came on paper."""
    return reading.session.scalars(
        select(Parcel).where(Parcel.document_id == document_id, Parcel.way == Way.IN)
    ).one_or_none()


def partners(reading: Reading, *, agency_id: UUID) -> list[tuple[str, str]]:
    """Code and name of whoever has sent parcels to this agency, the name as it came last."""
    found = reading.session.execute(
        select(Parcel.from_code, Parcel.partner_name)
        .where(Parcel.agency_id == agency_id, Parcel.way == Way.IN)
        .group_by(Parcel.from_code, Parcel.partner_name)
        .order_by(func.max(Parcel.created_at))
    )
    return list({row.from_code: row.partner_name for row in found}.items())


def received_before(work: Work, *, agency_id: UUID, from_code: str, to_code: str, message_id: str) -> Parcel | None:
    """The parcel of this sender and message id that came in before, held to the end of the transaction.

    What is sent again and what calls it back may come at the same moment: the second sees what the first has made.
    """
    wanted = select(Parcel).where(
        Parcel.agency_id == agency_id,
        Parcel.way == Way.IN,
        Parcel.from_code == from_code,
        Parcel.to_code == to_code,
        Parcel.message_id == message_id,
    )
    held = wanted.with_for_update(key_share=True).execution_options(populate_existing=True)
    return work.session.scalars(held).one_or_none()


def sent_parcel(reading: Reading, *, agency_id: UUID, to_code: str, message_id: str) -> Parcel | None:
    """The parcel we sent that a status speaks of."""
    return reading.session.scalars(
        select(Parcel).where(
            Parcel.agency_id == agency_id,
            Parcel.way == Way.OUT,
            Parcel.to_code == to_code,
            Parcel.message_id == message_id,
        )
    ).one_or_none()


def newest_sent(reading: Reading, document_id: UUID) -> Parcel | None:
    """The parcel a document was sent in last."""
    wanted = select(Parcel).where(Parcel.document_id == document_id, Parcel.way == Way.OUT)
    return reading.session.scalars(wanted.order_by(Parcel.id.desc()).limit(1)).one_or_none()


def other_end(parcel: Parcel) -> str:
    """The code of whoever sent us a parcel, or whom we sent it to."""
    return parcel.from_code if parcel.way == Way.IN else parcel.to_code


def own_document_sent_as(reading: Reading, *, agency_id: UUID, message_id: str) -> Document | None:
    """The own outgoing document that travelled under this DocumentId; an answer names it so."""
    return reading.session.scalars(
        select(Document)
        .join(Parcel, Parcel.document_id == Document.id)
        .where(Parcel.agency_id == agency_id, Parcel.way == Way.OUT, Parcel.message_id == message_id)
        .limit(1)
    ).one_or_none()


def has_receipt(reading: Reading, parcel_id: UUID, code: str) -> bool:
    """Whether this status of the parcel is known already."""
    known = select(Receipt.id).where(Receipt.parcel_id == parcel_id, Receipt.code == code)
    return reading.session.scalar(known) is not None

"""Sending parcels and reporting what became of them: rows and promises; the carrying is done by jobs."""

from uuid import UUID

from sqlalchemy import select

from docservice.core.ids import new_id
from docservice.core.lanes import parcel_lane
from docservice.core.work import Work
from docservice.documents import queries as documents
from docservice.documents.catalogue import Catalogue
from docservice.documents.events import (
    CallBackAsked,
    DocumentCompleted,
    DocumentDirected,
    DocumentRefused,
    DocumentRegistered,
    DocumentReleased,
    DocumentStarted,
    SentToPartner,
)
from docservice.documents.models import Document
from docservice.exchange import queries
from docservice.exchange.edxml import format_document_id
from docservice.exchange.models import Parcel, Receipt, Way
from docservice.identity import queries as identity
from docservice.identity.models import Agency

ARRIVED, REFUSED, RECEIVED, ASSIGNED, WORKING, FINISHED = "01", "02", "03", "04", "05", "06"
CALL_BACK, GIVEN_BACK, NOT_GIVEN_BACK = "13", "15", "16"


def send_parcels(work: Work, event: DocumentReleased) -> None:
    """One parcel to each receiver of a released document."""
    document = documents.get(work, event.document_id)
    sender = identity.agency(work, document.agency_id)
    if document.issued_on is None or document.notation is None:
        raise ValueError("a released document has a number and a date")
    message_id = format_document_id(sender.code, document.issued_on, document.notation)
    for code in dict.fromkeys(document.receiver_codes):
        _send(work, document, sender, to_code=code, message_id=message_id)


def send_for_signature(work: Work, event: SentToPartner) -> None:
    """A parcel to the other side of a joint document; it has no number yet, so each sending has an id of its own."""
    document = documents.get(work, event.document_id)
    sender = identity.agency(work, document.agency_id)
    _send(work, document, sender, to_code=document.receiver_codes[0], message_id=str(new_id()))


def _send(work: Work, document: Document, sender: Agency, *, to_code: str, message_id: str) -> None:
    receiver = identity.agency_by_code(work, to_code)
    parcel = Parcel(
        id=new_id(),
        agency_id=sender.id,
        way=Way.OUT,
        document_id=document.id,
        message_id=message_id,
        from_code=sender.code,
        to_code=to_code,
        partner_name=receiver.name if receiver else work.ports[Catalogue].name_of(to_code) or to_code,
        created_at=work.now,
    )
    work.session.add(parcel)
    work.session.flush()
    work.note("send", document.id, to=to_code, message_id=message_id)
    work.later("exchange.deliver", lane=parcel_lane(parcel.id), parcel_id=parcel.id)


def ask_back(work: Work, event: CallBackAsked) -> None:
    """Ask the receiver of the newest parcel to give the document back (status 13)."""
    parcel = queries.newest_sent(work, event.document_id)
    if parcel is not None:
        report_parcel(work, parcel, CALL_BACK, event.reason)


def report_registered(work: Work, event: DocumentRegistered) -> None:
    report(work, event.document_id, RECEIVED, f"Đã tiếp nhận, vào sổ văn bản đến số {event.arrival_number}")


def report_refused(work: Work, event: DocumentRefused) -> None:
    report(work, event.document_id, REFUSED, event.reason)


def report_directed(work: Work, event: DocumentDirected) -> None:
    report(work, event.document_id, ASSIGNED, "Lãnh đạo đã phân công xử lý")


def report_started(work: Work, event: DocumentStarted) -> None:
    report(work, event.document_id, WORKING, "Đang xử lý")


def report_completed(work: Work, event: DocumentCompleted) -> None:
    report(work, event.document_id, FINISHED, "Đã hoàn thành xử lý")


def report(work: Work, document_id: UUID, code: str, description: str) -> None:
    """Tell the sender what became of the parcel, once for each status; a document on paper has no one to tell."""
    parcel = queries.incoming_parcel(work, document_id)
    if parcel is not None:
        report_parcel(work, parcel, code, description)


def report_parcel(work: Work, parcel: Parcel, code: str, description: str) -> None:
    """Add the receipt and promise its delivery; the lane keeps the statuses of a parcel in order.

    Each status is told once, and once more where what was refused came again and has the same status: its receipt
    then says the newer.
    """
    wanted = select(Receipt).where(Receipt.parcel_id == parcel.id, Receipt.code == code)
    receipt = work.session.scalars(wanted).one_or_none()
    if receipt is None:
        receipt = Receipt(id=new_id(), parcel_id=parcel.id, code=code)
        work.session.add(receipt)
    elif parcel.way == Way.OUT or parcel.carried_at is None or parcel.carried_at <= receipt.at:
        return
    receipt.description, receipt.at, receipt.carried_at = description[:500], work.now, None
    work.session.flush()
    work.note("report", parcel.document_id or parcel.id, code=code, to=queries.other_end(parcel))
    work.later("exchange.report", lane=parcel_lane(parcel.id), receipt_id=receipt.id)

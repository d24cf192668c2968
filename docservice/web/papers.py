"""Papers to print and bind: volumes of the register books, and the slip that shows where a document went."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from docservice.core.clock import VIETNAM
from docservice.core.errors import NotFound
from docservice.core.words import say
from docservice.core.work import Reading
from docservice.documents import numbering, queries, registers
from docservice.documents.models import Document
from docservice.documents.numbering import INCOMING
from docservice.edge import InVisit, permit
from docservice.exchange import queries as exchange
from docservice.exchange.models import Way
from docservice.identity import queries as identity
from docservice.web import labels, shell
from templates.book_paper import BookLine, BookVolume, book_paper
from templates.tracking_paper import TrackedParcel, TrackedReceipt, Tracking, tracking_paper

router = APIRouter()
READERS = tuple(sorted(labels.BOOK_READERS))


@router.get("/registers/book", dependencies=[permit(*READERS)])
def book(visit: InVisit, year: int, series: str, volume: Annotated[int, Query(ge=1, le=10_000)] = 1) -> Response:
    """One volume of a year's book, oldest line first, with its cover."""
    visit = visit.in_role(*READERS)
    with visit.reading() as reading:
        made = _volume(reading, series, year, volume)
    return shell.pdf(book_paper(made), f"{made.title} {year}, quyển {volume}.pdf")


@router.get("/documents/{document_id}/tracking", dependencies=[permit()])
def tracking(visit: InVisit, document_id: UUID) -> Response:
    """Where an outgoing document was sent, and what each receiver's system has said."""
    visit = visit.on_document(document_id)
    with visit.reading() as reading:
        document = queries.get_visible(reading, document_id)
        made = _tracking(reading, document)
    return shell.pdf(tracking_paper(made), f"Phiếu theo dõi {(document.notation or '').replace('/', '_')}.pdf")


def _volume(reading: Reading, series: str, year: int, volume: int) -> BookVolume:
    found = registers.volume(reading, series=series, year=year, number=volume)
    if not found or reading.actor.agency_id is None:
        raise NotFound
    columns = registers.columns_of(series)
    lines = tuple(
        BookLine(tuple(str(line.columns.get(name, "")) for name in columns), line.cancelled, line.reason or "")
        for line in found
    )
    day = next(at for at, name in enumerate(columns) if name.startswith("Ngày"))
    number = 1 if series == INCOMING else 0
    agency = identity.agency(reading, reading.actor.agency_id)
    return BookVolume(
        superior=tuple(agency.superior_lines),
        issuer=tuple(agency.issuer_lines),
        title=f"Sổ đăng ký {numbering.name_of(series)}",
        year=year,
        volume=volume,
        first=lines[0].cells[number],
        last=lines[-1].cells[number],
        first_day=lines[0].cells[day],
        last_day=lines[-1].cells[day],
        columns=columns,
        lines=lines,
    )


def _tracking(reading: Reading, document: Document) -> Tracking:
    parcels = [state for state in exchange.parcels_of(reading, document.id) if state.parcel.way == Way.OUT]
    if not parcels:
        raise NotFound
    agency = identity.agency(reading, document.agency_id)
    return Tracking(
        superior=tuple(agency.superior_lines),
        issuer=tuple(agency.issuer_lines),
        # A joint document may be with its other side before it has a number.
        document=f"{document.kind_name} số {document.notation} ngày {shell.day(document.issued_on)}"
        if document.issued_on
        else f"{document.title} (chưa có số)",
        subject=document.subject,
        at=f"{reading.now.astimezone(VIETNAM):%H:%M:%S %d/%m/%Y}",
        parcels=tuple(
            TrackedParcel(
                receiver=state.parcel.partner_name,
                code=state.parcel.to_code,
                message_id=state.parcel.message_id,
                sent=shell.moment(state.parcel.created_at),
                receipts=tuple(
                    TrackedReceipt(say(labels.RECEIPTS.get(r.code, r.code), "vi"), r.description, shell.moment(r.at))
                    for r in state.receipts
                ),
            )
            for state in parcels
        ),
    )

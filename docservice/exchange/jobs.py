"""Carrying parcels and statuses out, and collecting what waits: each step may be repeated without harm."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from docservice.core.ids import new_id
from docservice.core.intake import HOLD_FOR, Intake, IntakeItem
from docservice.core.lanes import intake_lane
from docservice.core.runner import JobRun, job
from docservice.core.work import Work
from docservice.documents import storing
from docservice.documents.facts import name_file
from docservice.documents.originals import EDXML
from docservice.exchange import messages
from docservice.exchange.carrier import Carrier
from docservice.exchange.holding import close_held
from docservice.exchange.models import Parcel, Receipt
from docservice.exchange.queries import other_end
from docservice.identity import queries as identity

# A file that no row names may be one whose row is about to be written.
STRANGER_AGE = timedelta(hours=1)


@job("exchange.deliver")
def deliver(run: JobRun, *, parcel_id: UUID) -> None:
    """Compose the edXML message, keep it as it goes, and hand it to the carrier."""
    with run.reading() as reading:
        parcel = reading.session.get_one(Parcel, parcel_id)
        data = messages.compose_document(reading, parcel)
    stored = storing.put(run.ports, data, original=True)
    run.ports[Carrier].send(to_code=parcel.to_code, message_id=parcel.message_id, data=data)
    with run.finish() as work:
        parcel = work.session.get_one(Parcel, parcel_id)
        name_file(work, parcel.agency_id, sha256=stored.key, size=stored.size, media_type=EDXML)
        parcel.original_sha256 = stored.key
        parcel.carried_at = work.now
        work.note("delivered", parcel.document_id or parcel.id, to=parcel.to_code, sha256=stored.key)
        _wake_receiver(work, parcel.to_code)


@job("exchange.report")
def report(run: JobRun, *, receipt_id: UUID) -> None:
    """Send one status to the other end of a parcel."""
    with run.reading() as reading:
        receipt = reading.session.get_one(Receipt, receipt_id)
        parcel = reading.session.get_one(Parcel, receipt.parcel_id)
        data = messages.compose_status(reading, parcel, receipt)
    stored = storing.put(run.ports, data, original=True)
    message_id = f"{parcel.message_id}#{parcel.to_code}#{receipt.code}"
    to_code = other_end(parcel)
    run.ports[Carrier].send(to_code=to_code, message_id=message_id, data=data)
    with run.finish() as work:
        receipt = work.session.get_one(Receipt, receipt_id)
        name_file(work, parcel.agency_id, sha256=stored.key, size=stored.size, media_type=EDXML)
        receipt.original_sha256 = stored.key
        receipt.carried_at = work.now
        _wake_receiver(work, to_code)


@job("exchange.collect_all")
def collect_all(run: JobRun) -> None:
    """Look into every mailbox of this node, and collect where something waits; the clock starts it."""
    with run.reading() as reading:
        mailboxes = {agency.code: agency.id for agency in identity.agencies(reading)}
    waiting = run.ports[Carrier].waiting(mailboxes)
    with run.finish() as work:
        for code in sorted(waiting):
            _collect_later(work, mailboxes[code])


@job("exchange.collect")
def collect(run: JobRun, *, agency_id: UUID) -> None:
    """Move what waits for an agency into its intake, and take it from the carrier only after the row is committed."""
    with run.reading() as reading:
        agency = identity.agency(reading, agency_id)
    carrier, intake = run.ports[Carrier], run.ports[Intake]
    carried = []
    for message in carrier.collect(code=agency.code):
        if len(message.data) > intake.limit_bytes:
            carrier.fail(message.ref, f"larger than {intake.limit_bytes} bytes")
            continue
        intake.keep(agency_id, message.ref, message.data)
        carried.append((message.ref, len(message.data)))
    with run.finish() as work:
        for ref, size in carried:
            _take_in(work, agency_id, ref, size)
    for ref, _ in carried:
        carrier.done(ref)


@job("exchange.clear_intake")
def clear_intake(run: JobRun, *, item_id: UUID) -> None:
    """Delete the bytes of an item that is closed."""
    with run.reading() as reading:
        item = reading.session.get_one(IntakeItem, item_id)
    if item.closed_at is not None:
        run.ports[Intake].wipe(item.agency_id, item.reference)


@job("exchange.sweep_intake")
def sweep_intake(run: JobRun) -> None:
    """Delete files no open row names, nor one wiped within the hour; wipe what was held for a day undecided."""
    with run.finish() as work:
        rows = work.session.scalars(select(IntakeItem).where(IntakeItem.closed_at.is_(None))).all()
        for item in rows:
            if item.held_at is not None and item.held_at + HOLD_FOR <= work.now:
                close_held(work, item, outcome="wiped_after_a_day")
        # What was held and is closed lies here until its sender is told, which may have to be tried again.
        wiped = IntakeItem.held_at.is_not(None) & (IntakeItem.closed_at > work.now - STRANGER_AGE)
        named = [*rows, *work.session.scalars(select(IntakeItem).where(wiped))]
        known = frozenset(Intake.name_of(row.agency_id, row.reference) for row in named)
    run.ports[Intake].drop_strangers(known, older_than=run.now - STRANGER_AGE)


def _take_in(work: Work, agency_id: UUID, reference: str, size: int) -> None:
    known = select(IntakeItem.id).where(IntakeItem.agency_id == agency_id, IntakeItem.reference == reference)
    found = work.session.scalar(known)
    if found is not None:
        # It came again between our commit and the carrier's: the bytes written anew belong to the same row.
        work.later("exchange.clear_intake", item_id=found, lane=intake_lane(found))
        return
    item = IntakeItem(id=new_id(), agency_id=agency_id, reference=reference, size=size, received_at=work.now)
    work.session.add(item)
    work.session.flush()
    work.later("exchange.examine", lane=intake_lane(item.id), item_id=item.id)


def _wake_receiver(work: Work, code: str) -> None:
    receiver = identity.agency_by_code(work, code)
    if receiver is not None:
        _collect_later(work, receiver.id)


def _collect_later(work: Work, agency_id: UUID) -> None:
    work.later("exchange.collect", merge_key=f"exchange.collect:{agency_id}", agency_id=agency_id)

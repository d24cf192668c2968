"""Joint documents that lie with their other side: asked back, given back or not, refused (statuses 13, 15, 16, 02)."""

from sqlalchemy import select

from docservice.core.ids import new_id
from docservice.core.intake import IntakeItem
from docservice.core.work import Work
from docservice.documents import queries as documents
from docservice.documents.status import Verb
from docservice.exchange import queries
from docservice.exchange.errors import CalledBackEarly
from docservice.exchange.messages import StatusArrival
from docservice.exchange.models import Parcel, Receipt, Way
from docservice.exchange.service import GIVEN_BACK, NOT_GIVEN_BACK, REFUSED, report_parcel
from docservice.identity import queries as identity
from docservice.identity.models import Agency
from docservice.workflow import service as workflow

_TOLD = {
    REFUSED: Verb.PARTNER_REFUSED,
    GIVEN_BACK: Verb.CALLED_BACK,
    NOT_GIVEN_BACK: Verb.NOT_CALLED_BACK,
}


def pass_on(work: Work, parcel: Parcel, status: StatusArrival) -> None:
    """What the other side says of a joint file that lies there; only its newest parcel speaks for the document."""
    if parcel.document_id is None or status.code not in _TOLD:
        return
    newest = queries.newest_sent(work, parcel.document_id)
    if newest is not None and newest.id == parcel.id:
        document = documents.get(work, parcel.document_id)
        workflow.partner_answered(work, document, _TOLD[status.code], note=status.description)


def answer_call(work: Work, item: IntakeItem, status: StatusArrival, *, original_sha256: str) -> None:
    """Give back what its sender calls back, or say why not; the call itself is kept with the parcel.

    What nobody knows here, or what is held and never becomes known, is refused: coming later it is a repetition.
    Raises `CalledBackEarly` while the parcel itself may still lie in intake: the call may overtake it.
    """
    own = identity.agency(work, item.agency_id)
    parcel = queries.received_before(
        work, agency_id=own.id, from_code=status.from_code, to_code=own.code, message_id=status.message_id
    )
    if parcel is None:
        others = select(IntakeItem.id).where(
            IntakeItem.agency_id == own.id,
            IntakeItem.id < item.id,
            IntakeItem.closed_at.is_(None),
            IntakeItem.held_at.is_(None),
        )
        if work.session.scalars(others.limit(1)).first() is not None:
            raise CalledBackEarly
        keep_status(work, _refuse_unknown(work, own, status), status, original_sha256=original_sha256)
        return
    keep_status(work, parcel, status, original_sha256=original_sha256)
    arrival = documents.get(work, parcel.document_id) if parcel.document_id else None
    if arrival is None or workflow.give_back(work, arrival, reason=status.description):
        report_parcel(work, parcel, GIVEN_BACK, "Đã trả lại văn bản, chưa ai ký")
    else:
        report_parcel(work, parcel, NOT_GIVEN_BACK, "Không trả lại được: văn bản đã được ký hoặc đã tiếp nhận xử lý")


def _refuse_unknown(work: Work, own: Agency, status: StatusArrival) -> Parcel:
    parcel = Parcel(
        id=new_id(),
        agency_id=own.id,
        way=Way.IN,
        message_id=status.message_id,
        from_code=status.from_code,
        to_code=own.code,
        partner_name=status.from_name,
        created_at=work.now,
        carried_at=work.now,
    )
    work.session.add(parcel)
    work.session.flush()
    report_parcel(work, parcel, REFUSED, "Không có văn bản này ở đây; nếu đến sau, hệ thống sẽ không tiếp nhận")
    return parcel


def keep_status(work: Work, parcel: Parcel, status: StatusArrival, *, original_sha256: str) -> bool:
    """Keep a status with its parcel, where whoever has the document reads it; False when it was told before."""
    if queries.has_receipt(work, parcel.id, status.code):
        return False
    work.session.add(
        Receipt(
            id=new_id(),
            parcel_id=parcel.id,
            code=status.code,
            description=status.description[:500],
            at=status.at,
            original_sha256=original_sha256,
            carried_at=work.now,
        )
    )
    work.note("receipt", parcel.document_id or parcel.id, code=status.code, sender=status.from_code)
    work.session.flush()
    return True

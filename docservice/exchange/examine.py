"""From intake to facts: what came in is read only behind the fence, and leaves intake only when it has passed.

Refused at once, with its bytes wiped: a declared secrecy level. Held for the security officer: a secrecy stamp on
the first page of a file. Refused to the sender with a reason: what is no readable edXML, no safe PDF, or not for us.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from typing import Any
from uuid import UUID

from docservice.core.ids import new_id
from docservice.core.intake import Intake, IntakeItem
from docservice.core.lanes import intake_lane
from docservice.core.runner import JobRun, job
from docservice.core.sandbox import Sandbox
from docservice.core.sandbox_errors import SandboxFailed
from docservice.core.words import N_
from docservice.core.work import Work
from docservice.documents import facts, joint, storing
from docservice.documents.models import Direction, Document, Stage, Urgency
from docservice.documents.originals import EDXML
from docservice.documents.status import Status, Verb
from docservice.exchange import messages, queries
from docservice.exchange import service as exchange
from docservice.exchange.calling_back import answer_call, keep_status, pass_on
from docservice.exchange.edxml import DocumentMessage, EdxmlInvalid, StatusMessage, read_message
from docservice.exchange.messages import Arrival, Attached
from docservice.exchange.models import Parcel, Way
from docservice.identity import queries as identity
from docservice.identity.models import Agency
from docservice.signatures.judging import judge
from signing.errors import SigningError
from signing.gate import examine as examine_pdf
from signing.joint_files import JointPlaces, joint_places
from storage import StoredFile
from templates.catalogue import kind_named
from templates.errors import TemplatesError
from templates.read import secrecy_stamp_in

ACCEPTED = "accepted"
REPEATED = "repeated"
HELD = "secrecy_stamp"
ASKS_FIRST = "Chưa có chữ ký: cơ quan gửi đề nghị cơ quan mình ký trước trên tệp này."
DECLARED_SECRET = "secrecy_declared"  # noqa: S105 - an outcome, not a password
PDF = "application/pdf"

REASONS = {
    "not_for_us": N_("Gói tin gửi nhầm nơi nhận."),
    "no_document": N_("Gói tin không có tệp văn bản PDF."),
    "business_unsupported": N_("Nơi nhận chưa xử lý gói tin thu hồi, cập nhật, thay thế; xin liên hệ văn thư."),
    DECLARED_SECRET: N_("Văn bản khai độ mật: không được gửi qua hệ thống này."),
    "wiped": N_(
        "Bị giữ ở cửa nhận vì trang đầu của một tệp có dấu chỉ độ mật, không vào sổ; tệp đã xóa. Nếu không phải văn "
        "bản mật, xin bỏ dấu rồi gửi lại; văn bản mật không được gửi qua hệ thống này."
    ),
    "wiped_unread": N_("Bị giữ ở cửa nhận vì không đọc được, không vào sổ; tệp đã xóa. Xin gửi lại."),
    "called_back_wiped": N_("Tệp bị giữ ở cửa nhận, không ai mở, không vào sổ; đã xóa theo yêu cầu lấy lại."),
    "hash_differs": N_("Tệp đính kèm “{name}” không đúng mã băm SHA-256 ghi trong gói tin; xin gửi lại."),
    "file": N_("Tệp đính kèm “{name}” không được tiếp nhận ({code})."),
}


class Refused(Exception):
    """The message does not come in; `code` is the outcome, `reason` what its sender reads."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(code)
        self.code = code
        self.reason = reason


class Held(Exception):
    """A secrecy stamp was seen: nothing leaves intake but the fact that something is held."""


@dataclass(frozen=True)
class Examined:
    """What passed: the files in the store, the main document first, the verdict on it, its places if it is joint."""

    arrival: Arrival
    original: StoredFile
    files: tuple[tuple[Attached, StoredFile], ...]
    verdict: dict[str, Any]
    places: JointPlaces | None


@job("exchange.examine")
def examine(run: JobRun, *, item_id: UUID) -> None:
    """Examine one thing in intake and make facts of it."""
    with run.reading() as reading:
        item = reading.session.get_one(IntakeItem, item_id)
        if item.closed_at is not None or item.held_at is not None:
            return
        own = identity.agency(reading, item.agency_id)
    own_code = own.code
    data = run.ports[Intake].read(item.agency_id, item.reference)
    try:
        message = run.ports[Sandbox].run(read_message, data)
    except (EdxmlInvalid, SandboxFailed) as error:
        _refuse_unread(run, item_id, code=error.code)
        return
    if isinstance(message, StatusMessage):
        _take_status(run, item_id, message, data)
        return
    arrival = messages.arrival_of(message)
    try:
        examined = _examine_document(run, message, arrival, data, own, released=item.released_at is not None)
    except Held:
        _hold(run, item_id, arrival)
    except Refused as refused:
        _refuse(run, item_id, arrival, own_code, refused)
    else:
        _accept(run, item_id, examined, own_code)


def _examine_document(
    run: JobRun, message: DocumentMessage, arrival: Arrival, data: bytes, own: Agency, *, released: bool
) -> Examined:
    fault = _fault_of(arrival, own.code)
    if fault is not None:
        raise Refused(fault, REASONS[fault])
    attached = messages.attached_files(message)
    if not attached or attached[0].media_type != PDF:
        raise Refused("no_document", REASONS["no_document"])
    for file in attached:
        if not file.is_as_stated:
            raise Refused("hash_differs", REASONS["hash_differs"].format(name=file.name))
        if file.media_type == PDF:
            stamp = _examine_pdf(run, file)
            if stamp and not released:
                raise Held
    main = attached[0].data
    with _refused_unread(attached[0]):
        verdict = judge(run.transactions, sha256=sha256(main).hexdigest(), pdf=main).facts
    with run.reading() as reading:
        sent = [
            file
            for answered in arrival.answers
            for file in joint.sent_files(
                reading, queries.own_document_sent_as(reading, agency_id=own.id, message_id=answered)
            )
        ]
    with _refused_unread(attached[0]):
        places = run.ports[Sandbox].run(joint_places, main, sent)
    # Only what has passed is written to the store.
    original = storing.put(run.ports, data, original=True)
    files = tuple((file, storing.put(run.ports, file.data, original=True)) for file in attached)
    return Examined(arrival, original, files, verdict, places)


def _fault_of(arrival: Arrival, own_code: str) -> str | None:
    """Why a message does not come in whatever its files are; None when they decide."""
    if arrival.declared_secrecy:
        return DECLARED_SECRET
    if own_code not in arrival.to_codes:
        return "not_for_us"
    # A recall, an update or a replacement acts on a document that is here already: never enter it as a new one.
    return None if arrival.is_new else "business_unsupported"


def _examine_pdf(run: JobRun, file: Attached) -> bool:
    """Run the gate; returns whether the first page carries a secrecy stamp."""
    sandbox = run.ports[Sandbox]
    with _refused_unread(file):
        _, stamp = sandbox.run_both(partial(examine_pdf, file.data), partial(secrecy_stamp_in, file.data))
        return stamp is not None


@contextmanager
def _refused_unread(file: Attached) -> Iterator[None]:
    """A file that cannot be read here is its sender's to mend: it is refused, never tried again."""
    try:
        yield
    except (SigningError, TemplatesError, SandboxFailed) as error:
        raise Refused(error.code, REASONS["file"].format(name=file.name, code=error.code)) from error


def _accept(run: JobRun, item_id: UUID, examined: Examined, own_code: str) -> None:
    arrival = examined.arrival
    with run.finish() as work:
        item = work.session.get_one(IntakeItem, item_id)
        parcel = _take_parcel(work, item.agency_id, arrival, own_code)
        if parcel is None:
            _close(work, item, REPEATED)
            return
        parcel.document_id = _enter_document(work, item.agency_id, examined).id
        facts.name_file(
            work,
            item.agency_id,
            sha256=examined.original.key,
            size=examined.original.size,
            media_type=EDXML,
        )
        parcel.original_sha256 = examined.original.key
        exchange.report_parcel(work, parcel, exchange.ARRIVED, "Đã đến hệ thống, chờ văn thư tiếp nhận")
        _close(work, item, ACCEPTED)


def _enter_document(work: Work, agency_id: UUID, examined: Examined) -> Document:
    arrival = examined.arrival
    answered = _answered(work, agency_id, examined)
    document = Document(
        id=new_id(),
        agency_id=agency_id,
        direction=Direction.INCOMING,
        kind=_kind_code(arrival.kind_name),
        kind_name=arrival.kind_name,
        subject=arrival.subject,
        urgency=Urgency(arrival.urgency),
        created_at=work.now,
        receiver_codes=[],
        answers_id=answered.id if answered else None,
        issued_on=arrival.issued_on,
        origin_code=arrival.from_code,
        origin_name=arrival.from_name,
        origin_notation=arrival.notation or None,
        due=arrival.due,
        status=Status.ARRIVED,
        revision=1,
    )
    work.session.add(document)
    work.session.flush()
    facts.add_step(work, document, Verb.ARRIVE, sender=arrival.from_code, message_id=arrival.message_id)
    (main, stored), *others = examined.files
    version = facts.add_version(
        work, document, stage=Stage.RECEIVED, sha256=stored.key, size=stored.size, verdict=examined.verdict
    )
    if examined.places is not None:
        joint.keep_places(work, version, examined.places)
    for file, kept in others:
        facts.add_attachment(
            work, document, name=file.name, sha256=kept.key, size=kept.size, media_type=file.media_type
        )
    note = None if examined.verdict["passed"] else str(examined.verdict["reason"])
    if joint.asks_first(work, document):
        note = ASKS_FIRST
        if not arrival.is_numbered:
            document.origin_notation, document.issued_on = None, None
    facts.add_step(work, document, Verb.VERIFY, note=note, passed=examined.verdict["passed"], main=main.name)
    return document


def _answered(work: Work, agency_id: UUID, examined: Examined) -> Document | None:
    """The own document a message answers; of several, a joint file answers the one it goes on from, or a joint one."""
    sent_as = (
        queries.own_document_sent_as(work, agency_id=agency_id, message_id=answered_id)
        for answered_id in examined.arrival.answers
    )
    answered = [own for own in sent_as if own is not None]
    places = examined.places
    if places is not None:
        continued = [
            own for own in answered if any(sha256 == places.continues for _, sha256 in joint.sent_files(work, own))
        ]
        answered = [*continued, *(own for own in answered if own.side is not None), *answered]
    return answered[0] if answered else None


def _kind_code(name: str) -> str:
    """The code of a kind by its name; what the catalogue does not know keeps its name as far as it fits."""
    known = kind_named(name)
    return known.code if known else name[:20]


def _take_parcel(work: Work, agency_id: UUID, arrival: Arrival, own_code: str) -> Parcel | None:
    """The parcel a message comes in; None for a repetition.

    What was refused or wiped before may be mended and sent again under its DocumentId, which names the document: its
    parcel is taken up. What was called back meanwhile was answered as not here, and stays away.
    """
    known = queries.received_before(
        work, agency_id=agency_id, from_code=arrival.from_code, to_code=own_code, message_id=arrival.message_id
    )
    if known is None:
        return _enter_parcel(work, agency_id, arrival, own_code)
    if known.document_id is not None or queries.has_receipt(work, known.id, exchange.CALL_BACK):
        return None
    known.partner_name = arrival.from_name
    known.carried_at = work.now
    return known


def _enter_parcel(work: Work, agency_id: UUID, arrival: Arrival, own_code: str) -> Parcel:
    parcel = Parcel(
        id=new_id(),
        agency_id=agency_id,
        way=Way.IN,
        message_id=arrival.message_id,
        from_code=arrival.from_code,
        to_code=own_code,
        partner_name=arrival.from_name,
        created_at=work.now,
        carried_at=work.now,
    )
    work.session.add(parcel)
    work.session.flush()
    return parcel


def _hold(run: JobRun, item_id: UUID, arrival: Arrival) -> None:
    with run.finish() as work:
        item = work.session.get_one(IntakeItem, item_id)
        item.held_at = work.now
        item.sender = arrival.from_code
        item.outcome = HELD
        work.note("hold_intake", item.id, sender=arrival.from_code, size=item.size)


def _refuse(run: JobRun, item_id: UUID, arrival: Arrival, own_code: str, refused: Refused) -> None:
    """Close the item, wipe its bytes and tell the sender why (status 02)."""
    with run.finish() as work:
        item = work.session.get_one(IntakeItem, item_id)
        item.sender = arrival.from_code
        parcel = _take_parcel(work, item.agency_id, arrival, own_code)
        if parcel is not None:
            exchange.report_parcel(work, parcel, exchange.REFUSED, refused.reason)
        _close(work, item, refused.code)


@job("exchange.refuse_held")
def refuse_held(run: JobRun, *, item_id: UUID) -> None:
    """Tell the sender of what was held and is wiped now that it is not here (status 02), then delete it.

    Until now nobody but the officer knew of it. Where its sender had called it back meanwhile, and read then that it
    was not here, the call is answered (15). What could never be read has no sender to tell.

    Raises `SandboxFailed` where only this reading of it failed, so that it is tried again.
    """
    with run.reading() as reading:
        item = reading.session.get_one(IntakeItem, item_id)
        own_code = identity.agency(reading, item.agency_id).code
    try:
        message = run.ports[Sandbox].run(read_message, run.ports[Intake].read(item.agency_id, item.reference))
    except SandboxFailed:
        # Its sender is known: it was read before.
        if item.sender is not None:
            raise
        message = None
    except (EdxmlInvalid, FileNotFoundError):
        message = None
    with run.finish() as work:
        if isinstance(message, DocumentMessage):
            _tell_wiped(work, item, messages.arrival_of(message), own_code)
        work.later("exchange.clear_intake", lane=intake_lane(item_id), item_id=item_id)


def _tell_wiped(work: Work, item: IntakeItem, arrival: Arrival, own_code: str) -> None:
    parcel = _take_parcel(work, item.agency_id, arrival, own_code)
    if parcel is not None:
        reason = REASONS[_fault_of(arrival, own_code) or _wiped_for(item)]
        exchange.report_parcel(work, parcel, exchange.REFUSED, reason)
        return
    known = queries.received_before(
        work, agency_id=item.agency_id, from_code=arrival.from_code, to_code=own_code, message_id=arrival.message_id
    )
    if known is not None and known.document_id is None:
        exchange.report_parcel(work, known, exchange.GIVEN_BACK, REASONS["called_back_wiped"])


def _wiped_for(item: IntakeItem) -> str:
    """The reason a held item was wiped: its stamp, or that it could not be read.

    Its sender is written down when its stamp is seen. What was released then can be held again only as unreadable.
    """
    return "wiped" if item.sender is not None and item.released_at is None else "wiped_unread"


def _refuse_unread(run: JobRun, item_id: UUID, *, code: str) -> None:
    """Hold what nobody can read: its sender is unknown, and somebody may want to look before it is wiped."""
    with run.finish() as work:
        item = work.session.get_one(IntakeItem, item_id)
        item.held_at = work.now
        item.outcome = code
        work.note("hold_intake", item.id, outcome=code, size=item.size)


def _take_status(run: JobRun, item_id: UUID, message: StatusMessage, data: bytes) -> None:
    """Add what a receiver reports about a parcel of ours; twice or out of order changes nothing."""
    status = messages.status_of(message)
    stored = storing.put(run.ports, data, original=True)
    with run.finish() as work:
        item = work.session.get_one(IntakeItem, item_id)
        item.sender = status.from_code
        if status.code == exchange.CALL_BACK:
            facts.name_file(work, item.agency_id, sha256=stored.key, size=stored.size, media_type=EDXML)
            answer_call(work, item, status, original_sha256=stored.key)
            _close(work, item, ACCEPTED)
            return
        parcel = queries.sent_parcel(
            work, agency_id=item.agency_id, to_code=status.from_code, message_id=status.message_id
        )
        if parcel is None:
            _close(work, item, "parcel_unknown")
            return
        facts.name_file(work, item.agency_id, sha256=stored.key, size=stored.size, media_type=EDXML)
        if keep_status(work, parcel, status, original_sha256=stored.key):
            pass_on(work, parcel, status)
        _close(work, item, ACCEPTED)


def _close(work: Work, item: IntakeItem, outcome: str) -> None:
    item.closed_at = work.now
    item.outcome = outcome
    work.note("close_intake", item.id, outcome=outcome, sender=item.sender, size=item.size)
    work.later("exchange.clear_intake", lane=intake_lane(item.id), item_id=item.id)

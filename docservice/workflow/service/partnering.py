"""The side that drafted a joint document, where the other one signs first: sent unsigned, called back, taken back.

From the sending until the file comes back the document is locked by its status. What came back signed cannot be
changed any more: it holds the other agency's word.
"""

from uuid import UUID

from docservice.core.work import Work
from docservice.documents import facts, joint, joint_returns, queries
from docservice.documents.errors import AskedBackAlready, NotAskedBack, ReasonMissing, ReturnedFileLate
from docservice.documents.events import CallBackAsked, DocumentRefused, SentToPartner
from docservice.documents.models import Document, File, Stage
from docservice.documents.status import Status, Verb, after
from docservice.signatures.preserving import preserve_anew
from docservice.workflow.service.step import take


def send_to_partner(work: Work, *, document_id: UUID, note: str | None = None, revision: int | None = None) -> Document:
    """Chuyển cơ quan kia ký trước: the checked file goes out before the own leader signs."""
    document = take(work, document_id, Verb.SEND_TO_PARTNER, revision=revision)
    facts.add_step(work, document, Verb.SEND_TO_PARTNER, note=note)
    work.record(SentToPartner(document.id))
    return document


def call_back(work: Work, *, document_id: UUID, reason: str, revision: int | None = None) -> Document:
    """Lấy lại: the other side is asked once to give it back, and does so unless it has signed.

    Raises `AskedBackAlready`: the second packet would be a repetition of the first.
    """
    document = take(work, document_id, Verb.CALL_BACK, revision=revision)
    if joint.was_asked_back(work, document):
        raise AskedBackAlready
    facts.add_step(work, document, Verb.CALL_BACK, note=reason)
    work.record(CallBackAsked(document.id, reason))
    return document


def stop_waiting(work: Work, *, document_id: UUID, reason: str, revision: int | None = None) -> Document:
    """Thôi chờ: the other side neither answers the call nor sends the file; what comes later is not registered.

    Raises `NotAskedBack`.
    """
    document = take(work, document_id, Verb.STOP_WAITING, revision=revision)
    if not joint.was_asked_back(work, document):
        raise NotAskedBack
    facts.add_step(work, document, Verb.STOP_WAITING, note=reason)
    return document


def partner_answered(work: Work, document: Document, verb: Verb, *, note: str) -> None:
    """What the other side reported of a file that lies with it; out of order or twice changes nothing."""
    queries.lock(work, document.id)
    is_awaited = document.status in joint_returns.AWAITED
    # What was signed here and sent there may be refused until both have signed.
    is_awaited |= document.status == Status.RELEASED and document.side is not None and not document.partner_signed_at
    if is_awaited and after(document.status, verb) is not None:
        facts.add_step(work, document, verb, note=note or None)


def send_back(work: Work, arrival: Document, *, reason: str) -> None:
    """What came back signed is refused here: nothing is awaited any more, and it can be sent anew.

    A file the own document does not wait for is only refused: the awaited one may still lie with the other side.
    """
    own = _held(work, joint_returns.returned_to(work, arrival))
    fault = joint_returns.return_fault(work, arrival)
    if own is None or own.status not in joint_returns.AWAITED or arrival.origin_code not in own.receiver_codes[:1]:
        return
    if not isinstance(fault, ReturnedFileLate):
        note = f"Cơ quan mình đã trả lại tệp cơ quan kia gửi: {reason}"
        facts.add_step(work, own, Verb.PARTNER_REFUSED, note=note)


def take_back(work: Work, arrival: Document) -> None:
    """An arrival just registered may be the own joint file with the other side's part: it becomes its next version.

    The side that signs second goes on signing it; the side that signed first has the whole file now.
    """
    own = _held(work, joint_returns.returned_to(work, arrival))
    version = queries.latest_version(work, arrival.id)
    if own is None or version is None or joint_returns.return_fault(work, arrival) is not None:
        return
    before = queries.latest_version(work, own.id)
    own.partner_signed_at = work.now
    facts.add_version(
        work,
        own,
        stage=Stage.SEALED if own.status == Status.RELEASED else Stage.SUBMITTED,
        sha256=version.sha256,
        size=work.session.get_one(File, (own.agency_id, version.sha256)).size,
        source_sha256=before.source_sha256 if before else None,
        body_sha256=before.body_sha256 if before else None,
        verdict=version.verdict,
    )
    facts.add_step(work, own, Verb.PARTNER_SIGNED, note=arrival.origin_notation)
    preserve_anew(work, own.id)
    facts.add_step(work, arrival, Verb.JOIN, note=own.notation or own.title)


def _held(work: Work, own: Document | None) -> Document | None:
    """The own document as it is now: it may be asked back, or given up, at this very moment."""
    if own is not None:
        queries.lock(work, own.id)
    return own


def refuse_partner(work: Work, document: Document, *, reason: str) -> None:
    """Tell the other side that what it has signed will not be signed here; raises `ReasonMissing`."""
    if not reason.strip():
        raise ReasonMissing
    for arrival in joint.answers_of(work, document.id):
        if arrival.origin_code in document.receiver_codes:
            work.record(DocumentRefused(arrival.id, reason))

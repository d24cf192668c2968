"""The side that drafted a joint document, where the other one signs first: sent unsigned, called back, taken back.

From the sending until the file comes back the document is locked by its status. What came back signed cannot be
changed any more: it holds the other agency's word.
"""

from uuid import UUID

from docservice.core.work import Work
from docservice.documents import facts, joint, queries
from docservice.documents.errors import NotSentUnsigned, ReasonMissing
from docservice.documents.events import CallBackAsked, DocumentRefused, SentToPartner
from docservice.documents.models import Document, File, Stage
from docservice.documents.status import Status, Verb, after
from docservice.signatures.preserving import preserve_anew
from docservice.workflow.service.step import take


def send_to_partner(work: Work, *, document_id: UUID, note: str | None = None, revision: int | None = None) -> Document:
    """Chuyển cơ quan kia ký trước: the checked file goes out before the own leader signs; raises `NotSentUnsigned`."""
    document = take(work, document_id, Verb.SEND_TO_PARTNER, revision=revision)
    if document.side != joint.DRAFTING or document.partner_signed_at is not None:
        raise NotSentUnsigned
    facts.add_step(work, document, Verb.SEND_TO_PARTNER, note=note)
    work.record(SentToPartner(document.id))
    return document


def call_back(work: Work, *, document_id: UUID, reason: str, revision: int | None = None) -> Document:
    """Lấy lại: the other side is asked to give it back, and does so unless it has signed."""
    document = take(work, document_id, Verb.CALL_BACK, revision=revision)
    facts.add_step(work, document, Verb.CALL_BACK, note=reason)
    work.record(CallBackAsked(document.id, reason))
    return document


def partner_answered(work: Work, document: Document, verb: Verb, *, note: str) -> None:
    """What the other side reported of a file that lies with it; out of order or twice changes nothing."""
    if document.status in {Status.WITH_PARTNER, Status.CALLING_BACK} and after(document.status, verb) is not None:
        facts.add_step(work, document, verb, note=note or None)


def take_back(work: Work, arrival: Document) -> None:
    """An arrival just registered may be the own joint file with the other side's part: it becomes its next version.

    The side that signs second goes on signing it; the side that signed first has the whole file now.
    """
    own = joint.own_of(work, arrival)
    places, version = joint.places_of(work, arrival.id), queries.latest_version(work, arrival.id)
    if own is None or own.side is None or places is None or version is None:
        return
    missing = joint.own_fields(joint.other_side(own.side)) & set(places.open_fields)
    if missing or places.continues_sha256 is None or after(own.status, Verb.PARTNER_SIGNED) is None:
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


def refuse_partner(work: Work, document: Document, *, reason: str) -> None:
    """Tell the other side that what it has signed will not be signed here; raises `ReasonMissing`."""
    if not reason.strip():
        raise ReasonMissing
    for arrival in joint.answers_of(work, document.id):
        work.record(DocumentRefused(arrival.id, reason))

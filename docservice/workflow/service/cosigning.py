"""The second side of a joint document: its part of the file that came is checked, signed, numbered and sealed here.

Whether the side that drafted it has signed already makes no difference: the file has a place for each act of each side.
"""

from uuid import UUID

from docservice.core.errors import NotAllowed
from docservice.core.ids import new_id
from docservice.core.lanes import document_lane
from docservice.core.work import Work
from docservice.documents import drafting, facts, joint, joint_signers, queries
from docservice.documents.errors import NotJoint
from docservice.documents.events import DocumentCompleted, DocumentRefused
from docservice.documents.models import Direction, Document, File
from docservice.documents.status import UNSIGNED, Status, Verb, after
from docservice.identity import queries as identity
from docservice.workflow.queries import may_decline
from docservice.workflow.service.step import take
from docservice.workflow.transitions import allowed


def cosign(work: Work, *, document_id: UUID, signer_post_id: UUID) -> Document:
    """Begin the agency's part of an arrived joint document; the same file goes through its checks to its signer.

    Once it is released it goes back to the agency it came from. Raises `NotJoint`, `NoSigningAuthority`, and
    `PrintedSignerOther` or `PrintedCapacityOther` where the pages name somebody else.
    """
    queries.lock(work, document_id)
    arrival = queries.get_visible(work, document_id)
    if not joint.waits_for_us(work, arrival) or joint.begun(work, arrival.id) is not None:
        raise NotJoint
    if work.actor.post_id is None:
        raise NotAllowed
    identity.signing_authority(work, post_id=signer_post_id, kind=arrival.kind)
    document = Document(
        id=new_id(),
        agency_id=arrival.agency_id,
        direction=Direction.OUTGOING,
        kind=arrival.kind,
        kind_name=arrival.kind_name,
        subject=arrival.subject,
        urgency=arrival.urgency,
        created_at=work.now,
        side=joint.PARTNER,
        drafter_post_id=work.actor.post_id,
        unit_id=work.actor.unit_id,
        signer_post_id=signer_post_id,
        receiver_codes=[arrival.origin_code] if arrival.origin_code else [],
        answers_id=arrival.id,
        due=arrival.due,
        status=Status.DRAFT,
        revision=1,
    )
    if not allowed(work.actor, Verb.DRAFT, document, []):
        raise NotAllowed
    remark = require_printed_signer(work, document)
    work.session.add(document)
    work.session.flush()
    note = f"Ký liên tịch văn bản {arrival.origin_notation or arrival.title} của {arrival.origin_name or 'cơ quan kia'}"
    facts.add_step(work, document, Verb.DRAFT, note=note, joint=arrival.id)
    for annex in queries.attachments(work, arrival.id):
        kept = work.session.get_one(File, (arrival.agency_id, annex.sent_sha256))
        facts.add_attachment(
            work, document, name=annex.name, sha256=annex.sent_sha256, size=kept.size, media_type=kept.media_type
        )
    facts.add_step(work, document, Verb.SUBMIT, note=remark)
    work.later("documents.render", lane=document_lane(document.id), document_id=document.id)
    return document


def require_printed_signer(work: Work, document: Document) -> str | None:
    """Check the signer of the agency's part against the pages, whoever holds the post now; a remark or nothing."""
    wanted = joint_signers.printed(work, document)
    if wanted is None:
        return None
    block = drafting.signature_block(work, document)
    return joint_signers.require_printed(wanted, name=block.name, lines=block.lines)


def decline(work: Work, *, document_id: UUID, reason: str, revision: int | None = None) -> Document:
    """Từ chối ký: the other side reads the reason. Raises `NotJoint` once the own part is begun."""
    document = take(work, document_id, Verb.DECLINE, revision=revision)
    if not may_decline(work, document):
        raise NotJoint
    facts.add_step(work, document, Verb.DECLINE, note=reason)
    work.record(DocumentRefused(document.id, reason))
    return document


def finish_arrival(work: Work, document: Document) -> None:
    """The file that came is signed here and on its way back: nobody has anything more to do with the arrival."""
    if document.side != joint.PARTNER or document.answers_id is None:
        return
    queries.lock(work, document.answers_id)
    arrival = queries.get(work, document.answers_id)
    if after(arrival.status, Verb.JOIN) is not None:
        facts.add_step(work, arrival, Verb.JOIN, note=document.notation)
        work.record(DocumentCompleted(arrival.id))


def give_back(work: Work, arrival: Document, *, reason: str) -> bool:
    """The sender calls an unsigned joint file back: it and the part begun of it end here, unless somebody signed.

    Returns whether it was given back; asked again, the answer is the same.
    """
    # The part first, as its release does, which ends the arrival after it.
    begun = joint.begun(work, arrival.id)
    if begun is not None:
        queries.lock(work, begun.id)
    queries.lock(work, arrival.id)
    if arrival.status in {Status.CALLED_BACK, Status.REFUSED}:
        return True
    own = joint.begun(work, arrival.id)
    if own is not None and (begun is None or own.id != begun.id):
        queries.lock(work, own.id)
    if not joint.asks_first(work, arrival) or (own is not None and own.status not in UNSIGNED):
        return False
    if own is not None:
        facts.add_step(work, own, Verb.CALLED_BACK, note=reason)
    facts.add_step(work, arrival, Verb.CALLED_BACK, note=reason)
    return True

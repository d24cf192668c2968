"""The second side of a joint document: its part of the file that came is checked, signed, numbered and sealed here."""

from uuid import UUID

from docservice.core.errors import NotAllowed
from docservice.core.ids import new_id
from docservice.core.work import Work
from docservice.documents import facts, joint, queries
from docservice.documents.errors import NotJoint
from docservice.documents.models import Direction, Document, File
from docservice.documents.status import Status, Verb
from docservice.identity import queries as identity
from docservice.workflow.transitions import allowed


def cosign(work: Work, *, document_id: UUID, signer_post_id: UUID) -> Document:
    """Begin the agency's part of an arrived joint document; the same file goes through its checks to its signer.

    Once it is released it goes back to the agency it came from. Raises `NotJoint`, `NoSigningAuthority`.
    """
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
    work.session.add(document)
    work.session.flush()
    note = f"Ký liên tịch văn bản {arrival.origin_notation or arrival.title} của {arrival.origin_name or 'cơ quan kia'}"
    facts.add_step(work, document, Verb.DRAFT, note=note, joint=arrival.id)
    for annex in queries.attachments(work, arrival.id):
        kept = work.session.get_one(File, (arrival.agency_id, annex.sent_sha256))
        facts.add_attachment(
            work, document, name=annex.name, sha256=annex.sent_sha256, size=kept.size, media_type=kept.media_type
        )
    facts.add_step(work, document, Verb.SUBMIT)
    work.later("documents.render", lane=f"document:{document.id}", document_id=document.id)
    return document

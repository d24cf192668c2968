"""The acts on a document that came in, from the register to its completion."""

from datetime import date
from typing import Any
from uuid import UUID

from docservice.core.errors import NotAllowed
from docservice.core.ids import new_id
from docservice.core.work import Work
from docservice.documents import facts, joint, joint_signers, numbering, queries, registers
from docservice.documents.errors import FormValueWrong
from docservice.documents.events import (
    DocumentCompleted,
    DocumentDirected,
    DocumentRefused,
    DocumentRegistered,
    DocumentStarted,
)
from docservice.documents.models import Answer, Assignment, Direction, Document, Number, Share, Stage, Urgency
from docservice.documents.originals import RETAIN_SCAN
from docservice.documents.status import Status, Verb
from docservice.identity import queries as identity
from docservice.identity.models import Role
from docservice.signatures.errors import SignatureNotValid
from docservice.workflow.service.partnering import send_back, take_back
from docservice.workflow.service.step import take
from templates.catalogue import kind_named


def enter_paper(
    work: Work,
    *,
    scan_sha256: str,
    scan_size: int,
    kind_name: str,
    subject: str,
    origin_name: str,
    origin_notation: str,
    issued_on: date | None = None,
    urgency: Urgency = Urgency.NORMAL,
    due: date | None = None,
) -> Document:
    """Enter a document that came on paper, by its scan, which has passed the gate and lies in the store.

    It waits in "Chờ tiếp nhận" like any arrival; there is no signature to hold it up (article 22).
    """
    if work.actor.role != Role.CLERK or work.actor.agency_id is None:
        raise NotAllowed
    for field, value in (("subject", subject), ("origin_name", origin_name), ("kind", kind_name)):
        if not value.strip():
            raise FormValueWrong(field=field, reason="value_missing")
    known = kind_named(kind_name)
    document = Document(
        id=new_id(),
        agency_id=work.actor.agency_id,
        direction=Direction.INCOMING,
        kind=known.code if known else kind_name[:20],
        kind_name=known.name if known else kind_name[:100],
        subject=subject[:500],
        urgency=urgency,
        created_at=work.now,
        receiver_codes=[],
        on_paper=True,
        issued_on=issued_on,
        origin_name=origin_name[:200],
        origin_notation=origin_notation[:60] or None,
        due=due,
        status=Status.ARRIVED,
        revision=1,
    )
    work.session.add(document)
    work.session.flush()
    facts.add_step(work, document, Verb.ARRIVE)
    version = facts.add_version(work, document, stage=Stage.RECEIVED, sha256=scan_sha256, size=scan_size)
    work.later(RETAIN_SCAN, version_id=version.id)
    facts.add_step(work, document, Verb.VERIFY, note="Văn bản giấy, đã quét; không có chữ ký số.")
    return document


def register(work: Work, *, document_id: UUID, revision: int | None = None) -> Number:
    """Vào sổ: the arrival number, only for a document whose signatures hold; raises `SignatureNotValid`.

    A joint file that asks this agency to sign first has none yet; one that comes back has to be the file that is
    awaited, signed by whom its pages name: raises `ReturnedFileOther`, `ReturnedFileLate`, `ReturnedFileIncomplete`,
    `OtherSideOtherSigner`.
    """
    document = take(work, document_id, Verb.REGISTER, revision=revision)
    version = queries.latest_version(work, document.id)
    verdict = version.verdict if version is not None else None
    if not document.on_paper and not joint.asks_first(work, document) and (verdict is None or not verdict["passed"]):
        reason = str(verdict["reason"]) if verdict else "chưa kiểm tra"
        raise SignatureNotValid(reason=f"{reason[0].upper()}{reason[1:].removesuffix('.')}.")
    fault = joint_signers.fault_of(work, document)
    if fault is not None:
        raise fault
    given = numbering.give_number(work, document=document, series=numbering.INCOMING, notation=None)
    document.notation = given.notation
    numbering.write_line(work, number=given, columns=registers.incoming_columns(work, document))
    facts.add_step(work, document, Verb.REGISTER, arrival_number=given.notation)
    if document.answers_id is not None and document.origin_notation and document.issued_on:
        _note_answer(work, document, document.answers_id, document.origin_notation, document.issued_on)
    work.record(DocumentRegistered(document.id, given.notation))
    take_back(work, document)
    return given


def refuse(work: Work, *, document_id: UUID, reason: str, revision: int | None = None) -> Document:
    """Trả lại nơi gửi, with the reason the sender will read."""
    document = take(work, document_id, Verb.REFUSE, revision=revision)
    send_back(work, document, reason=reason)
    facts.add_step(work, document, Verb.REFUSE, note=reason)
    work.record(DocumentRefused(document.id, reason))
    return document


def present(work: Work, *, document_id: UUID, proposal: str, revision: int | None = None) -> Document:
    """Trình lãnh đạo with the clerk's proposal of who should lead."""
    document = take(work, document_id, Verb.PRESENT, revision=revision)
    facts.add_step(work, document, Verb.PRESENT, note=proposal)
    return document


def direct(
    work: Work,
    *,
    document_id: UUID,
    note: str,
    lead_unit_id: UUID,
    support_unit_ids: tuple[UUID, ...] = (),
    informed_unit_ids: tuple[UUID, ...] = (),
    due: date | None = None,
    revision: int | None = None,
) -> Document:
    """Bút phê: the leader's note names who leads, who supports, who is informed, and the deadline (article 23)."""
    document = take(work, document_id, Verb.DIRECT, revision=revision)
    named = [(lead_unit_id, Share.LEAD)]
    named += [(unit, Share.SUPPORT) for unit in support_unit_ids]
    named += [(unit, Share.INFORMED) for unit in informed_unit_ids]
    for unit_id, share in named:
        unit = identity.unit(work, unit_id)
        if unit is None or unit.agency_id != document.agency_id:
            raise NotAllowed
        _assign(work, document, share=share, unit_id=unit_id, due=due)
    if due is not None:
        document.due = due
    facts.add_step(work, document, Verb.DIRECT, to_unit_id=lead_unit_id, note=note)
    work.record(DocumentDirected(document.id))
    return document


def assign(
    work: Work, *, document_id: UUID, post_id: UUID, note: str | None = None, revision: int | None = None
) -> Document:
    """Phân công: the lead unit's head names the official who handles it."""
    document = take(work, document_id, Verb.ASSIGN, revision=revision)
    holder = identity.holder_of(work, post_id)
    if holder is None or holder.post.unit_id != work.actor.unit_id:
        raise NotAllowed
    _assign(work, document, share=Share.LEAD, post_id=post_id, due=document.due)
    facts.add_step(work, document, Verb.ASSIGN, to_post_id=post_id, note=note)
    return document


def start(work: Work, *, document_id: UUID, revision: int | None = None) -> Document:
    """The handler begins; the sender learns that it is being worked on."""
    document = take(work, document_id, Verb.START, revision=revision)
    facts.add_step(work, document, Verb.START)
    work.record(DocumentStarted(document.id))
    return document


def complete(work: Work, *, document_id: UUID, note: str | None = None, revision: int | None = None) -> Document:
    """Kết thúc xử lý."""
    document = take(work, document_id, Verb.COMPLETE, revision=revision)
    facts.add_step(work, document, Verb.COMPLETE, note=note)
    work.record(DocumentCompleted(document.id))
    return document


def _assign(
    work: Work,
    document: Document,
    *,
    share: Share,
    due: date | None,
    unit_id: UUID | None = None,
    post_id: UUID | None = None,
) -> None:
    row: dict[str, Any] = {"unit_id": unit_id, "post_id": post_id, "due": due, "at": work.now}
    work.session.add(Assignment(id=new_id(), document_id=document.id, share=share, **row))
    work.session.flush()


def _note_answer(work: Work, document: Document, outgoing_id: UUID, notation: str, on: date) -> None:
    work.session.add(
        Answer(id=new_id(), outgoing_id=outgoing_id, incoming_id=document.id, notation=notation, on=on, at=work.now)
    )
    work.session.flush()
    work.note("answered", outgoing_id, by=notation, on=on)

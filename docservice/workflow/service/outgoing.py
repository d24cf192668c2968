"""The acts of people on documents, each one transaction: check the act, append the fact, promise what follows."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from docservice.core.errors import NotAllowed
from docservice.core.ids import new_id
from docservice.core.work import Work
from docservice.documents import facts, numbering, queries, registers
from docservice.documents.drafting import read_form
from docservice.documents.errors import WrongState
from docservice.documents.events import (
    DocumentCompleted,
    DocumentDirected,
    DocumentRefused,
    DocumentRegistered,
    DocumentReleased,
    DocumentRendered,
    DocumentStarted,
)
from docservice.documents.models import (
    Answer,
    Assignment,
    Direction,
    Document,
    Number,
    Share,
    Urgency,
)
from docservice.documents.status import Status, Verb, after
from docservice.identity import queries as identity
from docservice.identity.models import Role
from docservice.signatures import service as signatures
from docservice.signatures.errors import SignatureNotValid
from docservice.workflow.transitions import allowed


def draft(
    work: Work,
    *,
    kind: str,
    values: Mapping[str, object],
    signer_post_id: UUID,
    receiver_codes: list[str],
    answers_id: UUID | None = None,
    urgency: Urgency = Urgency.NORMAL,
    due: date | None = None,
) -> Document:
    """Begin a document from the form of its kind.

    `receiver_codes` are the agencies it will be sent to, `answers_id` the own incoming document it answers,
    `due` the day an answer is wanted. Raises `FormValueWrong` naming the field, `NoSigningAuthority`.
    """
    if work.actor.agency_id is None or work.actor.post_id is None:
        raise NotAllowed
    if answers_id is not None:
        queries.get_visible(work, answers_id)
    form = read_form(work, kind=kind, values=values)
    identity.signing_authority(work, post_id=signer_post_id, kind=kind)
    document = Document(
        id=new_id(),
        agency_id=work.actor.agency_id,
        direction=Direction.OUTGOING,
        kind=kind,
        kind_name=form.kind_name,
        subject=form.subject,
        urgency=urgency,
        created_at=work.now,
        form_values=dict(values),
        drafter_post_id=work.actor.post_id,
        unit_id=work.actor.unit_id,
        signer_post_id=signer_post_id,
        receiver_codes=receiver_codes,
        answers_id=answers_id,
        due=due,
        status=Status.DRAFT,
        revision=1,
    )
    if not allowed(work.actor, Verb.DRAFT, document, []):
        raise NotAllowed
    work.session.add(document)
    work.session.flush()
    facts.add_step(work, document, Verb.DRAFT, kind=kind)
    return document


def revise(work: Work, *, document_id: UUID, values: Mapping[str, object], revision: int | None = None) -> Document:
    """Change the form's values while the document is a draft."""
    document = _take(work, document_id, Verb.REVISE, revision=revision)
    form = read_form(work, kind=document.kind, values=values)
    document.form_values = dict(values)
    document.subject = form.subject
    facts.add_step(work, document, Verb.REVISE)
    return document


def submit(work: Work, *, document_id: UUID, revision: int | None = None) -> Document:
    """Trình: the exact PDF/A to be signed is made now, by a job."""
    document = _take(work, document_id, Verb.SUBMIT, revision=revision)
    facts.add_step(work, document, Verb.SUBMIT)
    _render(work, document)
    return document


def skip_missing_checks(work: Work, event: DocumentRendered) -> None:
    """Pass a check whose role the agency does not have, visibly: the skip is a fact with its reason."""
    document = queries.get(work, event.document_id)
    if document.status == Status.CHECK_CONTENT and not _unit_heads(work, document):
        facts.add_step(work, document, Verb.SKIP_CHECK_CONTENT, note="Đơn vị soạn thảo không có trưởng đơn vị.")
    _skip_form_check_where_none(work, document)


def check_content(work: Work, *, document_id: UUID, note: str | None = None, revision: int | None = None) -> Document:
    """The unit head answers for the content (Decree 30/2020, article 11)."""
    document = _take(work, document_id, Verb.CHECK_CONTENT, revision=revision)
    facts.add_step(work, document, Verb.CHECK_CONTENT, note=note)
    _skip_form_check_where_none(work, document)
    return document


def check_form(work: Work, *, document_id: UUID, note: str | None = None, revision: int | None = None) -> Document:
    """The agency's form checker answers for form and technique (article 11)."""
    document = _take(work, document_id, Verb.CHECK_FORM, revision=revision)
    facts.add_step(work, document, Verb.CHECK_FORM, note=note)
    return document


def approve(work: Work, *, document_id: UUID, note: str | None = None, revision: int | None = None) -> Document:
    """Approve now and sign later."""
    document = _take(work, document_id, Verb.APPROVE, revision=revision)
    facts.add_step(work, document, Verb.APPROVE, note=note)
    return document


def approve_and_sign(work: Work, *, document_id: UUID, consented_sha256: str, revision: int | None = None) -> Document:
    """Approve and sign in one act, over exactly the bytes that were shown."""
    document = _take(work, document_id, Verb.APPROVE_AND_SIGN, revision=revision)
    signatures.ask_person(work, document, consented_sha256=consented_sha256)
    facts.add_step(work, document, Verb.APPROVE_AND_SIGN, consent=consented_sha256)
    return document


def sign(work: Work, *, document_id: UUID, consented_sha256: str, revision: int | None = None) -> Document:
    """Sign what was approved before."""
    document = _take(work, document_id, Verb.SIGN, revision=revision)
    signatures.ask_person(work, document, consented_sha256=consented_sha256)
    facts.add_step(work, document, Verb.SIGN, consent=consented_sha256)
    return document


def return_document(work: Work, *, document_id: UUID, note: str, revision: int | None = None) -> Document:
    """Trả lại with a reason: from the content check to the drafter, from later steps to the unit head."""
    document = _take(work, document_id, Verb.RETURN, revision=revision)
    facts.add_step(work, document, Verb.RETURN, note=note)
    if document.status == Status.RETURNED and not _unit_heads(work, document):
        facts.add_step(work, document, Verb.PASS_BACK, note="Đơn vị soạn thảo không có trưởng đơn vị.")
    return document


def pass_back(work: Work, *, document_id: UUID, note: str | None = None, revision: int | None = None) -> Document:
    """The unit head passes a returned document to its drafter."""
    document = _take(work, document_id, Verb.PASS_BACK, revision=revision)
    facts.add_step(work, document, Verb.PASS_BACK, note=note)
    return document


def change_signer(
    work: Work, *, document_id: UUID, signer_post_id: UUID, note: str | None = None, revision: int | None = None
) -> Document:
    """Đổi người ký: only the signature block is rebuilt; the checks stand, since the body's hash is the same."""
    document = _take(work, document_id, Verb.CHANGE_SIGNER, revision=revision)
    identity.signing_authority(work, post_id=signer_post_id, kind=document.kind)
    document.signer_post_id = signer_post_id
    facts.add_step(work, document, Verb.CHANGE_SIGNER, to_post_id=signer_post_id, note=note)
    _render(work, document)
    return document


def number(work: Work, *, document_id: UUID, revision: int | None = None) -> Number:
    """Cấp số: the next number and today's date; a job writes them into the fields left open for them."""
    document = _take(work, document_id, Verb.NUMBER, revision=revision)
    notation = registers.notation_of(work, document)
    given = numbering.give_number(work, document=document, series=numbering.OUTGOING, notation=notation)
    document.notation = given.notation
    document.issued_on = given.given_on
    numbering.write_line(work, number=given, columns=registers.outgoing_columns(work, document))
    facts.add_step(work, document, Verb.NUMBER, notation=given.notation)
    work.later("signatures.write_number", lane=f"document:{document.id}", document_id=document.id)
    return given


def cancel_number(work: Work, *, document_id: UUID, reason: str, revision: int | None = None) -> Document:
    """Hủy số: the number stays in the register with its reason and is never given again."""
    document = _take(work, document_id, Verb.CANCEL_NUMBER, revision=revision)
    given = queries.number_of(work, document.id)
    if given is not None:
        numbering.cancel_number(work, number=given, reason=reason)
    facts.add_step(work, document, Verb.CANCEL_NUMBER, note=reason)
    return document


def seal(work: Work, *, document_id: UUID, revision: int | None = None) -> Document:
    """Ký số cơ quan, in person, by today's custodian of the key."""
    document = _take(work, document_id, Verb.SEAL, revision=revision)
    signatures.ask_agency(work, document)
    facts.add_step(work, document, Verb.SEAL)
    return document


def release(work: Work, *, document_id: UUID, revision: int | None = None) -> Document:
    """Phát hành: the document goes to its receivers."""
    document = _take(work, document_id, Verb.RELEASE, revision=revision)
    facts.add_step(work, document, Verb.RELEASE)
    work.record(DocumentReleased(document.id))
    return document


def register(work: Work, *, document_id: UUID, revision: int | None = None) -> Number:
    """Vào sổ: the arrival number, only for a document whose signatures hold; raises `SignatureNotValid`."""
    document = _take(work, document_id, Verb.REGISTER, revision=revision)
    version = queries.latest_version(work, document.id)
    verdict = version.verdict if version is not None else None
    if verdict is None or not verdict["passed"]:
        raise SignatureNotValid(reason=str(verdict["reason"]) if verdict else "chưa kiểm tra")
    given = numbering.give_number(work, document=document, series=numbering.INCOMING, notation=None)
    document.notation = given.notation
    numbering.write_line(work, number=given, columns=registers.incoming_columns(work, document))
    facts.add_step(work, document, Verb.REGISTER, arrival_number=given.notation)
    if document.answers_id is not None and document.origin_notation and document.issued_on:
        _note_answer(work, document, document.answers_id, document.origin_notation, document.issued_on)
    work.record(DocumentRegistered(document.id, given.notation))
    return given


def refuse(work: Work, *, document_id: UUID, reason: str, revision: int | None = None) -> Document:
    """Trả lại nơi gửi, with the reason the sender will read."""
    document = _take(work, document_id, Verb.REFUSE, revision=revision)
    facts.add_step(work, document, Verb.REFUSE, note=reason)
    work.record(DocumentRefused(document.id, reason))
    return document


def present(work: Work, *, document_id: UUID, proposal: str, revision: int | None = None) -> Document:
    """Trình lãnh đạo with the clerk's proposal of who should lead."""
    document = _take(work, document_id, Verb.PRESENT, revision=revision)
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
    document = _take(work, document_id, Verb.DIRECT, revision=revision)
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
    document = _take(work, document_id, Verb.ASSIGN, revision=revision)
    holder = identity.holder_of(work, post_id)
    if holder is None or holder.post.unit_id != work.actor.unit_id:
        raise NotAllowed
    _assign(work, document, share=Share.LEAD, post_id=post_id, due=document.due)
    facts.add_step(work, document, Verb.ASSIGN, to_post_id=post_id, note=note)
    return document


def start(work: Work, *, document_id: UUID, revision: int | None = None) -> Document:
    """The handler begins; the sender learns that it is being worked on."""
    document = _take(work, document_id, Verb.START, revision=revision)
    facts.add_step(work, document, Verb.START)
    work.record(DocumentStarted(document.id))
    return document


def complete(work: Work, *, document_id: UUID, note: str | None = None, revision: int | None = None) -> Document:
    """Kết thúc xử lý."""
    document = _take(work, document_id, Verb.COMPLETE, revision=revision)
    facts.add_step(work, document, Verb.COMPLETE, note=note)
    work.record(DocumentCompleted(document.id))
    return document


def _take(work: Work, document_id: UUID, verb: Verb, *, revision: int | None) -> Document:
    """The document, if the actor sees it, may do this to it, and it is at the right step; else the error."""
    document = queries.get_visible(work, document_id)
    facts.check_revision(document, revision)
    if after(document.status, verb) is None:
        raise WrongState(status=facts.STATUS_NAMES[Status(document.status)])
    if not allowed(work.actor, verb, document, queries.assignments(work, document.id)):
        raise NotAllowed
    return document


def _render(work: Work, document: Document) -> None:
    work.later("documents.render", lane=f"document:{document.id}", document_id=document.id)


def _unit_heads(work: Work, document: Document) -> bool:
    heads = (Role.UNIT_HEAD, Role.FORM_CHECKER)
    return document.unit_id is not None and bool(
        identity.holders_in(work, agency_id=document.agency_id, roles=heads, unit_id=document.unit_id)
    )


def _skip_form_check_where_none(work: Work, document: Document) -> None:
    checkers = identity.holders_in(work, agency_id=document.agency_id, roles=(Role.FORM_CHECKER,))
    if document.status == Status.CHECK_FORM and not checkers:
        facts.add_step(work, document, Verb.SKIP_CHECK_FORM, note="Cơ quan không bố trí người kiểm tra thể thức.")


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

"""The acts on an own document, from the draft to the release."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from docservice.core.errors import NotAllowed
from docservice.core.ids import new_id
from docservice.core.lanes import document_lane
from docservice.core.work import Work
from docservice.documents import draft_locks, draft_versions, facts, joint, numbering, own_forms, queries, registers
from docservice.documents.drafting import Form, read_again, read_form, read_word_form, signature_block
from docservice.documents.errors import FormValueWrong, NotYourTurn, SignatoriesWrong
from docservice.documents.events import DocumentReleased, DocumentRendered
from docservice.documents.models import Direction, Document, Number, Urgency
from docservice.documents.signatories import Naming, name
from docservice.documents.status import Status, Verb
from docservice.identity import fields
from docservice.identity import queries as identity
from docservice.identity.models import Role
from docservice.signatures import service as signatures
from docservice.signatures.errors import StampAwaited
from docservice.signatures.queries import unstamped
from docservice.workflow.queries import is_awaited
from docservice.workflow.service.cosigning import finish_arrival, require_printed_signer
from docservice.workflow.service.partnering import refuse_partner
from docservice.workflow.service.step import take
from docservice.workflow.transitions import SIGNATORIES, allowed
from templates.catalogue import ALL_KINDS, INTERNAL_KINDS, OWN_FORM, SECRETARY
from templates.draft import PARTNER
from templates.families import number_form
from templates.office import DOCX


@dataclass(frozen=True)
class Routing:
    """Where a draft is to go: who signs it, the codes of the agencies it is sent to, the day an answer is wanted.

    `field_id` is the field of work it belongs to; none where the agency has not named any.

    A routing slip names those who sign it instead of one signer.
    """

    signer_post_id: UUID | None
    receiver_codes: tuple[str, ...] = ()
    urgency: Urgency = Urgency.NORMAL
    due: date | None = None
    signatories: Naming | None = None
    field_id: UUID | None = None


def draft(
    work: Work,
    *,
    kind: str,
    values: Mapping[str, object],
    signer_post_id: UUID | None,
    receiver_codes: list[str],
    answers_id: UUID | None = None,
    urgency: Urgency = Urgency.NORMAL,
    due: date | None = None,
    field_id: UUID | None = None,
    form_id: UUID | None = None,
    signatories: Naming | None = None,
) -> Document:
    """Begin a document from the form of its kind, or from the agency's own one.

    `receiver_codes` are the agencies it will be sent to, `answers_id` the own incoming document it answers,
    `due` the day an answer is wanted, `signatories` those who sign a routing slip. Raises `FormValueWrong` naming the
    field, `NoSigningAuthority`, `SignatoriesWrong`.
    """
    form = read_form(work, kind=kind, values=values)
    routing = Routing(signer_post_id, tuple(receiver_codes), urgency, due, signatories, field_id)
    _require_signer(work, work.actor.agency_id, routing, kind=kind)
    own = own_forms.form_to_begin(work, form_id, kind=kind)
    return begin(work, kind=kind, form=form, values=values, routing=routing, answers_id=answers_id, own=own)


def draft_from_word(
    work: Work,
    *,
    word_sha256: str,
    word_size: int,
    kind: str,
    values: Mapping[str, object],
    routing: Routing,
    answers_id: UUID | None = None,
) -> Document:
    """Begin a document from the drafter's own Word file, which has passed the fence and lies in the store.

    `values` are what was read from it and may be corrected: `subject`, `recipients`, `addressees`, `archive`.
    """
    form = read_word_form(work, kind=kind, values=values)
    _require_signer(work, work.actor.agency_id, routing, kind=kind)
    document = begin(
        work, kind=kind, form=form, values=values, routing=routing, answers_id=answers_id, word_sha256=word_sha256
    )
    facts.name_file(work, document.agency_id, sha256=word_sha256, size=word_size, media_type=DOCX)
    return document


def begin(
    work: Work,
    *,
    kind: str,
    form: Form,
    values: Mapping[str, object],
    routing: Routing,
    answers_id: UUID | None,
    word_sha256: str | None = None,
    own: own_forms.AgencyForm | None = None,
) -> Document:
    """Begin a document whose form was read; whoever is to sign it need not have the authority yet, or any more.

    Without a Word file it is filled into the agency's form `own`, or into ours of its kind; raises `OwnFormNeeded`
    where there is none of ours, `FormValueWrong` for a value of the agency's form.
    """
    if work.actor.agency_id is None or work.actor.post_id is None:
        raise NotAllowed
    if own is None and word_sha256 is None and ALL_KINDS[kind].form == OWN_FORM:
        raise own_forms.OwnFormNeeded(kind=form.kind_name)
    own_forms.own_values(own, values)
    if answers_id is not None:
        queries.get_visible(work, answers_id)
    is_slip = kind in INTERNAL_KINDS
    document = Document(
        id=new_id(),
        agency_id=work.actor.agency_id,
        direction=Direction.OUTGOING,
        kind=kind,
        kind_name=form.kind_name,
        subject=form.subject,
        urgency=routing.urgency,
        created_at=work.now,
        form_values=dict(values),
        word_sha256=word_sha256,
        agency_form_id=own.id if own else None,
        drafter_post_id=work.actor.post_id,
        unit_id=work.actor.unit_id,
        signer_post_id=None if is_slip else routing.signer_post_id,
        field_id=routing.field_id,
        receiver_codes=[] if is_slip else list(routing.receiver_codes),
        side=_side(values, routing),
        answers_id=answers_id,
        due=routing.due,
        status=Status.DRAFT,
        revision=1,
    )
    if not allowed(work.actor, Verb.DRAFT, document, []):
        raise NotAllowed
    work.session.add(document)
    work.session.flush()
    if is_slip:
        _name_signatories(work, document, routing)
    facts.add_step(work, document, Verb.DRAFT, kind=kind)
    draft_versions.record(work, document)
    return document


def revise(
    work: Work,
    *,
    document_id: UUID,
    values: Mapping[str, object],
    routing: Routing | None = None,
    revision: int | None = None,
) -> Document:
    """Change the form's values, and where it is to go, while the document is a draft."""
    document = take(work, document_id, Verb.REVISE, revision=revision)
    draft_locks.check_free(work, document)
    document.subject = read_again(work, document, values).subject
    if document.word_sha256 is None:
        own_forms.own_values(own_forms.form_of(work, document), values)
    document.form_values = dict(values)
    if routing is not None and facts.is_routed(document):
        _name_signatories(work, document, routing)
        document.urgency, document.due = routing.urgency, routing.due
    elif routing is not None:
        _require_signer(work, document.agency_id, routing, kind=document.kind)
        document.signer_post_id, document.field_id = routing.signer_post_id, routing.field_id
        document.receiver_codes = list(routing.receiver_codes)
        document.side = _side(values, routing)
        document.urgency = routing.urgency
        document.due = routing.due
    facts.add_step(work, document, Verb.REVISE)
    draft_versions.record(work, document)
    return document


def attach(
    work: Work,
    *,
    document_id: UUID,
    name: str,
    sha256: str,
    size: int,
    media_type: str,
    remarks: Sequence[str] = (),
    revision: int | None = None,
) -> Document:
    """Add a file that will travel with the document; it has passed the fence and lies in the store.

    `remarks` are what whoever signs should know of it: what does not fit its pages.
    """
    document = take(work, document_id, Verb.REVISE, revision=revision)
    facts.add_attachment(work, document, name=name, sha256=sha256, size=size, media_type=media_type)
    facts.add_step(work, document, Verb.REVISE, note=" ".join((f"Thêm tệp kèm theo: {name}.", *remarks)))
    return document


def detach(work: Work, *, document_id: UUID, ordinal: int, revision: int | None = None) -> Document:
    """Take a file off the draft; that it was there remains a fact."""
    document = take(work, document_id, Verb.REVISE, revision=revision)
    name = facts.remove_attachment(work, document, ordinal=ordinal)
    facts.add_step(work, document, Verb.REVISE, note=f"Bỏ tệp kèm theo: {name}")
    return document


def withdraw(work: Work, *, document_id: UUID, note: str | None = None, revision: int | None = None) -> Document:
    """Rút lại: the drafter takes the document back before the leader has acted."""
    document = take(work, document_id, Verb.WITHDRAW, revision=revision)
    facts.add_step(work, document, Verb.WITHDRAW, note=note)
    return document


def discard(work: Work, *, document_id: UUID, note: str | None = None, revision: int | None = None) -> Document:
    """Hủy dự thảo: the drafter gives it up, the facts remain; raises `DraftOut` while somebody else edits it in Word.

    What a partner has signed is given up by its own signer, or by the clerk before it has a number, who says why.
    """
    document = take(work, document_id, Verb.DISCARD, revision=revision)
    draft_locks.check_not_with_another(work, document)
    if document.partner_signed_at is not None:
        refuse_partner(work, document, reason=note or "")
    facts.add_step(work, document, Verb.DISCARD, note=note)
    return document


def submit(work: Work, *, document_id: UUID, revision: int | None = None) -> Document:
    """Trình: the exact PDF/A to be signed is made now, by a job; raises as `drafting.signature_block`."""
    document = take(work, document_id, Verb.SUBMIT, revision=revision)
    draft_locks.check_free(work, document)
    if document.side != joint.PARTNER:
        signature_block(work, document)
    facts.add_step(work, document, Verb.SUBMIT)
    _render(work, document)
    return document


def skip_missing_checks(work: Work, event: DocumentRendered) -> None:
    """Pass a check whose role the agency does not have, visibly: the skip is a fact with its reason.

    A routing slip is checked by nobody but those who sign it.
    """
    document = queries.get(work, event.document_id)
    if facts.is_routed(document):
        facts.add_step(work, document, Verb.ROUTE)
        return
    if document.status == Status.CHECK_CONTENT and not _unit_heads(work, document):
        facts.add_step(work, document, Verb.SKIP_CHECK_CONTENT, note="Đơn vị soạn thảo không có trưởng đơn vị.")
    _skip_form_check_where_none(work, document)
    # A changed signer means new pages: what the secretary signed before is not on them.
    _ask_secretary(work, document)


def check_content(work: Work, *, document_id: UUID, note: str | None = None, revision: int | None = None) -> Document:
    """The unit head answers for the content (Decree 30/2020, article 11)."""
    document = take(work, document_id, Verb.CHECK_CONTENT, revision=revision)
    facts.add_step(work, document, Verb.CHECK_CONTENT, note=note)
    _skip_form_check_where_none(work, document)
    _ask_secretary(work, document)
    return document


def check_form(work: Work, *, document_id: UUID, note: str | None = None, revision: int | None = None) -> Document:
    """The agency's form checker answers for form and technique (article 11)."""
    document = take(work, document_id, Verb.CHECK_FORM, revision=revision)
    facts.add_step(work, document, Verb.CHECK_FORM, note=note)
    _ask_secretary(work, document)
    return document


def return_document(work: Work, *, document_id: UUID, note: str, revision: int | None = None) -> Document:
    """Trả lại with a reason: from the content check to the drafter, from later steps to the unit head."""
    document = take(work, document_id, Verb.RETURN, revision=revision)
    if document.status == Status.ROUTING and not is_awaited(work, document):
        raise NotYourTurn
    facts.add_step(work, document, Verb.RETURN, note=note)
    if document.status == Status.RETURNED and not _unit_heads(work, document):
        facts.add_step(work, document, Verb.PASS_BACK, note="Đơn vị soạn thảo không có trưởng đơn vị.")
    return document


def pass_back(work: Work, *, document_id: UUID, note: str | None = None, revision: int | None = None) -> Document:
    """The unit head passes a returned document to its drafter."""
    document = take(work, document_id, Verb.PASS_BACK, revision=revision)
    facts.add_step(work, document, Verb.PASS_BACK, note=note)
    return document


def change_signer(
    work: Work, *, document_id: UUID, signer_post_id: UUID, note: str | None = None, revision: int | None = None
) -> Document:
    """Đổi người ký: only the signature block is rebuilt; the checks stand, since the body's hash is the same."""
    document = take(work, document_id, Verb.CHANGE_SIGNER, revision=revision)
    identity.signing_authority(work, post_id=signer_post_id, kind=document.kind, field_id=document.field_id)
    before, document.signer_post_id = document.signer_post_id, signer_post_id
    if before is None:
        raise NotAllowed
    said = " ".join(filter(None, (note, require_printed_signer(work, document)))) or None
    facts.add_step(work, document, Verb.CHANGE_SIGNER, to_post_id=signer_post_id, note=said)
    lane = document_lane(document.id)
    work.later("documents.replace_signer", lane=lane, document_id=document.id, signer_before=before)
    return document


def number(work: Work, *, document_id: UUID, revision: int | None = None) -> Number:
    """Cấp số: the next number and today's date; a job writes them into the fields left open for them."""
    document = take(work, document_id, Verb.NUMBER, revision=revision)
    notation = registers.notation_of(work, document)
    kind = ALL_KINDS[document.kind]
    given = numbering.give_number(
        work, document=document, series=numbering.series_of(kind), notation=notation, form=number_form(kind)
    )
    document.notation = given.notation
    document.issued_on = given.given_on
    numbering.write_line(work, number=given, columns=registers.outgoing_columns(work, document))
    facts.add_step(work, document, Verb.NUMBER, notation=given.notation)
    work.later("signatures.write_number", lane=document_lane(document.id), document_id=document.id)
    return given


def cancel_number(work: Work, *, document_id: UUID, reason: str, revision: int | None = None) -> Document:
    """Hủy số: the number stays in the register with its reason and is never given again.

    The other side of a joint document, which has signed already, reads the reason.
    """
    document = take(work, document_id, Verb.CANCEL_NUMBER, revision=revision)
    if document.partner_signed_at is not None:
        refuse_partner(work, document, reason=reason)
    given = queries.number_of(work, document.id)
    if given is not None:
        numbering.cancel_number(work, number=given, reason=reason)
    facts.add_step(work, document, Verb.CANCEL_NUMBER, note=reason)
    return document


def seal(work: Work, *, document_id: UUID, revision: int | None = None) -> Document:
    """Ký số cơ quan, in person, by today's custodian of the key."""
    document = take(work, document_id, Verb.SEAL, revision=revision)
    signatures.ask_agency(work, document)
    facts.add_step(work, document, Verb.SEAL)
    return document


def release(work: Work, *, document_id: UUID, revision: int | None = None) -> Document:
    """Phát hành: the document goes to its receivers; raises `StampAwaited` where the agency wants the proof first."""
    document = take(work, document_id, Verb.RELEASE, revision=revision)
    waits = identity.agency(work, document.agency_id).release_waits_for_stamp
    if waits and unstamped(work, document.id):
        raise StampAwaited
    facts.add_step(work, document, Verb.RELEASE)
    work.record(DocumentReleased(document.id))
    finish_arrival(work, document)
    return document


def _side(values: Mapping[str, object], routing: Routing) -> str | None:
    """The side of a joint document its drafter signs as; it goes to the other side and nowhere else."""
    if not values.get(PARTNER):
        return None
    if len(routing.receiver_codes) != 1:
        raise FormValueWrong(field="partner_name", reason="value_missing")
    return joint.DRAFTING


def _require_signer(work: Work, agency_id: UUID | None, routing: Routing, *, kind: str) -> None:
    if kind in INTERNAL_KINDS:
        return
    if agency_id is None:
        raise NotAllowed
    if routing.signer_post_id is None:
        raise FormValueWrong(field="signer", reason="value_missing")
    if routing.field_id is not None:
        fields.get(work, agency_id=agency_id, field_id=routing.field_id)
    identity.signing_authority(work, post_id=routing.signer_post_id, kind=kind, field_id=routing.field_id)


def _name_signatories(work: Work, document: Document, routing: Routing) -> None:
    naming = routing.signatories or Naming(())
    for post_id in naming.post_ids:
        holder = identity.holder_of(work, post_id)
        if holder is None or holder.post.agency_id != document.agency_id or holder.post.role not in SIGNATORIES:
            raise SignatoriesWrong(reason="signatory_elsewhere")
        if not identity.has_certificate(work, person_id=holder.person.id):
            raise SignatoriesWrong(reason="signatory_without_key", name=holder.person.full_name)
    name(work, document, naming)


def _render(work: Work, document: Document) -> None:
    work.later("documents.render", lane=document_lane(document.id), document_id=document.id)


def _unit_heads(work: Work, document: Document) -> bool:
    heads = (Role.UNIT_HEAD, Role.FORM_CHECKER)
    return document.unit_id is not None and bool(
        identity.holders_in(work, agency_id=document.agency_id, roles=heads, unit_id=document.unit_id)
    )


def _ask_secretary(work: Work, document: Document) -> None:
    if document.status == Status.APPROVAL and SECRETARY in ALL_KINDS[document.kind].signers:
        facts.add_step(work, document, Verb.ASK_SECRETARY)


def _skip_form_check_where_none(work: Work, document: Document) -> None:
    checkers = identity.holders_in(work, agency_id=document.agency_id, roles=(Role.FORM_CHECKER,))
    if document.status == Status.CHECK_FORM and not checkers:
        facts.add_step(work, document, Verb.SKIP_CHECK_FORM, note="Cơ quan không bố trí người kiểm tra thể thức.")

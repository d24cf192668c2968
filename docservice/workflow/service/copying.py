"""Making copies and paper originals: acts of the clerk, each with its line in a register (articles 18.5, 25 to 27)."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select

from docservice.core.errors import NotAllowed
from docservice.core.ids import new_id
from docservice.core.lanes import document_lane
from docservice.core.work import Work
from docservice.documents import copies, drafting, facts, numbering, queries, registers
from docservice.documents.copies import CopyTerms, Printing
from docservice.documents.errors import CopyRefused, FormValueWrong, KindUnknown
from docservice.documents.models import Direction, Document, Stage, Urgency
from docservice.documents.status import Status, Verb
from docservice.identity import queries as identity
from docservice.identity.errors import NoSigningAuthority
from docservice.workflow.service.step import take
from docservice.workflow.transitions import allowed
from templates.copying import Medium, copy_form_on
from templates.values import normal

MOST_COPIES = 999


@dataclass(frozen=True)
class Passages:
    """What of a document is copied in an extract, and the parts of its form that are typed again.

    An own document knows its place and signer; of what came from elsewhere they are read off the original.
    """

    texts: tuple[str, ...]
    place: str = ""
    signature_lines: tuple[str, ...] = ()
    signer: str = ""


@dataclass(frozen=True)
class CopyOrder:
    """What is wanted: the form (SY, SL, TrS), onto what, signed or allowed by whom, for whom and how many."""

    form: str
    target: Medium
    signer_post_id: UUID
    recipients: tuple[str, ...] = ()
    amount: int = 1
    receiver_codes: tuple[str, ...] = ()
    passages: Passages | None = None


def make_copy(work: Work, *, document_id: UUID, order: CopyOrder, revision: int | None = None) -> Document:
    """Sao: a document of its own with the next number of the copies' register; a job makes its file.

    Raises `CopyRefused`, `NoSigningAuthority` where the named person may not sign copies (article 27), and
    `NotCustodian` for an electronic copy made by somebody else than the keeper of the agency's key.
    """
    source = queries.get_visible(work, document_id)
    facts.check_revision(source, revision)
    if not allowed(work.actor, Verb.COPY, source, []) or work.actor.agency_id is None:
        raise NotAllowed
    form = copy_form_on(order.form, work.today)
    if form is None:
        raise KindUnknown(kind=order.form[:20])
    version = copies.require_allowed(work, source, form, order.target)
    if not 1 <= order.amount <= MOST_COPIES:
        raise FormValueWrong(field="amount", reason="value_wrong")
    identity.signing_authority(work, post_id=order.signer_post_id, kind=form.code, field_id=source.field_id)
    if order.target is Medium.ELECTRONIC:
        identity.device_kept_by(work, agency_id=work.actor.agency_id, person_id=work.actor.person_id)
    terms = CopyTerms(
        amount=order.amount,
        recipients=tuple(line for text in order.recipients if (line := _entry(text))),
        of_sha256=version.sha256,
    )
    if form.code == "TrS":
        terms = _with_passages(work, source, terms, order.passages or Passages(()))
    copy = Document(
        id=new_id(),
        agency_id=work.actor.agency_id,
        direction=Direction.OUTGOING,
        kind=form.code,
        kind_name=form.name,
        subject=copies.describe(source)[:500],
        urgency=Urgency(source.urgency),
        created_at=work.now,
        form_values=terms.kept(),
        copy_of_id=source.id,
        on_paper=order.target is Medium.PAPER,
        drafter_post_id=work.actor.post_id,
        unit_id=work.actor.unit_id,
        signer_post_id=order.signer_post_id,
        field_id=source.field_id,
        receiver_codes=list(order.receiver_codes) if order.target is Medium.ELECTRONIC else [],
        status=Status.COPYING,
        revision=1,
    )
    work.session.add(copy)
    work.session.flush()
    facts.add_step(work, copy, Verb.COPY, of=source.id, form=form.code)
    agency = identity.agency(work, copy.agency_id)
    given = numbering.give_number(
        work, document=copy, series=numbering.COPIES, notation=f"{form.code}-{agency.abbreviation}"
    )
    copy.notation, copy.issued_on = given.notation, given.given_on
    numbering.write_line(work, number=given, columns=registers.copy_columns(work, copy, source, terms))
    work.note("copied", source.id, copy=copy.id, notation=given.notation)
    work.later("documents.make_copy", lane=document_lane(copy.id), document_id=copy.id)
    return copy


def print_original(work: Work, *, document_id: UUID, reason: str, amount: int, revision: int | None = None) -> Printing:
    """In bản chính giấy: the signed and numbered document without the seal, for the wet stamp (article 18.5).

    Reason and number of copies become a further line of the document in its register.
    """
    document = take(work, document_id, Verb.PRINT_ORIGINAL, revision=revision)
    reason = " ".join(normal(reason).split())
    if not reason:
        raise FormValueWrong(field="reason", reason="value_missing")
    if not 1 <= amount <= MOST_COPIES:
        raise FormValueWrong(field="amount", reason="value_wrong")
    version = queries.latest_version(work, document.id, stage=Stage.NUMBERED)
    given, line = queries.number_of(work, document.id), queries.register_line_of(work, document.id)
    if version is None or given is None or line is None:
        raise CopyRefused(reason="copy_no_file")
    count = work.session.scalar(select(func.count()).where(Printing.document_id == document.id)) or 0
    printing = Printing(
        id=new_id(),
        document_id=document.id,
        ordinal=count + 1,
        version_id=version.id,
        amount=amount,
        reason=reason[:500],
        person_id=work.actor.person_id,
        at=work.now,
    )
    work.session.add(printing)
    work.session.flush()
    columns = registers.printing_columns(line.columns, amount=amount, reason=printing.reason, on=work.today)
    numbering.write_line(work, number=given, columns=columns, further_to=line.id)
    facts.add_step(work, document, Verb.PRINT_ORIGINAL, note=f"{amount:02d} bản chính giấy: {printing.reason}")
    work.later("documents.print_original", lane=document_lane(document.id), printing_id=printing.id)
    return printing


def _with_passages(work: Work, source: Document, terms: CopyTerms, passages: Passages) -> CopyTerms:
    version = queries.latest_version(work, source.id)
    if version is None:
        raise CopyRefused(reason="copy_no_file")
    compared = copies.require_passages(work, version, passages.texts)
    place, lines, signer = passages.place.strip(), passages.signature_lines, passages.signer.strip()
    if source.direction == Direction.OUTGOING:
        place = identity.agency(work, source.agency_id).place
        lines, signer = _signed_by(work, source) or (lines, signer)
    for field, value in (("place_name", place), ("signer", signer), ("signature_lines", lines)):
        if not value:
            raise FormValueWrong(field=field, reason="value_missing")
    return CopyTerms(
        amount=terms.amount,
        recipients=terms.recipients,
        of_sha256=terms.of_sha256,
        passages=passages.texts,
        compared=compared,
        place=place,
        signature_lines=tuple(lines),
        signer=signer,
    )


def _signed_by(work: Work, source: Document) -> tuple[tuple[str, ...], str] | None:
    """Capacity and name as the document was signed; None when that post may not sign any more, then it is typed."""
    line = queries.register_line_of(work, source.id)
    try:
        block = drafting.signature_block(work, source)
    except (NoSigningAuthority, FormValueWrong):
        return None
    return block.lines, str(line.columns["Người ký"]) if line else block.name


def _entry(text: str) -> str:
    return " ".join(normal(text).split()).lstrip("-–• ").rstrip(" .;")[:300]

"""From the facts of a draft to the typed draft its form wants, with the library's errors in our words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from docservice.core.work import Reading
from docservice.documents import joint, signatories
from docservice.documents.errors import FormValueWrong, KindUnknown, SignatoriesWrong
from docservice.documents.models import Document
from docservice.identity import queries as identity
from docservice.identity.models import Capacity, SigningAuthority, TenureMode
from docservice.identity.queries import Holder
from templates.capacities import ACTING_PREFIX
from templates.catalogue import ALL_KINDS, KINDS, SECRETARY, kind_on
from templates.draft import LONGEST_LINE, Draft, Letterhead, SignatureBlock, read_values
from templates.errors import FormInvalid
from templates.values import normal
from templates.wording import signature_lines

# Minutes name the part somebody had in the meeting (form 1.9).
CHAIR_TITLE, SECRETARY_TITLE = "CHỦ TỌA", "THƯ KÝ"


@dataclass(frozen=True)
class Form:
    """What a document keeps of its form beside the values."""

    kind_name: str
    subject: str


def read_form(reading: Reading, *, kind: str, values: Mapping[str, object]) -> Form:
    """Check the form's values; raises `KindUnknown`, or `FormValueWrong` naming the field."""
    known = kind_on(kind, reading.today)
    if known is None:
        raise KindUnknown(kind=kind[:20])
    try:
        content = read_values(kind, values)
    except FormInvalid as error:
        raise FormValueWrong(field=str(error.params["field"]), reason=error.code) from error
    return Form(known.name, content.subject)


def read_word_form(reading: Reading, *, kind: str, values: Mapping[str, object]) -> Form:
    """Check what is kept of a drafter's own Word file; raises `KindUnknown`, or `FormValueWrong` naming the field."""
    known = kind_on(kind, reading.today)
    if known is None:
        raise KindUnknown(kind=kind[:20])
    subject = values.get("subject")
    if not isinstance(subject, str) or not subject.strip():
        raise FormValueWrong(field="subject", reason="value_missing")
    if len(subject) > LONGEST_LINE:
        raise FormValueWrong(field="subject", reason="value_too_long")
    return Form(known.name, normal(" ".join(subject.split())))


def read_again(reading: Reading, document: Document, values: Mapping[str, object]) -> Form:
    """Check values for a document that was begun before; raises as `read_form`, or as `read_word_form`."""
    read = read_form if document.word_sha256 is None else read_word_form
    return read(reading, kind=document.kind, values=values)


def recipients_of(document: Document) -> tuple[str, ...]:
    """The entries of "Nơi nhận" as the document says them."""
    if document.side == joint.PARTNER:
        # It goes back to where it came from; whoever else gets it stands on its page.
        return ()
    if document.word_sha256 is None and document.copy_of_id is None:
        return read_values(document.kind, document.form_values or {}).recipients
    return tuple(str(entry) for entry in (document.form_values or {}).get("recipients", ()))


def addressees_of(document: Document) -> tuple[str, ...]:
    """Whom the document is addressed to in its head; none for a kind that says so in its body."""
    if document.side == joint.PARTNER:
        # Whom the file is addressed to stands on its page.
        return ()
    kind = ALL_KINDS.get(document.kind)
    if kind is None or any("{addressees}" in line for line in kind.lead):
        return ()
    if document.word_sha256 is None:
        return read_values(document.kind, document.form_values or {}).addressees
    return tuple(str(entry) for entry in (document.form_values or {}).get("addressees", ()))


def compose(reading: Reading, document: Document) -> Draft:
    """The draft as it would be signed now: present letterhead, present signer, present authority."""
    return compose_form(
        reading,
        agency_id=document.agency_id,
        kind=document.kind,
        values=document.form_values or {},
        signer_post_id=document.signer_post_id,
        drafter_post_id=document.drafter_post_id,
        named=named_posts(reading, document),
        field_id=document.field_id,
    )


def compose_form(
    reading: Reading,
    *,
    agency_id: UUID,
    kind: str,
    values: Mapping[str, object],
    signer_post_id: UUID | None,
    drafter_post_id: UUID | None,
    named: Sequence[UUID] = (),
    field_id: UUID | None = None,
) -> Draft:
    """A draft from values that need not be kept yet; raises `FormValueWrong` naming the field."""
    block = block_of(reading, kind=kind, signer_post_id=signer_post_id, field_id=field_id)
    return compose_with(
        reading,
        agency_id=agency_id,
        kind=kind,
        values=values,
        block=block,
        drafter=drafter_post_id,
        named=named,
    )


def compose_with(
    reading: Reading,
    *,
    agency_id: UUID,
    kind: str,
    values: Mapping[str, object],
    block: SignatureBlock,
    drafter: UUID | None,
    named: Sequence[UUID] = (),
) -> Draft:
    """A draft under the present letterhead, whoever is to sign it; raises `FormValueWrong` naming the field."""
    agency = identity.agency(reading, agency_id)
    try:
        content = read_values(kind, values)
    except FormInvalid as error:
        raise FormValueWrong(field=str(error.params["field"]), reason=error.code) from error
    return Draft(
        content=content,
        letterhead=Letterhead(
            tuple(agency.superior_lines), tuple(agency.issuer_lines), agency.place, identity.full_name(agency.name)
        ),
        signature=block,
        secretary=_secretary_of(reading, drafter) if SECRETARY in content.kind.signers else None,
        signatories=tuple(_signatory_of(reading, agency_id, post_id) for post_id in named),
    )


def signature_block(reading: Reading, document: Document) -> SignatureBlock:
    """The block of the document's signer as it would be signed now."""
    return block_of(reading, kind=document.kind, signer_post_id=document.signer_post_id, field_id=document.field_id)


def secretary_block(reading: Reading, document: Document) -> SignatureBlock | None:
    """The block of the secretary, for a kind that the secretary signs too; raises `FormValueWrong`."""
    if SECRETARY not in ALL_KINDS[document.kind].signers:
        return None
    return _secretary_of(reading, document.drafter_post_id)


def block_of(
    reading: Reading, *, kind: str, signer_post_id: UUID | None, field_id: UUID | None = None
) -> SignatureBlock:
    """Capacity, title and name of a signer today; raises `FormValueWrong`, `NoSigningAuthority`, `FieldNotCovered`.

    Empty for a kind that is routed: those its draft names sign it, each in a place of their own.
    """
    if kind in ALL_KINDS and ALL_KINDS[kind].routed:
        return SignatureBlock((), "")
    if signer_post_id is None:
        raise FormValueWrong(field="signer", reason="value_missing")
    holder = identity.holder_of(reading, signer_post_id)
    if holder is None:
        raise FormValueWrong(field="signer", reason="post_vacant")
    authority = identity.signing_authority(reading, post_id=holder.post.id, kind=kind, field_id=field_id)
    if kind in KINDS and SECRETARY in KINDS[kind].signers:
        return SignatureBlock((CHAIR_TITLE,), holder.person.full_name)
    lines = lines_of(reading, holder, authority)
    return SignatureBlock(lines, holder.person.full_name)


def named_posts(reading: Reading, document: Document) -> tuple[UUID, ...]:
    """The posts a routing slip names, as they stand on its page."""
    return tuple(row.post_id for row in signatories.named(reading, document.id))


def _signatory_of(reading: Reading, agency_id: UUID, post_id: UUID) -> SignatureBlock:
    holder = identity.holder_of(reading, post_id)
    if holder is None or holder.post.agency_id != agency_id:
        raise SignatoriesWrong(reason="signatory_elsewhere")
    return SignatureBlock((holder.post.title.upper(),), holder.person.full_name)


def lines_of(reading: Reading, holder: Holder, authority: SigningAuthority) -> tuple[str, ...]:
    """The lines above the signature of whoever holds the post today; raises `FormValueWrong`."""
    post = holder.post
    if holder.mode is TenureMode.IN_CHARGE and authority.capacity in {Capacity.HEAD, Capacity.COLLECTIVE}:
        # A deputy put in charge of the head's post signs as a deputy does (Annex I, part I, II.7).
        own = identity.deputy_title(reading, person_id=holder.person.id, agency_id=post.agency_id)
        if own is None:
            raise FormValueWrong(field="signer", reason="in_charge_without_title")
        return signature_lines(Capacity.DEPUTY, own_title=own, head_title=post.title, collective=authority.collective)
    # Q. belongs to the head's title: a deputy's or a unit head's own line never carries it.
    heads_own = authority.capacity in {Capacity.HEAD, Capacity.COLLECTIVE}
    return signature_lines(
        authority.capacity,
        own_title=post.title,
        collective=authority.collective,
        head_title=authority.head_title,
        unit_head_title=identity.unit_head_title(reading, authority),
        acting=ACTING_PREFIX if holder.mode is TenureMode.ACTING and heads_own else None,
    )


def _secretary_of(reading: Reading, post_id: UUID | None) -> SignatureBlock:
    """The secretary is who wrote the minutes: the holder of the drafting post."""
    holder = identity.holder_of(reading, post_id) if post_id else None
    if holder is None:
        raise FormValueWrong(field="secretary", reason="post_vacant")
    return SignatureBlock((SECRETARY_TITLE,), holder.person.full_name)

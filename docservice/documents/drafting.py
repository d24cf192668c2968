"""From the facts of a draft to the typed draft its form wants, with the library's errors in our words."""

from collections.abc import Mapping
from dataclasses import dataclass

from docservice.core.work import Reading
from docservice.documents.errors import FormValueWrong, KindUnknown
from docservice.documents.models import Document
from docservice.identity import queries as identity
from docservice.identity.models import Capacity, TenureMode
from templates.catalogue import kind_on
from templates.draft import Draft, Letterhead, SignatureBlock, read_values
from templates.errors import FormInvalid
from templates.wording import signature_lines

ACTING = "Q."


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


def compose(reading: Reading, document: Document) -> Draft:
    """The draft as it would be signed now: present letterhead, present signer, present authority."""
    agency = identity.agency(reading, document.agency_id)
    return Draft(
        content=read_values(document.kind, document.form_values or {}),
        letterhead=Letterhead(tuple(agency.superior_lines), tuple(agency.issuer_lines), agency.place),
        signature=_signature(reading, document),
    )


def _signature(reading: Reading, document: Document) -> SignatureBlock:
    if document.signer_post_id is None:
        raise FormValueWrong(field="signer", reason="value_missing")
    holder = identity.holder_of(reading, document.signer_post_id)
    if holder is None:
        raise FormValueWrong(field="signer", reason="post_vacant")
    authority = identity.signing_authority(reading, post_id=holder.post.id, kind=document.kind)
    acting = ACTING if holder.mode is TenureMode.ACTING and authority.capacity != Capacity.DEPUTY else None
    lines = signature_lines(
        authority.capacity,
        own_title=holder.post.title,
        collective=authority.collective,
        head_title=authority.head_title,
        acting=acting,
    )
    return SignatureBlock(lines, holder.person.full_name)

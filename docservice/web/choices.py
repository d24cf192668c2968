"""What the selects of a form offer: people, units, agencies, always of the acting post's own agency."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from uuid import UUID

from docservice.core.work import Reading
from docservice.documents import drafting, joint
from docservice.documents.catalogue import AgencyElsewhere, Catalogue
from docservice.documents.models import Document
from docservice.documents.signatories import Naming
from docservice.documents.status import Verb
from docservice.exchange import queries as exchange
from docservice.identity import fields
from docservice.identity import queries as identity
from docservice.identity.errors import FieldNotCovered, NoSigningAuthority
from docservice.identity.models import FieldOfWork, Role, SigningAuthority, Unit
from docservice.identity.queries import Holder
from docservice.workflow.transitions import SIGNATORIES
from templates.copying import COPY_FORMS
from templates.families import kind_names

_HANDLERS = (Role.OFFICIAL, Role.UNIT_HEAD, Role.FORM_CHECKER, Role.CLERK)
_HEADS = frozenset({Role.UNIT_HEAD, Role.FORM_CHECKER})
_RANKS = (Role.LEADER, Role.DEPUTY, Role.FORM_CHECKER, Role.UNIT_HEAD, Role.OFFICIAL, Role.CLERK)
SIGNING_ROLES = (Role.LEADER, Role.DEPUTY, Role.UNIT_HEAD, Role.FORM_CHECKER)


@dataclass(frozen=True)
class Offered:
    """What the open acts ask for: units to lead, people to assign, signers to change to."""

    units: tuple[Unit, ...] = ()
    handlers: tuple[Holder, ...] = ()
    signers: tuple[Holder, ...] = ()


def for_acts(reading: Reading, document: Document, acts: Iterable[Verb]) -> Offered:
    """Only what the acts need is read."""
    wanted = set(acts)
    units = identity.units(reading, agency_id=document.agency_id) if wanted & {Verb.DIRECT, Verb.PRESENT} else []
    handlers = []
    if Verb.ASSIGN in wanted:
        handlers = identity.holders_in(
            reading, agency_id=document.agency_id, roles=_HANDLERS, unit_id=reading.actor.unit_id
        )
    others = []
    if Verb.CHANGE_SIGNER in wanted:
        able = signers_in(reading, kind=document.kind, field_id=document.field_id)
        others = [holder for holder in able if holder.post.id != document.signer_post_id]
    return Offered(tuple(units), tuple(handlers), tuple(others))


def signers(reading: Reading, *, kind: str) -> list[Holder]:
    """Who may sign this kind today in the acting post's agency, in whatever field of work; the head first."""
    if reading.actor.agency_id is None:
        return []
    holders = identity.holders_in(reading, agency_id=reading.actor.agency_id, roles=SIGNING_ROLES)
    able = [holder for holder in holders if identity.authorities_on(reading, post_id=holder.post.id, kind=kind)]
    return sorted(able, key=lambda holder: SIGNING_ROLES.index(Role(holder.post.role)))


def signers_in(reading: Reading, *, kind: str, field_id: UUID | None) -> list[Holder]:
    """Who may sign this kind in this field of work."""
    return [holder for holder in signers(reading, kind=kind) if _may_sign(reading, holder, kind, field_id)]


def fields_signed(reading: Reading, holders: Iterable[Holder], *, kind: str) -> dict[UUID, str]:
    """By post: the names of the fields of work a signer is limited to; nothing for who signs in all."""
    names = {str(field.id): field.name for field in fields_of_work(reading)}
    said = {}
    for holder in holders:
        rows = identity.authorities_on(reading, post_id=holder.post.id, kind=kind)
        if all(row.fields for row in rows):
            own = {names[text] for row in rows for text in row.fields or () if text in names}
            said[holder.post.id] = ", ".join(sorted(own))
    return said


def fields_of_work(reading: Reading) -> list[FieldOfWork]:
    """The fields of work of the acting post's agency."""
    return fields.fields_of(reading, agency_id=reading.actor.agency_id) if reading.actor.agency_id else []


def own_field(reading: Reading) -> UUID | None:
    """The field of work the acting post's unit drafts in."""
    if reading.actor.agency_id is None:
        return None
    return fields.field_of_unit(reading, agency_id=reading.actor.agency_id, unit_id=reading.actor.unit_id)


def cosigners(reading: Reading, document: Document) -> list[Holder]:
    """Who may sign an arrived joint document for the own agency; empty for whoever may not begin that."""
    if reading.actor.role not in SIGNATORIES or not joint.waits_for_us(reading, document):
        return []
    return signers(reading, kind=document.kind)


@dataclass(frozen=True)
class Signatory:
    """Somebody whose signature a routing slip may want; without a certificate (`able`) they cannot give it."""

    holder: Holder
    able: bool


def signatories(reading: Reading) -> list[Signatory]:
    """Everybody of the acting post's agency who may sign a routing slip, the leaders first."""
    if reading.actor.agency_id is None:
        return []
    holders = identity.holders_in(reading, agency_id=reading.actor.agency_id, roles=SIGNATORIES)
    found = [Signatory(h, identity.has_certificate(reading, person_id=h.person.id)) for h in holders]
    return sorted(found, key=lambda one: _RANKS.index(Role(one.holder.post.role)))


def usual_naming(reading: Reading, offered: list[Signatory]) -> Naming:
    """Who signs a slip as a rule: its drafter, the head of the drafter's unit, the leader."""
    able = [one.holder.post for one in offered if one.able]
    own = [post.id for post in able if post.id == reading.actor.post_id]
    heads = [post.id for post in able if post.unit_id and post.unit_id == reading.actor.unit_id and post.role in _HEADS]
    leaders = [post.id for post in able if post.role == Role.LEADER]
    return Naming(tuple(dict.fromkeys((*own, *heads[:1], *leaders[:1]))))


def receivers(reading: Reading) -> list[AgencyElsewhere]:
    """The agencies a document can be sent to from here, by code once each.

    Every other one of this node, those the operator's catalogue names, and whoever has written to this agency.
    """
    here = [AgencyElsewhere(a.code, a.name) for a in identity.agencies(reading) if a.id != reading.actor.agency_id]
    own = {agency.code for agency in identity.agencies(reading)}
    known = {agency.code: agency for agency in here}
    elsewhere = [*reading.ports[Catalogue].agencies]
    if reading.actor.agency_id is not None:
        found = exchange.partners(reading, agency_id=reading.actor.agency_id)
        elsewhere += [AgencyElsewhere(code, name) for code, name in found]
    for agency in sorted(elsewhere, key=lambda one: one.name):
        if agency.code not in own:
            known.setdefault(agency.code, agency)
    return list(known.values())


def partners(reading: Reading) -> list[AgencyElsewhere]:
    """The agencies that can sign a joint document, each with its head where this node or its catalogue knows them."""
    heads = identity.heads(reading)
    here = {agency.code: heads[agency.id] for agency in identity.agencies(reading) if agency.id in heads}
    return [
        _with_head(reading, agency, *here[agency.code]) if agency.code in here else agency
        for agency in receivers(reading)
    ]


def _with_head(reading: Reading, agency: AgencyElsewhere, head: Holder, authority: SigningAuthority) -> AgencyElsewhere:
    title = " ".join(drafting.lines_of(reading, head, authority))
    return replace(agency, title=title, signer=head.person.full_name)


def units(reading: Reading) -> list[Unit]:
    """The units of the acting post's agency, for those who receive a document inside."""
    return identity.units(reading, agency_id=reading.actor.agency_id) if reading.actor.agency_id else []


def kinds_signed() -> dict[str, str]:
    """Everything a post may be given to sign, of every family in use, by code."""
    return kind_names() | {code: form.name for code, form in COPY_FORMS.items()}


def own_archive(reading: Reading) -> str:
    """What stands after "Lưu:": the clerk's office and the drafting unit (Decree 30/2020, Annex I, part I, II.9.b)."""
    unit = identity.unit(reading, reading.actor.unit_id) if reading.actor.unit_id else None
    return f"VT, {unit.abbreviation}" if unit and unit.abbreviation != "VT" else "VT"


def agency_name(reading: Reading, code: str) -> str:
    """The agency's name, or its code where nobody here knows it."""
    known = identity.agency_by_code(reading, code)
    return known.name if known else reading.ports[Catalogue].name_of(code) or code


def _may_sign(reading: Reading, holder: Holder, kind: str, field_id: UUID | None) -> bool:
    try:
        identity.signing_authority(reading, post_id=holder.post.id, kind=kind, field_id=field_id)
    except (NoSigningAuthority, FieldNotCovered):
        return False
    return True

"""What the selects of a form offer: people, units, agencies, always of the acting post's own agency."""

from collections.abc import Iterable
from dataclasses import dataclass

from docservice.core.work import Reading
from docservice.documents.models import Document
from docservice.documents.status import Verb
from docservice.identity import queries as identity
from docservice.identity.errors import NoSigningAuthority
from docservice.identity.models import Agency, Role, Unit
from docservice.identity.queries import Holder

_HANDLERS = (Role.OFFICIAL, Role.UNIT_HEAD, Role.FORM_CHECKER, Role.CLERK)
_SIGNERS = (Role.LEADER, Role.DEPUTY, Role.UNIT_HEAD, Role.FORM_CHECKER)


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
        others = [h for h in signers(reading, kind=document.kind) if h.post.id != document.signer_post_id]
    return Offered(tuple(units), tuple(handlers), tuple(others))


def signers(reading: Reading, *, kind: str) -> list[Holder]:
    """Who may sign this kind today in the acting post's agency, the head first."""
    if reading.actor.agency_id is None:
        return []
    holders = identity.holders_in(reading, agency_id=reading.actor.agency_id, roles=_SIGNERS)
    able = [holder for holder in holders if _may_sign(reading, holder, kind)]
    return sorted(able, key=lambda holder: _SIGNERS.index(Role(holder.post.role)))


def receivers(reading: Reading) -> list[Agency]:
    """The agencies a document can be sent to from here: every other one of this node."""
    return [agency for agency in identity.agencies(reading) if agency.id != reading.actor.agency_id]


def units(reading: Reading) -> list[Unit]:
    """The units of the acting post's agency, for those who receive a document inside."""
    return identity.units(reading, agency_id=reading.actor.agency_id) if reading.actor.agency_id else []


def own_archive(reading: Reading) -> str:
    """What stands after "Lưu:": the clerk's office and the drafting unit (Decree 30/2020, Annex I, part I, II.9.b)."""
    unit = identity.unit(reading, reading.actor.unit_id) if reading.actor.unit_id else None
    return f"VT, {unit.abbreviation}" if unit and unit.abbreviation != "VT" else "VT"


def agency_name(reading: Reading, code: str) -> str:
    """The agency's name, or its code where this node does not know it."""
    known = identity.agency_by_code(reading, code)
    return known.name if known else code


def _may_sign(reading: Reading, holder: Holder, kind: str) -> bool:
    try:
        identity.signing_authority(reading, post_id=holder.post.id, kind=kind)
    except NoSigningAuthority:
        return False
    return True

"""Verbs that change who there is; each is noted in the journal."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select

from docservice.core.ids import new_id
from docservice.core.work import Work
from docservice.identity import queries
from docservice.identity.errors import (
    CertificateKnown,
    CodeTaken,
    NoCertificate,
    PeriodWrong,
    PostNotHeld,
)
from docservice.identity.models import (
    Agency,
    Certificate,
    Person,
    Post,
    Role,
    Tenure,
    TenureMode,
    Unit,
)


def found_agency(
    work: Work,
    *,
    name: str,
    code: str,
    kind: str,
    abbreviation: str,
    place: str,
    issuer_lines: list[str],
    superior_lines: list[str] | None = None,
    code_qcvn102: str | None = None,
    parent_id: UUID | None = None,
    valid_from: date,
) -> Agency:
    """Enter an agency with its letterhead; raises `CodeTaken`."""
    if work.session.scalar(select(Agency.id).where(Agency.code == code)) is not None:
        raise CodeTaken(code=code)
    agency = Agency(
        id=new_id(),
        name=name,
        superior_lines=superior_lines or [],
        issuer_lines=issuer_lines,
        abbreviation=abbreviation,
        place=place,
        code=code,
        code_qcvn102=code_qcvn102,
        kind=kind,
        parent_id=parent_id,
        valid_from=valid_from,
    )
    work.session.add(agency)
    work.session.flush()
    work.note("found_agency", agency.id, name=name, code=code)
    return agency


def open_unit(work: Work, *, agency_id: UUID, name: str, abbreviation: str, valid_from: date) -> Unit:
    """Enter a unit of an agency."""
    unit = Unit(id=new_id(), agency_id=agency_id, name=name, abbreviation=abbreviation, valid_from=valid_from)
    work.session.add(unit)
    work.session.flush()
    work.note("open_unit", unit.id, name=name, agency=agency_id)
    return unit


def create_post(
    work: Work, *, agency_id: UUID, title: str, role: Role, valid_from: date, unit_id: UUID | None = None
) -> Post:
    """Create a post; its rights follow from its role."""
    post = Post(id=new_id(), agency_id=agency_id, unit_id=unit_id, title=title, role=role, valid_from=valid_from)
    work.session.add(post)
    work.session.flush()
    work.note("create_post", post.id, title=title, role=role, agency=agency_id)
    return post


def enter_person(work: Work, *, full_name: str) -> Person:
    """Enter a person, who has no right before an appointment."""
    person = Person(id=new_id(), full_name=full_name)
    work.session.add(person)
    work.session.flush()
    work.note("enter_person", person.id)
    return person


def appoint(
    work: Work,
    *,
    post_id: UUID,
    person_id: UUID,
    valid_from: date,
    valid_to: date | None = None,
    mode: TenureMode = TenureMode.REGULAR,
) -> Tenure:
    """Put a person into a post for a time; raises `PeriodWrong`."""
    if valid_to is not None and valid_to < valid_from:
        raise PeriodWrong
    tenure = Tenure(
        id=new_id(), post_id=post_id, person_id=person_id, mode=mode, valid_from=valid_from, valid_to=valid_to
    )
    work.session.add(tenure)
    work.session.flush()
    work.note("appoint", tenure.id, post=post_id, person=person_id, valid_from=valid_from, valid_to=valid_to)
    return tenure


def end_tenure(work: Work, *, agency_id: UUID, tenure_id: UUID, last_day: date) -> Tenure:
    """End a tenure of the agency's; its rights end with the day. Raises `PostNotHeld` for any other."""
    tenure = work.session.scalars(
        select(Tenure).join(Post, Post.id == Tenure.post_id).where(Tenure.id == tenure_id, Post.agency_id == agency_id)
    ).one_or_none()
    if tenure is None:
        raise PostNotHeld
    tenure.valid_to = last_day
    work.note("end_tenure", tenure.id, last_day=last_day)
    return tenure


def register_certificate(
    work: Work,
    *,
    certificate_id: UUID,
    issuer: str,
    serial: str,
    public_key_sha256: str,
    valid_from: datetime,
    valid_to: datetime,
    person_id: UUID | None = None,
    agency_id: UUID | None = None,
    image_sha256: str | None = None,
    source: str = "file",
    pem: str | None = None,
) -> Certificate:
    """Register the certificate of a person or an agency; its id names the key's place in the key source.

    A key that signs elsewhere (`source` other than "file") needs the certificates themselves, as PEM. Raises
    `CertificateKnown` when it is registered already.
    """
    known = select(Certificate.id).where(Certificate.issuer == issuer, Certificate.serial == serial)
    if work.session.scalars(known).first() is not None:
        raise CertificateKnown(serial=serial)
    certificate = Certificate(
        id=certificate_id,
        person_id=person_id,
        agency_id=agency_id,
        issuer=issuer,
        serial=serial,
        public_key_sha256=public_key_sha256,
        image_sha256=image_sha256,
        source=source,
        pem=pem,
        valid_from=valid_from,
        valid_to=valid_to,
    )
    work.session.add(certificate)
    work.session.flush()
    work.note("register_certificate", certificate.id, serial=serial, person=person_id, agency=agency_id)
    return certificate


def retire_certificate(work: Work, *, agency_id: UUID, certificate_id: UUID) -> None:
    """Stop using a certificate of the agency or of somebody in it; what it signed stays. Raises `NoCertificate`."""
    owned = {entry.certificate.id: entry.certificate for entry in queries.certificates(work, agency_id=agency_id)}
    certificate = owned.get(certificate_id)
    if certificate is None or certificate.revoked_at is not None:
        raise NoCertificate(owner="Cơ quan")
    certificate.revoked_at = work.now
    work.note("retire_certificate", certificate.id, serial=certificate.serial)


def set_release_policy(work: Work, *, agency_id: UUID, waits_for_stamp: bool) -> None:
    """Whether the agency's documents wait for their time stamp before they are released."""
    queries.agency(work, agency_id).release_waits_for_stamp = waits_for_stamp
    work.note("set_release_policy", agency_id, waits_for_stamp=waits_for_stamp)

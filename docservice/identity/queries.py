"""Reads of identity: who holds which post today, and what that post may see and sign."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Date, and_, bindparam, or_, select

from docservice.core.clock import VIETNAM
from docservice.core.words import N_
from docservice.core.work import Actor, Reading
from docservice.identity.errors import (
    AgencyUnknown,
    FieldNotCovered,
    NoCertificate,
    NoSigningAuthority,
    NotCustodian,
    PostNotHeld,
)
from docservice.identity.models import (
    Account,
    Agency,
    Capacity,
    Certificate,
    Custody,
    Device,
    FieldOfWork,
    Person,
    Post,
    Role,
    SigningAuthority,
    Tenure,
    TenureMode,
    Unit,
)


@dataclass(frozen=True)
class Holder:
    """A person in a post today."""

    person: Person
    post: Post
    mode: TenureMode


def valid_on(row: Any, day: date | ColumnElement[date]) -> ColumnElement[bool]:
    """The condition that a dated row holds on a day (both ends included)."""
    return and_(row.valid_from <= day, or_(row.valid_to.is_(None), row.valid_to >= day))


def actor_as(reading: Reading, *, person_id: UUID, post_id: UUID) -> Actor:
    """The person acting as this post today; raises `PostNotHeld`."""
    holder = _holder(reading, Tenure.post_id == post_id, Tenure.person_id == person_id)
    if holder is None:
        raise PostNotHeld
    post = holder.post
    return Actor(
        name=holder.person.full_name,
        person_id=person_id,
        post_id=post_id,
        agency_id=post.agency_id,
        unit_id=post.unit_id,
        role=post.role,
        tokens=tokens_of_post(post),
    )


def tokens_of_post(post: Post) -> frozenset[str]:
    """The reader tokens a post brings; none reaches beyond its agency."""
    return tokens_of(post_id=post.id, agency_id=post.agency_id, unit_id=post.unit_id, role=Role(post.role))


def tokens_of(*, post_id: UUID, agency_id: UUID, unit_id: UUID | None, role: Role) -> frozenset[str]:
    """The reader tokens of a post with these facts."""
    tokens = {f"post:{post_id}", f"agency:{agency_id}/all"}
    if group := GROUP_OF_ROLE.get(role):
        tokens.add(f"agency:{agency_id}/{group}")
    if unit_id is not None:
        tokens.add(f"unit:{unit_id}")
    return frozenset(tokens)


GROUP_OF_ROLE = {
    Role.CLERK: "clerks",
    Role.LEADER: "leaders",
    Role.DEPUTY: "leaders",
    Role.FORM_CHECKER: "checkers",
    Role.ARCHIVIST: "archivists",
    Role.SECURITY_OFFICER: "security",
}


def holder_of(reading: Reading, post_id: UUID) -> Holder | None:
    """Who holds the post today."""
    return _holder(reading, Tenure.post_id == post_id)


def holders_in(
    reading: Reading, *, agency_id: UUID, roles: Iterable[Role], unit_id: UUID | None = None
) -> list[Holder]:
    """Who holds posts of these roles today, in the agency or only in one of its units."""
    conditions: list[ColumnElement[bool]] = [Post.agency_id == agency_id, Post.role.in_(list(roles))]
    if unit_id is not None:
        conditions.append(Post.unit_id == unit_id)
    return _holders(reading, *conditions)


def heads(reading: Reading) -> dict[UUID, tuple[Holder, SigningAuthority]]:
    """By agency of this node: its head, and what lets the head sign today; nothing where either is missing."""
    leaders = {holder.post.id: holder for holder in _holders(reading, Post.role == Role.LEADER)}
    wanted = select(SigningAuthority).where(
        SigningAuthority.post_id.in_(leaders),
        SigningAuthority.capacity.in_((Capacity.HEAD, Capacity.COLLECTIVE)),
        valid_on(SigningAuthority, reading.today),
    )
    rows = reading.session.scalars(wanted.order_by(SigningAuthority.id.desc()))
    return {leaders[row.post_id].post.agency_id: (leaders[row.post_id], row) for row in rows}


@dataclass(frozen=True)
class StaffEntry:
    """Somebody in a post today, and the name they sign in with."""

    person: Person
    post: Post
    tenure: Tenure
    login: str | None


def staff(reading: Reading, *, agency_id: UUID) -> list[StaffEntry]:
    """Everybody who holds a post of the agency today, oldest post first."""
    rows = reading.session.execute(
        select(Person, Post, Tenure, Account.login)
        .join(Tenure, Tenure.person_id == Person.id)
        .join(Post, Post.id == Tenure.post_id)
        .outerjoin(Account, Account.person_id == Person.id)
        .where(Post.agency_id == agency_id, valid_on(Tenure, reading.today), valid_on(Post, reading.today))
        .order_by(Post.id)
    )
    return [StaffEntry(person, post, tenure, login) for person, post, tenure, login in rows]


def vacant_posts(reading: Reading, *, agency_id: UUID) -> list[Post]:
    """The agency's posts of today that nobody holds, oldest first."""
    held = select(Tenure.post_id).where(valid_on(Tenure, reading.today))
    wanted = select(Post).where(Post.agency_id == agency_id, valid_on(Post, reading.today), Post.id.not_in(held))
    return list(reading.session.scalars(wanted.order_by(Post.id)))


def agency(reading: Reading, agency_id: UUID) -> Agency:
    found = reading.session.get(Agency, agency_id)
    if found is None:
        raise AgencyUnknown(code=str(agency_id))
    return found


def full_name(agency_name: str) -> str:
    """The agency's name without the abbreviations an office uses inside: it stands on copies and annexes."""
    for short, long in (("UBND ", "Ủy ban nhân dân "), ("HĐND ", "Hội đồng nhân dân ")):
        if agency_name.startswith(short):
            return long + agency_name.removeprefix(short)
    return agency_name


def agency_by_code(reading: Reading, code: str) -> Agency | None:
    """The agency of this node that has the code, in either notation."""
    condition = or_(Agency.code == code, Agency.code_qcvn102 == code)
    return reading.session.scalars(select(Agency).where(condition)).one_or_none()


def agencies(reading: Reading) -> list[Agency]:
    """Every agency of this node, by code."""
    return list(reading.session.scalars(select(Agency).order_by(Agency.code)))


def unit(reading: Reading, unit_id: UUID) -> Unit | None:
    return reading.session.get(Unit, unit_id)


def units(reading: Reading, *, agency_id: UUID) -> list[Unit]:
    """The agency's units, by name."""
    return list(reading.session.scalars(select(Unit).where(Unit.agency_id == agency_id).order_by(Unit.name)))


def signing_authority(reading: Reading, *, post_id: UUID, kind: str, field_id: UUID | None = None) -> SigningAuthority:
    """The authority by which the post may sign this kind in this field of work today (article 13).

    Raises `NoSigningAuthority`, and `FieldNotCovered` where what the post has is for other fields.
    """
    rows = authorities_on(reading, post_id=post_id, kind=kind)
    for row in rows:
        if not row.fields or (field_id is not None and str(field_id) in row.fields):
            return row
    if rows:
        field = reading.session.get(FieldOfWork, field_id) if field_id else None
        raise FieldNotCovered(field=field.name if field else "?")
    raise NoSigningAuthority(day=f"{reading.today:%d/%m/%Y}")


def authorities_on(reading: Reading, *, post_id: UUID, kind: str) -> list[SigningAuthority]:
    """What lets a post sign this kind today, in whatever field of work."""
    wanted = select(SigningAuthority).where(
        SigningAuthority.post_id == post_id, valid_on(SigningAuthority, reading.today)
    )
    rows = reading.session.scalars(wanted.order_by(SigningAuthority.id))
    return [row for row in rows if (not row.kinds or kind in row.kinds) and still_passed(reading, row)]


def still_passed(reading: Reading, authority: SigningAuthority) -> bool:
    """What was passed on ends with the authority it came from."""
    passed = reading.session.get(SigningAuthority, authority.passed_from_id) if authority.passed_from_id else None
    if passed is None:
        return authority.passed_from_id is None
    return passed.valid_from <= reading.today and (passed.valid_to is None or passed.valid_to >= reading.today)


def unit_head_title(reading: Reading, authority: SigningAuthority) -> str | None:
    """The title of the unit's head who passed the authority on; None where it was given to the post itself."""
    passed = reading.session.get(SigningAuthority, authority.passed_from_id) if authority.passed_from_id else None
    head = reading.session.get(Post, passed.post_id) if passed else None
    return head.title if head else None


def deputy_title(reading: Reading, *, person_id: UUID, agency_id: UUID) -> str | None:
    """The title of the deputy's post somebody holds today; None for who holds none."""
    wanted = (
        select(Post.title)
        .join(Tenure, Tenure.post_id == Post.id)
        .where(
            Tenure.person_id == person_id,
            Post.agency_id == agency_id,
            Post.role == Role.DEPUTY,
            valid_on(Tenure, reading.today),
        )
        .limit(1)
    )
    return reading.session.scalars(wanted).one_or_none()


def device_kept_by(reading: Reading, *, agency_id: UUID, person_id: UUID | None) -> Device:
    """The agency's key device, if this person is its custodian today; raises `NotCustodian` (article 32)."""
    device = reading.session.scalars(
        select(Device)
        .join(Custody, Custody.device_id == Device.id)
        .where(Device.agency_id == agency_id, Custody.person_id == person_id, valid_on(Custody, reading.today))
        .limit(1)
    ).one_or_none()
    if device is None:
        raise NotCustodian
    return device


def certificate_of(reading: Reading, *, person_id: UUID | None = None, agency_id: UUID | None = None) -> Certificate:
    """The newest certificate of the person or agency that is valid now; raises `NoCertificate`."""
    found = reading.session.scalars(
        select(Certificate)
        .where(
            Certificate.person_id == person_id if person_id else Certificate.agency_id == agency_id,
            Certificate.valid_from <= reading.now,
            Certificate.valid_to > reading.now,
            Certificate.revoked_at.is_(None),
        )
        .order_by(Certificate.valid_from.desc(), Certificate.id.desc())
        .limit(1)
    ).one_or_none()
    if found is None:
        raise NoCertificate(owner="Người ký" if person_id else "Cơ quan")
    return found


def has_certificate(reading: Reading, *, person_id: UUID) -> bool:
    """Whether the person can sign today."""
    try:
        certificate_of(reading, person_id=person_id)
    except NoCertificate:
        return False
    return True


@dataclass(frozen=True)
class OwnedCertificate:
    """A registered certificate with its owner's name."""

    certificate: Certificate
    owner: str


def certificates_of_person(reading: Reading, person_id: UUID) -> list[Certificate]:
    """Everything registered for a person, the newest first."""
    wanted = select(Certificate).where(Certificate.person_id == person_id).order_by(Certificate.valid_from.desc())
    return list(reading.session.scalars(wanted))


def certificates(reading: Reading, *, agency_id: UUID) -> list[OwnedCertificate]:
    """The agency's own certificates and those of its people of today, the newest first for each owner."""
    found = reading.session.execute(
        select(Certificate, Agency.name)
        .join(Agency, Agency.id == Certificate.agency_id)
        .where(Certificate.agency_id == agency_id)
        .order_by(Certificate.valid_from.desc())
    )
    owned = [OwnedCertificate(*row) for row in found]
    people = {member.person.id for member in staff(reading, agency_id=agency_id)}
    rows = reading.session.execute(
        select(Certificate, Person.full_name)
        .join(Person, Person.id == Certificate.person_id)
        .where(Certificate.person_id.in_(people))
        .order_by(Person.full_name, Certificate.valid_from.desc())
    )
    return owned + [OwnedCertificate(*row) for row in rows]


def _holder(reading: Reading, *conditions: ColumnElement[bool]) -> Holder | None:
    return next(iter(_holders(reading, *conditions)), None)


def _holders(reading: Reading, *conditions: ColumnElement[bool]) -> list[Holder]:
    day = reading.now.astimezone(VIETNAM).date()
    rows = reading.session.execute(
        select(Person, Post, Tenure.mode)
        .join(Tenure, Tenure.person_id == Person.id)
        .join(Post, Post.id == Tenure.post_id)
        .where(valid_on(Tenure, day), valid_on(Post, day), *conditions)
        .order_by(Post.id, Tenure.valid_from.desc())
    )
    return [Holder(person, post, TenureMode(mode)) for person, post, mode in rows]


_DAY = bindparam("day", type_=Date)
_POSTS_NAMED = (
    select(Post.id, Post.title, Person.full_name)
    .outerjoin(Tenure, (Tenure.post_id == Post.id) & valid_on(Tenure, _DAY) & valid_on(Post, _DAY))
    .outerjoin(Person, Person.id == Tenure.person_id)
    .where(Post.id.in_(bindparam("ids", expanding=True)))
    .order_by(Post.id, Tenure.valid_from.desc())
)


def names_of_tokens(reading: Reading, tokens: Iterable[str | None]) -> dict[str | None, tuple[str, str]]:
    """Whom reader tokens mean, in words: name and post, or unit, or group; two empty texts for nobody."""
    parted = {token: (token or "").partition(":")[::2] for token in tokens}
    posts = {UUID(rest) for kind, rest in parted.values() if kind == "post"}
    units_ = {UUID(rest) for kind, rest in parted.values() if kind == "unit"}
    names: dict[str, tuple[str, str]] = {}
    if posts:
        for post_id, title, holder in reading.session.execute(_POSTS_NAMED, {"ids": posts, "day": reading.today}):
            # Of two holders the newest comes first.
            names.setdefault(str(post_id), (holder, title) if holder else (title, ""))
    if units_:
        rows = reading.session.execute(select(Unit.id, Unit.name).where(Unit.id.in_(units_)))
        names.update({str(unit_id): (name, "") for unit_id, name in rows})
    return {token: _name(kind, rest, names) for token, (kind, rest) in parted.items()}


def name_of_token(reading: Reading, token: str | None) -> tuple[str, str]:
    """Whom one reader token means (`names_of_tokens`)."""
    return names_of_tokens(reading, [token])[token]


def _name(kind: str, rest: str, names: dict[str, tuple[str, str]]) -> tuple[str, str]:
    if kind in {"post", "unit"}:
        return names.get(rest, ("", ""))
    if kind == "agency":
        return (GROUP_NAMES.get(rest.partition("/")[2], ""), "")
    if kind == "organ":
        # An agency that need not be of this node: whoever knows its name says it.
        return (rest, "")
    return (SYSTEM_NAME, "") if kind == "system" else ("", "")


SYSTEM_NAME = N_("Hệ thống")
GROUP_NAMES = {
    "clerks": N_("Văn thư"),
    "leaders": N_("Lãnh đạo"),
    "checkers": N_("Người kiểm tra thể thức"),
    "archivists": N_("Lưu trữ viên"),
}


def lock_agency(reading: Reading, agency_id: UUID) -> None:
    """Hold the agency's row until the transaction ends, where two of its people might take the same ordinal."""
    reading.session.execute(select(Agency.id).where(Agency.id == agency_id).with_for_update())

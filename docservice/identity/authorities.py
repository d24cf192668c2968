"""Authorities to sign: granted as far as the decree lets each reach, passed on, revoked; each noted (article 13)."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import select

from docservice.core.errors import NotAllowed
from docservice.core.ids import new_id
from docservice.core.work import Reading, Work
from docservice.identity import fields, queries
from docservice.identity.errors import AuthorityIncomplete, AuthorityUnknown, PeriodWrong
from docservice.identity.models import Capacity, Post, Role, SigningAuthority
from docservice.identity.queries import Holder
from templates.capacities import SigningCapacity, capacity_on, is_deputy

# Who enters for the whole agency what its head has decided.
KEEPERS = frozenset({Role.ADMINISTRATOR, Role.LEADER})


class Standing(StrEnum):
    """How an authority stands on a day."""

    HOLDS = "holds"
    NOT_YET = "not_yet"
    ENDED = "ended"
    REVOKED = "revoked"


@dataclass(frozen=True)
class Entry:
    """An authority with the post it belongs to, who holds that post today, and whose it was before it was passed on."""

    authority: SigningAuthority
    post: Post
    holder: Holder | None
    standing: Standing
    field_names: tuple[str, ...]
    passed_from: Post | None


def grant_authority(
    work: Work,
    *,
    post_id: UUID,
    capacity: Capacity,
    basis_document: str,
    valid_from: date,
    valid_to: date | None = None,
    kinds: list[str] | None = None,
    field_ids: list[UUID] | None = None,
    collective: str | None = None,
    head_title: str | None = None,
    passed_from_id: UUID | None = None,
) -> SigningAuthority:
    """Let a post sign in a capacity, as far as the decree lets it reach; raises `AuthorityIncomplete` (article 13).

    `field_ids` are the fields of work it reaches into, all where none is named. `passed_from_id` names the authority
    by order (TL.) of the unit's head, passed to the unit's deputy.
    """
    rule = capacity_on(capacity, valid_from)
    if rule is None:
        raise AuthorityIncomplete(reason="capacity_unknown")
    _require_whole(
        rule,
        given={"collective": collective, "head_title": head_title},
        kinds=kinds,
        valid_to=valid_to,
        basis_document=basis_document,
    )
    if valid_to is not None and valid_to < valid_from:
        raise PeriodWrong
    post = work.session.get(Post, post_id)
    if post is None:
        raise AuthorityIncomplete(reason="post")
    for field_id in field_ids or ():
        fields.get(work, agency_id=post.agency_id, field_id=field_id)
    if passed_from_id is not None:
        _require_passable(work, rule, post, passed_from_id)
    elif post.role not in rule.posts or (Role.DEPUTY not in rule.posts and is_deputy(post.title)):
        raise AuthorityIncomplete(reason="post")
    authority = SigningAuthority(
        id=new_id(),
        post_id=post_id,
        capacity=capacity,
        collective=collective,
        head_title=head_title,
        kinds=kinds or [],
        fields=[str(field_id) for field_id in field_ids or ()],
        passed_from_id=passed_from_id,
        basis_document=basis_document.strip(),
        valid_from=valid_from,
        valid_to=valid_to,
    )
    work.session.add(authority)
    work.session.flush()
    work.note("grant_authority", authority.id, post=post_id, capacity=capacity, basis=basis_document)
    return authority


def _require_whole(
    rule: SigningCapacity,
    *,
    given: dict[str, str | None],
    kinds: list[str] | None,
    valid_to: date | None,
    basis_document: str,
) -> None:
    lacking = [name for name in rule.needs if not (given[name] or "").strip()]
    lacking += ["ends"] if rule.ends and valid_to is None else []
    lacking += ["limited"] if rule.limited and not kinds else []
    lacking += [] if basis_document.strip() else ["basis"]
    if lacking:
        raise AuthorityIncomplete(reason=lacking[0])


def _require_passable(work: Work, rule: SigningCapacity, own: Post, passed_from_id: UUID) -> None:
    """TL. only, once, to a deputy within the unit of the head who has it."""
    passed = work.session.get(SigningAuthority, passed_from_id)
    head = work.session.get(Post, passed.post_id) if passed else None
    is_passable = passed is not None and passed.capacity == rule.code and passed.passed_from_id is None
    in_one_unit = head is not None and own.unit_id is not None and own.unit_id == head.unit_id
    is_deputys = own is not head and own.role in rule.posts and is_deputy(own.title)
    if not (rule.passed_on and is_passable and in_one_unit and is_deputys):
        raise AuthorityIncomplete(reason="not_passed_on")


def pass_on(
    work: Work, *, agency_id: UUID, authority_id: UUID, post_id: UUID, basis_document: str, valid_to: date | None = None
) -> SigningAuthority:
    """Let a deputy of the own unit sign by order too: whoever has the authority, or who keeps them all.

    It reaches as far as what it comes from, and ends with it. Raises `AuthorityUnknown`, `AuthorityIncomplete`.
    """
    passed = get(work, agency_id=agency_id, authority_id=authority_id)
    if work.actor.post_id != passed.post_id and work.actor.role not in KEEPERS:
        raise NotAllowed
    if standing(passed, work.today) is not Standing.HOLDS:
        raise AuthorityUnknown
    ends = min((day for day in (valid_to, passed.valid_to) if day is not None), default=None)
    return grant_authority(
        work,
        post_id=post_id,
        capacity=Capacity(passed.capacity),
        basis_document=basis_document,
        valid_from=work.today,
        valid_to=ends,
        kinds=list(passed.kinds),
        field_ids=[UUID(text) for text in passed.fields or ()],
        head_title=passed.head_title,
        passed_from_id=passed.id,
    )


def revoke_authority(
    work: Work, *, agency_id: UUID, authority_id: UUID, reason: str, last_day: date | None = None
) -> SigningAuthority:
    """End an authority, by default at once, with what was passed on from it; what was signed stays as it is.

    Raises `AuthorityUnknown`, and `AuthorityIncomplete` without a reason.
    """
    authority = get(work, agency_id=agency_id, authority_id=authority_id)
    passed = work.session.get(SigningAuthority, authority.passed_from_id) if authority.passed_from_id else None
    is_passer = passed is not None and passed.post_id == work.actor.post_id
    if not is_passer and work.actor.role not in KEEPERS:
        raise NotAllowed
    if not reason.strip():
        raise AuthorityIncomplete(reason="reason")
    if standing(authority, work.today) in {Standing.ENDED, Standing.REVOKED}:
        raise AuthorityUnknown
    last = last_day or work.today - timedelta(days=1)
    # Whoever ends an authority never lengthens it.
    authority.valid_to = last if authority.valid_to is None else min(last, authority.valid_to)
    authority.revoked_at, authority.revoked_reason = work.now, reason.strip()
    work.note("revoke_authority", authority.id, last_day=authority.valid_to, reason=authority.revoked_reason)
    return authority


def get(reading: Reading, *, agency_id: UUID, authority_id: UUID) -> SigningAuthority:
    """An authority of this agency; raises `AuthorityUnknown`."""
    found = reading.session.get(SigningAuthority, authority_id)
    post = reading.session.get(Post, found.post_id) if found else None
    if found is None or post is None or post.agency_id != agency_id:
        raise AuthorityUnknown
    return found


def standing(authority: SigningAuthority, day: date) -> Standing:
    """Whether it holds on a day, is still to begin, ended by itself or was revoked."""
    if authority.valid_to is not None and authority.valid_to < day:
        return Standing.REVOKED if authority.revoked_at else Standing.ENDED
    return Standing.NOT_YET if authority.valid_from > day else Standing.HOLDS


def entries(reading: Reading, *, agency_id: UUID) -> list[Entry]:
    """Every authority of the agency: those that hold first, each group by post."""
    names = {str(field.id): field.name for field in fields.fields_of(reading, agency_id=agency_id)}
    rows = reading.session.execute(
        select(SigningAuthority, Post)
        .join(Post, Post.id == SigningAuthority.post_id)
        .where(Post.agency_id == agency_id)
        .order_by(Post.id, SigningAuthority.valid_from.desc(), SigningAuthority.id)
    ).all()
    posts = {authority.id: post for authority, post in rows}
    found = [
        Entry(
            authority,
            post,
            queries.holder_of(reading, post.id),
            standing(authority, reading.today) if queries.still_passed(reading, authority) else Standing.REVOKED,
            tuple(names[text] for text in authority.fields or () if text in names),
            posts.get(authority.passed_from_id) if authority.passed_from_id else None,
        )
        for authority, post in rows
    ]
    return sorted(found, key=lambda entry: list(Standing).index(entry.standing))


def deputies_beside(reading: Reading, post: Post) -> list[Holder]:
    """Deputies of the unit whose head holds this post, who may be passed its authority by order."""
    if post.unit_id is None:
        return []
    roles = (Role.UNIT_HEAD, Role.FORM_CHECKER)
    holders = queries.holders_in(reading, agency_id=post.agency_id, roles=roles, unit_id=post.unit_id)
    return [holder for holder in holders if holder.post.id != post.id and is_deputy(holder.post.title)]

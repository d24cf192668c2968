"""Signing in: passwords as argon2 hashes, sessions as rows, and a brake on guessing.

A session ends after 8 hours without use and after 24 hours in any case. Five wrong tries within 15 minutes stop an
account, twenty stop an address, each until the oldest of them is 15 minutes past.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from secrets import token_urlsafe
from typing import Any
from uuid import UUID

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from sqlalchemy import Date, bindparam, delete, func, select, update

from docservice.core.ids import new_id
from docservice.core.work import Actor, Reading, Work
from docservice.identity.errors import LoginTaken, PasswordTooShort, SignInWrong, TooManyTries
from docservice.identity.models import Account, Agency, Person, Post, Role, SignInFailure, SignInSession, Tenure, Unit
from docservice.identity.queries import tokens_of, valid_on

IDLE, LONGEST = timedelta(hours=8), timedelta(hours=24)
WINDOW = timedelta(minutes=15)
TRIES_OF_ACCOUNT, TRIES_OF_ADDRESS = 5, 20
LEAST_PASSWORD = 10
# A session's last use is written this often, so that reading a page writes nothing.
SEEN_EVERY = timedelta(minutes=5)


@dataclass(frozen=True)
class Hat:
    """A post a person holds today, with the names a page needs: "Với tư cách: Chủ tịch, UBND xã Suối Trúc"."""

    actor: Actor
    title: str
    agency_name: str
    unit_name: str | None


@dataclass(frozen=True)
class SignedIn:
    """Who is behind a session: the person, the posts held today, and the token their forms carry."""

    person_id: UUID
    name: str
    token_sha256: str
    csrf: str
    is_demo: bool
    seen_at: datetime
    hats: tuple[Hat, ...]


@dataclass(frozen=True)
class NewSession:
    """What the browser is given once; nobody can read it back from the database."""

    token: str
    person_id: UUID


@cache
def password_hasher() -> PasswordHasher:
    """Argon2id with 19 MiB, two passes, one lane: the cost OWASP's Password Storage Cheat Sheet names.

    The library's own cost (64 MiB, three passes, four lanes) takes every processor of a small server from everybody
    else for a fifth of a second, at half past seven for each of two hundred people.
    """
    return PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


@cache
def _nobody() -> str:
    """A hash to check against when the account does not exist, so that both answers take the same time."""
    return password_hasher().hash(token_urlsafe(16))


def open_account(work: Work, *, person_id: UUID, login: str, password: str, is_demo: bool = False) -> Account:
    """Let a person sign in; raises `LoginTaken`, `PasswordTooShort`."""
    name = login.strip().lower()
    if work.session.scalar(select(Account.person_id).where(Account.login == name)) is not None:
        raise LoginTaken(login=name)
    account = Account(
        person_id=person_id, login=name, password_hash=_hash(password), is_demo=is_demo, changed_at=work.now
    )
    work.session.add(account)
    work.session.flush()
    work.note("open_account", person_id, login=name)
    return account


def change_password(work: Work, *, current: str, new: str) -> None:
    """Change the acting person's own password; every other session of theirs ends. Raises `SignInWrong`."""
    account = work.session.get(Account, work.actor.person_id)
    if account is None or not _matches(account.password_hash, current):
        raise SignInWrong
    account.password_hash = _hash(new)
    account.changed_at = work.now
    sessions = select(SignInSession).where(
        SignInSession.person_id == account.person_id, SignInSession.ended_at.is_(None)
    )
    for session in work.session.scalars(sessions):
        session.ended_at = work.now
    work.note("change_password", account.person_id)


def check_tries(reading: Reading, *, login: str, address: str) -> None:
    """Raise `TooManyTries` while the account or the address has failed too often."""
    since = reading.now - WINDOW
    for column, value, most in (
        (SignInFailure.login, login.strip().lower()[:100], TRIES_OF_ACCOUNT),
        (SignInFailure.address, address, TRIES_OF_ADDRESS),
    ):
        tries, first = reading.session.execute(
            select(func.count(), func.min(SignInFailure.at)).where(column == value, SignInFailure.at > since)
        ).one()
        if tries >= most:
            ends = first + WINDOW if isinstance(first, datetime) else reading.now + WINDOW
            raise TooManyTries(minutes=max(1, -(-int((ends - reading.now).total_seconds()) // 60)))


def right_password(reading: Reading, *, login: str, password: str) -> UUID | None:
    """The person whose name and password these are; None otherwise, after the same time."""
    wanted = select(Account).where(Account.login == login.strip().lower(), Account.closed_at.is_(None))
    account = reading.session.scalars(wanted).one_or_none()
    matches = _matches(account.password_hash if account else _nobody(), password)
    return account.person_id if account and matches else None


@dataclass(frozen=True)
class Renewal:
    """A password's hash at today's cost, to take the place of `former` if that is still the one."""

    person_id: UUID
    former: str
    hash: str


def renewed_hash(reading: Reading, *, person_id: UUID, password: str) -> Renewal | None:
    """A password that was just found right, hashed anew where its hash is of another cost than today's."""
    kept = reading.session.get_one(Account, person_id).password_hash
    if not password_hasher().check_needs_rehash(kept):
        return None
    return Renewal(person_id, kept, password_hasher().hash(password))


def keep_renewed(work: Work, renewal: Renewal) -> None:
    """Keep a hash made anew, unless the password has been changed meanwhile."""
    former = update(Account).where(Account.person_id == renewal.person_id, Account.password_hash == renewal.former)
    work.session.execute(former.values(password_hash=renewal.hash))


def note_failure(work: Work, *, login: str, address: str) -> None:
    """Count a failed try, and forget those of yesterday."""
    work.session.execute(delete(SignInFailure).where(SignInFailure.at < work.now - timedelta(days=1)))
    work.session.add(SignInFailure(id=new_id(), login=login.strip().lower()[:100], address=address[:64], at=work.now))
    work.session.flush()
    work.note("sign_in_failed", "account", address=address[:64])


def begin_session(work: Work, *, person_id: UUID) -> NewSession:
    """Sign a person in: a fresh token each time, so a session is never taken over from before the sign-in."""
    token = token_urlsafe(32)
    work.session.add(
        SignInSession(
            token_sha256=digest(token),
            person_id=person_id,
            csrf=token_urlsafe(24),
            began_at=work.now,
            seen_at=work.now,
        )
    )
    work.session.flush()
    work.note("sign_in", person_id)
    return NewSession(token, person_id)


def end_session(work: Work, *, token_sha256: str) -> None:
    """Sign out; twice is harmless."""
    session = work.session.get(SignInSession, token_sha256)
    if session is not None and session.ended_at is None:
        session.ended_at = work.now
        work.note("sign_out", session.person_id)


def touch_session(work: Work, *, token_sha256: str) -> None:
    """Write that the session is in use."""
    session = work.session.get(SignInSession, token_sha256)
    if session is not None:
        session.seen_at = work.now


# Asked by every request: made once, because making a statement takes longer than running it.
_OF_HAT = (Post.id, Post.agency_id, Post.unit_id, Post.role, Post.title, Agency.name, Unit.name)
_TODAY = bindparam("day", type_=Date)
_HATS = (
    select(*_OF_HAT)
    .join(Tenure, Tenure.post_id == Post.id)
    .join(Agency, Agency.id == Post.agency_id)
    .outerjoin(Unit, Unit.id == Post.unit_id)
    .where(Tenure.person_id == bindparam("person_id"), valid_on(Tenure, _TODAY), valid_on(Post, _TODAY))
    .order_by(Post.id)
    .distinct()
)
# A row for each post held; one without a post for who holds none.
_OPEN_SESSION = (
    select(
        SignInSession.person_id,
        Person.full_name,
        SignInSession.token_sha256,
        SignInSession.csrf,
        Account.is_demo,
        SignInSession.seen_at,
        *_OF_HAT,
    )
    .join(Person, Person.id == SignInSession.person_id)
    .join(Account, Account.person_id == Person.id)
    .outerjoin(Tenure, (Tenure.person_id == Person.id) & valid_on(Tenure, _TODAY))
    .outerjoin(Post, (Post.id == Tenure.post_id) & valid_on(Post, _TODAY))
    .outerjoin(Agency, Agency.id == Post.agency_id)
    .outerjoin(Unit, Unit.id == Post.unit_id)
    .where(
        SignInSession.token_sha256 == bindparam("token_sha256"),
        SignInSession.ended_at.is_(None),
        SignInSession.seen_at > bindparam("used_after"),
        SignInSession.began_at > bindparam("began_after"),
        Account.closed_at.is_(None),
    )
    .order_by(Post.id)
    .distinct()
)


def signed_in(reading: Reading, *, token: str) -> SignedIn | None:
    """Who holds this token now; None when the session has ended, by whatever reason."""
    rows = reading.session.execute(
        _OPEN_SESSION,
        {
            "token_sha256": digest(token),
            "used_after": reading.now - IDLE,
            "began_after": reading.now - LONGEST,
            "day": reading.today,
        },
    ).all()
    if not rows:
        return None
    person_id, name, token_sha256, csrf, is_demo, seen_at = rows[0][:6]
    posts = [row[6:] for row in rows if row[6] is not None]
    return SignedIn(person_id, name, token_sha256, csrf, is_demo, seen_at, _hats(posts, person_id=person_id, name=name))


def hats_of(reading: Reading, *, person_id: UUID, name: str) -> tuple[Hat, ...]:
    """The posts the person holds today, oldest first."""
    rows = reading.session.execute(_HATS, {"person_id": person_id, "day": reading.today})
    return _hats(rows, person_id=person_id, name=name)


def _hats(rows: Iterable[Any], *, person_id: UUID, name: str) -> tuple[Hat, ...]:
    return tuple(
        Hat(
            Actor(
                name=name,
                person_id=person_id,
                post_id=post_id,
                agency_id=agency_id,
                unit_id=unit_id,
                role=role,
                tokens=tokens_of(post_id=post_id, agency_id=agency_id, unit_id=unit_id, role=Role(role)),
            ),
            title,
            agency_name,
            unit_name,
        )
        for post_id, agency_id, unit_id, role, title, agency_name, unit_name in rows
    )


def demo_people(reading: Reading) -> list[tuple[Person, tuple[Hat, ...]]]:
    """The people of the demo, who sign in by a tile; none on a real node."""
    wanted = select(Person).join(Account).where(Account.is_demo, Account.closed_at.is_(None)).order_by(Person.id)
    return [
        (person, hats_of(reading, person_id=person.id, name=person.full_name))
        for person in reading.session.scalars(wanted)
    ]


def is_demo_person(reading: Reading, person_id: UUID) -> bool:
    """Whether this is somebody of the demo."""
    account = reading.session.get(Account, person_id)
    return account is not None and account.is_demo and account.closed_at is None


def has_demo_accounts(reading: Reading) -> bool:
    """Whether this node shows demo data to whoever comes: it must not leave this machine."""
    return reading.session.scalar(select(Account.person_id).where(Account.is_demo).limit(1)) is not None


def _hash(password: str) -> str:
    if len(password) < LEAST_PASSWORD:
        raise PasswordTooShort(least=LEAST_PASSWORD)
    return password_hasher().hash(password)


def _matches(kept: str, password: str) -> bool:
    try:
        return password_hasher().verify(kept, password)
    except VerificationError:
        return False


def digest(token: str) -> str:
    """What is kept of a session's token."""
    return hashlib.sha256(token.encode()).hexdigest()

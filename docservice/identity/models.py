"""Who there is: agencies, units, people, the posts they hold and what those posts may sign.

Rights come from posts and tenures with dates, never from a person, so when somebody leaves the successor's
tenure brings the rights and nothing else is rewritten.
"""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from docservice.core.db import Base


class Role(StrEnum):
    CLERK = "clerk"
    OFFICIAL = "official"
    UNIT_HEAD = "unit_head"
    FORM_CHECKER = "form_checker"
    DEPUTY = "deputy"
    LEADER = "leader"
    ARCHIVIST = "archivist"
    ADMINISTRATOR = "administrator"
    SECURITY_OFFICER = "security_officer"


class Capacity(StrEnum):
    """In which capacity somebody signs (Decree 30/2020, article 13 and Annex I)."""

    HEAD = "none"
    COLLECTIVE = "TM"
    DEPUTY = "KT"
    BY_ORDER = "TL"
    DELEGATED = "TUQ"


class TenureMode(StrEnum):
    """`acting` puts Q. before the head's title; `in_charge` (phụ trách) signs KT."""

    REGULAR = "regular"
    ACTING = "acting"
    IN_CHARGE = "in_charge"


class Account(Base):
    """How a person signs in: a name and the argon2 hash of a password. A demo account signs in without one."""

    __tablename__ = "account"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    login: Mapped[str] = mapped_column(String(100), unique=True)
    password_hash: Mapped[str] = mapped_column(String(200))
    is_demo: Mapped[bool] = mapped_column(default=False)
    changed_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class SignInSession(Base):
    """A browser that is signed in. The cookie holds 256 random bits; only their SHA-256 is kept here."""

    __tablename__ = "sign_in_session"

    token_sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    csrf: Mapped[str] = mapped_column(String(64))
    began_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class SignInFailure(Base):
    """A failed try, for throttling by account and by address; swept after a day."""

    __tablename__ = "sign_in_failure"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(String(100), index=True)
    address: Mapped[str] = mapped_column(String(64), index=True)
    at: Mapped[datetime] = mapped_column(index=True)


class Agency(Base):
    """A body with its own seal, registers and code; never renamed in place."""

    __tablename__ = "agency"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    # The lines of its letterhead, in capitals: the superior's (may be none) and its own.
    superior_lines: Mapped[list[str]]
    issuer_lines: Mapped[list[str]]
    abbreviation: Mapped[str] = mapped_column(String(20))
    place: Mapped[str] = mapped_column(String(50))
    code: Mapped[str] = mapped_column(String(35), unique=True)
    code_qcvn102: Mapped[str | None] = mapped_column(String(13))
    kind: Mapped[str] = mapped_column(String(30))
    # Whether a document may leave before a time stamp proves its signatures.
    release_waits_for_stamp: Mapped[bool] = mapped_column(default=True)
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("agency.id"))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    successor_id: Mapped[UUID | None] = mapped_column(ForeignKey("agency.id"))


class Unit(Base):
    __tablename__ = "unit"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    agency_id: Mapped[UUID] = mapped_column(ForeignKey("agency.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    abbreviation: Mapped[str] = mapped_column(String(20))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]


class Person(Base):
    __tablename__ = "person"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    full_name: Mapped[str] = mapped_column(String(100))


class Post(Base):
    __tablename__ = "post"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    agency_id: Mapped[UUID] = mapped_column(ForeignKey("agency.id"), index=True)
    unit_id: Mapped[UUID | None] = mapped_column(ForeignKey("unit.id"))
    title: Mapped[str] = mapped_column(String(100))
    role: Mapped[Role] = mapped_column(String(30))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]


class Tenure(Base):
    """One person in one post, from a day to a day (both included); open while `valid_to` is empty."""

    __tablename__ = "tenure"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    post_id: Mapped[UUID] = mapped_column(ForeignKey("post.id"), index=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    mode: Mapped[TenureMode] = mapped_column(String(20))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]

    post: Mapped[Post] = relationship(lazy="raise")
    person: Mapped[Person] = relationship(lazy="raise")


class FieldOfWork(Base):
    """A field that the agency's assignment of work names; `unit_id` is the unit that drafts in it."""

    __tablename__ = "field_of_work"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    agency_id: Mapped[UUID] = mapped_column(ForeignKey("agency.id"), index=True)
    unit_id: Mapped[UUID | None] = mapped_column(ForeignKey("unit.id"))
    name: Mapped[str] = mapped_column(String(100))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]


class SigningAuthority(Base):
    """What a post may sign, in which capacity; checked on the day of signing.

    `collective` is the body named after TM. (`ỦY BAN NHÂN DÂN`); `head_title` the title KT., TL. and TUQ. stand
    before. `kinds` empty means every kind, `fields` (ids of fields of work) none or empty every field.
    """

    __tablename__ = "signing_authority"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    post_id: Mapped[UUID] = mapped_column(ForeignKey("post.id"), index=True)
    capacity: Mapped[Capacity] = mapped_column(String(10))
    collective: Mapped[str | None] = mapped_column(String(100))
    head_title: Mapped[str | None] = mapped_column(String(100))
    kinds: Mapped[list[str]]
    fields: Mapped[list[str] | None]
    # TL. may be passed once, to the deputy of the unit whose head has it (article 13.3).
    passed_from_id: Mapped[UUID | None] = mapped_column(ForeignKey("signing_authority.id"))
    basis_document: Mapped[str] = mapped_column(String(300))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    revoked_at: Mapped[datetime | None]
    revoked_reason: Mapped[str | None] = mapped_column(String(300))


class Device(Base):
    """The device that keeps an agency's secret key."""

    __tablename__ = "device"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    agency_id: Mapped[UUID] = mapped_column(ForeignKey("agency.id"), index=True)
    label: Mapped[str] = mapped_column(String(100))


class Custody(Base):
    """Who keeps the device, from when to when, by which permission and minutes (Decree 30/2020, article 32)."""

    __tablename__ = "custody"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    device_id: Mapped[UUID] = mapped_column(ForeignKey("device.id"), index=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    permission: Mapped[str] = mapped_column(String(300))
    minutes: Mapped[str] = mapped_column(String(300))


class Certificate(Base):
    """A signature is matched by issuer and serial registered here, never by a name.

    `image_sha256` is the PNG drawn with its signatures: a person's blue handwriting, an agency's red seal.
    """

    __tablename__ = "certificate"
    __table_args__ = (UniqueConstraint("issuer", "serial"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), index=True)
    agency_id: Mapped[UUID | None] = mapped_column(ForeignKey("agency.id"), index=True)
    issuer: Mapped[str] = mapped_column(String(500))
    serial: Mapped[str] = mapped_column(String(60))
    public_key_sha256: Mapped[str] = mapped_column(String(64))
    image_sha256: Mapped[str | None] = mapped_column(String(64))
    # Where its key is: `file` is the demo authority's; anything else signs elsewhere and needs `pem`.
    source: Mapped[str] = mapped_column(String(40), default="file")
    # The certificate and those between it and the anchor, in this order.
    pem: Mapped[str | None] = mapped_column(Text)
    valid_from: Mapped[datetime]
    valid_to: Mapped[datetime]
    revoked_at: Mapped[datetime | None]

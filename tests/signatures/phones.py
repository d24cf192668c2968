"""An office whose leader's key is at a signing service of our own, and time that passes while a phone is waited for."""

import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy import select

from docservice.core.outbox import Job
from docservice.core.sandbox import Sandbox
from docservice.core.work import SYSTEM
from docservice.demo import people
from docservice.documents import storing
from docservice.signatures import phone, remote_keys
from docservice.signatures.csc_signer import CscSigner
from docservice.signatures.keys import TrustSource
from docservice.signatures.models import Ending, Signing
from docservice.signatures.remote import RemoteSigner
from docservice.signatures.remote_models import RemoteItem, RemoteRequest
from docservice.signatures.stamps import AUTHORITY_FOLDER
from signing.authority import DemoAuthority
from signing.images import Picture
from signing.verdict import verify
from tests.node import Office, open_office
from tests.signing.remote.csc_server import CLIENT, SECRET, Held, Key, Service, serving

USER = "0123456789"


def signer(folder: Path, address: str, **more: Any) -> CscSigner:
    secret = folder / "remote-secret"
    secret.write_text(SECRET + "\n")
    return CscSigner(address, client_id=CLIENT, secret_file=secret, **more)


@contextmanager
def office_with_phones(
    seeded: Path, folder: Path, sandbox: Sandbox, service: Service, *, others: Mapping[type, Any] | None = None
) -> Iterator[Office]:
    """An office in `folder` that asks this service, with `others` of its ports replaced."""
    shutil.copytree(seeded, folder, dirs_exist_ok=True)
    with serving(service) as address:
        made = signer(folder, address)
        with open_office(folder, sandbox=sandbox, replace={RemoteSigner: made, **(others or {})}) as found:
            yield found
        made.close()


def give_phone(
    office: Office,
    service: Service,
    person: str = "c.leader",
    *,
    key: Key | None = None,
    agency: bool = False,
    **more: Any,
) -> Held:
    """The person's key, or their agency's, is at the service from now on, and registered here.

    `more` as the service holds it.
    """
    authority = DemoAuthority.open(office.node.settings.path(office.node.settings.keys_dir) / AUTHORITY_FOLDER)
    key = key or ec.generate_private_key(ec.SECP256R1())
    certificate = authority.certify(
        key.public_key(), common_name="Lò Văn Giả Định", organization="UBND xã Suối Trúc", now=office.clock.now()
    )
    held = Held(key, (certificate, authority.intermediate), **more)
    service.held["khoa-lanh-dao"] = held
    service.owners[USER] = ["khoa-lanh-dao"]
    kind = Picture.AGENCY if agency else Picture.PERSON
    (found,) = remote_keys.find(office.node.ports, user=USER, image=None, kind=kind)
    with office.node.transactions.work(SYSTEM) as work:
        actor = people.actor(work, person)
        assert actor.agency_id is not None
        owner = None if agency else actor.person_id
        remote_keys.register(work, agency_id=actor.agency_id, key=found, person_id=owner)
    return held


@dataclass(frozen=True)
class Fact:
    """What is kept of a request."""

    code: str
    ended_as: str | None
    problem: str | None
    confirmation: str | None
    is_sent: bool
    items: tuple[str | None, ...]


def ask(office: Office, documents: list[UUID], by: str = "c.leader") -> list[UUID]:
    return [request.id for request in office.act(by, phone.ask, document_ids=documents)]


def agreed(office: Office, count: int) -> list[UUID]:
    """Documents that the leader agreed to sign and that are prepared."""
    found = [office.checked() for _ in range(count)]
    for document_id in found:
        office.sign(document_id)
    return found


def fact(office: Office, request_id: UUID) -> Fact:
    with office.reading() as reading:
        request = reading.session.get_one(RemoteRequest, request_id)
        items = reading.session.scalars(
            select(RemoteItem).where(RemoteItem.request_id == request_id).order_by(RemoteItem.ordinal)
        ).all()
        return Fact(
            code=request.code,
            ended_as=request.ended_as,
            problem=request.problem,
            confirmation=request.confirmation,
            is_sent=request.sent_at is not None,
            items=tuple("signed" if item.signed_at else item.problem for item in items),
        )


def ending(office: Office, document_id: UUID) -> Ending | None:
    with office.reading() as reading:
        return reading.session.scalars(select(Signing.ended_as).where(Signing.document_id == document_id)).one()


def wait_for(office: Office, is_so: Callable[[], bool], *, seconds: float = 60) -> None:
    """Let jobs run and time pass until something is so; the clock is ours, the phone's answer is real."""
    end = time.monotonic() + seconds
    while True:
        office.node.runner.drain()
        if is_so():
            return
        assert time.monotonic() < end, "it never came"
        office.clock.move(timedelta(seconds=1))
        time.sleep(0.02)


def wait_until_ended(office: Office, request_id: UUID) -> Fact:
    """The request once it has ended and nothing is left to do."""
    wait_for(office, lambda: fact(office, request_id).ended_as is not None)
    wait_for(office, lambda: not unfinished(office))
    return fact(office, request_id)


def unfinished(office: Office) -> list[str]:
    """The jobs that still wait; one that failed is a test that fails."""
    with office.reading() as reading:
        jobs = reading.session.scalars(select(Job).where(Job.done_at.is_(None))).all()
    assert [(job.name, job.last_error) for job in jobs if job.last_error] == []
    return [job.name for job in jobs]


def shown(service: Service) -> int:
    """How often the phone asked its person."""
    return len(service.phone.shown)


def indications(office: Office, document_id: UUID) -> list[str]:
    """The verdict on the document's newest file, by the library."""
    with office.reading() as reading:
        pdf = storing.get(reading.ports, office.shown(document_id))
    found = verify(pdf, trust=office.node.ports[TrustSource].current(), at=office.clock.now())
    return [entry.indication for entry in found.signatures]

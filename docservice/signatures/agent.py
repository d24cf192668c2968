"""The server's side of the agent on an official's computer: jobs it issues and the one file each lets be fetched."""

import os
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from secrets import token_urlsafe
from typing import Protocol
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509 import load_pem_x509_certificates
from sqlalchemy import select

from docservice.core.errors import NotAllowed, NotFound
from docservice.core.work import Reading, Work
from docservice.documents import queries
from docservice.documents.models import Attachment
from docservice.identity.models import Certificate
from docservice.signatures import stepwise
from docservice.signatures.errors import CertificateUnusable, NothingToSign, SigningOver
from docservice.signatures.models import AgentJob, PreparedSigning, Signing
from docservice.signatures.queries import open_signings
from signing.agent.jobs import LIFE, MOST, Item, Job, issue
from signing.keys import as_asn1

AGENT = "agent"


class JobKeys(Protocol):
    def current(self) -> Ed25519PrivateKey:
        """The key that signs jobs; agents know its public half since they were paired."""
        ...


class FolderJobKey:
    """The key in a file of its own, made when first needed."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def current(self) -> Ed25519PrivateKey:
        try:
            return Ed25519PrivateKey.from_private_bytes(self._file.read_bytes())
        except FileNotFoundError:
            self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        raw = Ed25519PrivateKey.generate().private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())
        try:
            descriptor = os.open(self._file, os.O_CREAT | os.O_WRONLY | os.O_EXCL, 0o600)
        except FileExistsError:
            return self.current()
        with os.fdopen(descriptor, "wb") as out:
            out.write(raw)
        return Ed25519PrivateKey.from_private_bytes(raw)


def issue_job(work: Work, *, document_ids: list[UUID], origin: str) -> str:
    """A job for the acting person's token over the documents that wait for it (compact JWS).

    Raises `NothingToSign`, and `CertificateUnusable` when they need more than one certificate.
    """
    if not document_ids:
        raise NothingToSign
    items: list[Item] = []
    certificates: set[UUID] = set()
    for document_id in document_ids:
        found = open_signings(work, document_id)
        if not found:
            raise SigningOver
        # What does not fit into one job waits for the next.
        if len(items) + len(found) > MOST:
            break
        for signing in found:
            items.append(_item(work, signing))
            certificates.add(signing.certificate_id)
    if len(certificates) != 1:
        raise CertificateUnusable
    certificate = work.session.get_one(Certificate, certificates.pop())
    own = load_pem_x509_certificates((certificate.pem or "").encode())[0]
    job = Job(token_urlsafe(24), origin, work.actor.name, as_asn1(own).sha256.hex(), work.now + _LIFE, tuple(items))
    token = issue(job, work.ports[JobKeys].current(), now=work.now)
    work.session.add(
        AgentJob(
            bearer_sha256=_hash(bearer_of(token)),
            person_id=work.actor.person_id,
            signing_ids=[item.id for item in items],
            expires_at=job.expires_at,
        )
    )
    work.note("agent_job", job.id, signings=len(items))
    return token


def _item(work: Work, asked: Signing) -> Item:
    signing, prepared = stepwise.waiting(work, asked.id)
    document = queries.get(work, signing.document_id)
    annex = work.session.get(Attachment, signing.attachment_id) if signing.attachment_id else None
    return Item(
        id=str(signing.id),
        number=document.notation or "",
        title=f"{document.title} ({annex.name})" if annex else document.title,
        path=f"/agent/files/{signing.id}",
        gap=(prepared.reserved_start, prepared.reserved_end),
        attributes=prepared.to_sign,
    )


# A little less than agents accept, for clocks that differ.
_LIFE = LIFE - timedelta(seconds=10)


def bearer_of(token: str) -> str:
    """What the agent shows when it fetches a file: the job's own signature."""
    return token.rpartition(".")[2]


def file_for(reading: Reading, *, bearer: str, signing_id: UUID) -> str:
    """The hash of the prepared file a job lets be fetched; raises `NotAllowed`, `NotFound`."""
    wanted = select(AgentJob).where(AgentJob.bearer_sha256 == _hash(bearer))
    job = reading.session.scalars(wanted).one_or_none()
    if job is None or job.expires_at <= reading.now or str(signing_id) not in job.signing_ids:
        raise NotAllowed
    prepared = reading.session.get(PreparedSigning, signing_id)
    if prepared is None:
        raise NotFound
    return prepared.placeholder_sha256


def _hash(bearer: str) -> str:
    return sha256(bearer.encode()).hexdigest()

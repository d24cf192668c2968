"""Registering a key that is at the signing service: found there by its person's name or number, chained, kept."""

from dataclasses import dataclass
from uuid import UUID

from cryptography.hazmat.primitives.serialization import Encoding

from docservice.core.work import Ports, Work
from docservice.identity.models import Certificate
from docservice.signatures import registering
from docservice.signatures.remote import REMOTE, RemoteRefusedKey, RemoteSigner
from docservice.signatures.remote_models import RemoteCredential
from signing.images import Picture
from signing.registering import Registrable
from signing.remote.csc import Credential
from signing.remote.errors import RemoteCode, RemoteFailed

PHONE = "implicit"


@dataclass(frozen=True)
class RemoteKey:
    """A key at the service with its certificate as it would be registered, and its examined picture."""

    credential: Credential
    found: Registrable
    image: bytes | None


def find(ports: Ports, *, user: str, image: bytes | None, kind: Picture) -> list[RemoteKey]:
    """The keys of a user of the service that are confirmed on a phone; only those that may be registered.

    Asks the service, so never inside a transaction. Raises `RemoteRefusedKey`, `RemoteNotConfigured`,
    `RegistrationRefused`.
    """
    try:
        credentials = ports[RemoteSigner].keys_of(user)
    except RemoteFailed as error:
        raise RemoteRefusedKey(reason=error.code) from error
    phones = [credential for credential in credentials if credential.auth_mode == PHONE]
    if not phones:
        raise RemoteRefusedKey(reason=RemoteCode.CREDENTIAL_UNUSABLE.value)
    made = []
    for credential in phones:
        files = tuple(certificate.public_bytes(Encoding.DER) for certificate in credential.certificates)
        found, picture = registering.examine(ports, files=files, image=image, kind=kind)
        made.append(RemoteKey(credential, found, picture))
    return made


def register(work: Work, *, agency_id: UUID, key: RemoteKey, person_id: UUID | None) -> Certificate:
    """Register it for a person of the agency, or for the agency itself; raises `CertificateKnown`."""
    certificate = registering.register(
        work, agency_id=agency_id, found=key.found, image=key.image, source=REMOTE, person_id=person_id
    )
    place = RemoteCredential(
        certificate_id=certificate.id,
        credential_id=key.credential.id,
        multisign=key.credential.multisign,
        registered_at=work.now,
    )
    work.session.add(place)
    work.session.flush()
    return certificate

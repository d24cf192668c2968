"""What a signature shows on the page: the registered picture, and where it lies in its place."""

from docservice.core.runner import JobRun
from docservice.documents import storing
from docservice.documents.joint import PARTNER
from docservice.documents.models import Document
from docservice.identity.models import Certificate
from docservice.signatures.models import SignerRole, Signing
from docservice.signatures.service import finished_signing
from signing.images import proportion
from signing.request import Appearance
from templates.layout import seal_shift


def appearance_of(run: JobRun, signing: Signing, document: Document, certificate: Certificate) -> Appearance | None:
    """The certificate's picture; nothing is shown where none is registered.

    It lies in the middle of its place, but a joint document's second seal where its leader's picture wants it.
    """
    if not certificate.image_sha256:
        return None
    picture = storing.get(run.ports, certificate.image_sha256)
    if signing.role != SignerRole.AGENCY or document.side != PARTNER:
        return Appearance(picture)
    with run.reading() as reading:
        signed = finished_signing(reading, document.id, role=SignerRole.PERSON)
        below = reading.session.get_one(Certificate, signed.certificate_id).image_sha256 if signed else None
    return Appearance(picture, seal_shift(proportion(storing.get(run.ports, below)) if below else None))

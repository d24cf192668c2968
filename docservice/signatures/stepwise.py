"""Signing elsewhere: prepared here, signed by a token or a remote service, finished here, minutes and restarts apart.

Between the steps the document is locked by its status. What comes back is checked against the registered certificate
before anything else happens with it.
"""

from uuid import UUID

from cryptography import x509

from docservice.core.errors import NotAllowed, NotFound
from docservice.core.lanes import document_lane
from docservice.core.words import say
from docservice.core.work import SYSTEM, Reading, Work
from docservice.documents import facts, queries
from docservice.documents.status import Verb
from docservice.identity import queries as identity
from docservice.identity.errors import NotCustodian
from docservice.identity.models import Certificate
from docservice.signatures.errors import UNFIT, CertificateUnusable, SignatureValueWrong, SigningOver
from docservice.signatures.models import Ending, PreparedSigning, SignerRole, Signing
from docservice.signatures.queries import open_signings
from signing.keys import verify_value

Chain = tuple[x509.Certificate, ...]
_NOT_SEALED = "Chưa ký số cơ quan được."
_NOT_SIGNED = (
    "Chưa ký được vì chữ ký có trước trong tệp chưa được xác nhận là hợp lệ; xin trả lại (văn bản cơ quan kia đã ký "
    "thì hủy, kèm lý do) hoặc ký lại sau."
)


def chain_of(certificate: Certificate) -> tuple[x509.Certificate, Chain]:
    """The registered certificate itself and those between it and the anchor; raises `CertificateUnusable`."""
    try:
        own, *between = x509.load_pem_x509_certificates((certificate.pem or "").encode())
    except ValueError as error:
        raise CertificateUnusable from error
    return own, tuple(between)


def hand_in(work: Work, *, signing_id: UUID, value: bytes) -> None:
    """Take the signature value that was made elsewhere; a job finishes the file.

    Raises `SigningOver` when there is nothing to wait for any more, `SignatureValueWrong`, `NotAllowed` for anybody
    but the person who was asked, `NotCustodian` where that person keeps the agency's key no longer.
    """
    signing, prepared = waiting(work, signing_id)
    certificate, _ = chain_of(work.session.get_one(Certificate, signing.certificate_id))
    # Where a tool signs whole files there is nothing a bare value could belong to.
    if not prepared.to_sign or not verify_value(certificate, prepared.to_sign, value):
        raise SignatureValueWrong
    prepared.value, prepared.signed_at = value, work.now
    work.note("signature_value", signing.document_id, signing=signing.id)
    work.later("signatures.finish", lane=document_lane(signing.document_id), signing_id=signing.id)


def end(work: Work, *, document_id: UUID, ending: Ending, reason: str = "") -> None:
    """End what is being signed on a document elsewhere: it waits for its signer again.

    What was signed before stays. Raises `SigningOver` when nothing waits any more, `NotAllowed` as `may_end` says.
    """
    found = open_signings(work, document_id)
    if not found:
        raise SigningOver
    if not may_end(work, document_id):
        raise NotAllowed
    for signing in found:
        _require_waiting(work, signing)
    _end(work, document_id, ending, reason)


def may_end(reading: Reading, document_id: UUID) -> bool:
    """Whether the actor may call off what waits: who was asked, the post's next holder, the key's next custodian.

    Nobody's absence holds a document for ever.
    """
    actor = reading.actor
    return actor is SYSTEM or all(
        actor.person_id == signing.person_id
        or actor.post_id == signing.post_id
        or (signing.role == SignerRole.AGENCY and _keeps_key(reading, signing, actor.person_id))
        for signing in open_signings(reading, document_id)
    )


def is_asked(reading: Reading, document_id: UUID) -> bool:
    """Whether the acting person is the one whose key the document waits for."""
    try:
        return bool([require_asked(reading, signing.id) for signing in open_signings(reading, document_id)])
    except NotAllowed:
        return False


def end_unfit(work: Work, *, document_id: UUID, code: str) -> None:
    """End a signing because of what a file holds; `code` is the gate's, the document waits for its signer again."""
    _end(work, document_id, Ending.NOT_FIT, say(UNFIT.get(code, code), "vi"))


def end_broken(work: Work, signing: Signing, *, reason: str) -> None:
    """End a signing because a signature below it does not hold; `reason` says which, why, and what mends it."""
    told = _NOT_SEALED if signing.role == SignerRole.AGENCY else _NOT_SIGNED
    _end(work, signing.document_id, Ending.NOT_FIT, f"{told} {reason}")


def _end(work: Work, document_id: UUID, ending: Ending, reason: str) -> None:
    for signing in open_signings(work, document_id):
        signing.ended_at, signing.ended_as = work.now, ending
    verb = Verb.CANCEL_SIGNING if ending is Ending.CANCELLED else Verb.SIGNING_ENDED
    facts.add_step(work, queries.get(work, document_id), verb, note=reason or None, ending=ending)


def require_asked(reading: Reading, signing_id: UUID) -> Signing:
    """The signing, for the very person who was asked, and who keeps the key today where it is the agency's.

    Raises `NotFound`, `NotAllowed`, `NotCustodian` (Decree 30/2020, article 32).
    """
    signing = reading.session.get(Signing, signing_id)
    if signing is None:
        raise NotFound
    if reading.actor is not SYSTEM and reading.actor.person_id != signing.person_id:
        raise NotAllowed
    if signing.role == SignerRole.AGENCY and not _keeps_key(reading, signing, signing.person_id):
        raise NotCustodian
    return signing


def waiting(work: Work, signing_id: UUID) -> tuple[Signing, PreparedSigning]:
    """What waits to be signed elsewhere, by the very person who acts; raises `SigningOver` and as `require_asked`."""
    signing = require_asked(work, signing_id)
    return signing, _require_waiting(work, signing)


def _require_waiting(work: Work, signing: Signing) -> PreparedSigning:
    prepared = work.session.get(PreparedSigning, signing.id)
    if prepared is None or prepared.value is not None or signing.ended_at or signing.finished_at:
        raise SigningOver
    return prepared


def _keeps_key(reading: Reading, signing: Signing, person_id: UUID | None) -> bool:
    agency_id = queries.get(reading, signing.document_id).agency_id
    try:
        identity.device_kept_by(reading, agency_id=agency_id, person_id=person_id)
    except NotCustodian:
        return False
    return True

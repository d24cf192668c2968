"""Signing by a tool that takes a whole file and brings it back signed: VGCA Sign Service on the official's computer.

The tool has no session: each file leaves and comes back by an address of its own that works once and for ten minutes.
What comes back is believed only when it begins with the very bytes that were handed out and adds one whole signature
by the registered certificate, in the field that waits for it, and changes nothing else.
"""

from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from secrets import token_urlsafe
from uuid import UUID

from cryptography.hazmat.primitives.serialization import Encoding

from docservice.core.errors import Invalid, NotFound
from docservice.core.lanes import document_lane
from docservice.core.sandbox import Sandbox
from docservice.core.sandbox_errors import SandboxFailed
from docservice.core.words import N_, say
from docservice.core.work import Reading, Work
from docservice.documents import facts, queries, storing
from docservice.identity.models import Certificate
from docservice.signatures import stepwise
from docservice.signatures.errors import NothingToSign
from docservice.signatures.keys import TrustSource
from docservice.signatures.models import FileDoor, PreparedSigning, SignerRole, Signing
from docservice.signatures.queries import open_signings
from docservice.signatures.stepwise import chain_of
from signing.errors import SigningError
from signing.whole_file import check_whole

VGCA = "vgca"
OPEN_FOR = timedelta(minutes=10)
REASONS = {
    "answer_other_file": N_("tệp gửi về không phải tệp đã giao để ký"),
    "answer_not_signed": N_("tệp gửi về không có thêm đúng một chữ ký"),
    "answer_other_signer": N_("chữ ký không phải của chứng thư số đã đăng ký"),
    "answer_other_field": N_("chữ ký không nằm ở ô ký đã giao"),
    "answer_not_valid": N_("chữ ký gửi về không hợp lệ"),
    "answer_other_changes": N_("tệp gửi về đã bị thay đổi ngoài chữ ký"),
    "answer_earlier_broken": N_("chữ ký có trước không còn hợp lệ trong tệp gửi về"),
    "answer_lock_missing": N_("chữ ký gửi về không khóa đúng các ô đã định"),
}
_UNREADABLE = N_("không đọc được tệp gửi về")


class AnswerRefused(Invalid):
    code = "answer_refused"
    message = N_("Không nhận tệp đã ký: {reason}.")

    def sentence(self, language: str = "vi") -> str:
        reason = str(self.details["reason"])
        return say(self.message, language, reason=say(REASONS.get(reason, _UNREADABLE), language))


@dataclass(frozen=True)
class Handed:
    """What the tool is told about one file: the two tokens, and which of the tool's acts signs it."""

    act: str
    name: str
    file_token: str
    upload_token: str


def open_doors(work: Work, *, document_id: UUID) -> list[Handed]:
    """Doors for every file of the document that waits for the acting person's tool; raises `NothingToSign`."""
    document = queries.get(work, document_id)
    handed = []
    for signing in open_signings(work, document_id):
        stepwise.waiting(work, signing.id)
        if work.session.get_one(Certificate, signing.certificate_id).source != VGCA:
            continue
        tokens = [token_urlsafe(32), token_urlsafe(32)]
        for token, takes in zip(tokens, (False, True), strict=True):
            work.session.add(
                FileDoor(token_sha256=_hash(token), signing_id=signing.id, takes=takes, expires_at=work.now + OPEN_FOR)
            )
        act = "SignApproved" if signing.role == SignerRole.PERSON else "SignIssued"
        handed.append(Handed("SignAppendix" if signing.attachment_id else act, document.title, *tokens))
    if not handed:
        raise NothingToSign
    work.note("file_doors", document_id, files=len(handed))
    return handed


def go_through(work: Work, *, token: str, takes: bool) -> tuple[UUID, str]:
    """Use a door, once: the signing it belongs to and the hash of the file handed out. Raises `NotFound`."""
    door = work.session.get(FileDoor, _hash(token), with_for_update=True)
    if door is None or door.takes is not takes or door.used_at is not None or door.expires_at <= work.now:
        raise NotFound
    _, prepared = stepwise.waiting(work, door.signing_id)
    door.used_at = work.now
    return door.signing_id, prepared.placeholder_sha256


def take_answer(work: Work, *, signing_id: UUID, sha256: str, size: int) -> None:
    """Keep an examined answer; a job finishes the signing."""
    signing, prepared = stepwise.waiting(work, signing_id)
    document = queries.get(work, signing.document_id)
    facts.name_file(work, document.agency_id, sha256=sha256, size=size, media_type="application/pdf")
    prepared.value, prepared.signed_at = bytes.fromhex(sha256), work.now
    work.note("signed_file", document.id, signing=signing.id, sha256=sha256)
    work.later("signatures.finish_whole", lane=document_lane(document.id), signing_id=signing.id)


def require_right_answer(reading: Reading, *, signing_id: UUID, answer: bytes) -> None:
    """Whether the file that came back is the one that was handed out, signed by the right certificate and no more.

    Raises `AnswerRefused`.
    """
    signing = reading.session.get_one(Signing, signing_id)
    prepared = reading.session.get_one(PreparedSigning, signing_id)
    own, _ = chain_of(reading.session.get_one(Certificate, signing.certificate_id))
    ports = reading.ports
    try:
        ports[Sandbox].run(
            check_whole,
            storing.get(ports, prepared.placeholder_sha256),
            answer,
            field=signing.field,
            certificate=own.public_bytes(Encoding.DER),
            trust=ports[TrustSource].current(),
            at=reading.now,
        )
    except (SigningError, SandboxFailed) as error:
        raise AnswerRefused(reason=error.code) from error


def _hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()

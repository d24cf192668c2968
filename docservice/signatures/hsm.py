"""A key in the server's HSM: its slot is opened by the custodian's PIN for one act of signing, and closed again.

Whether an HSM outside the agency's office is lawful the province decides (Decree 30/2020, article 32); the doctor says
where keys are. The PIN is given anew for each act and kept nowhere.
"""

import threading
from pathlib import Path
from uuid import UUID

from cryptography.x509 import load_pem_x509_certificates

from docservice.core.errors import Conflict
from docservice.core.words import N_, say
from docservice.core.work import Reading
from docservice.identity.models import Certificate
from docservice.signatures.errors import CertificateUnusable, NothingToSign
from docservice.signatures.models import PreparedSigning
from docservice.signatures.queries import open_signings
from signing.errors import KeyUnusable
from signing.keys import as_asn1
from signing.tokens import list_tokens, open_token, token_holding

HSM = "hsm"
REASONS = {
    "pin_missing": N_("chưa nhập mã PIN của khe khóa"),
    "pin_wrong": N_("sai mã PIN; hệ thống không tự thử lại"),
    "pin_locked": N_("khe khóa đã bị khóa do nhập sai mã PIN nhiều lần"),
    "token_missing": N_("HSM không có khe khóa giữ chứng thư số này"),
    "certificate_missing": N_("khe khóa không có khóa của chứng thư số này"),
    "module_unusable": N_("HSM không trả lời; xin báo người vận hành"),
    "token_removed": N_("HSM ngừng trả lời giữa chừng; hãy ký tiếp phần còn lại"),
}


class HsmRefused(Conflict):
    code = "hsm_refused"
    message = N_("Chưa ký được bằng HSM: {reason}.")

    def sentence(self, language: str = "vi") -> str:
        reason = str(self.details["reason"])
        return say(self.message, language, reason=say(REASONS.get(reason, reason), language))


class Hsm:
    """The PKCS#11 module of the server's HSM; None where there is none."""

    def __init__(self, module: Path | None) -> None:
        self._module = module
        # A login counts for the whole process: nobody signs in the shadow of somebody else's.
        self._lock = threading.Lock()

    def sign(self, certificate: Certificate, texts: list[bytes], *, pin: str) -> list[bytes]:
        """The values over SHA-256 of each text, by the certificate's key; one login. Raises `HsmRefused`."""
        if self._module is None:
            raise HsmRefused(reason="module_unusable")
        own = as_asn1(load_pem_x509_certificates((certificate.pem or "").encode())[0]).sha256.hex()
        try:
            with self._lock:
                serial = token_holding(self._module, own).serial
                with open_token(self._module, serial=serial, pin=pin, certificate_sha256=own) as key:
                    return [key.sign(text) for text in texts]
        except KeyUnusable as error:
            raise HsmRefused(reason=error.code) from error

    def describe(self) -> str:
        """Which HSM is used, by its module and slots, for `doctor`; empty where there is none.

        Raises `HsmRefused` when it does not answer.
        """
        if self._module is None:
            return ""
        try:
            with self._lock:
                tokens = list_tokens(self._module)
        except KeyUnusable as error:
            raise HsmRefused(reason=error.code) from error
        slots = ", ".join(f"{token.label} ({token.maker})" for token in tokens if token.label)
        return f"{self._module.name}: {slots or say(N_('không có khe khóa nào'))}"


def waiting_for_hsm(reading: Reading, document_ids: list[UUID]) -> tuple[Certificate, list[PreparedSigning]]:
    """What waits on these documents for one key in the HSM; raises `NothingToSign`, `CertificateUnusable`."""
    prepared, certificates = [], {}
    for document_id in document_ids:
        for signing in open_signings(reading, document_id):
            kept = reading.session.get(PreparedSigning, signing.id)
            certificate = reading.session.get_one(Certificate, signing.certificate_id)
            if certificate.source == HSM and kept is not None and kept.value is None:
                prepared.append(kept)
                certificates[certificate.id] = certificate
    if not prepared:
        raise NothingToSign
    if len(certificates) != 1:
        raise CertificateUnusable
    return next(iter(certificates.values())), prepared

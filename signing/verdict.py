"""Whether signatures hold, in the standard's words (ETSI EN 319 102-1) and one code of ours for each reason.

Integrity comes before trust: bytes, structure or later changes that are wrong fail whatever the anchors are. An
intact signature nobody vouches for is undetermined, never failed; one whose certificate cannot be checked for
revocation is undetermined, never passed. Nothing is fetched.
"""

import asyncio
import io
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

from asn1crypto import x509 as asn1_x509
from cryptography import x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.ades.report import AdESFailure, AdESIndeterminate, AdESSubIndic
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import async_validate_pdf_signature, async_validate_pdf_timestamp
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import extract_tst_data_iter
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel, SignatureStatus
from pyhanko_certvalidator import ValidationContext

from signing.changes import changed_fields
from signing.errors import VerdictImpossible
from signing.keys import certificate_names, public_key_sha256
from signing.trust import Trust

# What is wrong with a file is the verdict; the library's own log of it would repeat it as tracebacks.
logging.getLogger("pyhanko").setLevel(logging.CRITICAL)
logging.getLogger("pyhanko_certvalidator").setLevel(logging.CRITICAL)


class VerdictCode(StrEnum):
    """Why a signature got its indication; each has one sentence in the manual."""

    VALID = "valid"
    BYTES_CHANGED = "bytes_changed"
    SIGNATURE_WRONG = "signature_wrong"
    STRUCTURE_WRONG = "structure_wrong"
    CHANGED_AFTER_SIGNING = "changed_after_signing"
    FIELD_CHANGED_AFTER_SIGNING = "field_changed_after_signing"
    SIGNER_UNKNOWN = "signer_unknown"
    REVOCATION_UNKNOWN = "revocation_unknown"
    REVOKED = "revoked"
    EXPIRED = "expired"
    TIME_STAMP_WRONG = "time_stamp_wrong"
    CERTIFICATE_UNSUITABLE = "certificate_unsuitable"


@dataclass(frozen=True)
class CertificateFacts:
    """The signer's certificate: `issuer` and `serial` are what a registered certificate is matched by."""

    subject: str
    organization: str | None
    issuer: str
    serial: str
    sha256: str
    public_key_sha256: str
    valid_from: datetime
    valid_to: datetime


@dataclass(frozen=True)
class SignatureVerdict:
    """One signature or document time stamp.

    `sub_indication` is None when passed; `level` None when it is no PAdES baseline signature; `changes` name what
    happened to the file after it.
    """

    field: str
    indication: str
    sub_indication: str | None
    code: str
    level: str | None
    signer: str | None
    signing_time: datetime | None
    covers_whole_file: bool
    changes: tuple[str, ...]
    certificate: CertificateFacts | None


@dataclass(frozen=True)
class FileVerdict:
    """A file's signatures and document time stamps, each in the order they were made."""

    signatures: tuple[SignatureVerdict, ...]
    timestamps: tuple[SignatureVerdict, ...]


@dataclass(frozen=True)
class _Outcome:
    indication: str
    sub_indication: str | None
    code: VerdictCode


PASSED, FAILED, INDETERMINATE = "TOTAL-PASSED", "TOTAL-FAILED", "INDETERMINATE"
_REQUIRED, _NOT_ASKED = "require", "soft-fail"
_VALID = _Outcome(PASSED, None, VerdictCode.VALID)
_STRUCTURE = _Outcome(FAILED, "FORMAT_FAILURE", VerdictCode.STRUCTURE_WRONG)
_CHANGED = _Outcome(FAILED, "FORMAT_FAILURE", VerdictCode.CHANGED_AFTER_SIGNING)
_FIELD_CHANGED = _Outcome(FAILED, "FORMAT_FAILURE", VerdictCode.FIELD_CHANGED_AFTER_SIGNING)

_BY_TRUST_PROBLEM: dict[AdESSubIndic, _Outcome] = {
    AdESFailure.REVOKED: _Outcome(FAILED, "REVOKED", VerdictCode.REVOKED),
    AdESIndeterminate.REVOKED_NO_POE: _Outcome(INDETERMINATE, "REVOKED_NO_POE", VerdictCode.REVOKED),
    AdESIndeterminate.REVOKED_CA_NO_POE: _Outcome(INDETERMINATE, "REVOKED_CA_NO_POE", VerdictCode.REVOKED),
    AdESIndeterminate.TRY_LATER: _Outcome(INDETERMINATE, "TRY_LATER", VerdictCode.REVOCATION_UNKNOWN),
    AdESIndeterminate.OUT_OF_BOUNDS_NO_POE: _Outcome(INDETERMINATE, "OUT_OF_BOUNDS_NO_POE", VerdictCode.EXPIRED),
    AdESIndeterminate.OUT_OF_BOUNDS_NOT_REVOKED: _Outcome(
        INDETERMINATE, "OUT_OF_BOUNDS_NOT_REVOKED", VerdictCode.EXPIRED
    ),
    AdESIndeterminate.EXPIRED: _Outcome(INDETERMINATE, "EXPIRED", VerdictCode.EXPIRED),
    AdESIndeterminate.NOT_YET_VALID: _Outcome(INDETERMINATE, "NOT_YET_VALID", VerdictCode.EXPIRED),
    AdESFailure.NOT_YET_VALID: _Outcome(FAILED, "NOT_YET_VALID", VerdictCode.EXPIRED),
    AdESIndeterminate.NO_CERTIFICATE_CHAIN_FOUND: _Outcome(
        INDETERMINATE, "NO_CERTIFICATE_CHAIN_FOUND", VerdictCode.SIGNER_UNKNOWN
    ),
}


def verify(pdf: bytes, *, trust: Trust, at: datetime) -> FileVerdict:
    """Judge every signature of a PDF at the given instant; raises `VerdictImpossible` when it is no readable PDF."""
    try:
        reader = PdfFileReader(io.BytesIO(pdf), strict=False)
        _refuse_encrypted(reader)
        signatures = list(reader.embedded_regular_signatures)
        stamps = list(reader.embedded_timestamp_signatures)
    except VerdictImpossible:
        raise
    except Exception as error:
        raise VerdictImpossible("pdf_unreadable") from error
    judge = _Judge(trust, at)
    return FileVerdict(
        signatures=tuple(judge.signature(s) for s in signatures),
        timestamps=tuple(judge.document_stamp(s) for s in stamps),
    )


def _refuse_encrypted(reader: PdfFileReader) -> None:
    if reader.encrypted:
        raise VerdictImpossible("pdf_encrypted")


class _Judge:
    def __init__(self, trust: Trust, at: datetime) -> None:
        self._trust = trust
        self._at = at

    def signature(self, signature: EmbeddedPdfSignature) -> SignatureVerdict:
        """Structure and bytes first, then what came later, then trust at the proven or claimed time."""
        outcome, moment = _STRUCTURE, None
        changes: tuple[str, ...] = ()
        try:
            stamped = _stamped_at(signature)
            moment = stamped or signature.self_reported_timestamp
            status = self._status(signature, stamped or self._at, _REQUIRED)
            changes = _changes(signature)
            outcome = _integrity(signature, status) or self._trust_of(signature, status, stamped)
        except SignatureValidationError as error:
            outcome = _from_error(error)
        except Exception:  # noqa: BLE001 - a broken signature ends in a verdict, never in an exception
            outcome = _STRUCTURE
        return _verdict(signature, outcome, moment, _quietly(lambda: _level(signature)), changes)

    def document_stamp(self, signature: EmbeddedPdfSignature) -> SignatureVerdict:
        """A document time stamp is judged like a signature, by its own chain."""
        outcome, moment = _STRUCTURE, None
        try:
            context = self._context(self._at, _REQUIRED)
            status = asyncio.run(async_validate_pdf_timestamp(signature, validation_context=context))
            moment = status.timestamp
            outcome = _integrity(signature, status) or _trust_outcome(status)
        except SignatureValidationError as error:
            outcome = _from_error(error)
        except Exception:  # noqa: BLE001 - as above
            outcome = _STRUCTURE
        return _verdict(signature, outcome, moment, None, ())

    def _status(self, signature: EmbeddedPdfSignature, moment: datetime, revocation: str) -> PdfSignatureStatus:
        return asyncio.run(
            async_validate_pdf_signature(
                signature,
                signer_validation_context=self._context(moment, revocation),
                ts_validation_context=self._context(self._at, revocation),
            )
        )

    def _trust_of(
        self, signature: EmbeddedPdfSignature, status: PdfSignatureStatus, stamped: datetime | None
    ) -> _Outcome:
        outcome = _stamp_outcome(status, stamped) or _trust_outcome(status)
        if outcome.code is not VerdictCode.CERTIFICATE_UNSUITABLE:
            return outcome
        if signature.signer_cert.self_issued:
            # Nobody else vouches for it, and it is no anchor of ours.
            return _BY_TRUST_PROBLEM[AdESIndeterminate.NO_CERTIFICATE_CHAIN_FOUND]
        # The library has one word for a chain that is wrong and for revocation data that is missing: what passes
        # once revocation is not asked for was missing nothing else.
        lenient = self._status(signature, stamped or self._at, _NOT_ASKED)
        if (_stamp_outcome(lenient, stamped) or _trust_outcome(lenient)) == _VALID:
            return _BY_TRUST_PROBLEM[AdESIndeterminate.TRY_LATER]
        return outcome

    def _context(self, moment: datetime, revocation: str) -> ValidationContext:
        day = moment.astimezone(UTC).date()
        return ValidationContext(
            trust_roots=[_asn1(a.certificate) for a in self._trust.anchors if _in_force(a.valid_from, a.valid_to, day)],
            other_certs=[_asn1(der) for der in self._trust.intermediates],
            moment=moment,
            best_signature_time=moment,
            allow_fetching=False,
            crls=list(self._trust.crls),
            ocsps=list(self._trust.ocsps),
            revocation_mode=revocation,
            # Lists issued after the signature say even better what was revoked before it.
            retroactive_revinfo=True,
        )


def _integrity(signature: EmbeddedPdfSignature, status: SignatureStatus) -> _Outcome | None:
    """What is wrong with bytes, structure or later changes; None when nothing is."""
    if not status.intact:
        return _Outcome(FAILED, "HASH_FAILURE", VerdictCode.BYTES_CHANGED)
    if not status.valid:
        return _Outcome(FAILED, "SIG_CRYPTO_FAILURE", VerdictCode.SIGNATURE_WRONG)
    return _later_changes(signature, status)


def _later_changes(signature: EmbeddedPdfSignature, status: SignatureStatus) -> _Outcome | None:
    coverage = signature.evaluate_signature_coverage()
    if coverage < SignatureCoverageLevel.ENTIRE_REVISION:
        return _STRUCTURE
    if coverage == SignatureCoverageLevel.ENTIRE_FILE:
        return None
    if not all(changed_fields(signature).values()):
        return _FIELD_CHANGED
    level = getattr(status, "modification_level", ModificationLevel.OTHER)
    if level is None or level > ModificationLevel.FORM_FILLING or getattr(status, "docmdp_ok", True) is False:
        return _CHANGED
    return None


def _stamped_at(signature: EmbeddedPdfSignature) -> datetime | None:
    """The instant the signature's own time stamp names; whether the stamp can be believed is judged apart."""
    token = next(extract_tst_data_iter(signature.signer_info, signed=False), None)
    if token is None:
        return None
    stamped: datetime = token["encap_content_info"]["content"].parsed["gen_time"].native
    return stamped


def _stamp_outcome(status: PdfSignatureStatus, stamped: datetime | None) -> _Outcome | None:
    """A time stamp that cannot be believed leaves the time of signing unproven; None when nothing is wrong."""
    if stamped is None:
        return None
    stamp = status.timestamp_validity
    if stamp is not None and stamp.intact and stamp.valid and stamp.trusted:
        return None
    if stamp is not None and stamp.intact and stamp.valid:
        return _trust_outcome(stamp)
    return _Outcome(INDETERMINATE, "SIG_CONSTRAINTS_FAILURE", VerdictCode.TIME_STAMP_WRONG)


def _trust_outcome(status: SignatureStatus) -> _Outcome:
    if status.trusted:
        return _VALID
    unsuitable = _Outcome(INDETERMINATE, "CHAIN_CONSTRAINTS_FAILURE", VerdictCode.CERTIFICATE_UNSUITABLE)
    problem = status.trust_problem_indic
    return _BY_TRUST_PROBLEM.get(problem, unsuitable) if problem is not None else unsuitable


def _from_error(error: SignatureValidationError) -> _Outcome:
    indication = error.ades_subindication
    if indication is None:
        return _STRUCTURE
    if indication in _BY_TRUST_PROBLEM:
        return _BY_TRUST_PROBLEM[indication]
    failed = isinstance(indication, AdESFailure)
    return _Outcome(FAILED if failed else INDETERMINATE, indication.standard_name, VerdictCode.STRUCTURE_WRONG)


def _changes(signature: EmbeddedPdfSignature) -> tuple[str, ...]:
    if signature.evaluate_signature_coverage() == SignatureCoverageLevel.ENTIRE_FILE:
        return ()
    return tuple(f"field:{name}" for name in changed_fields(signature))


def _level(signature: EmbeddedPdfSignature) -> str | None:
    """The PAdES baseline level its parts make, whatever the verdict on them."""
    if signature.sig_object.get("/SubFilter") != "/ETSI.CAdES.detached":
        return None
    if _stamped_at(signature) is None:
        return "B-B"
    if "/DSS" not in signature.reader.root:
        return "B-T"
    later = [s for s in signature.reader.embedded_timestamp_signatures if s.signed_revision > signature.signed_revision]
    return "B-LTA" if later else "B-LT"


def _verdict(
    signature: EmbeddedPdfSignature,
    outcome: _Outcome,
    moment: datetime | None,
    level: str | None,
    changes: tuple[str, ...],
) -> SignatureVerdict:
    facts = _quietly(lambda: _certificate_facts(signature))
    whole = _quietly(lambda: signature.evaluate_signature_coverage() == SignatureCoverageLevel.ENTIRE_FILE)
    return SignatureVerdict(
        field=str(signature.field_name),
        indication=outcome.indication,
        sub_indication=outcome.sub_indication,
        code=outcome.code,
        level=level,
        signer=facts.subject if facts else None,
        signing_time=moment,
        covers_whole_file=bool(whole),
        changes=changes,
        certificate=facts,
    )


def _quietly(ask: Callable[[], Any]) -> Any:
    """Details of a signature too broken to have them are None; the verdict says already that it is broken."""
    try:
        return ask()
    except Exception:  # noqa: BLE001 - asn1crypto raises whatever the broken bytes lead it to
        return None


def _certificate_facts(signature: EmbeddedPdfSignature) -> CertificateFacts:
    certificate = x509.load_der_x509_certificate(signature.signer_cert.dump())
    issuer, serial = certificate_names(certificate)
    return CertificateFacts(
        subject=_name(certificate, x509.NameOID.COMMON_NAME) or certificate.subject.rfc4514_string(),
        organization=_name(certificate, x509.NameOID.ORGANIZATION_NAME),
        issuer=issuer,
        serial=serial,
        sha256=signature.signer_cert.sha256.hex(),
        public_key_sha256=public_key_sha256(certificate),
        valid_from=certificate.not_valid_before_utc,
        valid_to=certificate.not_valid_after_utc,
    )


def _name(certificate: x509.Certificate, kind: x509.ObjectIdentifier) -> str | None:
    found = certificate.subject.get_attributes_for_oid(kind)
    return str(found[0].value) if found else None


def _in_force(valid_from: date | None, valid_to: date | None, day: date) -> bool:
    return (valid_from is None or valid_from <= day) and (valid_to is None or day <= valid_to)


def _asn1(der: bytes) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(der)

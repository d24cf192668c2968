"""The words of a verdict: indications of ETSI EN 319 102-1, and one code of ours for each reason."""

from dataclasses import dataclass, replace
from enum import StrEnum


class VerdictCode(StrEnum):
    """Why a signature got its indication; each has one sentence in the manual."""

    VALID = "valid"
    BYTES_CHANGED = "bytes_changed"
    SIGNATURE_WRONG = "signature_wrong"
    STRUCTURE_WRONG = "structure_wrong"
    BYTE_RANGE_WRONG = "byte_range_wrong"
    ATTRIBUTES_WRONG = "attributes_wrong"
    FORMAT_UNSUPPORTED = "format_unsupported"
    CHANGED_AFTER_SIGNING = "changed_after_signing"
    FIELD_CHANGED_AFTER_SIGNING = "field_changed_after_signing"
    COVERED_AFTER_SIGNING = "covered_after_signing"
    CERTIFICATE_MISSING = "certificate_missing"
    CERTIFICATE_SWAPPED = "certificate_swapped"
    CERTIFICATE_UNSUITABLE = "certificate_unsuitable"
    SIGNER_UNKNOWN = "signer_unknown"
    REVOCATION_UNKNOWN = "revocation_unknown"
    REVOKED = "revoked"
    EXPIRED = "expired"
    NOT_YET_VALID = "not_yet_valid"
    ALGORITHM_WEAK = "algorithm_weak"
    TIME_STAMP_WRONG = "time_stamp_wrong"
    STAMPER_UNKNOWN = "time_stamper_unknown"
    STAMPER_REVOCATION_UNKNOWN = "time_stamper_revocation_unknown"
    STAMPER_REVOKED = "time_stamper_revoked"
    STAMPER_EXPIRED = "time_stamper_expired"
    STAMPER_UNSUITABLE = "time_stamper_unsuitable"
    TIME_IN_FUTURE = "time_in_future"


# What a revocation list that cannot be had now will tell.
REVOCATION_UNKNOWN = frozenset({VerdictCode.REVOCATION_UNKNOWN, VerdictCode.STAMPER_REVOCATION_UNKNOWN})
PASSED, FAILED, INDETERMINATE = "TOTAL-PASSED", "TOTAL-FAILED", "INDETERMINATE"


@dataclass(frozen=True)
class Outcome:
    """An indication with its sub-indication (None when passed) and our code."""

    indication: str
    sub_indication: str | None
    code: VerdictCode


# The same reasons where they are about the certificate of a time-stamp service.
_OF_STAMPERS = {
    VerdictCode.VALID: VerdictCode.VALID,
    VerdictCode.SIGNER_UNKNOWN: VerdictCode.STAMPER_UNKNOWN,
    VerdictCode.REVOCATION_UNKNOWN: VerdictCode.STAMPER_REVOCATION_UNKNOWN,
    VerdictCode.REVOKED: VerdictCode.STAMPER_REVOKED,
    VerdictCode.EXPIRED: VerdictCode.STAMPER_EXPIRED,
}


def of_stamper(outcome: Outcome) -> Outcome:
    """The outcome of a chain, told of the time-stamp service instead of the signer."""
    return replace(outcome, code=_OF_STAMPERS.get(outcome.code, VerdictCode.STAMPER_UNSUITABLE))


VALID = Outcome(PASSED, None, VerdictCode.VALID)
STRUCTURE = Outcome(FAILED, "FORMAT_FAILURE", VerdictCode.STRUCTURE_WRONG)
BYTE_RANGE = Outcome(FAILED, "FORMAT_FAILURE", VerdictCode.BYTE_RANGE_WRONG)
UNSUPPORTED = Outcome(FAILED, "FORMAT_FAILURE", VerdictCode.FORMAT_UNSUPPORTED)
HASH = Outcome(FAILED, "HASH_FAILURE", VerdictCode.BYTES_CHANGED)
VALUE = Outcome(FAILED, "SIG_CRYPTO_FAILURE", VerdictCode.SIGNATURE_WRONG)
ATTRIBUTES = Outcome(FAILED, "SIG_CRYPTO_FAILURE", VerdictCode.ATTRIBUTES_WRONG)
CHANGED = Outcome(FAILED, "FORMAT_FAILURE", VerdictCode.CHANGED_AFTER_SIGNING)
FIELD_CHANGED = Outcome(FAILED, "FORMAT_FAILURE", VerdictCode.FIELD_CHANGED_AFTER_SIGNING)
COVERED = Outcome(INDETERMINATE, "SIG_CONSTRAINTS_FAILURE", VerdictCode.COVERED_AFTER_SIGNING)
CERTIFICATE_MISSING = Outcome(INDETERMINATE, "NO_SIGNING_CERTIFICATE_FOUND", VerdictCode.CERTIFICATE_MISSING)
CERTIFICATE_SWAPPED = Outcome(INDETERMINATE, "NO_SIGNING_CERTIFICATE_FOUND", VerdictCode.CERTIFICATE_SWAPPED)
STAMP_WRONG = Outcome(INDETERMINATE, "SIG_CONSTRAINTS_FAILURE", VerdictCode.TIME_STAMP_WRONG)
IN_FUTURE = Outcome(INDETERMINATE, "SIG_CONSTRAINTS_FAILURE", VerdictCode.TIME_IN_FUTURE)

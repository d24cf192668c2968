"""Whether a chain's certificates were revoked at an instant, by the lists and answers at hand.

Every list and every answer counts, whoever handed it over. The library looks at answers only where the certificate
names a service to ask, and takes no list from an anchor that somebody else certified; so both are asked here, each
certificate by itself (RFC 5280, 6.3; RFC 6960, 3.2).
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from asn1crypto import crl as asn1_crl
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.errors import (
    CRLValidationError,
    OCSPValidationError,
    PathValidationError,
    RevokedError,
)
from pyhanko_certvalidator.path import ValidationPath
from pyhanko_certvalidator.revinfo.validate_crl import verify_crl
from pyhanko_certvalidator.revinfo.validate_ocsp import verify_ocsp_response

from signing.outcome import INDETERMINATE, Outcome, VerdictCode

TRY_LATER = Outcome(INDETERMINATE, "TRY_LATER", VerdictCode.REVOCATION_UNKNOWN)
REVOKED = Outcome(INDETERMINATE, "REVOKED_NO_POE", VerdictCode.REVOKED)
CA_REVOKED = Outcome(INDETERMINATE, "REVOKED_CA_NO_POE", VerdictCode.REVOKED)

# Says that it speaks of some certificates only; the library knows how to read that, the short way here does not.
_PARTIAL = (x509.IssuingDistributionPoint, x509.DeltaCRLIndicator)


class _Revoked(Exception):
    """Some answer or list says that the certificate was revoked by then."""


async def revocation_of(
    path: ValidationPath, context: ValidationContext, lists: Sequence[asn1_crl.CertificateList], *, moment: datetime
) -> Outcome | None:
    """What revocation says against a chain, None when every certificate below the anchor is known to be good."""
    anchor, *below = path.iter_certs(include_root=True)
    for number, certificate in enumerate(below):
        try:
            known = await _is_known_good(certificate, path, context)
            if not known and number == 0:
                known = _is_good_by_anchor(certificate, anchor, lists, moment)
        except _Revoked:
            return REVOKED if certificate is below[-1] else CA_REVOKED
        if not known:
            return TRY_LATER
    return None


async def _is_known_good(certificate: asn1_x509.Certificate, path: ValidationPath, context: ValidationContext) -> bool:
    """Whether an answer or a list says so; `_Revoked` when either says the contrary, whatever the other says."""
    good = False
    for ask in (verify_ocsp_response, verify_crl):
        try:
            await ask(certificate, path, context)
        except RevokedError as error:
            raise _Revoked from error
        except (OCSPValidationError, CRLValidationError, PathValidationError, ValueError):
            # No such answer, or none that can be believed.
            continue
        good = True
    return good


def _is_good_by_anchor(
    certificate: asn1_x509.Certificate,
    anchor: asn1_x509.Certificate,
    lists: Iterable[asn1_crl.CertificateList],
    moment: datetime,
) -> bool:
    """Whether a whole list by the anchor itself, still in force, does not name the certificate.

    `_Revoked` when one does.
    """
    usage = anchor.key_usage_value
    if usage is not None and "crl_sign" not in usage.native:
        return False
    key = x509.load_der_x509_certificate(anchor.dump()).public_key()
    good = False
    for held in lists:
        if held.issuer.hashable != anchor.subject.hashable:
            continue
        listed = x509.load_der_x509_crl(held.dump())
        until = listed.next_update_utc
        in_part = any(isinstance(extension.value, _PARTIAL) for extension in listed.extensions)
        if in_part or until is None or until < moment or not listed.is_signature_valid(key):  # type: ignore[arg-type] # an authority's key is none of the kinds that only agree on keys
            continue
        entry = listed.get_revoked_certificate_by_serial_number(certificate.serial_number)
        if entry is not None and entry.revocation_date_utc <= moment:
            raise _Revoked
        good = True
    return good

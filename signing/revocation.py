"""Whether a chain's certificates were revoked at an instant, by the lists and answers at hand.

Every list and every answer counts, whoever handed it over. A whole list by a certificate's own issuer is read here:
the library reads each entry of it, and there may be a hundred thousand. Lists in parts, lists by others and answers
are its business; but it looks at answers only where the certificate names a service to ask, so it is asked for each
certificate by itself (RFC 5280, 6.3; RFC 6960, 3.2).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
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

from signing.certificates import RevocationList
from signing.outcome import INDETERMINATE, Outcome, VerdictCode

TRY_LATER = Outcome(INDETERMINATE, "TRY_LATER", VerdictCode.REVOCATION_UNKNOWN)
REVOKED = Outcome(INDETERMINATE, "REVOKED_NO_POE", VerdictCode.REVOKED)
CA_REVOKED = Outcome(INDETERMINATE, "REVOKED_CA_NO_POE", VerdictCode.REVOKED)

# With these a list speaks of all certificates of its issuer; with any other it may not, and the library says.
_OF_WHOLE_LISTS = (x509.CRLNumber, x509.AuthorityKeyIdentifier, x509.IssuerAlternativeName)
_HASHES = frozenset({"sha256", "sha384", "sha512"})


class _Revoked(Exception):
    """Some answer or list says that the certificate was revoked by then."""


@dataclass(frozen=True)
class _List:
    """A list as found: `read` is None when it is no whole list, or cannot be read the short way."""

    issuer: str
    read: x509.CertificateRevocationList | None


class Lists:
    """Revocation lists, each parsed once and its signature checked once for each key."""

    def __init__(self, lists: Iterable[RevocationList]) -> None:
        self._lists = [_List(listed.issuer.hashable, _whole(listed)) for listed in lists]
        self._signed: dict[tuple[int, bytes], bool] = {}

    def are_good(self, certificate: asn1_x509.Certificate, issuer: asn1_x509.Certificate, moment: datetime) -> bool:
        """Whether a whole list by the issuer, in force at the moment, does not name the certificate.

        `_Revoked` when one does.
        """
        usage = issuer.key_usage_value
        if _names_another_lister(certificate) or (usage is not None and "crl_sign" not in usage.native):
            return False
        good = False
        for number, listed in self._by(issuer):
            until = listed.next_update_utc
            if until is None or until < moment or not self._is_signed(number, listed, issuer):
                continue
            entry = listed.get_revoked_certificate_by_serial_number(certificate.serial_number)
            if entry is not None and entry.revocation_date_utc <= moment:
                raise _Revoked
            good = True
        return good

    def leave_open(self, certificate: asn1_x509.Certificate, issuer: asn1_x509.Certificate) -> bool:
        """Whether there are lists that `are_good` does not understand: in parts, or by another key of the issuer."""
        if _names_another_lister(certificate) or any(listed.read is None for listed in self._lists):
            return True
        return not all(self._is_signed(number, listed, issuer) for number, listed in self._by(issuer))

    def _by(self, issuer: asn1_x509.Certificate) -> Iterable[tuple[int, x509.CertificateRevocationList]]:
        name = issuer.subject.hashable
        for number, listed in enumerate(self._lists):
            if listed.read is not None and listed.issuer == name:
                yield number, listed.read

    def _is_signed(self, number: int, listed: x509.CertificateRevocationList, issuer: asn1_x509.Certificate) -> bool:
        key = (number, issuer.sha256)
        if key not in self._signed:
            try:
                public_key = x509.load_der_x509_certificate(issuer.dump()).public_key()
                self._signed[key] = listed.is_signature_valid(public_key)  # type: ignore[arg-type] # of another kind: TypeError
            except (ValueError, TypeError, UnsupportedAlgorithm):
                self._signed[key] = False
        return self._signed[key]


def _whole(listed: RevocationList) -> x509.CertificateRevocationList | None:
    try:
        read = x509.load_der_x509_crl(listed.dump())
        algorithm = read.signature_hash_algorithm
        plain = all(isinstance(extension.value, _OF_WHOLE_LISTS) for extension in read.extensions)
    except (ValueError, UnsupportedAlgorithm, x509.DuplicateExtension):
        return None
    return read if plain and algorithm is not None and algorithm.name in _HASHES else None


def _names_another_lister(certificate: asn1_x509.Certificate) -> bool:
    """Whether it says that somebody else lists what is revoked (RFC 5280, 4.2.1.13, cRLIssuer)."""
    return any(point["crl_issuer"].native for point in certificate.crl_distribution_points_value or ())


async def revocation_of(
    path: ValidationPath, lists: Lists, context: Callable[[], ValidationContext], *, answers: bool, moment: datetime
) -> Outcome | None:
    """What revocation says against a chain, None when every certificate below the anchor is known to be good.

    `context` is the library's, with every list and answer; `answers` tells whether there are any of the latter.
    """
    chain = list(path.iter_certs(include_root=True))
    for issuer, certificate in pairwise(chain):
        try:
            known = lists.are_good(certificate, issuer, moment)
            if answers or not known or lists.leave_open(certificate, issuer):
                known = await _is_known_good(certificate, path, context()) or known
        except _Revoked:
            return REVOKED if certificate is chain[-1] else CA_REVOKED
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

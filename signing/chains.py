"""Whether a certificate may be believed at an instant: its chain to an anchor, and whether it was revoked.

Revocation must be known for every certificate below the anchor; a certificate that is itself an anchor needs none.
Nothing is fetched. Lists and answers issued after the instant say even better what was revoked before it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from asn1crypto import crl, ocsp, x509
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import (
    DisallowedAlgorithmError,
    ExpiredError,
    InvalidCertificateError,
    NotYetValidError,
    PathBuildingError,
    PathValidationError,
    RevokedError,
)
from pyhanko_certvalidator.path import ValidationPath
from pyhanko_certvalidator.policy_decl import CertRevTrustPolicy, RevocationCheckingPolicy, RevocationCheckingRule

from signing.certificates import Certificate, RevocationList
from signing.outcome import INDETERMINATE, VALID, Outcome, VerdictCode
from signing.revocation import CA_REVOKED, REVOKED, TRY_LATER, Lists, revocation_of
from signing.trust import Trust, day_of
from signing.waiting import finished

_SIGNS = KeyUsageConstraints(
    key_usage={"digital_signature", "non_repudiation"},
    match_all_key_usages=False,
    explicit_extd_key_usage_required=False,
)
_STAMPS = KeyUsageConstraints(extd_key_usage={"time_stamping"}, explicit_extd_key_usage_required=True)
_SLACK = timedelta(minutes=5)


def _revocation(rule: RevocationCheckingRule) -> CertRevTrustPolicy:
    return CertRevTrustPolicy(RevocationCheckingPolicy(rule, rule), retroactive_revinfo=True)


_WITHOUT_REVOCATION = _revocation(RevocationCheckingRule.NO_CHECK)
_WITH_REVOCATION = _revocation(RevocationCheckingRule.CRL_OR_OCSP_REQUIRED)

UNKNOWN_SIGNER = Outcome(INDETERMINATE, "NO_CERTIFICATE_CHAIN_FOUND", VerdictCode.SIGNER_UNKNOWN)
EXPIRED = Outcome(INDETERMINATE, "OUT_OF_BOUNDS_NO_POE", VerdictCode.EXPIRED)
NOT_YET_VALID = Outcome(INDETERMINATE, "NOT_YET_VALID", VerdictCode.NOT_YET_VALID)
# The same where no stamp proves that it was signed before: then it may have been signed later just as well.
NOT_IN_FORCE = Outcome(INDETERMINATE, "OUT_OF_BOUNDS_NO_POE", VerdictCode.NOT_YET_VALID)
UNSUITABLE = Outcome(INDETERMINATE, "CHAIN_CONSTRAINTS_FAILURE", VerdictCode.CERTIFICATE_UNSUITABLE)
WEAK = Outcome(INDETERMINATE, "CRYPTO_CONSTRAINTS_FAILURE_NO_POE", VerdictCode.ALGORITHM_WEAK)
BROKEN_CHAIN = Outcome(INDETERMINATE, "CERTIFICATE_CHAIN_GENERAL_FAILURE", VerdictCode.CERTIFICATE_UNSUITABLE)
_BY_KIND: tuple[tuple[type[Exception], Outcome], ...] = (
    (ExpiredError, EXPIRED),
    (NotYetValidError, NOT_YET_VALID),
    (DisallowedAlgorithmError, WEAK),
    (InvalidCertificateError, UNSUITABLE),
)


@dataclass(frozen=True)
class Chain:
    """The outcome, and the certificates from the signer's to the anchor as far as a chain was found."""

    outcome: Outcome
    certificates: tuple[x509.Certificate, ...] = ()


@dataclass(frozen=True)
class Material:
    """What a file brings along besides the configured trust: never anchors."""

    certificates: tuple[x509.Certificate, ...] = ()
    crls: tuple[crl.CertificateList, ...] = ()
    ocsps: tuple[ocsp.OCSPResponse, ...] = ()


class Chains:
    """Chains under one trust configuration; answers are kept for the life of the object."""

    def __init__(self, trust: Trust, material: Material) -> None:
        self._anchors = [(Certificate.load(a.certificate), a.valid_from, a.valid_to) for a in trust.anchors]
        self._certificates = [*(Certificate.load(der) for der in trust.intermediates), *material.certificates]
        self._crls = [*(RevocationList.load(der) for der in trust.crls), *material.crls]
        self._ocsps = [*(ocsp.OCSPResponse.load(der) for der in trust.ocsps), *material.ocsps]
        self._lists = Lists(self._crls)
        self._known: dict[tuple[bytes, datetime, bool], Chain] = {}

    @property
    def good(self) -> tuple[tuple[x509.Certificate, ...], ...]:
        """The chains of certificates found good so far, each once."""
        chains = (chain.certificates for chain in self._known.values() if chain.outcome == VALID)
        return tuple({tuple(link.sha256 for link in chain): chain for chain in chains}.values())

    def judge(
        self,
        certificate: x509.Certificate,
        others: Iterable[x509.Certificate],
        *,
        moment: datetime,
        stamps: bool = False,
    ) -> Chain:
        """Judge a signer's certificate, or with `stamps` a time stamper's, at an instant."""
        key = (certificate.sha256, moment, stamps)
        if key not in self._known:
            self._known[key] = self._judge(certificate, tuple(others), moment, stamps=stamps)
        return self._known[key]

    def judge_stamper(
        self, certificate: x509.Certificate, others: Iterable[x509.Certificate], *, stamped: datetime, moment: datetime
    ) -> Chain:
        """Judge a time stamper's certificate, in force until `moment`, for a stamp it gave at `stamped`.

        Where nothing newer is known, lists issued after the stamp are evidence enough that it was not revoked then.
        """
        chain = self.judge(certificate, others, moment=moment, stamps=True)
        if chain.outcome == TRY_LATER:
            return self.judge(certificate, others, moment=stamped, stamps=True)
        return chain

    def _judge(
        self, certificate: x509.Certificate, others: tuple[x509.Certificate, ...], moment: datetime, *, stamps: bool
    ) -> Chain:
        usage = _STAMPS if stamps else _SIGNS
        try:
            path = self._path(certificate, others, moment)
            certificates = tuple(path.iter_certs(include_root=True))[::-1]
            if len(certificates) > 1 and (stamps or certificate.key_usage_value is not None):
                usage.validate(certificate)
            revoked = finished(
                revocation_of(
                    path,
                    self._lists,
                    lambda: self._context(moment, _WITH_REVOCATION, *certificates),
                    answers=bool(self._ocsps),
                    moment=moment,
                )
            )
        except Exception as error:  # noqa: BLE001 - what a crafted certificate raises is named by `_outcome_of`
            return Chain(_outcome_of(error, certificate))
        return Chain(revoked or _within(certificate, moment), certificates)

    def _path(
        self, certificate: x509.Certificate, others: tuple[x509.Certificate, ...], moment: datetime
    ) -> ValidationPath:
        """The chain without a word about revocation; the library's errors when there is none."""
        context = self._context(moment, _WITHOUT_REVOCATION)
        return finished(CertificateValidator(certificate, others, context).async_validate_path())

    def _context(
        self, moment: datetime, policy: CertRevTrustPolicy, *certificates: x509.Certificate
    ) -> ValidationContext:
        day = day_of(moment)
        return ValidationContext(
            trust_roots=[certificate for certificate, begin, end in self._anchors if _in_force(begin, end, day)],
            other_certs=[*self._certificates, *certificates],
            moment=moment,
            best_signature_time=moment,
            allow_fetching=False,
            crls=self._crls if policy is _WITH_REVOCATION else (),
            ocsps=self._ocsps if policy is _WITH_REVOCATION else (),
            revinfo_policy=policy,
        )


def _within(certificate: x509.Certificate, moment: datetime) -> Outcome:
    """An anchor's own validity counts too when it is the signer; the library takes anchors as they are."""
    if moment + _SLACK < certificate.not_valid_before:
        return NOT_YET_VALID
    return EXPIRED if certificate.not_valid_after < moment else VALID


def _outcome_of(error: Exception, certificate: x509.Certificate) -> Outcome:
    if isinstance(error, PathBuildingError):
        return UNKNOWN_SIGNER
    if isinstance(error, InvalidCertificateError) and certificate.self_issued:
        # Nobody else vouches for it, and it is no anchor of ours.
        return UNKNOWN_SIGNER
    if isinstance(error, RevokedError):
        return REVOKED if error.is_ee_cert and not error.is_side_validation else CA_REVOKED
    if isinstance(error, PathValidationError) and "signature of" in error.failure_msg:
        # A name alone makes no chain; the library has no kind of its own for it.
        return UNKNOWN_SIGNER
    return next((outcome for kind, outcome in _BY_KIND if isinstance(error, kind)), BROKEN_CHAIN)


def _in_force(valid_from: date | None, valid_to: date | None, day: date) -> bool:
    return (valid_from is None or valid_from <= day) and (valid_to is None or day <= valid_to)

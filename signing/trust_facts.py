"""The trust settings as facts to show: whom they believe, and how fresh the revocation lists are."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from asn1crypto import crl, x509

from signing.algorithms import DEFAULT_ALGORITHMS, AlgorithmRule
from signing.keys import common_name_first
from signing.trust import Trust


@dataclass(frozen=True)
class BelievedCertificate:
    """An anchor, or a certificate between one and the signers; `believed_from` and `believed_to` are the operator's.

    The values of its subject stand with the common name first.
    """

    subject: tuple[str, ...]
    sha256: str
    valid_from: datetime
    valid_to: datetime
    is_anchor: bool
    file: str
    believed_from: date | None = None
    believed_to: date | None = None


@dataclass(frozen=True)
class HeldList:
    """A revocation list: whose, from when, and until when the next one is due."""

    issuer: tuple[str, ...]
    this_update: datetime
    next_update: datetime | None
    revoked: int
    file: str


@dataclass(frozen=True)
class TrustFacts:
    """What is believed now; `version` is another as soon as anything here is, `algorithms` are the operator's own.

    The generations of one authority stand together, the oldest first.
    """

    version: str
    certificates: tuple[BelievedCertificate, ...]
    lists: tuple[HeldList, ...]
    urls: tuple[str, ...]
    algorithms: tuple[AlgorithmRule, ...]


def trust_facts(trust: Trust, files: Mapping[bytes, str] | None = None) -> TrustFacts:
    """Describe trust settings, whose certificates and lists have been read before; `files` as of `files_of`."""
    named = files or {}
    anchors = [
        _certificate(anchor.certificate, named, is_anchor=True, since=anchor.valid_from, until=anchor.valid_to)
        for anchor in trust.anchors
    ]
    between = [_certificate(der, named, is_anchor=False) for der in trust.intermediates]
    return TrustFacts(
        trust.version,
        tuple(sorted(anchors + between, key=lambda found: (not found.is_anchor, found.subject, found.valid_from))),
        tuple(_list(der, named) for der in trust.crls),
        trust.crl_urls,
        trust.algorithms[len(DEFAULT_ALGORITHMS) :],
    )


def _certificate(
    der: bytes, files: Mapping[bytes, str], *, is_anchor: bool, since: date | None = None, until: date | None = None
) -> BelievedCertificate:
    certificate = x509.Certificate.load(der)
    return BelievedCertificate(
        subject=_words(certificate.subject),
        sha256=certificate.sha256.hex(),
        valid_from=certificate.not_valid_before,
        valid_to=certificate.not_valid_after,
        is_anchor=is_anchor,
        file=files.get(der, ""),
        believed_from=since,
        believed_to=until,
    )


def _list(der: bytes, files: Mapping[bytes, str]) -> HeldList:
    listed = crl.CertificateList.load(der)
    body = listed["tbs_cert_list"]
    revoked = body["revoked_certificates"]
    return HeldList(
        issuer=_words(listed.issuer),
        this_update=body["this_update"].native,
        next_update=body["next_update"].native,
        revoked=len(revoked) if revoked.native else 0,
        file=files.get(der, ""),
    )


def _words(name: x509.Name) -> tuple[str, ...]:
    parts = [part for together in reversed(list(name.chosen)) for part in together]
    return common_name_first((part["type"].dotted, str(part["value"].native)) for part in parts)

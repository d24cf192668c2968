"""The trust settings as facts to show: whom they believe, and how fresh the revocation lists are."""

from dataclasses import dataclass
from datetime import date, datetime

from asn1crypto import crl, x509

from signing.trust import Trust


@dataclass(frozen=True)
class BelievedCertificate:
    """An anchor, or a certificate between one and the signers; `believed_from` and `believed_to` are the operator's."""

    subject: str
    sha256: str
    valid_from: datetime
    valid_to: datetime
    is_anchor: bool
    believed_from: date | None = None
    believed_to: date | None = None


@dataclass(frozen=True)
class HeldList:
    """A revocation list: whose, from when, and until when the next one is due."""

    issuer: str
    this_update: datetime
    next_update: datetime | None
    revoked: int


@dataclass(frozen=True)
class TrustFacts:
    """What is believed now; `version` is another as soon as anything here is."""

    version: str
    certificates: tuple[BelievedCertificate, ...]
    lists: tuple[HeldList, ...]
    urls: tuple[str, ...]


def trust_facts(trust: Trust) -> TrustFacts:
    """Describe trust settings; the certificates and lists in them have been read before."""
    anchors = tuple(
        _certificate(anchor.certificate, is_anchor=True, since=anchor.valid_from, until=anchor.valid_to)
        for anchor in trust.anchors
    )
    between = tuple(_certificate(der, is_anchor=False) for der in trust.intermediates)
    lists = tuple(_list(der) for der in trust.crls)
    return TrustFacts(trust.version, anchors + between, lists, trust.crl_urls)


def _certificate(
    der: bytes, *, is_anchor: bool, since: date | None = None, until: date | None = None
) -> BelievedCertificate:
    certificate = x509.Certificate.load(der)
    return BelievedCertificate(
        subject=certificate.subject.human_friendly,
        sha256=certificate.sha256.hex(),
        valid_from=certificate.not_valid_before,
        valid_to=certificate.not_valid_after,
        is_anchor=is_anchor,
        believed_from=since,
        believed_to=until,
    )


def _list(der: bytes) -> HeldList:
    listed = crl.CertificateList.load(der)
    body = listed["tbs_cert_list"]
    revoked = body["revoked_certificates"]
    return HeldList(
        issuer=listed.issuer.human_friendly,
        this_update=body["this_update"].native,
        next_update=body["next_update"].native,
        revoked=len(revoked) if revoked.native else 0,
    )

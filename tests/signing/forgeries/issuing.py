"""Certificates and lists as a careless or hostile authority would issue them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

from signing.keys import KeyInMemory
from signing.trust import Anchor, Trust
from tests.signing.builders import NOW

DAY = timedelta(days=1)
Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


def new_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def named(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


@dataclass(frozen=True)
class Wish:
    """What is asked of an issuer; everything left alone is as it should be."""

    name: str = "Người ký"
    is_ca: bool = False
    signs: bool = True
    may_issue: bool | None = None
    path_length: int | None = None
    purposes: Sequence[ObjectIdentifier] = ()
    purposes_critical: bool = True
    permitted: str | None = None
    begin: datetime = NOW - DAY
    end: datetime = NOW + 300 * DAY
    serial: int | None = None
    says_usage: bool = True
    listed_by: str = ""
    needs_no_check: bool = False
    key: Key = field(default_factory=new_key)


@dataclass(frozen=True)
class Holder:
    """A certificate with its key and what stands between it and its root."""

    certificate: x509.Certificate
    key: Key
    above: tuple["Holder", ...] = ()

    def issue(self, wish: Wish) -> "Holder":
        """Certify what is wished for."""
        return Holder(_certificate(wish, self.certificate.subject, self.key), wish.key, (self, *self.above))

    def revocations(
        self,
        *revoked: x509.Certificate,
        at: datetime = NOW - DAY,
        issued: datetime = NOW - DAY / 2,
        days: float = 20,
        by: Key | None = None,
        says: x509.ExtensionType | None = None,
    ) -> bytes:
        """A revocation list, DER; `says` is a critical extension of it."""
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(self.certificate.subject)
            .last_update(issued)
            .next_update(issued + days * DAY)
        )
        for certificate in revoked:
            entry = x509.RevokedCertificateBuilder().serial_number(certificate.serial_number).revocation_date(at)
            builder = builder.add_revoked_certificate(entry.build())
        if says is not None:
            builder = builder.add_extension(says, critical=True)
        return builder.sign(by or self.key, hashes.SHA256()).public_bytes(Encoding.DER)

    def answer(
        self,
        about: x509.Certificate,
        status: ocsp.OCSPCertStatus = ocsp.OCSPCertStatus.GOOD,
        *,
        issued: datetime = NOW - DAY / 2,
        by: "Holder | None" = None,
    ) -> bytes:
        """An OCSP answer about one of its certificates, its own or a responder's, DER."""
        is_revoked = status is ocsp.OCSPCertStatus.REVOKED
        builder = ocsp.OCSPResponseBuilder().add_response(
            cert=about,
            issuer=self.certificate,
            algorithm=hashes.SHA256(),
            cert_status=status,
            this_update=issued,
            next_update=issued + DAY,
            revocation_time=NOW - DAY if is_revoked else None,
            revocation_reason=None,
        )
        answering = by or self
        builder = builder.responder_id(ocsp.OCSPResponderEncoding.NAME, answering.certificate)
        if by is not None:
            builder = builder.certificates([by.certificate])
        return builder.sign(answering.key, hashes.SHA256()).public_bytes(Encoding.DER)

    @property
    def signing_key(self) -> KeyInMemory:
        return KeyInMemory(self.key, self.certificate, tuple(h.certificate for h in self.above[:-1]))

    @property
    def trust(self) -> Trust:
        """Its root as the only anchor, with clean lists of all above."""
        root = self.above[-1].certificate if self.above else self.certificate
        return Trust(
            anchors=(Anchor(root.public_bytes(Encoding.DER)),), crls=tuple(h.revocations() for h in self.above)
        )


def root(name: str = "Gốc", key: Key | None = None) -> Holder:
    """A self-signed authority."""
    wish = Wish(name=name, is_ca=True, signs=False, key=key or new_key())
    return Holder(_certificate(wish, named(name), wish.key), wish.key)


def authority() -> Holder:
    """An authority below a root."""
    return root().issue(Wish(name="Trung gian", is_ca=True, signs=False))


STAMPS = Wish(name="Dấu thời gian", purposes=(ExtendedKeyUsageOID.TIME_STAMPING,))


def _certificate(wish: Wish, issuer: x509.Name, issuer_key: Key) -> x509.Certificate:
    issues = wish.is_ca if wish.may_issue is None else wish.may_issue
    builder = (
        x509.CertificateBuilder()
        .subject_name(named(wish.name))
        .issuer_name(issuer)
        .public_key(wish.key.public_key())
        .serial_number(wish.serial or x509.random_serial_number())
        .not_valid_before(wish.begin)
        .not_valid_after(wish.end)
        .add_extension(x509.BasicConstraints(wish.is_ca, wish.path_length if wish.is_ca else None), critical=True)
    )
    if wish.says_usage:
        usage = x509.KeyUsage(
            digital_signature=wish.signs,
            content_commitment=wish.signs,
            key_encipherment=not wish.signs,
            data_encipherment=False,
            key_agreement=False,
            key_cert_sign=issues,
            crl_sign=issues,
            encipher_only=False,
            decipher_only=False,
        )
        builder = builder.add_extension(usage, critical=True)
    if wish.purposes:
        builder = builder.add_extension(x509.ExtendedKeyUsage(wish.purposes), critical=wish.purposes_critical)
    if wish.listed_by:
        lister = x509.DirectoryName(named(wish.listed_by))
        point = x509.DistributionPoint(full_name=None, relative_name=None, reasons=None, crl_issuer=[lister])
        builder = builder.add_extension(x509.CRLDistributionPoints([point]), critical=False)
    if wish.needs_no_check:
        builder = builder.add_extension(x509.OCSPNoCheck(), critical=False)
    if wish.permitted:
        space = x509.NameConstraints([x509.DirectoryName(named(wish.permitted))], None)
        builder = builder.add_extension(space, critical=True)
    return builder.sign(issuer_key, hashes.SHA256())

"""A certificate authority for demos and tests: root, intermediate, revocation lists and time stamps of its own.

Its names say that nothing it certifies counts. Keys are P-256. The folder appears whole or not at all, so a start
that is killed begins again cleanly.
"""

import os
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
    pkcs12,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from signing.errors import AuthorityBroken
from signing.keys import KeyInMemory

DISCLAIMER = "BẢN MẪU - không có giá trị pháp lý"
_LIFE = timedelta(days=3650)
_CRL_LIFE = timedelta(days=30)
_CLOCK_SLACK = timedelta(minutes=5)


@dataclass(frozen=True)
class Issued:
    """A key of the authority: PKCS#12 bytes and the certificate."""

    pkcs12: bytes
    certificate: x509.Certificate


class DemoAuthority:
    """An authority opened from its folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        try:
            self.root = self._certificate("root")
            self.intermediate = self._certificate("intermediate")
            self.stamper = self._certificate("tsa")
        except (OSError, ValueError) as error:
            raise AuthorityBroken("authority_incomplete") from error

    @classmethod
    def create(cls, folder: Path, *, now: datetime) -> "DemoAuthority":
        """Make the authority; an existing one is opened."""
        if folder.is_dir():
            return cls(folder)
        building = folder.with_name(f".{folder.name}-{uuid4().hex}")
        building.mkdir(mode=0o700, parents=True)
        try:
            _build(building, now)
            building.rename(folder)
        except OSError:
            shutil.rmtree(building, ignore_errors=True)
            if not folder.is_dir():
                raise
        return cls(folder)

    @classmethod
    def open(cls, folder: Path) -> "DemoAuthority":
        """Open an authority; raises `AuthorityBroken`."""
        return cls(folder)

    def issue(
        self,
        *,
        common_name: str,
        organization: str,
        now: datetime,
        password: bytes,
        title: str | None = None,
        days: int = 365,
        valid_from: datetime | None = None,
    ) -> Issued:
        """Certify a new key for a person or an organisation."""
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = self.certify(
            key.public_key(),
            common_name=common_name,
            organization=organization,
            now=now,
            title=title,
            days=days,
            valid_from=valid_from,
        )
        bundle = pkcs12.serialize_key_and_certificates(
            common_name.encode(), key, certificate, [self.intermediate], BestAvailableEncryption(password)
        )
        return Issued(bundle, certificate)

    def certify(
        self,
        public_key: rsa.RSAPublicKey | ec.EllipticCurvePublicKey,
        *,
        common_name: str,
        organization: str,
        now: datetime,
        title: str | None = None,
        days: int = 365,
        valid_from: datetime | None = None,
    ) -> x509.Certificate:
        """Certify a key that is elsewhere, as in a token (key usage: signature and non-repudiation)."""
        subject = [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "VN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organization),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, DISCLAIMER),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
        if title:
            subject.insert(3, x509.NameAttribute(NameOID.TITLE, title))
        begin = valid_from or now - _CLOCK_SLACK
        builder = _certificate_builder(
            x509.Name(subject), public_key, issuer=self.intermediate, begin=begin, life=timedelta(days=days)
        )
        usage = _usage(digital_signature=True, content_commitment=True)
        builder = builder.add_extension(usage, critical=True)
        return builder.sign(self._key("intermediate"), hashes.SHA256())

    def revoke(self, serial: int, *, now: datetime) -> None:
        """Put a serial on the intermediate's revocation list."""
        revoked = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(now).build()
        previous = x509.load_der_x509_crl((self._folder / "intermediate.crl").read_bytes())
        self._write_crl("intermediate", self.intermediate, now, [*previous, revoked])

    def refresh_crls(self, *, now: datetime) -> None:
        """Issue both revocation lists anew, keeping what they list."""
        for name, issuer in (("root", self.root), ("intermediate", self.intermediate)):
            previous = x509.load_der_x509_crl((self._folder / f"{name}.crl").read_bytes())
            self._write_crl(name, issuer, now, list(previous))

    def crls(self) -> tuple[bytes, ...]:
        """Both revocation lists, DER."""
        return tuple((self._folder / f"{name}.crl").read_bytes() for name in ("root", "intermediate"))

    def anchor(self) -> bytes:
        """The root certificate, DER."""
        return self.root.public_bytes(Encoding.DER)

    def stamping_key(self) -> KeyInMemory:
        """The time stamper's key with its chain."""
        return KeyInMemory(self._key("tsa"), self.stamper, (self.intermediate,))

    def _certificate(self, name: str) -> x509.Certificate:
        return x509.load_pem_x509_certificate((self._folder / f"{name}.pem").read_bytes())

    def _key(self, name: str) -> ec.EllipticCurvePrivateKey:
        key = load_pem_private_key((self._folder / f"{name}.key").read_bytes(), None)
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise AuthorityBroken("authority_incomplete")
        return key

    def _write_crl(
        self, name: str, issuer: x509.Certificate, now: datetime, revoked: list[x509.RevokedCertificate]
    ) -> None:
        der = _crl(issuer, self._key(name), now, revoked)
        temporary = self._folder / f".{name}-{uuid4().hex}"
        temporary.write_bytes(der)
        temporary.rename(self._folder / f"{name}.crl")


def _build(folder: Path, now: datetime) -> None:
    begin = now - _CLOCK_SLACK
    root_key = ec.generate_private_key(ec.SECP256R1())
    root_name = _name("CA gốc mẫu")
    root = (
        _certificate_builder(root_name, root_key.public_key(), issuer=None, begin=begin, life=_LIFE)
        .add_extension(_usage(key_cert_sign=True, crl_sign=True), critical=True)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(root_key, hashes.SHA256())
    )
    middle_key = ec.generate_private_key(ec.SECP256R1())
    middle = (
        _certificate_builder(_name("CA trung gian mẫu"), middle_key.public_key(), issuer=root, begin=begin, life=_LIFE)
        .add_extension(_usage(key_cert_sign=True, crl_sign=True), critical=True)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(root_key, hashes.SHA256())
    )
    stamp_key = ec.generate_private_key(ec.SECP256R1())
    stamper = (
        _certificate_builder(_name("Dấu thời gian mẫu"), stamp_key.public_key(), issuer=middle, begin=begin, life=_LIFE)
        .add_extension(_usage(digital_signature=True, content_commitment=True), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
        .sign(middle_key, hashes.SHA256())
    )
    for name, key, certificate in (
        ("root", root_key, root),
        ("intermediate", middle_key, middle),
        ("tsa", stamp_key, stamper),
    ):
        secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        descriptor = os.open(folder / f"{name}.key", os.O_CREAT | os.O_WRONLY | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as out:
            out.write(secret)
        (folder / f"{name}.pem").write_bytes(certificate.public_bytes(Encoding.PEM))
    (folder / "root.crl").write_bytes(_crl(root, root_key, now, []))
    (folder / "intermediate.crl").write_bytes(_crl(middle, middle_key, now, []))


def _name(common_name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "VN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Cơ quan chứng thực mẫu"),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, DISCLAIMER),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


def _certificate_builder(
    subject: x509.Name,
    public_key: rsa.RSAPublicKey | ec.EllipticCurvePublicKey,
    *,
    issuer: x509.Certificate | None,
    begin: datetime,
    life: timedelta,
) -> x509.CertificateBuilder:
    issuer_key = issuer.public_key() if issuer else public_key
    if not isinstance(issuer_key, ec.EllipticCurvePublicKey):
        raise AuthorityBroken("authority_incomplete")
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.subject if issuer else subject)
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin.astimezone(UTC))
        .not_valid_after((begin + life).astimezone(UTC))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key), critical=False)
    )
    if issuer is not None:
        # The address is never asked: it is there because validators expect one (RFC 5280, 4.2.1.13).
        point = x509.UniformResourceIdentifier("http://crl.example.invalid/demo.crl")
        points = x509.CRLDistributionPoints([x509.DistributionPoint([point], None, None, None)])
        builder = builder.add_extension(points, critical=False)
    return builder


def _usage(
    *,
    digital_signature: bool = False,
    content_commitment: bool = False,
    key_cert_sign: bool = False,
    crl_sign: bool = False,
) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=digital_signature,
        content_commitment=content_commitment,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=key_cert_sign,
        crl_sign=crl_sign,
        encipher_only=False,
        decipher_only=False,
    )


def _crl(
    issuer: x509.Certificate, key: ec.EllipticCurvePrivateKey, now: datetime, revoked: list[x509.RevokedCertificate]
) -> bytes:
    public_key = issuer.public_key()
    if not isinstance(public_key, ec.EllipticCurvePublicKey):
        raise AuthorityBroken("authority_incomplete")
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuer.subject)
        .last_update((now - _CLOCK_SLACK).astimezone(UTC))
        .next_update((now + _CRL_LIFE).astimezone(UTC))
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(public_key), critical=False)
        .add_extension(x509.CRLNumber(int(now.timestamp())), critical=False)
    )
    for entry in revoked:
        builder = builder.add_revoked_certificate(entry)
    return builder.sign(key, hashes.SHA256()).public_bytes(Encoding.DER)

"""Papers, certificates and signatures for judging the judges, made without the product's own code."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Literal

import typst
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, pkcs12
from cryptography.x509.oid import AuthorityInformationAccessOID, NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, SimpleSigner, sign_pdf

PAPER = """
#set document(title: "Báo cáo mẫu", date: datetime(year: 2026, month: 11, day: 2))
#set text(lang: "vi")
= Báo cáo mẫu
Ủy ban nhân dân xã Mẫu báo cáo số liệu không có thật: 1.245 hồ sơ, đã trả 1.239.
"""
PASSWORD = b"khong-bi-mat"


def paper(standards: Literal["a-2b", "1.7"] = "a-2b") -> bytes:
    """A page of Vietnamese text as PDF/A-2b or as plain PDF 1.7."""
    made = typst.compile(PAPER.encode(), format="pdf", pdf_standards=standards)
    assert isinstance(made, bytes)
    return made


@dataclass(frozen=True)
class Authority:
    """A root, one signer certified by it, and the root's revocation list; DER but for the signer's PKCS#12."""

    root: bytes
    crl: bytes
    signer: bytes


def authority(*, now: datetime, asks: str | None = None, revoked: timedelta | None = None) -> Authority:
    """Keys of P-256, valid for a month around `now`.

    `asks` is an address that the signer's certificate names for issuer, OCSP and revocation list; `revoked` puts the
    signer on the list, that long before `now`.
    """
    root_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    root_name, name = _name("CA gốc mẫu"), _name("Nguyễn Văn Mẫu")
    root = (
        _builder(root_name, root_key.public_key(), issuer=root_name, now=now)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage("key_cert_sign", "crl_sign"), critical=True)
        .sign(root_key, hashes.SHA256())
    )
    builder = _builder(name, key.public_key(), issuer=root_name, now=now)
    builder = builder.add_extension(_usage("digital_signature", "content_commitment"), critical=True)
    certificate = (
        _asking(builder, asks).sign(root_key, hashes.SHA256()) if asks else builder.sign(root_key, hashes.SHA256())
    )
    revocations = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(root_name)
        .last_update(now - timedelta(hours=1))
        .next_update(now + timedelta(days=7))
    )
    if revoked is not None:
        entry = x509.RevokedCertificateBuilder().serial_number(certificate.serial_number)
        revocations = revocations.add_revoked_certificate(entry.revocation_date(now - revoked).build())
    return Authority(
        root=root.public_bytes(Encoding.DER),
        crl=revocations.sign(root_key, hashes.SHA256()).public_bytes(Encoding.DER),
        signer=pkcs12.serialize_key_and_certificates(
            b"mau", key, certificate, [root], BestAvailableEncryption(PASSWORD)
        ),
    )


def sign(pdf: bytes, *, signer: bytes, field: str) -> bytes:
    """A PAdES B-B signature by pyHanko's own signer into a new invisible field."""
    key = SimpleSigner.load_pkcs12_data(signer, other_certs=[], passphrase=PASSWORD)
    metadata = PdfSignatureMetadata(field_name=field, md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES)
    signed = sign_pdf(IncrementalPdfFileWriter(BytesIO(pdf)), metadata, signer=key)
    assert isinstance(signed, BytesIO)
    return signed.getvalue()


def _name(common_name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "VN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Cơ quan mẫu"),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


def _builder(
    name: x509.Name, key: ec.EllipticCurvePublicKey, *, issuer: x509.Name, now: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before((now - timedelta(days=2)).astimezone(UTC))
        .not_valid_after((now + timedelta(days=30)).astimezone(UTC))
    )


def _asking(builder: x509.CertificateBuilder, address: str) -> x509.CertificateBuilder:
    place = x509.UniformResourceIdentifier(address)
    return builder.add_extension(
        x509.AuthorityInformationAccess(
            [
                x509.AccessDescription(AuthorityInformationAccessOID.CA_ISSUERS, place),
                x509.AccessDescription(AuthorityInformationAccessOID.OCSP, place),
            ]
        ),
        critical=False,
    ).add_extension(x509.CRLDistributionPoints([x509.DistributionPoint([place], None, None, None)]), critical=False)


def _usage(*wanted: str) -> x509.KeyUsage:
    names = [
        *("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement"),
        *("key_cert_sign", "crl_sign", "encipher_only", "decipher_only"),
    ]
    return x509.KeyUsage(**{name: name in wanted for name in names})

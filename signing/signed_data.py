"""The message a PAdES signature holds (CMS, RFC 5652; attributes of ETSI EN 319 122-1 and 319 142-1, 6.3)."""

from collections.abc import Sequence
from hashlib import sha256

from asn1crypto import algos, cms, tsp
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa

from signing.keys import as_asn1

_SHA256 = algos.DigestAlgorithm({"algorithm": "sha256"})


def signed_attributes(certificate: x509.Certificate, document_digest: bytes) -> cms.CMSAttributes:
    """What is signed: the content's type, the SHA-256 of the document's bytes, and the certificate's hash (RFC 5035).

    No signing time: PAdES leaves it to the signature dictionary and the time stamp.
    """
    identifier = tsp.ESSCertIDv2({"cert_hash": sha256(as_asn1(certificate).dump()).digest()})
    return cms.CMSAttributes(
        [
            {"type": "content_type", "values": ["data"]},
            {"type": "message_digest", "values": [document_digest]},
            {"type": "signing_certificate_v2", "values": [tsp.SigningCertificateV2({"certs": [identifier]})]},
        ]
    )


def signed_data(
    attributes: bytes,
    value: bytes,
    *,
    certificate: x509.Certificate,
    chain: Sequence[x509.Certificate],
    token: cms.ContentInfo | None,
) -> cms.ContentInfo:
    """The whole message: signed attributes (DER of the set), signature value, certificates and time-stamp token."""
    named = as_asn1(certificate)
    kind = "sha256_rsa" if isinstance(certificate.public_key(), rsa.RSAPublicKey) else "sha256_ecdsa"
    signer = {
        "version": "v1",
        "sid": {"issuer_and_serial_number": {"issuer": named.issuer, "serial_number": named.serial_number}},
        "digest_algorithm": _SHA256,
        "signed_attrs": cms.CMSAttributes.load(attributes),
        "signature_algorithm": algos.SignedDigestAlgorithm({"algorithm": kind}),
        "signature": value,
    }
    if token is not None:
        signer["unsigned_attrs"] = [{"type": "signature_time_stamp_token", "values": [token]}]
    return cms.ContentInfo(
        {
            "content_type": "signed_data",
            "content": {
                "version": "v1",
                "digest_algorithms": [_SHA256],
                "encap_content_info": {"content_type": "data"},
                "certificates": [cms.CertificateChoices("certificate", as_asn1(c)) for c in (certificate, *chain)],
                "signer_infos": [signer],
            },
        }
    )


def reserved_digits(certificate: x509.Certificate, chain: Sequence[x509.Certificate], *, value: int, token: int) -> int:
    """Hexadecimal digits to keep free for the message; `value` and `token` are the largest sizes in bytes."""
    certificates = sum(len(as_asn1(c).dump()) for c in (certificate, *chain))
    # Names of the issuer twice, attributes, algorithms and lengths.
    around = 2 * len(as_asn1(certificate).issuer.dump()) + 512
    return 2 * (certificates + value + token + around)

"""A certificate is registered when it is one signer's, fit to sign, and leads to an anchor; else it says why not."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from signing.errors import KeyUnusable
from signing.keys import public_key_sha256
from signing.registering import registrable
from signing.trust import Anchor, Trust
from tests.signing.builders import NOW, Signers


def pem(*certificates: x509.Certificate) -> bytes:
    return b"".join(certificate.public_bytes(Encoding.PEM) for certificate in certificates)


def refused(files: tuple[bytes, ...], trust: Trust) -> str:
    with pytest.raises(KeyUnusable) as caught:
        registrable(files, trust)
    return caught.value.code


def made(
    name: str | None,
    key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey,
    *extensions: tuple[x509.ExtensionType, bool],
) -> x509.Certificate:
    """A certificate that vouches for itself."""
    names = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME if name else NameOID.SERIAL_NUMBER, name or "17")])
    builder = (
        x509.CertificateBuilder()
        .subject_name(names)
        .issuer_name(names)
        .public_key(key.public_key())
        .serial_number(17)
        .not_valid_before(NOW)
        .not_valid_after(NOW + timedelta(days=1))
    )
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical)
    return builder.sign(key, hashes.SHA256())


def usage(*, signs: bool = False, commits: bool = False, issues: bool = False) -> tuple[x509.KeyUsage, bool]:
    return (
        x509.KeyUsage(
            digital_signature=signs,
            content_commitment=commits,
            key_encipherment=False,
            data_encipherment=False,
            key_agreement=False,
            key_cert_sign=issues,
            crl_sign=False,
            encipher_only=False,
            decipher_only=False,
        ),
        True,
    )


def believing(*certificates: x509.Certificate) -> Trust:
    return Trust(anchors=tuple(Anchor(certificate.public_bytes(Encoding.DER)) for certificate in certificates))


def test_the_chain_may_come_with_it(people: Signers) -> None:
    own = people.leader.certificate
    read = registrable((pem(people.authority.intermediate, own),), people.trust)
    assert read.subject == "Lò Văn Giả Định"
    assert (read.serial, read.valid_from, read.valid_to) == (
        f"{own.serial_number:x}",
        own.not_valid_before_utc,
        own.not_valid_after_utc,
    )
    assert read.public_key_sha256 == public_key_sha256(own)
    assert x509.load_pem_x509_certificates(read.pem.encode()) == [own, people.authority.intermediate]


def test_or_in_a_file_of_its_own_or_in_the_trust_settings(people: Signers) -> None:
    own, above = people.leader.certificate, people.authority.intermediate.public_bytes(Encoding.DER)
    der = own.public_bytes(Encoding.DER)
    apart = registrable((der, above), people.trust)
    known = registrable((der,), Trust(anchors=people.trust.anchors, intermediates=(above,)))
    assert apart == known == registrable((pem(own, people.authority.intermediate),), people.trust)


def test_a_certificate_that_is_itself_believed_needs_nobody_above() -> None:
    own = made("Cán bộ Mẫu", ec.generate_private_key(ec.SECP384R1()), usage(commits=True))
    assert x509.load_pem_x509_certificates(registrable((pem(own),), believing(own)).pem.encode()) == [own]


def test_without_a_common_name_the_whole_name_is_shown() -> None:
    own = made(None, ec.generate_private_key(ec.SECP256R1()), usage(signs=True))
    assert registrable((pem(own),), believing(own)).subject == "2.5.4.5=17"


@pytest.mark.parametrize(
    ("choose", "code"),
    [
        (lambda _: (b"",), "certificate_unreadable"),
        (lambda _: (b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",), "certificate_unreadable"),
        (lambda p: (pem(p.authority.intermediate),), "certificate_ambiguous"),
        (lambda p: (pem(p.leader.certificate, p.agency.certificate),), "certificate_ambiguous"),
        (lambda p: (pem(p.leader.certificate),), "certificate_untrusted"),
    ],
)
def test_what_is_not_one_signers_certificate(
    people: Signers, choose: Callable[[Signers], tuple[bytes, ...]], code: str
) -> None:
    assert refused(choose(people), people.trust) == code


def test_a_key_that_must_not_sign() -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    without, issuing = made("A", key), made("A", key, usage(issues=True))
    assert refused((pem(without),), believing(without)) == "certificate_not_for_signing"
    assert refused((pem(issuing),), believing(issuing)) == "certificate_not_for_signing"


def test_a_key_that_is_too_weak_or_unknown() -> None:
    short = rsa.generate_private_key(65537, 1024)  # noqa: S505 - the weak key that is to be refused
    for key in (short, ec.generate_private_key(ec.SECP256K1())):
        weak = made("A", key, usage(signs=True))
        assert refused((pem(weak),), believing(weak)) == "key_kind_unsupported"


def test_a_broken_extension_is_no_certificate() -> None:
    broken = x509.UnrecognizedExtension(x509.oid.ExtensionOID.BASIC_CONSTRAINTS, b"\x30\x03\x01\x01")
    wrong = made("A", ec.generate_private_key(ec.SECP256R1()), usage(signs=True), (broken, False))
    assert refused((pem(wrong),), believing(wrong)) == "certificate_unreadable"


def test_the_name_of_an_authority_is_not_its_signature(people: Signers) -> None:
    """Somebody gives an authority of his own the name of the real one."""
    key = ec.generate_private_key(ec.SECP256R1())
    authority = people.authority.intermediate
    false = (
        x509.CertificateBuilder()
        .subject_name(authority.subject)
        .issuer_name(authority.issuer)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(NOW)
        .not_valid_after(NOW + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    assert refused((pem(people.leader.certificate, false),), people.trust) == "certificate_untrusted"

"""The message inside a signature (CMS, RFC 5652; CAdES, ETSI EN 319 122-1), read more strictly than parsers do.

Signed attributes must be what DER makes of a set: sorted, each type once, each with one value; what a lenient reader
would put right is exactly where two readers see two different things.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from asn1crypto import cms, core, tsp, x509
from cryptography.exceptions import InvalidSignature
from pyhanko.sign.general import check_ess_certid
from pyhanko_certvalidator.sig_validate import DefaultSignatureValidator, SignatureValidationContext

from signing.certificates import Certificate
from signing.covering import digest_of

_SINGLE = ("content_type", "message_digest", "signing_certificate", "signing_certificate_v2", "signing_time")


class MessageWrong(Exception):
    """The message cannot hold; `kind` is one of format, attributes, certificate_missing."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


@dataclass(frozen=True)
class Message:
    """One signer's message: `content_type` is `data`, or `tst_info` for a time stamp, with `content` then.

    `claimed_time` is the signing time its signer claims, `token` the RFC 3161 token over the signature value (DER).
    `names_certificate` tells whether the signer signed over a certificate's hash (RFC 5035), `is_named_certificate`
    whether the one found is that certificate.
    """

    signer: cms.SignerInfo
    certificate: x509.Certificate
    others: tuple[x509.Certificate, ...]
    content_type: str
    content: bytes | None
    digest_algorithm: str
    names_certificate: bool
    is_named_certificate: bool
    claimed_time: datetime | None
    token: bytes | None


def read_message(der: bytes) -> Message:
    """Read a padded message; raises `MessageWrong`. What follows the message may be zero bytes only."""
    try:
        info = cms.ContentInfo.load(der)
        _require(not der[len(info.dump()) :].strip(b"\0") and info["content_type"].native == "signed_data")
        data = info["content"]
        _require(len(data["signer_infos"]) == 1)
        (signer,) = data["signer_infos"]
        _check_attributes(signer)
        inner = data["encap_content_info"]
        ess = _ess(signer)
        certificate, others = _certificates(data, signer, ess)
        return Message(
            signer=signer,
            certificate=certificate,
            others=others,
            content_type=inner["content_type"].native,
            content=_content(inner["content"]),
            digest_algorithm=signer["digest_algorithm"]["algorithm"].native,
            names_certificate=ess is not None,
            is_named_certificate=ess is None or check_ess_certid(certificate, ess),
            claimed_time=_claimed_time(signer),
            token=_token(signer),
        )
    except MessageWrong:
        raise
    except Exception as error:  # asn1crypto raises whatever the broken bytes lead it to
        raise MessageWrong("format") from error


def _require(condition: bool) -> None:  # noqa: FBT001 - a bare assertion
    if not condition:
        raise MessageWrong("format")


def digest_matches(message: Message, digest: bytes) -> bool:
    """Whether the signed attributes name this digest of the content."""
    value = _attribute(message.signer, "message_digest")
    return value is None or value.native == digest


def value_matches(message: Message, digest: bytes) -> bool:
    """Whether the signature value belongs to the certificate's key; a key or value that cannot be read does not."""
    signed = message.signer["signed_attrs"]
    bare = signed is core.VOID
    try:
        DefaultSignatureValidator().validate_signature(
            message.signer["signature"].native,
            digest if bare else signed.untag().dump(),
            message.certificate.public_key,
            message.signer["signature_algorithm"],
            SignatureValidationContext(contextual_md_algorithm=message.digest_algorithm, prehashed=bare),
        )
    except InvalidSignature:
        return False
    except Exception:  # noqa: BLE001 - wrong encodings of keys and values raise several kinds; each means no
        return False
    return True


def stamped_info(message: Message) -> tsp.TSTInfo:
    """What a time-stamp token states (RFC 3161, 2.4.2); raises `MessageWrong`."""
    if message.content_type != "tst_info" or message.content is None:
        raise MessageWrong("format")
    try:
        info = tsp.TSTInfo.load(message.content)
        _ = info["gen_time"].native, info["message_imprint"]["hashed_message"].native
    except Exception as error:
        raise MessageWrong("format") from error
    return info


def content_digest(message: Message) -> bytes:
    """Hash of the content inside the message, for a time-stamp token."""
    return digest_of(message.digest_algorithm, message.content or b"")


def _claimed_time(signer: cms.SignerInfo) -> datetime | None:
    value = _attribute(signer, "signing_time")
    return value.native if value is not None else None


def _token(signer: cms.SignerInfo) -> bytes | None:
    unsigned = signer["unsigned_attrs"]
    for attribute in unsigned if unsigned is not core.VOID else ():
        if attribute["type"].native == "signature_time_stamp_token":
            found: bytes = attribute["values"][0].dump()
            return found
    return None


def _content(value: Any) -> bytes | None:
    if value is core.VOID:
        return None
    # Messages of version 1 may hold anything (PKCS #7); only octets are content here.
    return bytes(value.parse(core.OctetString) if isinstance(value, core.Any) else value)


def _check_attributes(signer: cms.SignerInfo) -> None:
    attributes = signer["signed_attrs"]
    if attributes is core.VOID:
        return
    stored = [attribute.dump() for attribute in attributes]
    types = [attribute["type"].dotted for attribute in attributes]
    if stored != sorted(stored) or len(set(types)) != len(types):
        raise MessageWrong("attributes")
    for attribute in attributes:
        if attribute["type"].native in _SINGLE and len(attribute["values"]) != 1:
            raise MessageWrong("attributes")
    if not all(_is_der(value) for value in stored):
        raise MessageWrong("attributes")
    if not {"content_type", "message_digest"} <= {attribute["type"].native for attribute in attributes}:
        raise MessageWrong("attributes")


def _is_der(data: bytes) -> bool:
    """Whether every length is written in its shortest form (X.690, 10.1)."""
    at = 0
    while at < len(data):
        if data[at] & 0x1F == 0x1F or at + 1 >= len(data):
            return False
        constructed, length, head = bool(data[at] & 0x20), data[at + 1], 2
        if length >= 0x80:
            size = length & 0x7F
            length = int.from_bytes(data[at + 2 : at + 2 + size], "big")
            head += size
            if size == 0 or length < 0x80 or length >> (8 * (size - 1)) == 0:
                return False
        if at + head + length > len(data):
            return False
        if constructed and not _is_der(data[at + head : at + head + length]):
            return False
        at += head + length
    return True


def _certificates(
    data: cms.SignedData, signer: cms.SignerInfo, ess: Any
) -> tuple[x509.Certificate, tuple[x509.Certificate, ...]]:
    held = data["certificates"]
    found = [
        Certificate.load(c.chosen.untag().dump())
        for c in (held if held is not core.VOID else ())
        if c.name == "certificate"
    ]
    mine = [certificate for certificate in found if _is_named(signer["sid"], certificate)]
    if not mine:
        raise MessageWrong("certificate_missing")
    best = next((c for c in mine if ess is not None and check_ess_certid(c, ess)), mine[0])
    return best, tuple(certificate for certificate in found if certificate is not best)


def _is_named(sid: cms.SignerIdentifier, certificate: x509.Certificate) -> bool:
    if sid.name == "issuer_and_serial_number":
        named = sid.chosen
        return bool(
            named["serial_number"].native == certificate.serial_number and certificate.issuer == named["issuer"]
        )
    return bool(sid.chosen.native == certificate.key_identifier)


def _ess(signer: cms.SignerInfo) -> Any:
    """The certificate identifier its signer signed over (RFC 5035), or None."""
    for name, kind in (
        ("signing_certificate_v2", tsp.SigningCertificateV2),
        ("signing_certificate", tsp.SigningCertificate),
    ):
        value = _attribute(signer, name)
        if value is not None:
            return kind.load(value.dump())["certs"][0]
    return None


def _attribute(signer: cms.SignerInfo, name: str) -> Any:
    attributes = signer["signed_attrs"]
    for attribute in attributes if attributes is not core.VOID else ():
        if attribute["type"].native == name:
            return attribute["values"][0]
    return None

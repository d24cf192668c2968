"""Wrong inside the signature: attributes, certificates, algorithms, times, chains and revocation."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha1, sha256
from typing import Any

from asn1crypto import algos, cms, core, tsp
from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.x509.oid import ExtendedKeyUsageOID

from signing.keys import KeyInMemory, as_asn1
from signing.pdf import fill_gap, prepare, sign
from signing.request import Level, SignRequest
from signing.signed_data import signed_attributes, signed_data
from signing.timestamps import LocalTimeStamps
from signing.trust import Anchor, Trust
from tests.signing.builders import NOW, prepared
from tests.signing.forgeries.issuing import DAY, STAMPS, Holder, Wish, authority, new_key, root


@dataclass(frozen=True)
class Case:
    """A file, what is trusted, and the codes one of which its one signature must get."""

    pdf: bytes
    trust: Trust
    codes: frozenset[str]


Attributes = list[dict[str, Any]]


def message_with(
    holder: Holder,
    *,
    attributes: Callable[[Attributes], Attributes] = lambda a: a,
    shape: Callable[[cms.ContentInfo], None] = lambda _: None,
    token: Callable[[bytes], cms.ContentInfo | None] = lambda _: None,
    stored: Callable[[list[bytes]], list[bytes]] = sorted,
    now: datetime = NOW,
) -> bytes:
    """A signature by the holder's own key over attributes and a message that were changed on the way."""
    key = holder.signing_key
    ready = prepare(
        prepared(), SignRequest("leader", Level.B_T), certificate=key.certificate, chain=key.chain,
        signature_size=key.signature_size, now=now,
    )  # fmt: skip
    usual = signed_attributes(key.certificate, ready.document_digest)
    wanted = attributes([{"type": a["type"].native, "values": a["values"]} for a in usual])
    parts = stored([cms.CMSAttribute(a).dump() for a in wanted])
    der = _set_of(parts)
    value = key.sign(der)
    message = signed_data(usual.dump(), value, certificate=key.certificate, chain=key.chain, token=token(value))
    shape(message)
    return fill_gap(ready.placeholder, (ready.reserved_start, ready.reserved_end), _with_attributes(message, der))


def _set_of(parts: list[bytes]) -> bytes:
    body = b"".join(parts)
    return b"\x31" + _length(len(body)) + body


def _length(size: int) -> bytes:
    if size < 0x80:
        return bytes([size])
    octets = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([0x80 | len(octets)]) + octets


def _with_attributes(message: cms.ContentInfo, der: bytes) -> bytes:
    """The message with these very bytes as signed attributes, unsorted where they are."""
    signer = message["content"]["signer_infos"][0]
    parts = []
    for field in (
        "version",
        "sid",
        "digest_algorithm",
        "signed_attrs",
        "signature_algorithm",
        "signature",
        "unsigned_attrs",
    ):
        if field == "signed_attrs":
            parts.append(b"\xa0" + der[1:])
        elif signer[field] is not core.VOID and signer[field].native is not None:
            parts.append(signer[field].dump())
    body = b"".join(parts)
    info = b"\x30" + _length(len(body)) + body
    content = message["content"]
    others = content["signer_infos"]
    infos = info + b"".join(other.dump() for other in list(others)[1:])
    pieces = [content[f].dump() for f in ("version", "digest_algorithms", "encap_content_info", "certificates")]
    whole = b"".join(pieces) + b"\x31" + _length(len(infos)) + infos
    data = b"\x30" + _length(len(whole)) + whole
    explicit = b"\xa0" + _length(len(data)) + data
    oid = message["content_type"].dump()
    return b"\x30" + _length(len(oid) + len(explicit)) + oid + explicit


def without(kind: str) -> Callable[[Attributes], Attributes]:
    return lambda given: [a for a in given if a["type"] != kind]


def swapped(kind: str, values: list[Any]) -> Callable[[Attributes], Attributes]:
    return lambda given: [{"type": kind, "values": values} if a["type"] == kind else a for a in given]


def plus(kind: str, values: list[Any]) -> Callable[[Attributes], Attributes]:
    return lambda given: [*given, {"type": kind, "values": values}]


def twice_digest(given: Attributes) -> Attributes:
    return [*given, {"type": "message_digest", "values": [b"\0" * 32]}]


def two_digests(given: Attributes) -> Attributes:
    (own,) = [a["values"][0].native for a in given if a["type"] == "message_digest"]
    return swapped("message_digest", [own, b"\0" * 32])(given)


def names(certificate: Any) -> list[Any]:
    identifier = tsp.ESSCertIDv2({"cert_hash": sha256(as_asn1(certificate).dump()).digest()})
    return [tsp.SigningCertificateV2({"certs": [identifier]})]


def stamps_of(holder: Holder, at: datetime = NOW) -> LocalTimeStamps:
    return LocalTimeStamps(holder.signing_key, lambda: at)


def stamped(holder: Holder, at: datetime = NOW) -> Callable[[bytes], cms.ContentInfo]:
    return lambda value: stamps_of(holder, at).stamp(sha256(value).digest())


def b_t(holder: Holder, stamper: Holder, *, at: datetime = NOW) -> bytes:
    request = SignRequest("leader", Level.B_T)
    return sign(prepared(), request, key=holder.signing_key, timestamps=stamps_of(stamper, at), now=NOW)


def b_b(holder: Holder) -> bytes:
    return message_with(holder)


def structure_cases() -> dict[str, Case]:
    above = authority()
    leader, other = above.issue(Wish()), above.issue(Wish(name="Người khác"))
    trust = leader.trust
    wrong = frozenset({"attributes_wrong"})

    def second_signer(message: cms.ContentInfo) -> None:
        infos = message["content"]["signer_infos"]
        infos.append(infos[0].copy())

    def sealed_in(message: cms.ContentInfo) -> None:
        message["content"]["encap_content_info"] = {"content_type": "data", "content": b"something else"}

    def other_certificate(message: cms.ContentInfo) -> None:
        message["content"]["certificates"] = [cms.CertificateChoices("certificate", as_asn1(other.certificate))]

    def twin(message: cms.ContentInfo) -> None:
        made = above.issue(Wish(serial=leader.certificate.serial_number))
        message["content"]["certificates"] = [cms.CertificateChoices("certificate", as_asn1(made.certificate))]

    def declared(digest: str) -> Callable[[cms.ContentInfo], None]:
        def change(message: cms.ContentInfo) -> None:
            message["content"]["signer_infos"][0]["digest_algorithm"] = algos.DigestAlgorithm({"algorithm": digest})

        return change

    def no_certificates(message: cms.ContentInfo) -> None:
        message["content"]["certificates"] = []

    make: dict[str, tuple[bytes, set[str]]] = {
        "attributes: unsorted": (message_with(leader, stored=lambda p: sorted(p, reverse=True)), {*wrong}),
        "attributes: digest twice": (message_with(leader, attributes=twice_digest), {*wrong}),
        "attributes: two digests": (message_with(leader, attributes=two_digests), {*wrong}),
        "attributes: no type": (message_with(leader, attributes=without("content_type")), {*wrong}),
        "attributes: no digest": (message_with(leader, attributes=without("message_digest")), {*wrong}),
        "attributes: no certificate named": (
            message_with(leader, attributes=without("signing_certificate_v2")), {*wrong},
        ),
        "attributes: another digest": (
            message_with(leader, attributes=swapped("message_digest", [b"\1" * 32])), {"bytes_changed"},
        ),
        "attributes: another certificate named": (
            message_with(leader, attributes=swapped("signing_certificate_v2", names(other.certificate))),
            {"certificate_swapped"},
        ),
        "attributes: two signing times": (
            message_with(leader, attributes=plus("signing_time", [
                cms.Time(name="utc_time", value=NOW), cms.Time(name="utc_time", value=NOW + DAY)])), {*wrong},
        ),
        "certificate: another": (message_with(leader, shape=other_certificate), {"certificate_missing"}),
        "certificate: twin of another key": (
            message_with(leader, shape=twin), {"signature_wrong", "certificate_swapped"},
        ),
        "certificate: none": (message_with(leader, shape=no_certificates), {"certificate_missing"}),
        "two signers": (message_with(leader, shape=second_signer), {"structure_wrong"}),
        "content inside": (message_with(leader, shape=sealed_in), {"structure_wrong"}),
        "declared SHA-512": (message_with(leader, shape=declared("sha512")), {"bytes_changed"}),
        "declared MD5": (message_with(leader, shape=declared("md5")), {"bytes_changed", "algorithm_weak"}),
    }  # fmt: skip
    return {name: Case(pdf, trust, frozenset(codes)) for name, (pdf, codes) in make.items()}


class _OldKey(KeyInMemory):
    """Signs with SHA-1, as programs did fifteen years ago."""

    def sign(self, data: bytes) -> bytes:
        key = self._key
        assert isinstance(key, rsa.RSAPrivateKey)
        return key.sign(data, PKCS1v15(), hashes.SHA1())  # noqa: S303 - the point of the case


def old_digest() -> Case:
    above = authority()
    leader = above.issue(Wish(key=rsa.generate_private_key(public_exponent=65537, key_size=2048)))
    key = _OldKey(leader.key, leader.certificate, leader.signing_key.chain)
    ready = prepare(
        prepared(), SignRequest("leader", Level.B_B), certificate=key.certificate, chain=key.chain, signature_size=256,
        now=NOW,
    )  # fmt: skip
    begin, end = ready.reserved_start, ready.reserved_end
    digest = sha1(ready.placeholder[:begin] + ready.placeholder[end:]).digest()  # noqa: S324 - as above
    attributes = signed_attributes(key.certificate, digest)
    message = signed_data(
        attributes.dump(), key.sign(attributes.dump()), certificate=key.certificate, chain=key.chain, token=None
    )
    signer = message["content"]["signer_infos"][0]
    signer["digest_algorithm"] = algos.DigestAlgorithm({"algorithm": "sha1"})
    signer["signature_algorithm"] = algos.SignedDigestAlgorithm({"algorithm": "sha1_rsa"})
    pdf = fill_gap(ready.placeholder, (begin, end), message.dump(force=True))
    return Case(pdf, leader.trust, frozenset({"algorithm_weak"}))


def negative_modulus() -> Case:
    """The certificate comes with a modulus that is, read as DER says (X.690, 8.3.3), a number below nothing."""
    leader = authority().issue(Wish(key=rsa.generate_private_key(public_exponent=65537, key_size=2048)))
    usual, odd = b"\x02\x82\x01\x01\x00", b"\x02\x82\x01\x01\xff"

    def written_oddly(message: cms.ContentInfo) -> None:
        held = [choice.chosen.dump() for choice in message["content"]["certificates"]]
        assert sum(der.count(usual) for der in held) == 1
        changed = [asn1_x509.Certificate.load(der.replace(usual, odd)) for der in held]
        message["content"]["certificates"] = [cms.CertificateChoices("certificate", one) for one in changed]

    return Case(message_with(leader, shape=written_oddly), leader.trust, frozenset({"signature_wrong"}))


def time_cases() -> dict[str, Case]:
    above = authority()
    leader, stamper = above.issue(Wish()), above.issue(STAMPS)
    stranger = authority().issue(STAMPS)
    apart = authority().issue(STAMPS)
    trust = leader.trust
    no_purpose = above.issue(replace(STAMPS, purposes=(), key=new_key()))
    other_purpose = above.issue(replace(STAMPS, purposes=(ExtendedKeyUsageOID.EMAIL_PROTECTION,), key=new_key()))
    ended = above.issue(replace(STAMPS, end=NOW - DAY / 2, key=new_key()))
    claimed = plus("signing_time", [cms.Time(name="utc_time", value=NOW + 30 * DAY)])
    wrong = frozenset({"time_stamp_wrong"})

    def over_another_value(_value: bytes) -> cms.ContentInfo:
        return stamps_of(stamper).stamp(sha256(b"another signature").digest())

    def broken(value: bytes) -> cms.ContentInfo:
        token = stamps_of(stamper).stamp(sha256(value).digest())
        token["content"]["signer_infos"][0]["signature"] = b"\0" * 70
        return token

    def no_token(_value: bytes) -> cms.ContentInfo:
        return cms.ContentInfo({"content_type": "data", "content": b"x"})

    return {
        "stamp: over another value": Case(message_with(leader, token=over_another_value), trust, wrong),
        "stamp: broken": Case(message_with(leader, token=broken), trust, wrong),
        "stamp: none in its place": Case(message_with(leader, token=no_token), trust, wrong),
        "stamp: in the future": Case(message_with(leader, token=stamped(stamper, NOW + 9 * DAY)), trust, wrong),
        "stamp: by nobody known": Case(
            message_with(leader, token=stamped(stranger)), trust, frozenset({"time_stamper_unknown"})
        ),
        "stamp: without the purpose": Case(
            message_with(leader, token=stamped(no_purpose)), trust, frozenset({"time_stamper_unsuitable"})
        ),
        "stamp: another purpose": Case(
            message_with(leader, token=stamped(other_purpose)), trust, frozenset({"time_stamper_unsuitable"})
        ),
        "stamp: its certificate ended": Case(
            message_with(leader, token=stamped(ended, NOW - 2 * DAY)), trust, frozenset({"time_stamper_expired"})
        ),
        "stamp: its service was revoked": Case(
            message_with(leader, token=stamped(stamper)),
            replace(trust, crls=(*trust.crls, above.revocations(stamper.certificate))),
            frozenset({"time_stamper_revoked"}),
        ),
        "stamp: nothing known of its service": Case(
            message_with(leader, token=stamped(apart)),
            replace(trust, anchors=(*trust.anchors, *apart.trust.anchors)),
            frozenset({"time_stamper_revocation_unknown"}),
        ),
        "the dictionary alone claims the future": Case(
            message_with(leader, now=NOW + DAY), trust, frozenset({"time_in_future"})
        ),
        "claimed in the future": Case(
            message_with(leader, attributes=claimed), trust, frozenset({"time_in_future"})
        ),
        "signed before the certificate": Case(
            message_with(above.issue(Wish(begin=NOW)), token=stamped(stamper, NOW - DAY / 2)), trust,
            frozenset({"not_yet_valid"}),
        ),
        "signed after the certificate": Case(
            b_b(above.issue(Wish(begin=NOW - 9 * DAY, end=NOW - DAY))), trust, frozenset({"expired"})
        ),
        "stamped after the certificate": Case(
            message_with(above.issue(Wish(begin=NOW - 9 * DAY, end=NOW - DAY)), token=stamped(stamper)), trust,
            frozenset({"expired"}),
        ),
    }  # fmt: skip


def chain_cases() -> dict[str, Case]:
    top = root()
    above = top.issue(Wish(name="Trung gian", is_ca=True, signs=False))
    leader = above.issue(Wish())
    person = above.issue(Wish(name="Công dân"))
    pretender = Holder(root("Gốc").certificate, new_key())
    look_alike = root("Gốc")
    narrow = top.issue(Wish(name="Hẹp", is_ca=True, signs=False, path_length=0))
    below = narrow.issue(Wish(name="Dưới hẹp", is_ca=True, signs=False))
    fenced = top.issue(Wish(name="Trong rào", is_ca=True, signs=False, permitted="Chỉ người này"))
    no_issuing = top.issue(Wish(name="Không được cấp", is_ca=True, signs=False, may_issue=False))
    anchor = leader.trust.anchors
    good = leader.trust.crls
    unsuitable = frozenset({"certificate_unsuitable", "revocation_unknown"})
    unknown = frozenset({"signer_unknown", "certificate_unsuitable"})

    def trusting(*lists: bytes) -> Trust:
        return Trust(anchors=anchor, crls=lists)

    def all_of(*holders: Holder) -> Trust:
        return trusting(*(h.revocations() for h in holders))

    signed = b_b(leader)
    ended = Anchor(anchor[0].certificate, valid_to=(NOW - 9 * DAY).date())
    weak = above.issue(Wish(key=rsa.generate_private_key(public_exponent=65537, key_size=1024)))  # noqa: S505
    small = above.issue(Wish(key=ec.generate_private_key(ec.SECP192R1())))
    return {
        "chain: nobody known": Case(b_b(authority().issue(Wish())), leader.trust, unknown),
        "chain: a look-alike of the root": Case(b_b(look_alike.issue(Wish())), leader.trust, unknown),
        "chain: the root's name without its key": Case(
            b_b(Holder(top.certificate, pretender.key).issue(Wish())), leader.trust, unknown
        ),
        "chain: signed by itself": Case(b_b(root("Lò Văn Giả Định")), leader.trust, unknown),
        "chain: issued by a person": Case(
            b_b(person.issue(Wish(name="Giả"))), all_of(top, above, person), unsuitable
        ),
        "chain: longer than allowed": Case(b_b(below.issue(Wish())), all_of(top, narrow, below), unsuitable),
        "chain: outside its names": Case(b_b(fenced.issue(Wish())), all_of(top, fenced), unsuitable),
        "chain: may not issue": Case(b_b(no_issuing.issue(Wish())), all_of(top, no_issuing), unsuitable),
        "key: not for signing": Case(b_b(above.issue(Wish(signs=False))), leader.trust, unsuitable),
        "key: RSA of 1024 bits": Case(b_b(weak), leader.trust, frozenset({"algorithm_weak"})),
        "key: a curve of 192 bits": Case(b_b(small), leader.trust, frozenset({"algorithm_weak"})),
        "revoked: signer": Case(
            signed, trusting(top.revocations(), above.revocations(leader.certificate)), frozenset({"revoked"})
        ),
        "revoked: authority": Case(
            signed, trusting(top.revocations(above.certificate), above.revocations()), frozenset({"revoked"})
        ),
        "revocation: nothing known": Case(signed, trusting(), frozenset({"revocation_unknown"})),
        "revocation: of the authority not known": Case(
            signed, trusting(good[0]), frozenset({"revocation_unknown"})
        ),
        "revocation: list of another key": Case(
            signed, trusting(top.revocations(), above.revocations(by=new_key())), frozenset({"revocation_unknown"})
        ),
        "revocation: list has ended": Case(
            signed, trusting(top.revocations(), above.revocations(issued=NOW - 30 * DAY, days=5)),
            frozenset({"revocation_unknown"}),
        ),
        "revocation: list of another issuer": Case(
            signed, trusting(top.revocations(), authority().revocations()), frozenset({"revocation_unknown"})
        ),
        "anchor: no longer believed": Case(
            signed, Trust(anchors=(ended,), crls=good), frozenset({"signer_unknown"})
        ),
    }  # fmt: skip


def all_cases() -> dict[str, Case]:
    """Every case, made anew."""
    odd = {"digest of old": old_digest(), "key: a negative modulus": negative_modulus()}
    return {**structure_cases(), **odd, **time_cases(), **chain_cases()}

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12

from signing.authority import DISCLAIMER, DemoAuthority
from signing.errors import (
    AlreadySigned,
    AuthorityBroken,
    BadSignatureValue,
    KeyUnusable,
    SlotWrong,
    TimeStampUnavailable,
)
from signing.keys import KeyInMemory, certificate_names, open_pkcs12, public_key_sha256
from signing.pdf import finish, prepare, sign
from signing.request import Appearance, Box, Level, SignatureSlot, SignRequest, TextSlot, TextValue
from signing.slots import fill_texts, prepare_slots
from signing.verdict import verify
from tests.judges import openssl_verify
from tests.signing.builders import NOW, PASSWORD, Signers, line, numbered, paper, picture, prepared, sign_as

REQUEST = SignRequest("leader", Level.B_B)


def test_every_stage_extends_the_bytes_before_it(people: Signers) -> None:
    empty = prepared()
    first = sign_as(empty, "leader", people)
    second = numbered(first)
    third = sign_as(second, "agency", people)
    assert first.startswith(empty)
    assert second.startswith(first)
    assert third.startswith(second)


def test_openssl_believes_both(people: Signers, sealed: bytes) -> None:
    for field in ("leader", "agency"):
        report = openssl_verify(sealed, field=field, anchors=[people.authority.anchor()], at=NOW)
        assert report.valid, report.detail


def test_without_a_time_stamp_it_is_level_b(people: Signers) -> None:
    signed = sign(prepared(), REQUEST, key=people.leader, timestamps=None, now=NOW)
    (verdict,) = verify(signed, trust=people.trust, at=NOW).signatures
    assert (verdict.level, verdict.indication) == ("B-B", "TOTAL-PASSED")


def test_level_t_needs_a_time_stamp(people: Signers) -> None:
    with pytest.raises(TimeStampUnavailable):
        sign(prepared(), SignRequest("leader", Level.B_T), key=people.leader, timestamps=None, now=NOW)


def test_stepwise_the_returned_value_is_checked_first(people: Signers) -> None:
    key = people.leader
    kept = prepare(
        prepared(), REQUEST, certificate=key.certificate, chain=key.chain, signature_size=key.signature_size, now=NOW
    )
    with pytest.raises(BadSignatureValue):
        finish(kept, people.agency.sign(kept.to_sign), certificate=key.certificate, chain=key.chain, timestamps=None)
    done = finish(kept, key.sign(kept.to_sign), certificate=key.certificate, chain=key.chain, timestamps=None)
    assert verify(done, trust=people.trust, at=NOW).signatures[0].indication == "TOTAL-PASSED"


def test_an_rsa_key_signs_too(people: Signers) -> None:
    private = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "RSA mẫu")])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(private.public_key())
    builder = builder.serial_number(7).not_valid_before(NOW).not_valid_after(NOW + timedelta(days=9))
    certificate = builder.sign(private, hashes.SHA256())
    key = KeyInMemory(private, certificate, ())
    signed = sign(prepared(), REQUEST, key=key, timestamps=None, now=NOW)
    (verdict,) = verify(signed, trust=people.trust, at=NOW).signatures
    assert verdict.sub_indication == "NO_CERTIFICATE_CHAIN_FOUND"


def test_a_field_is_signed_once(people: Signers) -> None:
    with pytest.raises(AlreadySigned):
        sign_as(sign_as(prepared(), "leader", people), "leader", people)
    with pytest.raises(SlotWrong):
        sign(prepared(), SignRequest("nobody", Level.B_B), key=people.leader, timestamps=None, now=NOW)


@pytest.mark.parametrize("now", [NOW - timedelta(days=1), NOW + timedelta(days=400)])
def test_a_certificate_outside_its_time_signs_nothing(people: Signers, now: datetime) -> None:
    with pytest.raises(KeyUnusable):
        sign(prepared(), REQUEST, key=people.leader, timestamps=None, now=now)


def test_a_broken_file_is_refused(people: Signers) -> None:
    for bad in (b"", b"%PDF-1.7 x", b"text"):
        with pytest.raises(SlotWrong):
            prepare_slots(bad, texts=(), signatures=())
        with pytest.raises(SlotWrong):
            sign(bad, REQUEST, key=people.leader, timestamps=None, now=NOW)


def test_a_line_is_filled_once_and_not_after_the_seal(people: Signers, sealed: bytes) -> None:
    again = {"number": TextValue("Số: 13/BC-UBND", line("Số: 13/BC-UBND"))}
    with pytest.raises(SlotWrong) as refused:
        fill_texts(numbered(sign_as(prepared(), "leader", people)), again)
    assert refused.value.code == "slot_filled"
    unnumbered = sign_as(sign_as(prepared(), "leader", people), "agency", people)
    with pytest.raises(SlotWrong) as locked:
        fill_texts(unnumbered, again)
    assert locked.value.code == "slot_locked"
    with pytest.raises(SlotWrong):
        fill_texts(sealed, {"stranger": again["number"]})


def test_slots_need_a_page_and_a_name_of_their_own() -> None:
    with pytest.raises(SlotWrong):
        prepare_slots(paper(), texts=(TextSlot("a", Box(5, 0, 0, 10, 10)),), signatures=())
    with pytest.raises(SlotWrong):
        prepare_slots(
            paper(),
            texts=(TextSlot("a", Box(0, 0, 0, 10, 10)),),
            signatures=(SignatureSlot("a", Box(0, 0, 0, 10, 10)),),
        )


def test_a_wrong_password_or_picture_is_said_so(people: Signers) -> None:
    bundle = people.authority.issue(common_name="A", organization="B", now=NOW, password=PASSWORD).pkcs12
    with pytest.raises(KeyUnusable):
        open_pkcs12(bundle, b"wrong")
    with pytest.raises(KeyUnusable):
        open_pkcs12(b"junk", PASSWORD)
    empty = pkcs12.serialize_key_and_certificates(
        b"x", None, people.leader.certificate, None, BestAvailableEncryption(b"a")
    )
    with pytest.raises(KeyUnusable):
        open_pkcs12(empty, b"a")
    with pytest.raises(KeyUnusable):
        sign(
            prepared(),
            SignRequest("leader", Level.B_B, Appearance(picture()[:40])),
            key=people.leader,
            timestamps=None,
            now=NOW,
        )


def test_the_authority_says_what_it_is(people: Signers) -> None:
    issuer, serial = certificate_names(people.leader.certificate)
    assert DISCLAIMER.replace(",", "\\,") in issuer
    assert serial == f"{people.leader.certificate.serial_number:x}"
    assert len(public_key_sha256(people.leader.certificate)) == 64


def test_an_authority_is_made_whole_or_not_at_all(tmp_path: Path) -> None:
    made = DemoAuthority.create(tmp_path / "a", now=NOW)
    assert DemoAuthority.create(tmp_path / "a", now=NOW).anchor() == made.anchor()
    assert [p.name for p in tmp_path.iterdir()] == ["a"]
    assert ((tmp_path / "a").stat().st_mode & 0o777, (tmp_path / "a" / "root.key").stat().st_mode & 0o777) == (
        0o700,
        0o600,
    )
    (tmp_path / "a" / "tsa.pem").unlink()
    with pytest.raises(AuthorityBroken):
        DemoAuthority.open(tmp_path / "a")

"""Revocation: every list and answer at hand counts, none is believed for lying there, and the unknown is said."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.ocsp import OCSPCertStatus
from cryptography.x509.oid import ExtendedKeyUsageOID

from signing.trust import Anchor, Trust, load_trust
from signing.verdict import verify
from tests.signing.builders import NOW
from tests.signing.forgeries.issuing import DAY, STAMPS, Holder, Wish, authority, root
from tests.signing.forgeries.messages import b_b, message_with, stamped

RESPONDER = Wish(name="Trả lời OCSP", purposes=(ExtendedKeyUsageOID.OCSP_SIGNING,))
PASSED = ("TOTAL-PASSED", None)
UNKNOWN = ("INDETERMINATE", "TRY_LATER")
REVOKED = ("INDETERMINATE", "REVOKED_NO_POE")


def der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.DER)


def said(pdf: bytes, trust: Trust, at: datetime = NOW) -> tuple[str, str | None]:
    (verdict,) = verify(pdf, trust=trust, at=at).signatures
    return verdict.indication, verdict.sub_indication


@pytest.fixture(scope="module")
def above() -> Holder:
    return authority()


@pytest.fixture(scope="module")
def leader(above: Holder) -> Holder:
    return above.issue(Wish())


def answering(leader: Holder, *answers: bytes, lists: tuple[bytes, ...] = ()) -> Trust:
    """The root and its list, and what is said about the leader."""
    _, top = leader.above
    return replace(leader.trust, crls=(top.revocations(), *lists), ocsps=answers)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (lambda above, leader: above.answer(leader), PASSED),
        (lambda above, leader: above.answer(leader, by=above.issue(RESPONDER)), UNKNOWN),
        (lambda above, leader: above.answer(leader, OCSPCertStatus.REVOKED), REVOKED),
        (lambda above, leader: above.answer(leader, OCSPCertStatus.UNKNOWN), UNKNOWN),
        (lambda above, leader: above.answer(leader, issued=NOW - 9 * DAY), UNKNOWN),
        (lambda above, leader: above.answer(leader, by=above.issue(Wish(name="Ai đó"))), UNKNOWN),
        (lambda _, leader: authority().answer(leader), UNKNOWN),
    ],
    ids=["good", "responder not known good", "revoked", "unknown", "of last week", "by a person", "by a stranger"],
)
def test_an_answer_counts_though_the_certificate_names_no_service(
    above: Holder, leader: Holder, answer: Callable[[Holder, x509.Certificate], bytes], expected: tuple[str, str | None]
) -> None:
    assert said(b_b(leader), answering(leader, answer(above, leader.certificate))) == expected


def test_a_responder_that_needs_no_checking_is_believed(above: Holder, leader: Holder) -> None:
    responder = above.issue(replace(RESPONDER, needs_no_check=True))
    assert said(b_b(leader), answering(leader, above.answer(leader.certificate, by=responder))) == PASSED


def test_one_word_of_revocation_outweighs_the_other_source(above: Holder, leader: Holder) -> None:
    good, bad = above.answer(leader.certificate), above.answer(leader.certificate, OCSPCertStatus.REVOKED)
    clean, listed = above.revocations(), above.revocations(leader.certificate)
    assert said(b_b(leader), answering(leader, bad, lists=(clean,))) == REVOKED
    assert said(b_b(leader), answering(leader, good, lists=(listed,))) == REVOKED
    assert said(b_b(leader), answering(leader, good, lists=(clean,))) == PASSED


def test_an_anchor_that_somebody_else_certified_lists_its_own(above: Holder, leader: Holder) -> None:
    def trusting(*lists: bytes) -> Trust:
        return Trust(anchors=(Anchor(der(above.certificate)),), crls=lists)

    signed = b_b(leader)
    assert said(signed, trusting()) == UNKNOWN
    assert said(signed, trusting(above.revocations())) == PASSED
    assert said(signed, trusting(above.revocations(leader.certificate))) == REVOKED
    assert said(signed, trusting(above.revocations(leader.certificate, at=NOW + DAY))) == PASSED
    assert said(signed, trusting(above.revocations(issued=NOW - 30 * DAY, days=5))) == UNKNOWN
    assert said(signed, trusting(above.revocations(by=leader.key))) == UNKNOWN


def of_users(*, users: bool) -> x509.IssuingDistributionPoint:
    """Says that a list speaks of people's certificates only, or of authorities' only."""
    return x509.IssuingDistributionPoint(
        full_name=None,
        relative_name=None,
        only_contains_user_certs=users,
        only_contains_ca_certs=not users,
        only_some_reasons=None,
        indirect_crl=False,
        only_contains_attribute_certs=False,
    )


def test_a_list_in_parts_speaks_of_its_part_only(above: Holder, leader: Holder) -> None:
    people, authorities = of_users(users=True), of_users(users=False)
    signed = b_b(leader)
    assert said(signed, answering(leader, lists=(above.revocations(says=people),))) == PASSED
    assert said(signed, answering(leader, lists=(above.revocations(says=authorities),))) == UNKNOWN
    listed = above.revocations(leader.certificate, says=people)
    assert said(signed, answering(leader, lists=(listed,))) == REVOKED
    # A clean whole list beside it does not hide what the part says.
    assert said(signed, answering(leader, lists=(above.revocations(), listed))) == REVOKED


def test_a_list_that_says_what_nobody_understands_says_nothing(above: Holder, leader: Holder) -> None:
    strange = x509.UnrecognizedExtension(x509.ObjectIdentifier("2.999.1"), b"\x05\x00")
    assert said(b_b(leader), answering(leader, lists=(above.revocations(says=strange),))) == UNKNOWN


def test_a_list_by_another_than_the_certificate_names_is_none(above: Holder) -> None:
    elsewhere = above.issue(Wish(listed_by="Nơi khác"))
    assert said(b_b(elsewhere), elsewhere.trust) == UNKNOWN


def test_lists_that_cannot_be_read_are_left_alone(above: Holder, leader: Holder) -> None:
    broken = above.revocations()[:-10] + b"\0" * 10
    assert said(b_b(leader), answering(leader, lists=(broken,))) == UNKNOWN
    assert said(b_b(leader), answering(leader, lists=(broken, above.revocations()))) == PASSED


def test_an_anchor_that_may_not_list_does_not() -> None:
    narrow = root().issue(Wish(name="Không được cấp", is_ca=True, signs=False, may_issue=False))
    mute = Trust(anchors=(Anchor(der(narrow.certificate)),), crls=(narrow.revocations(),))
    assert said(b_b(narrow.issue(Wish())), mute)[0] == "INDETERMINATE"


def test_a_certificate_that_is_an_anchor_needs_no_revocation_data(leader: Holder) -> None:
    assert said(b_b(leader), Trust(anchors=(Anchor(der(leader.certificate)),))) == PASSED


def test_a_certificate_silent_about_its_use_may_sign(above: Holder) -> None:
    silent = above.issue(Wish(says_usage=False))
    assert said(b_b(silent), silent.trust) == PASSED


def test_out_of_its_time_says_more_than_unknown(above: Holder, leader: Holder) -> None:
    out = ("INDETERMINATE", "OUT_OF_BOUNDS_NO_POE")
    assert said(b_b(leader), leader.trust, at=NOW + 900 * DAY) == out
    later = above.issue(Wish(begin=NOW + DAY))
    assert said(b_b(later), later.trust) == out
    # A stamp proves that it was there before its certificate was.
    early = message_with(later, token=stamped(above.issue(STAMPS)))
    assert said(early, later.trust) == ("INDETERMINATE", "NOT_YET_VALID")


def test_what_lies_beside_a_list_is_no_anchor(leader: Holder, tmp_path: Path) -> None:
    above, top = leader.above
    folder = tmp_path / "lists"
    folder.mkdir()
    (folder / "root.crt").write_bytes(der(top.certificate))
    (folder / "root.crl").write_bytes(top.revocations())
    (folder / "above.crl").write_bytes(above.revocations())
    assert said(b_b(leader), load_trust(lists=[folder])) == ("INDETERMINATE", "NO_CERTIFICATE_CHAIN_FOUND")
    assert said(b_b(leader), load_trust(folder)) == PASSED


def test_other_files_may_lie_in_a_folder_of_anchors(leader: Holder, tmp_path: Path) -> None:
    above, top = leader.above
    (tmp_path / "root.pem").write_bytes(top.certificate.public_bytes(Encoding.PEM))
    (tmp_path / "root.key").write_bytes(top.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()))
    (tmp_path / "GHI CHU.txt").write_text("xin đừng xóa")
    for number, holder in enumerate((above, top)):
        (tmp_path / f"{number}.crl").write_bytes(holder.revocations())
    assert said(b_b(leader), load_trust(tmp_path)) == PASSED

"""No forgery passes, and each is called by its name; what a file may lawfully get later is no change."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from signing.algorithms import DEFAULT_ALGORITHMS, AlgorithmRule
from signing.errors import VerdictImpossible
from signing.trust import day_of
from signing.verdict import SignatureVerdict, verify
from tests.signing.builders import NOW, Signers, numbered, paper, prepared, sign_as
from tests.signing.forgeries import Forgery, Material
from tests.signing.forgeries.issuing import DAY, STAMPS, Wish, authority
from tests.signing.forgeries.messages import all_cases, b_b, b_t, old_digest
from tests.signing.forgeries.places import PLACES
from tests.signing.forgeries.readers import READERS
from tests.signing.forgeries.updates import UPDATES

FORGERIES: dict[str, Forgery] = {**UPDATES, **PLACES, **READERS}


@pytest.fixture(scope="module")
def material(people: Signers) -> Material:
    blank = prepared(paper("Báo cáo", pages=2))
    signed = sign_as(blank, "leader", people)
    return Material(people, blank, signed, sign_as(numbered(signed), "agency", people))


def verdicts(pdf: bytes, people: Signers) -> list[SignatureVerdict]:
    try:
        found = verify(pdf, trust=people.trust, at=NOW)
    except VerdictImpossible:
        return []
    return [*found.signatures, *found.timestamps]


def test_the_untouched_file_passes(material: Material) -> None:
    assert {v.indication for v in verdicts(material.sealed, material.people)} == {"TOTAL-PASSED"}


@pytest.mark.parametrize("name", FORGERIES)
def test_no_forgery_passes(material: Material, name: str) -> None:
    forgery = FORGERIES[name]
    found = {v.field: v for v in verdicts(forgery.make(material), material.people)}
    for field in forgery.fields:
        if field in found:
            assert found[field].indication != "TOTAL-PASSED"
            assert found[field].code in forgery.codes
    # A forgery may make a signature vanish; then nothing may pass in its place.
    assert set(forgery.fields) <= set(found) or not any(v.indication == "TOTAL-PASSED" for v in found.values())


def test_there_are_sixty_and_more() -> None:
    assert len(FORGERIES) + len(all_cases()) >= 60


def test_what_a_good_authority_issues_passes() -> None:
    above = authority()
    leader, stamper = above.issue(Wish()), above.issue(STAMPS)
    for pdf in (b_b(leader), b_t(leader, stamper)):
        (verdict,) = verify(pdf, trust=leader.trust, at=NOW).signatures
        assert verdict.indication == "TOTAL-PASSED"


def test_no_wrong_message_chain_or_time_passes(subtests: pytest.Subtests) -> None:
    for name, case in all_cases().items():
        with subtests.test(name):
            (verdict,) = verify(case.pdf, trust=case.trust, at=NOW).signatures
            assert verdict.indication != "TOTAL-PASSED"
            assert verdict.code in case.codes


def test_what_was_strong_enough_once_passes_until_the_last_day_of_its_rule() -> None:
    short = authority().issue(Wish(key=rsa.generate_private_key(public_exponent=65537, key_size=1024)))  # noqa: S505
    old = old_digest()
    for pdf, trust, rule in (
        (old.pdf, old.trust, AlgorithmRule("sha1", 0, "Quy định cũ")),
        (b_b(short), short.trust, AlgorithmRule("rsa", 1024, "Quy định cũ")),
    ):
        for last, code in ((day_of(NOW), "valid"), (day_of(NOW - DAY), "algorithm_weak")):
            rules = (*DEFAULT_ALGORITHMS, replace(rule, valid_to=last))
            (verdict,) = verify(pdf, trust=replace(trust, algorithms=rules), at=NOW).signatures
            assert verdict.code == code


def test_the_last_day_of_an_anchor_ends_at_midnight_in_vietnam() -> None:
    leader = authority().issue(Wish())
    (anchor,) = leader.trust.anchors
    trust = replace(leader.trust, anchors=(replace(anchor, valid_to=day_of(NOW)),))
    midnight = datetime.combine(day_of(NOW), time(17), UTC)
    codes = [
        verify(b_b(leader), trust=trust, at=at).signatures[0].code for at in (midnight - timedelta(minutes=1), midnight)
    ]
    assert codes[0] != "signer_unknown"
    assert codes[1] == "signer_unknown"

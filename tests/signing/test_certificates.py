"""Names compare as RFC 4518 says, whichever way they are prepared."""

import pytest
from asn1crypto import x509

from signing.certificates import Certificate, Name
from signing.keys import as_asn1
from tests.signing.builders import Signers

VIETNAMESE = "Ủy ban nhân dân xã Suối Trúc, tỉnh Điện Biên"


def library(text: str) -> str:
    name: str = x509.Name.build({"common_name": text}).hashable
    return name


def ours(text: str) -> str:
    return Name.load(x509.Name.build({"common_name": text}).dump()).hashable


def test_every_letter_is_prepared_as_the_library_prepares_it() -> None:
    letters = [chr(number) for number in (*range(0x20, 0x250), *range(0x1E00, 0x1F00))]
    checked = 0
    for letter in letters:
        text = f"a{letter}b"
        try:
            expected = library(text)
        except ValueError:
            with pytest.raises(ValueError, match=r".+"):
                ours(text)
            continue
        assert ours(text) == expected, hex(ord(letter))
        checked += 1
    assert checked > 700


@pytest.mark.parametrize("text", [VIETNAMESE, f"  {VIETNAMESE}   x ", "", " ", "ﬁ", "Đo\u0300", "A\u00adB"])
def test_texts_are_prepared_as_the_library_prepares_them(text: str) -> None:
    assert ours(text) == library(text)


def test_two_spellings_are_one_name() -> None:
    one = Name.load(x509.Name.build({"common_name": VIETNAMESE}).dump())
    other = x509.Name.build({"common_name": VIETNAMESE.upper().replace(" ", "  ")})
    stranger = x509.Name.build({"common_name": "Ai đó"})
    assert one == other
    assert other == one
    assert one != stranger
    assert one != "Ai đó"


def test_a_certificate_is_the_same_with_such_names(people: Signers) -> None:
    plain = as_asn1(people.authority.root)
    ours = Certificate.load(plain.dump())
    assert ours.dump() == plain.dump()
    assert ours.issuer == plain.issuer
    assert ours.self_issued
    assert ours.sha256 == plain.sha256

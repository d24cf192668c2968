"""Signing with a token: one PIN for a batch, each kind of key, and every way in which a token says no."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from signing.errors import KeyUnusable
from signing.pdf import sign
from signing.request import Level, SignRequest
from signing.tokens import TokenKey, list_tokens, open_token, token_holding
from signing.verdict import verify
from tests.signing.builders import NOW, Signers, paper, prepared
from tests.signing.tokens import MODULE, PIN, Pulled, Token

_GENERAL_ERROR, _TOKEN_NOT_PRESENT = 0x05, 0xE0


@pytest.fixture(params=["RSA", "P-256"])
def key(request: pytest.FixtureRequest, tokens: dict[str, Token]) -> Iterator[TokenKey]:
    with open_token(MODULE, serial=tokens[request.param].serial, pin=PIN) as opened:
        yield opened


def code(refused: pytest.ExceptionInfo[KeyUnusable]) -> str:
    return refused.value.code


def test_one_login_signs_a_batch_and_every_signature_holds(key: TokenKey, people: Signers) -> None:
    assert [c.subject for c in key.chain] == [people.authority.intermediate.subject]
    for number in range(5):
        request = SignRequest("leader", Level.B_T)
        signed = sign(prepared(paper(f"Số {number}")), request, key=key, timestamps=people.stamps(), now=NOW)
        (verdict,) = verify(signed, trust=people.trust, at=NOW).signatures
        assert (verdict.indication, verdict.level) == ("TOTAL-PASSED", "B-T")


def test_the_tokens_are_listed_by_label_and_serial(tokens: dict[str, Token]) -> None:
    found = {token.serial: token.label for token in list_tokens(MODULE)}
    assert {found[token.serial] for token in tokens.values()} == {"Lãnh đạo RSA", "Lãnh đạo P-256"}


def test_a_wrong_pin_is_said_so_and_the_right_one_still_works(tokens: dict[str, Token]) -> None:
    token = tokens["RSA"]
    with pytest.raises(KeyUnusable) as refused, open_token(MODULE, serial=token.serial, pin="00000000"):
        pytest.fail("opened with a wrong PIN")
    assert code(refused) == "pin_wrong"
    with open_token(MODULE, serial=token.serial, pin=PIN, certificate_sha256=token.certificate_sha256) as opened:
        assert opened.sign(b"x")


def test_another_certificate_or_token_is_not_there(tokens: dict[str, Token]) -> None:
    one, two = tokens["RSA"], tokens["P-256"]
    wrong = open_token(MODULE, serial=one.serial, pin=PIN, certificate_sha256=two.certificate_sha256)
    with pytest.raises(KeyUnusable) as refused, wrong:
        pytest.fail("opened another one's certificate")
    assert code(refused) == "certificate_missing"
    with pytest.raises(KeyUnusable) as missing, open_token(MODULE, serial="0000", pin=PIN):
        pytest.fail("opened a token that is not there")
    assert code(missing) == "token_missing"


def test_a_module_that_is_none_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(KeyUnusable) as refused:
        list_tokens(tmp_path / "missing.so")
    assert code(refused) == "module_unusable"


def test_a_token_that_is_pulled_out_says_so_and_nothing_else(tokens: dict[str, Token], pulled: Pulled) -> None:
    token = tokens["RSA"]
    pulled.plug_in(1)
    with pytest.raises(KeyUnusable) as gone, open_token(pulled.module, serial=token.serial, pin=PIN) as opened:
        assert opened.sign(b"x")
        opened.sign(b"y")
    assert code(gone) == "token_removed"
    with pytest.raises(KeyUnusable) as missing:
        token_holding(pulled.module, token.certificate_sha256)
    assert code(missing) == "token_missing"
    pulled.plug_in(1)
    assert token_holding(pulled.module, token.certificate_sha256).serial == token.serial
    with open_token(pulled.module, serial=token.serial, pin=PIN) as opened:
        assert opened.sign(b"y")


def test_a_token_that_cannot_be_read_does_not_hide_the_others(tokens: dict[str, Token], pulled: Pulled) -> None:
    pulled.plug_in(1)
    first = list_tokens(pulled.module)[0].serial
    other = next(token for token in tokens.values() if token.serial != first)
    for answer in (_GENERAL_ERROR, _TOKEN_NOT_PRESENT):
        pulled.plug_in(1, refusals=1, answer=answer)
        assert token_holding(pulled.module, other.certificate_sha256).serial == other.serial


@pytest.mark.parametrize(
    ("answer", "told"), [(_GENERAL_ERROR, "module_unusable"), (_TOKEN_NOT_PRESENT, "token_missing")]
)
def test_a_module_that_fails_is_told_from_a_token_that_is_gone(
    tokens: dict[str, Token], pulled: Pulled, answer: int, told: str
) -> None:
    pulled.plug_in(1, refusals=1000, answer=answer)
    with pytest.raises(KeyUnusable) as refused:
        token_holding(pulled.module, tokens["RSA"].certificate_sha256)
    assert code(refused) == told


def test_a_closed_token_signs_nothing(tokens: dict[str, Token]) -> None:
    with open_token(MODULE, serial=tokens["P-256"].serial, pin=PIN) as opened:
        pass
    with pytest.raises(KeyUnusable) as refused:
        opened.sign(b"x")
    assert code(refused) == "token_removed"

"""The client against a service of our own: what it asks, and what it does not take from anybody."""

import threading
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from time import monotonic

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from signing.keys import verify_value
from signing.remote.csc import Access, Csc, Grant
from signing.remote.door import Call, Door
from signing.remote.errors import RemoteCode, RemoteFailed
from signing.remote.values import right_value
from tests.signing.builders import NOW, Signers, signers
from tests.signing.remote import csc_server as vices
from tests.signing.remote.csc_server import CLIENT, SECRET, Held, Key, Service, serving

DATA = [b"first", b"second", b"third"]
DIGESTS = [sha256(data).digest() for data in DATA]


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Signers:
    return signers(tmp_path_factory.mktemp("csc"))


@pytest.fixture
def service() -> Service:
    return Service()


@pytest.fixture
def address(service: Service) -> Iterator[str]:
    with serving(service) as found:
        yield found


@pytest.fixture
def csc(address: str) -> Csc:
    return Csc(address, Access("oauth2", CLIENT, SECRET), seconds=60)


def hold(service: Service, own: Signers, key: Key | None = None, name: str = "khoa-1", **more: object) -> Held:
    key = key or ec.generate_private_key(ec.SECP256R1())
    certificate = own.authority.certify(key.public_key(), common_name="Lò Văn Giả Định", organization="UBND", now=NOW)
    held = Held(key, (certificate, own.authority.intermediate), **more)  # type: ignore[arg-type] # by the test
    service.held[name] = held
    service.owners.setdefault("0123", []).append(name)
    return held


def ask(csc: Csc, count: int = 1, *, seconds: float = 60, pin: str | None = None, otp: str | None = None) -> Grant:
    return csc.authorize(
        "khoa-1", DIGESTS[:count], description="Mã 1234", transaction="t-1", seconds=seconds, pin=pin, otp=otp
    )


def code_of(wanted: Callable[[], object]) -> str:
    with pytest.raises(RemoteFailed) as refused:
        wanted()
    return refused.value.code


def rsa_key() -> Key:
    return rsa.generate_private_key(65537, 2048)


def p256() -> Key:
    return ec.generate_private_key(ec.SECP256R1())


def p384() -> Key:
    return ec.generate_private_key(ec.SECP384R1())


@pytest.mark.parametrize("access", ["oauth2", "login"])
@pytest.mark.parametrize("kind", [(rsa_key, False), (p256, False), (p256, True), (p384, True)])
def test_three_signatures_by_one_confirmation(
    service: Service, address: str, own: Signers, access: str, kind: tuple[Callable[[], Key], bool]
) -> None:
    make, raw = kind
    held = hold(service, own, make(), raw_ecdsa=raw)
    csc = Csc(address, Access(access, CLIENT, SECRET))  # type: ignore[arg-type] # by the test
    assert (csc.info().specs, csc.credentials("0123")) == ("1.0.4.0", ("khoa-1",))
    credential = csc.credential("khoa-1")
    assert (credential.auth_mode, credential.scal2, credential.multisign) == ("implicit", True, 5)
    assert credential.certificates == held.chain
    values = csc.sign(credential, ask(csc, 3), DIGESTS, transaction="t-1")
    for data, value in zip(DATA, values, strict=True):
        good = right_value(held.chain[0], data, value)
        assert good is not None
        assert verify_value(held.chain[0], data, good)
        assert right_value(held.chain[0], b"other", value) is None
    assert service.phone.shown == ["Mã 1234"]
    (asked,) = service.asked("credentials/authorize")
    assert (asked["numSignatures"], len(asked["hash"]), asked["clientData"]) == (3, 3, "t-1")
    assert len(service.asked("oauth2/token") + service.asked("auth/login")) == 1


def test_a_list_of_several_pages(service: Service, csc: Csc, own: Signers) -> None:
    for name in ("khoa-1", "khoa-2", "khoa-3"):
        hold(service, own, name=name)
    assert csc.credentials("0123") == ("khoa-1", "khoa-2", "khoa-3")
    assert csc.credentials("nobody") == ()
    service.plan("credentials/list", *[vices.says(200, {"credentialIDs": ["x"], "nextPageToken": "1"})] * 30)
    assert code_of(lambda: csc.credentials("0123")) == "remote_answer_wrong"


def test_the_answer_comes_when_the_person_has_tapped(service: Service, csc: Csc, own: Signers) -> None:
    hold(service, own)
    service.phone.answer = None
    begun = monotonic()
    threading.Timer(0.3, service.phone.tap, ["yes"]).start()
    assert ask(csc).sad
    assert monotonic() - begun > 0.25


def test_refused_and_forgotten_on_the_phone(service: Service, csc: Csc, own: Signers) -> None:
    hold(service, own)
    service.phone.answer = "no"
    assert code_of(lambda: ask(csc)) == "remote_person_refused"
    service.phone.answer = None
    assert code_of(lambda: ask(csc, seconds=0.3)) == "remote_timed_out"
    service.patience = 0.1
    assert code_of(lambda: ask(csc)) == "remote_timed_out"
    assert len(service.asked("credentials/authorize")) == 3


def test_a_call_can_be_broken_off(service: Service, csc: Csc, own: Signers) -> None:
    hold(service, own)
    service.phone.answer = None
    # Longer than any test may take: only breaking it off ends the call in time.
    service.patience = 3600
    call = Call()
    threading.Timer(0.2, call.break_off).start()
    assert code_of(
        lambda: csc.authorize("khoa-1", DIGESTS[:1], description="", transaction="t", seconds=3600, call=call)
    ) == "remote_broken_off"  # fmt: skip
    over = Call()
    over.break_off()
    assert code_of(
        lambda: csc.authorize("khoa-1", DIGESTS[:1], description="", transaction="t", seconds=20, call=over)
    ) == "remote_broken_off"  # fmt: skip


def test_a_wrong_pin_or_password_is_never_sent_again(service: Service, csc: Csc, own: Signers) -> None:
    held = hold(service, own, auth_mode="explicit", pin="1234", otp="99")
    assert code_of(lambda: ask(csc, pin="0000", otp="99")) == "remote_pin_wrong"
    assert code_of(lambda: ask(csc, pin="0000", otp="99")) == "remote_secret_used"
    assert code_of(lambda: ask(csc, pin="1234", otp="11")) == "remote_otp_wrong"
    assert code_of(lambda: ask(csc, pin="1234", otp="11")) == "remote_secret_used"
    assert (len(service.asked("credentials/authorize")), held.tries) == (2, 1)
    assert ask(csc, pin="1234", otp="99").sad
    facts = csc.credential("khoa-1")
    assert (facts.needs_pin, facts.needs_otp) == (True, True)


def test_a_confirmation_covers_what_was_asked_and_no_more(service: Service, csc: Csc, own: Signers) -> None:
    hold(service, own, multisign=2)
    credential = csc.credential("khoa-1")
    assert code_of(lambda: ask(csc, 3)) == "remote_too_many"
    grant = ask(csc, 1)
    assert code_of(lambda: csc.sign(credential, grant, DIGESTS[1:2], transaction="t")) == "remote_not_taken"
    assert len(csc.sign(credential, grant, DIGESTS[:1], transaction="t")) == 1
    assert code_of(lambda: csc.sign(credential, grant, DIGESTS[:1], transaction="t")) == "remote_confirmation_over"
    late = ask(csc, 1)
    service.confirmed[late.sad].until = 0
    assert code_of(lambda: csc.sign(credential, late, DIGESTS[:1], transaction="t")) == "remote_confirmation_over"


def test_a_lost_token_is_fetched_again_once(service: Service, csc: Csc, own: Signers) -> None:
    hold(service, own)
    csc.credential("khoa-1")
    service.tokens.clear()
    assert csc.credentials("0123") == ("khoa-1",)
    assert len(service.asked("oauth2/token")) == 2
    service.plan("credentials/list", *[vices.says(401, {"error": "invalid_token"})] * 2)
    assert code_of(lambda: csc.credentials("0123")) == "remote_locked_out"
    assert len(service.asked("oauth2/token")) == 3


def test_wrong_secret_of_ours(address: str) -> None:
    by_token = Csc(address, Access("oauth2", CLIENT, "wrong"))
    assert code_of(lambda: by_token.credentials("0123")) == "remote_locked_out"
    by_login = Csc(address, Access("login", CLIENT, "wrong"))
    assert code_of(lambda: by_login.credentials("0123")) == "remote_locked_out"


@pytest.mark.parametrize(
    ("vice", "code"),
    [
        (vices.dies, "remote_broken_off"),
        (vices.dies_in_the_middle, "remote_broken_off"),
        (vices.dribbles, "remote_timed_out"),
        (vices.floods, "remote_answer_too_large"),
        (vices.redirects_to("/csc/v1/credentials/authorize"), "remote_redirects"),
        (vices.redirects_to("http://elsewhere.invalid/"), "remote_redirects"),
        (vices.says(200, b"rubbish"), "remote_answer_unreadable"),
        (vices.says(200, b"[" * 100_000), "remote_answer_unreadable"),
        (vices.says(200, b"[1]"), "remote_answer_unreadable"),
        (vices.says(200, {}), "remote_answer_unreadable"),
        (vices.says(200, {"SAD": 7}), "remote_answer_unreadable"),
        (vices.says(200, {"SAD": "a", "expiresIn": -1}), "remote_answer_unreadable"),
        (vices.says(200, {"SAD": "a", "expiresIn": True}), "remote_answer_unreadable"),
        (vices.says(500, b"<html>"), "remote_busy"),
        (vices.says(503, {"error": "temporarily_unavailable"}), "remote_busy"),
        (vices.says(429, b""), "remote_busy"),
        (vices.says(403, b""), "remote_locked_out"),
        (vices.says(400, {"error": "invalid_request"}), "remote_not_taken"),
        (vices.says(401, b""), "remote_locked_out"),
    ],
)
def test_whatever_comes_back_ends_in_one_of_the_codes(
    service: Service, csc: Csc, own: Signers, vice: Callable[[vices.Handler], vices.Answer | None], code: str
) -> None:
    hold(service, own)
    csc.credentials("0123")
    service.plan("credentials/authorize", vice)
    # Only what never ends is to come too late, however busy the machine.
    seconds = 1 if vice is vices.dribbles else 60
    assert code_of(lambda: ask(csc, seconds=seconds)) == code
    # Nobody was asked a second time by us.
    assert len(service.asked("credentials/authorize")) == 1


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"signatures": "AAAA"}, "remote_answer_unreadable"),
        ({"signatures": ["§"]}, "remote_answer_unreadable"),
        ({"signatures": [1]}, "remote_answer_unreadable"),
        ({"signatures": ["AAAA"] * 4}, "remote_answer_wrong"),
    ],
)
def test_signatures_that_cannot_be(
    service: Service, csc: Csc, own: Signers, body: dict[str, object], code: str
) -> None:
    hold(service, own)
    credential, grant = csc.credential("khoa-1"), ask(csc, 3)
    service.plan("signatures/signHash", vices.says(200, body))
    assert code_of(lambda: csc.sign(credential, grant, DIGESTS, transaction="t")) == code


def test_signatures_of_something_else_or_too_few_are_the_callers_to_find(
    service: Service, csc: Csc, own: Signers
) -> None:
    held = hold(service, own)
    credential, grant = csc.credential("khoa-1"), ask(csc, 3)
    service.plan("signatures/signHash", vices.signs_something_else, vices.signs_all_but_the_last)
    wrong = csc.sign(credential, grant, DIGESTS, transaction="t")
    assert [right_value(held.chain[0], d, v) for d, v in zip(DATA, wrong, strict=True)] == [None] * 3
    assert len(csc.sign(credential, grant, DIGESTS, transaction="t")) == 2


def test_credentials_that_cannot_sign(service: Service, csc: Csc, own: Signers) -> None:
    hold(service, own, status="disabled")
    assert code_of(lambda: csc.credential("khoa-1")) == "remote_credential_unusable"
    assert code_of(lambda: csc.credential("unknown")) == "remote_not_taken"
    only_pss = hold(service, own, rsa_key(), name="khoa-2", algorithms=("1.2.840.113549.1.1.10",))
    assert only_pss.chain
    found = csc.credential("khoa-2")
    assert code_of(lambda: csc.sign(found, Grant("x", 1), DIGESTS, transaction="t")) == "remote_algorithm_unsupported"
    good = {"key": {"status": "enabled", "algo": []}, "cert": {"certificates": ["AAAA"]}, "authMode": "implicit"}
    for body, code in (
        (good, "remote_answer_wrong"),
        (good | {"cert": {"certificates": []}}, "remote_credential_unusable"),
        (good | {"key": []}, "remote_answer_unreadable"),
        (good | {"authMode": 1}, "remote_answer_unreadable"),
    ):
        service.plan("credentials/info", vices.says(200, body))
        assert code_of(lambda: csc.credential("khoa-1")) == code


@pytest.mark.parametrize(
    "address",
    ["http://sign.example.vn/csc/v1", "ftp://127.0.0.1/", "https://", "https://a@b/", "https://x/?a=b", "http://[", ""],
)
def test_only_https_or_this_computer(address: str) -> None:
    assert code_of(lambda: Door(address)) == "remote_insecure"


def test_nobody_there(tmp_path: Path) -> None:
    door = Door("http://127.0.0.1:1/csc/v1")
    assert code_of(lambda: door.post("info", {}, seconds=1)) == "remote_unreachable"
    assert Door("https://127.0.0.1:1")
    assert code_of(lambda: Door("https://127.0.0.1:1").post("info", {}, seconds=1)) == "remote_unreachable"


def test_a_service_without_tls_behind_an_https_address(address: str) -> None:
    door = Door(address.replace("http://", "https://"))
    assert code_of(lambda: door.post("info", {}, seconds=2)) == "remote_unreachable"


def test_no_secret_is_printed() -> None:
    assert SECRET not in repr(Access("oauth2", CLIENT, SECRET))
    assert "abc" not in repr(Grant("abc", 1))
    assert {code.value for code in RemoteCode} == {f"{code}" for code in RemoteCode}

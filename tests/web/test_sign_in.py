"""Who comes in, for how long, and what is refused at the door."""

from datetime import timedelta

from sqlalchemy import select

from docservice.core.work import SYSTEM
from docservice.identity.accounts import IDLE, LONGEST, TRIES_OF_ACCOUNT, WINDOW, password_hasher
from docservice.identity.models import Account
from tests.node import Office
from tests.web.conftest import PASSWORD, Enter, Visitor


def test_a_stranger_is_sent_to_the_sign_in_page_and_back(stranger: Visitor) -> None:
    answer = stranger.get("/registers?series=incoming", follow_redirects=False)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/sign-in?next=/registers%3Fseries%3Dincoming"
    answer = stranger.client.post(
        "/sign-in", data={"login": "c.clerk", "password": PASSWORD, "next": "/registers?series=incoming"}
    )
    assert str(answer.url).endswith("/registers?series=incoming")


def test_nobody_is_sent_elsewhere_after_signing_in(stranger: Visitor) -> None:
    for elsewhere in ("https://example.org/", "//example.org", "/\\example.org", "javascript:alert(1)"):
        answer = stranger.client.post(
            "/sign-in",
            data={"login": "c.clerk", "password": PASSWORD, "next": elsewhere},
            follow_redirects=False,
        )
        assert answer.headers["location"] == "/"


def test_a_wrong_password_is_told_without_saying_which_was_wrong(stranger: Visitor) -> None:
    for login in ("c.clerk", "nobody"):
        answer = stranger.client.post("/sign-in", data={"login": login, "password": "khong-dung-dau"})
        assert answer.status_code == 403
        assert "Tên đăng nhập hoặc mật khẩu chưa đúng." in answer.text


def test_guessing_is_stopped_and_begins_again_later(stranger: Visitor, office: Office) -> None:
    def attempt(password: str) -> int:
        return stranger.client.post("/sign-in", data={"login": "c.clerk", "password": password}).status_code

    assert [attempt("sai-mat-khau") for _ in range(TRIES_OF_ACCOUNT)] == [403] * TRIES_OF_ACCOUNT
    assert attempt(PASSWORD) == 429
    office.clock.move(WINDOW + timedelta(seconds=1))
    assert attempt(PASSWORD) == 200


def test_a_session_ends_by_itself(enter: Enter, office: Office) -> None:
    idle = enter("c.clerk")
    office.clock.move(IDLE + timedelta(minutes=1))
    assert idle.get("/", follow_redirects=False).status_code == 303
    busy = enter("c.clerk")
    for _ in range(int(LONGEST / IDLE)):
        office.clock.move(IDLE - timedelta(minutes=1))
        last = busy.get("/", follow_redirects=False).status_code
    assert last == 200
    office.clock.move(timedelta(minutes=10))
    assert busy.get("/", follow_redirects=False).status_code == 303


def test_signing_out_ends_the_session_and_not_only_the_cookie(enter: Enter) -> None:
    visitor = enter("c.clerk")
    kept = dict(visitor.client.cookies)
    visitor.post("/sign-out")
    visitor.client.cookies.update(kept)
    assert visitor.get("/", follow_redirects=False).status_code == 303


def test_a_form_without_its_token_or_from_elsewhere_does_nothing(enter: Enter, office: Office) -> None:
    document_id = office.draft()
    visitor = enter("c.official")
    path = f"/documents/{document_id}/acts/submit"
    assert visitor.client.post(path).status_code == 403
    assert visitor.client.post(path, data={"csrf": "x.y"}).status_code == 403
    for header in ({"Origin": "https://example.org"}, {"Sec-Fetch-Site": "cross-site"}):
        assert visitor.post(path, headers=header).status_code == 403
    other = enter("c.clerk").token()
    assert visitor.client.post(path, data={"csrf": other}).status_code == 403
    assert office.status(document_id) == "draft"
    assert visitor.post(path).status_code == 200
    assert office.status(document_id) == "rendering"


def test_a_body_too_large_or_of_unknown_length_is_not_read(enter: Enter) -> None:
    visitor = enter("c.clerk")
    answer = visitor.client.post("/arrivals/paper", content=iter([b"x"]), headers={"Content-Type": "text/plain"})
    assert answer.status_code == 413
    answer = visitor.client.post("/arrivals/paper", headers={"Content-Length": str(100 * 1024 * 1024)})
    assert answer.status_code == 413


def test_another_host_is_not_answered(stranger: Visitor) -> None:
    assert stranger.get("/sign-in", headers={"Host": "example.org"}).status_code == 400


def test_every_answer_carries_the_safety_headers(stranger: Visitor) -> None:
    headers = stranger.get("/sign-in").headers
    policy = headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "'unsafe-inline'" not in policy
    assert "'unsafe-eval'" not in policy.replace("'wasm-unsafe-eval'", "")
    assert "frame-ancestors 'none'" in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "no-store"


def test_a_changed_password_ends_every_session(enter: Enter, stranger: Visitor) -> None:
    here, there = enter("c.clerk"), enter("c.clerk")
    assert here.post("/account/password", {"current": "sai-mat-khau", "new": "mat-khau-moi-1"}).status_code == 403
    assert here.post("/account/password", {"current": PASSWORD, "new": "ngan"}).status_code == 422
    here.post("/account/password", {"current": PASSWORD, "new": "mat-khau-moi-1"})
    assert there.get("/", follow_redirects=False).status_code == 303
    answer = stranger.client.post("/sign-in", data={"login": "c.clerk", "password": "mat-khau-moi-1"})
    assert answer.url.path == "/"


def test_a_hash_of_another_cost_is_made_anew_at_the_next_sign_in(stranger: Visitor, office: Office) -> None:
    def kept() -> str:
        with office.node.transactions.reading(SYSTEM) as reading:
            return reading.session.scalars(select(Account.password_hash).where(Account.login == "c.clerk")).one()

    assert password_hasher().check_needs_rehash(kept())
    for _ in range(2):
        answer = stranger.client.post("/sign-in", data={"login": "c.clerk", "password": PASSWORD})
        assert answer.url.path == "/"
        assert not password_hasher().check_needs_rehash(kept())


def test_tiles_are_for_this_machine_only(app: object, stranger: Visitor, office: Office) -> None:
    from fastapi.testclient import TestClient  # noqa: PLC0415 - another client address

    far = TestClient(app, base_url="http://127.0.0.1:8000", client=("192.0.2.7", 5000))  # type: ignore[arg-type] # the application
    with office.reading("c.clerk") as reading:
        person_id = reading.actor.person_id
    assert "Hoặc vào thử" not in far.get("/sign-in").text
    assert far.post("/sign-in/demo", data={"person_id": str(person_id)}).status_code == 404
    assert "Hoặc vào thử" in stranger.get("/sign-in").text
    assert stranger.client.post("/sign-in/demo", data={"person_id": str(person_id)}).url.path == "/"


def test_english_is_the_same_page(stranger: Visitor) -> None:
    stranger.client.post("/language", data={"to": "en", "back": "/sign-in"})
    page = stranger.get("/sign-in").text
    assert '<html lang="en"' in page
    assert "Sign in" in page
    assert "Mật khẩu" not in page

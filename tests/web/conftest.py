"""Pages without a browser: a client over the application, people who sign in by name and password."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import pytest
from argon2 import PasswordHasher
from fastapi.testclient import TestClient
from httpx2 import Response

from docservice.core.work import SYSTEM
from docservice.demo import people
from docservice.identity.models import Account
from docservice.web.app import create_app
from tests.node import Office

PASSWORD = "mat-khau-de-thu"
HERE = ("127.0.0.1", 50000)
ADDRESS = "http://127.0.0.1:8000"


@dataclass
class Visitor:
    """A browser without scripts: it keeps cookies, follows redirects and sends what forms hold."""

    client: TestClient
    known_token: str = ""

    def get(self, path: str, **more: Any) -> Response:
        return self.client.get(path, **more)

    def token(self) -> str:
        """The form token of the session, read once: it holds as long as the session."""
        if self.known_token:
            return self.known_token
        found = re.search(r'name="csrf" value="([^"]+)"', self.get("/account").text)
        assert found is not None
        self.known_token = found[1]
        return found[1]

    def post(self, path: str, data: dict[str, Any] | None = None, **more: Any) -> Response:
        return self.client.post(path, data={"csrf": self.token(), **(data or {})}, **more)


Enter = Callable[..., Visitor]


@cache
def cheap_hash() -> str:
    """The password's hash at argon2's least cost: who signs in is checked at the cost the hash names."""
    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)


def open_account(office: Office, key: str) -> None:
    """Let somebody sign in. A hash at its full price takes longer than most pages: the door's own tests pay it."""
    with office.node.transactions.work(SYSTEM) as work:
        person_id = people.actor(work, key).person_id
        if person_id is not None and work.session.get(Account, person_id) is None:
            opened = Account(
                person_id=person_id, login=key, password_hash=cheap_hash(), is_demo=True, changed_at=work.now
            )
            work.session.add(opened)


@pytest.fixture
def app(office: Office) -> Any:
    open_account(office, "c.clerk")
    return create_app(office.node)


@pytest.fixture
def stranger(app: Any) -> Iterator[Visitor]:
    """Somebody who has not signed in."""
    with TestClient(app, base_url=ADDRESS, client=HERE) as client:
        yield Visitor(client)


@pytest.fixture
def enter(app: Any, office: Office) -> Iterator[Enter]:
    """Sign in as a key of the demo's people."""
    clients: list[TestClient] = []

    def come_in(key: str) -> Visitor:
        open_account(office, key)
        client = TestClient(app, base_url=ADDRESS, client=HERE)
        clients.append(client)
        answer = client.post("/sign-in", data={"login": key, "password": PASSWORD})
        assert answer.status_code == 200
        assert answer.url.path == "/"
        return Visitor(client)

    yield come_in
    for client in clients:
        client.close()

"""The journey in the server profile, each of its servers killed once in the middle and started again.

Where each is killed is drawn by a seed: `SERVER_CRASH_SEEDS=5` plays more of them than the one of every test run.
"""

import os
import random
import time
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from docservice.bootstrap import Node
from docservice.core.errors import Unavailable
from docservice.core.work import SYSTEM
from docservice.demo import people, script
from docservice.demo.journey import Journey
from docservice.documents.models import Document, Version
from docservice.documents.queries import visible_to
from docservice.identity import accounts
from docservice.web.app import create_app
from scripts.local_servers.running import crash, restart
from tests.journeys.profile import Profile, own_profile, process, waiting_node
from tests.journeys.test_crash import whole
from tests.web.conftest import ADDRESS, HERE, PASSWORD

pytestmark = [
    pytest.mark.servers, pytest.mark.crash, pytest.mark.office, pytest.mark.slow, pytest.mark.timeout(900),
]  # fmt: skip

SEEDS = int(os.environ.get("SERVER_CRASH_SEEDS", "1"))
# The journey tells of each act; the first of them are over before the worker has had anything to do.
FIRST_ACT, LAST_ACT = 3, 24

# What the pages say while a part is down: code of the answer for the inbox, for search, for a file.
SAID = {
    "database": {"/": 503, "/search?q=bao": 503, "file": 503},
    "queue": {"/": 200, "/search?q=bao": 200, "file": 200},
    "storage": {"/": 200, "file": 503},
    "search": {"/": 200, "/search?q=bao": 503, "file": 200},
}


class Kills:
    """Kills the next server when the journey has told of so many acts."""

    def __init__(self, profile: Profile, seed: int, node: Node, client: TestClient) -> None:
        chance = random.Random(seed)  # noqa: S311 - repeatable, not secret
        parts = list(profile.servers)
        chance.shuffle(parts)
        acts = sorted(chance.sample(range(FIRST_ACT, LAST_ACT), len(parts)))
        self._wanted = dict(zip(acts, parts, strict=True))
        self._profile, self._node, self._client, self._told = profile, node, client, 0
        self.killed: list[str] = []

    def tell(self, words: str, _seconds: float) -> None:
        if words == "tác vụ nền":
            return
        self._told += 1
        part = self._wanted.get(self._told)
        if part is not None:
            server, file = self._profile.servers[part], a_file(self._node)
            crash(server)
            self.killed.append(part)
            look(self._client, part, file)
            restart(server)


@pytest.mark.parametrize("seed", range(SEEDS))
def test_each_server_may_die_in_the_middle(tmp_path: Path, seed: int) -> None:
    with own_profile(tmp_path) as profile:
        node = waiting_node(profile.settings)
        try:
            people.seed(node, keys=node.settings.path(node.settings.keys_dir))
            client = signed_in(node)
            with process(profile.settings, "worker", "-c", "2"), process(profile.settings, "beat"):
                kills = Kills(profile, seed, node, client)
                play(node, kills)
                # Once more, now that all are up: the last act's jobs are waited for, and nothing is done twice.
                play(node, kills)
            assert sorted(kills.killed) == sorted(profile.servers)
            assert client.get("/").status_code == client.get("/search?q=bao").status_code == 200
            whole(node)
        finally:
            node.close()


def play(node: Node, kills: Kills) -> None:
    """People whose act met a server that was down try again, as the sentence on their screen says."""
    deadline = time.monotonic() + 600
    while True:
        try:
            Journey(node, script.load(None), tell=kills.tell).run()
        except Unavailable:
            assert time.monotonic() < deadline
            time.sleep(0.5)
        else:
            return


def signed_in(node: Node) -> TestClient:
    with node.transactions.work(SYSTEM) as work:
        person_id = people.actor(work, "p.clerk").person_id
        assert person_id is not None
        accounts.open_account(work, person_id=person_id, login="p.clerk", password=PASSWORD, is_demo=True)
    client = TestClient(create_app(node), base_url=ADDRESS, client=HERE, raise_server_exceptions=False)
    assert client.post("/sign-in", data={"login": "p.clerk", "password": PASSWORD}).status_code == 200
    return client


def look(client: TestClient, part: str, file: str | None) -> None:
    """While it is down: what needs it says so in a sentence, what does not goes on."""
    for page, wanted in SAID[part].items():
        address = file if page == "file" else page
        if address is None:
            continue
        answer = client.get(address)
        assert answer.status_code == wanted, (part, page)
        if wanted == 503:
            assert answer.headers["Retry-After"]
            assert "tạm thời" in answer.text
            assert "Traceback" not in answer.text


def a_file(node: Node) -> str | None:
    """The address of a file the clerk may open; None while there is none."""
    with node.transactions.reading(SYSTEM) as reading:
        clerk = people.actor(reading, "p.clerk")
        having = select(Version.document_id, Version.ordinal).where(
            Version.document_id.in_(visible_to(clerk).with_only_columns(Document.id))
        )
        found = reading.session.execute(having.limit(1)).one_or_none()
    return f"/documents/{found[0]}/files/{found[1]}" if found else None

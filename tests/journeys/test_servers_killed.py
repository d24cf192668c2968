"""The server profile while one of its servers is killed and started again: a whole journey, and each act by itself.

Where a server of the journey is killed is drawn by a seed: `SERVER_CRASH_SEEDS=5` plays more of them than the one of
every test run.
"""

import os
import random
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from docservice.bootstrap import Node
from docservice.core import journal, outbox
from docservice.core.errors import Unavailable
from docservice.core.sandbox import Sandbox
from docservice.core.work import SYSTEM
from docservice.demo import people, script
from docservice.demo.journey import Journey
from docservice.doctor import examine_node
from docservice.documents.models import Document, Version
from docservice.documents.queries import visible_to
from docservice.identity import accounts
from docservice.web.app import create_app
from scripts.local_servers import Server
from scripts.local_servers.running import crash, restart
from tests.journeys.acts import Desk, at_their_desks
from tests.journeys.profile import OwnServers, own_servers, process, waiting_node
from tests.journeys.test_crash import whole
from tests.operations.profiles import opened
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
# Which acts are refused while a part is down, and by which code; the others are accepted, and finished once it is up.
ACTS = ("attach", "paper", "sign", "number", "seal", "release", "direct")
REFUSED: dict[str, tuple[str, tuple[str, ...]]] = {
    "database": ("database_unavailable", ACTS),
    "storage": ("files_unavailable", ("attach", "paper")),
    "queue": ("", ()),
    "search": ("", ()),
}


@pytest.fixture(scope="module")
def own() -> Iterator[OwnServers]:
    with own_servers() as made:
        yield made


@contextmanager
def down(server: Server) -> Iterator[None]:
    crash(server)
    try:
        yield
    finally:
        restart(server)


class Kills:
    """Kills the next server when the journey has told of so many acts."""

    def __init__(self, parts: dict[str, Server], seed: int, node: Node, client: TestClient) -> None:
        chance = random.Random(seed)  # noqa: S311 - repeatable, not secret
        names = list(parts)
        chance.shuffle(names)
        acts = sorted(chance.sample(range(FIRST_ACT, LAST_ACT), len(names)))
        self._wanted = dict(zip(acts, names, strict=True))
        self._parts, self._node, self._client, self._told = parts, node, client, 0
        self.killed: list[str] = []

    def tell(self, words: str, _seconds: float) -> None:
        if words == "tác vụ nền":
            return
        self._told += 1
        part = self._wanted.get(self._told)
        if part is not None:
            file = a_file(self._node)
            with down(self._parts[part]):
                self.killed.append(part)
                look(self._client, part, file)


@pytest.mark.parametrize("seed", range(SEEDS))
def test_each_server_may_die_in_the_middle(tmp_path: Path, seed: int, own: OwnServers) -> None:
    settings = own.fresh(tmp_path)
    node = waiting_node(settings)
    try:
        people.seed(node, keys=node.settings.path(node.settings.keys_dir))
        client = signed_in(node)
        with process(settings, "worker", "-c", "2"), process(settings, "beat"):
            kills = Kills(own.parts, seed, node, client)
            play(node, kills)
            # Once more, now that all are up: the last act's jobs are waited for, and nothing is done twice.
            play(node, kills)
        assert sorted(kills.killed) == sorted(own.parts)
        assert client.get("/").status_code == client.get("/search?q=bao").status_code == 200
        whole(node)
    finally:
        node.close()


def test_an_act_while_a_server_is_down_is_refused_whole_or_finished_later(
    tmp_path: Path, sandbox: Sandbox, own: OwnServers
) -> None:
    settings = own.fresh(tmp_path)
    with opened(settings, sandbox) as office:
        people.seed(office.node, keys=settings.path(settings.keys_dir))
        with at_their_desks(office) as desk:
            left = {part: acted(desk, part, server) for part, server in own.parts.items()}
        # Each left behind what the others did: nothing half, nothing twice.
        assert left == dict.fromkeys(left, left["queue"])
        with office.reading() as reading:
            assert journal.verify_chain(reading.session).broken_at is None
        assert [found for found in examine_node(office.node, recount=True) if found.ok is False] == []


def acted(desk: Desk, part: str, server: Server) -> Counter[str]:
    """Do every act while a part is down, those that are refused again when it is up; what they left behind."""
    office, is_database = desk.office, part == "database"
    acts, (code, refused) = desk.acts(f"khi {part} dừng"), REFUSED[part]
    assert tuple(acts) == ACTS
    before = desk.facts()
    with down(server):
        for name in refused:
            answer = acts[name].do()
            assert answer.status_code == 503, name
            assert answer.headers["Retry-After"]
            assert "tạm thời không trả lời" in answer.text, name
            assert code in answer.text, name
            assert is_database or desk.facts() == before, name
        for name in sorted(set(ACTS) - set(refused)):
            assert acts[name].do().status_code == 303, (part, name)
        if not is_database:
            office.node.runner.drain()
    if is_database:
        assert desk.facts() == before
    for name in refused:
        assert acts[name].do().status_code == 303, name
    # What met the outage is tried again, at most so much later.
    office.clock.move(outbox.OUTAGE_DELAY)
    office.drain()
    assert {name: act.document().status for name, act in acts.items()} == {n: act.status for n, act in acts.items()}
    found = desk.get("c.clerk", f"/search?q=Giấy mời khi {part} dừng")
    assert found.text.count("Giấy mời") > 1
    after = desk.facts()
    after.subtract(before)
    del after["jobs"]
    return after


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

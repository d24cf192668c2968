"""Open pages hear that they should look again: from any process, by their rights, and never what it is about."""

import asyncio
import http.client
import json
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from docservice.bootstrap import Node, build
from docservice.core.hints import MOST_WAITING, Hint, Hints
from docservice.core.ids import new_id
from docservice.core.sandbox import Sandbox
from docservice.core.work import SYSTEM
from docservice.demo import people
from docservice.identity import accounts
from docservice.identity.models import Account
from docservice.web import hints
from docservice.web.app import create_app
from docservice.workflow import service as workflow
from scripts.local_servers import Postgres
from templates.convert import Converter
from tests.core.crew import wait_for
from tests.node import Office, open_office
from tests.web.conftest import open_account


@contextmanager
def serving(node: Node) -> Iterator[int]:
    """The pages over a node on a port of their own."""
    config = uvicorn.Config(create_app(node), port=0, log_config=None, timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 30
    while not server.started:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    try:
        port: int = server.servers[0].sockets[0].getsockname()[1]
        yield port
    finally:
        server.should_exit = True
        thread.join(timeout=30)


def session_of(office: Office, key: str) -> str:
    open_account(office, key)
    with office.node.transactions.work(SYSTEM) as work:
        person_id = people.actor(work, key).person_id
        assert person_id is not None
        assert work.session.get(Account, person_id) is not None
        return accounts.begin_session(work, person_id=person_id).token


class Stream:
    """A browser's connection to the hints, read event by event."""

    def __init__(self, port: int, token: str, **headers: str) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self._connection.request("GET", "/hints", headers={"Cookie": f"session={token}", **headers})
        self.answer = self._connection.getresponse()
        if self.answer.status == 200:
            # The first words come when the server listens for this page: what is done after them is heard.
            assert self.answer.readline().startswith(b"retry:")

    def event(self) -> tuple[str, str]:
        """The next event's name and data; a comment is ("", "")."""
        name, data = "", ""
        while line := self.answer.readline().decode():
            field, _, value = line.rstrip("\n").partition(": ")
            if field == "event":
                name = value
            elif field == "data":
                data = value
            elif line.startswith(":"):
                return "", ""
            elif line == "\n" and (name or data):
                return name, data
        raise AssertionError("the stream ended")

    def close(self) -> None:
        self.answer.close()
        self._connection.close()


def listened(port: int, token: str, **headers: str) -> Any:
    return closing(Stream(port, token, **headers))


def test_who_may_see_it_hears_and_nobody_else(office: Office) -> None:
    hidden = office.draft()
    with serving(office.node) as port, ExitStack() as open_pages:
        drafter = open_pages.enter_context(listened(port, session_of(office, "c.official")))
        other = open_pages.enter_context(listened(port, session_of(office, "c.other")))
        assert drafter.answer.status == 200
        assert drafter.answer.headers["Content-Type"].startswith("text/event-stream")
        office.act("c.official", workflow.submit, document_id=hidden)
        shown = office.draft(by="c.other")
        assert drafter.event() == ("look", json.dumps([str(hidden)]))
        # The first thing the other hears is of their own draft: of the hidden one they were told nothing.
        assert other.event() == ("look", json.dumps([str(shown)]))


def test_who_comes_back_looks_at_everything_and_who_signed_out_hears_no_more(office: Office) -> None:
    token = session_of(office, "c.official")
    with serving(office.node) as port:
        with listened(port, token, **{"Last-Event-ID": "7"}) as again:
            assert again.event() == ("everything", "")
            with office.node.transactions.work(SYSTEM) as work:
                accounts.end_session(work, token_sha256=accounts.digest(token))
            office.draft()
            assert again.event() == ("gone", "")
        with listened(port, token) as refused:
            assert refused.answer.status == 303


def test_a_person_has_so_many_connections_and_no_more(office: Office) -> None:
    token = session_of(office, "c.official")
    with serving(office.node) as port, ExitStack() as open_pages:
        for _ in range(hints.MOST_CONNECTIONS):
            assert open_pages.enter_context(listened(port, token)).answer.status == 200
        more = open_pages.enter_context(listened(port, token))
        assert more.answer.status == 429
        assert more.answer.headers["Retry-After"] == "60"


def test_a_listener_that_does_not_read_keeps_a_bounded_amount() -> None:
    async def overflow() -> None:
        board = Hints()
        with board.listening(frozenset({"a"})) as ear:
            board.tell(Hint(new_id(), frozenset({"b"})) for _ in range(3))
            assert ear.take().documents == frozenset()
            board.tell(Hint(new_id(), frozenset({"a"})) for _ in range(MOST_WAITING + 1))
            heard = ear.take()
            assert heard.everything
            assert heard.documents == frozenset()
            board.tell([Hint(new_id(), None)])
            await asyncio.wait_for(ear.wait(), 5)
            assert len(ear.take().documents) == 1

    asyncio.run(overflow())


@pytest.mark.servers
def test_one_process_hears_what_another_did_and_what_it_missed(
    postgres_server: Postgres, tmp_path: Path, sandbox: Sandbox
) -> None:
    with postgres_server.database() as url, open_office(tmp_path / "a", database_url=url, sandbox=sandbox) as office:
        settings = replace_folder(office, tmp_path / "b", url)
        elsewhere = build(
            settings, clock=office.clock, replace={Sandbox: sandbox, Converter: office.node.ports[Converter]}
        )
        try:
            token = session_of(office, "c.official")
            with serving(elsewhere) as port, ExitStack() as open_pages:
                wait_for(lambda: is_listened_to(office))
                page = open_pages.enter_context(listened(port, token))
                made, heard = [office.draft()], set[str]()
                while str(made[-1]) not in heard:
                    kind, told = page.event()
                    if kind == "everything":
                        # The listener's own beginning counts as something missed, and what happened then with it.
                        made.append(office.draft())
                    else:
                        heard |= set(json.loads(told))
                assert heard <= set(map(str, made))
                with office.node.database.engine.connect() as connection:
                    connection.exec_driver_sql(
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                        "WHERE query LIKE 'LISTEN%%' AND datname = current_database()"
                    )
                assert page.event() == ("everything", "")
                office.act("c.official", workflow.submit, document_id=made[-1])
                assert page.event() == ("look", json.dumps([str(made[-1])]))
        finally:
            elsewhere.close()


def is_listened_to(office: Office) -> bool:
    with office.node.database.engine.connect() as connection:
        listening = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'LISTEN%%' AND state = 'idle'"
        return bool(connection.exec_driver_sql(f"{listening} AND datname = current_database()").scalar())


def replace_folder(office: Office, folder: Path, url: str) -> Any:
    return office.node.settings.model_copy(update={"data_dir": folder, "database_url": url})

"""The pages over PostgreSQL: the same statements, the same answers."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from docservice.core.sandbox import Sandbox
from docservice.web.app import create_app
from scripts.local_servers import Postgres
from tests.node import REPORT, Office, open_office
from tests.web.conftest import ADDRESS, HERE, PASSWORD, open_account

pytestmark = pytest.mark.servers


@pytest.fixture
def big_office(postgres_server: Postgres, tmp_path: Path, sandbox: Sandbox) -> Iterator[Office]:
    with postgres_server.database() as url, open_office(tmp_path, database_url=url, sandbox=sandbox) as opened:
        yield opened


PAGES = {
    "c.official": ["/", "/?box=drafts&sort=due&q=bao", "/drafts/new", "/drafts/new/BC", "/case-files", "/account"],
    "c.clerk": ["/", "/?box=sent-back", "/registers?series=incoming", "/registers/export?year=2026", "/arrivals/paper"],
    "c.leader": ["/", "/?box=to-sign&sort=newest", "/meetings", "/meetings/new", "/search?q=bao+cao"],
    "c.archivist": ["/", "/case-files?q=a"],
    "c.admin": ["/operations", "/operations/doctor", "/people"],
    "c.security": ["/held"],
}


def test_every_page_answers(big_office: Office) -> None:
    document_id = big_office.released()
    waiting = big_office.checked(values={**REPORT, "subject": "Báo cáo chờ ký"})
    app = create_app(big_office.node)
    for key, pages in PAGES.items():
        open_account(big_office, key)
        client = TestClient(app, base_url=ADDRESS, client=HERE)
        client.post("/sign-in", data={"login": key, "password": PASSWORD})
        for page in pages:
            assert client.get(page).status_code == 200, page
        if key == "c.leader":
            assert "Báo cáo chờ ký" in client.get("/?box=to-sign").text
            assert client.get(f"/documents/{waiting}").status_code == 200
            assert str(document_id) in client.get("/search?q=312").text
        client.close()

"""Nobody in who does not belong: every route states its permission, and no route shows a stranger's anything."""

import re
from typing import Any
from uuid import uuid4

import pytest
from fastapi.routing import APIRoute

from docservice.demo import people
from docservice.edge import OpenToAll, Permit
from docservice.web.acts import roles_of
from docservice.workflow.transitions import ACTS
from tests.node import Office
from tests.web.conftest import Enter, Visitor

SECRET = "Chuyện riêng của xã không ai khác được biết"


def routes(app: Any) -> list[APIRoute]:
    """Every route, those of included routers too."""
    found: list[APIRoute] = []
    for route in app.routes:
        if isinstance(route, APIRoute):
            found.append(route)
        else:
            found += routes(route.original_router)
    assert found
    return found


def permissions(route: APIRoute) -> list[Permit | OpenToAll]:
    return [d.dependency for d in route.dependencies if isinstance(d.dependency, Permit | OpenToAll)]


def test_every_route_states_its_permission(app: Any) -> None:
    assert len(routes(app)) > 60
    for route in routes(app):
        assert len(permissions(route)) == 1, route.path


def test_what_is_open_to_all_is_a_short_list(app: Any) -> None:
    found = {route.path for route in routes(app) if isinstance(permissions(route)[0], OpenToAll)}
    assert found == {
        "/static/{digest}/{name}", "/vendor/{path:path}", "/favicon.ico", "/health", "/ready", "/metrics",
        "/sign-in", "/sign-in/demo", "/language", "/theme", "/agent/files/{signing_id}",
        "/vgca/files/{token}/{name}", "/vgca/uploads/{token}",
    }  # fmt: skip


def test_every_act_has_a_route_with_the_roles_of_its_table(app: Any) -> None:
    by_path = {route.path: permissions(route)[0] for route in routes(app)}
    for verb in ACTS:
        if verb in {"draft", "revise"}:
            continue
        permission = by_path[f"/documents/{{document_id}}/acts/{verb}"]
        assert isinstance(permission, Permit)
        assert permission.roles == set(roles_of(verb))


@pytest.fixture
def secret(office: Office) -> str:
    """A draft of the commune that waits for its own people only, with a case file and a meeting."""
    values = {
        "subject": SECRET,
        "body": [{"paragraph": SECRET}],
        "recipients": ["UBND tỉnh Hoa Ban"],
        "archive": "VT",
    }
    document_id = office.draft(values)
    office.drain()
    return str(document_id)


def fill(path: str, document_id: str) -> str:
    """The address with the secret's id wherever one is wanted."""
    path = path.replace("{document_id}", document_id).replace("{kind}", "BC")
    path = (
        path.replace("{n}", "1")
        .replace("{number}", "1")
        .replace("{side}", "after")
        .replace("{page}", "1")
        .replace("{ordinal}", "1")
        .replace("{series}", "outgoing")
    )
    return re.sub(r"{\w+}", str(uuid4()), path)


# "/hints" is a stream without an end, whose rights have tests of their own (test_hints).
ELSEWHERE = {"/sign-out", "/static/{digest}/{name}", "/vendor/{path:path}", "/operations/doctor", "/hints"}


@pytest.mark.parametrize("key", ["p.clerk", "p.leader", "k.leader", "s.clerk", "c.other", "c.archivist", "c.admin"])
def test_a_strangers_document_is_nowhere(app: Any, enter: Enter, secret: str, key: str) -> None:
    visitor = enter(key)
    for route in routes(app):
        for method in route.methods or ():
            if route.path in ELSEWHERE:
                continue
            address = fill(route.path, secret)
            if method == "GET":
                for query in (f"?answers={secret}&q=chuyen+rieng&revision=1", f"?as={uuid4()}&revision=1"):
                    answer = visitor.get(address + query)
                    assert SECRET not in answer.text, (route.path, query)
                    if "{document_id}" in route.path:
                        assert answer.status_code in {403, 404}, (route.path, query)
            else:
                answer = visitor.post(
                    address,
                    {"document_id": secret, "answers": secret, "ids": secret, "note": "x", "title": "x",
                     "consented_sha256": "0" * 64, "consents": "x", "revisions": "1", "lead_unit_id": str(uuid4()),
                     "post_id": str(uuid4()), "signer_post_id": str(uuid4()), "purpose": "x", "granted": "true"},
                    follow_redirects=False,
                )  # fmt: skip
                assert SECRET not in answer.text, route.path
                if "{document_id}" in route.path:
                    assert answer.status_code in {403, 404, 422}, route.path


def test_the_right_people_see_it(enter: Enter, secret: str) -> None:
    page = enter("c.official").get(f"/documents/{secret}")
    assert page.status_code == 200
    assert SECRET in page.text


def test_counts_are_of_what_one_may_see(enter: Enter, office: Office) -> None:
    office.checked()
    assert "box=to-sign" in enter("c.leader").get("/").text
    counted = re.compile(r'href="/\?box=to-sign".*?class="count[^"]*">(\d+)<', re.DOTALL)
    mine = counted.search(enter("c.leader").get("/?box=to-sign").text)
    theirs = counted.search(enter("p.leader").get("/?box=to-sign").text)
    assert mine is not None
    assert theirs is not None
    assert (mine[1], theirs[1]) == ("1", "0")


def test_a_post_not_held_is_refused(enter: Enter, office: Office, secret: str) -> None:
    other = office.post("c.leader")
    assert enter("c.official").get(f"/documents/{secret}?as={other}").status_code == 404
    assert enter("c.official").post(f"/documents/{secret}/acts/submit", {"as_post": str(other)}).status_code == 404


def test_somebody_with_two_posts_has_one_inbox(enter: Enter, office: Office) -> None:
    commune = office.released()
    council = office.draft(
        by="k.official", signer_post_id=office.post("k.leader"), receiver_codes=[people.COMMUNE],
        values={"subject": "Việc của Hội đồng", "body": [{"paragraph": "a"}], "recipients": ["b"], "archive": "VT"},
    )  # fmt: skip
    clerk = enter("c.clerk")
    page = clerk.get("/search?q=").text
    assert str(commune) in page
    assert str(council) not in page
    assert f"?as={office.post('c.clerk')}" in page


def test_assets_outside_the_list_are_not_served(stranger: Visitor) -> None:
    for path in ("/vendor/htmx.org@2.0.11/package.json", "/vendor/htmx.org@9.9.9/dist/htmx.min.js",
                 "/vendor/pdfjs-dist@6.5.438/cmaps/../../package.json", "/static/0000000000000000/app.css",
                 "/static/x/..%2Fshell.py"):  # fmt: skip
        assert stranger.get(path).status_code == 404, path


@pytest.mark.parametrize("key", ["c.security", "c.admin", "c.archivist", "c.clerk"])
def test_the_menu_offers_nothing_that_is_refused(enter: Enter, key: str) -> None:
    visitor = enter(key)
    menu = visitor.get("/").text.partition('<nav class="rail"')[2].partition("</nav>")[0]
    offered = re.findall(r'href="(/[^"]*)"', menu)
    assert offered
    assert [visitor.get(address).status_code for address in offered] == [200] * len(offered)

"""Signing on the phone by the pages: the button, the waiting page with the code, results, and who sees none of it."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from sqlalchemy import select

from docservice.core.sandbox import Sandbox
from docservice.demo import people
from docservice.doctor import examine_node
from docservice.identity.models import Certificate
from docservice.identity.queries import certificate_of
from docservice.signatures.remote_models import RemoteCredential
from tests.node import Office
from tests.signatures.phones import (
    USER,
    agreed,
    fact,
    give_phone,
    office_with_phones,
    shown,
    wait_for,
    wait_until_ended,
)
from tests.signing.remote.csc_server import Service
from tests.web.conftest import Enter, Visitor


@pytest.fixture
def service() -> Service:
    return Service()


@pytest.fixture
def office(seeded: Path, tmp_path: Path, sandbox: Sandbox, service: Service) -> Iterator[Office]:
    with office_with_phones(seeded, tmp_path, sandbox, service) as found:
        yield found


def start(leader: Visitor, documents: list[UUID]) -> str:
    """Ask by the page; the address of the waiting page."""
    answer = leader.post("/phone", {"ids": [str(document_id) for document_id in documents]})
    assert answer.status_code == 200, answer.text
    return answer.url.path


def request_of(address: str) -> UUID:
    return UUID(urlsplit(address).path.rpartition("/")[2])


def test_the_same_code_on_both_screens_until_it_is_signed(office: Office, service: Service, enter: Enter) -> None:
    give_phone(office, service)
    service.phone.answer = None
    (first, second) = agreed(office, 2)
    leader = enter("c.leader")
    assert "Ký qua điện thoại" in leader.get(f"/documents/{first}").text
    waiting = start(leader, [first, second])
    request = request_of(waiting)
    assert "Đang gửi yêu cầu" in leader.get(waiting).text
    wait_for(office, lambda: shown(service) == 1)
    page = leader.get(waiting).text
    code = fact(office, request).code
    assert f'<p class="shared-code">{code}</p>' in page
    assert service.phone.shown[0].startswith(f"Mã đối chiếu {code}")
    assert page.count("Chờ điện thoại") == 2
    # The browser may be closed meanwhile: the address is all it takes, and the button leads back to it.
    assert enter("c.leader").get(f"{waiting}/state").text.count("Chờ điện thoại") == 2
    assert start(leader, [first]) == waiting
    service.phone.tap("yes")
    wait_until_ended(office, request)
    done = leader.get(f"{waiting}/state").text
    assert "Đã ký xong." in done
    assert done.count('<span class="tag passed">Đã ký</span>') == 2
    assert "hx-trigger" not in done
    assert shown(service) == 1


def test_refused_on_the_phone_is_said_with_the_reason(office: Office, service: Service, enter: Enter) -> None:
    give_phone(office, service)
    service.phone.answer = "no"
    (document_id,) = agreed(office, 1)
    leader = enter("c.leader")
    waiting = start(leader, [document_id])
    wait_until_ended(office, request_of(waiting))
    page = leader.get(waiting).text
    assert "Người ký từ chối" in page
    assert "người ký từ chối trên điện thoại" in page
    assert "người ký từ chối trên điện thoại" in leader.get(f"/documents/{document_id}").text
    leader.client.cookies.set("language", "en")
    assert "the signer refused on the phone" in leader.get(waiting).text


def test_called_off_on_the_page(office: Office, service: Service, enter: Enter) -> None:
    give_phone(office, service)
    service.phone.answer = None
    (document_id,) = agreed(office, 1)
    leader = enter("c.leader")
    waiting = start(leader, [document_id])
    wait_for(office, lambda: shown(service) == 1)
    assert "Đã hủy" in leader.post(f"{waiting}/cancel").text
    assert office.status(document_id) == "signature"
    assert leader.post(f"{waiting}/cancel").status_code == 409
    service.phone.tap("yes")
    office.clock.move(timedelta(seconds=10))
    office.node.runner.drain()
    assert service.asked("signatures/signHash") == []


def test_the_next_confirmation_is_one_click_away(office: Office, service: Service, enter: Enter) -> None:
    give_phone(office, service, multisign=1)
    documents = agreed(office, 2)
    leader = enter("c.leader")
    waiting = start(leader, documents)
    wait_for(office, lambda: fact(office, request_of(waiting)).ended_as is not None)
    page = leader.get(waiting).text
    assert "Đã ký xong." in page
    wait_for(office, lambda: {office.status(d) for d in documents} == {"to_number"})


def test_signing_many_leads_to_the_phone(office: Office, service: Service, enter: Enter) -> None:
    give_phone(office, service)
    documents = [office.checked() for _ in range(2)]
    leader = enter("c.leader")
    revisions = [office.document(document_id).revision for document_id in documents]
    leader.post(
        "/signing",
        {
            "ids": [str(document_id) for document_id in documents],
            "consents": [office.shown(document_id) for document_id in documents],
            "revisions": [str(revision) for revision in revisions],
        },
    )
    office.drain()
    results = leader.post("/signing/results", {"ids": [str(document_id) for document_id in documents]}).text
    assert 'action="/phone"' in results
    assert "load delay" not in results
    request = request_of(start(leader, documents))
    assert wait_until_ended(office, request).items == ("signed", "signed")


def test_nobody_else_sees_or_stops_it(office: Office, service: Service, enter: Enter) -> None:
    give_phone(office, service)
    service.phone.answer = None
    (document_id,) = agreed(office, 1)
    waiting = start(enter("c.leader"), [document_id])
    for other in ("c.clerk", "p.leader"):
        stranger = enter(other)
        for answer in (stranger.get(waiting), stranger.get(f"{waiting}/state"), stranger.post(f"{waiting}/cancel")):
            assert answer.status_code == 404
        assert stranger.post("/phone", {"ids": [str(document_id)]}).status_code in {403, 404}
    assert enter("c.leader").post("/phone").status_code == 409


def test_a_key_is_registered_by_its_persons_number(office: Office, service: Service, enter: Enter) -> None:
    give_phone(office, service, person="c.clerk")
    admin = enter("c.admin")
    with office.reading() as reading:
        leader = people.actor(reading, "c.leader").person_id
        old = certificate_of(reading, person_id=leader)
    assert "Đăng ký khóa ở dịch vụ ký qua điện thoại" in admin.get("/certificates").text
    # The key is registered for another already.
    assert admin.post("/certificates/phone", {"user": USER, "person_id": str(leader)}).status_code == 409
    held = give_phone(office, service, person="c.official")
    service.held = {"a": held}
    service.owners = {"ba": ["a"], "hai": ["a", "b"], "khong": []}
    other = Service()
    other.held, other.owners = {}, {}
    for user in ("khong", "nobody"):
        answer = admin.post("/certificates/phone", {"user": user, "person_id": str(leader)})
        assert answer.status_code == 422
        assert "không hoạt động hoặc không xác nhận bằng điện thoại" in answer.text
    assert admin.post("/certificates/phone", {"user": "ba", "person_id": "x"}).status_code == 404
    assert enter("c.clerk").post("/certificates/phone", {"user": USER}).status_code == 403
    with office.reading() as reading:
        assert certificate_of(reading, person_id=leader).id == old.id


def test_where_somebody_has_several_keys_one_is_chosen(office: Office, service: Service, enter: Enter) -> None:
    first = give_phone(office, service, person="c.clerk")
    second = give_phone(office, service, person="c.official")
    with office.node.database.writing() as session:
        for row in (*session.scalars(select(RemoteCredential)),):
            session.delete(row)
        session.flush()
        for row in session.scalars(select(Certificate).where(Certificate.source == "remote")):
            session.delete(row)
    service.held = {"a": first, "b": second}
    service.owners = {USER: ["a", "b"]}
    admin = enter("c.admin")
    with office.reading() as reading:
        leader = people.actor(reading, "c.leader").person_id
    page = admin.post("/certificates/phone", {"user": USER, "person_id": str(leader)}).text
    assert page.count('name="credential_id"') == 2
    assert admin.post(
        "/certificates/phone", {"user": USER, "person_id": str(leader), "credential_id": "b"}
    ).url.path == "/certificates"  # fmt: skip
    with office.reading() as reading:
        found = certificate_of(reading, person_id=leader)
        assert reading.session.get_one(RemoteCredential, found.id).credential_id == "b"
        assert found.source == "remote"


def test_doctor_says_which_service_and_whether_it_answers(office: Office, service: Service) -> None:
    def said() -> tuple[bool | None, str]:
        (finding,) = [f for f in examine_node(office.node, recount=False) if f.port == "phone"]
        return finding.ok, finding.text

    assert said() == (True, "Dịch vụ ký thử (CSC 1.0.4.0), chờ tối đa 240 giây")
    (office.node.settings.base / "remote-secret").write_text("another")
    ok, text = said()
    assert ok is False
    assert "remote_locked_out" in text

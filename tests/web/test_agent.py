"""Signing with the official's own token, by the pages: jobs, the one file they open, and answers taken one by one."""

import base64
import json
from datetime import timedelta
from uuid import UUID

import jwt
import pytest

from docservice.core.work import SYSTEM
from docservice.signatures import stepwise
from docservice.signatures.agent import JobKeys
from docservice.signatures.models import Ending
from docservice.workflow import service as workflow
from signing.agent.jobs import check_item, fingerprint, read
from tests.node import Office
from tests.signatures.test_stepwise import asked, move_key
from tests.web.conftest import ADDRESS, Enter, Visitor


def waiting(office: Office, count: int) -> list[UUID]:
    """Documents that the leader agreed to sign and that wait for the leader's token."""
    found = [office.checked() for _ in range(count)]
    for document_id in found:
        office.sign(document_id)
    return found


def job_for(leader: Visitor, ids: list[UUID]) -> str:
    answer = leader.post("/agent/jobs", {"ids": [str(document_id) for document_id in ids]})
    assert answer.status_code == 200, answer.text
    return str(answer.json()["job"])


def bearer(job: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {job.rpartition('.')[2]}"}


def test_two_documents_by_one_job_each_with_its_own_result(office: Office, enter: Enter) -> None:
    key = move_key(office)
    first, second = waiting(office, 2)
    leader = enter("c.leader")
    assert "Ký bằng thiết bị trên máy này" in leader.get(f"/documents/{first}").text
    told = leader.get("/agent/key").json()["key"]
    job_key = office.node.ports[JobKeys].current().public_key()
    assert base64.urlsafe_b64decode(told + "==") == job_key.public_bytes_raw()

    token = job_for(leader, [first, second])
    job = read(token, {fingerprint(job_key): job_key}, origin=ADDRESS, now=office.clock.now())
    assert [item.title for item in job.items] == [office.document(d).title for d in (first, second)]
    results = []
    for item in job.items:
        pdf = leader.client.get(item.path, headers=bearer(token)).content
        check_item(item, pdf, certificate_sha256=job.certificate_sha256)
        results.append({"id": item.id, "value": base64.b64encode(key.sign(item.attributes)).decode()})
    results[1]["value"] = results[0]["value"]
    answer = leader.post("/agent/results", {"results": json.dumps(results)}).json()["results"]
    assert [entry["error"] for entry in answer] == [None, "signature_value_wrong"]
    office.drain()
    assert [office.status(d) for d in (first, second)] == ["to_number", "signing"]


def test_a_batch_says_what_was_refused_and_what_waits(office: Office, enter: Enter) -> None:
    move_key(office)
    refused, waits = waiting(office, 2)
    leader = enter("c.leader")
    with office.node.transactions.work(SYSTEM) as work:
        stepwise.end(work, document_id=refused, ending=Ending.REFUSED)
    page = leader.post("/signing/results", {"ids": [str(refused), str(waits)]}).text
    assert "Người ký từ chối" in page
    assert "Chờ thiết bị ký số: 1 văn bản." in page
    assert "Đã ký<" not in page
    office.act("c.leader", workflow.cancel_signing, document_id=waits)
    page = leader.post("/signing/results", {"ids": [str(refused), str(waits)]}).text
    assert "Đã xong; 2 văn bản chưa ký được" in page


def test_the_file_is_for_the_job_alone_and_for_two_minutes(office: Office, enter: Enter) -> None:
    move_key(office)
    (document_id, other) = waiting(office, 2)
    leader = enter("c.leader")
    token = job_for(leader, [document_id])
    path = f"/agent/files/{asked(office, document_id)[0].id}"
    assert leader.client.get(path, headers=bearer(token)).content.startswith(b"%PDF")
    for headers in ({}, {"Authorization": "Bearer "}, {"Authorization": "Bearer AAAA"}):
        assert leader.client.get(path, headers=headers).status_code == 403
    assert leader.client.get(f"/agent/files/{asked(office, other)[0].id}", headers=bearer(token)).status_code == 403
    office.clock.move(timedelta(seconds=121))
    assert leader.client.get(path, headers=bearer(token)).status_code == 403


def test_a_job_is_only_for_the_person_who_was_asked(office: Office, enter: Enter) -> None:
    move_key(office)
    (document_id,) = waiting(office, 1)
    for other in ("c.clerk", "p.clerk"):
        answer = enter(other).post("/agent/jobs", {"ids": [str(document_id)]})
        assert answer.status_code in {403, 404}
        assert "job" not in answer.json()


@pytest.mark.parametrize(
    "results", ["", "{}", "[1]", '[{"id": "x"}]', '[{"value": "AAAA"}]', '[{"id": 1, "value": "ä"}]']
)
def test_an_answer_that_cannot_be_read_changes_nothing(office: Office, enter: Enter, results: str) -> None:
    answer = enter("c.leader").post("/agent/results", {"results": results}, headers={"Accept": "application/json"})
    assert answer.status_code == 422


def test_nothing_chosen_or_nothing_waiting_is_said(office: Office, enter: Enter) -> None:
    move_key(office)
    leader = enter("c.leader")
    assert leader.post("/agent/jobs").json()["code"] == "nothing_to_sign"
    document_id = office.checked()
    assert leader.post("/agent/jobs", {"ids": [str(document_id)]}).json()["code"] == "signing_over"


def test_the_job_is_signed_by_the_key_agents_know(office: Office, enter: Enter) -> None:
    move_key(office)
    (document_id,) = waiting(office, 1)
    token = job_for(enter("c.leader"), [document_id])
    assert jwt.get_unverified_header(token)["kid"] == fingerprint(office.node.ports[JobKeys].current().public_key())

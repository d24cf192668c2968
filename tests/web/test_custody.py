"""After the agency's device changed hands: nobody who gave it away signs with it by any way, and no seal is stuck."""

import base64
import json
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from docservice.core.sandbox import Sandbox
from docservice.core.work import SYSTEM
from docservice.demo import people
from docservice.identity import custody
from docservice.identity import service as identity
from docservice.identity.errors import NotCustodian
from docservice.identity.models import Tenure
from docservice.signatures.models import PreparedSigning, Signing
from docservice.workflow import service as workflow
from tests.node import Office
from tests.signatures.phones import ask, give_phone, office_with_phones, wait_for, wait_until_ended
from tests.signatures.test_stepwise import move_key
from tests.signing.remote.csc_server import Service
from tests.web.conftest import ADDRESS, Enter
from tests.web.test_agent import job_for
from tests.web.test_vgca import Tool, at_vgca
from tests.web.test_vgca import asked as asked_of_tool


def sealing(office: Office) -> UUID:
    """A report whose seal the clerk began, and that waits for the agency's key elsewhere."""
    document_id = office.checked()
    office.sign(document_id)
    office.act("c.clerk", workflow.number, document_id=document_id)
    office.drain()
    office.act("c.clerk", workflow.seal, document_id=document_id)
    office.drain()
    assert office.status(document_id) == "sealing"
    return document_id


def seal_of(office: Office, document_id: UUID) -> UUID:
    with office.reading() as reading:
        wanted = select(Signing.id).where(Signing.document_id == document_id, Signing.field == "agency")
        return reading.session.scalars(wanted).one()


def hand_over(office: Office, *, after: timedelta = timedelta(days=1)) -> None:
    """After a while somebody else keeps the device from that day on."""
    office.clock.move(after)
    with office.node.transactions.work(SYSTEM) as work:
        receiver = people.actor(work, "c.official")
        assert receiver.agency_id is not None
        assert receiver.person_id is not None
        custody.hand_over(
            work,
            agency_id=receiver.agency_id,
            label="Khóa mẫu của cơ quan",
            person_id=receiver.person_id,
            permission="Giấy ủy quyền số 05/GUQ-UBND",
            minutes="Biên bản số 02/BB-UBND",
            valid_from=work.today,
        )


def test_a_token_signs_no_seal_for_whoever_gave_it_away(office: Office, enter: Enter) -> None:
    key = move_key(office, "c.clerk", agency=True)
    document_id = sealing(office)
    clerk = enter("c.clerk")
    job_for(clerk, [document_id])
    signing_id = seal_of(office, document_id)
    with office.reading() as reading:
        value = key.sign(reading.session.get_one(PreparedSigning, signing_id).to_sign)
    hand_over(office)
    # The session of the day before is over.
    clerk = enter("c.clerk")
    answer = clerk.post("/agent/jobs", {"ids": [str(document_id)]})
    assert (answer.status_code, answer.json()["code"]) == (403, "not_custodian")
    # Nor is a value taken that the token made for the job of the day before.
    results = json.dumps([{"id": str(signing_id), "value": base64.b64encode(value).decode()}])
    (told,) = clerk.post("/agent/results", {"results": results}).json()["results"]
    assert told["error"] == "not_custodian"
    assert "đang được giao quản lý thiết bị" in told["message"]
    assert office.status(document_id) == "sealing"


def test_a_tool_signs_no_seal_for_whoever_gave_the_device_away(office: Office, enter: Enter, app: Any) -> None:
    key = move_key(office, "c.clerk", agency=True)
    at_vgca(office)
    document_id = sealing(office)
    tool = Tool(TestClient(app, base_url=ADDRESS, client=("127.0.0.1", 50001)), office, key, field="agency")
    office.clock.move(timedelta(hours=14, minutes=55))
    ((_, parameters),) = asked_of_tool(enter("c.clerk"), document_id)
    signed = tool.sign(tool.fetch(parameters).content)
    # Midnight is between the file that was fetched and the one that comes back: its address would be good still.
    hand_over(office, after=timedelta(minutes=8))
    answer = tool.bring(parameters, signed)
    assert (answer.status_code, answer.json()["Status"]) == (403, False)
    assert "đang được giao quản lý thiết bị" in answer.json()["Message"]
    assert enter("c.clerk").post(f"/documents/{document_id}/vgca").json()["code"] == "not_custodian"
    assert office.status(document_id) == "sealing"


def test_a_phone_seals_nothing_for_whoever_gave_the_key_away(seeded: Path, tmp_path: Path, sandbox: Sandbox) -> None:
    service = Service()
    with office_with_phones(seeded, tmp_path, sandbox, service) as office:
        give_phone(office, service, "c.clerk", agency=True)
        first, second = sealing(office), sealing(office)
        service.phone.answer = None
        (request,) = ask(office, [first], by="c.clerk")
        wait_for(office, lambda: len(service.phone.shown) == 1)
        hand_over(office, after=timedelta())
        with pytest.raises(NotCustodian):
            ask(office, [second], by="c.clerk")
        # The person confirms what was asked for before: the document waits for a seal again.
        service.phone.tap("yes")
        kept = wait_until_ended(office, request)
        assert (kept.ended_as, kept.problem) == ("failed", "not_custodian")
        assert (office.status(first), office.status(second)) == ("to_seal", "sealing")


def test_the_posts_next_holder_calls_off_the_seal_that_was_begun(office: Office, enter: Enter) -> None:
    move_key(office, "c.clerk", agency=True)
    document_id = sealing(office)
    post_id = office.post("c.clerk")
    with office.node.transactions.work(SYSTEM) as work:
        clerk, next_one = people.actor(work, "c.clerk"), people.actor(work, "c.official")
        tenure = work.session.scalars(select(Tenure).where(Tenure.post_id == post_id)).one()
        assert clerk.agency_id is not None
        assert next_one.person_id is not None
        identity.end_tenure(work, agency_id=clerk.agency_id, tenure_id=tenure.id, last_day=work.today)
        identity.appoint(work, post_id=post_id, person_id=next_one.person_id, valid_from=work.today + timedelta(days=1))
    office.clock.move(timedelta(days=1))
    successor, acting = enter("c.official"), {"as_post": str(post_id)}
    assert "cancel_signing" in successor.get(f"/documents/{document_id}").text
    assert successor.post(f"/documents/{document_id}/acts/cancel_signing", acting).status_code == 200
    assert office.status(document_id) == "to_seal"
    # The post brings no key: that is handed over by minutes.
    assert successor.post(f"/documents/{document_id}/acts/seal", acting).status_code == 403

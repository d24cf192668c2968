"""VGCA Sign Service, simulated: it fetches a file by a one-time address, signs it whole and brings it back once."""

import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from fastapi.testclient import TestClient
from pyhanko.pdf_utils.reader import PdfFileReader

from docservice.core.work import SYSTEM
from docservice.documents import queries, storing
from docservice.identity.models import Certificate
from docservice.signatures import stepwise
from docservice.signatures.errors import SignatureValueWrong
from docservice.signatures.queries import open_signings, unstamped
from docservice.signatures.stamps import StampSource
from signing.keys import SigningKey
from signing.pdf import sign
from signing.request import Level, SignRequest
from tests.node import Office
from tests.signatures.test_annexes import with_annexes
from tests.signatures.test_stepwise import move_key
from tests.signing.builders import paper, signers
from tests.signing.forgeries import updates
from tests.web.conftest import ADDRESS, Enter, Visitor
from tests.workflow.test_slips import sign as give_opinion
from tests.workflow.test_slips import slip


@dataclass
class Tool:
    """The program on the official's computer: no session, no cookies; `change` is what it does besides signing."""

    client: TestClient
    office: Office
    key: SigningKey
    change: Callable[[bytes], bytes] = lambda pdf: pdf
    field: str = "leader"
    level: Level = Level.B_T

    def fetch(self, parameters: dict[str, Any]) -> Any:
        return self.client.get(urlsplit(parameters["FileName"]).path)

    def bring(self, parameters: dict[str, Any], pdf: bytes) -> Any:
        files = {"uploadfile": ("signed.pdf", pdf, "application/pdf")}
        return self.client.post(urlsplit(parameters["FileUploadHandler"]).path, files=files)

    def sign(self, pdf: bytes) -> bytes:
        stamps = self.office.node.ports[StampSource].current()
        request = SignRequest(self.field, self.level)
        return sign(pdf, request, key=self.key, timestamps=stamps, now=self.office.clock.now())

    def run(self, parameters: dict[str, Any]) -> dict[str, Any]:
        answer = self.bring(parameters, self.change(self.sign(self.fetch(parameters).content)))
        told: dict[str, Any] = answer.json()
        return told


@pytest.fixture
def tool(office: Office, app: Any) -> Tool:
    key = move_key(office)
    at_vgca(office)
    return Tool(TestClient(app, base_url=ADDRESS, client=("127.0.0.1", 50001)), office, key)


def at_vgca(office: Office) -> None:
    with office.node.transactions.work(SYSTEM) as work:
        for certificate in work.session.query(Certificate).filter(Certificate.source == "agent"):
            certificate.source = "vgca"


def signing(office: Office) -> UUID:
    document_id = office.checked()
    office.sign(document_id)
    assert office.status(document_id) == "signing"
    return document_id


def asked(visitor: Visitor, document_id: UUID) -> list[tuple[str, dict[str, Any]]]:
    answer = visitor.post(f"/documents/{document_id}/vgca")
    assert answer.status_code == 200, answer.text
    return [(entry["act"], json.loads(entry["parameters"])) for entry in answer.json()["asked"]]


def test_a_leader_signs_and_the_document_goes_on_to_its_seal(office: Office, enter: Enter, tool: Tool) -> None:
    document_id = signing(office)
    leader = enter("c.leader")
    page = leader.get(f"/documents/{document_id}").text
    assert "Ký bằng VGCA Sign Service" in page
    # The machine has done its part: nobody is to wait for it.
    assert "Chờ thiết bị ký số" in page
    assert "Hệ thống đang làm" not in page
    batch = leader.post("/signing/results", {"ids": [str(document_id)]}).text
    assert f'data-vgca-sign="{document_id}"' in batch
    assert "Chờ thiết bị ký số: 1 văn bản." in batch
    ((act, parameters),) = asked(leader, document_id)
    assert act == "SignApproved"
    assert tool.run(parameters)["Status"] is True
    office.drain()
    assert office.status(document_id) == "to_number"
    with office.reading() as reading:
        version = queries.latest_version(reading, document_id)
    assert version is not None
    assert (version.verdict or {})["passed"]


def test_an_opinion_stays_outside_what_the_tool_signs_and_the_page_says_so(
    office: Office, enter: Enter, tool: Tool
) -> None:
    document_id = slip(office, "c.leader", "c.head")
    leader = enter("c.leader")
    address = f"/documents/{document_id}"
    assert "Ký bằng VGCA Sign Service thì ý kiến chỉ hiện ở mục Người ký" in leader.get(address).text
    give_opinion(office, document_id, "c.leader", opinion="Đồng ý mua một máy.")
    tool.field = "person1"
    ((_, parameters),) = asked(leader, document_id)
    assert tool.run(parameters)["Status"] is True
    office.drain()
    assert "Đồng ý mua một máy." in leader.get(address).text
    with office.reading() as reading:
        pdf = storing.get(reading.ports, queries.versions(reading, document_id)[-1].sha256)
    (made,) = PdfFileReader(io.BytesIO(pdf)).embedded_signatures
    assert (made.field_name, made.sig_object.get("/Reason")) == ("person1", None)


def test_a_tool_without_time_stamps_leaves_one_to_come(office: Office, enter: Enter, tool: Tool) -> None:
    document_id = signing(office)
    tool.level = Level.B_B
    ((_, parameters),) = asked(enter("c.leader"), document_id)
    assert tool.run(parameters)["Status"] is True
    office.drain()
    with office.reading() as reading:
        assert len(unstamped(reading, document_id)) == 1
    assert office.status(document_id) == "to_number"


def test_each_address_works_once_and_for_ten_minutes(office: Office, enter: Enter, tool: Tool) -> None:
    document_id = signing(office)
    leader = enter("c.leader")
    ((_, parameters),) = asked(leader, document_id)
    pdf = tool.fetch(parameters).content
    assert pdf.startswith(b"%PDF")
    assert tool.fetch(parameters).status_code == 404
    assert tool.bring(parameters, b"%PDF-rubbish").status_code == 422
    assert tool.bring(parameters, tool.sign(pdf)).status_code == 404
    ((_, later),) = asked(leader, document_id)
    office.clock.move(timedelta(minutes=11))
    assert tool.fetch(later).status_code == 404
    assert tool.bring(later, tool.sign(pdf)).status_code == 404
    assert office.status(document_id) == "signing"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda _: paper("Một tệp khác"), "không phải tệp đã giao"),
        (lambda pdf: pdf[: len(pdf) // 3], "không phải tệp đã giao"),
        (lambda pdf: updates.updated(pdf, updates.append_content), "không hợp lệ"),
        (lambda pdf: updates.updated(pdf, updates.add_page), "không hợp lệ"),
        (lambda pdf: pdf + b"\n% more", "không hợp lệ"),
    ],
)
def test_what_was_changed_besides_is_not_taken(
    office: Office, enter: Enter, tool: Tool, change: Callable[[bytes], bytes], reason: str
) -> None:
    document_id = signing(office)
    tool.change = change
    ((_, parameters),) = asked(enter("c.leader"), document_id)
    told = tool.run(parameters)
    assert told["Status"] is False
    assert reason in told["Message"]
    office.drain()
    assert office.status(document_id) == "signing"


def test_a_page_changed_before_the_tool_signs_is_not_taken(office: Office, enter: Enter, tool: Tool) -> None:
    """Its own signature vouches for the change; only what was handed out tells."""
    document_id = signing(office)
    ((_, parameters),) = asked(enter("c.leader"), document_id)
    changed = updates.updated(tool.fetch(parameters).content, updates.append_content)
    told = tool.bring(parameters, tool.sign(changed)).json()
    assert told["Status"] is False
    assert "thay đổi ngoài chữ ký" in told["Message"]
    office.drain()
    assert office.status(document_id) == "signing"


def test_the_same_file_unsigned_or_by_another_or_elsewhere_is_not_taken(
    office: Office, enter: Enter, tool: Tool, tmp_path: Path
) -> None:
    document_id = signing(office)
    leader = enter("c.leader")
    ((_, parameters),) = asked(leader, document_id)
    pdf = tool.fetch(parameters).content
    assert "không có thêm đúng một chữ ký" in tool.bring(parameters, pdf).json()["Message"]
    stranger = Tool(tool.client, office, signers(tmp_path / "pki", now=office.clock.now()).leader, level=Level.B_B)
    for other, reason in (
        (stranger, "không phải của chứng thư số"),
        (Tool(tool.client, office, tool.key, field="agency"), "không nằm ở ô ký"),
    ):
        ((_, parameters),) = asked(leader, document_id)
        assert reason in other.run(parameters)["Message"]
    assert office.status(document_id) == "signing"


def test_a_bare_value_is_not_taken_where_a_tool_signs_whole_files(office: Office, tool: Tool) -> None:
    document_id = signing(office)
    with office.reading() as reading:
        (open_one,) = open_signings(reading, document_id)
    with pytest.raises(SignatureValueWrong):
        office.act("c.leader", stepwise.hand_in, signing_id=open_one.id, value=tool.key.sign(b""))


def test_nobody_else_opens_a_door(office: Office, enter: Enter, tool: Tool) -> None:
    document_id = signing(office)
    for key in ("c.clerk", "p.clerk"):
        assert enter(key).post(f"/documents/{document_id}/vgca").status_code in {403, 404}
    assert tool.client.get("/vgca/files/AAAA/van-ban.pdf").status_code == 404


def test_a_seal_by_the_tool_covers_the_annexes(office: Office, enter: Enter, app: Any) -> None:
    key = move_key(office, "c.clerk", agency=True)
    at_vgca(office)
    document_id = with_annexes(office, first=paper("Phụ lục 1"))
    clerk = enter("c.clerk")
    assert clerk.post(f"/documents/{document_id}/acts/seal").status_code == 200
    office.drain()
    client = TestClient(app, base_url=ADDRESS, client=("127.0.0.1", 50001))
    found = asked(clerk, document_id)
    assert sorted(act for act, _ in found) == ["SignAppendix", "SignIssued"]
    for act, parameters in found:
        field = "annex1" if act == "SignAppendix" else "agency"
        assert Tool(client, office, key, field=field).run(parameters)["Status"] is True
        office.drain()
    assert office.status(document_id) == "to_release"

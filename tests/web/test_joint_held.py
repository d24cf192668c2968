"""What was sent to be signed first and is held at the other side's intake: its sender learns what became of it."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select

from docservice.core.intake import IntakeItem
from docservice.core.sandbox import Sandbox
from docservice.documents.models import Document
from docservice.exchange import holding
from docservice.exchange.queries import parcels_of
from docservice.identity.queries import actor_as
from docservice.workflow import service as workflow
from templates.convert import Converter
from tests.canned import CannedConverter
from tests.exchange.test_intake import appoint_officer
from tests.node import Office, open_office
from tests.web.conftest import Enter
from tests.workflow.test_joint_first import REASON, with_partner


@pytest.fixture
def office(seeded: Path, tmp_path: Path, sandbox: Sandbox) -> Iterator[Office]:
    """An office whose pages have a line that reads like a mark of secrecy."""
    shutil.copytree(seeded, tmp_path, dirs_exist_ok=True)
    with open_office(tmp_path, sandbox=sandbox, replace={Converter: CannedConverter("MẬT")}) as opened:
        yield opened


def held_there(office: Office) -> tuple[UUID, UUID]:
    """A contract that lies, unsigned and held, at the department's intake."""
    own = with_partner(office)
    with office.reading() as reading:
        (item,) = reading.session.scalars(select(IntakeItem).where(IntakeItem.held_at.is_not(None))).all()
    assert office.status(own) == "with_partner"
    return own, item.id


def decide(office: Office, verb: object, item_id: UUID) -> None:
    person_id, post_id = office.act("s.clerk", appoint_officer)
    with office.reading() as reading:
        officer = actor_as(reading, person_id=person_id, post_id=post_id)
    with office.node.transactions.work(officer) as work:
        verb(work, item_id=item_id)  # type: ignore[operator] # one of holding's two
    office.drain()


def told(office: Office, own: UUID) -> list[tuple[str, str]]:
    with office.reading() as reading:
        return [(receipt.code, receipt.description) for receipt in parcels_of(reading, own)[0].receipts]


def arrivals(office: Office) -> list[Document]:
    with office.reading() as reading:
        return list(reading.session.scalars(select(Document).where(Document.direction == "incoming")))


def test_what_is_wiped_over_there_waits_for_nobody_here(office: Office, enter: Enter) -> None:
    own, item_id = held_there(office)
    decide(office, holding.wipe_held, item_id)
    assert office.status(own) == "approval"
    ((code, words),) = told(office, own)
    assert code == "02"
    page = enter("c.leader").get(f"/documents/{own}").text
    # In the facts of the parcel, and at the top where the next act stands.
    assert page.count("trang đầu của một tệp có dấu chỉ độ mật") >= 2
    assert words in page
    assert arrivals(office) == []


@pytest.mark.parametrize("verb", [holding.wipe_held, holding.release_held])
def test_what_was_called_back_while_it_was_held(office: Office, enter: Enter, verb: object) -> None:
    own, item_id = held_there(office)
    office.act("c.leader", workflow.call_back, document_id=own, reason=REASON)
    office.drain()
    # The other side does not tell that it holds something; it is not there, and will not be.
    assert office.status(own) == "approval"
    assert sorted(code for code, _ in told(office, own)) == ["02", "13"]
    decide(office, verb, item_id)
    # Wiped, the call is answered; let through, it is a repetition of what was refused already.
    wiped = verb is holding.wipe_held
    assert sorted(code for code, _ in told(office, own)) == ["02", "13", *(["15"] if wiped else [])]
    page = enter("c.leader").get(f"/documents/{own}").text
    assert ("đã xóa theo yêu cầu lấy lại" in page) is wiped
    assert arrivals(office) == []
    # It can be sent anew.
    assert office.status(own) == "approval"

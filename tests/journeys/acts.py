"""What people do on the pages to documents at every stage, each act on a document of its own."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from fastapi.testclient import TestClient
from httpx2 import Response
from sqlalchemy import func, select

from docservice.core.db import Base
from docservice.core.journal import JournalLine
from docservice.core.outbox import Job
from docservice.documents.models import Attachment, Document, File, Number, Step, Version
from docservice.documents.status import Status
from docservice.identity import queries as identity
from docservice.signatures.models import Signing
from docservice.web.app import create_app
from docservice.workflow import service as workflow
from tests.node import REPORT, Office
from tests.signing.builders import paper
from tests.web.conftest import ADDRESS, HERE, PASSWORD, Visitor, open_account

KINDS: tuple[type[Base], ...] = (Document, Step, Version, Attachment, File, Number, Signing, Job, JournalLine)
WHO = ("c.leader", "c.clerk", "c.official", "p.leader")


@dataclass(frozen=True)
class Act:
    """`status` is what the act and the jobs it promises make of its document, found again when the act makes it."""

    do: Callable[[], Response]
    document: Callable[[], Document]
    status: Status


class Desk:
    """People who have signed in."""

    def __init__(self, office: Office, visitors: Mapping[str, Visitor]) -> None:
        self.office, self._visitors = office, visitors

    def acts(self, matter: str) -> dict[str, Act]:
        """An act of each sort, ready to be done; documents of one matter are told from others by it."""
        office = self.office
        drafted, checked = self._draft(matter), self._checked(matter)
        shown = office.shown(checked)
        signed = self._signed(matter)
        numbered, sealed = self._signed(matter, "number"), self._signed(matter, "number", "seal")
        presented, unit = self._presented(matter), self._unit("p.leader")
        scanned = f"Giấy mời {matter}"
        done = self._on_document
        return {
            "attach": Act(self._attach(drafted, matter), lambda: office.document(drafted), Status.DRAFT),
            "paper": Act(self._scan(scanned), lambda: office.arrived("c.clerk", scanned), Status.TO_REGISTER),
            "sign": done("c.leader", checked, "approve_and_sign", Status.TO_NUMBER, consented_sha256=shown),
            "number": done("c.clerk", signed, "number", Status.TO_SEAL),
            "seal": done("c.clerk", numbered, "seal", Status.TO_RELEASE),
            "release": done("c.clerk", sealed, "release", Status.RELEASED),
            "direct": done("p.leader", presented, "direct", Status.TO_ASSIGN, note="Giao phòng.", lead_unit_id=unit),
        }

    def _on_document(self, key: str, document_id: UUID, verb: str, status: Status, **more: str) -> Act:
        path = f"/documents/{document_id}/acts/{verb}"
        return Act(lambda: self.post(key, path, more), lambda: self.office.document(document_id), status)

    def post(self, key: str, path: str, data: Mapping[str, str] | None = None, **more: Any) -> Response:
        """The answer to the form itself: 303 is accepted."""
        return self._visitors[key].post(path, dict(data or {}), follow_redirects=False, **more)

    def get(self, key: str, path: str) -> Response:
        return self._visitors[key].get(path)

    def facts(self) -> Counter[str]:
        """How many rows there are of what acts leave behind, and how many documents at each status."""
        with self.office.reading() as reading:
            session = reading.session
            rows = {kind.__tablename__: session.scalar(select(func.count()).select_from(kind)) or 0 for kind in KINDS}
            return Counter(rows) + Counter(session.scalars(select(Document.status)))

    def _attach(self, document_id: UUID, matter: str) -> Callable[[], Response]:
        file = {"file": ("phu-luc.pdf", paper(f"Phụ lục {matter}"), "application/pdf")}
        return lambda: self.post("c.official", f"/documents/{document_id}/attachments", files=file)

    def _scan(self, subject: str) -> Callable[[], Response]:
        said = {"kind_name": "Giấy mời", "subject": subject, "origin_name": "Hội Người cao tuổi"}
        said["as_post"] = str(self.office.post("c.clerk"))
        file = {"file": ("quet.pdf", paper(subject), "application/pdf")}
        return lambda: self.post("c.clerk", "/arrivals/paper", said, files=file)

    def _draft(self, matter: str) -> UUID:
        return self.office.draft({**REPORT, "subject": f"Báo cáo {matter}"})

    def _checked(self, matter: str) -> UUID:
        return self.office.checked(values={**REPORT, "subject": f"Báo cáo {matter}"})

    def _signed(self, matter: str, *steps: str) -> UUID:
        """A report that its leader has signed, taken by the clerk through these steps."""
        document_id = self._checked(matter)
        self.office.sign(document_id)
        for step in steps:
            self.office.act("c.clerk", getattr(workflow, step), document_id=document_id)
            self.office.drain()
        return document_id

    def _presented(self, matter: str) -> UUID:
        """A report at the province that waits for its leader's direction."""
        subject = f"Việc chuyển {matter}"
        self.office.released(values={**REPORT, "subject": subject})
        arrived = self.office.arrived("p.clerk", subject).id
        self.office.act("p.clerk", workflow.register, document_id=arrived)
        self.office.drain()
        self.office.act("p.clerk", workflow.present, document_id=arrived, proposal="Đề nghị giao phòng.")
        self.office.drain()
        return arrived

    def _unit(self, key: str) -> str:
        with self.office.reading(key) as reading:
            agency_id = reading.actor.agency_id
            assert agency_id is not None
            return str(identity.units(reading, agency_id=agency_id)[0].id)


@contextmanager
def at_their_desks(office: Office) -> Iterator[Desk]:
    app = create_app(office.node)
    with ExitStack() as stack:
        visitors = {}
        for key in WHO:
            open_account(office, key)
            client = TestClient(app, base_url=ADDRESS, client=HERE, raise_server_exceptions=False)
            stack.callback(client.close)
            assert client.post("/sign-in", data={"login": key, "password": PASSWORD}).status_code == 200
            visitors[key] = Visitor(client)
            visitors[key].token()
        yield Desk(office, visitors)

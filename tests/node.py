"""A whole node for tests: fictional agencies, a set clock, and who does what by key (`c.leader`, `p.clerk`)."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import select

from docservice.bootstrap import Node, build
from docservice.core.clock import SetClock
from docservice.core.outbox import Job
from docservice.core.sandbox import Sandbox
from docservice.core.work import SYSTEM, Reading, Work
from docservice.demo import people
from docservice.documents import queries
from docservice.documents.models import Document
from docservice.identity.queries import authorities_on
from docservice.settings import Settings
from docservice.workflow import service as workflow
from templates.convert import Converter
from tests.canned import CannedConverter

T = TypeVar("T")

# A Monday morning in Vietnam.
MORNING = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)

REPORT: dict[str, Any] = {
    "subject": "Tình hình thử nghiệm hệ thống",
    "body": [{"paragraph": "Ủy ban nhân dân xã Suối Trúc báo cáo như sau: mọi việc đã xong."}],
    "recipients": ["UBND tỉnh Hoa Ban"],
    "archive": "VT, VHXH",
}


class Office:
    """A node and its people."""

    def __init__(self, node: Node, clock: SetClock) -> None:
        self.node = node
        self.clock = clock

    def act(self, key: str, verb: Callable[..., T], **arguments: Any) -> T:
        """Let somebody do something in a transaction of its own."""
        with self.reading() as reading:
            actor = people.actor(reading, key)
        with self.node.transactions.work(actor) as work:
            return verb(work, **arguments)

    @contextmanager
    def reading(self, key: str | None = None) -> Iterator[Reading]:
        """Read as somebody, or as the system."""
        actor = SYSTEM
        if key is not None:
            with self.node.transactions.reading(SYSTEM) as reading:
                actor = people.actor(reading, key)
        with self.node.transactions.reading(actor) as reading:
            yield reading

    def post(self, key: str) -> UUID:
        with self.reading() as reading:
            post_id = people.actor(reading, key).post_id
        assert post_id is not None
        return post_id

    def drain(self) -> None:
        """Let the jobs run; a job that fails is a test that fails."""
        self.node.runner.drain()
        with self.reading() as reading:
            failed = reading.session.scalars(select(Job).where(Job.done_at.is_(None))).all()
            assert [(job.name, job.last_error) for job in failed] == []

    def document(self, document_id: UUID) -> Document:
        with self.reading() as reading:
            return queries.get(reading, document_id)

    def status(self, document_id: UUID) -> str:
        return str(self.document(document_id).status)

    def draft(self, values: Mapping[str, Any] = REPORT, *, by: str = "c.official", **more: Any) -> UUID:
        """Draft a report of the commune to the province."""
        arguments = {
            "kind": "BC",
            "values": values,
            "signer_post_id": self.post("c.leader"),
            "receiver_codes": [people.PROVINCE],
            **more,
        }
        return self.act(by, workflow.draft, **arguments).id

    def checked(self, **more: Any) -> UUID:
        """A report that waits for the leader."""
        document_id = self.draft(**more)
        self.check(document_id)
        return document_id

    def check(self, document_id: UUID) -> None:
        """Let a draft go up to where it waits for the leader."""
        self.act("c.official", workflow.submit, document_id=document_id)
        self.drain()
        self.act("c.head", workflow.check_content, document_id=document_id)
        self.act("c.checker", workflow.check_form, document_id=document_id)

    def number(self, document_id: UUID) -> None:
        """Let a draft go up to where the clerk seals it."""
        self.check(document_id)
        self.sign(document_id)
        self.act("c.clerk", workflow.number, document_id=document_id)
        self.drain()

    def sign(self, document_id: UUID, *, by: str = "c.leader") -> None:
        self.act(by, workflow.approve_and_sign, document_id=document_id, consented_sha256=self.shown(document_id))
        self.drain()

    def end_authority(self, login: str, *, kind: str = "BC") -> None:
        """Whoever holds the post may sign no such document from today on."""
        with self.node.transactions.work(SYSTEM) as work:
            for authority in authorities_on(work, post_id=self.post(login), kind=kind):
                authority.valid_to = work.today - timedelta(days=1)

    def shown(self, document_id: UUID) -> str:
        """The hash of the file a signer is shown."""
        with self.reading() as reading:
            version = queries.latest_version(reading, document_id)
        assert version is not None
        return version.sha256

    def released(self, **more: Any) -> UUID:
        """A report on its way to the province, with everything its parcel set off."""
        document_id = self.checked(**more)
        self.sign(document_id)
        for verb in (workflow.number, workflow.seal, workflow.release):
            self.act("c.clerk", verb, document_id=document_id)
            self.drain()
        return document_id

    def arrived(self, key: str, subject: str = REPORT["subject"]) -> Document:
        """The incoming document with this subject, as this clerk sees it."""
        with self.reading(key) as reading:
            wanted = queries.visible_to(reading.actor)
            found = wanted.where(Document.direction == "incoming", Document.subject == subject)
            return reading.session.scalars(found).one()


@contextmanager
def open_office(
    folder: Path,
    *,
    database_url: str = "sqlite:doc.db",
    sandbox: Sandbox | None = None,
    replace: Mapping[type[Any], object] | None = None,
    agencies: Sequence[people.AgencySeed] = people.AGENCIES,
) -> Iterator[Office]:
    """A seeded node in a folder, serving these agencies; the converter is the canned one unless replaced."""
    clock = SetClock(MORNING, step=timedelta(milliseconds=1))
    settings = Settings(data_dir=folder, database_url=database_url)
    ports: dict[type[Any], object] = {Converter: CannedConverter(), **(replace or {})}
    if sandbox is not None:
        ports[Sandbox] = sandbox
    node = build(settings, clock=clock, replace=ports)
    try:
        people.seed(node, keys=settings.path(settings.keys_dir), agencies=agencies)
        yield Office(node, clock)
    finally:
        node.close()


__all__ = ["MORNING", "REPORT", "Office", "Work", "open_office"]

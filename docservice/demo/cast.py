"""The fictional people at work: each act by the person whose act it is, through the same services as everywhere.

Nothing is remembered between the acts but the facts themselves, so a play that was stopped at any point goes on from
where it stood.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from time import monotonic
from typing import TypeVar
from uuid import UUID

from sqlalchemy import select

from docservice.bootstrap import Node
from docservice.core.work import SYSTEM, Reading, Work
from docservice.demo import people
from docservice.documents import queries
from docservice.documents.models import Direction, Document
from docservice.documents.status import Status
from docservice.identity import queries as identity
from docservice.workflow import service as workflow

T = TypeVar("T")
Play = tuple[str, str, Callable[[Work, Document], object]]

# Longer than a lease: what a killed worker had in hand comes back by itself.
PATIENCE = timedelta(seconds=150)


@dataclass(frozen=True)
class Side:
    """Who plays which part in one agency; keys of `people.AGENCIES`. `lead_unit` handles what comes in."""

    code: str
    official: str
    leader: str
    clerk: str
    head: str = ""
    checker: str = ""
    lead_unit: str = ""


PROVINCE = Side(people.PROVINCE, "p.official", "p.leader", "p.clerk", "p.head", "p.checker", "KGVX")
COMMUNE = Side(people.COMMUNE, "c.official", "c.leader", "c.clerk", "c.head", "c.checker", "VHXH")
COUNCIL = Side(people.COUNCIL, "k.official", "k.leader", "k.clerk", "k.checker", "k.checker", "VP")
DEPARTMENT = Side(people.DEPARTMENT, "s.official", "s.leader", "s.clerk", lead_unit="CCHC")


class Stuck(Exception):
    """A play cannot go on: a document waits for a job that does not finish."""


class Cast:
    """The people of a node; `tell` is called with each act's words and its seconds."""

    def __init__(self, node: Node, *, tell: Callable[[str, float], None]) -> None:
        self.node = node
        self._tell = tell

    def act(self, key: str, words: str, act: Callable[[Work], T]) -> T:
        """Let somebody do something in a transaction of its own."""
        begun = monotonic()
        with self.node.transactions.reading(SYSTEM) as reading:
            actor = people.actor(reading, key)
        with self.node.transactions.work(actor) as work:
            result = act(work)
        self._tell(f"{words} ({actor.name})", monotonic() - begun)
        return result

    def drain(self) -> None:
        """Let the jobs run that the acts have promised."""
        begun = monotonic()
        self.node.runner.drain(patience=PATIENCE)
        spent = monotonic() - begun
        if spent > 0.02:
            self._tell("tác vụ nền", spent)

    def find(self, code: str, direction: Direction, subject: str) -> Document | None:
        """The document of an agency with this subject, if it is there."""
        with self.node.transactions.reading(SYSTEM) as reading:
            agency = identity.agency_by_code(reading, code)
            return reading.session.scalars(
                select(Document).where(
                    Document.agency_id == (agency.id if agency else None),
                    Document.direction == direction,
                    Document.subject == subject,
                )
            ).one_or_none()

    def arrived(self, side: Side, subject: str) -> Document:
        """What another side sent, at its receiver's; raises `Stuck` when it did not come."""
        self.drain()
        found = self.find(side.code, Direction.INCOMING, subject)
        if found is None:
            raise Stuck(f"{subject}: không đến {side.code}")
        return found

    def advance(
        self, side: Side, document_id: UUID, *, until: Status, beyond: frozenset[Status] = frozenset()
    ) -> Document:
        """Do the act each status waits for, and let the jobs run, until the wanted status is reached or passed."""
        plays, stuck = _plays(side), 0
        while True:
            with self.node.transactions.reading(SYSTEM) as reading:
                document = queries.get(reading, document_id)
            if document.status == until or document.status in beyond:
                self.drain()
                return document
            if document.status in plays:
                key, words, act = plays[Status(document.status)]
                self.act(key, f"{side.code}: {words}", partial(_on, act, document))
                stuck = 0
            else:
                stuck += 1
                if stuck > 2:
                    raise Stuck(f"{document.subject}: {document.status}")
            self.drain()


def post_of(reading: Reading, key: str) -> UUID:
    """The post behind a key."""
    post_id = people.actor(reading, key).post_id
    if post_id is None:
        raise LookupError(key)
    return post_id


def _plays(side: Side) -> dict[Status, Play]:
    return {
        Status.DRAFT: (side.official, "trình", lambda w, d: workflow.submit(w, document_id=d.id)),
        Status.CHECK_CONTENT: (
            side.head,
            "kiểm tra nội dung",
            lambda w, d: workflow.check_content(w, document_id=d.id),
        ),
        Status.CHECK_FORM: (side.checker, "kiểm tra thể thức", lambda w, d: workflow.check_form(w, document_id=d.id)),
        Status.APPROVAL: (side.leader, "duyệt và ký số", _approve),
        Status.TO_NUMBER: (side.clerk, "cấp số", lambda w, d: workflow.number(w, document_id=d.id)),
        Status.TO_SEAL: (side.clerk, "ký số cơ quan", lambda w, d: workflow.seal(w, document_id=d.id)),
        Status.TO_RELEASE: (side.clerk, "phát hành", lambda w, d: workflow.release(w, document_id=d.id)),
        Status.TO_REGISTER: (side.clerk, "vào sổ đến", lambda w, d: workflow.register(w, document_id=d.id)),
        Status.TO_PRESENT: (
            side.clerk,
            "trình lãnh đạo",
            lambda w, d: workflow.present(w, document_id=d.id, proposal=f"Đề nghị giao {side.lead_unit} chủ trì."),
        ),
        Status.TO_DIRECT: (side.leader, "bút phê", lambda w, d: _direct(w, d, side)),
        Status.TO_ASSIGN: (
            side.head,
            "phân công",
            lambda w, d: workflow.assign(w, document_id=d.id, post_id=post_of(w, side.official)),
        ),
        Status.ASSIGNED: (side.official, "bắt đầu xử lý", lambda w, d: workflow.start(w, document_id=d.id)),
        Status.IN_PROGRESS: (side.official, "kết thúc xử lý", lambda w, d: workflow.complete(w, document_id=d.id)),
    }


def _on(act: Callable[[Work, Document], object], document: Document, work: Work) -> object:
    return act(work, document)


def _approve(work: Work, document: Document) -> object:
    version = queries.latest_version(work, document.id)
    if version is None:
        raise Stuck(document.subject)
    return workflow.approve_and_sign(work, document_id=document.id, consented_sha256=version.sha256)


def _direct(work: Work, document: Document, side: Side) -> object:
    units = {u.abbreviation: u.id for u in identity.units(work, agency_id=document.agency_id)}
    return workflow.direct(
        work,
        document_id=document.id,
        note=f"Giao {side.lead_unit} chủ trì, tham mưu trả lời đúng hạn.",
        lead_unit_id=units[side.lead_unit],
        due=document.due,
    )

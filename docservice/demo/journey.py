"""The whole life of one document, told by its facts: a request comes, is answered, read and filed.

Every act is done by the person whose act it is, through the same services as everywhere, each in its own
transaction. Nothing is remembered between the acts but the facts themselves, so a journey that was stopped at any
point goes on from where it stood.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from time import monotonic
from typing import TypeVar
from uuid import UUID

from sqlalchemy import select

from docservice.bootstrap import Node
from docservice.core.sandbox import Sandbox
from docservice.core.work import SYSTEM, Reading, Work
from docservice.demo import people
from docservice.demo.script import Letter, Script
from docservice.documents import queries, storing
from docservice.documents.models import Direction, Document
from docservice.documents.status import Status
from docservice.identity import queries as identity
from docservice.meetings import service as meetings
from docservice.meetings.models import Meeting
from docservice.records import service as records
from docservice.records.models import CaseFile
from docservice.workflow import service as workflow
from signing.gate import examine

T = TypeVar("T")
Acts = dict[Status, tuple[str, str, Callable[[Work, Document], object]]]

PATIENCE = timedelta(seconds=60)


@dataclass(frozen=True)
class Side:
    """Who plays which part in one agency; keys of `people.AGENCIES`."""

    code: str
    official: str
    head: str
    checker: str
    leader: str
    clerk: str
    lead_unit: str


PROVINCE = Side(people.PROVINCE, "p.official", "p.head", "p.checker", "p.leader", "p.clerk", "KGVX")
COMMUNE = Side(people.COMMUNE, "c.official", "c.head", "c.checker", "c.leader", "c.clerk", "VHXH")


class Stuck(Exception):
    """The journey cannot go on: a document waits for a job that does not finish."""


class Journey:
    """One run of the script on a node; `tell` is called with each step's words and its seconds."""

    def __init__(self, node: Node, script: Script, *, tell: Callable[[str, float], None]) -> None:
        self._node = node
        self._script = script
        self._tell = tell

    def run(self) -> None:
        """Do whatever is not done yet, from the request to the meeting's pack."""
        request = self._send(PROVINCE, COMMUNE, self._script.request, answers=None)
        arrived = self._take_in(COMMUNE, request)
        self._work_on(COMMUNE, arrived)
        self._file(arrived)
        answer = self._send(COMMUNE, PROVINCE, self._script.report, answers=arrived)
        self._file(answer)
        self._finish(COMMUNE, arrived)
        received = self._take_in(PROVINCE, answer)
        self._work_on(PROVINCE, received)
        self._finish(PROVINCE, received)
        self._table(received)

    def _send(self, sender: Side, receiver: Side, letter: Letter, *, answers: UUID | None) -> UUID:
        """Draft, check, sign, number, seal and release one document."""
        found = self._find(sender.code, Direction.OUTGOING, letter.subject)
        document_id = found.id if found else self._draft(sender, receiver, letter, answers)
        acts: Acts = {
            Status.DRAFT: (sender.official, "trình", lambda w, d: workflow.submit(w, document_id=d.id)),
            Status.CHECK_CONTENT: (
                sender.head,
                "kiểm tra nội dung",
                lambda w, d: workflow.check_content(w, document_id=d.id),
            ),
            Status.CHECK_FORM: (
                sender.checker,
                "kiểm tra thể thức",
                lambda w, d: workflow.check_form(w, document_id=d.id),
            ),
            Status.APPROVAL: (sender.leader, "duyệt và ký số", _approve),
            Status.TO_NUMBER: (sender.clerk, "cấp số", lambda w, d: workflow.number(w, document_id=d.id)),
            Status.TO_SEAL: (sender.clerk, "ký số cơ quan", lambda w, d: workflow.seal(w, document_id=d.id)),
            Status.TO_RELEASE: (sender.clerk, "phát hành", lambda w, d: workflow.release(w, document_id=d.id)),
        }
        self._advance(sender, document_id, acts, until=Status.RELEASED)
        return document_id

    def _draft(self, sender: Side, receiver: Side, letter: Letter, answers: UUID | None) -> UUID:
        def draft(work: Work) -> Document:
            due = work.today + timedelta(days=letter.due_in_days) if letter.due_in_days is not None else None
            return workflow.draft(
                work,
                kind=letter.kind,
                values=letter.values,
                signer_post_id=_post(work, sender.leader),
                receiver_codes=[receiver.code],
                answers_id=answers,
                due=due,
            )

        return self._act(sender.official, f"{sender.code}: soạn thảo {letter.kind}", draft).id

    def _take_in(self, receiver: Side, sent_id: UUID) -> UUID:
        """Wait for the parcel, verify, register, present."""
        with self._node.transactions.reading(SYSTEM) as reading:
            sent = queries.get(reading, sent_id)
        self._drain()
        arrived = self._arrived(receiver, sent)
        acts: Acts = {
            Status.TO_REGISTER: (receiver.clerk, "vào sổ đến", lambda w, d: workflow.register(w, document_id=d.id)),
            Status.TO_PRESENT: (
                receiver.clerk,
                "trình lãnh đạo",
                lambda w, d: workflow.present(
                    w, document_id=d.id, proposal=f"Đề nghị giao {receiver.lead_unit} chủ trì."
                ),
            ),
        }
        self._advance(
            receiver,
            arrived.id,
            acts,
            until=Status.TO_DIRECT,
            beyond=(Status.TO_ASSIGN, Status.ASSIGNED, Status.IN_PROGRESS, Status.DONE),
        )
        return arrived.id

    def _work_on(self, side: Side, document_id: UUID) -> None:
        """The leader's note, the assignment, the start."""
        acts: Acts = {
            Status.TO_DIRECT: (side.leader, "bút phê", lambda w, d: _direct(w, d, side)),
            Status.TO_ASSIGN: (
                side.head,
                "phân công",
                lambda w, d: workflow.assign(w, document_id=d.id, post_id=_post(w, side.official)),
            ),
            Status.ASSIGNED: (side.official, "bắt đầu xử lý", lambda w, d: workflow.start(w, document_id=d.id)),
        }
        self._advance(side, document_id, acts, until=Status.IN_PROGRESS, beyond=(Status.DONE,))

    def _finish(self, side: Side, document_id: UUID) -> None:
        acts: Acts = {
            Status.IN_PROGRESS: (
                side.official,
                "kết thúc xử lý",
                lambda w, d: workflow.complete(w, document_id=d.id),
            ),
        }
        self._advance(side, document_id, acts, until=Status.DONE)

    def _file(self, document_id: UUID) -> None:
        """Put the document into the handler's case file, opening it with the first one."""
        with self._node.transactions.reading(SYSTEM) as reading:
            case_file = reading.session.scalars(
                select(CaseFile).where(CaseFile.title == self._script.case_title)
            ).one_or_none()
            if case_file and document_id in records.documents_in(reading, case_file.id):
                return
        if case_file is None:
            self._act(
                COMMUNE.official,
                "mở hồ sơ công việc",
                lambda w: records.open_case_file(
                    w, title=self._script.case_title, retention="10 năm", document_ids=(document_id,)
                ),
            )
        else:
            self._act(
                COMMUNE.official,
                "đưa vào hồ sơ",
                lambda w: records.add_document(w, case_file_id=case_file.id, document_id=document_id),
            )

    def _table(self, document_id: UUID) -> None:
        """Call the province's meeting and table the report and the law texts; the pack follows by itself."""
        with self._node.transactions.reading(SYSTEM) as reading:
            meeting = reading.session.scalars(
                select(Meeting).where(Meeting.title == self._script.meeting_title)
            ).one_or_none()
        if meeting is None:
            files = [(title, self._examined(path)) for title, path in self._script.papers]
            self._act(PROVINCE.clerk, "mời họp, đưa tài liệu", lambda w: self._call(w, document_id, files))
        self._drain()

    def _call(self, work: Work, document_id: UUID, files: list[tuple[str, bytes]]) -> None:
        meeting = meetings.call_meeting(
            work,
            title=self._script.meeting_title,
            place="Phòng họp số 1 (dữ liệu mẫu)",
            starts_at=work.now + timedelta(days=2),
            participant_post_ids=tuple(_post(work, key) for key in (PROVINCE.leader, PROVINCE.head, PROVINCE.checker)),
        )
        first = meetings.add_item(work, meeting_id=meeting.id, title="Báo cáo của xã")
        meetings.table_document(work, item_id=first.id, document_id=document_id)
        second = meetings.add_item(work, meeting_id=meeting.id, title="Văn bản pháp luật liên quan")
        for title, data in files:
            stored = storing.put(work.ports, data)
            meetings.table_file(work, item_id=second.id, title=title, sha256=stored.key, size=stored.size)

    def _examined(self, path: Path) -> bytes:
        data = path.read_bytes()
        self._node.ports[Sandbox].run(examine, data)
        return data

    def _advance(
        self,
        side: Side,
        document_id: UUID,
        acts: Acts,
        *,
        until: Status,
        beyond: tuple[Status, ...] = (),
    ) -> None:
        """Do the act each status waits for, and let the jobs run, until the wanted status is reached or passed."""
        stuck = 0
        while True:
            with self._node.transactions.reading(SYSTEM) as reading:
                document = queries.get(reading, document_id)
            if document.status == until or document.status in beyond:
                self._drain()
                return
            if document.status in acts:
                key, words, act = acts[Status(document.status)]
                self._act(key, f"{side.code}: {words}", partial(_on, act, document))
                stuck = 0
            else:
                stuck += 1
                if stuck > 2:
                    raise Stuck(f"{document.subject}: {document.status}")
            self._drain()

    def _act(self, key: str, words: str, act: Callable[[Work], T]) -> T:
        begun = monotonic()
        with self._node.transactions.reading(SYSTEM) as reading:
            actor = people.actor(reading, key)
        with self._node.transactions.work(actor) as work:
            result = act(work)
        self._tell(f"{words} ({actor.name})", monotonic() - begun)
        return result

    def _drain(self) -> None:
        begun = monotonic()
        self._node.runner.drain(patience=PATIENCE)
        spent = monotonic() - begun
        if spent > 0.02:
            self._tell("tác vụ nền", spent)

    def _find(self, code: str, direction: Direction, subject: str) -> Document | None:
        with self._node.transactions.reading(SYSTEM) as reading:
            agency = identity.agency_by_code(reading, code)
            return reading.session.scalars(
                select(Document).where(
                    Document.agency_id == (agency.id if agency else None),
                    Document.direction == direction,
                    Document.subject == subject,
                )
            ).one_or_none()

    def _arrived(self, receiver: Side, sent: Document) -> Document:
        found = self._find(receiver.code, Direction.INCOMING, sent.subject)
        if found is None:
            raise Stuck(f"{sent.subject}: không đến {receiver.code}")
        return found


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


def _post(reading: Reading, key: str) -> UUID:
    post_id = people.actor(reading, key).post_id
    if post_id is None:
        raise LookupError(key)
    return post_id


def meeting_of(reading: Reading, script: Script) -> Meeting:
    """The meeting the journey called."""
    return reading.session.scalars(select(Meeting).where(Meeting.title == script.meeting_title)).one()

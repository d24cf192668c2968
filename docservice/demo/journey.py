"""The whole life of one document, told by its facts: a request comes, is answered, read and filed."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from sqlalchemy import select

from docservice.bootstrap import Node
from docservice.core.sandbox import Sandbox
from docservice.core.work import SYSTEM, Reading, Work
from docservice.demo.cast import COMMUNE, PROVINCE, Cast, Side, post_of
from docservice.demo.script import Letter, Script
from docservice.documents import storing
from docservice.documents.models import Direction, Document
from docservice.documents.status import Status
from docservice.meetings import service as meetings
from docservice.meetings.models import Meeting
from docservice.records import queries as case_files
from docservice.records import service as records
from docservice.records.models import CaseFile
from docservice.workflow import service as workflow
from signing.gate import examine

_WORKED_ON = frozenset({Status.TO_ASSIGN, Status.ASSIGNED, Status.IN_PROGRESS, Status.DONE})


class Journey:
    """One run of the script on a node; `tell` is called with each step's words and its seconds."""

    def __init__(self, node: Node, script: Script, *, tell: Callable[[str, float], None]) -> None:
        self._cast = Cast(node, tell=tell)
        self._script = script

    def run(self) -> None:
        """Do whatever is not done yet, from the request to the meeting's pack."""
        request = self._send(PROVINCE, COMMUNE, self._script.request, answers=None)
        arrived = self._take_in(COMMUNE, request)
        self._cast.advance(COMMUNE, arrived.id, until=Status.IN_PROGRESS, beyond=frozenset({Status.DONE}))
        self._file(arrived.id)
        answer = self._send(COMMUNE, PROVINCE, self._script.report, answers=arrived.id)
        self._file(answer.id)
        self._cast.advance(COMMUNE, arrived.id, until=Status.DONE)
        received = self._take_in(PROVINCE, answer)
        self._cast.advance(PROVINCE, received.id, until=Status.DONE)
        self._table(received.id)

    def _send(self, sender: Side, receiver: Side, letter: Letter, *, answers: UUID | None) -> Document:
        """Draft, check, sign, number, seal and release one document."""
        found = self._cast.find(sender.code, Direction.OUTGOING, letter.subject)
        document = found or self._draft(sender, receiver, letter, answers)
        return self._cast.advance(sender, document.id, until=Status.RELEASED)

    def _draft(self, sender: Side, receiver: Side, letter: Letter, answers: UUID | None) -> Document:
        def draft(work: Work) -> Document:
            due = work.today + timedelta(days=letter.due_in_days) if letter.due_in_days is not None else None
            return workflow.draft(
                work,
                kind=letter.kind,
                values=letter.values,
                signer_post_id=post_of(work, sender.leader),
                receiver_codes=[receiver.code],
                answers_id=answers,
                due=due,
            )

        return self._cast.act(sender.official, f"{sender.code}: soạn thảo {letter.kind}", draft)

    def _take_in(self, receiver: Side, sent: Document) -> Document:
        """Wait for the parcel, verify, register, present."""
        arrived = self._cast.arrived(receiver, sent.subject)
        return self._cast.advance(receiver, arrived.id, until=Status.TO_DIRECT, beyond=_WORKED_ON)

    def _file(self, document_id: UUID) -> None:
        """Put the document into the handler's case file, opening it with the first one."""
        with self._cast.node.transactions.reading(SYSTEM) as reading:
            case_file = reading.session.scalars(
                select(CaseFile).where(CaseFile.title == self._script.case_title)
            ).one_or_none()
            if case_file and document_id in case_files.documents_in(reading, case_file.id):
                return
        if case_file is None:
            self._cast.act(
                COMMUNE.official,
                "mở hồ sơ công việc",
                lambda w: records.open_case_file(
                    w, title=self._script.case_title, retention="10 năm", document_ids=(document_id,)
                ),
            )
        else:
            self._cast.act(
                COMMUNE.official,
                "đưa vào hồ sơ",
                lambda w: records.add_document(w, case_file_id=case_file.id, document_id=document_id),
            )

    def _table(self, document_id: UUID) -> None:
        """Call the province's meeting and table the report and the law texts; the pack follows by itself."""
        with self._cast.node.transactions.reading(SYSTEM) as reading:
            meeting = reading.session.scalars(
                select(Meeting).where(Meeting.title == self._script.meeting_title)
            ).one_or_none()
        if meeting is None:
            files = [(title, self._examined(path)) for title, path in self._script.papers]
            self._cast.act(PROVINCE.clerk, "mời họp, đưa tài liệu", lambda w: self._call(w, document_id, files))
        self._cast.drain()

    def _call(self, work: Work, document_id: UUID, files: list[tuple[str, bytes]]) -> None:
        meeting = meetings.call_meeting(
            work,
            title=self._script.meeting_title,
            place="Phòng họp số 1 (dữ liệu mẫu)",
            starts_at=work.now + timedelta(days=2),
            participant_post_ids=tuple(
                post_of(work, key) for key in (PROVINCE.leader, PROVINCE.head, PROVINCE.checker)
            ),
        )
        first = meetings.add_item(work, meeting_id=meeting.id, title="Báo cáo của xã")
        meetings.table_document(work, item_id=first.id, document_id=document_id)
        second = meetings.add_item(work, meeting_id=meeting.id, title="Văn bản pháp luật liên quan")
        for title, data in files:
            stored = storing.put(work.ports, data)
            meetings.table_file(work, item_id=second.id, title=title, sha256=stored.key, size=stored.size)

    def _examined(self, path: Path) -> bytes:
        data = path.read_bytes()
        self._cast.node.ports[Sandbox].run(examine, data)
        return data


def meeting_of(reading: Reading, script: Script) -> Meeting:
    """The meeting the journey called."""
    return reading.session.scalars(select(Meeting).where(Meeting.title == script.meeting_title)).one()

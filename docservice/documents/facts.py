"""Appending a fact: the one door through which a document's state changes.

Each call adds the step, derives the status, rewrites who waits and who may see, tells the change (to the index)
and leaves a journal line, all in the caller's transaction.
"""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite

from docservice.core.ids import new_id
from docservice.core.words import N_
from docservice.core.work import Work
from docservice.documents.errors import FileNotThere, RevisionMoved, WrongState
from docservice.documents.events import DocumentChanged
from docservice.documents.models import (
    Attachment,
    Derivative,
    Direction,
    Document,
    File,
    Grant,
    Stage,
    Step,
    Version,
    Viewing,
)
from docservice.documents.readers import rewrite_readers
from docservice.documents.signatories import rewrite_awaited
from docservice.documents.status import Status, Verb, after
from templates.catalogue import INTERNAL_KINDS

SYSTEM = "system"
READ_FIRST = "documents.draw"

# Who a document waits for in each status, as a token; None where it waits for nobody.
_WAITS_FOR: dict[Status, Callable[[Document, Step], str | None]] = {
    Status.DRAFT: lambda d, _: f"post:{d.drafter_post_id}",
    Status.RENDERING: lambda *_: SYSTEM,
    Status.CHECK_CONTENT: lambda d, _: f"unit:{d.unit_id}",
    Status.CHECK_FORM: lambda d, _: f"agency:{d.agency_id}/checkers",
    Status.TO_COUNTERSIGN: lambda d, _: f"post:{d.drafter_post_id}",
    Status.COUNTERSIGNING: lambda *_: SYSTEM,
    # The first whose turn it is; `signatories` knows the others.
    Status.ROUTING: lambda *_: None,
    Status.SIGNING_IN_TURN: lambda *_: SYSTEM,
    Status.ROUTED: lambda *_: None,
    Status.APPROVAL: lambda d, _: f"post:{d.signer_post_id}",
    Status.SIGNATURE: lambda d, _: f"post:{d.signer_post_id}",
    Status.CHANGING_SIGNER: lambda *_: SYSTEM,
    Status.RETURNED: lambda d, _: f"unit:{d.unit_id}",
    Status.SIGNING: lambda *_: SYSTEM,
    Status.TO_NUMBER: lambda d, _: f"agency:{d.agency_id}/clerks",
    Status.NUMBERING: lambda *_: SYSTEM,
    Status.TO_SEAL: lambda d, _: f"agency:{d.agency_id}/clerks",
    Status.SEALING: lambda *_: SYSTEM,
    Status.TO_RELEASE: lambda d, _: f"agency:{d.agency_id}/clerks",
    Status.RELEASED: lambda *_: None,
    Status.CANCELLED: lambda *_: None,
    Status.WITH_PARTNER: lambda d, _: f"organ:{d.receiver_codes[0]}",
    Status.CALLING_BACK: lambda d, _: f"organ:{d.receiver_codes[0]}",
    Status.COPYING: lambda *_: SYSTEM,
    Status.ARRIVED: lambda *_: SYSTEM,
    Status.TO_REGISTER: lambda d, _: f"agency:{d.agency_id}/clerks",
    Status.TO_PRESENT: lambda d, _: f"agency:{d.agency_id}/clerks",
    Status.TO_DIRECT: lambda d, _: f"agency:{d.agency_id}/leaders",
    Status.TO_ASSIGN: lambda _, s: f"unit:{s.to_unit_id}",
    Status.ASSIGNED: lambda _, s: f"post:{s.to_post_id}",
    Status.IN_PROGRESS: lambda _, s: f"post:{s.post_id}",
    Status.DONE: lambda *_: None,
    Status.REFUSED: lambda *_: None,
    Status.CALLED_BACK: lambda *_: None,
}

STATUS_NAMES: dict[Status, str] = {
    Status.DRAFT: N_("Dự thảo"),
    Status.RENDERING: N_("Đang tạo bản PDF trình ký"),
    Status.CHECK_CONTENT: N_("Chờ kiểm tra nội dung"),
    Status.CHECK_FORM: N_("Chờ kiểm tra thể thức"),
    Status.TO_COUNTERSIGN: N_("Chờ thư ký ký số"),
    Status.COUNTERSIGNING: N_("Thư ký đang ký số"),
    Status.ROUTING: N_("Đang lấy chữ ký"),
    Status.SIGNING_IN_TURN: N_("Đang ký phiếu"),
    Status.ROUTED: N_("Đã đủ chữ ký"),
    Status.APPROVAL: N_("Chờ duyệt và ký số"),
    Status.SIGNATURE: N_("Đã duyệt, chờ ký số"),
    Status.CHANGING_SIGNER: N_("Đang đổi người ký"),
    Status.RETURNED: N_("Bị trả lại, chờ trưởng đơn vị"),
    Status.SIGNING: N_("Đang ký số"),
    Status.TO_NUMBER: N_("Chờ cấp số"),
    Status.NUMBERING: N_("Đang ghi số và ngày"),
    Status.TO_SEAL: N_("Chờ ký số cơ quan"),
    Status.SEALING: N_("Đang ký số cơ quan"),
    Status.TO_RELEASE: N_("Chờ phát hành"),
    Status.RELEASED: N_("Đã phát hành"),
    Status.CANCELLED: N_("Đã hủy"),
    Status.WITH_PARTNER: N_("Chờ cơ quan kia ký trước"),
    Status.CALLING_BACK: N_("Đang lấy lại từ cơ quan kia"),
    Status.COPYING: N_("Đang làm bản sao"),
    Status.ARRIVED: N_("Đã đến, đang kiểm tra"),
    Status.TO_REGISTER: N_("Chờ tiếp nhận"),
    Status.TO_PRESENT: N_("Chờ trình lãnh đạo"),
    Status.TO_DIRECT: N_("Chờ lãnh đạo cho ý kiến"),
    Status.TO_ASSIGN: N_("Chờ phân công"),
    Status.ASSIGNED: N_("Đã phân công, chờ xử lý"),
    Status.IN_PROGRESS: N_("Đang xử lý"),
    Status.DONE: N_("Đã hoàn thành"),
    Status.REFUSED: N_("Đã trả lại nơi gửi"),
    Status.CALLED_BACK: N_("Nơi gửi đã lấy lại"),
}


def add_step(
    work: Work,
    document: Document,
    verb: Verb,
    *,
    to_post_id: UUID | None = None,
    to_unit_id: UUID | None = None,
    note: str | None = None,
    **details: Any,
) -> Step:
    """Append what happened; raises `WrongState` when it cannot happen now."""
    steps = list(work.session.scalars(select(Step).where(Step.document_id == document.id).order_by(Step.ordinal)))
    status = after(document.status if steps else None, verb)
    if status is None:
        raise WrongState(status=STATUS_NAMES[document.status])
    step = Step(
        id=new_id(),
        document_id=document.id,
        ordinal=len(steps) + 1,
        verb=verb,
        post_id=work.actor.post_id,
        person_id=work.actor.person_id,
        actor=work.actor.name,
        at=work.now,
        to_post_id=to_post_id,
        to_unit_id=to_unit_id,
        note=note,
    )
    work.session.add(step)
    if document.status != status or len(steps) == 0:
        document.waiting_since = work.now
    document.status = status
    document.waiting_for = _WAITS_FOR[status](document, step)
    if is_routed(document):
        document.waiting_for = rewrite_awaited(work, document, [*steps, step]) or document.waiting_for
    if steps:
        document.revision += 1
    work.session.flush()
    touch(work, document, [*steps, step])
    work.note(verb, document.id, **details)
    return step


def is_routed(document: Document) -> bool:
    """Whether it goes from hand to hand inside the agency (phiếu trình)."""
    return document.direction == Direction.OUTGOING and document.kind in INTERNAL_KINDS


def touch(work: Work, document: Document, steps: list[Step] | None = None) -> None:
    """Rewrite who may see the document, number the change and tell it."""
    if steps is None:
        steps = list(work.session.scalars(select(Step).where(Step.document_id == document.id).order_by(Step.ordinal)))
    work.hint(document.id, rewrite_readers(work, document, steps))
    tell_change(work, document)


def tell_change(work: Work, document: Document) -> None:
    """Number a change that leaves the document's readers as they are, and tell it."""
    # Counted by the database, so that of two changes at once each has its own number.
    document.changes = Document.changes + 1
    work.session.flush()
    work.record(DocumentChanged(document.id))


def check_revision(document: Document, revision: int | None) -> None:
    """Refuse an act on a state the person did not see; None when the caller shows no form."""
    if revision is not None and revision != document.revision:
        raise RevisionMoved(now=document.revision)


def add_version(
    work: Work,
    document: Document,
    *,
    stage: Stage,
    sha256: str,
    size: int,
    source_sha256: str | None = None,
    body_sha256: str | None = None,
    verdict: dict[str, Any] | None = None,
) -> Version:
    """Append a stored state of the document's file, which lies in the store already."""
    name_file(work, document.agency_id, sha256=sha256, size=size, media_type="application/pdf")
    last = work.session.scalar(select(func.max(Version.ordinal)).where(Version.document_id == document.id))
    version = Version(
        id=new_id(),
        document_id=document.id,
        ordinal=(last or 0) + 1,
        stage=stage,
        sha256=sha256,
        source_sha256=source_sha256,
        body_sha256=body_sha256,
        verdict=verdict,
        made_at=work.now,
    )
    work.session.add(version)
    work.session.flush()
    if stage is Stage.RECEIVED:
        work.later(READ_FIRST, merge_key=first_reading_key(document.id), document_id=document.id)
    return version


def first_reading_key(document_id: UUID) -> str:
    """The merge key of the job that reads what arrived with the document."""
    return f"{READ_FIRST}:{document_id}"


def add_attachment(work: Work, document: Document, *, name: str, sha256: str, size: int, media_type: str) -> None:
    """Add a file that travels with the document."""
    name_file(work, document.agency_id, sha256=sha256, size=size, media_type=media_type)
    count = select(func.count()).select_from(Attachment).where(Attachment.document_id == document.id)
    work.session.add(
        Attachment(
            id=new_id(),
            document_id=document.id,
            ordinal=(work.session.scalar(count) or 0) + 1,
            name=name,
            sha256=sha256,
        )
    )
    work.session.flush()


def remove_attachment(work: Work, document: Document, *, ordinal: int) -> str:
    """Mark a file as taken off and return its name; raises `FileNotThere`."""
    wanted = select(Attachment).where(
        Attachment.document_id == document.id, Attachment.ordinal == ordinal, Attachment.removed_at.is_(None)
    )
    attachment = work.session.scalars(wanted).one_or_none()
    if attachment is None:
        raise FileNotThere
    attachment.removed_at = work.now
    work.session.flush()
    return attachment.name


def note_viewing(work: Work, document: Document, *, version_ordinal: int) -> None:
    """Remember that the acting person opened this version: a line of the journal for each day (Annex VI, III.6.l)."""
    person_id = work.actor.person_id
    if person_id is None:
        return
    insert = postgresql.insert if work.session.get_bind().dialect.name == "postgresql" else sqlite.insert
    noted = (
        insert(Viewing)
        .values(
            document_id=document.id,
            person_id=person_id,
            version_ordinal=version_ordinal,
            at=work.now,
            last_on=work.today,
        )
        .on_conflict_do_update(
            index_elements=[Viewing.document_id, Viewing.person_id, Viewing.version_ordinal],
            set_={"last_on": work.today},
            where=Viewing.last_on.is_distinct_from(work.today),
        )
        .returning(Viewing.version_ordinal)
    )
    if work.session.execute(noted).one_or_none() is not None:
        work.note("view", document.id, version=version_ordinal)


def note_taking(work: Work, document: Document, *, file: str) -> None:
    """Remember that the acting person took a file out, to read, keep or print it: each time (Annex VI, III.6.l)."""
    work.note("take_file", document.id, file=file)


def name_file(work: Work, agency_id: UUID, *, sha256: str, size: int, media_type: str) -> None:
    """Name what lies in the store for this agency; naming it twice changes nothing."""
    if work.session.get(File, (agency_id, sha256)) is None:
        work.session.add(File(agency_id=agency_id, sha256=sha256, size=size, media_type=media_type, stored_at=work.now))
        work.session.flush()


def keep_derivative(work: Work, *, of_sha256: str, recipe: str, recipe_version: int, key: str) -> None:
    """Remember something made from a file; the newest of a recipe replaces the one before."""
    found = work.session.get(Derivative, (of_sha256, recipe, recipe_version))
    if found is None:
        work.session.add(Derivative(of_sha256=of_sha256, recipe=recipe, recipe_version=recipe_version, key=key))
        work.session.flush()
    else:
        found.key = key


def grant(work: Work, document: Document, *, token: str, reason: str) -> None:
    """Let more people see the document, for a reason that is kept as a fact; once for each token."""
    held = select(Grant.id).where(Grant.document_id == document.id, Grant.token == token)
    if work.session.scalar(held) is not None:
        return
    work.session.add(Grant(id=new_id(), document_id=document.id, token=token, reason=reason, at=work.now))
    work.session.flush()
    touch(work, document)
    work.note("grant", document.id, token=token, reason=reason)


def days_before(due: date, on: date) -> int:
    """How many days before the deadline something happened; negative when late."""
    return (due - on).days

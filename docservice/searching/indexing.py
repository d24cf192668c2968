"""Keeping the index at the facts: one document at a time, or everything anew beside the index in use."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, update

from docservice.core import outbox
from docservice.core.ids import new_id
from docservice.core.outbox import Job
from docservice.core.runner import JobRun, job
from docservice.core.sandbox_errors import SandboxFailed
from docservice.core.work import Ports, Reading, Work
from docservice.documents import facts, storing, texts
from docservice.documents.events import DocumentChanged
from docservice.documents.models import Document
from docservice.searching import saved
from docservice.searching.entries import entries_of
from docservice.searching.errors import IndexNotMade
from docservice.searching.models import IndexRebuild
from search import Entry, Index, IndexUnavailable, SearchError
from templates.errors import TemplatesError

log = logging.getLogger(__name__)

INDEX_JOB, REBUILD_JOB = "searching.index", "searching.rebuild"
# What an earlier version of this service called the same job.
_FORMER_JOB = "documents.index"
_CHUNK = 400
# A reading of that many files still ends well within a person's patience for the first of them.
_TOGETHER = 15


@dataclass(frozen=True)
class Progress:
    """How far the last rebuild has come; `ended_at` is None while it runs."""

    begun_at: datetime
    done: int
    total: int
    ended_at: datetime | None

    @property
    def percent(self) -> int:
        return min(100, 100 * self.done // self.total) if self.total else 100


@dataclass(frozen=True)
class Lag:
    """Documents whose change the index does not know yet, since when the oldest waits, and how many gave up."""

    waiting: int
    oldest: datetime | None
    parked: int


def index_later(work: Work, event: DocumentChanged) -> None:
    """Promise the index the document's new state, once however often it changes before the job begins."""
    work.later(INDEX_JOB, merge_key=f"{INDEX_JOB}:{event.document_id}", document_id=event.document_id)


@job(INDEX_JOB)
def index(run: JobRun, *, document_id: UUID) -> None:
    """Bring the index to the present state of a document, and of others that wait; running it twice changes nothing.

    The index is committed once for all of them: that takes as long for one as for twenty.
    """
    wanted = [document_id, *(ids["document_id"] for ids in run.take_along(most=_TOGETHER))]
    with run.reading() as reading:
        documents = list(reading.session.scalars(select(Document).where(Document.id.in_(wanted))))
        # What arrives is read by a job of its own, whose end is a change: this one would only read it a second time.
        read_by = {facts.first_reading_key(identifier): identifier for identifier in wanted}
        awaited = {read_by[key] for key in outbox.promised(reading.session, read_by)}
        unread = texts.unread(reading, [identifier for identifier in wanted if identifier not in awaited])
        entries = entries_of(reading, documents)
    gone = set(wanted) - {document.id for document in documents}
    if gone:
        run.ports[Index].remove([str(identifier) for identifier in gone])
    read: dict[str, str] = {}
    for sha256 in dict.fromkeys(unread.values()):
        run.renew()
        text = _read(run.ports, sha256)
        if text is not None:
            read[sha256] = text
    texts_now = {str(identifier): read[sha256] for identifier, sha256 in unread.items() if sha256 in read}
    if entries:
        run.ports[Index].put([replace(entry, body=texts_now.get(entry.id, entry.body)) for entry in entries])
    kept = {sha256: storing.put(run.ports, text.encode()).key for sha256, text in read.items()}
    with run.finish() as work:
        for sha256, key in kept.items():
            texts.keep_text(work, sha256=sha256, key=key)
        for document in documents:
            saved.tell_news(work, document.id)


def begin_rebuild(work: Work) -> IndexRebuild:
    """Promise the whole index anew; a rebuild that was under way gives way to this one."""
    open_ones = update(IndexRebuild).where(IndexRebuild.ended_at.is_(None))
    work.session.execute(open_ones.values(ended_at=work.now))
    total = work.session.scalar(select(func.count()).select_from(Document)) or 0
    rebuild = IndexRebuild(id=new_id(), begun_at=work.now, reached=None, done=0, total=total, ended_at=None)
    work.session.add(rebuild)
    work.session.flush()
    work.later(REBUILD_JOB, merge_key=f"{REBUILD_JOB}:{rebuild.id}", rebuild_id=rebuild.id)
    work.note("rebuild_index", "index", documents=total)
    return rebuild


@job(REBUILD_JOB)
def rebuild_some(run: JobRun, *, rebuild_id: UUID) -> None:
    """The next documents of a rebuild, and the promise of those after; the last one puts the new index into use."""
    with run.reading() as reading:
        rebuild = reading.session.get(IndexRebuild, rebuild_id)
        if rebuild is None or rebuild.ended_at is not None:
            return
    place = run.ports[Index]
    if rebuild.reached is None:
        # Before anything is read: a change after the reading goes into the new index too.
        place.begin_rebuild()
    with run.reading() as reading:
        some = _after(reading, rebuild.reached)
        unread = texts.unread(reading, [document.id for document in some])
        entries = entries_of(reading, some)
    entries = [_with_text(run.ports, entry, unread.get(UUID(entry.id)), run.renew) for entry in entries]
    reached: UUID | None = some[-1].id if some else None
    try:
        if entries:
            place.fill(entries)
        else:
            place.finish_rebuild()
    except IndexUnavailable as error:
        if error.code != "no_rebuild":
            raise
        # Ended already before this job could say so; or what was being made is gone, and is begun again.
        some, reached = (some, None) if entries else ([], None)
    with run.finish() as work:
        row = work.session.get_one(IndexRebuild, rebuild_id)
        row.reached, row.done = reached, row.done + len(some) if reached else 0
        if some:
            work.later(REBUILD_JOB, merge_key=f"{REBUILD_JOB}:{rebuild_id}", rebuild_id=rebuild_id)
        else:
            row.done, row.ended_at = row.total, work.now


@job("searching.keep_index")
def keep_index(run: JobRun) -> None:
    """Begin a rebuild by itself where the index cannot answer: of another analysis after an upgrade, or lost."""
    health = run.ports[Index].check()
    with run.reading() as reading:
        progress = last_rebuild(reading)
        has_documents = reading.session.scalar(select(Document.id).limit(1)) is not None
    runs = progress is not None and progress.ended_at is None
    with run.finish() as work:
        if (health.outdated or (health.entries == 0 and has_documents)) and not runs:
            begin_rebuild(work)
        left = update(Job).where(Job.name == _FORMER_JOB, Job.done_at.is_(None))
        work.session.execute(left.values(name=INDEX_JOB, merge_key=None, parked_at=None, attempts=1, run_at=work.now))


def last_rebuild(reading: Reading) -> Progress | None:
    """The rebuild that runs, or the last that ran."""
    row = reading.session.scalars(select(IndexRebuild).order_by(IndexRebuild.id.desc()).limit(1)).one_or_none()
    return Progress(row.begun_at, row.done, row.total, row.ended_at) if row else None


def lag(reading: Reading) -> Lag:
    """How far the index is behind the database."""
    open_ones = (Job.name == INDEX_JOB, Job.done_at.is_(None))
    waiting, oldest = reading.session.execute(
        select(func.count(), func.min(Job.created_at)).where(*open_ones, Job.parked_at.is_(None))
    ).one()
    parked = reading.session.scalar(select(func.count()).where(*open_ones, Job.parked_at.is_not(None))) or 0
    return Lag(waiting, oldest, parked)


def rebuild_now(reading: Reading) -> None:
    """The whole index anew in this very process, for a node nobody uses yet; raises `IndexNotMade`."""
    try:
        reading.ports[Index].rebuild(_everything(reading))
    except SearchError as error:
        raise IndexNotMade from error


def _everything(reading: Reading) -> Iterator[Entry]:
    reached: UUID | None = None
    while some := _after(reading, reached):
        unread = texts.unread(reading, [document.id for document in some])
        for entry in entries_of(reading, some):
            yield _with_text(reading.ports, entry, unread.get(UUID(entry.id)))
        reached = some[-1].id
        reading.session.expunge_all()


def _after(reading: Reading, reached: UUID | None) -> list[Document]:
    wanted = select(Document).order_by(Document.id).limit(_CHUNK)
    return list(reading.session.scalars(wanted if reached is None else wanted.where(Document.id > reached)))


def _with_text(ports: Ports, entry: Entry, unread: str | None, renew: Callable[[], None] | None = None) -> Entry:
    """The entry with the text of its file read now, where nobody has read it yet."""
    if unread is None:
        return entry
    if renew is not None:
        renew()
    return replace(entry, body=_read(ports, unread) or "")


def _read(ports: Ports, sha256: str) -> str | None:
    """The text of a file; None where it cannot be read, so that the document is found by its facts at least."""
    try:
        return texts.read_text(ports, sha256)
    except (SandboxFailed, TemplatesError) as error:
        log.warning("no text of %s: %s", sha256, error.code)
        return None

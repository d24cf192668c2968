"""What the rows say a store has to retain, and what it was not yet asked for.

The signed originals of a closed case file stay as long as the file does. What is kept for ever ("vĩnh viễn"), and the
newest copy of each register book, has no end a store could be told, and a lock of a hundred years set by mistake could
never be undone: it is locked for some years at a time, and each year for one more, long before the lock ends.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, extract, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from docservice.core.clock import VIETNAM
from docservice.core.work import SYSTEM, Reading, Transactions
from docservice.documents.file_models import FileTrouble
from docservice.documents.models import Attachment, Document, File, Version
from docservice.documents.originals import ANNEX, ORIGINAL
from docservice.documents.register_keeping import RegisterCopy
from docservice.records.models import CaseFile, CaseFileDocument
from storage import NotStored, Store

_YEARS_AHEAD = 3
_PAGE = 200
# Rows of a transaction that was still open when somebody looked are looked for again.
SLACK = timedelta(minutes=5)


def files_of(reading: Reading, case_file_id: UUID) -> set[str]:
    """The originals of a case file: what was signed, received or preserved of its documents and their annexes."""
    wanted = (
        select(Version.sha256)
        .join(CaseFileDocument, CaseFileDocument.document_id == Version.document_id)
        .where(CaseFileDocument.case_file_id == case_file_id, Version.stage.in_(ORIGINAL))
    )
    annexes = _annexes(ANNEX).where(CaseFileDocument.case_file_id == case_file_id, ANNEX.is_not(None))
    return {*reading.session.scalars(wanted), *reading.session.scalars(annexes)}


def last_year(case_file: CaseFile | None, today: date) -> int:
    """The last year of a case file's lock; of a register book's, without one."""
    ends = case_file.retention_ends if case_file is not None else None
    return ends or today.year + _YEARS_AHEAD


def end_of(year: int) -> datetime:
    """The instant at which a year is over in Vietnam."""
    return datetime(year + 1, 1, 1, tzinfo=VIETNAM).astimezone(UTC)


def newest_copy(reading: Reading, register_id: UUID) -> RegisterCopy:
    """A register book as it was written out last: every line of the copies before it stands there too."""
    wanted = select(RegisterCopy).where(RegisterCopy.register_id == register_id)
    return reading.session.scalars(wanted.order_by(RegisterCopy.lines.desc()).limit(1)).one()


def due_case_files(reading: Reading) -> Select[UUID]:
    """Closed case files with a file that was not asked for, in a store that has it, to the day it is now kept."""
    is_newer = or_(*(_since(when, CaseFile.retained_at) for when in (Version.made_at, *_ARRIVED)))
    newer = (
        select(Version.id)
        .join(CaseFileDocument, CaseFileDocument.document_id == Version.document_id)
        .outerjoin(File, File.sha256 == Version.sha256)
        .outerjoin(FileTrouble, FileTrouble.key == Version.sha256)
        .where(CaseFileDocument.case_file_id == CaseFile.id, Version.stage.in_(ORIGINAL), is_newer)
    )
    newer_annex = (
        _annexes(Attachment.id)
        .join(File, File.sha256 == ANNEX)
        .outerjoin(FileTrouble, FileTrouble.key == ANNEX)
        .where(
            CaseFileDocument.case_file_id == CaseFile.id,
            or_(*(_since(when, CaseFile.retained_at) for when in (File.stored_at, *_ARRIVED))),
        )
    )
    due = or_(_unasked(reading), newer.exists(), newer_annex.exists())
    return _kept(reading).where(due).order_by(CaseFile.id)


def due_books(reading: Reading) -> Select[UUID]:
    """Register books whose newest copy is not locked far enough ahead."""
    newer = (
        select(File.sha256)
        .outerjoin(FileTrouble, FileTrouble.key == File.sha256)
        .where(File.sha256 == RegisterCopy.sha256, or_(*(_since(when, RegisterCopy.retained_at) for when in _ARRIVED)))
    )
    wanted = select(RegisterCopy.register_id).where(_is_newest(), or_(_unasked_book(reading), newer.exists()))
    return wanted.order_by(RegisterCopy.register_id)


def counts(reading: Reading) -> tuple[int, int]:
    """How many case files and books are locked, and how many are to be.

    What is only looked at again (`SLACK`, a newer file) counts as locked: the next round takes it.
    """
    kept, books = _kept(reading), select(RegisterCopy.register_id).where(_is_newest())
    waiting, unlocked = kept.where(_unasked(reading)), books.where(_unasked_book(reading))
    all_, open_ = (
        sum(reading.session.scalar(select(func.count()).select_from(one.subquery())) or 0 for one in two)
        for two in ((kept, books), (waiting, unlocked))
    )
    return all_ - open_, open_


def retain_all(transactions: Transactions, store: Store) -> int:
    """Have a store that got its files from elsewhere retain them as the rows say; returns how many it retains.

    The rows are read page by page, and no transaction is open while the store is asked.
    """
    done = 0
    for page in _wanted(transactions):
        for key, until in page:
            try:
                done += store.retain(key, until) is not None
            except NotStored:
                continue  # lost: that is found and told elsewhere
    return done


def _wanted(transactions: Transactions) -> Iterator[list[tuple[str, datetime]]]:
    after: UUID | None = None
    while True:
        with transactions.reading(SYSTEM) as reading:
            page = _kept(reading).order_by(CaseFile.id).limit(_PAGE)
            ids = list(reading.session.scalars(page.where(CaseFile.id > after) if after else page))
            wanted = [(key, until) for one in ids for until in [_until(reading, one)] for key in files_of(reading, one)]
        yield wanted
        if len(ids) < _PAGE:
            break
        after = ids[-1]
    with transactions.reading(SYSTEM) as reading:
        until = end_of(last_year(None, reading.today))
        books = list(reading.session.scalars(select(RegisterCopy.sha256).where(_is_newest())))
    yield [(key, until) for key in books]


def _until(reading: Reading, case_file_id: UUID) -> datetime:
    return end_of(last_year(reading.session.get_one(CaseFile, case_file_id), reading.today))


def _annexes(column: Any) -> Select[Any]:
    """Of the annexes of documents in case files."""
    return (
        select(column)
        .select_from(Attachment)
        .join(Document, Document.id == Attachment.document_id)
        .join(CaseFileDocument, CaseFileDocument.document_id == Attachment.document_id)
    )


# When a file came to lie in a store anew: copied to the second, mended in either.
_ARRIVED: tuple[InstrumentedAttribute[Any], ...] = (File.copied_at, FileTrouble.mended_at)


def _since(when: InstrumentedAttribute[Any], asked_at: InstrumentedAttribute[Any]) -> ColumnElement[bool]:
    return and_(when.is_not(None), when > asked_at)


def _kept(reading: Reading) -> Select[UUID]:
    """Closed case files whose retention is not over."""
    ends = CaseFile.retention_ends
    return select(CaseFile.id).where(CaseFile.closed_at.is_not(None), or_(ends.is_(None), ends >= reading.today.year))


def _unasked(reading: Reading) -> ColumnElement[bool]:
    ends, until = CaseFile.retention_ends, CaseFile.retained_until
    return or_(
        CaseFile.retained_at.is_(None),
        and_(ends.is_(None), until < _ahead(reading)),
        and_(ends.is_not(None), extract("year", until) < ends),
    )


def _unasked_book(reading: Reading) -> ColumnElement[bool]:
    return or_(RegisterCopy.retained_at.is_(None), RegisterCopy.retained_until < _ahead(reading))


def _ahead(reading: Reading) -> date:
    return date(reading.today.year + _YEARS_AHEAD, 12, 31)


def _is_newest() -> ColumnElement[bool]:
    other = RegisterCopy.__table__.alias()
    newer = select(other.c.lines).where(
        other.c.register_id == RegisterCopy.register_id, other.c.lines > RegisterCopy.lines
    )
    return ~newer.exists()

"""Having the stores keep what the rows say: the originals of closed case files, and the register books."""

from datetime import date
from itertools import product
from uuid import UUID

from sqlalchemy import Select
from sqlalchemy.orm import InstrumentedAttribute

from docservice.core import outbox
from docservice.core.runner import JobRun, job
from docservice.core.work import Ports, Work
from docservice.documents.file_care import FileCare
from docservice.documents.register_keeping import RegisterCopy
from docservice.records import retaining
from docservice.records.models import CaseFile
from storage import NotStored, Store

RETAIN = "records.retain_for_ever"
_ORIGINALS, _BOOK = "records.retain_originals", "records.retain_book"
# So many of each a round: after a move, or in a year's first days, there is no load of its own.
_AT_ONCE = 1000
_PAUSE = retaining.SLACK
# Of the jobs that are promised for one case file or one book.
_KEY = "retain:"
_RENEW_EVERY = 500


@job(RETAIN)
def retain(run: JobRun, *, after: UUID | None = None) -> None:
    """Promise a job for each case file and each book with something that the stores were not asked for.

    In the order of their ids, so many a round, from `after` on: those that fail hold up none behind them.
    """
    if not retaining_stores(run.ports):
        return
    with run.finish() as work:
        case_files = _next(work, retaining.due_case_files(work), CaseFile.id, after)
        books = _next(work, retaining.due_books(work), RegisterCopy.register_id, after)
        # Where one kind has more to come, the other is gone through no further than it.
        full = [ids[-1] for ids in (case_files, books) if len(ids) == _AT_ONCE]
        last = min(full) if full else None
        waiting = outbox.open_keys(work.session, _KEY)
        for one in (one for one in case_files if last is None or one <= last):
            if (key := f"{_KEY}{one}") not in waiting:
                work.later(_ORIGINALS, merge_key=key, case_file_id=one)
        for one in (one for one in books if last is None or one <= last):
            if (key := f"{_KEY}{one}") not in waiting:
                work.later(_BOOK, merge_key=key, register_id=one)
        if last is not None:
            work.later(RETAIN, merge_key=f"{RETAIN}:{last}", delay=_PAUSE, after=last)


@job(_ORIGINALS)
def retain_originals(run: JobRun, *, case_file_id: UUID) -> None:
    """Have the stores keep its originals to the end of the retention, where they can; extended, never shortened."""
    with run.reading() as reading:
        before = reading.now - retaining.SLACK
        last = retaining.last_year(reading.session.get_one(CaseFile, case_file_id), reading.today)
        keys = retaining.files_of(reading, case_file_id)
    if not _retained(run, keys, last):
        return
    with run.finish() as work:
        case_file = work.session.get_one(CaseFile, case_file_id)
        case_file.retained_until, case_file.retained_at = date(last, 12, 31), before


@job(_BOOK)
def retain_book(run: JobRun, *, register_id: UUID) -> None:
    """Have the stores keep the newest copy of a register book some years ahead."""
    with run.reading() as reading:
        before, last = reading.now - retaining.SLACK, retaining.last_year(None, reading.today)
        key = retaining.newest_copy(reading, register_id).sha256
    if not _retained(run, {key}, last):
        return
    with run.finish() as work:
        copy = retaining.newest_copy(work, register_id)
        if copy.sha256 == key:
            copy.retained_until, copy.retained_at = date(last, 12, 31), before


def _next(work: Work, due: Select[UUID], column: InstrumentedAttribute[UUID], after: UUID | None) -> list[UUID]:
    page = due.where(column > after) if after else due
    return list(work.session.scalars(page.limit(_AT_ONCE)))


def retaining_stores(ports: Ports) -> list[Store]:
    """Of the store and the one of second copies, those whose address asks them to retain."""
    return [store for store in (ports[Store], ports[FileCare].second) if store is not None and store.retains()]


def _retained(run: JobRun, keys: set[str], last: int) -> bool:
    """False where no store retains anything."""
    stores, until = retaining_stores(run.ports), retaining.end_of(last)
    for number, (store, key) in enumerate(product(stores, sorted(keys)), start=1):
        try:
            store.retain(key, until)
        except NotStored:
            continue  # lost, or not copied yet: that is found and told elsewhere
        if number % _RENEW_EVERY == 0:
            run.renew()
    return bool(stores)

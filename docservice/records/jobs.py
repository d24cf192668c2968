"""Having the stores keep what the rows say: the originals of closed case files, and the register books."""

from datetime import date
from itertools import product
from uuid import UUID

from docservice.core.runner import JobRun, job
from docservice.core.work import Ports
from docservice.documents.file_care import FileCare
from docservice.records import retaining
from docservice.records.models import CaseFile
from storage import NotStored, Store

RETAIN = "records.retain_for_ever"
_ORIGINALS, _BOOK = "records.retain_originals", "records.retain_book"
# So many of each a round: after a move, or in a year's first days, there is no load of its own.
_AT_ONCE = 1000
_PAUSE = retaining.SLACK
_RENEW_EVERY = 500


@job(RETAIN)
def retain(run: JobRun) -> None:
    """Promise a job for each case file and each book with something that the stores were not asked for."""
    if not retaining_stores(run.ports):
        return
    with run.finish() as work:
        case_files = list(work.session.scalars(retaining.due_case_files(work).limit(_AT_ONCE)))
        books = list(work.session.scalars(retaining.due_books(work).limit(_AT_ONCE)))
        for case_file_id in case_files:
            work.later(_ORIGINALS, merge_key=f"retain:{case_file_id}", case_file_id=case_file_id)
        for register_id in books:
            work.later(_BOOK, merge_key=f"retain:{register_id}", register_id=register_id)
        if _AT_ONCE in {len(case_files), len(books)}:
            work.later(RETAIN, merge_key=RETAIN, delay=_PAUSE)


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

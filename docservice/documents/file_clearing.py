"""Files no row names: marked when they are older than a day, looked up again a day later, then deleted.

A job that fails between the file and its row leaves such a file; so does one that is tried again with other bytes.
"""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from docservice.core.ids import new_id
from docservice.core.runner import JobRun, job
from docservice.core.work import Reading
from docservice.documents import file_names
from docservice.documents.file_care import FileCare
from docservice.documents.file_models import StrayFile
from storage import StillRetained, Store, StoredFile

CLEAR = "documents.clear_files"
_DAY = timedelta(days=1)
_AT_ONCE = 500
_MOST_MARKS = 10_000


@job(CLEAR)
def clear(run: JobRun) -> None:
    """Mark what no row names, take marks off what one names again, and have deleted what was marked a day ago."""
    store, care = run.ports[Store], run.ports[FileCare]
    strays: dict[str, int] = {}
    for page in _pages(store, run):
        with run.reading() as reading:
            known = file_names.named(reading, [file.key for file in page])
        strays |= {file.key: file.size for file in page if file.key not in known}
        run.renew()
        if len(strays) >= _MOST_MARKS:
            break
    for place in filter(None, (store, care.second)):
        place.drop_left_overs()
    with run.finish() as work:
        marked = {row.key: row for row in work.session.scalars(select(StrayFile))}
        for key, row in marked.items():
            if key not in strays and (not store.exists(key) or file_names.named(work, [key])):
                work.session.delete(row)
            elif row.marked_at + _DAY <= work.now:
                work.later("documents.delete_stray", merge_key=f"documents.delete_stray:{row.id}", stray_id=row.id)
        for key, size in strays.items():
            if key not in marked:
                work.session.add(StrayFile(id=new_id(), key=key, size=size, marked_at=work.now))


@job("documents.delete_stray")
def delete_stray(run: JobRun, *, stray_id: UUID) -> None:
    """Look once more whether a row names it, and whether it was put since; only then it goes, from both places."""
    store, care = run.ports[Store], run.ports[FileCare]
    with run.finish() as work:
        row = work.session.get(StrayFile, stray_id)
        if row is None:
            return
        if file_names.named(work, [row.key]):
            work.session.delete(row)
            return
        try:
            gone = store.delete(row.key, not_put_since=row.marked_at)
            if gone and care.second is not None:
                care.second.delete(row.key, not_put_since=row.marked_at)
        except StillRetained:
            # The place keeps it until its day; it stays marked and is asked for again.
            return
        work.session.delete(row)
        if gone:
            work.note("delete_stray", row.key, size=row.size)


def strays(reading: Reading) -> list[StrayFile]:
    """What is marked."""
    return list(reading.session.scalars(select(StrayFile).order_by(StrayFile.marked_at)))


def _pages(store: Store, run: JobRun) -> Iterator[list[StoredFile]]:
    page: list[StoredFile] = []
    for file in store.list(older_than=run.now - _DAY):
        page.append(file)
        if len(page) == _AT_ONCE:
            yield page
            page = []
    if page:
        yield page

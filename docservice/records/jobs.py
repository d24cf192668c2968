"""What a closed case file asks of the store: its signed originals stay as long as the file does.

What is kept for ever ("vĩnh viễn") has no end a store could be told, and a lock of a hundred years set by mistake could
never be undone. So it is locked for some years at a time, and each year for one more, long before the lock ends.
"""

from datetime import UTC, date, datetime
from uuid import UUID

from sqlalchemy import or_, select

from docservice.core.clock import VIETNAM
from docservice.core.runner import JobRun, job
from docservice.documents.models import Stage, Version
from docservice.records import queries
from docservice.records.models import CaseFile
from storage import NotStored, Store

RETAIN = "records.retain_for_ever"
_YEARS_AHEAD = 3
# So many a day: a year's first days are no load of their own.
_AT_ONCE = 2000
_RENEW_EVERY = 500
_ORIGINAL = (Stage.SIGNED, Stage.ROUTED, Stage.SEALED, Stage.RECEIVED, Stage.PRESERVED)


@job("records.retain_originals")
def retain_originals(run: JobRun, *, case_file_id: UUID) -> None:
    """Have the place of files itself keep them to the end of the retention, where it can; extended, never shortened."""
    with run.reading() as reading:
        case_file = reading.session.get_one(CaseFile, case_file_id)
        ids = queries.documents_in(reading, case_file_id)
        wanted = select(Version.sha256).where(Version.document_id.in_(ids), Version.stage.in_(_ORIGINAL))
        keys = set(reading.session.scalars(wanted))
        last = case_file.retention_ends or reading.today.year + _YEARS_AHEAD
    until = datetime(last + 1, 1, 1, tzinfo=VIETNAM).astimezone(UTC)
    for number, key in enumerate(sorted(keys), start=1):
        try:
            run.ports[Store].retain(key, until)
        except NotStored:
            continue  # lost: that is found and told elsewhere
        if number % _RENEW_EVERY == 0:
            run.renew()
    with run.finish() as work:
        work.session.get_one(CaseFile, case_file_id).retained_until = date(last, 12, 31)


@job(RETAIN)
def retain_for_ever(run: JobRun) -> None:
    """Lock what is kept for ever for a further year, where less than the years ahead are left."""
    with run.finish() as work:
        wanted = select(CaseFile.id).where(
            CaseFile.closed_at.is_not(None),
            CaseFile.retention_ends.is_(None),
            or_(
                CaseFile.retained_until.is_(None),
                CaseFile.retained_until < date(work.today.year + _YEARS_AHEAD, 12, 31),
            ),
        )
        found = list(work.session.scalars(wanted.order_by(CaseFile.id).limit(_AT_ONCE)))
        for case_file_id in found:
            work.later("records.retain_originals", merge_key=f"retain:{case_file_id}", case_file_id=case_file_id)

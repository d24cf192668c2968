"""What a closed case file asks of the store: its signed originals stay as long as the file does."""

from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import select

from docservice.core.clock import VIETNAM
from docservice.core.runner import JobRun, job
from docservice.documents.models import Stage, Version
from docservice.records import queries
from docservice.records.models import CaseFile
from storage import NotStored, Store

_ORIGINAL = (Stage.SIGNED, Stage.ROUTED, Stage.SEALED, Stage.RECEIVED, Stage.PRESERVED)


@job("records.retain_originals")
def retain_originals(run: JobRun, *, case_file_id: UUID) -> None:
    """Have the place of files itself keep them to the end of the retention, where it can; extended, never shortened.

    What is kept for ever has no end a place could be told: it is retained by the address's `lock_days` alone.
    """
    with run.reading() as reading:
        case_file = reading.session.get_one(CaseFile, case_file_id)
        ids = queries.documents_in(reading, case_file_id)
        wanted = select(Version.sha256).where(Version.document_id.in_(ids), Version.stage.in_(_ORIGINAL))
        keys = set(reading.session.scalars(wanted))
    if case_file.retention_ends is None:
        return
    until = datetime(case_file.retention_ends + 1, 1, 1, tzinfo=VIETNAM).astimezone(UTC)
    for key in sorted(keys):
        try:
            run.ports[Store].retain(key, until)
        except NotStored:
            continue  # lost: that is found and told elsewhere

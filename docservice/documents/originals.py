"""Files that a store retains from the start: signed here, sent or received, and register books as they were written."""

from collections.abc import Iterable
from contextlib import suppress
from uuid import UUID

from sqlalchemy import case, or_, select

from docservice.core.runner import JobRun, job
from docservice.core.work import Reading
from docservice.documents.models import Attachment, Direction, Document, File, Stage, Version
from docservice.documents.register_keeping import RegisterCopy
from storage import NotStored, Store

RETAIN_SCAN = "documents.retain_scan"

ORIGINAL = (Stage.SIGNED, Stage.ROUTED, Stage.SEALED, Stage.RECEIVED, Stage.PRESERVED)
# An annex in a file of its own: as it came, or with the agency's signature on it; of a draft's there is none yet.
ANNEX = case((Document.direction == Direction.INCOMING, Attachment.sha256), else_=Attachment.sealed_sha256)
# A message between agencies as it went or came; nothing else that is written here has this media type.
EDXML = "application/xml"


def originals(reading: Reading, keys: Iterable[str]) -> set[str]:
    """Those of the keys that are such files."""
    wanted = set(keys)
    signed = select(Version.sha256).where(Version.sha256.in_(wanted), Version.stage.in_(ORIGINAL))
    annexes = (
        select(ANNEX)
        .select_from(Attachment)
        .join(Document, Document.id == Attachment.document_id)
        .where(or_(Attachment.sha256.in_(wanted), Attachment.sealed_sha256.in_(wanted)), ANNEX.in_(wanted))
    )
    messages = select(File.sha256).where(File.sha256.in_(wanted), File.media_type == EDXML)
    books = select(RegisterCopy.sha256).where(RegisterCopy.sha256.in_(wanted))
    return {key for found in (signed, annexes, messages, books) for key in reading.session.scalars(found)}


@job(RETAIN_SCAN)
def retain_scan(run: JobRun, *, version_id: UUID) -> None:
    """Have the store retain a scan from the start, now that a row names it: one whose form was refused may go."""
    with run.reading() as reading:
        key = reading.session.get_one(Version, version_id).sha256
    with suppress(NotStored):  # lost: that is found and told elsewhere
        run.ports[Store].retain(key)

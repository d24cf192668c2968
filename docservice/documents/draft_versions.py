"""The versions a draft went through: recorded when it is saved, read as text, put back."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select

from docservice.core.errors import DocError
from docservice.core.ids import new_id
from docservice.core.sandbox import Sandbox
from docservice.core.work import Ports, Reading, Work
from docservice.documents import drafting, storing
from docservice.documents.draft_models import DraftVersion
from docservice.documents.errors import FileNotThere
from docservice.documents.models import Document
from docservice.documents.own_forms import Sheet, fill_sheet, sheet_of
from templates.draft import SignatureBlock
from templates.readable import lines_of

# What no column of a database holds.
_NO_ORDINAL = 2**31
# Where nobody can be named to sign, the text is read all the same.
_UNSIGNED = SignatureBlock(("…",), "…")


def record(work: Work, document: Document) -> None:
    """Append the draft as it is now; a save that changes nothing is no version."""
    last = latest(work, document.id)
    values = dict(document.form_values or {})
    if last is not None and (last.form_values, last.word_sha256) == (values, document.word_sha256):
        return
    work.session.add(
        DraftVersion(
            id=new_id(),
            document_id=document.id,
            ordinal=(last.ordinal if last else 0) + 1,
            post_id=work.actor.post_id,
            actor=work.actor.name,
            at=work.now,
            form_values=values,
            word_sha256=document.word_sha256,
        )
    )
    work.session.flush()


def versions(reading: Reading, document_id: UUID) -> list[DraftVersion]:
    """All versions, oldest first."""
    wanted = select(DraftVersion).where(DraftVersion.document_id == document_id).order_by(DraftVersion.ordinal)
    return list(reading.session.scalars(wanted))


def latest(reading: Reading, document_id: UUID) -> DraftVersion | None:
    """The newest version; None for what was never a draft here."""
    newest = select(func.max(DraftVersion.ordinal)).where(DraftVersion.document_id == document_id).scalar_subquery()
    wanted = select(DraftVersion).where(DraftVersion.document_id == document_id, DraftVersion.ordinal == newest)
    return reading.session.scalars(wanted).one_or_none()


def version(reading: Reading, document_id: UUID, ordinal: int) -> DraftVersion:
    """One version; raises `FileNotThere`."""
    if not 0 < ordinal < _NO_ORDINAL:
        raise FileNotThere
    wanted = select(DraftVersion).where(DraftVersion.document_id == document_id, DraftVersion.ordinal == ordinal)
    found = reading.session.scalars(wanted).one_or_none()
    if found is None:
        raise FileNotThere
    return found


def word_of(reading: Reading, document: Document, kept: DraftVersion) -> Sheet | str:
    """What makes a version's Word file: the sheet of its form, or the hash of the drafter's own file."""
    if kept.word_sha256 is not None:
        return kept.word_sha256
    try:
        block = drafting.signature_block(reading, document)
    except DocError:
        block = _UNSIGNED
    return sheet_of(reading, document, values=kept.form_values, block=block)


def docx_of(ports: Ports, made: Sheet | str) -> bytes:
    """The Word file itself; outside of any transaction."""
    return storing.get(ports, made) if isinstance(made, str) else fill_sheet(ports, made)


def text_of(ports: Ports, made: Sheet | str) -> Sequence[str]:
    """The lines of a version as people read them; raises `TemplatesError`, `SandboxFailed`."""
    return ports[Sandbox].run(lines_of, docx_of(ports, made))

"""Drafting together: the draft goes out into Word and comes back, an earlier version too, and people remark on it."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from docservice.core.errors import NotAllowed
from docservice.core.work import Work
from docservice.documents import draft_locks, draft_versions, facts, queries, remarks
from docservice.documents.draft_models import DraftLock, Remark
from docservice.documents.drafting import read_form, read_word_form
from docservice.documents.errors import FormNotChecked, NoWordForSlip, RemarksClosed
from docservice.documents.models import Direction, Document
from docservice.documents.status import UNSIGNED, Verb
from docservice.workflow.service.step import take
from docservice.workflow.transitions import allowed, may_break_lock
from templates.catalogue import ALL_KINDS
from templates.office import DOCX


def take_out(work: Work, *, document_id: UUID, revision: int | None = None) -> DraftLock:
    """Take the draft out to edit it in Word; taking it out again prolongs. Raises `DraftOut`, `NoWordForSlip`."""
    document = take(work, document_id, Verb.REVISE, revision=revision)
    if facts.is_routed(document):
        raise NoWordForSlip
    return draft_locks.take_out(work, document)


def bring_back(
    work: Work, *, document_id: UUID, word_sha256: str, word_size: int, values: Mapping[str, object]
) -> Document:
    """The edited file, which has passed the fence and lies in the store, becomes the next version.

    `values` are what was read from it. Raises `DraftOut`, `DraftMoved`.
    """
    document = take(work, document_id, Verb.REVISE, revision=None)
    draft_locks.bring_back(work, document)
    facts.name_file(work, document.agency_id, sha256=word_sha256, size=word_size, media_type=DOCX)
    _become(work, document, values=values, word_sha256=word_sha256, note="Tải bản sửa trong Word lên")
    return document


def unlock(work: Work, *, document_id: UUID) -> Document:
    """Give up what one has out, or break the lock of somebody of the own unit."""
    document = queries.get_visible(work, document_id)
    held = draft_locks.open_lock(work, document.id)
    if held is not None and held.person_id != work.actor.person_id and not may_break_lock(work.actor, document):
        raise NotAllowed
    draft_locks.unlock(work, document)
    return document


def restore(work: Work, *, document_id: UUID, ordinal: int, revision: int | None = None) -> Document:
    """Put an earlier version back: it becomes the newest, and none is lost."""
    document = take(work, document_id, Verb.REVISE, revision=revision)
    draft_locks.check_free(work, document)
    earlier = draft_versions.version(work, document.id, ordinal)
    note = f"Lấy lại bản thứ {ordinal}"
    _become(work, document, values=earlier.form_values, word_sha256=earlier.word_sha256, note=note)
    return document


def mend_word(
    work: Work,
    *,
    document_id: UUID,
    revision: int,
    word_sha256: str,
    word_size: int,
    values: Mapping[str, object],
    places: int,
) -> Document:
    """The drafter's own file, its form mended in so many places, becomes the next version.

    `values` are what the file says now. Raises `DraftOut`, `FormNotChecked`.
    """
    document = take(work, document_id, Verb.REVISE, revision=revision)
    check_follows_decree(document)
    draft_locks.check_free(work, document)
    facts.name_file(work, document.agency_id, sha256=word_sha256, size=word_size, media_type=DOCX)
    _become(work, document, values=values, word_sha256=word_sha256, note=f"Sửa thể thức: {places} chỗ")
    return document


def remark(work: Work, *, document_id: UUID, lines: Sequence[str], line: int, quote: str, text: str) -> Remark:
    """Góp ý at words of a line; `lines` are those of the newest version. Raises `RemarksClosed`, `RemarkEmpty`."""
    document = _open_to_remarks(work, document_id)
    newest = draft_versions.latest(work, document.id)
    version = newest.ordinal if newest else 0
    return remarks.remark(work, document, lines=lines, line=line, quote=quote, text=text, version=version)


def answer_remark(work: Work, *, document_id: UUID, remark_id: UUID, text: str) -> Remark:
    """Answer a remark."""
    return remarks.answer(work, _open_to_remarks(work, document_id), remark_id=remark_id, text=text)


def settle_remark(work: Work, *, document_id: UUID, remark_id: UUID, settled: bool) -> None:
    """Settle a remark or open it again: its author may, and whoever may change the draft."""
    document = _open_to_remarks(work, document_id)
    found = remarks.get(work, document, remark_id)
    if found.person_id != work.actor.person_id and not allowed(work.actor, Verb.REVISE, document, []):
        raise NotAllowed
    remarks.settle(work, document, remark_id=remark_id, settled=settled)


def takes_remarks(document: Document) -> bool:
    """Whether something can still be said of its text."""
    return document.direction == Direction.OUTGOING and document.status in UNSIGNED


def follows_decree(document: Document) -> bool:
    """Whether it is a draft whose form is the decree's: a kind of another family has its own."""
    kind = ALL_KINDS.get(document.kind)
    return takes_remarks(document) and kind is not None and kind.family == "administrative"


def check_follows_decree(document: Document) -> None:
    """Refuse to check by the decree what does not follow it; raises `FormNotChecked`."""
    if not follows_decree(document):
        raise FormNotChecked(reason="other_family" if takes_remarks(document) else "no_draft")


def _open_to_remarks(work: Work, document_id: UUID) -> Document:
    document = queries.get_visible(work, document_id)
    if not takes_remarks(document):
        raise RemarksClosed
    return document


def _become(
    work: Work, document: Document, *, values: Mapping[str, object], word_sha256: str | None, note: str
) -> None:
    read = read_form if word_sha256 is None else read_word_form
    document.subject = read(work, kind=document.kind, values=values).subject
    document.form_values = dict(values)
    document.word_sha256 = word_sha256
    facts.add_step(work, document, Verb.REVISE, note=note)
    draft_versions.record(work, document)

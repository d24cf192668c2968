"""Drafting together: the draft's text with what people say of it, two versions compared, out into Word and back."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, File, Form, Request, Response, UploadFile

from docservice.core.errors import DocError
from docservice.core.sandbox import Sandbox
from docservice.core.sandbox_errors import SandboxFailed
from docservice.core.work import Reading
from docservice.documents import draft_locks, draft_versions, queries, remarks
from docservice.documents.draft_models import DraftLock, DraftVersion
from docservice.documents.errors import FileNotThere, NotConvertible
from docservice.documents.models import Document
from docservice.documents.status import Verb
from docservice.edge import InVisit, Visit, permit
from docservice.web import shell, word_door
from docservice.web.acts import allow
from docservice.workflow import service as workflow
from docservice.workflow.queries import open_acts
from docservice.workflow.transitions import may_break_lock
from templates.compare_text import Change, compare_text, words_changed
from templates.errors import TemplatesError
from templates.office import DOCX

router = APIRouter(prefix="/documents/{document_id}")
Words = Annotated[str, Form(max_length=4000)]


@dataclass(frozen=True)
class Together:
    """What a document's page says of its drafting."""

    versions: list[DraftVersion]
    lock: DraftLock | None
    is_mine: bool
    may_unlock: bool
    open_remarks: int
    takes_remarks: bool
    follows_decree: bool
    # What the drafter's own file lacks, in sentences.
    faults: list[str]


def together_of(reading: Reading, document: Document) -> Together | None:
    """None for what was never drafted here."""
    versions = draft_versions.versions(reading, document.id)
    if not versions:
        return None
    lock = draft_locks.open_lock(reading, document.id)
    is_mine = lock is not None and lock.person_id == reading.actor.person_id
    return Together(
        versions=versions,
        lock=lock,
        is_mine=is_mine,
        may_unlock=lock is not None and (is_mine or may_break_lock(reading.actor, document)),
        open_remarks=remarks.open_count(reading, document.id),
        takes_remarks=workflow.takes_remarks(document),
        follows_decree=workflow.follows_decree(document),
        faults=word_door.fault_sentences((document.form_values or {}).get(word_door.FAULTS, ())),
    )


@router.get("/text", dependencies=[permit()])
def text(request: Request, visit: InVisit, document_id: UUID, at: int | None = None) -> Response:
    """The newest version as text, with the remarks beside it; `at` opens the form for a remark at that line."""
    return _text(request, visit, document_id, at=at)


@router.post("/remarks", dependencies=[permit()])
def remark(
    request: Request,
    visit: InVisit,
    document_id: UUID,
    line: Annotated[int, Form()],
    quote: Words = "",
    text: Words = "",
) -> Response:
    """Say something of a place."""
    visit = visit.on_document(document_id)
    lines = _newest_lines(visit, document_id)
    try:
        with visit.work() as work:
            made = workflow.remark(work, document_id=document_id, lines=lines, line=line, quote=quote, text=text)
    except DocError as error:
        return _text(request, visit, document_id, at=line, error=error)
    return _to_text(request, visit, document_id, f"r{made.id}")


@router.post("/remarks/{remark_id}/answer", dependencies=[permit()])
def answer(request: Request, visit: InVisit, document_id: UUID, remark_id: UUID, text: Words = "") -> Response:
    """Answer a remark."""
    visit = visit.on_document(document_id)
    try:
        with visit.work() as work:
            workflow.answer_remark(work, document_id=document_id, remark_id=remark_id, text=text)
    except DocError as error:
        return _text(request, visit, document_id, at=None, error=error)
    return _to_text(request, visit, document_id, f"r{remark_id}")


@router.post("/remarks/{remark_id}/settle", dependencies=[permit()])
def settle(
    request: Request, visit: InVisit, document_id: UUID, remark_id: UUID, *, settled: Annotated[bool, Form()]
) -> Response:
    """Mark a remark as settled, or open it again."""
    visit = visit.on_document(document_id)
    with visit.work() as work:
        workflow.settle_remark(work, document_id=document_id, remark_id=remark_id, settled=settled)
    return _to_text(request, visit, document_id, f"r{remark_id}")


@router.get("/compare", dependencies=[permit()])
def compare(
    request: Request, visit: InVisit, document_id: UUID, before: int | None = None, after: int | None = None
) -> Response:
    """Two versions in one text, what went struck and what came underlined; the last two when none are named."""
    visit = request.state.visit = visit.on_document(document_id)
    with visit.reading() as reading:
        document = queries.get_visible(reading, document_id)
        versions = draft_versions.versions(reading, document.id)
        if not versions:
            raise FileNotThere
        after = after or versions[-1].ordinal
        before = before or max(1, after - 1)
        chosen = [draft_versions.version(reading, document.id, ordinal) for ordinal in (before, after)]
        made = [draft_versions.word_of(reading, document, version) for version in chosen]
    try:
        old, new = (draft_versions.text_of(visit.node.ports, one) for one in made)
        rows = visit.node.ports[Sandbox].run(compare_text, old, new)
    except (TemplatesError, SandboxFailed) as error:
        raise NotConvertible(reason=error.code) from error
    return shell.page(
        request,
        "compare.html",
        document=document,
        versions=versions,
        before=chosen[0],
        after=chosen[1],
        rows=rows,
        counts=words_changed(rows),
        are_same=all(row.change is Change.SAME for row in rows),
    )


@router.post("/word/take-out", dependencies=[allow(Verb.REVISE)])
def take_out(request: Request, visit: InVisit, document_id: UUID) -> Response:
    """Lock the draft for whoever edits it in Word; its page then hands the file over."""
    visit = visit.on_document(document_id)
    with visit.work() as work:
        workflow.take_out(work, document_id=document_id)
        document = queries.get_visible(work, document_id)
    return shell.go(request, shell.document_address(visit, document), notice="taken_out")


@router.get("/word", dependencies=[permit()])
def word(visit: InVisit, document_id: UUID, version: int | None = None) -> Response:
    """A version's Word file, the newest by default."""
    visit = visit.on_document(document_id)
    with visit.reading() as reading:
        document = queries.get_visible(reading, document_id)
        newest = draft_versions.latest(reading, document.id)
        if newest is None:
            raise FileNotThere
        kept = draft_versions.version(reading, document.id, version) if version else newest
        made = draft_versions.word_of(reading, document, kept)
    name = quote(f"{document.kind_name} - bản {kept.ordinal}.docx")
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{name}", "Cache-Control": "private, no-store"}
    return Response(draft_versions.docx_of(visit.node.ports, made), media_type=DOCX, headers=headers)


@router.post("/word/bring-back", dependencies=[allow(Verb.REVISE)])
def bring_back(request: Request, visit: InVisit, document_id: UUID, file: Annotated[UploadFile, File()]) -> Response:
    """The edited file becomes the next version, once the gate has passed it."""
    visit = visit.on_document(document_id)
    with visit.reading() as reading:
        today, document = reading.today, queries.get_visible(reading, document_id)
    read = word_door.read(visit.node.ports, name=file.filename or "", data=file.file.read(), today=today)
    values = word_door.brought_back(read, document)
    with visit.work() as work:
        document = workflow.bring_back(
            work, document_id=document_id, word_sha256=read.sha256, word_size=read.size, values=values
        )
    return shell.go(request, shell.document_address(visit, document), notice="brought_back")


@router.post("/word/unlock", dependencies=[permit()])
def unlock(request: Request, visit: InVisit, document_id: UUID) -> Response:
    """Give the draft up, or break somebody's lock."""
    visit = visit.on_document(document_id)
    with visit.work() as work:
        document = workflow.unlock(work, document_id=document_id)
    return shell.go(request, shell.document_address(visit, document), notice="unlocked")


@router.post("/drafts/{ordinal}/restore", dependencies=[allow(Verb.REVISE)])
def restore(
    request: Request,
    visit: InVisit,
    document_id: UUID,
    ordinal: int,
    revision: Annotated[int | None, Form()] = None,
) -> Response:
    """Put an earlier version back."""
    visit = visit.on_document(document_id)
    with visit.work() as work:
        document = workflow.restore(work, document_id=document_id, ordinal=ordinal, revision=revision)
    return shell.go(request, shell.document_address(visit, document), notice="restored")


def _text(
    request: Request, visit: Visit, document_id: UUID, *, at: int | None, error: DocError | None = None
) -> Response:
    visit = request.state.visit = visit.on_document(document_id)
    lines = _newest_lines(visit, document_id)
    with visit.reading() as reading:
        document = queries.get_visible(reading, document_id)
        found = remarks.threads(reading, document_id, lines)
        together = together_of(reading, document)
        may_settle = Verb.REVISE in open_acts(reading, document)
    by_line: dict[int, list[remarks.Thread]] = {}
    for thread in found:
        if thread.place.standing != remarks.Standing.GONE:
            by_line.setdefault(thread.place.line, []).append(thread)
    return shell.page(
        request,
        "draft_text.html",
        status=error.status if error else 200,
        document=document,
        together=together,
        lines=[
            (line, _spans(by_line.get(at_line, [])), by_line.get(at_line, [])) for at_line, line in enumerate(lines)
        ],
        gone=[thread for thread in found if thread.place.standing == remarks.Standing.GONE],
        at=at,
        may_settle=may_settle,
        error=error,
    )


def _spans(threads: Sequence[remarks.Thread]) -> tuple[tuple[int, int], ...]:
    """The places to mark in a line, in order, none within another."""
    spans: list[tuple[int, int]] = []
    there = (t for t in threads if t.place.standing == remarks.Standing.THERE and t.remark.resolved_at is None)
    for thread in sorted(there, key=lambda t: t.place.begin):
        if not spans or thread.place.begin >= spans[-1][1]:
            spans.append((thread.place.begin, thread.place.end))
    return tuple(spans)


def _newest_lines(visit: Visit, document_id: UUID) -> Sequence[str]:
    with visit.reading() as reading:
        document = queries.get_visible(reading, document_id)
        newest = draft_versions.latest(reading, document.id)
        if newest is None:
            raise FileNotThere
        made = draft_versions.word_of(reading, document, newest)
    try:
        return draft_versions.text_of(visit.node.ports, made)
    except (TemplatesError, SandboxFailed) as error:
        raise NotConvertible(reason=error.code) from error


def _to_text(request: Request, visit: Visit, document_id: UUID, mark: str) -> Response:
    post = f"?as={visit.actor.post_id}" if len(visit.who.hats) > 1 else ""
    return shell.go(request, f"/documents/{document_id}/text{post}#{mark}")

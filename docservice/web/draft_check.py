"""What the checker finds in a draft: beside the form while it is typed, on a page of its own, and mended by a click."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request, Response

from docservice.core.sandbox import Sandbox
from docservice.core.sandbox_errors import SandboxFailed
from docservice.documents import draft_locks, draft_versions, facts, queries, storing, unsaved
from docservice.documents.checking import FormUnreadable, told, where
from docservice.documents.errors import DraftNotWord, DraftUnsaved, FileNotThere
from docservice.documents.status import Verb
from docservice.edge import InVisit, permit
from docservice.web import shell, word_door
from docservice.web.acts import allow
from docservice.workflow import service as workflow
from docservice.workflow.queries import open_acts
from templates.checker.check import bounded, check
from templates.checker.mending import mend
from templates.checker.model import Edit, Finding
from templates.checker.rules import RULES, Rule
from templates.errors import TemplatesError

router = APIRouter(prefix="/documents/{document_id}/check")
# Letters around a change that tell its place in a field.
_AROUND = 24


@dataclass(frozen=True)
class Typed:
    """What stands in a field of the form; those of annexes share a name, told apart by `ordinal` from 0."""

    field: str
    ordinal: int
    text: str


@dataclass(frozen=True)
class Mend:
    """What one click writes in a field of the form: `new` where `old` stands."""

    field: str
    ordinal: int
    old: str
    new: str


@dataclass(frozen=True)
class Told:
    """A finding as a page says it: the rule, the place, what is wrong, how to mend it, and whether one click can."""

    rule: Rule
    place: str
    wrong: str
    way: str
    one_click: bool
    mend: Mend | None = None


def told_all(findings: Iterable[Finding], language: str, typed: Sequence[Typed] | None = None) -> list[Told]:
    """Findings in their reader's language; `typed` are the fields of a form that one click can mend."""
    shown = []
    for one in findings:
        wrong, way = told(one, language)
        found = _mend_in(typed, one.edits) if typed is not None else None
        one_click = bool(one.edits) if typed is None else found is not None
        shown.append(Told(RULES[one.rule], where(one, language), wrong, way, one_click, found))
    return shown


def _mend_in(typed: Sequence[Typed], edits: tuple[Edit, ...]) -> Mend | None:
    """The change in a field that a finding's only change of text is; None where its words are the form's own."""
    if len(edits) != 1 or edits[0].what != "text":
        return None
    old, new = edits[0].old, edits[0].new
    # A line of the document may say more than the field: what changes, with some letters around it, stands in it.
    same = _shared(old, new)
    rest = _shared(old[same:][::-1], new[same:][::-1])
    cut = slice(max(0, same - _AROUND), None)
    tail = max(0, rest - _AROUND)
    pairs = [(old, new), (old[cut][: len(old[cut]) - tail], new[cut][: len(new[cut]) - tail])]
    for was, will in pairs:
        # Each place it stands in: where there are two, be it in one field or in two, a person chooses.
        found = [one for one in typed for _ in range(one.text.count(was) if was else 0)]
        if len(found) == 1:
            return Mend(found[0].field, found[0].ordinal, was, will)
    return None


def _shared(one: str, other: str) -> int:
    """How many letters two texts begin with alike."""
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


@router.get("", dependencies=[permit()])
def findings(request: Request, visit: InVisit, document_id: UUID, since: int | None = None) -> Response:
    """What is found in the newest version; `since` names the version before it was mended, to tell what was."""
    visit = request.state.visit = visit.on_document(document_id)
    with visit.reading() as reading:
        document = queries.get_visible(reading, document_id)
        newest = draft_versions.latest(reading, document.id)
        if newest is None:
            raise FileNotThere
        workflow.check_follows_decree(document)
        made = draft_versions.word_of(reading, document, newest)
        is_next = since is not None and newest.ordinal == since + 1
        before = draft_versions.version(reading, document.id, since).word_sha256 if since and is_next else None
        is_free = draft_locks.open_lock(reading, document.id) is None
        may_mend = is_free and document.word_sha256 is not None and Verb.REVISE in open_acts(reading, document)
        is_unsaved = may_mend and unsaved.kept(reading, place=str(document.id)) is not None
        today = reading.today
    ports = visit.node.ports
    sandbox = ports[Sandbox]
    try:
        report = sandbox.run(check, draft_versions.docx_of(ports, made), day=today)
        mended = sandbox.run(mend, storing.get(ports, before), day=today) if before else None
    except (TemplatesError, SandboxFailed) as error:
        raise FormUnreadable(reason=error.code) from error
    # Only of the version that the mending made, and nobody else, it is told what was mended.
    is_told = mended is not None and hashlib.sha256(mended.docx).hexdigest() == newest.word_sha256
    done = mended.done if mended is not None and is_told else ()
    return shell.page(
        request,
        "draft_check.html",
        document=document,
        newest=newest,
        since=since,
        findings=told_all(report.findings, visit.language),
        done=told_all(bounded(done), visit.language),
        places=len(done),
        may_mend=may_mend,
        is_unsaved=is_unsaved,
    )


@router.post("/mend", dependencies=[allow(Verb.REVISE)])
def mend_draft(request: Request, visit: InVisit, document_id: UUID, revision: Annotated[int, Form()]) -> Response:
    """Mend what is safe to mend in the drafter's Word file: it becomes the next version, and the page says what was.

    What its drafter typed on the form and has not saved would stand against the mended file: it is saved first.
    """
    visit = visit.on_document(document_id)
    with visit.reading() as reading:
        document = queries.get_visible(reading, document_id)
        newest = draft_versions.latest(reading, document.id)
        if newest is None or document.word_sha256 is None:
            raise DraftNotWord
        workflow.check_follows_decree(document)
        facts.check_revision(document, revision)
        if unsaved.kept(reading, place=str(document.id)) is not None:
            raise DraftUnsaved
        kind, said, today = document.kind, document.form_values or {}, reading.today
    ports = visit.node.ports
    word = storing.get(ports, document.word_sha256)
    try:
        mended = ports[Sandbox].run(mend, word, day=today)
        values = word_door.read_again(ports, said, kind=kind, old=word, new=mended.docx) if mended.done else {}
    except (TemplatesError, SandboxFailed) as error:
        raise FormUnreadable(reason=error.code) from error
    hat = [f"as={visit.actor.post_id}"] if len(visit.who.hats) > 1 else []
    if not mended.done:
        return _again(request, document_id, hat, notice="nothing_mended")
    kept = storing.put(ports, mended.docx)
    with visit.work() as work:
        workflow.mend_word(
            work,
            document_id=document_id,
            revision=revision,
            word_sha256=kept.key,
            word_size=kept.size,
            values=values,
            places=len(mended.done),
        )
    return _again(request, document_id, [f"since={newest.ordinal}", *hat])


def _again(request: Request, document_id: UUID, said: Sequence[str], *, notice: str = "") -> Response:
    address = f"/documents/{document_id}/check{'?' if said else ''}{'&'.join(said)}"
    return shell.go(request, address, notice=notice)

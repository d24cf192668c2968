"""What the checker finds in a draft: beside the form while it is typed, on a page of its own, and mended by a click."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request, Response

from docservice.core.sandbox import Sandbox
from docservice.core.sandbox_errors import SandboxFailed
from docservice.documents import draft_locks, draft_versions, queries, storing
from docservice.documents.checking import told, where
from docservice.documents.errors import FileNotThere, NotConvertible
from docservice.documents.status import Verb
from docservice.edge import InVisit, permit
from docservice.web import shell
from docservice.web.acts import allow
from docservice.workflow import service as workflow
from docservice.workflow.queries import open_acts
from templates.checker.check import check
from templates.checker.mending import mend
from templates.checker.model import Edit, Finding
from templates.checker.rules import RULES, Rule
from templates.errors import TemplatesError

router = APIRouter(prefix="/documents/{document_id}/check")
# Letters around a change that tell its place in a field.
_AROUND = 24


@dataclass(frozen=True)
class Mend:
    """What one click writes in a field of the form: `new` where `old` stands."""

    field: str
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


def told_all(findings: Iterable[Finding], language: str, typed: Mapping[str, str] | None = None) -> list[Told]:
    """Findings in their reader's language; `typed` are the fields of a form that one click can mend."""
    shown = []
    for one in findings:
        wrong, way = told(one, language)
        found = _mend_in(typed, one.edits) if typed is not None else None
        one_click = bool(one.edits) if typed is None else found is not None
        shown.append(Told(RULES[one.rule], where(one, language), wrong, way, one_click, found))
    return shown


def _mend_in(typed: Mapping[str, str], edits: tuple[Edit, ...]) -> Mend | None:
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
        named = [name for name, text in typed.items() if was and text.count(was) == 1]
        if len(named) == 1:
            return Mend(named[0], was, will)
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
        made = draft_versions.word_of(reading, document, newest)
        before = draft_versions.version(reading, document.id, since).word_sha256 if since else None
        is_free = draft_locks.open_lock(reading, document.id) is None
        may_mend = is_free and document.word_sha256 is not None and Verb.REVISE in open_acts(reading, document)
        today = reading.today
    ports = visit.node.ports
    sandbox = ports[Sandbox]
    try:
        report = sandbox.run(check, draft_versions.docx_of(ports, made), day=today)
        done = sandbox.run(mend, storing.get(ports, before), day=today).done if before else ()
    except (TemplatesError, SandboxFailed) as error:
        raise NotConvertible(reason=error.code) from error
    return shell.page(
        request,
        "draft_check.html",
        document=document,
        newest=newest,
        since=since,
        findings=told_all(report.findings, visit.language),
        done=told_all(done, visit.language),
        may_mend=may_mend,
    )


@router.post("/mend", dependencies=[allow(Verb.REVISE)])
def mend_draft(request: Request, visit: InVisit, document_id: UUID, revision: Annotated[int, Form()]) -> Response:
    """Mend what is safe to mend in the drafter's Word file: it becomes the next version, and the page says what was."""
    visit = visit.on_document(document_id)
    with visit.reading() as reading:
        document = queries.get_visible(reading, document_id)
        newest = draft_versions.latest(reading, document.id)
        today = reading.today
    if newest is None or document.word_sha256 is None:
        raise FileNotThere
    ports = visit.node.ports
    try:
        mended = ports[Sandbox].run(mend, storing.get(ports, document.word_sha256), day=today)
    except (TemplatesError, SandboxFailed) as error:
        raise NotConvertible(reason=error.code) from error
    said = []
    if mended.done:
        kept = storing.put(ports, mended.docx)
        with visit.work() as work:
            workflow.mend_word(
                work,
                document_id=document_id,
                revision=revision,
                word_sha256=kept.key,
                word_size=kept.size,
                places=len(mended.done),
            )
        said.append(f"since={newest.ordinal}")
    if len(visit.who.hats) > 1:
        said.append(f"as={visit.actor.post_id}")
    return shell.go(request, f"/documents/{document_id}/check{'?' if said else ''}{'&'.join(said)}")

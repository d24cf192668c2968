"""A document's page: what it is, whom it waits for, what may be done next, and its files."""

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Request, Response

from docservice.core import outbox
from docservice.core.outbox import Job
from docservice.core.sandbox_errors import SandboxFailed
from docservice.core.work import Reading
from docservice.documents import copies, facts, joint, pictures, queries, storing
from docservice.documents.copies import Printing
from docservice.documents.errors import FileNotThere, FilesUnavailable
from docservice.documents.models import Answer, Assignment, Attachment, Direction, Document, File, Step, Version
from docservice.documents.status import Verb
from docservice.edge import InVisit, Visit, permit
from docservice.exchange import queries as exchange
from docservice.exchange.queries import ParcelState
from docservice.identity import queries as identity
from docservice.records import queries as records
from docservice.records.models import CaseFile
from docservice.signatures import stepwise
from docservice.signatures.obstacles import Obstacle, kept_facts, newest_facts
from docservice.signatures.queries import is_elsewhere, key_at, unstamped
from docservice.signatures.verdicts import sentence_of, stamp_sentence_of
from docservice.web import assets, choices, shell
from docservice.web.acts import roles_of
from docservice.web.joint_shown import JointState, joint_state
from docservice.web.obstacles import obstacle_to
from docservice.web.together import Together, together_of
from docservice.workflow import service as workflow
from docservice.workflow.queries import SignatoryState, open_acts, signatories_of
from templates.errors import TemplatesError

router = APIRouter()
PDF = "application/pdf"
# Shown in the browser; everything else is handed over as a file.
_INLINE = frozenset({PDF, "image/png", "image/jpeg", "image/webp"})


@dataclass(frozen=True)
class Opened:
    """Everything a document's page shows."""

    document: Document
    version: Version | None
    pages: int
    acts: frozenset[Verb]
    steps: list[Step]
    versions: list[Version]
    attachments: list[tuple[Attachment, File]]
    assignments: list[tuple[Assignment, str]]
    parcels: list[ParcelState]
    answers: list[Answer]
    answered: Document | None
    case_files: list[CaseFile]
    waits_for: tuple[str, str]
    last_note: Step | None
    signer: tuple[str, str]
    receivers: list[str]
    agency_name: str
    trouble: Job | None
    unstamped: bool
    # Where the key is that an open signature waits for.
    key_at: str | None
    # The same, once everything is prepared and only the key's holder is waited for.
    key_awaited: str | None
    # Whether the actor is the one who has to use it now.
    is_asked: bool
    may_copy: bool
    may_draft_again: bool
    copies: list[Document]
    copied: Document | None
    printings: list[Printing]
    together: Together | None
    # Who signs a routing slip; empty for everything else.
    signatories: list[SignatoryState]
    # Of an arrived joint document, the agency's own part once it is begun.
    own_part: Document | None
    joint: JointState | None
    # The newest verdict on the file (see `as_facts`), and what of it keeps the actor from signing.
    verdict: dict[str, Any] | None
    obstacle: Obstacle | None

    @property
    def note_shown(self) -> Step | None:
        """The last note, unless it says what the obstacle says; why else a signing ended is told beside it."""
        note = self.last_note
        if note is None or self.obstacle is None or note.verb != Verb.SIGNING_ENDED:
            return note
        return None if self.obstacle.reason() in (note.note or "") else note


@router.get("/documents/{document_id}", dependencies=[permit()])
def show(request: Request, visit: InVisit, document_id: UUID) -> Response:
    """The page; opening it is remembered, so that a batch can mark what its signer never opened."""
    visit = request.state.visit = visit.on_document(document_id)
    with visit.reading() as reading:
        opened = open_document(reading, document_id, visit.language)
        offered = choices.for_acts(reading, opened.document, opened.acts)
        own_files = records.open_case_files(reading)
        cosigners = choices.cosigners(reading, opened.document) if opened.own_part is None else []
    opened = replace(opened, pages=_note_viewing(visit, opened))
    verdicts, timestamps = _verdicts(opened, visit.language)
    return shell.page(
        request,
        "document.html",
        opened=opened,
        offered=offered,
        own_files=own_files,
        cosigners=cosigners,
        verdicts=verdicts,
        timestamps=timestamps,
        Verb=Verb,
    )


@router.get("/documents/{document_id}/state", dependencies=[permit()])
def state(visit: InVisit, document_id: UUID, revision: int) -> Response:
    """Asked every second while the system works on the document: nothing new, or load the page again."""
    visit = visit.on_document(document_id)
    with visit.reading() as reading:
        document = queries.get_visible(reading, document_id)
    if document.revision == revision:
        return Response(status_code=204)
    return Response(headers={"HX-Refresh": "true"})


@router.get("/documents/{document_id}/files/{n}", dependencies=[permit()])
def download(request: Request, visit: InVisit, document_id: UUID, n: str) -> Response:
    """One file of the document: a version by its ordinal (`3`), an attachment (`a1`), a paper original (`p1`)."""
    visit = visit.on_document(document_id)
    with visit.reading() as reading:
        document = queries.get_visible(reading, document_id)
        sha256, name = _file(reading, document, n)
        kept = reading.session.get(File, (document.agency_id, sha256))
        if kept is None:
            raise FileNotThere
        if request.headers.get("If-None-Match") == f'"{sha256}"':
            return Response(status_code=304)
        data = storing.get(reading.ports, sha256)
    # No line in the journal, no bytes.
    with visit.work() as work:
        facts.note_taking(work, document, file=n)
    shown = kept.media_type in _INLINE and "download" not in request.query_params
    headers = {
        "Content-Disposition": f"{'inline' if shown else 'attachment'}; filename*=UTF-8''{quote(name)}",
        "Cache-Control": "private, no-cache",
        "ETag": f'"{sha256}"',
        # A file is never a page of ours: whatever is in it runs nothing here.
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    if kept.media_type == PDF:
        headers["Content-Security-Policy"] = assets.PDF_POLICY
    return Response(data, media_type=kept.media_type, headers=headers)


@router.get("/documents/{document_id}/files/{n}/pages/{page}", dependencies=[permit()])
def picture(request: Request, visit: InVisit, document_id: UUID, n: str, page: int) -> Response:
    """A page of a PDF as a picture, drawn once and kept."""
    visit = visit.on_document(document_id)
    with visit.reading() as reading:
        document = queries.get_visible(reading, document_id)
        sha256, _ = _file(reading, document, n)
        key = pictures.kept_picture(reading, sha256=sha256, page=page)
    tag = f'"{sha256}-{page}-{pictures.RECIPE_VERSION}"'
    headers = {"Cache-Control": "private, no-cache", "ETag": tag}
    if request.headers.get("If-None-Match") == tag:
        return Response(status_code=304, headers=headers)
    ports = visit.node.ports
    if key is not None:
        data = storing.get(ports, key)
    else:
        try:
            data = pictures.draw(ports, sha256=sha256, page=page)
        except (TemplatesError, SandboxFailed) as error:
            raise FileNotThere from error
        stored = storing.put(ports, data)
        with visit.work() as work:
            pictures.keep_picture(work, sha256=sha256, page=page, key=stored.key)
    return Response(data, media_type=pictures.media_type(data), headers=headers)


def open_document(reading: Reading, document_id: UUID, language: str) -> Opened:
    """Read what the page shows; raises `DocumentNotFound` for what the actor may not see."""
    document = queries.get_visible(reading, document_id)
    steps = queries.steps(reading, document.id)
    versions = queries.versions(reading, document.id)
    attached = [
        (entry, reading.session.get_one(File, (document.agency_id, entry.sha256)))
        for entry in queries.attachments(reading, document.id)
    ]
    assigned = []
    for entry in queries.assignments(reading, document.id):
        token = f"post:{entry.post_id}" if entry.post_id else f"unit:{entry.unit_id}"
        assigned.append((entry, ", ".join(filter(None, identity.name_of_token(reading, token)))))
    noted = next((step for step in reversed(steps) if step.verb in _EXPLAINED), None)
    version = versions[-1] if versions else None
    place = key_at(reading, document.id)
    awaited = place if place and is_elsewhere(reading, document.id) else None
    acts = open_acts(reading, document)
    # An arrival is registered by the verdict kept with it.
    is_arrival = document.direction == Direction.INCOMING
    verdict = kept_facts(versions) if is_arrival else newest_facts(reading, versions)
    return Opened(
        document=document,
        version=version,
        pages=(pictures.known_pages(reading, document, version.sha256) or 0) if version else 0,
        acts=acts,
        steps=steps,
        versions=versions,
        attachments=attached,
        assignments=assigned,
        parcels=exchange.parcels_of(reading, document.id),
        answers=queries.answers_to(reading, document.id),
        answered=queries.find_visible(reading, document.answers_id) if document.answers_id else None,
        case_files=records.case_files_of(reading, document.id),
        waits_for=_waits_for(reading, document),
        last_note=noted if noted and noted.note and _still_stands(noted, steps) else None,
        signer=identity.name_of_token(reading, f"post:{document.signer_post_id}" if document.signer_post_id else None),
        receivers=[choices.agency_name(reading, code) for code in document.receiver_codes],
        agency_name=identity.agency(reading, document.agency_id).name,
        trouble=outbox.troubled(reading.session, f"document:{document.id}"),
        unstamped=bool(unstamped(reading, document.id)),
        key_at=place,
        key_awaited=awaited,
        is_asked=awaited is not None and stepwise.is_asked(reading, document.id),
        may_copy=reading.actor.role in roles_of(Verb.COPY) and bool(copies.allowed_forms(document)),
        may_draft_again=workflow.may_draft_again(reading.actor, document),
        copies=copies.copies_of(reading, document.id),
        copied=queries.find_visible(reading, document.copy_of_id) if document.copy_of_id else None,
        printings=copies.printings_of(reading, document.id),
        together=together_of(reading, document),
        signatories=signatories_of(reading, document, steps),
        own_part=joint.begun(reading, document.id),
        joint=joint_state(reading, document, language),
        verdict=verdict,
        obstacle=obstacle_to(document, acts, versions, verdict),
    )


def _waits_for(reading: Reading, document: Document) -> tuple[str, str]:
    kind, _, code = (document.waiting_for or "").partition(":")
    if kind == "organ":
        return choices.agency_name(reading, code), ""
    return identity.name_of_token(reading, document.waiting_for)


# Facts whose note tells the next person what to do.
_EXPLAINED = frozenset(
    {
        Verb.RETURN,
        Verb.PASS_BACK,
        Verb.RENDER_FAILED,
        Verb.WITHDRAW,
        Verb.PRESENT,
        Verb.DIRECT,
        Verb.SEND_TO_PARTNER,
        Verb.PARTNER_REFUSED,
        Verb.CALL_BACK,
        Verb.NOT_CALLED_BACK,
        Verb.STOP_WAITING,
        Verb.SIGNING_ENDED,
    }
)
_PASSED_BY = frozenset({Verb.REVISE})


def _still_stands(noted: Step, steps: list[Step]) -> bool:
    """A note is shown on top until somebody has acted on it."""
    later = [step for step in steps if step.ordinal > noted.ordinal]
    return all(step.verb in _PASSED_BY for step in later)


def _note_viewing(visit: Visit, opened: Opened) -> int:
    """Write down, once a day, that the person opened this version; returns how many pages it has."""
    version = opened.version
    if version is None:
        return 0
    with visit.reading() as reading:
        seen = queries.has_viewed_today(
            reading, opened.document.id, person_id=visit.who.person_id, version_ordinal=version.ordinal
        )
    if seen and opened.pages:
        return opened.pages
    pages = opened.pages or _count_pages(visit, version.sha256)
    with visit.work() as work:
        document = queries.get_visible(work, opened.document.id)
        facts.note_viewing(work, document, version_ordinal=version.ordinal)
        pictures.keep_pages(work, document, sha256=version.sha256, pages=pages)
    return pages


def _count_pages(visit: Visit, sha256: str) -> int:
    """0 for a file that cannot be drawn now: its page is still there, with everything else about the document."""
    try:
        return pictures.count_pages(visit.node.ports, sha256)
    except (TemplatesError, SandboxFailed, FilesUnavailable):
        return 0


Shown = list[dict[str, Any]]


def _verdicts(opened: Opened, language: str) -> tuple[Shown, Shown]:
    """The newest verdict's signatures and document time stamps, each with its sentence."""
    verdict = opened.verdict
    if verdict is None:
        return [], []
    signatures = [{**entry, "sentence": sentence_of(entry, language)} for entry in verdict["signatures"]]
    # Verdicts kept before document time stamps were listed have none.
    stamps = [{**entry, "sentence": stamp_sentence_of(entry, language)} for entry in verdict.get("timestamps", ())]
    return signatures, stamps


def _file(reading: Reading, document: Document, n: str) -> tuple[str, str]:
    """Hash and file name of the document's file `n`; raises `FileNotThere`."""
    if n.startswith("a") and n[1:].isdigit():
        for entry in queries.attachments(reading, document.id):
            if entry.ordinal == int(n[1:]):
                return entry.sent_sha256, entry.name
    if n.startswith("p") and n[1:].isdigit():
        for printing in copies.printings_of(reading, document.id):
            if printing.ordinal == int(n[1:]) and printing.sha256:
                return printing.sha256, f"{(document.notation or '').replace('/', '_')}_ban-chinh-giay.pdf"
    for version in queries.versions(reading, document.id):
        if n == str(version.ordinal):
            notation = document.origin_notation if document.direction == Direction.INCOMING else document.notation
            return version.sha256, f"{(notation or document.kind_name).replace('/', '_')}.pdf"
    raise FileNotThere

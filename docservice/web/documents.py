"""A document's page: what it is, whom it waits for, what may be done next, and its files."""

from dataclasses import replace
from typing import Any
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Request, Response

from docservice.core.sandbox_errors import SandboxFailed
from docservice.core.work import Reading
from docservice.documents import copies, facts, pictures, queries, storing
from docservice.documents.errors import FileNotThere, FilesUnavailable
from docservice.documents.models import Direction, Document, File
from docservice.documents.status import Verb
from docservice.edge import InVisit, Visit, permit
from docservice.records import queries as records
from docservice.signatures.verdicts import sentence_of, stamp_sentence_of
from docservice.web import assets, choices, shell
from docservice.web.opened import Opened, open_document
from templates.errors import TemplatesError

router = APIRouter()
PDF = "application/pdf"
# Shown in the browser; everything else is handed over as a file.
_INLINE = frozenset({PDF, "image/png", "image/jpeg", "image/webp"})


@router.get("/documents/{document_id}", dependencies=[permit()])
def show(request: Request, visit: InVisit, document_id: UUID) -> Response:
    """The page; opening it is remembered, so that a batch can mark what its signer never opened."""
    with visit.reading_document(document_id) as (seen, reading, document):
        opened = open_document(reading, document, seen.language)
        offered = choices.for_acts(reading, document, opened.acts)
        own_files = [] if opened.case_files else records.open_case_files(reading)
        cosigners = choices.cosigners(reading, document) if opened.may_be_joint and opened.own_part is None else []
    request.state.visit = seen
    opened = replace(opened, pages=_note_viewing(seen, opened))
    verdicts, timestamps = _verdicts(opened, seen.language)
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
    with visit.reading_document(document_id) as (_, _, document):
        is_current = document.revision == revision
    return Response(status_code=204) if is_current else Response(headers={"HX-Refresh": "true"})


@router.get("/documents/{document_id}/files/{n}", dependencies=[permit()])
def download(request: Request, visit: InVisit, document_id: UUID, n: str) -> Response:
    """One file of the document: a version by its ordinal (`3`), an attachment (`a1`), a paper original (`p1`)."""
    with visit.reading_document(document_id) as (seen, reading, document):
        sha256, name = _file(reading, document, n)
        kept = reading.session.get(File, (document.agency_id, sha256))
    if kept is None:
        raise FileNotThere
    if request.headers.get("If-None-Match") == f'"{sha256}"':
        return Response(status_code=304)
    data = storing.get(seen.node.ports, sha256)
    # No line in the journal, no bytes.
    with seen.work() as work:
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
    with visit.reading_document(document_id) as (seen, reading, document):
        sha256, _ = _file(reading, document, n)
        key = pictures.kept_picture(reading, sha256=sha256, page=page)
    tag = f'"{sha256}-{page}-{pictures.RECIPE_VERSION}"'
    headers = {"Cache-Control": "private, no-cache", "ETag": tag}
    if request.headers.get("If-None-Match") == tag:
        return Response(status_code=304, headers=headers)
    ports = seen.node.ports
    if key is not None:
        data = storing.get(ports, key)
    else:
        try:
            data = pictures.draw(ports, sha256=sha256, page=page)
        except (TemplatesError, SandboxFailed) as error:
            raise FileNotThere from error
        stored = storing.put(ports, data)
        with seen.work() as work:
            pictures.keep_picture(work, sha256=sha256, page=page, key=stored.key)
    return Response(data, media_type=pictures.media_type(data), headers=headers)


def _note_viewing(visit: Visit, opened: Opened) -> int:
    """Write down, once a day, that the person opened this version; returns how many pages it has."""
    version = opened.version
    if version is None:
        return 0
    if opened.is_seen and opened.pages:
        return opened.pages
    pages = opened.pages or _count_pages(visit, version.sha256)
    with visit.work() as work:
        facts.note_viewing(work, opened.document, version_ordinal=version.ordinal)
        if pages != opened.pages:
            pictures.keep_pages(work, opened.document, sha256=version.sha256, pages=pages)
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
    if n.startswith("a"):
        for entry in queries.attachments(reading, document.id):
            if str(entry.ordinal) == n[1:]:
                return entry.sent_sha256, entry.name
    if n.startswith("p"):
        for printing in copies.printings_of(reading, document.id):
            if str(printing.ordinal) == n[1:] and printing.sha256:
                return printing.sha256, f"{(document.notation or '').replace('/', '_')}_ban-chinh-giay.pdf"
    for version in queries.versions(reading, document.id):
        if n == str(version.ordinal):
            notation = document.origin_notation if document.direction == Direction.INCOMING else document.notation
            return version.sha256, f"{(notation or document.kind_name).replace('/', '_')}.pdf"
    raise FileNotThere

"""A document's signatures looked at closely: the printable report, and what changed after each of them."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from fastapi import APIRouter, Request, Response

from docservice.core.errors import Conflict, NotAllowed, Unavailable
from docservice.core.sandbox import Sandbox
from docservice.core.sandbox_errors import SandboxFailed
from docservice.core.words import N_
from docservice.documents import pictures, queries, storing
from docservice.documents.errors import FileNotThere
from docservice.documents.models import Document, Version
from docservice.edge import InVisit, Visit, permit
from docservice.signatures import comparisons, judging
from docservice.signatures.comparisons import Found
from docservice.signatures.queries import records
from docservice.signatures.reports import report_on
from docservice.signatures.verdicts import from_facts, sentence
from docservice.web import shell
from docservice.web.obstacles import lead_to_signature
from docservice.workflow.queries import open_acts
from signing.errors import SigningError, VerdictImpossible
from signing.verdict import FileVerdict
from templates.errors import TemplatesError
from templates.verdict_report import verdict_report

router = APIRouter(prefix="/documents/{document_id}/versions/{ordinal}")
evidence_router = APIRouter(prefix="/documents/{document_id}")


class NotComparable(Unavailable):
    code = "not_comparable"
    message = N_("Không dựng lại được bản đã ký để so sánh; xin tải báo cáo kiểm tra để xem lý do.")


class NotJudged(Unavailable):
    code = "not_judged"
    message = N_("Chưa kiểm tra lại được chữ ký; xin thử lại sau hoặc báo người vận hành.")


class SignedFileUnreadable(Conflict):
    code = "signed_file_unreadable"
    message = N_(
        "Tệp đang ký không phải PDF đọc được nên không kiểm tra được chữ ký. Không ký trên tệp này: phải làm lại tệp "
        "và ký lại từ đầu."
    )


@router.get("/report", dependencies=[permit()])
def report(visit: InVisit, document_id: UUID, ordinal: int) -> Response:
    """The verdict under today's trust settings as a paper to print and keep."""
    _, document, version = _version(visit, document_id, ordinal)
    verdict, at = _judged(visit, version)
    name = f"{(document.origin_notation or document.notation or document.kind_name).replace('/', '_')}.pdf"
    paper = verdict_report(report_on(name, storing.get(visit.node.ports, version.sha256), verdict, at=at))
    return shell.pdf(paper, f"Báo cáo kiểm tra {name}")


@evidence_router.get("/evidence", dependencies=[permit()])
def evidence(request: Request, visit: InVisit, document_id: UUID) -> Response:
    """What stands behind each signature made here: what was shown, agreed to, drawn and signed, and when."""
    visit = request.state.visit = visit.on_document(document_id)
    with visit.reading() as reading:
        document = queries.get_visible(reading, document_id)
        found = records(reading, document_id)
    return shell.page(request, "evidence.html", document=document, records=found)


@evidence_router.post("/signatures/check", dependencies=[permit()])
def check_again(request: Request, visit: InVisit, document_id: UUID) -> Response:
    """Judge the newest file by the trust settings as they are now, for whoever may sign or number it next.

    What was found in the last minutes under the same settings stands: nobody makes the service judge without end.
    """
    visit = visit.on_document(document_id)
    with visit.reading() as reading:
        document = queries.get_visible(reading, document_id)
        version, since = queries.latest_version(reading, document_id), reading.now - judging.FRESH
        may = lead_to_signature(open_acts(reading, document))
    if not may:
        raise NotAllowed
    if version is None:
        raise FileNotThere
    try:
        judging.judge(visit.node.transactions, sha256=version.sha256, since=since)
    except VerdictImpossible as error:
        raise SignedFileUnreadable from error
    except (SigningError, SandboxFailed) as error:
        raise NotJudged from error
    return shell.go(request, shell.document_address(visit, document), notice="signatures_checked")


@router.get("/changes/{number}", dependencies=[permit()])
def changes(request: Request, visit: InVisit, document_id: UUID, ordinal: int, number: int) -> Response:
    """The pages as signed beside the pages now, each difference marked and named."""
    visit, document, version = _version(visit, document_id, ordinal)
    request.state.visit = visit
    verdict, _ = _judged(visit, version)
    if not 0 < number <= len(verdict.signatures):
        raise FileNotThere
    signature = verdict.signatures[number - 1]
    found = _found(visit, version, signature.field, number)
    changed = comparisons.changes_in(found, signature, verdict, visit.language)
    return shell.page(
        request,
        "changes.html",
        document=document,
        ordinal=ordinal,
        number=number,
        said=sentence(signature, visit.language),
        summary=comparisons.summary(changed, found, signature, visit.language),
        lawful=comparisons.is_lawful(changed, signature),
        changes=[(change, comparisons.placed(change, visit.language)) for change in changed],
        pages=found.comparison.pages,
    )


@router.get("/changes/{number}/pages/{n}/{side}", dependencies=[permit()])
def side(
    visit: InVisit, document_id: UUID, ordinal: int, number: int, n: int, side: Literal["before", "after"]
) -> Response:
    """One of the two pictures of the comparison's page `n` (from 1)."""
    visit, _, version = _version(visit, document_id, ordinal)
    with visit.reading() as reading:
        key = comparisons.kept_key(reading, sha256=version.sha256, number=number)
    if key is None:
        raise FileNotThere
    pages = comparisons.load(visit.node.ports, key).comparison.pages
    if not 0 < n <= len(pages):
        raise FileNotThere
    picture = pages[n - 1].before_picture if side == "before" else pages[n - 1].after_picture
    headers = {"Cache-Control": "private, no-cache", "Content-Security-Policy": "default-src 'none'; sandbox"}
    return Response(picture, media_type=pictures.media_type(picture), headers=headers)


def _version(visit: Visit, document_id: UUID, ordinal: int) -> tuple[Visit, Document, Version]:
    """The document's version of this ordinal, if the actor may see it; else `DocumentNotFound`, `FileNotThere`."""
    visit = visit.on_document(document_id)
    with visit.reading() as reading:
        document = queries.get_visible(reading, document_id)
        for version in queries.versions(reading, document_id):
            if version.ordinal == ordinal:
                return visit, document, version
    raise FileNotThere


def _judged(visit: Visit, version: Version) -> tuple[FileVerdict, datetime]:
    """The verdict of the day, and when it was found."""
    try:
        judged = judging.judge(visit.node.transactions, sha256=version.sha256)
    except (SigningError, SandboxFailed) as error:
        raise NotComparable from error
    return from_facts(judged.facts), judged.at


def _found(visit: Visit, version: Version, field: str, number: int) -> Found:
    """The comparison, found once and kept."""
    ports = visit.node.ports
    with visit.reading() as reading:
        key = comparisons.kept_key(reading, sha256=version.sha256, number=number)
    if key is not None:
        return comparisons.load(ports, key)
    try:
        found = comparisons.compare_after(ports[Sandbox], storing.get(ports, version.sha256), field)
    except (SigningError, TemplatesError, SandboxFailed) as error:
        raise NotComparable from error
    key = comparisons.store(ports, found)
    with visit.work() as work:
        comparisons.keep(work, sha256=version.sha256, number=number, key=key)
    return found

"""What helps while a draft is written: known grounds by the decree's rule, and what is typed kept before saving."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from pydantic import AwareDatetime
from starlette.datastructures import FormData

from docservice.core.work import Reading
from docservice.documents import queries, unsaved
from docservice.documents.catalogue import Catalogue
from docservice.documents.models import Document
from docservice.documents.status import Verb
from docservice.edge import InForm, InVisit, permit
from docservice.identity import queries as identity
from docservice.searching import finding
from docservice.web import shell
from docservice.web.acts import roles_of
from templates.laws import ground_of
from templates.wording import citation

router = APIRouter(prefix="/drafts")
_DRAFTERS = permit(*roles_of(Verb.DRAFT))
MOST_GROUNDS = 8
MOST_LAWS = 5
# Of a form, what belongs to the request and not to the draft.
_OF_THE_REQUEST = frozenset({"csrf", "as_post", "place", "opened_at", "q_citation", "then", "annex_files"})
Place = Annotated[str, Form(max_length=120)]


@router.post("/citations", dependencies=[_DRAFTERS])
def citations(request: Request, visit: InVisit, q_citation: Annotated[str, Form(max_length=200)] = "") -> Response:
    """Laws in force and documents the drafter may see, as grounds (Annex I, part I, II.6); unasked, the newest."""
    visit = request.state.visit = visit.in_role(*roles_of(Verb.DRAFT))
    with visit.reading() as reading:
        if q_citation.strip():
            asked = finding.Search(q_citation)
            hits = finding.find(reading, [reading.actor], asked, limit=3 * MOST_GROUNDS, counted=False).hits
            found = [hit.document for hit in hits]
        else:
            found = queries.final_documents(reading, most=3 * MOST_GROUNDS)
        laws = reading.ports[Catalogue].laws_about(q_citation, day=reading.today, most=MOST_LAWS)
        known = [(ground_of(law), law.number or law.name) for law in laws]
        grounds = [
            (_ground(reading, document), document.origin_notation or document.notation)
            for document in queries.issued(found)[:MOST_GROUNDS]
        ]
    if "HX-Request" in request.headers:
        return shell.fragment(request, "citations.html", "hits", grounds=known + grounds)
    return shell.page(request, "citations.html", grounds=known + grounds)


@router.post("/keep", dependencies=[_DRAFTERS])
def keep(
    request: Request, visit: InVisit, form: InForm, place: Place, opened_at: Annotated[AwareDatetime, Form()]
) -> Response:
    """Keep what is typed; it is offered again where the form is opened next."""
    visit = visit.in_role(*roles_of(Verb.DRAFT))
    with visit.work() as work:
        is_kept = unsaved.keep(work, place=place, opened_at=opened_at, fields=typed(form))
        kept_at = work.now if is_kept else None
    return shell.fragment(request, "draft_form.html", "kept", kept_at=kept_at)


@router.post("/forget", dependencies=[_DRAFTERS])
def forget(request: Request, visit: InVisit, place: Place, next: Annotated[str, Form()] = "/") -> Response:  # noqa: A002 - the name of the field
    """Drop what was kept and open the form as it is saved."""
    visit = visit.in_role(*roles_of(Verb.DRAFT))
    with visit.work() as work:
        unsaved.forget(work, place=place)
    return shell.go(request, shell.own_address(next))


def typed(form: FormData) -> dict[str, list[str]]:
    """The fields of a form with all their values, files and the request's own fields left out."""
    fields: dict[str, list[str]] = {}
    for name, value in form.multi_items():
        if isinstance(value, str) and name not in _OF_THE_REQUEST:
            fields.setdefault(name, []).append(value)
    return fields


def as_form(fields: dict[str, list[str]]) -> FormData:
    """Kept fields as the form they came from."""
    return FormData([(name, value) for name, values in fields.items() for value in values])


def _ground(reading: Reading, document: Document) -> str:
    assert document.issued_on is not None  # noqa: S101 - `issued` left out what has no day
    return citation(
        kind=document.kind_name,
        notation=document.origin_notation or document.notation or "",
        day=document.issued_on,
        issuer=document.origin_name or identity.agency(reading, document.agency_id).name,
        subject=document.subject,
    )

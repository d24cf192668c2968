"""Meetings: called, their papers tabled, their pack read."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request, Response

from docservice.core.clock import VIETNAM
from docservice.core.errors import DocError, Invalid
from docservice.core.words import N_
from docservice.documents import queries as documents
from docservice.documents import storing
from docservice.documents.errors import FileNotThere
from docservice.edge import InVisit, Visit, permit
from docservice.identity import queries as identity
from docservice.identity.models import Role
from docservice.meetings import queries, service
from docservice.meetings.models import Meeting
from docservice.web import shell

router = APIRouter(prefix="/meetings")
CALLERS = tuple(sorted(service.MAY_CALL))


class StartWrong(Invalid):
    code = "start_wrong"
    message = N_("Giờ họp chưa đúng.")


@router.get("", dependencies=[permit()])
def show_all(request: Request, visit: InVisit) -> Response:
    """The meetings the person takes part in through any post, the next one first."""
    found: list[tuple[Meeting, UUID | None]] = []
    for hat in visit.who.hats:
        with visit.node.transactions.reading(hat.actor) as reading:
            rows = reading.session.scalars(queries.visible_to(hat.actor).order_by(Meeting.starts_at.desc()).limit(100))
            found += [(meeting, hat.actor.post_id) for meeting in rows]
            now = reading.now
    found.sort(key=lambda entry: entry[0].starts_at, reverse=True)
    coming = sorted((e for e in found if e[0].starts_at.date() >= now.date()), key=lambda e: e[0].starts_at)
    past = [e for e in found if e[0].starts_at.date() < now.date()]
    return shell.page(request, "meetings.html", coming=coming, past=past, can_call=bool(visit.roles & set(CALLERS)))


@router.get("/new", dependencies=[permit(*CALLERS)])
def empty_form(request: Request, visit: InVisit) -> Response:
    """The form to call a meeting."""
    return _form(request, visit.in_role(*CALLERS), shown={}, error=None)


@router.post("/new", dependencies=[permit(*CALLERS)])
def call(
    request: Request,
    visit: InVisit,
    title: Annotated[str, Form(max_length=300)] = "",
    place: Annotated[str, Form(max_length=200)] = "",
    starts_at: Annotated[str, Form(max_length=20)] = "",
    agenda: Annotated[str, Form(max_length=5000)] = "",
    participants: Annotated[list[UUID], Form()] = [],  # noqa: B006 - FastAPI copies it for each request
) -> Response:
    """Call the meeting with its agenda, one item a line."""
    visit = visit.in_role(*CALLERS)
    try:
        with visit.work() as work:
            meeting = service.call_meeting(
                work,
                title=title.strip(),
                place=place.strip(),
                starts_at=_instant(starts_at),
                participant_post_ids=tuple(participants),
            )
            for line in agenda.splitlines():
                if line.strip():
                    service.add_item(work, meeting_id=meeting.id, title=line.strip()[:300])
    except DocError as error:
        shown = {"title": title, "place": place, "starts_at": starts_at, "agenda": agenda}
        return _form(request, visit, shown=shown, error=error)
    return shell.go(request, f"/meetings/{meeting.id}", notice="meeting")


@router.get("/{meeting_id}", dependencies=[permit()])
def show(request: Request, visit: InVisit, meeting_id: UUID) -> Response:
    """One meeting: agenda, papers, who takes part, the pack."""
    visit = request.state.visit = _on_meeting(visit, meeting_id)
    with visit.reading() as reading:
        meeting = queries.get_visible(reading, meeting_id)
        agenda = queries.agenda(reading, meeting_id)
        people = [identity.name_of_token(reading, f"post:{post}") for post in queries.participants(reading, meeting_id)]
        pack = queries.latest_pack(reading, meeting_id)
        calls = meeting.called_by_post_id == visit.actor.post_id
        offered = documents.final_documents(reading) if calls else []
    return shell.page(
        request,
        "meeting.html",
        meeting=meeting,
        agenda=agenda,
        people=people,
        pack=pack,
        calls=calls,
        offered=offered,
    )


@router.get("/{meeting_id}/pack", dependencies=[permit()])
def pack(visit: InVisit, meeting_id: UUID) -> Response:
    """The newest edition of the pack, one PDF with bookmarks."""
    visit = _on_meeting(visit, meeting_id)
    with visit.reading() as reading:
        meeting = queries.get_visible(reading, meeting_id)
        newest = queries.latest_pack(reading, meeting_id)
        if newest is None:
            raise FileNotThere
        data = storing.get(reading.ports, newest.sha256)
    return shell.pdf(data, f"Bo tai lieu - {meeting.title}.pdf", cache="no-cache")


@router.get("/{meeting_id}/papers/{ordinal}", dependencies=[permit()])
def paper(visit: InVisit, meeting_id: UUID, ordinal: str) -> Response:
    """One paper (`2.1`: item and paper) as it was tabled."""
    visit = _on_meeting(visit, meeting_id)
    with visit.reading() as reading:
        for tabled in queries.agenda(reading, meeting_id):
            for entry in tabled.papers:
                if ordinal == f"{tabled.item.ordinal}.{entry.ordinal}":
                    return shell.pdf(storing.get(reading.ports, entry.sha256), f"{entry.title}.pdf", cache="no-cache")
    raise FileNotThere


@router.post("/{meeting_id}/items/{item_id}/papers", dependencies=[permit(*CALLERS)])
def table(
    request: Request, visit: InVisit, meeting_id: UUID, item_id: UUID, document_id: Annotated[UUID, Form()]
) -> Response:
    """Table a document under an item of the agenda; everybody who takes part may read it from now on."""
    visit = _on_meeting(visit, meeting_id)
    with visit.work() as work:
        service.table_document(work, item_id=item_id, document_id=document_id)
    return shell.go(request, f"/meetings/{meeting_id}?as={visit.actor.post_id}", notice="tabled")


@router.post("/{meeting_id}/items", dependencies=[permit(*CALLERS)])
def add_item(
    request: Request, visit: InVisit, meeting_id: UUID, title: Annotated[str, Form(max_length=300)] = ""
) -> Response:
    """Add an item to the agenda."""
    visit = _on_meeting(visit, meeting_id)
    with visit.work() as work:
        service.add_item(work, meeting_id=meeting_id, title=title.strip())
    return shell.go(request, f"/meetings/{meeting_id}?as={visit.actor.post_id}", notice="saved")


def _form(request: Request, visit: Visit, *, shown: dict[str, str], error: DocError | None) -> Response:
    request.state.visit = visit
    with visit.reading() as reading:
        agency_id = visit.actor.agency_id
        holders = identity.holders_in(reading, agency_id=agency_id, roles=_INVITED) if agency_id else []
    others = [holder for holder in holders if holder.post.id != visit.actor.post_id]
    return shell.page(
        request, "meeting_form.html", status=error.status if error else 200, holders=others, shown=shown, error=error
    )


_INVITED = tuple(role for role in Role if role not in {Role.ADMINISTRATOR, Role.SECURITY_OFFICER})


def _on_meeting(visit: Visit, meeting_id: UUID) -> Visit:
    return visit.through(lambda reading: queries.get_visible(reading, meeting_id))


def _instant(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=VIETNAM)
    except ValueError as error:
        raise StartWrong from error

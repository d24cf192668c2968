"""What waits for me: boxes by role with counts, one list over all posts, ticked rows for acts on many."""

from typing import Any

from fastapi import APIRouter, Request, Response

from docservice.edge import InVisit, Visit, permit
from docservice.identity.models import Role
from docservice.inbox import queries
from docservice.inbox.boxes import TO_COUNTERSIGN, TO_SIGN, Box, box_named
from docservice.records import queries as records
from docservice.web import shell

router = APIRouter()
SORT_NAMES = tuple(queries.SORTS)


@router.get("/", dependencies=[permit()])
def show(request: Request, visit: InVisit, box: str = "", sort: str = "work", q: str = "", page: int = 1) -> Response:
    """The inbox at one of its boxes; without a name, the first in which something waits."""
    actors = [hat.actor for hat in visit.who.hats]
    with visit.reading() as reading:
        counted = queries.counts(reading, actors)
        chosen = _chosen(counted, box)
        listed = None
        if chosen is not None:
            total = next((entry.count for entry in counted if entry.box == chosen), None)
            listed = queries.rows(reading, actors, chosen, sort=sort, text=q[:200], number=page, total=total)
        today = queries.meetings_today(reading, actors)
        kept = records.archive_counts(reading, actors) if Role.ARCHIVIST in visit.roles else None
    values: dict[str, Any] = {
        "counted": counted,
        "chosen": chosen,
        "listed": listed,
        "meetings": today,
        "archive": kept,
        "tour": request.app.state.tour,
        "sort": sort if sort in SORT_NAMES else "work",
        "q": q,
        "can_sign_many": chosen in {TO_SIGN, TO_COUNTERSIGN},
        "can_draft": _can_draft(visit),
        "hats_by_post": {hat.actor.post_id: hat for hat in visit.who.hats},
    }
    if request.headers.get("HX-Target") == "list":
        return shell.fragment(request, "inbox.html", "list", **values)
    return shell.page(request, "inbox.html", **values)


@router.get("/inbox/counts", dependencies=[permit()])
def refresh_counts(request: Request, visit: InVisit, box: str = "") -> Response:
    """The boxes with fresh counts, for the page that stays open."""
    actors = [hat.actor for hat in visit.who.hats]
    with visit.reading() as reading:
        counted = queries.counts(reading, actors)
    return shell.fragment(request, "inbox.html", "boxes", counted=counted, chosen=box_named(box))


def _chosen(counted: list[queries.Counted], code: str) -> Box | None:
    named = next((entry.box for entry in counted if entry.box.code == code), None)
    waiting = next((entry.box for entry in counted if entry.count and entry.box.waits), None)
    return named or waiting or (counted[0].box if counted else None)


def _can_draft(visit: Visit) -> bool:
    return bool(visit.roles - {Role.ARCHIVIST, Role.ADMINISTRATOR, Role.SECURITY_OFFICER})

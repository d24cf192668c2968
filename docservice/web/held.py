"""What is held in intake for the security officer: sender, size and time, never a subject."""

from uuid import UUID

from fastapi import APIRouter, Request, Response

from docservice.core.intake import HOLD_FOR
from docservice.edge import InVisit, permit
from docservice.exchange import holding
from docservice.identity.models import Role
from docservice.web import shell

router = APIRouter(prefix="/held")


@router.get("", dependencies=[permit(Role.SECURITY_OFFICER)])
def show(request: Request, visit: InVisit) -> Response:
    """What is held now; after a day it is wiped by itself."""
    visit = request.state.visit = visit.in_role(Role.SECURITY_OFFICER)
    with visit.reading() as reading:
        items = holding.held_items(reading)
    return shell.page(request, "held.html", items=items, hold_for=HOLD_FOR)


@router.post("/{item_id}/release", dependencies=[permit(Role.SECURITY_OFFICER)])
def release(request: Request, visit: InVisit, item_id: UUID) -> Response:
    """A false alarm goes on."""
    with visit.in_role(Role.SECURITY_OFFICER).work() as work:
        holding.release_held(work, item_id=item_id)
    return shell.go(request, "/held", notice="released_held")


@router.post("/{item_id}/wipe", dependencies=[permit(Role.SECURITY_OFFICER)])
def wipe(request: Request, visit: InVisit, item_id: UUID) -> Response:
    """What must not be here is deleted."""
    with visit.in_role(Role.SECURITY_OFFICER).work() as work:
        holding.wipe_held(work, item_id=item_id)
    return shell.go(request, "/held", notice="wiped_held")

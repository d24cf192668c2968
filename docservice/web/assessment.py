"""The self-assessment after Annex VI for an agency's administrator and leaders: a page, and a paper to sign."""

from fastapi import APIRouter, Request, Response

from docservice.assessment.findings import assess
from docservice.core.errors import NotAllowed
from docservice.edge import InVisit, Visit, permit
from docservice.identity import queries as identity
from docservice.identity.models import Role
from docservice.web import shell
from templates.assessment_paper import Assessment, assessment_paper

router = APIRouter(prefix="/assessment")
READERS = (Role.ADMINISTRATOR, Role.LEADER)


@router.get("", dependencies=[permit(*READERS)])
def show(request: Request, visit: InVisit) -> Response:
    """Every item with its answer, what is not met first to see."""
    visit = request.state.visit = visit.in_role(*READERS)
    return shell.page(request, "assessment.html", made=_made(visit))


@router.get("/paper", dependencies=[permit(*READERS)])
def paper(visit: InVisit) -> Response:
    """The paper to print, sign and keep."""
    visit = visit.in_role(*READERS)
    made = _made(visit)
    name = f"tu-danh-gia-phu-luc-vi-{made.on.isoformat()}.pdf"
    return Response(
        assessment_paper(made),
        media_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{name}"', "Cache-Control": "private, no-cache"},
    )


def _made(visit: Visit) -> Assessment:
    with visit.reading() as reading:
        if visit.actor.agency_id is None:
            raise NotAllowed
        return assess(reading, visit.node.settings, identity.agency(reading, visit.actor.agency_id))

"""For whoever runs the node: what every port says, which jobs wait or are parked, what may be tried again."""

from uuid import UUID

from fastapi import APIRouter, Request, Response

from docservice.core import outbox
from docservice.doctor import examine_node
from docservice.edge import InVisit, node_of, permit
from docservice.identity.models import Role
from docservice.signatures.keys import TrustSource
from docservice.web import shell
from signing.trust_facts import trust_facts

router = APIRouter(prefix="/operations")


@router.get("", dependencies=[permit(Role.ADMINISTRATOR)])
def show(request: Request, visit: InVisit) -> Response:
    """Jobs first; the doctor's answers are asked for when the page is there."""
    with visit.reading() as reading:
        backlog = outbox.backlog(reading.session, now=reading.now)
        jobs = outbox.unfinished(reading.session, most=100)
    return shell.page(request, "operations.html", backlog=backlog, jobs=jobs, findings=None)


@router.get("/doctor", dependencies=[permit(Role.ADMINISTRATOR)])
def doctor(request: Request, visit: InVisit) -> Response:
    """A line for each port and promise."""
    findings = list(examine_node(node_of(request), recount=True))
    if "HX-Request" in request.headers:
        return shell.fragment(request, "operations.html", "doctor", findings=findings)
    with visit.reading() as reading:
        backlog = outbox.backlog(reading.session, now=reading.now)
        jobs = outbox.unfinished(reading.session, most=100)
    return shell.page(request, "operations.html", backlog=backlog, jobs=jobs, findings=findings)


@router.post("/jobs/{job_id}/retry", dependencies=[permit(Role.ADMINISTRATOR)])
def retry(request: Request, visit: InVisit, job_id: UUID) -> Response:
    """Give a parked job another life."""
    with visit.in_role(Role.ADMINISTRATOR).work() as work:
        if outbox.retry_parked(work.session, job_id, now=work.now):
            work.note("retry_job", job_id)
    return shell.go(request, "/operations", notice="retried")


@router.get("/trust", dependencies=[permit(Role.ADMINISTRATOR)])
def trust(request: Request, visit: InVisit) -> Response:
    """Whom this node believes, and how fresh its revocation lists are; changed by files on the server only."""
    facts = trust_facts(visit.node.ports[TrustSource].current())
    return shell.page(request, "trust.html", facts=facts, now=visit.node.transactions.clock.now())

"""For whoever runs the node: what needs somebody, how every port is, which jobs wait or are parked, what ends soon."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy.orm import Session

from docservice.core import outbox
from docservice.core.clock import legal_day
from docservice.core.errors import Conflict
from docservice.core.words import N_
from docservice.core.work import Reading
from docservice.doctor import examine_node
from docservice.edge import InVisit, Visit, language_of, node_of, permit
from docservice.identity.models import Role
from docservice.operations import alerts, mail, queries
from docservice.operations.conditions import Conditions
from docservice.operations.measures import Measure, measures
from docservice.searching import indexing
from docservice.signatures.keys import TrustSource
from docservice.signatures.verdicts import trust_problem
from docservice.web import shell
from signing.errors import TrustUnreadable
from signing.trust import SETTINGS
from signing.trust_facts import TrustFacts, trust_facts

router = APIRouter(prefix="/operations")
_JOBS_A_PAGE = 50


class JobMovedOn(Conflict):
    code = "job_moved_on"
    message = N_("Tác vụ này vừa chạy xong, đang chạy hoặc đã được người khác xử lý; xin tải lại trang.")


@router.get("", dependencies=[permit(Role.ADMINISTRATOR)])
def show(request: Request, visit: InVisit, page: Annotated[int, Query(ge=1, le=100_000)] = 1) -> Response:
    """What needs somebody first; the doctor's answers are asked for when the page is there."""
    with visit.reading() as reading:
        values = _values(reading, page=page)
    return shell.page(request, "operations.html", findings=None, **values)


@router.get("/doctor", dependencies=[permit(Role.ADMINISTRATOR)])
def doctor(request: Request, visit: InVisit) -> Response:
    """A line for each port and promise."""
    findings = list(examine_node(node_of(request), recount=True))
    if "HX-Request" in request.headers:
        return shell.fragment(request, "operations.html", "doctor", findings=findings)
    with visit.reading() as reading:
        values = _values(reading)
    return shell.page(request, "operations.html", findings=findings, **values)


@router.post("/jobs/{job_id}/retry", dependencies=[permit(Role.ADMINISTRATOR)])
def retry(request: Request, visit: InVisit, job_id: UUID) -> Response:
    """Have a parked or failing job tried now."""
    return _act(request, visit, outbox.retry, job_id, verb="retry_job", notice="retried")


@router.post("/jobs/{job_id}/cancel", dependencies=[permit(Role.ADMINISTRATOR)])
def cancel(request: Request, visit: InVisit, job_id: UUID) -> Response:
    """Call a parked or failing job off; it is kept, and can be brought back."""
    return _act(request, visit, outbox.cancel, job_id, verb="cancel_job", notice="cancelled_job")


@router.post("/jobs/{job_id}/restore", dependencies=[permit(Role.ADMINISTRATOR)])
def restore(request: Request, visit: InVisit, job_id: UUID) -> Response:
    """The way back: a job that was called off is due again."""
    return _act(request, visit, outbox.restore, job_id, verb="restore_job", notice="restored_job")


@router.post("/mail", dependencies=[permit(Role.ADMINISTRATOR)])
def try_mail(request: Request, visit: InVisit) -> Response:
    """Send a mail that says that alerts arrive; what hinders it stands in the list of jobs."""
    with visit.in_role(Role.ADMINISTRATOR).work() as work:
        mail.promise_trial(work)
    return shell.go(request, "/operations#jobs", notice="trying_mail")


@router.post("/index", dependencies=[permit(Role.ADMINISTRATOR)])
def rebuild_index(request: Request, visit: InVisit) -> Response:
    """Begin the search index anew; the one in use answers until it is whole."""
    with visit.in_role(Role.ADMINISTRATOR).work() as work:
        indexing.begin_rebuild(work)
    return shell.go(request, "/operations", notice="reindexing")


@router.get("/index", dependencies=[permit(Role.ADMINISTRATOR)])
def show_index(request: Request, visit: InVisit) -> Response:
    """How far the index is behind, and how far a rebuild has come."""
    with visit.reading() as reading:
        lag, progress = indexing.lag(reading), indexing.last_rebuild(reading)
    if "HX-Request" in request.headers:
        return shell.fragment(request, "index.html", "state", lag=lag, progress=progress)
    return shell.page(request, "index.html", lag=lag, progress=progress)


@router.get("/trust", dependencies=[permit(Role.ADMINISTRATOR)])
def trust(request: Request, visit: InVisit) -> Response:
    """Whom this node believes, by which file, and how fresh its revocation lists are; changed by files only.

    Settings that cannot be read are told with the file to mend.
    """
    source, now = visit.node.ports[TrustSource], visit.node.transactions.clock.now()
    facts: TrustFacts | None = None
    problem: str | None = None
    try:
        facts = trust_facts(source.current(), source.names())
    except TrustUnreadable as error:
        problem = trust_problem(error, language_of(request))
    return shell.page(
        request,
        "trust.html",
        facts=facts,
        problem=problem,
        folder=source.folder,
        has_settings=(source.folder / SETTINGS).is_file(),
        now=now,
        today=legal_day(now),
    )


def _act(
    request: Request, visit: Visit, change: Callable[..., str | None], job_id: UUID, *, verb: str, notice: str
) -> Response:
    with visit.in_role(Role.ADMINISTRATOR).work() as work:
        name = _changed(change, work.session, job_id, work.now)
        work.note(verb, job_id, job=name)
    return shell.go(request, "/operations#jobs", notice=notice)


def _changed(change: Callable[..., str | None], session: Session, job_id: UUID, now: datetime) -> str:
    name = change(session, job_id, now=now)
    if name is None:
        raise JobMovedOn
    return name


def _values(reading: Reading, *, page: int = 1) -> dict[str, Any]:
    backlog = outbox.backlog(reading.session, now=reading.now)
    pages = max(1, -(-(backlog.waiting + backlog.parked) // _JOBS_A_PAGE))
    page = min(page, pages)
    found = list(measures(reading))
    known = {condition.code: condition for condition in reading.ports[Conditions].table}
    return {
        "backlog": backlog,
        "jobs": outbox.unfinished(reading.session, most=_JOBS_A_PAGE, skip=(page - 1) * _JOBS_A_PAGE),
        "page": page,
        "pages": pages,
        "cancelled": outbox.cancelled(reading.session, most=20),
        # Held now, whether or not the minute's look has noted it.
        "held": list(reading.ports[Conditions].held(found)),
        "since_of": {(alert.code, alert.subject): alert.raised_at for alert in alerts.open_alerts(reading)},
        "cleared": [(alert, known.get(alert.code)) for alert in alerts.cleared_alerts(reading, most=20)],
        "mailed": reading.ports[mail.Mail].is_wanted,
        "figures": _by_code(found),
        "ending": queries.ending_certificates(reading, most=50),
        "backups": queries.last_backups(reading, most=5),
    }


def _by_code(found: list[Measure]) -> dict[str, dict[str, float]]:
    by_code: dict[str, dict[str, float]] = {}
    for measure in found:
        by_code.setdefault(measure.code, {})[measure.subject] = measure.figure
    return by_code

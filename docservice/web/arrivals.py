"""What comes on paper: a scan dropped by the clerk, and what it says; then it is an arrival like any other."""

from typing import Annotated

from fastapi import APIRouter, File, Form, Request, Response, UploadFile

from docservice.core.errors import DocError
from docservice.documents import uploads
from docservice.documents.models import Urgency
from docservice.edge import InForm, InVisit, permit
from docservice.identity.models import Role
from docservice.web import shell
from docservice.web.acts import read_day
from docservice.workflow import service as workflow
from templates.catalogue import KINDS

router = APIRouter(prefix="/arrivals")


@router.get("/paper", dependencies=[permit(Role.CLERK)])
def paper_form(request: Request, visit: InVisit) -> Response:
    """The form for a document on paper."""
    request.state.visit = visit.in_role(Role.CLERK)
    return shell.page(request, "paper.html", kinds=[kind.name for kind in KINDS.values()], shown={}, error=None)


@router.post("/paper", dependencies=[permit(Role.CLERK)])
def enter_paper(
    request: Request,
    visit: InVisit,
    form: InForm,
    file: Annotated[UploadFile, File()],
    kind_name: Annotated[str, Form(max_length=100)] = "",
    subject: Annotated[str, Form(max_length=500)] = "",
    origin_name: Annotated[str, Form(max_length=200)] = "",
    origin_notation: Annotated[str, Form(max_length=60)] = "",
    issued_on: Annotated[str, Form(max_length=10)] = "",
    due: Annotated[str, Form(max_length=10)] = "",
    urgency: Annotated[Urgency, Form()] = Urgency.NORMAL,
) -> Response:
    """Take in the scan behind the fence, then enter the document; it waits in "Chờ tiếp nhận"."""
    visit = request.state.visit = visit.in_role(Role.CLERK)
    try:
        taken = uploads.take_in(visit.node.ports, name=file.filename or "", data=file.file.read(), is_scan=True)
        with visit.work() as work:
            document = workflow.enter_paper(
                work,
                scan_sha256=taken.sha256,
                scan_size=taken.size,
                kind_name=kind_name,
                subject=subject,
                origin_name=origin_name,
                origin_notation=origin_notation,
                issued_on=read_day(issued_on),
                due=read_day(due),
                urgency=urgency,
            )
    except DocError as error:
        shown = {name: value for name, value in form.items() if isinstance(value, str)}
        kinds = [kind.name for kind in KINDS.values()]
        return shell.page(request, "paper.html", status=error.status, kinds=kinds, shown=shown, error=error)
    return shell.go(request, shell.document_address(visit, document), notice="paper")

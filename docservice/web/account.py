"""A person's own settings: password, language, colours."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request, Response

from docservice.core.errors import DocError, NotFound
from docservice.documents import storing
from docservice.edge import LANGUAGE_COOKIE, InVisit, Visit, open_to_all, permit
from docservice.identity import accounts
from docservice.identity import queries as identity
from docservice.web import shell
from docservice.workflow.transitions import SIGNATORIES

router = APIRouter()
YEAR = 365 * 24 * 3600


@router.get("/account", dependencies=[permit()])
def show(request: Request, visit: InVisit) -> Response:
    """The posts held, the certificates one signs with, and the form to change the password."""
    return _page(request, visit, error=None)


@router.get("/account/certificates/{certificate_id}/image", dependencies=[permit()])
def image(visit: InVisit, certificate_id: UUID) -> Response:
    """The picture that one's own signatures show."""
    with visit.reading() as reading:
        own = identity.certificates_of_person(reading, visit.who.person_id)
    found = next((certificate.image_sha256 for certificate in own if certificate.id == certificate_id), None)
    if found is None:
        raise NotFound
    return Response(storing.get(visit.node.ports, found), media_type="image/png")


@router.post("/account/password", dependencies=[permit()])
def change_password(
    request: Request,
    visit: InVisit,
    current: Annotated[str, Form(max_length=200)],
    new: Annotated[str, Form(max_length=200)],
) -> Response:
    """Change the password; every session ends, and this one begins anew at the sign-in page."""
    try:
        with visit.work() as work:
            accounts.change_password(work, current=current, new=new)
    except DocError as error:
        return _page(request, visit, error=error)
    return shell.go(request, "/sign-in", notice="password")


@router.post("/language", dependencies=[open_to_all("the language of the page, kept in the browser")])
def language(
    request: Request, to: Annotated[str, Form()], back: Annotated[str, Form(max_length=1000)] = "/"
) -> Response:
    """Show the pages in the other language."""
    return _keep(request, LANGUAGE_COOKIE, "en" if to == "en" else "vi", back)


@router.post("/theme", dependencies=[open_to_all("the colours of the page, kept in the browser")])
def theme(request: Request, to: Annotated[str, Form()], back: Annotated[str, Form(max_length=1000)] = "/") -> Response:
    """Light, dark, or as the device has it."""
    return _keep(request, shell.THEME_COOKIE, to if to in shell.THEMES else "", back)


def _page(request: Request, visit: Visit, *, error: DocError | None) -> Response:
    with visit.reading() as reading:
        own = identity.certificates_of_person(reading, visit.who.person_id)
    return shell.page(
        request, "account.html", status=error.status if error else 200, error=error, own=own, signs=SIGNATORIES
    )


def _keep(request: Request, cookie: str, value: str, back: str) -> Response:
    response = shell.go(request, shell.own_address(back))
    response.set_cookie(cookie, value, max_age=YEAR, samesite="lax", secure=request.app.state.secure, httponly=True)
    return response

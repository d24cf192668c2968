"""Coming in and going out. On a demo node people stand as tiles, for browsers on this machine only."""

from typing import Annotated
from uuid import UUID

from anyio import to_thread
from fastapi import APIRouter, Form, Request, Response

from docservice.core.errors import DocError, NotFound
from docservice.core.work import SYSTEM
from docservice.edge import (
    InVisit,
    address_of,
    cookie_name,
    count_stranger,
    known_visitor,
    node_of,
    open_to_all,
    permit,
)
from docservice.identity import accounts
from docservice.identity.accounts import Hat
from docservice.identity.errors import SignInWrong
from docservice.identity.models import Person
from docservice.web import shell

router = APIRouter()
# A page from before the sign-in has no session to tie a token to: Origin and Fetch-Metadata guard these forms.
_BEFORE_SIGN_IN = "this is where one signs in"


@router.get("/sign-in", dependencies=[open_to_all(_BEFORE_SIGN_IN)])
def show(request: Request, next: str = "/") -> Response:  # noqa: A002 - the word people see in the address
    """The sign-in page; whoever is signed in goes on at once."""
    count_stranger(request)
    if known_visitor(request) is not None:
        return shell.go(request, shell.own_address(next))
    return _form(request, next_page=shell.own_address(next), error=None)


@router.post("/sign-in", dependencies=[open_to_all(_BEFORE_SIGN_IN)])
async def sign_in(
    request: Request,
    login: Annotated[str, Form(max_length=100)],
    password: Annotated[str, Form(max_length=200)],
    next_page: Annotated[str, Form(alias="next", max_length=500)] = "/",
) -> Response:
    """Check name and password; a failure is counted before it is told.

    Checking a password takes long on purpose, so it has threads of its own: a morning's sign-ins wait for one another
    and not everybody for them.
    """
    return await to_thread.run_sync(_sign_in, request, login, password, next_page, limiter=request.app.state.sign_ins)


def _sign_in(request: Request, login: str, password: str, next_page: str) -> Response:
    count_stranger(request)
    node, address = node_of(request), address_of(request)
    try:
        with node.transactions.reading(SYSTEM) as reading:
            accounts.check_tries(reading, login=login, address=address)
            person_id = accounts.right_password(reading, login=login, password=password)
        if person_id is None:
            with node.transactions.work(SYSTEM) as work:
                accounts.note_failure(work, login=login, address=address)
            raise SignInWrong
    except DocError as error:
        return _form(request, next_page=shell.own_address(next_page), error=error, login=login)
    with node.transactions.reading(SYSTEM) as reading:
        renewal = accounts.renewed_hash(reading, person_id=person_id, password=password)
    if renewal is not None:
        with node.transactions.work(SYSTEM) as work:
            accounts.keep_renewed(work, renewal)
    return _begin(request, person_id, shell.own_address(next_page))


@router.post("/sign-in/demo", dependencies=[open_to_all("tiles of the demo, answered on loopback only")])
def sign_in_demo(
    request: Request,
    person_id: Annotated[UUID, Form()],
    next_page: Annotated[str, Form(alias="next", max_length=500)] = "/",
) -> Response:
    """Sign in as a person of the demo; on a real node, or from elsewhere, there is no such page."""
    with node_of(request).transactions.reading(SYSTEM) as reading:
        known = accounts.is_demo_person(reading, person_id)
    if not _is_loopback(request) or not known:
        raise NotFound
    return _begin(request, person_id, shell.own_address(next_page))


@router.post("/sign-out", dependencies=[permit()])
def sign_out(request: Request, visit: InVisit) -> Response:
    """End the session here and in the database, and let the browser forget what it kept."""
    with visit.work() as work:
        accounts.end_session(work, token_sha256=visit.who.token_sha256)
    response = shell.go(request, "/sign-in")
    response.delete_cookie(cookie_name(request))
    response.headers["Clear-Site-Data"] = '"storage"'
    return response


def _form(request: Request, *, next_page: str, error: DocError | None, login: str = "") -> Response:
    people = []
    if request.app.state.is_demo and _is_loopback(request):
        with node_of(request).transactions.reading(SYSTEM) as reading:
            people = _by_agency(accounts.demo_people(reading))
    response = shell.page(
        request,
        "sign_in.html",
        status=error.status if error else 200,
        next_page=next_page,
        error=error,
        login=login,
        people=people,
    )
    if error is not None and error.retry_after is not None:
        response.headers["Retry-After"] = str(error.retry_after)
    return response


def _by_agency(people: list[tuple[Person, tuple[Hat, ...]]]) -> list[tuple[str, list[tuple[Person, tuple[Hat, ...]]]]]:
    """The agency with the most people first: that is where most will begin."""
    found: dict[str, list[tuple[Person, tuple[Hat, ...]]]] = {}
    for person, hats in people:
        if hats:
            found.setdefault(hats[0].agency_name, []).append((person, hats))
    return sorted(found.items(), key=lambda entry: -len(entry[1]))


def _begin(request: Request, person_id: UUID, next_page: str) -> Response:
    with node_of(request).transactions.work(SYSTEM) as work:
        begun = accounts.begin_session(work, person_id=person_id)
    response = shell.go(request, next_page)
    response.set_cookie(
        cookie_name(request), begun.token, httponly=True, samesite="lax", secure=request.app.state.secure, path="/"
    )
    return response


def _is_loopback(request: Request) -> bool:
    return address_of(request) in {"127.0.0.1", "::1"}

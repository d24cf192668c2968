"""The application: routes, headers on every answer, one place where an error becomes a page."""

import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from urllib.parse import quote, urlencode, urlsplit

import anyio.to_thread
from anyio import CapacityLimiter
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from docservice.bootstrap import Node
from docservice.core.errors import DocError, Invalid, NotFound, TooLarge, Unavailable
from docservice.core.hints import Listening
from docservice.core.limits import Limits
from docservice.core.work import SYSTEM
from docservice.edge import SAFE_METHODS, FormNotOurs, SignInNeeded, Visit, known_visitor, language_of
from docservice.identity.accounts import has_demo_accounts
from docservice.operations.readiness import Readiness
from docservice.operations.vitals import Vitals
from docservice.operations.watcher import Watcher
from docservice.web import (
    account,
    acts,
    agent,
    annexes,
    arrivals,
    assessment,
    assets,
    authorities,
    case_lists,
    certificates,
    copies,
    documents,
    draft_check,
    draft_tools,
    drafts,
    health,
    held,
    hints,
    hsm,
    inbox,
    meetings,
    operations,
    own_forms,
    papers,
    people,
    phone,
    records,
    registers,
    searching,
    shell,
    sign_in,
    signing_many,
    together,
    tour,
    verdicts,
    vgca,
)
from docservice.web.tracing import HEADER, Traced

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
ROUTERS = (
    health.router,
    assets.router,
    sign_in.router,
    account.router,
    inbox.router,
    annexes.router,
    hints.router,
    drafts.router,
    draft_tools.router,
    draft_check.router,
    own_forms.router,
    authorities.router,
    together.router,
    documents.router,
    verdicts.router,
    verdicts.evidence_router,
    acts.router,
    acts.cosigning,
    copies.router,
    signing_many.router,
    agent.router,
    hsm.router,
    vgca.router,
    phone.router,
    arrivals.router,
    papers.router,
    registers.router,
    searching.router,
    meetings.router,
    # Before those of one case file, whose id would be taken from the address.
    case_lists.router,
    records.router,
    held.router,
    operations.router,
    people.router,
    phone.keys_router,
    certificates.router,
    assessment.router,
)
# A form's own fields beside an uploaded file.
FORM_OVERHEAD = 1024 * 1024
# Of a body that is refused so much is read and thrown away, in bytes: who is still sending hears no answer.
_HEARD_OUT = 256 * 1024 * 1024

_log = logging.getLogger("docservice.web")


def create_app(
    node: Node, *, after_start: Callable[[], None] | None = None, after_stop: Callable[[], None] | None = None
) -> FastAPI:
    """The pages over a node; the caller runs the jobs."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        anyio.to_thread.current_default_thread_limiter().total_tokens = node.settings.web_threads
        if after_start is not None:
            after_start()
        heard = Listening(node.database.url, node.hints) if node.database.is_shared else None
        if heard is not None:
            heard.start()
        watcher = Watcher(node.transactions, app.state.vitals, lock=node.settings.base / "watcher.lock")
        watcher.start()
        yield
        watcher.close()
        if heard is not None:
            heard.close()
        app.state.readiness.close()
        if after_stop is not None:
            after_stop()

    app = FastAPI(title="Dịch vụ văn bản", docs_url=None, redoc_url=None, openapi_url=None, lifespan=lifespan)
    app.state.node = node
    app.state.limits = Limits(node.transactions)
    app.state.sign_ins = CapacityLimiter(max(1, node.settings.web_threads // 3))
    app.state.readiness = Readiness(node.transactions, node.ports)
    app.state.vitals = Vitals(node.transactions, app.state.readiness)
    public = urlsplit(node.settings.public_url)
    app.state.secure = public.scheme == "https"
    with node.transactions.reading(SYSTEM) as reading:
        app.state.is_demo = has_demo_accounts(reading)
        app.state.tour = tour.steps(reading) if app.state.is_demo else []
    for router in ROUTERS:
        app.include_router(router)
    app.add_middleware(Guard)
    app.add_middleware(OwnNames, allowed_hosts=[public.hostname or "127.0.0.1", *LOOPBACK])
    app.add_middleware(Traced)
    app.add_exception_handler(DocError, _doc_error)
    app.add_exception_handler(RequestValidationError, _validation_error)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(Exception, _crash)
    return app


class OwnNames(TrustedHostMiddleware):
    """Answers under this node's names only; machines that watch reach it by whatever name their network gives it."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what is asked under one of our names."""
        is_watching = scope["type"] == "http" and scope["path"] in health.ADDRESSES
        await (self.app if is_watching else super().__call__)(scope, receive, send)


class Guard:
    """Refuses writes from other sites and bodies beyond the limit; puts the safety headers on every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, unless it is refused."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope, receive)

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.setdefault("Content-Security-Policy", assets.content_security_policy())
                for name, value in _SAFETY.items():
                    headers[name] = value
                if request.app.state.secure:
                    headers["Strict-Transport-Security"] = "max-age=31536000"
            await send(message)

        refusal = _refused(request)
        if refusal is None:
            await self._app(scope, receive, with_headers)
        else:
            await _hear_out(receive)
            await _render(request, refusal)(scope, receive, with_headers)


async def _hear_out(receive: Receive) -> None:
    """Let somebody send to the end what nobody keeps: a connection cut under a browser shows no page at all."""
    heard = 0
    while heard < _HEARD_OUT:
        message = await receive()
        heard += len(message.get("body", b""))
        if not message.get("more_body"):
            break


_SAFETY = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


def _refused(request: Request) -> DocError | None:
    if request.method in SAFE_METHODS:
        return None
    origin = request.headers.get("Origin")
    site = request.headers.get("Sec-Fetch-Site", "same-origin")
    if site not in {"same-origin", "none"} or (origin and urlsplit(origin).netloc != request.headers.get("Host")):
        return FormNotOurs()
    length = request.headers.get("Content-Length", "")
    limit = request.app.state.node.settings.upload_limit_mb * 1024 * 1024 + FORM_OVERHEAD
    # A body of unknown length could not be stopped before it fills the disk.
    if not length.isdecimal() or int(length) > limit:
        return TooLarge()
    return None


def _render(request: Request, error: DocError) -> Response:
    if isinstance(error, SignInNeeded):
        return _to_sign_in(request)
    response = _told(request, error)
    if error.retry_after is not None:
        response.headers["Retry-After"] = str(error.retry_after)
    return response


def _told(request: Request, error: DocError) -> Response:
    # Who is told to ask somebody is told what to say.
    has_trace = error.status >= 500
    values = {"code": error.code, "sentence": error.sentence(language_of(request)), "has_trace": has_trace}
    if "HX-Request" in request.headers:
        response = shell.fragment(request, "error.html", "notice_only", status=error.status, **values)
        response.headers["HX-Retarget"] = "#toasts"
        response.headers["HX-Reswap"] = "beforeend"
        return response
    return shell.page(request, "error.html", status=error.status, back=_document_acted_on(request, error), **values)


def _document_acted_on(request: Request, error: DocError) -> str | None:
    """Where somebody goes on whose act was refused: the document's page; None where there is none to see."""
    document_id = request.path_params.get("document_id")
    if request.method != "POST" or document_id is None or error.status == NotFound.status:
        return None
    visit = getattr(request.state, "visit", None)
    acting_as = (visit.as_post if visit is not None else None) or request.query_params.get("as")
    return f"/documents/{document_id}" + (f"?{urlencode({'as': acting_as})}" if acting_as else "")


def _to_sign_in(request: Request) -> Response:
    here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    next_page = quote(here if request.method in SAFE_METHODS else "/")
    address = f"/sign-in?next={next_page}"
    if "HX-Request" in request.headers:
        return Response(status_code=204, headers={"HX-Redirect": address})
    return shell.go(request, address)


def _doc_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, DocError)  # noqa: S101 - registered for this class
    if isinstance(error, Unavailable):
        _log.warning("%s at %s %s: %s", error.code, request.method, request.url.path, error.reason)
    _remember_visitor(request)
    return _render(request, error)


def _validation_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for this class
    _remember_visitor(request)
    places = {str(part["loc"][0]) for part in error.errors()}
    return _render(request, NotFound() if places == {"path"} else Invalid())


def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for this class
    _remember_visitor(request)
    return _render(request, NotFound() if error.status_code in {404, 405} else Invalid())


def _crash(request: Request, error: Exception) -> Response:
    """What nobody expected: the log has the traceback, the person a sentence and no detail."""
    # Outside of the layer that sets the trace: it is said again here.
    trace = request.state.trace
    _log.error("unexpected failure at %s %s", request.method, request.url.path, exc_info=error, extra={"trace": trace})
    response = _render(request, DocError())
    response.headers[HEADER] = trace
    return response


def _remember_visitor(request: Request) -> None:
    """An error page keeps the frame of whoever is signed in."""
    if getattr(request.state, "visit", None) is None:
        try:
            who = known_visitor(request)
        except Unavailable:
            return
        if who is not None:
            request.state.visit = Visit(request.app.state.node, who, language_of(request), None)

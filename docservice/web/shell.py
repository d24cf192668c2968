"""How a page is made: one Jinja file serves the whole page, and one named block of it where htmx asks for a part.

Everything a template may call is here; texts are Vietnamese in the template and go through `_`.
"""

import gzip
from collections.abc import Callable
from datetime import date, datetime
from functools import cache, partial
from importlib.resources import files
from typing import Any
from urllib.parse import quote, urlsplit

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from docservice.core.clock import VIETNAM, legal_day
from docservice.core.errors import DocError
from docservice.core.words import say
from docservice.documents.facts import STATUS_NAMES
from docservice.documents.models import Document, Urgency
from docservice.documents.status import Status
from docservice.edge import Visit, cookie_name, language_of, node_of
from docservice.web import assets, labels
from signing.agent import ADDRESS as AGENT_ADDRESS
from signing.keys import name_words

NOTICE_COOKIE = "notice"
THEME_COOKIE = "theme"
THEMES = ("light", "dark")


def page(request: Request, name: str, *, status: int = 200, **values: Any) -> Response:
    """The whole page for a plain request; with an `error` that passes it says when to ask again."""
    template = _environment().get_template(name)
    response = _html(request, template.render(_context(request, values)), status)
    if isinstance(error := values.get("error"), DocError) and error.retry_after is not None:
        response.headers["Retry-After"] = str(error.retry_after)
    if NOTICE_COOKIE in request.cookies:
        response.delete_cookie(NOTICE_COOKIE)
    return response


def fragment(request: Request, name: str, block: str, *, status: int = 200, **values: Any) -> Response:
    """One named block of a page, for htmx."""
    template = _environment().get_template(name)
    context = template.new_context(_context(request, values))
    return _html(request, "".join(template.blocks[block](context)), status)


def pdf(data: bytes, name: str, *, cache: str = "no-store") -> Response:
    """A PDF to look at in the browser, under the name it is saved by; `cache` is what the browser may do with it."""
    headers = {
        "Content-Disposition": f"inline; filename*=UTF-8''{quote(name)}",
        "Cache-Control": f"private, {cache}",
        "Content-Security-Policy": assets.PDF_POLICY,
    }
    return Response(data, media_type="application/pdf", headers=headers)


def go(request: Request, address: str, *, notice: str = "") -> Response:
    """Redirect after a post; `notice` names a sentence of `labels.NOTICES` to show once on the next page."""
    response = RedirectResponse(address, status_code=303)
    if notice:
        response.set_cookie(
            NOTICE_COOKIE, notice, max_age=30, httponly=True, samesite="lax", secure=request.app.state.secure
        )
    return response


def own_address(address: str) -> str:
    """Only a path of this site: an address elsewhere would send a fresh session to a stranger."""
    parts = urlsplit(address)
    local = not parts.scheme and not parts.netloc and address.startswith("/") and not address.startswith("//")
    return address if local and "\\" not in address else "/"


def document_address(visit: Visit, document: Document, post_id: object = None) -> str:
    """A document's page, naming the post where the person holds several."""
    post = post_id or visit.actor.post_id
    return f"/documents/{document.id}" + (f"?as={post}" if len(visit.who.hats) > 1 else "")


def _html(request: Request, text: str, status: int) -> HTMLResponse:
    headers = {"Cache-Control": "no-store", "Vary": "Accept-Encoding, HX-Request"}
    data = text.encode()
    if len(data) > 1000 and "gzip" in request.headers.get("Accept-Encoding", ""):
        return HTMLResponse(gzip.compress(data, 5), status, {**headers, "Content-Encoding": "gzip"})
    return HTMLResponse(data, status, headers)


def _context(request: Request, values: dict[str, Any]) -> dict[str, Any]:
    language = language_of(request)
    visit: Visit | None = getattr(request.state, "visit", None)
    notice = labels.NOTICES.get(request.cookies.get(NOTICE_COOKIE, ""))
    now = node_of(request).transactions.clock.now()
    theme = request.cookies.get(THEME_COOKIE)
    context = values | {
        "_": partial(say, language=language),
        "language": language,
        "theme": theme if theme in THEMES else None,
        "visit": visit,
        "is_demo": request.app.state.is_demo,
        "notice": say(notice, language) if notice else None,
        "path": request.url.path,
        "trace": getattr(request.state, "trace", ""),
        "here": quote(str(request.url.path) + (f"?{request.url.query}" if request.url.query else "")),
        "today": legal_day(now),
        "now": now,
        "csrf": visit.form_token() if visit else "",
        "signed_in": visit is not None or cookie_name(request) in request.cookies,
        "address_of": partial(document_address, visit) if visit else None,
    }
    # The small parts know the page's values, so they are made for each page.
    context["parts"] = _environment().get_template("parts.html").make_module(context)
    return context


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(str(files("docservice").joinpath("web/pages"))),
        autoescape=True,
        undefined=StrictUndefined,
        # The pages of a service that runs do not change: to ask the disk for each part of each page is for nothing.
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(
        static=assets.static,
        vendor=assets.vendor,
        icon=lambda name: Markup(assets.icon(name)),  # noqa: S704 - a package's own drawing
        import_map=lambda: Markup(assets.import_map()),  # noqa: S704 - our own JSON of file names
        status_name=lambda status: STATUS_NAMES[Status(status)],
        labels=labels,
        agent_address=AGENT_ADDRESS,
        vgca_address=assets.VGCA_ADDRESS,
        Urgency=Urgency,
        Status=Status,
    )
    filters: dict[str, Callable[..., Any]] = {
        "day": day,
        "moment": moment,
        "since": since,
        "size": size,
        "marked": marked,
        "name_words": name_words,
    }
    environment.filters.update(filters)
    return environment


def day(value: date | None) -> str:
    """23/11/2026, as an office writes a date in a list."""
    if value is None:
        return ""
    value = legal_day(value) if isinstance(value, datetime) else value
    return value.strftime("%d/%m/%Y")


def moment(value: datetime | None) -> str:
    """08:05 23/11/2026 in Vietnam."""
    return value.astimezone(VIETNAM).strftime("%H:%M %d/%m/%Y") if value else ""


def since(value: datetime, now: datetime, _: Callable[..., str]) -> str:
    """How long ago, in the largest unit that says something."""
    minutes = max(0, int((now - value).total_seconds()) // 60)
    if minutes < 60:
        return _(labels.MINUTES_AGO, n=minutes) if minutes else _(labels.JUST_NOW)
    if minutes < 60 * 24:
        return _(labels.HOURS_AGO, n=minutes // 60)
    return _(labels.DAYS_AGO, n=minutes // (60 * 24))


def size(value: int) -> str:
    """A file's size: 3,2 MB or 48 KB."""
    if value >= 1024 * 1024:
        return f"{value / 1024 / 1024:.1f} MB".replace(".", ",")
    return f"{max(1, value // 1024)} KB"


def marked(text: str, spans: tuple[tuple[int, int], ...]) -> Markup:
    """The text with the given places marked."""
    out, at = Markup(), 0
    for begin, end in spans:
        out += text[at:begin]
        out += Markup("<mark>{}</mark>").format(text[begin:end])
        at = end
    return out + text[at:]

"""Where a request becomes a person, and where every route says who may call it.

A route opens its transaction itself (`with visit.work(...)`) inside its one thread hop, so it commits before the
answer is made and no request holds a lock while it waits for a second thread (decision 0008).
"""

import hashlib
import hmac
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from secrets import token_urlsafe
from typing import Annotated, Any, TypeVar
from uuid import UUID

from fastapi import Depends, Request
from starlette.datastructures import FormData

from docservice.bootstrap import Node
from docservice.core.errors import DocError, NotAllowed, NotFound
from docservice.core.limits import Limits
from docservice.core.words import N_
from docservice.core.work import SYSTEM, Actor, Reading, Work
from docservice.documents import queries as documents
from docservice.documents.models import Document
from docservice.identity import accounts
from docservice.identity.accounts import Hat, SignedIn
from docservice.identity.models import Role

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
LANGUAGE_COOKIE = "language"

T = TypeVar("T")


class SignInNeeded(DocError):
    code = "sign_in_needed"
    status = 401
    message = N_("Phiên làm việc đã hết; xin đăng nhập lại.")


class FormNotOurs(NotAllowed):
    code = "form_not_ours"
    message = N_("Biểu mẫu đã cũ hoặc không do hệ thống này tạo; xin tải lại trang rồi thử lại.")


@dataclass(frozen=True)
class Visit:
    """A signed-in person's request; `as_post` is the post the form or link names."""

    node: Node
    who: SignedIn
    language: str
    as_post: UUID | None

    @property
    def actor(self) -> Actor:
        """The person as the named post, else as the oldest post held; raises `NotAllowed` for a post not held."""
        return self.hat.actor if self.who.hats else Actor(name=self.who.name, person_id=self.who.person_id)

    @property
    def hat(self) -> Hat:
        """The post this request acts as."""
        for hat in self.who.hats:
            if self.as_post is None or hat.actor.post_id == self.as_post:
                return hat
        raise NotAllowed

    @property
    def roles(self) -> frozenset[str]:
        """The roles of every post held."""
        return frozenset(hat.actor.role for hat in self.who.hats if hat.actor.role)

    def holds(self, roles: Collection[str]) -> bool:
        """Whether any post held has one of these roles."""
        return not self.roles.isdisjoint(roles)

    def as_hat(self, hat: Hat) -> "Visit":
        """The same request as one of the posts held."""
        return replace(self, as_post=hat.actor.post_id)

    def in_role(self, *roles: Role) -> "Visit":
        """The same request as the named post, or as the first post with one of these roles."""
        for hat in self.who.hats:
            if hat.actor.role in roles and self.as_post in {None, hat.actor.post_id}:
                return replace(self, as_post=hat.actor.post_id)
        raise NotAllowed

    def through(self, look: Callable[[Reading], object]) -> "Visit":
        """The same request as the first post through which something is found; else what `look` raises (`NotFound`)."""
        with self.node.transactions.reading(SYSTEM) as reading:
            hat, _ = self._found(reading, look)
        return self.as_hat(hat)

    def on_document(self, document_id: UUID) -> "Visit":
        """The same request as the post through which the document is seen; raises `DocumentNotFound`."""
        return self.through(lambda reading: documents.get_visible(reading, document_id))

    @contextmanager
    def reading_document(self, document_id: UUID) -> Iterator[tuple["Visit", Reading, Document]]:
        """`on_document`, and the transaction that found the document to read on in."""
        with self.node.transactions.reading(SYSTEM) as reading:
            hat, document = self._found(reading, lambda reading: documents.get_visible(reading, document_id))
            yield self.as_hat(hat), replace(reading, actor=hat.actor), document

    def _found(self, reading: Reading, look: Callable[[Reading], T]) -> tuple[Hat, T]:
        missing: NotFound = NotFound()
        for hat in self.who.hats:
            if self.as_post not in {None, hat.actor.post_id}:
                continue
            try:
                return hat, look(replace(reading, actor=hat.actor))
            except NotFound as error:
                missing = error
        raise missing

    @contextmanager
    def reading(self) -> Iterator[Reading]:
        """Read as the post this request acts as."""
        with self.node.transactions.reading(self.actor) as reading:
            yield reading

    @contextmanager
    def work(self) -> Iterator[Work]:
        """Write as the post this request acts as; commits when the block ends."""
        with self.node.transactions.work(self.actor) as work:
            yield work

    def form_token(self) -> str:
        """What a form carries to show that this session asked for it; another salt each time, so it never repeats."""
        return salted(self.who.csrf, token_urlsafe(9))


def salted(secret: str, salt: str) -> str:
    """`salt.mac`: proves knowledge of the secret without showing it to whoever compares compressed pages."""
    mac = hmac.new(secret.encode(), salt.encode(), hashlib.sha256).hexdigest()[:32]
    return f"{salt}.{mac}"


def node_of(request: Request) -> Node:
    """The node this application serves."""
    node: Node = request.app.state.node
    return node


def language_of(request: Request) -> str:
    """`en` when the visitor chose it, else Vietnamese."""
    return "en" if request.cookies.get(LANGUAGE_COOKIE) == "en" else "vi"


def cookie_name(request: Request) -> str:
    """`__Host-` binds the cookie to this host and to https; it cannot be set over plain http."""
    return "__Host-session" if request.app.state.secure else "session"


async def _form_fields(request: Request) -> tuple[str, str]:
    """The form's token and post, from the body or from htmx's header."""
    if request.method in SAFE_METHODS:
        return "", request.query_params.get("as", "")
    token = request.headers.get("X-CSRF-Token", "")
    form = await request.form()
    field, post = form.get("csrf"), form.get("as_post")
    return (field if isinstance(field, str) and field else token), (post if isinstance(post, str) else "")


def _visit(request: Request, fields: Annotated[tuple[str, str], Depends(_form_fields)]) -> Visit:
    node = node_of(request)
    who = known_visitor(request)
    if who is None:
        raise SignInNeeded
    token, post = fields
    if request.method not in SAFE_METHODS:
        salt = token.partition(".")[0]
        if not hmac.compare_digest(token, salted(who.csrf, salt)):
            raise FormNotOurs
    _count(request, f"person:{who.person_id}")
    if node.transactions.clock.now() - who.seen_at > accounts.SEEN_EVERY:
        with node.transactions.work(SYSTEM) as work:
            accounts.touch_session(work, token_sha256=who.token_sha256)
    visit = Visit(node, who, language_of(request), _uuid(post))
    request.state.visit = visit
    return visit


def _count(request: Request, key: str) -> None:
    limits: Limits = request.app.state.limits
    limits.take(key, most=node_of(request).settings.requests_per_minute)


def address_of(request: Request) -> str:
    """Where a request comes from; behind a proxy of `TRUSTED_PROXIES`, what that says."""
    return request.client.host if request.client else "unknown"


def count_stranger(request: Request) -> None:
    """Count a request of somebody who has not signed in, by address; raises `TooManyRequests`."""
    _count(request, f"address:{address_of(request)}")


InVisit = Annotated[Visit, Depends(_visit)]


async def _form(request: Request) -> FormData:
    return await request.form()


# For a form whose fields depend on the kind of document.
InForm = Annotated[FormData, Depends(_form)]


def known_visitor(request: Request) -> SignedIn | None:
    """Who sent this request, if anybody is signed in."""
    token = request.cookies.get(cookie_name(request))
    if not token:
        return None
    with node_of(request).transactions.reading(SYSTEM) as reading:
        return accounts.signed_in(reading, token=token)


class Permit:
    """Who may call a route: whoever is signed in and holds a post of one of these roles; no roles means any."""

    def __init__(self, *roles: Role) -> None:
        self.roles = frozenset(roles)

    def __call__(self, visit: InVisit) -> None:
        """Refuse everybody else; what a row allows is asked again by the service."""
        if self.roles and not visit.roles & self.roles:
            raise NotAllowed


class OpenToAll:
    """A route that asks for no sign-in, and why."""

    def __init__(self, reason: str) -> None:
        self.reason = reason

    def __call__(self) -> None:
        """Let everybody pass."""


def permit(*roles: Role) -> Any:
    """The permission of a route, for `dependencies=[...]`."""
    return Depends(Permit(*roles))


def open_to_all(reason: str) -> Any:
    """The permission of a route that needs none, with the reason."""
    return Depends(OpenToAll(reason))


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError as error:
        raise NotAllowed from error

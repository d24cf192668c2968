"""Server-sent events: a page that is open learns that it should look again, and nothing more.

One connection serves all tabs of a browser (static/hints.mjs). Each event is decided anew: the session must still hold,
and a document is named only to somebody who may see it at that moment. A connection that was away, or too slow, is
told to look at everything. Without scripts, or without this connection, pages work as before.
"""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from uuid import UUID

from anyio import to_thread
from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse

from docservice.bootstrap import Node
from docservice.core.errors import NotAllowed, Unavailable
from docservice.core.hints import Ear, Heard
from docservice.core.words import N_
from docservice.core.work import SYSTEM
from docservice.documents import queries
from docservice.documents.models import Document
from docservice.edge import InVisit, cookie_name, permit
from docservice.identity import accounts

router = APIRouter()
# A proxy or a browser that hears nothing for longer may take the connection for dead.
HEARTBEAT_SECONDS = 20.0
# Changes of one moment are one event.
GATHER_SECONDS = 0.4
MOST_CONNECTIONS = 8

_open: Counter[UUID] = Counter()


class TooManyConnections(NotAllowed):
    code = "too_many_connections"
    status = 429
    message = N_("Đã mở quá nhiều cửa sổ cùng lúc; trang này không tự cập nhật nữa, xin đóng bớt rồi tải lại.")

    @property
    def retry_after(self) -> int | None:
        return 60


@dataclass(frozen=True)
class _Told:
    """What may be said to this person now; `tokens` as they are today."""

    documents: tuple[UUID, ...]
    tokens: frozenset[str]


@router.get("/hints", dependencies=[permit()])
async def hear(request: Request, visit: InVisit) -> StreamingResponse:
    """The stream of hints; a browser that comes back is told to look at everything, since none are kept for it."""
    person_id = visit.who.person_id
    if _open[person_id] >= MOST_CONNECTIONS:
        raise TooManyConnections
    token = request.cookies[cookie_name(request)]
    tokens = frozenset().union(*(hat.actor.tokens for hat in visit.who.hats))
    was_here = "Last-Event-ID" in request.headers
    return StreamingResponse(
        _stream(visit.node, person_id, token, tokens, was_here=was_here),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


async def _stream(
    node: Node, person_id: UUID, token: str, tokens: frozenset[str], *, was_here: bool
) -> AsyncIterator[bytes]:
    _open[person_id] += 1
    try:
        with node.hints.listening(tokens) as ear:
            yield b"retry: 3000\n\n"
            if was_here:
                ear.look_at_everything()
            number = 0
            async for heard in _gathered(ear):
                if node.hints.has_ended:
                    return
                told = await to_thread.run_sync(_may_hear, node, token, heard)
                if told is None:
                    yield b"event: gone\ndata: \n\n"
                    return
                ear.tokens = told.tokens
                number += 1
                yield _event(heard, told, number)
    except Unavailable:
        # The database does not answer: the browser comes again by itself.
        return
    finally:
        _open[person_id] -= 1
        if not _open[person_id]:
            del _open[person_id]


async def _gathered(ear: Ear) -> AsyncIterator[Heard]:
    """What was heard, some moments together; nothing at all is a heartbeat."""
    while True:
        try:
            async with asyncio.timeout(HEARTBEAT_SECONDS):
                await ear.wait()
        except TimeoutError:
            yield Heard(frozenset(), everything=False)
            continue
        await asyncio.sleep(GATHER_SECONDS)
        yield ear.take()


def _event(heard: Heard, told: _Told, number: int) -> bytes:
    if heard.everything:
        return f"id: {number}\nevent: everything\ndata: \n\n".encode()
    if not told.documents:
        return b": \n\n"
    names = json.dumps([str(document_id) for document_id in told.documents])
    return f"id: {number}\nevent: look\ndata: {names}\n\n".encode()


def _may_hear(node: Node, token: str, heard: Heard) -> _Told | None:
    """The changed documents this person may see through any post now; None when the session has ended."""
    with node.transactions.reading(SYSTEM) as reading:
        who = accounts.signed_in(reading, token=token)
        if who is None:
            return None
        seen: set[UUID] = set()
        for hat in who.hats if heard.documents else ():
            wanted = queries.visible_to(hat.actor).with_only_columns(Document.id)
            seen |= set(reading.session.scalars(wanted.where(Document.id.in_(heard.documents))))
    return _Told(tuple(sorted(seen)), frozenset().union(*(hat.actor.tokens for hat in who.hats)))

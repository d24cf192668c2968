"""For machines that watch: is the process alive, can it work, what does it count.

Nothing of this is anybody's business but the operator's: strangers learn names of parts that fail and nothing more.
"""

from typing import Annotated

from fastapi import APIRouter, Header, Request, Response

from docservice.core import metrics
from docservice.core.errors import NotFound
from docservice.edge import node_of, open_to_all
from docservice.operations.figures import NodeFigures
from docservice.operations.listener import has_token, ready_answer
from docservice.operations.readiness import Readiness

router = APIRouter()
ADDRESSES = frozenset({"/health", "/ready", "/metrics"})
_LOOPBACK = frozenset({"127.0.0.1", "::1"})
_OWN_NAMES = frozenset({"127.0.0.1", "localhost", "[::1]"})


@router.get("/health", dependencies=[open_to_all("says that the process is alive, and touches nothing")])
async def health() -> dict[str, bool]:
    """The process answers; it asks nobody else, and needs no thread of the pool."""
    return {"alive": True}


@router.get("/ready", dependencies=[open_to_all("load balancers ask it; names of parts only")])
def ready(request: Request) -> Response:
    """Whether database, file store, index and queue answer; 503 and which do not."""
    status, body = ready_answer(_readiness(request).answers())
    return Response(body, status, {"Cache-Control": "no-store"}, "application/json")


@router.get("/metrics", dependencies=[open_to_all("this machine itself, or who has METRICS_TOKEN_FILE's token")])
def show(request: Request, authorization: Annotated[str, Header(max_length=500)] = "") -> Response:
    """What this node counts, for Prometheus; to anybody else there is no such page."""
    node = node_of(request)
    token = node.settings.secret(node.settings.metrics_token_file)
    if not (has_token(authorization, token) if token else _comes_from_here(request)):
        raise NotFound
    body = metrics.written(NodeFigures(request.app.state.vitals))
    return Response(body, headers={"Content-Type": metrics.CONTENT_TYPE, "Cache-Control": "no-store"})


def _readiness(request: Request) -> Readiness:
    found: Readiness = request.app.state.readiness
    return found


def _comes_from_here(request: Request) -> bool:
    """A proxy on this machine also comes from loopback: then the name asked for, or a forwarded header, tells."""
    name = request.headers.get("Host", "").rpartition(":")[0] or request.headers.get("Host", "")
    forwarded = {"forwarded", "x-forwarded-for", "x-forwarded-host", "via"} & set(request.headers)
    address = request.client.host if request.client else ""
    return address in _LOOPBACK and name in _OWN_NAMES and not forwarded

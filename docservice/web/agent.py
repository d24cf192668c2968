"""Signing with the token in the official's own computer: the page carries a job to the agent and its answer back."""

import base64
import binascii
import json
from typing import Annotated
from urllib.parse import urlsplit
from uuid import UUID

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from fastapi import APIRouter, Form, Header, Request, Response
from fastapi.responses import JSONResponse

from docservice.core.errors import DocError, Invalid
from docservice.core.words import N_
from docservice.core.work import SYSTEM
from docservice.documents import storing
from docservice.documents.status import Verb
from docservice.edge import InVisit, node_of, open_to_all, permit
from docservice.signatures import agent, stepwise
from docservice.signatures.agent import JobKeys
from docservice.web.acts import roles_of

router = APIRouter(prefix="/agent")
_SIGNERS = tuple(sorted({*roles_of(Verb.COUNTERSIGN), *roles_of(Verb.SIGN), *roles_of(Verb.SEAL)}))


class ResultsUnreadable(Invalid):
    code = "results_unreadable"
    message = N_("Không đọc được kết quả từ chương trình ký trên máy này; xin ký lại.")


@router.get("/key", dependencies=[permit(*_SIGNERS)])
def key(visit: InVisit) -> Response:
    """The public key an agent is paired with (raw Ed25519, base64url)."""
    raw = visit.node.ports[JobKeys].current().public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return JSONResponse({"key": base64.urlsafe_b64encode(raw).decode().rstrip("=")})


@router.post("/jobs", dependencies=[permit(*_SIGNERS)])
def jobs(request: Request, visit: InVisit, ids: Annotated[list[UUID], Form()] = []) -> Response:  # noqa: B006 - FastAPI copies it
    """A job over documents that wait for this person's token."""
    try:
        visit = visit.on_document(ids[0]) if ids else visit
        with visit.work() as work:
            token = agent.issue_job(work, document_ids=ids[:100], origin=_origin(request))
    except DocError as error:
        return _refused(error, visit.language)
    return JSONResponse({"job": token})


@router.get("/files/{signing_id}", dependencies=[open_to_all("whoever shows the signature of a job of ours")])
def prepared_file(request: Request, signing_id: UUID, authorization: Annotated[str, Header()] = "") -> Response:
    """The prepared file, for the agent to look at before it shows the document."""
    node = node_of(request)
    with node.transactions.reading(SYSTEM) as reading:
        sha256 = agent.file_for(reading, bearer=authorization.removeprefix("Bearer "), signing_id=signing_id)
    headers = {"Cache-Control": "no-store", "Content-Disposition": "attachment"}
    return Response(storing.get(node.ports, sha256), media_type="application/pdf", headers=headers)


@router.post("/results", dependencies=[permit(*_SIGNERS)])
def results(visit: InVisit, results: Annotated[str, Form(max_length=1_000_000)] = "") -> Response:
    """Take the agent's answer: each value in a transaction of its own, so that one that fails stops no other."""
    told = []
    for signing_id, value, error in _read(results):
        code, message = error, ""
        if value is not None:
            try:
                with visit.work() as work:
                    stepwise.hand_in(work, signing_id=signing_id, value=value)
            except DocError as refused:
                code, message = refused.code, refused.sentence(visit.language)
        told.append({"id": str(signing_id), "error": code, "message": message})
    return JSONResponse({"results": told})


def _read(text: str) -> list[tuple[UUID, bytes | None, str | None]]:
    try:
        entries = json.loads(text)
        if not isinstance(entries, list):
            raise ResultsUnreadable
        return [
            (
                UUID(str(entry["id"])),
                base64.b64decode(entry["value"], validate=True) if "value" in entry else None,
                str(entry["error"]) if "error" in entry else None,
            )
            for entry in entries
        ]
    except (ValueError, KeyError, TypeError, binascii.Error) as error:
        raise ResultsUnreadable from error


def _origin(request: Request) -> str:
    """The address people type: what the browser tells the agent as its origin, also behind a proxy."""
    address = urlsplit(node_of(request).settings.public_url)
    return f"{address.scheme}://{address.netloc}"


def _refused(error: DocError, language: str) -> Response:
    return JSONResponse({"code": error.code, "message": error.sentence(language)}, status_code=error.status)

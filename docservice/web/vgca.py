"""Signing with VGCA Sign Service: the page tells the tool where a file is and where to bring it back."""

import json
from typing import Annotated
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, File, Request, Response, UploadFile
from fastapi.responses import JSONResponse

from docservice.core.errors import DocError
from docservice.core.work import SYSTEM
from docservice.documents import storing
from docservice.documents.status import Verb
from docservice.edge import InVisit, node_of, open_to_all, permit
from docservice.signatures import vgca
from docservice.web.acts import roles_of

router = APIRouter()
_SIGNERS = tuple(sorted({*roles_of(Verb.COUNTERSIGN), *roles_of(Verb.SIGN), *roles_of(Verb.SEAL)}))


@router.post("/documents/{document_id}/vgca", dependencies=[permit(*_SIGNERS)])
def hand_out(request: Request, visit: InVisit, document_id: UUID) -> Response:
    """What the tool is asked, file by file: its act and its parameters as one JSON text."""
    visit = visit.on_document(document_id)
    public = node_of(request).settings.public_url.rstrip("/")
    try:
        with visit.work() as work:
            handed = vgca.open_doors(work, document_id=document_id)
    except DocError as error:
        return JSONResponse({"code": error.code, "message": error.sentence(visit.language)}, error.status)
    asked = [
        {
            "act": entry.act,
            "parameters": json.dumps(
                {
                    "FileUploadHandler": f"{public}/vgca/uploads/{entry.upload_token}",
                    "SessionId": "",
                    "JWTToken": "",
                    "FileName": f"{public}/vgca/files/{entry.file_token}/van-ban.pdf",
                    "MetaData": [],
                }
            ),
        }
        for entry in handed
    ]
    return JSONResponse({"asked": asked})


@router.get("/vgca/files/{token}/{name}", dependencies=[open_to_all("whoever has the one-time address of a file")])
def file(request: Request, token: str, name: str) -> Response:
    """The file to be signed, once."""
    node = node_of(request)
    with node.transactions.work(SYSTEM) as work:
        _, sha256 = vgca.go_through(work, token=token, takes=False)
    headers = {"Cache-Control": "no-store", "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}"}
    return Response(storing.get(node.ports, sha256), media_type="application/pdf", headers=headers)


@router.post("/vgca/uploads/{token}", dependencies=[open_to_all("whoever has the one-time address of an answer")])
def upload(request: Request, token: str, uploadfile: Annotated[UploadFile, File()]) -> Response:
    """The signed file comes back, once; the tool reads `Status`, true or false."""
    node = node_of(request)
    answer = uploadfile.file.read()
    try:
        with node.transactions.work(SYSTEM) as work:
            signing_id, _ = vgca.go_through(work, token=token, takes=True)
        with node.transactions.reading(SYSTEM) as reading:
            vgca.require_right_answer(reading, signing_id=signing_id, answer=answer)
        stored = storing.put(node.ports, answer, original=True)
        with node.transactions.work(SYSTEM) as work:
            vgca.take_answer(work, signing_id=signing_id, sha256=stored.key, size=stored.size)
    except DocError as error:
        told = {"Status": False, "Message": error.sentence("vi"), "FileName": "", "FileServer": ""}
        return JSONResponse(told, status_code=error.status)
    return JSONResponse({"Status": True, "Message": "", "FileName": "van-ban.pdf", "FileServer": str(signing_id)})

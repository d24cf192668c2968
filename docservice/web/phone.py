"""Signing on the phone, as pages: ask, wait with the same code on both screens, see each document's result."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, File, Form, Request, Response, UploadFile

from docservice.core.errors import NotFound
from docservice.documents.status import Verb
from docservice.edge import InVisit, Visit, permit
from docservice.identity import queries as identity
from docservice.identity.models import Role
from docservice.signatures import phone, remote_keys
from docservice.signatures.errors import NothingToSign
from docservice.signatures.remote import PROBLEMS, RemoteSigner
from docservice.web import shell
from docservice.web.acts import roles_of
from docservice.web.labels import ENDINGS
from docservice.web.people import own_agency
from signing.images import Picture

router = APIRouter(prefix="/phone")
keys_router = APIRouter(prefix="/certificates/phone")
_SIGNERS = tuple(sorted({*roles_of(Verb.COUNTERSIGN), *roles_of(Verb.SIGN), *roles_of(Verb.SEAL)}))


@router.post("", dependencies=[permit(*_SIGNERS)])
def ask(request: Request, visit: InVisit, ids: Annotated[list[UUID], Form()] = []) -> Response:  # noqa: B006 - FastAPI copies it
    """Ask this person's phone to confirm what waits on these documents."""
    if not ids:
        raise NothingToSign
    # Somebody else's document in the list is not there, for whoever sends it.
    visit, *_ = [visit.on_document(document_id) for document_id in ids[: phone.MOST]]
    with visit.work() as work:
        first = phone.ask(work, document_ids=ids[: phone.MOST])[0]
    return shell.go(request, f"/phone/{first.id}")


@router.get("/{request_id}", dependencies=[permit(*_SIGNERS)])
def show(request: Request, visit: InVisit, request_id: UUID) -> Response:
    """The code, whom it waits for, and each document's result; it can be closed and opened again."""
    return shell.page(request, "phone.html", **_seen(visit, request_id))


@router.get("/{request_id}/state", dependencies=[permit(*_SIGNERS)])
def state(request: Request, visit: InVisit, request_id: UUID) -> Response:
    """The part of the page that changes, asked for every other second while something is open."""
    return shell.fragment(request, "phone.html", "state", **_seen(visit, request_id))


@router.post("/{request_id}/cancel", dependencies=[permit(*_SIGNERS)])
def cancel(request: Request, visit: InVisit, request_id: UUID) -> Response:
    """Call the request off; a late answer of the phone signs nothing."""
    with visit.reading() as reading:
        first = phone.seen(reading, request_id).items[0].document.id
    with visit.on_document(first).work() as work:
        phone.cancel(work, request_id=request_id)
    visit.node.ports[RemoteSigner].drop(str(request_id))
    return shell.go(request, f"/phone/{request_id}")


@keys_router.post("", dependencies=[permit(Role.ADMINISTRATOR)])
def register(
    request: Request,
    visit: InVisit,
    user: Annotated[str, Form(max_length=100)] = "",
    person_id: Annotated[str, Form(max_length=40)] = "",
    credential_id: Annotated[str, Form(max_length=200)] = "",
    image: Annotated[UploadFile | None, File()] = None,
) -> Response:
    """Register the key that a person has at the signing service; where there are several, show them to choose from."""
    visit = request.state.visit = visit.in_role(Role.ADMINISTRATOR)
    owner = _person(visit, person_id)
    keys = remote_keys.find(
        visit.node.ports,
        user=user.strip(),
        image=image.file.read() if image else None,
        kind=Picture.PERSON if owner else Picture.AGENCY,
    )
    chosen = [key for key in keys if credential_id in {"", key.credential.id}]
    if len(chosen) != 1:
        return shell.page(request, "phone_keys.html", keys=keys, user=user, person_id=person_id)
    with visit.work() as work:
        remote_keys.register(work, agency_id=own_agency(visit), key=chosen[0], person_id=owner)
    return shell.go(request, "/certificates", notice="saved")


def _person(visit: Visit, person_id: str) -> UUID | None:
    """Somebody of the own agency; nobody means the agency itself. Raises `NotFound`."""
    if not person_id:
        return None
    with visit.reading() as reading:
        staff = {str(e.person.id): e.person.id for e in identity.staff(reading, agency_id=own_agency(visit))}
    if person_id not in staff:
        raise NotFound
    return staff[person_id]


def _seen(visit: Visit, request_id: UUID) -> dict[str, Any]:
    with visit.reading() as reading:
        seen = phone.seen(reading, request_id)
        following = phone.following(reading, request_id)
        left = seen.request.expires_at - reading.now if seen.request.expires_at else None
    return {
        "asked": seen.request,
        "items": seen.items,
        "following": following,
        "seconds": max(0, int(left.total_seconds())) if left else None,
        "problems": {**ENDINGS, **PROBLEMS},
    }

"""Signing from the list: one look at what will be signed, one consent, one result for each document."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request, Response

from docservice.core import outbox
from docservice.core.errors import DocError, Invalid
from docservice.core.lanes import document_lane
from docservice.core.words import N_, say
from docservice.documents import queries
from docservice.documents.errors import DocumentNotFound
from docservice.documents.models import Document
from docservice.documents.status import Status, Verb
from docservice.edge import InVisit, Visit, permit
from docservice.identity.models import Role
from docservice.signatures.errors import NothingToSign
from docservice.signatures.hsm import HSM
from docservice.signatures.models import Ending
from docservice.signatures.obstacles import Obstacle, newest_facts
from docservice.signatures.queries import is_elsewhere, key_at, newest_of, unstamped
from docservice.web import shell
from docservice.web.acts import Opinion, roles_of
from docservice.web.hsm import sign_waiting
from docservice.web.labels import ENDINGS
from docservice.web.obstacles import obstacle_to
from docservice.workflow import service as workflow
from docservice.workflow.queries import open_acts

router = APIRouter(prefix="/signing")
# What signs a document in the status it waits in.
_ACTS: dict[Status, tuple[Verb, Callable[..., Document]]] = {
    Status.APPROVAL: (Verb.APPROVE_AND_SIGN, workflow.approve_and_sign),
    Status.SIGNATURE: (Verb.SIGN, workflow.sign),
    Status.TO_COUNTERSIGN: (Verb.COUNTERSIGN, workflow.countersign),
    Status.ROUTING: (Verb.SIGN_IN_TURN, workflow.sign_in_turn),
}
_BEING_SIGNED = frozenset({Status.SIGNING, Status.COUNTERSIGNING, Status.SIGNING_IN_TURN})
SIGNERS: tuple[Role, ...] = tuple(sorted({role for verb, _ in _ACTS.values() for role in roles_of(verb)}))
MOST = 100

Ids = Annotated[list[UUID], Form()]


class NothingChosen(Invalid):
    code = "nothing_chosen"
    message = N_("Chưa chọn văn bản nào để ký.")


@dataclass(frozen=True)
class Chosen:
    """One document of a batch: the bytes that are agreed to, whether its signer opened it, what stands against it."""

    document: Document
    post_id: UUID | None
    sha256: str
    revision: int
    opened: bool
    obstacle: Obstacle | None


@dataclass(frozen=True)
class Result:
    """What became of one document of the batch.

    `error` is a sentence, `done` that the signature is there, `key_at` where the key is that its signer has to use now
    (`agent`, `vgca`, `hsm`, `remote`), `unstamped` that its time stamp is still to come, `trouble` that the system
    tries again by itself.
    """

    document: Document
    post_id: UUID | None
    error: str | None
    done: bool
    key_at: str | None = None
    unstamped: bool = False
    trouble: bool = False


@router.post("/confirm", dependencies=[permit(*SIGNERS)])
def confirm(request: Request, visit: InVisit, ids: Ids = []) -> Response:  # noqa: B006 - FastAPI copies it
    """Show exactly what will be signed: number, kind and subject, and what was never opened."""
    chosen = [entry for document_id in ids[:MOST] if (entry := _choose(visit, document_id)) is not None]
    if not chosen:
        raise NothingChosen
    if "HX-Request" in request.headers:
        return shell.fragment(request, "signing.html", "dialog", chosen=chosen, left_out=len(ids) - len(chosen))
    return shell.page(request, "signing.html", chosen=chosen, results=None, left_out=len(ids) - len(chosen))


@router.post("", dependencies=[permit(*SIGNERS)])
def sign_all(
    request: Request,
    visit: InVisit,
    ids: Ids = [],  # noqa: B006 - FastAPI copies it
    consents: Annotated[list[str], Form()] = [],  # noqa: B006 - as above
    revisions: Annotated[list[int], Form()] = [],  # noqa: B006 - as above
    opinions: Annotated[list[Opinion], Form()] = [],  # noqa: B006 - as above
) -> Response:
    """Sign each document in a transaction of its own; one that fails stops no other.

    `opinions` has one for each document, empty where nothing is said; only a routing slip takes it.
    """
    if not ids or not len(ids) == len(consents) == len(revisions) or len(opinions) not in {0, len(ids)}:
        raise NothingChosen
    said = opinions or [""] * len(ids)
    results = [
        result
        for document_id, consent, revision, opinion in zip(ids[:MOST], consents, revisions, said, strict=False)
        if (result := _sign(visit, document_id, consent, revision, opinion or None)) is not None
    ]
    return shell.page(request, "signing.html", chosen=None, results=results, left_out=0, problem=None)


@router.post("/results", dependencies=[permit(*SIGNERS)])
def results(request: Request, visit: InVisit, ids: Ids = []) -> Response:  # noqa: B006 - FastAPI copies it
    """How far the batch is; the page asks every second until all are done."""
    found = [look for document_id in ids[:MOST] if (look := _look(visit, document_id)) is not None]
    return shell.fragment(request, "signing.html", "results", results=found)


@router.post("/hsm", dependencies=[permit(*SIGNERS)])
def sign_in_hsm(
    request: Request,
    visit: InVisit,
    ids: Ids = [],  # noqa: B006 - FastAPI copies it
    pin: Annotated[str, Form(max_length=64)] = "",
) -> Response:
    """Sign what of the batch waits for the server's HSM, by one PIN; a wrong one signs nothing and may be mended.

    The rest of the batch stays on the page, and so does why nothing was signed.
    """
    if not ids:
        raise NothingChosen
    problem = None
    looked = [look for document_id in ids[:MOST] if (look := _look(visit, document_id)) is not None]
    waiting = [look.document.id for look in looked if look.key_at == HSM]
    try:
        if not waiting:
            raise NothingToSign
        sign_waiting(visit.on_document(waiting[0]), waiting, pin=pin)
    except DocError as error:
        problem = error
    found = [look for document_id in ids[:MOST] if (look := _look(visit, document_id)) is not None]
    status = problem.status if problem else 200
    return shell.page(request, "signing.html", status=status, chosen=None, results=found, left_out=0, problem=problem)


def _choose(visit: Visit, document_id: UUID) -> Chosen | None:
    try:
        seen = visit.on_document(document_id)
    except DocumentNotFound:
        return None
    with seen.reading() as reading:
        document = queries.get_visible(reading, document_id)
        version = queries.latest_version(reading, document_id)
        act, acts = _ACTS.get(document.status), open_acts(reading, document)
        if version is None or act is None or act[0] not in acts:
            return None
        opened = queries.has_viewed(
            reading, document_id, person_id=visit.who.person_id, version_ordinal=version.ordinal
        )
        versions = queries.versions(reading, document_id)
        obstacle = obstacle_to(document, acts, versions, newest_facts(reading, versions))
    return Chosen(document, seen.actor.post_id, version.sha256, document.revision, opened, obstacle)


def _sign(visit: Visit, document_id: UUID, consent: str, revision: int, opinion: str | None) -> Result | None:
    """None for what is not there: a stranger's id in a batch says nothing about the others."""
    try:
        seen = visit.on_document(document_id)
    except DocumentNotFound:
        return None
    with seen.reading() as reading:
        document = queries.get_visible(reading, document_id)
    # What no longer waits for a signature is refused by the act itself, in its own words.
    _, verb = _ACTS.get(document.status, _ACTS[Status.SIGNATURE])
    said = {"opinion": opinion} if verb is workflow.sign_in_turn else {}
    try:
        with seen.work() as work:
            document = verb(work, document_id=document_id, consented_sha256=consent, revision=revision, **said)
    except DocError as error:
        return Result(document, seen.actor.post_id, error.sentence(visit.language), done=False)
    return Result(document, seen.actor.post_id, None, done=False)


def _look(visit: Visit, document_id: UUID) -> Result | None:
    try:
        seen = visit.on_document(document_id)
    except DocumentNotFound:
        return None
    with seen.reading() as reading:
        document = queries.get_visible(reading, document_id)
        place = key_at(reading, document_id) if is_elsewhere(reading, document_id) else None
        signing = newest_of(reading, document_id, person_id=visit.who.person_id)
        trouble = outbox.troubled(reading.session, document_lane(document_id)) is not None
        steps = queries.steps(reading, document_id)
        waits = signing is not None and signing.id in {entry.id for entry in unstamped(reading, document_id)}
    if signing is not None and signing.ended_as is not None:
        ended = say(ENDINGS[signing.ended_as], visit.language)
        why = next((step.note for step in reversed(steps) if step.verb == Verb.SIGNING_ENDED), None)
        if signing.ended_as == Ending.NOT_FIT and why:
            ended = f"{ended}: {why}"
        return Result(document, seen.actor.post_id, ended, done=False)
    done = document.status not in _BEING_SIGNED
    return Result(document, seen.actor.post_id, None, done, place, waits, trouble)

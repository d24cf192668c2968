"""Signing on the phone: one confirmation for many documents, each with its own result, all of it in dated rows.

A request is written before anybody is asked, and marked as sent before anything is sent; its jobs (`phone_jobs`) carry
it on, whoever restarts. The door for values is the one for every key that is elsewhere (`stepwise`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from secrets import randbelow
from uuid import UUID

from sqlalchemy import select

from docservice.core.errors import DocError, NotAllowed
from docservice.core.ids import new_id
from docservice.core.words import N_, say
from docservice.core.work import Reading, Work
from docservice.documents import queries
from docservice.documents.models import Document
from docservice.identity.errors import NotCustodian
from docservice.identity.models import Certificate
from docservice.signatures import stepwise
from docservice.signatures.errors import CertificateUnusable, NothingToSign, SignatureValueWrong, SigningOver
from docservice.signatures.models import Ending, PreparedSigning, Signing
from docservice.signatures.queries import open_signings
from docservice.signatures.remote import (
    Ask,
    NotAtTheService,
    RemoteRequestNotFound,
    problem_sentence,
)
from docservice.signatures.remote_models import Outcome, RemoteCredential, RemoteItem, RemoteRequest
from signing.remote.values import right_value

MOST = 100
# What the phone shows; services cut it at 500 characters.
DESCRIPTION = N_("Mã đối chiếu {code}: ký số {n} văn bản. {titles}")

_ENDINGS = {
    Outcome.REFUSED: Ending.REFUSED,
    Outcome.TIMED_OUT: Ending.TIMED_OUT,
    Outcome.CANCELLED: Ending.CANCELLED,
}


@dataclass(frozen=True)
class ItemSeen:
    """One file of a request with its document."""

    item: RemoteItem
    signing: Signing
    document: Document


@dataclass(frozen=True)
class RequestSeen:
    """A request with its files, as the waiting page shows it."""

    request: RemoteRequest
    items: tuple[ItemSeen, ...]


def ask(work: Work, *, document_ids: Sequence[UUID]) -> list[RemoteRequest]:
    """Ask the acting person's phone to confirm what waits on these documents: as few requests as the service allows.

    What is asked for already is not asked for again: its requests are returned. Raises `NothingToSign`,
    `NotAtTheService`, `CertificateUnusable` when several keys would be needed, `NotAllowed`, `SigningOver`.
    """
    waiting: list[tuple[Signing, PreparedSigning]] = []
    running: dict[UUID, RemoteRequest] = {}
    for document_id in dict.fromkeys(document_ids):
        found = open_signings(work, document_id)
        if not found:
            raise SigningOver
        for signing in found:
            if (request := _open_request_for(work, signing.id)) is not None:
                running[request.id] = request
            elif len(waiting) < MOST:
                waiting.append(stepwise.waiting(work, signing.id))
    if not waiting and not running:
        raise NothingToSign
    if any(request.person_id != work.actor.person_id for request in running.values()):
        raise NotAllowed
    return [*running.values(), *_write(work, waiting)]


def _write(work: Work, waiting: list[tuple[Signing, PreparedSigning]]) -> list[RemoteRequest]:
    if not waiting:
        return []
    certificates = {signing.certificate_id for signing, _ in waiting}
    if len(certificates) != 1:
        raise CertificateUnusable
    (certificate_id,) = certificates
    place = work.session.get(RemoteCredential, certificate_id)
    if place is None:
        raise NotAtTheService
    size = min(place.multisign, MOST)
    made = [_write_one(work, certificate_id, waiting[start : start + size]) for start in range(0, len(waiting), size)]
    _send_next(work, certificate_id)
    return made


def _write_one(work: Work, certificate_id: UUID, files: list[tuple[Signing, PreparedSigning]]) -> RemoteRequest:
    person_id = files[0][0].person_id
    request = RemoteRequest(
        id=new_id(),
        certificate_id=certificate_id,
        person_id=person_id,
        code=_new_code(work, certificate_id),
        asked_at=work.now,
    )
    work.session.add(request)
    work.session.flush()
    for ordinal, (signing, prepared) in enumerate(files, start=1):
        digest = sha256(prepared.to_sign).hexdigest()
        work.session.add(
            RemoteItem(request_id=request.id, ordinal=ordinal, signing_id=signing.id, to_sign_sha256=digest)
        )
    work.session.flush()
    work.note("phone_asked", request.id, person=person_id, code=request.code, files=len(files))
    return request


def _new_code(work: Work, certificate_id: UUID) -> str:
    """Four digits that no other open request of this key shows."""
    taken = {request.code for request in _open_requests(work, certificate_id)}
    while (code := f"{randbelow(10_000):04d}") in taken:
        pass
    return code


def cancel(work: Work, *, request_id: UUID) -> None:
    """Call a request off: its documents wait for their signer again, a late answer of the phone finds nobody.

    Raises `RemoteRequestNotFound`; `SigningOver` once it has ended.
    """
    request = own(work, request_id)
    if request.ended_at is not None:
        raise SigningOver
    end(work, request, Outcome.CANCELLED)


def own(reading: Reading, request_id: UUID) -> RemoteRequest:
    """The acting person's request; raises `RemoteRequestNotFound`, also for somebody else's."""
    request = reading.session.get(RemoteRequest, request_id)
    if request is None or request.person_id != reading.actor.person_id:
        raise RemoteRequestNotFound
    return request


def seen(reading: Reading, request_id: UUID) -> RequestSeen:
    """The acting person's request with its files; raises `RemoteRequestNotFound`."""
    request = own(reading, request_id)
    items = [
        ItemSeen(item, signing, queries.get(reading, signing.document_id))
        for item in items_of(reading, request_id)
        for signing in [reading.session.get_one(Signing, item.signing_id)]
    ]
    return RequestSeen(request, tuple(items))


def following(reading: Reading, request_id: UUID) -> RemoteRequest | None:
    """The next request of the same person that is still open, when one confirmation does not cover all documents."""
    request = own(reading, request_id)
    return next((r for r in _open_requests(reading, request.certificate_id) if r.id != request_id), None)


def items_of(reading: Reading, request_id: UUID) -> list[RemoteItem]:
    """The files of a request, in the order they were asked for."""
    wanted = select(RemoteItem).where(RemoteItem.request_id == request_id).order_by(RemoteItem.ordinal)
    return list(reading.session.scalars(wanted))


def still_open(reading: Reading, request_id: UUID) -> list[tuple[RemoteItem, Signing, PreparedSigning]]:
    """The files of a request that still wait for exactly what was asked."""
    found = []
    for item in items_of(reading, request_id):
        signing = reading.session.get_one(Signing, item.signing_id)
        prepared = reading.session.get(PreparedSigning, item.signing_id)
        if prepared is None or prepared.value is not None or signing.ended_at or signing.finished_at:
            continue
        if sha256(prepared.to_sign).hexdigest() == item.to_sign_sha256:
            found.append((item, signing, prepared))
    return found


def to_ask(
    reading: Reading, request: RemoteRequest, files: Sequence[tuple[RemoteItem, Signing, PreparedSigning]]
) -> Ask:
    """What the adapter is to ask for."""
    place = reading.session.get_one(RemoteCredential, request.certificate_id)
    certificate, _ = stepwise.chain_of(reading.session.get_one(Certificate, request.certificate_id))
    titles = [queries.get(reading, signing.document_id).title for _, signing, _ in files]
    until = request.expires_at or reading.now
    return Ask(
        transaction=str(request.id),
        credential_id=place.credential_id,
        certificate=certificate,
        digests=tuple(sha256(prepared.to_sign).digest() for _, _, prepared in files),
        description=say(DESCRIPTION, "vi", code=request.code, n=len(files), titles="; ".join(dict.fromkeys(titles))),
        seconds=max(1.0, (until - reading.now).total_seconds()),
    )


def take(work: Work, request: RemoteRequest, values: Sequence[bytes | None], signing_ids: Sequence[UUID]) -> None:
    """Take what the service returned for these files, each for itself, and end the request."""
    certificate, _ = stepwise.chain_of(work.session.get_one(Certificate, request.certificate_id))
    padded = [*values, *[None] * (len(signing_ids) - len(values))]
    given = dict(zip(signing_ids, padded, strict=True))
    waiting = {item.signing_id: prepared for item, _, prepared in still_open(work, request.id)}
    taken = False
    for item in items_of(work, request.id):
        prepared, value = waiting.get(item.signing_id), given.get(item.signing_id)
        if prepared is None:
            item.problem = SigningOver.code
            continue
        right = right_value(certificate, prepared.to_sign, value) if value is not None else None
        if right is None:
            item.problem = "signature_missing" if value is None else SignatureValueWrong.code
            continue
        try:
            stepwise.hand_in(work, signing_id=item.signing_id, value=right)
        except NotCustodian:
            # The agency's key changed hands while the phone waited.
            item.problem = NotCustodian.code
            continue
        item.signed_at, taken = work.now, True
    work.session.flush()
    first = next((item.problem for item in items_of(work, request.id) if item.problem), None)
    end(work, request, Outcome.SIGNED if taken else Outcome.FAILED, problem=None if taken else first)


def end(work: Work, request: RemoteRequest, outcome: Outcome, *, problem: str | None = None) -> None:
    """End a request: what it did not sign waits for its signer again, and the next request is sent."""
    request.ended_at, request.ended_as, request.problem = work.now, outcome, problem
    request.confirmation = request.confirmation_until = None
    open_files = still_open(work, request.id)
    for item in items_of(work, request.id):
        if item.signed_at is None and item.problem is None:
            item.problem = problem or outcome
    work.session.flush()
    for document_id in dict.fromkeys(signing.document_id for _, signing, _ in open_files):
        _give_back(work, document_id, outcome, problem)
    work.note("phone_ended", request.id, outcome=outcome, problem=problem or "")
    _send_next(work, request.certificate_id)


def _give_back(work: Work, document_id: UUID, outcome: Outcome, problem: str | None) -> None:
    """A document of which a part is signed stays where it is: the rest can be asked for again."""
    try:
        reason = problem_sentence(problem) if problem else ""
        stepwise.end(work, document_id=document_id, ending=_ENDINGS.get(outcome, Ending.FAILED), reason=reason)
    except DocError as error:
        work.note("phone_part_left", document_id, code=error.code)


def _send_next(work: Work, certificate_id: UUID) -> None:
    """One request at a time for each key: two questions on one phone are confused."""
    first = next(iter(_open_requests(work, certificate_id)), None)
    if first is not None and first.sent_at is None:
        work.later("signatures.phone_send", lane=lane(first.id), request_id=first.id)


def _open_requests(reading: Reading, certificate_id: UUID) -> list[RemoteRequest]:
    wanted = select(RemoteRequest).where(
        RemoteRequest.certificate_id == certificate_id, RemoteRequest.ended_at.is_(None)
    )
    return list(reading.session.scalars(wanted.order_by(RemoteRequest.id)))


def _open_request_for(reading: Reading, signing_id: UUID) -> RemoteRequest | None:
    wanted = (
        select(RemoteRequest)
        .join(RemoteItem, RemoteItem.request_id == RemoteRequest.id)
        .where(RemoteItem.signing_id == signing_id, RemoteRequest.ended_at.is_(None))
    )
    return reading.session.scalars(wanted.limit(1)).first()


def lane(request_id: UUID) -> str:
    """The jobs of one request, in order."""
    return f"phone:{request_id}"


def poll_delay(since: timedelta) -> timedelta:
    """How long to wait before looking again: every second at first, when the person has the phone in hand."""
    return timedelta(seconds=1 if since < timedelta(seconds=30) else 3)

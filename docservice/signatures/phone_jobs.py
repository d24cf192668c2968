"""What carries a request to a phone on: send once, look until there is an answer, fetch the signatures.

Each job writes its step before the next one does anything outside, so a process may be killed anywhere: at worst a
confirmation is lost and the person is told so; nobody is asked twice.
"""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from docservice.core.runner import JobRun, job
from docservice.core.work import Work
from docservice.signatures import phone
from docservice.signatures.remote import Progress, RemoteSigner, State
from docservice.signatures.remote_models import Outcome, RemoteRequest
from signing.remote.csc import Grant
from signing.remote.errors import RemoteCode, RemoteFailed

_OUTCOMES = {RemoteCode.PERSON_REFUSED: Outcome.REFUSED, RemoteCode.TIMED_OUT: Outcome.TIMED_OUT}
# The confirmation is given; its signatures can be fetched a little later.
_FETCH_LATER = frozenset({RemoteCode.UNREACHABLE, RemoteCode.BUSY, RemoteCode.BROKEN_OFF, RemoteCode.TIMED_OUT})
_FETCH_DELAY = timedelta(seconds=3)
# Where transactions are known again, these say nothing about what the person did.
_ASK_ANEW = frozenset({RemoteCode.UNREACHABLE, RemoteCode.BROKEN_OFF, RemoteCode.BUSY})


@job("signatures.phone_send")
def send(run: JobRun, *, request_id: UUID) -> None:
    """Ask the person's phone, once."""
    signer = run.ports[RemoteSigner]
    with run.reading() as reading:
        request = reading.session.get_one(RemoteRequest, request_id)
    if request.sent_at or request.ended_at:
        return
    with run.finish() as work:
        request = work.session.get_one(RemoteRequest, request_id)
        files = phone.still_open(work, request_id)
        if not files:
            phone.end(work, request, Outcome.CANCELLED)
            return
        request.sent_at, request.expires_at = work.now, work.now + signer.patience
        asked = phone.to_ask(work, request, files)
        work.note("phone_sent", request.id)
        _look_later(work, request)
    signer.begin(asked)


@job("signatures.phone_look")
def look(run: JobRun, *, request_id: UUID) -> None:
    """See whether the person has answered; ask again only where the service knows the transaction again."""
    signer = run.ports[RemoteSigner]
    with run.reading() as reading:
        request = reading.session.get_one(RemoteRequest, request_id)
        files = phone.still_open(reading, request_id)
        asked = phone.to_ask(reading, request, files)
    if request.ended_at or request.confirmed_at or request.expires_at is None:
        signer.drop(str(request_id))
        return
    progress = signer.look(str(request_id))
    if signer.resumes and run.now < request.expires_at and files and _is_lost(progress):
        signer.drop(str(request_id))
        signer.begin(asked)
        progress = Progress(State.WAITING)
    with run.finish() as work:
        request = work.session.get_one(RemoteRequest, request_id)
        if request.ended_at is None:
            _go_on(work, request, progress)
        is_waiting = request.ended_at is None and request.confirmed_at is None
    if not is_waiting:
        signer.drop(str(request_id))


def _is_lost(progress: Progress) -> bool:
    return progress.state is State.UNKNOWN or (progress.state is State.ENDED and progress.code in _ASK_ANEW)


def _go_on(work: Work, request: RemoteRequest, progress: Progress) -> None:
    files = phone.still_open(work, request.id)
    if not files:
        phone.end(work, request, Outcome.CANCELLED)
    elif progress.state is State.SIGNED:
        phone.take(work, request, progress.values, [signing.id for _, signing, _ in files])
    elif progress.state is State.CONFIRMED and progress.grant is not None:
        request.confirmed_at = work.now
        request.confirmation = progress.grant.sad
        request.confirmation_until = work.now + timedelta(seconds=progress.grant.seconds)
        work.note("phone_confirmed", request.id)
        work.later("signatures.phone_fetch", lane=phone.lane(request.id), request_id=request.id)
    elif progress.state is State.ENDED:
        _end_for(work, request, progress.code or RemoteCode.WRONG)
    elif request.expires_at is None or work.now >= request.expires_at:
        _end_for(work, request, RemoteCode.TIMED_OUT)
    else:
        _look_later(work, request)


@job("signatures.phone_fetch")
def fetch(run: JobRun, *, request_id: UUID) -> None:
    """Fetch the signatures the person confirmed; a service that is away is asked again while the confirmation holds."""
    signer = run.ports[RemoteSigner]
    with run.reading() as reading:
        request = reading.session.get_one(RemoteRequest, request_id)
        files = phone.still_open(reading, request_id)
        asked = phone.to_ask(reading, request, files)
    if request.ended_at or request.confirmation is None or request.confirmation_until is None:
        return
    left = request.confirmation_until - run.now
    values: Sequence[bytes] = ()
    code: str | None = None
    if files:
        try:
            values = signer.sign(asked, Grant(request.confirmation, max(0, int(left.total_seconds()))))
        except RemoteFailed as error:
            code = error.code
    with run.finish() as work:
        request = work.session.get_one(RemoteRequest, request_id)
        if request.ended_at is not None:
            return
        if code in _FETCH_LATER and left > _FETCH_DELAY:
            work.later("signatures.phone_fetch", lane=phone.lane(request_id), delay=_FETCH_DELAY, request_id=request_id)
        elif code is not None:
            phone.end(work, request, Outcome.FAILED, problem=code)
        else:
            phone.take(work, request, values, [signing.id for _, signing, _ in files])


def _end_for(work: Work, request: RemoteRequest, code: str) -> None:
    phone.end(work, request, _OUTCOMES.get(RemoteCode(code), Outcome.FAILED), problem=code)


def _look_later(work: Work, request: RemoteRequest) -> None:
    delay = phone.poll_delay(work.now - (request.sent_at or work.now))
    work.later("signatures.phone_look", lane=phone.lane(request.id), delay=delay, request_id=request.id)

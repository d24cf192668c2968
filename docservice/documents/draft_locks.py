"""A draft that is out in Word: nobody edits it here meanwhile, and everybody sees who has it and until when."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from docservice.core.clock import VIETNAM
from docservice.core.errors import NotAllowed
from docservice.core.ids import new_id
from docservice.core.work import Reading, Work
from docservice.documents import draft_versions
from docservice.documents.draft_models import DraftLock
from docservice.documents.errors import DraftMoved, DraftOut
from docservice.documents.models import Document

HELD_FOR = timedelta(hours=24)


def open_lock(reading: Reading, document_id: UUID) -> DraftLock | None:
    """Who has the draft now; a lock whose time is over is none."""
    wanted = select(DraftLock).where(
        DraftLock.document_id == document_id, DraftLock.ended_at.is_(None), DraftLock.until > reading.now
    )
    return reading.session.scalars(wanted.order_by(DraftLock.id.desc()).limit(1)).one_or_none()


def check_free(reading: Reading, document: Document) -> None:
    """Refuse to change what somebody, be it the same person, has out in Word; raises `DraftOut`."""
    held = open_lock(reading, document.id)
    if held is not None:
        raise out(held)


def check_not_with_another(reading: Reading, document: Document) -> None:
    """Refuse to give up what somebody else has out in Word; raises `DraftOut`."""
    held = open_lock(reading, document.id)
    if held is not None and held.person_id != reading.actor.person_id:
        raise out(held)


def out(held: DraftLock) -> DraftOut:
    """The error that says who has it."""
    since, until = (moment.astimezone(VIETNAM).strftime("%H:%M %d/%m/%Y") for moment in (held.taken_at, held.until))
    return DraftOut(holder=held.holder, since=since, until=until)


def take_out(work: Work, document: Document) -> DraftLock:
    """Take the draft out, or prolong what the same person has out; raises `DraftOut`."""
    if work.actor.post_id is None or work.actor.person_id is None:
        raise NotAllowed
    held = open_lock(work, document.id)
    if held is not None:
        if held.person_id != work.actor.person_id:
            raise out(held)
        held.until = work.now + HELD_FOR
        work.session.flush()
        return held
    newest = draft_versions.latest(work, document.id)
    lock = DraftLock(
        id=new_id(),
        document_id=document.id,
        post_id=work.actor.post_id,
        person_id=work.actor.person_id,
        holder=work.actor.name,
        version_ordinal=newest.ordinal if newest else 0,
        taken_at=work.now,
        until=work.now + HELD_FOR,
    )
    work.session.add(lock)
    work.session.flush()
    work.note("take_out", document.id, until=lock.until.isoformat())
    return lock


def bring_back(work: Work, document: Document) -> None:
    """End the lock by which the person brings the file back.

    A lock that ran out or was broken still counts while nobody saved another version since. Raises `DraftOut` when
    somebody else has it, `DraftMoved` when the draft went on without this file.
    """
    held = open_lock(work, document.id)
    if held is not None and held.person_id != work.actor.person_id:
        raise out(held)
    mine = select(DraftLock).where(DraftLock.document_id == document.id, DraftLock.person_id == work.actor.person_id)
    last = held or work.session.scalars(mine.order_by(DraftLock.id.desc()).limit(1)).one_or_none()
    newest = draft_versions.latest(work, document.id)
    if last is None or (newest is not None and newest.ordinal != last.version_ordinal):
        raise DraftMoved
    if held is not None:
        _end(work, held)


def unlock(work: Work, document: Document) -> None:
    """Give the draft up, or break another's lock; who may is the caller's to say. Nothing out is nothing to end."""
    held = open_lock(work, document.id)
    if held is None:
        return
    _end(work, held)
    work.note("unlock", document.id, holder=held.holder)


def _end(work: Work, lock: DraftLock) -> None:
    lock.ended_at = work.now
    lock.ended_by = work.actor.name
    work.session.flush()

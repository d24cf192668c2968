"""What somebody types and has not saved: kept, so that a closed browser or an ended session loses nothing.

It is nobody else's and no fact: it changes no draft, and goes when the form is saved or given up, or after a month.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, String, delete
from sqlalchemy.orm import Mapped, mapped_column

from docservice.core.db import Base
from docservice.core.errors import NotAllowed, TooLarge
from docservice.core.work import Actor, Reading, Work

KEPT_FOR = timedelta(days=30)
MOST_LETTERS = 2_000_000


class UnsavedForm(Base):
    """The fields of a form as they were typed, each with all its values; `place` is a kind's new form or a document.

    Without fields it says since when nothing is kept: a page opened before that keeps nothing any more.
    """

    __tablename__ = "unsaved_form"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    post_id: Mapped[UUID] = mapped_column(ForeignKey("post.id"), primary_key=True)
    place: Mapped[str] = mapped_column(String(120), primary_key=True)
    fields: Mapped[dict[str, Any]]
    kept_at: Mapped[datetime]


def keep(work: Work, *, place: str, opened_at: datetime, fields: Mapping[str, list[str]]) -> bool:
    """Keep the fields in place of what was kept before; raises `TooLarge`.

    False where the form was saved since the page was opened: its last typing, still on the way then, is kept no more.
    """
    person_id, post_id = _owner(work.actor)
    if sum(len(value) for values in fields.values() for value in values) > MOST_LETTERS:
        raise TooLarge
    before = work.session.get(UnsavedForm, (person_id, post_id, place[:120]))
    if before is not None and not before.fields and before.kept_at >= opened_at:
        return False
    _put(work, place, fields)
    old = UnsavedForm.kept_at < work.now - KEPT_FOR
    work.session.execute(delete(UnsavedForm).where(UnsavedForm.person_id == person_id, old))
    return True


def kept(reading: Reading, *, place: str) -> UnsavedForm | None:
    """What this person typed here as this post and has not saved."""
    found = reading.session.get(UnsavedForm, (*_owner(reading.actor), place[:120]))
    return found if found is not None and found.fields else None


def forget(work: Work, *, place: str) -> None:
    """Drop what was kept, and what is still on its way from a page that is open now."""
    _put(work, place, {})


def _put(work: Work, place: str, fields: Mapping[str, list[str]]) -> None:
    person_id, post_id = _owner(work.actor)
    row = UnsavedForm(person_id=person_id, post_id=post_id, place=place[:120], fields=dict(fields), kept_at=work.now)
    work.session.merge(row)
    work.session.flush()


def _owner(actor: Actor) -> tuple[UUID, UUID]:
    if actor.person_id is None or actor.post_id is None:
        raise NotAllowed
    return actor.person_id, actor.post_id

"""Fields of work, as an agency's assignment of its deputies names them: KT. reaches as far as these (article 13.1).

A field belongs to the unit that drafts in it, so that a draft knows its field without being asked.
"""

from datetime import date
from uuid import UUID

from sqlalchemy import select

from docservice.core.ids import new_id
from docservice.core.work import Reading, Work
from docservice.identity.errors import FieldUnknown
from docservice.identity.models import FieldOfWork
from docservice.identity.queries import valid_on


def open_field(
    work: Work, *, agency_id: UUID, name: str, unit_id: UUID | None = None, valid_from: date | None = None
) -> FieldOfWork:
    """Enter a field of work of the agency, from today by default; raises `FieldUnknown` for one without a name."""
    if not name.strip():
        raise FieldUnknown
    field = FieldOfWork(
        id=new_id(),
        agency_id=agency_id,
        unit_id=unit_id,
        name=" ".join(name.split()),
        valid_from=valid_from or work.today,
    )
    work.session.add(field)
    work.session.flush()
    work.note("open_field", field.id, name=field.name, unit=unit_id)
    return field


def close_field(work: Work, *, agency_id: UUID, field_id: UUID, last_day: date) -> FieldOfWork:
    """End a field: drafts name it no more, and no authority reaches into it any longer."""
    field = get(work, agency_id=agency_id, field_id=field_id)
    field.valid_to = last_day
    work.note("close_field", field.id, last_day=last_day)
    return field


def get(reading: Reading, *, agency_id: UUID, field_id: UUID) -> FieldOfWork:
    """A field of this agency; raises `FieldUnknown`."""
    field = reading.session.get(FieldOfWork, field_id)
    if field is None or field.agency_id != agency_id:
        raise FieldUnknown
    return field


def fields_of(reading: Reading, *, agency_id: UUID) -> list[FieldOfWork]:
    """The agency's fields of today, by name."""
    wanted = select(FieldOfWork).where(FieldOfWork.agency_id == agency_id, valid_on(FieldOfWork, reading.today))
    return list(reading.session.scalars(wanted.order_by(FieldOfWork.name)))


def field_of_unit(reading: Reading, *, agency_id: UUID, unit_id: UUID | None) -> UUID | None:
    """The field a unit drafts in, where it has just one or the first of several."""
    own = [field.id for field in fields_of(reading, agency_id=agency_id) if unit_id and field.unit_id == unit_id]
    return own[0] if own else None

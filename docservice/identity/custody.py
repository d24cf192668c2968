"""Who keeps the device with the agency's secret key, by permission and minutes (Decree 30/2020, article 32)."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select

from docservice.core.ids import new_id
from docservice.core.work import Reading, Work
from docservice.identity.errors import HandOverIncomplete, PeriodWrong, PostNotHeld
from docservice.identity.models import Custody, Device, Person
from docservice.identity.queries import staff


@dataclass(frozen=True)
class Keeping:
    """A device with one of its custodians."""

    device: Device
    custody: Custody
    person: Person


def hand_over(
    work: Work, *, agency_id: UUID, label: str, person_id: UUID, permission: str, minutes: str, valid_from: date
) -> Custody:
    """Give a device of the agency to its next custodian; the one before keeps it until the day before.

    `permission` is the document by which the authorised person allows it, `minutes` the hand-over record. Raises
    `HandOverIncomplete`, `PostNotHeld` for somebody who is not of the agency, `PeriodWrong` for a day before the
    present custodian's first.
    """
    if not (label.strip() and permission.strip() and minutes.strip()):
        raise HandOverIncomplete
    if person_id not in {member.person.id for member in staff(work, agency_id=agency_id)}:
        raise PostNotHeld
    device = _device(work, agency_id, label.strip())
    for before in work.session.scalars(select(Custody).where(Custody.device_id == device.id)):
        if before.valid_from >= valid_from:
            raise PeriodWrong
        if before.valid_to is None or before.valid_to >= valid_from:
            before.valid_to = valid_from - timedelta(days=1)
    custody = Custody(
        id=new_id(),
        device_id=device.id,
        person_id=person_id,
        valid_from=valid_from,
        permission=permission.strip(),
        minutes=minutes.strip(),
    )
    work.session.add(custody)
    work.session.flush()
    work.note("hand_over", custody.id, device=device.label, person=person_id, permission=custody.permission)
    return custody


def _device(work: Work, agency_id: UUID, label: str) -> Device:
    device = work.session.scalars(
        select(Device).where(Device.agency_id == agency_id, Device.label == label)
    ).one_or_none()
    if device is None:
        device = Device(id=new_id(), agency_id=agency_id, label=label)
        work.session.add(device)
        work.session.flush()
    return device


def keepings(reading: Reading, *, agency_id: UUID) -> list[Keeping]:
    """Every custody of the agency's devices, the newest of each device first."""
    rows = reading.session.execute(
        select(Device, Custody, Person)
        .join(Custody, Custody.device_id == Device.id)
        .join(Person, Person.id == Custody.person_id)
        .where(Device.agency_id == agency_id)
        .order_by(Device.label, Custody.valid_from.desc())
    )
    return [Keeping(*row) for row in rows]

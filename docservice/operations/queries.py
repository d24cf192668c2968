"""What the operations page shows beside jobs: whose certificates end, and the last backups."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from docservice.core.work import Reading
from docservice.identity.models import Agency, Certificate, Person
from docservice.operations.models import BackupRun

SOON = timedelta(days=90)


@dataclass(frozen=True)
class Ending:
    """A registered certificate that ends soon, or has ended within the same time."""

    owner: str
    is_agency: bool
    issuer: str
    valid_to: datetime


def ending_certificates(reading: Reading, *, most: int) -> list[Ending]:
    """Of people and agencies, the next to end first."""
    near = (Certificate.valid_to > reading.now - SOON, Certificate.valid_to <= reading.now + SOON)
    rows = reading.session.execute(
        select(Certificate, Person.full_name, Agency.name)
        .outerjoin(Person, Person.id == Certificate.person_id)
        .outerjoin(Agency, Agency.id == Certificate.agency_id)
        .where(Certificate.revoked_at.is_(None), *near)
        .order_by(Certificate.valid_to)
        .limit(most)
    )
    return [
        Ending(agency or person or "", agency is not None, certificate.issuer, certificate.valid_to)
        for certificate, person, agency in rows
    ]


def last_backups(reading: Reading, *, most: int) -> list[BackupRun]:
    """The newest first."""
    return list(reading.session.scalars(select(BackupRun).order_by(BackupRun.begun_at.desc()).limit(most)))

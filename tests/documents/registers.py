"""Builders for the register tests: an agency with a drafter, and documents that want numbers."""

from datetime import date
from uuid import UUID

from docservice.core.ids import new_id
from docservice.core.work import Work
from docservice.documents.models import Direction, Document, Urgency
from docservice.documents.status import Status
from docservice.identity import service


def agency(work: Work, *, code: str = "H99.71") -> UUID:
    made = service.found_agency(
        work,
        name="UBND xã Suối Trúc",
        code=code,
        kind="commune_committee",
        abbreviation="UBND",
        place="Suối Trúc",
        issuer_lines=["ỦY BAN NHÂN DÂN", "XÃ SUỐI TRÚC"],
        valid_from=date(2025, 7, 1),
    )
    return made.id


def document(work: Work, agency_id: UUID) -> Document:
    made = Document(
        id=new_id(),
        agency_id=agency_id,
        direction=Direction.OUTGOING,
        kind="BC",
        kind_name="Báo cáo",
        subject="Báo cáo thử sổ",
        urgency=Urgency.NORMAL,
        created_at=work.now,
        receiver_codes=[],
        status=Status.TO_NUMBER,
        revision=1,
    )
    work.session.add(made)
    work.session.flush()
    return made

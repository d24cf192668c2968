"""Gapless numbers: one row lock per register, the year of the day in Vietnam, a date that never goes back.

A number is given in the transaction that reserves it; when sealing fails it stays with its document, and giving
up cancels it with a reason instead of deleting it (Decree 30/2020, article 15).
"""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from docservice.core.ids import new_id
from docservice.core.work import Work
from docservice.documents.errors import DatePrecedesSeries, RegisterAlreadyOpen, RegisterNotOpen
from docservice.documents.models import Document, Number, Register, RegisterLine
from templates.catalogue import Kind
from templates.families import DECREE_NUMBER, NumberForm, kind_names, number_form
from templates.wording import numbered, two_digits

# A kind with a register of its own has its code after a dot: "outgoing.NQPL".
OUTGOING = "outgoing"
INCOMING = "incoming"
# One series for every form of copy (Annex I, part II, II.1).
COPIES = "copies"

NAMES = {OUTGOING: "văn bản đi", INCOMING: "văn bản đến", COPIES: "bản sao"}


def name_of(series: str) -> str:
    """What the books of a series are called: the three of the decree's, or a kind's that is numbered for itself."""
    base, _, code = series.partition(".")
    return f"{NAMES[base]}: {kind_names().get(code, code)}" if code else NAMES[base]


def series_of(kind: Kind) -> str:
    """The series a kind is numbered in: the agency's common one, or its own where its family asks for that."""
    return f"{OUTGOING}.{kind.code}" if number_form(kind).own_register else OUTGOING


def open_register(
    work: Work,
    *,
    agency_id: UUID,
    series: str,
    year: int,
    last_used: int = 0,
    last_day: date | None = None,
    former_system: str | None = None,
) -> Register:
    """Open a yearly register after "số cuối cùng đã dùng", so that a node can start in mid-year.

    Raises `RegisterAlreadyOpen`.
    """
    register = _find(work, agency_id=agency_id, series=series, year=year)
    if register is not None:
        raise RegisterAlreadyOpen(series=name_of(series), year=year)
    register = Register(
        id=new_id(),
        agency_id=agency_id,
        series=series,
        year=year,
        opened_after=last_used,
        opened_on=work.today,
        former_system=former_system,
        last_ordinal=last_used,
        last_day=last_day,
    )
    work.session.add(register)
    work.session.flush()
    work.note(
        "open_register", register.id, agency=agency_id, series=series, year=year, after=last_used, former=former_system
    )
    return register


def give_number(
    work: Work, *, document: Document, series: str, notation: str | None, form: NumberForm = DECREE_NUMBER
) -> Number:
    """Give the document the next number of today's register; raises `RegisterNotOpen`, `DatePrecedesSeries`.

    `notation` is the part after the ordinal (`BC-UBND`), written in the family's `form`; an arrival number has none.
    """
    register = _lock(work, agency_id=document.agency_id, series=series, year=work.today.year)
    if register.last_day is not None and work.today < register.last_day:
        raise DatePrecedesSeries(day=work.today.isoformat(), last=register.last_day.isoformat())
    register.last_ordinal += 1
    register.last_day = work.today
    ordinal = register.last_ordinal
    number = Number(
        id=new_id(),
        register_id=register.id,
        ordinal=ordinal,
        notation=numbered(form, ordinal, notation) if notation else two_digits(ordinal),
        document_id=document.id,
        given_on=work.today,
        given_at=work.now,
    )
    work.session.add(number)
    work.session.flush()
    work.note("give_number", document.id, notation=number.notation, series=series, year=register.year)
    return number


def cancel_number(work: Work, *, number: Number, reason: str) -> None:
    """Cancel a number that was given; it stays in the register with its reason."""
    number.cancelled_at = work.now
    number.reason = reason
    work.note("cancel_number", number.document_id, notation=number.notation, reason=reason)


def write_line(work: Work, *, number: Number, columns: dict[str, Any], further_to: UUID | None = None) -> RegisterLine:
    """Write the register's line with the values as they are now (Annex IV names the columns).

    `further_to` is the first line of the same number, which stays as it was written.
    """
    line = RegisterLine(
        id=new_id(),
        register_id=number.register_id,
        ordinal=number.ordinal,
        columns=columns,
        corrects_id=further_to,
        at=work.now,
    )
    work.session.add(line)
    work.session.flush()
    return line


def _find(work: Work, *, agency_id: UUID, series: str, year: int) -> Register | None:
    return work.session.scalars(
        select(Register).where(Register.agency_id == agency_id, Register.series == series, Register.year == year)
    ).one_or_none()


def _lock(work: Work, *, agency_id: UUID, series: str, year: int) -> Register:
    wanted = (
        select(Register)
        .where(Register.agency_id == agency_id, Register.series == series, Register.year == year)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    register = work.session.scalars(wanted).one_or_none()
    if register is None:
        _open_new_year(work, agency_id=agency_id, series=series, year=year)
        register = work.session.scalars(wanted).one()
    return register


def _open_new_year(work: Work, *, agency_id: UUID, series: str, year: int) -> None:
    # A series starts again at 01 on 1 January by itself, but only where it ran before: the first register of a
    # series is opened by a person, who knows the last number used elsewhere.
    ran_before = work.session.scalar(
        select(Register.id)
        .where(Register.agency_id == agency_id, Register.series == series, Register.year < year)
        .limit(1)
    )
    if ran_before is None:
        raise RegisterNotOpen(series=name_of(series), year=year)
    insert = postgresql.insert if work.session.get_bind().dialect.name == "postgresql" else sqlite.insert
    # Two clerks may take the year's first number at once: the second finds the first's row.
    work.session.execute(
        insert(Register)
        .values(
            id=new_id(),
            agency_id=agency_id,
            series=series,
            year=year,
            opened_after=0,
            opened_on=work.today,
            last_ordinal=0,
        )
        .on_conflict_do_nothing(index_elements=["agency_id", "series", "year"])
    )

"""Register books written out as files, so that the place of files keeps them as it keeps signed originals.

Once a month every book that has grown is written whole, in the order of its lines, as a table; its hash stands in the
journal. Where the store retains originals (object lock), nobody can take a written book away or change it.
"""

import csv
import io
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, String, func, select
from sqlalchemy.orm import Mapped, mapped_column

from docservice.core.clock import legal_day
from docservice.core.db import Base
from docservice.core.runner import JobRun, job
from docservice.core.work import Reading
from docservice.documents import facts, storing
from docservice.documents.models import Number, Register, RegisterLine
from docservice.documents.registers import columns_of

KEEP = "documents.keep_registers"
CSV = "text/csv"


class RegisterCopy(Base):
    """A book as it was written out; `lines` is how many it had, `retained_*` as of a case file."""

    __tablename__ = "register_copy"

    register_id: Mapped[UUID] = mapped_column(ForeignKey("register.id"), primary_key=True)
    lines: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64))
    made_on: Mapped[str] = mapped_column(String(10))
    retained_until: Mapped[date | None]
    retained_at: Mapped[datetime | None]


@job(KEEP)
def keep_registers(run: JobRun) -> None:
    """Write out the books that have grown since they were last written in an earlier month; then the next one."""
    with run.reading() as reading:
        due = _first_due(reading)
        if due is None:
            return
        register, lines = due
        data = written(reading, register)
    stored = storing.put(run.ports, data, original=True)
    with run.finish() as work:
        facts.name_file(work, register.agency_id, sha256=stored.key, size=stored.size, media_type=CSV)
        day = legal_day(work.now).isoformat()
        work.session.add(RegisterCopy(register_id=register.id, lines=lines, sha256=stored.key, made_on=day))
        work.note("keep_register", register.id, year=register.year, lines=lines, sha256=stored.key)
        work.later(KEEP, merge_key=KEEP)


def written(reading: Reading, register: Register) -> bytes:
    """The whole book as CSV in UTF-8, oldest line first; a cancelled number keeps its line, with the reason."""
    columns = columns_of(register.series)
    rows = reading.session.execute(
        select(RegisterLine, Number)
        .outerjoin(Number, (Number.register_id == RegisterLine.register_id) & (Number.ordinal == RegisterLine.ordinal))
        .where(RegisterLine.register_id == register.id)
        .order_by(RegisterLine.ordinal, RegisterLine.id)
    )
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["Số thứ tự", *columns, "Hủy số"])
    for line, number in rows:
        cancelled = number.reason if number is not None and number.cancelled_at is not None else ""
        writer.writerow([line.ordinal, *(line.columns.get(column, "") for column in columns), cancelled])
    return out.getvalue().encode()


def _first_due(reading: Reading) -> tuple[Register, int] | None:
    """A book with more lines than when it was last written, unless that was this month."""
    lines = select(RegisterLine.register_id, func.count().label("lines")).group_by(RegisterLine.register_id).subquery()
    copies = (
        select(
            RegisterCopy.register_id,
            func.max(RegisterCopy.lines).label("lines"),
            func.max(RegisterCopy.made_on).label("made_on"),
        )
        .group_by(RegisterCopy.register_id)
        .subquery()
    )
    wanted = (
        select(Register, lines.c.lines)
        .join(lines, lines.c.register_id == Register.id)
        .outerjoin(copies, copies.c.register_id == Register.id)
        .where(func.coalesce(copies.c.lines, 0) < lines.c.lines)
        .where(func.coalesce(copies.c.made_on, "") < f"{reading.today:%Y-%m}-01")
        .order_by(Register.id)
        .limit(1)
    )
    found = reading.session.execute(wanted).one_or_none()
    return (found[0], int(found[1])) if found else None

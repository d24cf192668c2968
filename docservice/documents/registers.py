"""What a register's line says, column by column, as Annex IV of Decree 30/2020 prescribes for each book.

Values are written as they are at registration; a later change of a name or a title never reaches back.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select

from docservice.core.work import Reading
from docservice.documents.copies import CopyTerms
from docservice.documents.models import Document, Number, Register, RegisterLine
from docservice.documents.numbering import COPIES, INCOMING, OUTGOING, series_of
from docservice.identity import queries as identity
from templates.catalogue import ALL_KINDS, issued_kinds
from templates.families import kind_names
from templates.wording import notation

# What is bound together. Counted by numbers, so that a further line of an old number moves no volume.
NUMBERS_A_VOLUME = 500

# Annex IV, part I.B: the ten columns of "Sổ đăng ký văn bản đi".
OUTGOING_COLUMNS = (
    "Số, ký hiệu",
    "Ngày tháng văn bản",
    "Tên loại và trích yếu",
    "Người ký",
    "Nơi nhận",
    "Đơn vị, người nhận bản lưu",
    "Số lượng bản",
    "Ngày chuyển",
    "Ký nhận",
    "Ghi chú",
)

# Annex IV, part II.B: the ten columns of "Sổ đăng ký văn bản đến".
INCOMING_COLUMNS = (
    "Ngày đến",
    "Số đến",
    "Tác giả",
    "Số, ký hiệu",
    "Ngày tháng văn bản",
    "Tên loại và trích yếu",
    "Đơn vị, người nhận",
    "Ngày chuyển",
    "Ký nhận",
    "Ghi chú",
)


# The decree draws no book for copies; their numbers run in a series of their own (Annex I, part II, II.1).
COPY_COLUMNS = (
    "Số, ký hiệu bản sao",
    "Ngày sao",
    "Hình thức sao",
    "Văn bản được sao",
    "Người ký bản sao",
    "Nơi nhận",
    "Số lượng bản",
    "Ghi chú",
)
COLUMNS = {OUTGOING: OUTGOING_COLUMNS, INCOMING: INCOMING_COLUMNS, COPIES: COPY_COLUMNS}


def columns_of(series: str) -> tuple[str, ...]:
    """The columns of a series; a kind with a register of its own has those of documents that go out."""
    return COLUMNS[series.partition(".")[0]]


def own_series() -> dict[str, str]:
    """The series of kinds that have a register of their own, with what they are called."""
    names = kind_names()
    return {series: names[code] for code, kind in issued_kinds().items() if (series := series_of(kind)) != OUTGOING}


def is_series(series: str) -> bool:
    """Whether books of this series are opened: one of the three, or that of a kind numbered for itself."""
    return series in COLUMNS or series in own_series()


def kind_series(reading: Reading) -> dict[str, str]:
    """The kinds' own series to read, with what they are called: those opened, and books kept of kinds that are gone."""
    wanted = select(Register.series).where(Register.agency_id == reading.actor.agency_id).distinct()
    kept = [series for series in reading.session.scalars(wanted.order_by(Register.series)) if series not in COLUMNS]
    return {series: series.partition(".")[2] for series in kept} | own_series()


def notation_of(reading: Reading, document: Document) -> str:
    """The part after the ordinal: kind and agency, or for a công văn agency and drafting unit (article 15)."""
    agency = identity.agency(reading, document.agency_id)
    unit = identity.unit(reading, document.unit_id) if document.unit_id else None
    short = unit.abbreviation if unit else None
    return notation(ALL_KINDS[document.kind], agency.abbreviation, short, year=reading.today.year)


def outgoing_columns(reading: Reading, document: Document) -> dict[str, Any]:
    """The line of an outgoing document at the moment its number is given."""
    signer = identity.holder_of(reading, document.signer_post_id) if document.signer_post_id else None
    unit = identity.unit(reading, document.unit_id) if document.unit_id else None
    values = (
        document.notation,
        _day(document.issued_on),
        document.title,
        signer.person.full_name if signer else "",
        "; ".join(_receiver(reading, code) for code in document.receiver_codes),
        unit.name if unit else "Văn thư",
        str(max(1, len(document.receiver_codes))),
        _day(reading.today),
        "",
        "",
    )
    return dict(zip(OUTGOING_COLUMNS, values, strict=True))


def incoming_columns(reading: Reading, document: Document) -> dict[str, Any]:
    """The line of an incoming document at the moment it gets its arrival number."""
    values = (
        _day(reading.today),
        document.notation,
        document.origin_name or "",
        document.origin_notation or "",
        _day(document.issued_on),
        document.title,
        "",
        "",
        "",
        f"Hạn trả lời {_day(document.due)}" if document.due else "",
    )
    return dict(zip(INCOMING_COLUMNS, values, strict=True))


def copy_columns(reading: Reading, copy: Document, source: Document, terms: CopyTerms) -> dict[str, Any]:
    """The line of a copy at the moment its number is given."""
    signer = identity.holder_of(reading, copy.signer_post_id) if copy.signer_post_id else None
    receivers = [*terms.recipients, *(_receiver(reading, code) for code in copy.receiver_codes)]
    way = f"{'giấy' if source.on_paper else 'điện tử'} sang {'giấy' if copy.on_paper else 'điện tử'}"
    unread = "Trích từ bản quét không có chữ: văn thư tự đối chiếu" if terms.passages and not terms.compared else ""
    values = (
        copy.notation,
        _day(copy.issued_on),
        f"{copy.kind_name}, {way}",
        copy.subject,
        signer.person.full_name if signer else "",
        "; ".join(receivers),
        f"{terms.amount:02d}",
        unread,
    )
    return dict(zip(COPY_COLUMNS, values, strict=True))


def printing_columns(first: Mapping[str, Any], *, amount: int, reason: str, on: date) -> dict[str, Any]:
    """The further line for paper originals that were printed of an electronic document (article 18.5)."""
    return {
        **first,
        "Số lượng bản": f"{amount:02d} bản giấy",
        "Ngày chuyển": _day(on),
        "Ghi chú": f"In bản chính giấy: {reason}",
    }


@dataclass(frozen=True)
class Line:
    """A line of a book, and the document it belongs to."""

    columns: dict[str, Any]
    document_id: UUID | None
    cancelled: bool
    reason: str | None


@dataclass(frozen=True)
class Book:
    """Lines of one register, newest first; `total` is how many it has."""

    columns: tuple[str, ...]
    lines: tuple[Line, ...]
    total: int


def years(reading: Reading, *, series: str) -> list[int]:
    """The years the acting post's agency has a register of this series for, newest first."""
    wanted = select(Register.year).where(Register.agency_id == reading.actor.agency_id, Register.series == series)
    return list(reading.session.scalars(wanted.order_by(Register.year.desc())))


def book(reading: Reading, *, series: str, year: int, limit: int | None, offset: int) -> Book:
    """A register of the acting post's agency as it was written; a cancelled number keeps its line."""
    # Found first: for one known register the database walks its lines in their order and stops after a page.
    register = _register(reading, series, year)
    if register is None:
        return Book(columns_of(series), (), 0)
    count = select(func.count()).select_from(RegisterLine).where(RegisterLine.register_id == register.id)
    newest = _lines(register.id).order_by(RegisterLine.ordinal.desc(), RegisterLine.id.desc())
    rows = reading.session.execute(newest.limit(limit).offset(offset))
    lines = tuple(_line(line, number) for line, number in rows)
    return Book(columns_of(series), lines, reading.session.scalar(count) or 0)


def volumes(reading: Reading, *, series: str, year: int) -> int:
    """How many volumes a register of the acting post's agency has."""
    register = _register(reading, series, year)
    return -(-(register.last_ordinal - register.opened_after) // NUMBERS_A_VOLUME) if register else 0


def volume(reading: Reading, *, series: str, year: int, number: int) -> tuple[Line, ...]:
    """The lines of one volume, oldest first: those of its five hundred numbers, whatever was added to other numbers."""
    register = _register(reading, series, year)
    if register is None:
        return ()
    first = register.opened_after + (number - 1) * NUMBERS_A_VOLUME + 1
    inside = _lines(register.id).where(RegisterLine.ordinal.between(first, first + NUMBERS_A_VOLUME - 1))
    rows = reading.session.execute(inside.order_by(RegisterLine.ordinal, RegisterLine.id))
    return tuple(_line(line, given) for line, given in rows)


def _register(reading: Reading, series: str, year: int) -> Register | None:
    own = (Register.agency_id == reading.actor.agency_id, Register.series == series, Register.year == year)
    return reading.session.scalars(select(Register).where(*own)).one_or_none()


def _lines(register_id: UUID) -> Select[RegisterLine, Number | None]:
    return (
        select(RegisterLine, Number)
        .outerjoin(Number, (Number.register_id == RegisterLine.register_id) & (Number.ordinal == RegisterLine.ordinal))
        .where(RegisterLine.register_id == register_id)
    )


def _line(line: RegisterLine, number: Number | None) -> Line:
    return Line(
        dict(line.columns),
        number.document_id if number else None,
        number is not None and number.cancelled_at is not None,
        number.reason if number else None,
    )


def _receiver(reading: Reading, code: str) -> str:
    known = identity.agency_by_code(reading, code)
    return known.name if known else code


def _day(day: Any) -> str:
    return day.strftime("%d/%m/%Y") if day else ""

"""How the decree writes numbers, dates and signing capacities; pure functions, tested in tables."""

from datetime import date

from templates.catalogue import Kind
from templates.errors import FormInvalid


def long_date(day: date) -> str:
    """`ngày 05 tháng 01 năm 2026`: days below 10 and the months 1 and 2 get a zero (Annex I, part I, II.4)."""
    month = f"{day.month:02d}" if day.month < 3 else str(day.month)
    return f"ngày {day.day:02d} tháng {month} năm {day.year}"


def place_date_line(place: str, day: date) -> str:
    """The line of place and date: `Suối Trúc, ngày 05 tháng 01 năm 2026`."""
    return f"{place}, {long_date(day)}"


def number_line(ordinal: int, notation: str) -> str:
    """The line of number and notation: `Số: 05/BC-UBND` (Annex I, part I, II.3)."""
    if ordinal < 1:
        raise FormInvalid("value_wrong", field="ordinal")
    return f"Số: {ordinal:02d}/{notation}"


def notation(kind: Kind, agency: str, unit: str | None) -> str:
    """The part after the ordinal: `BC-UBND`; a công văn names agency and drafting unit, `UBND-VHXH`."""
    if kind.abbreviation is not None:
        return f"{kind.abbreviation}-{agency}"
    return f"{agency}-{unit}" if unit else agency


def signature_lines(
    capacity: str,
    *,
    own_title: str,
    collective: str | None = None,
    head_title: str | None = None,
    unit_head_title: str | None = None,
    acting: str | None = None,
) -> tuple[str, ...]:
    """The lines above a signature, in capitals (article 13; Annex I, part I, II.7).

    `capacity` is none, TM, KT, TL or TUQ. A deputy of a collective signs in three lines, and so does the deputy of a
    unit's head who signs by order (`unit_head_title`). `acting` is the prefix Q. of somebody appointed acting head.
    Raises `FormInvalid` (value_missing, capacity_unknown) when a line would stay unfinished.
    """
    own = f"{acting} {_title(own_title, 'own_title')}" if acting else _title(own_title, "own_title")
    if capacity == "none":
        return (own,)
    if capacity == "TM":
        return f"TM. {_title(collective, 'collective')}", own
    if capacity not in {"KT", "TL", "TUQ"}:
        raise FormInvalid("capacity_unknown", field="capacity", capacity=capacity[:20])
    above = (f"TM. {_title(collective, 'collective')}",) if capacity == "KT" and collective else ()
    between = (f"KT. {_title(unit_head_title, 'unit_head_title')}",) if capacity == "TL" and unit_head_title else ()
    return (*above, f"{capacity}. {_title(head_title, 'head_title')}", *between, own)


def _title(title: str | None, field: str) -> str:
    if title is None or not title.strip():
        raise FormInvalid("value_missing", field=field)
    return title.strip().upper()

"""How the decree writes numbers, dates and signing capacities; pure functions, tested in tables."""

import re
from datetime import date

from templates.capacities import CAPACITIES
from templates.catalogue import Kind
from templates.errors import FormInvalid
from templates.families import DECREE_NUMBER, NumberForm, number_form


def long_date(day: date) -> str:
    """`ngày 05 tháng 01 năm 2026`: days below 10 and the months 1 and 2 get a zero (Annex I, part I, II.4)."""
    month = f"{day.month:02d}" if day.month < 3 else str(day.month)
    return f"ngày {day.day:02d} tháng {month} năm {day.year}"


_ISO = re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})")
_TYPED = re.compile(
    r"(?:ngày )?(?P<day>\d{1,2})(?:\s*[/.-]\s*|\s+tháng\s+)(?P<month>\d{1,2})(?:\s*[/.-]\s*|\s+năm\s+)(?P<year>\d{4})",
    re.IGNORECASE,
)


def read_day(text: str) -> date | None:
    """The day of `2026-01-05`, `5/1/2026` or `ngày 05 tháng 01 năm 2026`; None for anything else."""
    found = _ISO.fullmatch(text.strip()) or _TYPED.fullmatch(text.strip())
    try:
        return date(int(found["year"]), int(found["month"]), int(found["day"])) if found else None
    except ValueError:
        return None


def two_digits(number: int) -> str:
    """A number as the decree writes it: a zero before those below 10 (Annex I, part I, II.3)."""
    return f"{number:02d}"


def citation(*, kind: str, notation: str, day: date, issuer: str, subject: str) -> str:
    """A ground: kind, number and notation, day, issuer and subject (Annex I, part I, II.6.b); a law has no number."""
    said = subject.strip().rstrip(".;")
    if not re.match(
        r"(về|quy định|ban hành|phê duyệt|hướng dẫn|sửa đổi|công bố|giao|thành lập)\b", said, re.IGNORECASE
    ):
        said = f"về {said[:1].lower()}{said[1:]}" if not said[:2].isupper() else f"về {said}"
    else:
        said = said[:1].lower() + said[1:]
    return f"Căn cứ {kind} số {notation} {long_date(day)} của {issuer} {said}"


def place_date_line(place: str, day: date) -> str:
    """The line of place and date: `Suối Trúc, ngày 05 tháng 01 năm 2026`."""
    return f"{place}, {long_date(day)}"


def numbered(form: NumberForm, ordinal: int, notation: str) -> str:
    """A number as its family writes it: `05/BC-UBND`, `15-QĐ/ĐU`."""
    if ordinal < 1:
        raise FormInvalid("value_wrong", field="ordinal")
    return f"{two_digits(ordinal)}{form.stroke}{notation}"


def number_line(number: str, form: NumberForm = DECREE_NUMBER) -> str:
    """The line of number and notation: `Số: 05/BC-UBND` (Annex I, part I, II.3), `Số 15-QĐ/ĐU` of the Party."""
    return f"{form.label}{number}"


def notation(kind: Kind, agency: str, unit: str | None, *, year: int) -> str:
    """The part after the ordinal: `BC-UBND`, `2026/NQ-HĐND`; a công văn names agency and drafting unit, `UBND-VHXH`."""
    if kind.abbreviation is not None:
        return number_form(kind).notation.format(kind=kind.abbreviation, agency=agency, year=year)
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
    if capacity not in CAPACITIES:
        raise FormInvalid("capacity_unknown", field="capacity", capacity=capacity[:20])
    above = (f"TM. {_title(collective, 'collective')}",) if capacity == "KT" and collective else ()
    between = (f"KT. {_title(unit_head_title, 'unit_head_title')}",) if capacity == "TL" and unit_head_title else ()
    return (*above, f"{capacity}. {_title(head_title, 'head_title')}", *between, own)


def _title(title: str | None, field: str) -> str:
    if title is None or not title.strip():
        raise FormInvalid("value_missing", field=field)
    return title.strip().upper()

"""Dates as the decree writes them (Annex I, part I, II.4.b), and what is wrong with one."""

import re
from calendar import monthrange
from dataclasses import dataclass

# Blank places are a draft's: they are filled when the document is issued.
LONG_DATE = re.compile(
    r"ngày\s*(?P<day>\d{0,3})[\s….]*\s*tháng\s*(?P<month>\d{0,3})[\s….]*\s*năm\s*(?P<year>\d{0,5})", re.IGNORECASE
)
SHORT_DATE = re.compile(
    r"(?<![\d/.-])(?P<day>\d{1,2})\s*(?P<mark>[/.-])\s*(?P<month>\d{1,2})\s*(?P=mark)\s*(?P<year>\d{4})(?!\d)"
)


@dataclass(frozen=True)
class DateFault:
    """`code` is day_zero, month_zero, month_no_zero, year or impossible; `right` is how it should read."""

    code: str
    found: str
    right: str


def faults_in(found: re.Match[str]) -> list[DateFault]:
    """What is wrong with a date in long form."""
    day, month, year = found["day"], found["month"], found["year"]
    whole = found[0]
    made = []
    right = long_form(day, month, year)
    if day and (len(day) == 1 or (len(day) == 3 and day.startswith("0"))):
        made.append(DateFault("day_zero", whole, right))
    if month and month in {"1", "2"}:
        made.append(DateFault("month_no_zero", whole, right))
    elif month and month.startswith("0") and month not in {"01", "02"}:
        made.append(DateFault("month_zero", whole, right))
    if year and len(year) != 4:
        made.append(DateFault("year", whole, ""))
    if not is_possible(day, month, year):
        made.append(DateFault("impossible", whole, ""))
    return made


def long_form(day: str, month: str, year: str) -> str:
    """The long form of the digits given; a place left blank stays blank."""
    days = f"{int(day):02d}" if day else "    "
    months = (f"{int(month):02d}" if int(month) < 3 else str(int(month))) if month else "    "
    return f"ngày {days} tháng {months} năm {year}".rstrip()


def is_possible(day: str, month: str, year: str) -> bool:
    """Whether such a day exists; a place left blank may still become one."""
    months = int(month) if month else 1
    if not 1 <= months <= 12:
        return False
    longest = monthrange(int(year), months)[1] if len(year) == 4 and 1900 <= int(year) <= 9000 else 31
    return not day or 1 <= int(day) <= (longest if month else 31)

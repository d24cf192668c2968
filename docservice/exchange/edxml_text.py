"""How values stand in edXML text, both ways: dates with slashes, Vietnam's time, one space between words.

Writing and reading share this module so that what is written is read back the same.
"""

import re
import unicodedata
from datetime import UTC, date, datetime, timedelta, timezone

# Fixed, without a zone database: the fence around the reader shows it no files. Vietnam knows no daylight saving.
VIETNAM = timezone(timedelta(hours=7))

# What XML 1.0 cannot carry, and the two marks for "no character".
UNPRINTABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

_DATES = ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y")
_TIMES = ("%Y-%m-%d %H:%M:%S", "%d/%m/%Y %H:%M:%S", "%Y/%m/%d %H:%M", "%Y/%m/%dT%H:%M:%S")


def one_line(text: str) -> str:
    """NFC, with single spaces between words and none around: line breaks in a message are layout."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def write_date(day: date) -> str:
    """`2026/03/05`."""
    return f"{day.year:04d}/{day.month:02d}/{day.day:02d}"


def write_time(instant: datetime) -> str:
    """`2026/03/05 09:15:42`, Vietnam's time whatever zone the instant is given in."""
    local = instant.astimezone(VIETNAM)
    return f"{write_date(local)} {local:%H:%M:%S}"


def read_date(text: str) -> tuple[date, bool] | None:
    """The day, and whether it was written as the standard says; None when it is no day at all."""
    standard = re.fullmatch(r"([0-9]{4})/([0-9]{2})/([0-9]{2})", text)
    if standard:
        try:
            return date(*map(int, standard.groups())), True
        except ValueError:
            return None
    head = text.replace("T", " ").split(" ")[0]
    for form in ("%Y/%m/%d", *_DATES):
        try:
            return datetime.strptime(head, form).replace(tzinfo=VIETNAM).date(), False
        except ValueError:
            continue
    return None


def read_time(text: str) -> tuple[datetime, bool] | None:
    """The instant in UTC, and whether it was written as the standard says; a time without zone is Vietnam's."""
    for form in ("%Y/%m/%d %H:%M:%S", *_TIMES):
        try:
            found = datetime.strptime(text, form).replace(tzinfo=VIETNAM)
        except ValueError:
            continue
        return found.astimezone(UTC), form == "%Y/%m/%d %H:%M:%S"
    try:
        found = datetime.fromisoformat(text)
        return (found if found.tzinfo else found.replace(tzinfo=VIETNAM)).astimezone(UTC), False
    except (ValueError, OverflowError):
        return None

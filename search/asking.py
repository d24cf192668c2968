"""Reading what a person typed: words, "phrases", -exclusions and fields such as `so:12/BC-UBND tu:2025`.

What does not read as one of these is words; nothing a person types is an error.
"""

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from search.text import fold, normalise, number_parts, query_words, syllables

# so: number; noidung: in the text itself; trichyeu: in the title; tu:, den: from and until a day, a month or a year.
_FIELDS = ("so", "noidung", "trichyeu", "tu", "den")
# More than anybody types; what somebody pastes is read so far.
_LONGEST, _MOST_WORDS = 1_000, 80
_PIECE = re.compile(
    r"""(?<!\S)(?:
        (?P<field>[^\W\d_]+):(?P<value>"[^"]+"|[^\s"]+)
      | -(?P<not>"[^"]+"|[^\W_][^\s"]*)
      | "(?P<phrase>[^"]+)"
      | (?P<word>\S+)
    )""",
    re.VERBOSE,
)
_DAY = re.compile(r"(?:(?:(\d{1,2})[/.-])?(\d{1,2})[/.-])?(\d{4})")
_ISO_DAY = re.compile(r"(\d{4})-(\d{1,2})(?:-(\d{1,2}))?")


@dataclass(frozen=True)
class Asked:
    """`free` is the text outside fields and exclusions, phrases included; `words` its folded syllables."""

    free: str
    words: tuple[str, ...]
    phrases: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    in_body: tuple[str, ...] = ()
    in_title: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None


def read_query(text: str) -> Asked:
    """Take a query apart."""
    free: list[str] = []
    found: dict[str, list[str]] = {"phrase": [], "not": [], **{field: [] for field in _FIELDS}}
    since = until = None
    for kind, value in _pieces(normalise(text[:_LONGEST])):
        if kind in {"tu", "den"}:
            days = _days(value)
            if days is None:
                free.append(value)
            elif kind == "tu":
                since = days[0]
            else:
                until = days[1]
        elif kind in {"phrase", "word"}:
            free.append(value)
            if kind == "phrase":
                found["phrase"].append(value)
        else:
            found[kind].append(value)
    joined = " ".join(free)
    return Asked(
        free=joined,
        words=tuple(query_words(joined)[:_MOST_WORDS]),
        phrases=tuple(found["phrase"]),
        excluded=tuple(found["not"]),
        numbers=tuple(found["so"]),
        in_body=tuple(found["noidung"]),
        in_title=tuple(found["trichyeu"]),
        since=since,
        until=until,
    )


def _pieces(text: str) -> Iterator[tuple[str, str]]:
    for match in _PIECE.finditer(text):
        if match["field"] is not None:
            field, value = fold(match["field"]), match["value"].strip('"')
            # In a number "số" only announces one.
            known = field in _FIELDS and bool(number_parts(value) if field == "so" else syllables(value))
            yield (field, value) if known else ("word", match.group())
        elif match["not"] is not None:
            value = match["not"].strip('"')
            yield ("not", value) if syllables(value) else ("word", match.group())
        elif match["phrase"] is not None:
            # A quoted number is a number, one quoted word a word.
            yield ("phrase" if len(syllables(match["phrase"])) > 1 else "word"), match["phrase"]
        else:
            yield "word", match["word"]


def _days(value: str) -> tuple[date, date] | None:
    """First and last day of `2025`, `5/2025`, `12/05/2025`, `2025-05` or `2025-05-12`; None for anything else."""
    if usual := _DAY.fullmatch(value):
        day, month, year = usual.groups()
    elif iso := _ISO_DAY.fullmatch(value):
        year, month, day = iso.groups()
    else:
        return None
    try:
        first = date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        return None
    if day:
        return first, first
    last_month = int(month or 12)
    return first, date(int(year), last_month, monthrange(int(year), last_month)[1])

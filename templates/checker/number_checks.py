"""Number and notation, place and date, as they are written (Annex I, part I, II.3 and II.4)."""

import re
from collections.abc import Iterator

from templates.checker.anatomy import Anatomy
from templates.checker.dates import LONG_DATE, SHORT_DATE, faults_in, is_possible, long_form
from templates.checker.letters import at, check_part
from templates.checker.model import PDF, Edit, Finding, Line, Sheet
from templates.checker.words import COPIES, kind_by_abbreviation, kinds
from templates.families import FAMILIES, is_written, number_of, way_of

_WHOLE = re.compile(
    r"^(?P<word>Số|SỐ|số|Sô|So)?(?P<colon>\s*[:.]?)\s*(?P<number>[\d…._ ]*[a-zđ]?)\s*"
    r"(?P<stroke>[/\\|-]?)(?P<notation>.*)$"
)
_NOTATION = re.compile(r"^[^\W\d_][\w.]*(?:-[\w.]+)*$")
_HYPHENS = re.compile(r"[–—−‐‑]")
_LEVEL_MM = 2.0


def check_number(sheet: Sheet, anatomy: Anatomy) -> Iterator[Finding]:
    """Box 3."""
    line = anatomy.head.number
    if line is None:
        # The decree gives a thư công neither abbreviation nor form.
        if not anatomy.head.number_later and anatomy.kind != "ThC":
            yield Finding("3.missing", 1)
        return
    yield from check_part("number", [line], skip=("align",) if sheet.kind == PDF else ())
    found = _WHOLE.match(line.text)
    if found is None:
        return
    yield from _front(line, found)
    yield from _blanks(line)
    notation = _HYPHENS.sub("-", found["notation"])
    notation = re.sub(r"\s+", "", notation.strip(" ….")) if found["stroke"] != "-" else notation
    if notation.strip("-…._ "):
        yield from _notation(line, notation, anatomy)


def _front(line: Line, found: re.Match[str]) -> Iterator[Finding]:
    """The word, its colon, the digits and the stroke."""
    word = found["word"]
    if word != "Số":
        edits = [_text(line, word, "Số")] if word else []
        yield at("3.word", line, edits=edits)
    if word and found["colon"].strip() != ":":
        yield at("3.colon", line, edits=[_text(line, f"{word}{found['colon']}", f"{word}:")])
    elif word and found["colon"] != ":":
        yield at("3.blanks", line, edits=[_text(line, f"{word}{found['colon']}", f"{word}:")])
    number = found["number"].strip(" …._")
    digits = number.rstrip("abcdeđghiklmnopqrstuvxy")
    if len(digits) == 1 and digits != "0":
        yield at("3.zero", line, edits=[_text(line, number, f"0{number}", once=True)])
    elif len(digits) > 2 and digits.startswith("0"):
        yield at("3.zeros", line, edits=[_text(line, digits, f"{int(digits):02d}", once=True)])
    elif digits in {"0", "00"} or (number and not digits):
        yield at("3.digits", line)
    yield from _stroke(line, found, number)


def _stroke(line: Line, found: re.Match[str], number: str) -> Iterator[Finding]:
    """What stands between number and notation, and behind it."""
    rest = found["notation"].strip()
    if rest.endswith((".", ";", ",")) and rest[-2:-1].isalnum():
        yield at("3.full_stop", line, edits=[_text(line, line.text, line.text.rstrip(".;, "))])
    if re.match(r"^[IVXLC]+\s*/", rest):
        yield at("3.digits", line)
    elif found["stroke"] == "/" and rest.startswith("/"):
        yield at("3.stroke", line, edits=[_text(line, "//", "/")])
    elif found["stroke"] != "/" and rest:
        edits = [_text(line, f"{number}{found['stroke']}", f"{number}/")] if number and found["stroke"] else []
        yield at("3.stroke", line, edits=edits)


def _blanks(line: Line) -> Iterator[Finding]:
    """No blanks around stroke and hyphens, and hyphens that are hyphens."""
    text = line.text
    if _HYPHENS.search(text):
        yield at("3.hyphen", line, edits=[_text(line, text, _HYPHENS.sub("-", text))])
    elif (strokes := re.search(r"/(?P<groups>[^\W\d][\w-]*(?:/[^\W\d][\w-]*)+)", text)) is not None:
        right = strokes["groups"].replace("/", "-")
        yield at("3.hyphen", line, edits=[_text(line, strokes["groups"], right)])
    tight = re.sub(r"(?<=\w)\s+(?=[/–—-])|(?<=/)\s+(?=\w)|(?<=\w[-–—])\s+(?=\w)", "", text)
    if tight != text:
        yield at("3.blanks", line, edits=[_text(line, text, tight)])
    if any("\xa0" in run.text and not run.text.isspace() and any(c.isdigit() for c in run.text) for run in line.runs):
        yield at("unicode.hard_blank", line, edits=[Edit("text", line.number, "\xa0", " ")])


def _notation(line: Line, notation: str, anatomy: Anatomy) -> Iterator[Finding]:
    groups = notation.strip("-").split("-")
    if re.match(r"^(?:19|20)\d\d/", notation):
        if anatomy.family != "normative":
            yield at("3.year", line)
        return
    if not _NOTATION.match(notation.strip("-/")):
        return
    if anatomy.kind in {None, "ThC"}:
        return
    if anatomy.abbreviation is None:
        yield from _letter(line, groups)
        return
    first = groups[0]
    wanted = anatomy.abbreviation
    if first != wanted:
        meant = kind_by_abbreviation(first)
        if first.lower() == wanted.lower() and meant is not None and meant[2] == wanted:
            edits = [_text(line, f"/{first}", f"/{wanted}")]
            yield at("3.kind_case", line, edits=edits, wanted=wanted, found=first)
        else:
            yield at("3.kind", line, wanted=wanted, found=first)
    elif len(groups) < 2 or not groups[1]:
        yield at("3.agency", line)
    yield from _capitals(line, groups[1:])


def _letter(line: Line, groups: list[str]) -> Iterator[Finding]:
    """A công văn's notation names agency and unit, never a kind."""
    named = groups[0] in _MIXED and groups[1:2] in (["UBND"], ["HĐND"], ["CTUBND"])
    if named or groups[0] in {"CV", "Cv", "cv"} or groups[-1] in {"CV", "cv"}:
        yield at("3.letter_kind", line, found=groups[0])
    elif len(groups) < 2 or not groups[1]:
        yield at("3.letter_unit", line)
    yield from _capitals(line, groups)


def _capitals(line: Line, groups: list[str]) -> Iterator[Finding]:
    low = [group for group in groups if group and group != group.upper() and group not in _MIXED]
    if any(group == group.lower() or group.istitle() for group in low):
        right = line.text
        for group in low:
            right = right.replace(group, group.upper())
        yield at("3.capitals", line, edits=[_text(line, line.text, right)])


# Abbreviations the decree itself writes in both cases.
_MIXED = frozenset(short for _, _, short in kinds().values() if short) | set(COPIES)


def check_family(anatomy: Anatomy) -> Iterator[Finding]:
    """The line of number of another family, written as that family writes it."""
    family, line = FAMILIES.get(anatomy.family), anatomy.head.number
    # Of a family an operator added the checker knows its line by the way it is written, and no other.
    way = way_of(family) if family is not None else ""
    if line is not None and family is not None and way in {"normative", "party"}:
        form = number_of(family)
        if not is_written(line.text, form):
            yield at(f"3.{way}", line, wanted=form.example)


def check_date(sheet: Sheet, anatomy: Anatomy) -> Iterator[Finding]:
    """Box 4."""
    line = anatomy.head.date
    minutes = anatomy.kind == "BB"
    if line is None:
        if not minutes and not anatomy.head.date_later:
            yield Finding("4.missing", 1)
        return
    if minutes:
        yield at("4.minutes", line)
    yield from check_part("date", [line], skip=("align",) if sheet.kind == PDF else ())
    yield from _place(line)
    found = LONG_DATE.search(line.text)
    if found is None:
        short = SHORT_DATE.search(line.text)
        edits = []
        if short is not None and is_possible(short["day"], short["month"], short["year"]):
            before = "" if re.search(r"ngày\s*$", line.text[: short.start()], re.IGNORECASE) else "ngày "
            right = long_form(short["day"], short["month"], short["year"]).removeprefix("" if before else "ngày ")
            edits = [_text(line, short[0], right)]
        yield at("4.words", line, edits=edits)
        return
    if not found[0].startswith("ngày") or "tháng" not in found[0] or "năm" not in found[0]:
        yield at("4.words", line, edits=[_text(line, found[0], found[0].lower())])
    for fault in faults_in(found):
        edits = [_text(line, fault.found, fault.right)] if fault.right else []
        yield at(f"4.{fault.code}", line, edits=edits, found=fault.found, wanted=fault.right or fault.found)
    if line.text.endswith((".", ";")) and line.text[-2:-1].isdigit():
        yield at("4.full_stop", line, edits=[_text(line, line.text, line.text.rstrip(".;"))])
    if anatomy.head.number is not None:
        yield from _level(line, anatomy.head.number)


def _place(line: Line) -> Iterator[Finding]:
    place = re.split(r",|\bngày\b", line.text, maxsplit=1, flags=re.IGNORECASE)[0].strip(" ….")
    if not place:
        if not re.match(r"^[\s….]*,", line.text):
            yield at("4.place", line)
        return
    comma = re.match(r"^[^,]*?\s*,\s*(?=ngày|\d)", line.text, re.IGNORECASE)
    if comma is None:
        yield at("4.comma", line, edits=[_text(line, f"{place} ", f"{place}, ")])
    if re.match(r"^(?:TP|T\.P|TX|TT|P|Q|X|H)\.?\s", place) or re.match(r"^(?:TP|TX|TT|P|Q|X|H)\.", place):
        yield at("4.place_abbreviated", line, found=place)
    low = [word for word in re.split(r"[\s-]+", place) if word and word[0].islower()]
    if low:
        right = " ".join(word[:1].upper() + word[1:] for word in place.split())
        yield at("4.place_initial", line, edits=[_text(line, place, right)], found=place)


def _level(date: Line, number: Line) -> Iterator[Finding]:
    """Both stand on the same line; a DOCX tells so by rows of a table only."""
    if date.box and number.box:
        if abs(date.box[3] - number.box[3]) > _LEVEL_MM:
            yield at("4.same_line", date)
        return
    one_table = date.cell and number.cell and date.cell[0] == number.cell[0]
    if one_table and date.cell and number.cell and date.cell[1] != number.cell[1]:
        yield at("4.same_line", date)


def _text(line: Line, old: str, new: str, *, once: bool = False) -> Edit:
    return Edit("text", line.number, old, new, run=1 if once else 0)

"""Parts, chapters, sections, articles, clauses and points: how they are written and in which order (II.6.d, II.6.đ)."""

import re
from collections.abc import Iterator, Sequence

from templates.checker.letters import at, check_part, is_indented
from templates.checker.model import PDF, Edit, Finding, Line, Sheet
from templates.checker.numbering import roman
from templates.checker.rules import INDENTS_MM
from templates.checker.words import upper

# The Vietnamese alphabet as points are lettered with it: no f, j, w, z, and no letter with a mark but đ.
POINTS = "abcdđeghiklmnopqrstuvxy"
_DIVISION = re.compile(
    r"^(?P<word>Phần|Chương|Mục|Tiểu mục)\s+(?P<ordinal>[IVXLCDM]+|\d+|thứ \w+)\b(?P<rest>.*)$", re.IGNORECASE
)
_SECTION = re.compile(r"^(?P<ordinal>[IVX]+)(?P<mark>[.)/:-]?)\s+(?P<rest>\S.*)$")
_ARTICLE = re.compile(r"^(?P<word>Điều)\s+(?P<ordinal>\d{1,3}|[IVXLC]+)(?P<mark>[.:)/-]?)(?=\s|$)", re.IGNORECASE)
_CLAUSE = re.compile(r"^(?P<ordinal>\d{1,2})(?P<mark>[.)/:-])\s+(?P<rest>\S.*)$")
_NESTED = re.compile(r"^\d{1,2}\.\d{1,2}(?:\.\d{1,2})?\.?\s")
_POINT = re.compile(r"^(?P<letter>[A-Za-zĂÂĐÊÔƠƯăâđêôơư])(?P<mark>[).:/])\s+\S")
_ROMAN_WORDS, _ARABIC_WORDS = {"phần", "chương"}, {"mục", "tiểu mục"}


def is_division(text: str) -> bool:
    """Whether a line is a part, chapter or section with its number."""
    found = _DIVISION.match(text)
    if found is None or len(text) > 120:
        return False
    rest = found["rest"].strip()
    # "Mục 2 của Chương này quy định ..." is a sentence.
    return not rest or rest[0] in ".:-–" or upper(rest) or (len(text) < 60 and rest[0].isupper())


def is_article(text: str) -> bool:
    """Whether a line begins an article."""
    found = _ARTICLE.match(text)
    return found is not None and (found["word"] != found["word"].lower() or bool(found["mark"]))


def is_item(text: str) -> bool:
    """Whether a line is numbered, lettered or dashed."""
    return bool(
        _CLAUSE.match(text) or _NESTED.match(text) or _POINT.match(text) or text.startswith(("-", "–", "+", "•"))
    )


def is_heading(line: Line) -> bool:
    """A short line that names what follows: in capitals with a Roman number, or bold."""
    section = _SECTION.match(line.text)
    if section is not None and (upper(section["rest"]) or _is_bold(line)) and len(line.text) < 200:
        return True
    short = len(line.text) < 160 and not line.text.endswith((".", ";", ",", ":", "./."))
    return short and (_is_bold(line) or (upper(line.text) and line.align == "center"))


def _is_bold(line: Line) -> bool:
    shown = line.shown
    return bool(shown) and all(run.bold for run in shown)


def check_headings(sheet: Sheet, lines: Sequence[Line], *, in_annex: bool = False) -> Iterator[Finding]:
    """Every numbered line of a body, in its order."""
    yield from _divisions(lines)
    yield from _sections(lines)
    yield from _articles(sheet, lines, in_annex=in_annex)
    yield from _clauses(lines)
    yield from _points(lines)


def _divisions(lines: Sequence[Line]) -> Iterator[Finding]:
    counts: dict[str, int] = {}
    for index, line in enumerate(lines):
        found = _DIVISION.match(line.text)
        if found is None or not is_division(line.text):
            continue
        word, ordinal = found["word"].lower(), found["ordinal"]
        yield from check_part("division", [line])
        if word in _ROMAN_WORDS and ordinal.isdigit():
            edits = [Edit("text", line.number, line.text, line.text.replace(ordinal, roman(int(ordinal)), 1))]
            yield at("6.division.roman", line, edits=edits)
        elif word in _ARABIC_WORDS and not ordinal.isdigit():
            yield at("6.division.arabic", line)
        if found["rest"].strip():
            yield at("6.division.own_line", line)
        else:
            title = lines[index + 1] if index + 1 < len(lines) else None
            if title is None or is_article(title.text) or is_division(title.text) or len(title.text) > 200:
                yield at("6.division.title", line)
            else:
                yield from check_part("division_title", [title])
        for deeper in {"phần": ("chương", "mục", "tiểu mục"), "chương": ("mục", "tiểu mục"), "mục": ("tiểu mục",)}.get(
            word, ()
        ):
            if not (word == "phần" and deeper == "chương"):
                counts.pop(deeper, None)
        number = int(ordinal) if ordinal.isdigit() else _value(ordinal)
        wanted = counts.get(word, 0) + 1
        if number and number != wanted and not (word == "chương" and number == 1):
            yield at("6.division.order", line, wanted=roman(wanted) if word in _ROMAN_WORDS else str(wanted))
        counts[word] = number or wanted


def _value(ordinal: str) -> int:
    return next((number for number in range(1, 100) if roman(number) == ordinal.upper()), 0)


def _sections(lines: Sequence[Line]) -> Iterator[Finding]:
    """I., II., III.: headings in capitals and bold, counted on from part to part."""
    wanted = 1
    for line in lines:
        if is_division(line.text):
            wanted = 1
        found = _SECTION.match(line.text)
        if found is None or not is_heading(line) or not _value(found["ordinal"]):
            continue
        yield from check_part("section", [line])
        if found["mark"] != ".":
            right = f"{found['ordinal']}. {found['rest']}"
            yield at("6.section.dot", line, edits=[] if line.label else [Edit("text", line.number, line.text, right)])
        number = _value(found["ordinal"])
        if number not in {wanted, 1}:
            yield at("6.section.order", line, wanted=roman(wanted))
        wanted = number + 1


def _articles(sheet: Sheet, lines: Sequence[Line], *, in_annex: bool) -> Iterator[Finding]:
    wanted = 1
    for line in lines:
        found = _ARTICLE.match(line.text)
        if found is None or not is_article(line.text):
            continue
        whole, ordinal = found[0], found["ordinal"]
        if found["word"] != "Điều":
            yield at("6.article.case", line, edits=[Edit("text", line.number, found["word"], "Điều", run=1)])
        if found["mark"] != ".":
            right = f"{found['word']} {ordinal}."
            yield at("6.article.stop", line, edits=[Edit("text", line.number, whole, right, run=1)])
        if not ordinal.isdigit():
            yield at("6.article.roman", line)
        elif int(ordinal) != wanted and not (in_annex and wanted == 1):
            yield at("6.article.order", line, wanted=str(wanted))
        wanted = int(ordinal) + 1 if ordinal.isdigit() else wanted + 1
        yield from _article_look(sheet, line, len(whole))


def _article_look(sheet: Sheet, line: Line, length: int) -> Iterator[Finding]:
    """The word, the number and a heading are bold and upright."""
    left = length - len(line.label)
    first = []
    for run in line.runs:
        if left > 0 and run.text.strip():
            first.append(run)
        left -= len(run.text)
    if any(not run.bold for run in first):
        edits = (
            [Edit("run", line.number, "bold", "1", run.number) for run in first] if len(first) < len(line.shown) else []
        )
        yield at("6.article.weight", line, run=first[0].number, edits=edits, wanted="yes")
    if any(run.underline for run in first):
        edits = [Edit("run", line.number, "underline", "", run.number) for run in first]
        yield at("6.body.underline", line, run=first[0].number, edits=edits)
    if any(run.italic for run in first):
        edits = [Edit("run", line.number, "italic", "0", run.number) for run in first]
        yield at("6.article.slant", line, run=first[0].number, edits=edits, wanted="no")
    if sheet.kind != PDF and (line.align == "center" or not is_indented(line)):
        edits = [Edit("paragraph", line.number, "first", f"{INDENTS_MM[1]:g}")]
        edits += [Edit("paragraph", line.number, "align", "both")] if line.align == "center" else []
        yield at("6.article.indent", line, edits=edits)


def _clauses(lines: Sequence[Line]) -> Iterator[Finding]:
    """Clauses within an article or section count from 1 without gaps; a new beginning at 1 is another list."""
    wanted: int | None = 1
    for line in lines:
        if is_division(line.text) or is_article(line.text) or _SECTION.match(line.text):
            wanted = 1
        found = _CLAUSE.match(line.text)
        if found is None or _NESTED.match(line.text):
            continue
        number = int(found["ordinal"])
        if found["mark"] != ".":
            right = f"{found['ordinal']}. {found['rest']}"
            yield at("6.clause.form", line, edits=[] if line.label else [Edit("text", line.number, line.text, right)])
        if number not in {wanted, 1}:
            yield at("6.clause.order", line, wanted=str(wanted))
        wanted = number + 1
        shown = line.shown
        if shown and shown[0].italic and not all(run.italic for run in shown):
            edits = [Edit("run", line.number, "italic", "0", shown[0].number)]
            yield at("6.clause.slant", line, edits=edits)


def _points(lines: Sequence[Line]) -> Iterator[Finding]:
    """Points go a, b, c, d, đ, e, g, h ...; a new clause begins with a."""
    wanted = 0
    for line in lines:
        if is_division(line.text) or is_article(line.text) or _CLAUSE.match(line.text) or _SECTION.match(line.text):
            wanted = 0
        found = _POINT.match(line.text)
        if found is None:
            continue
        letter, mark = found["letter"], found["mark"]
        if mark == "." and letter.upper() == letter:
            continue  # "A. ..." is a heading of another scheme
        if mark != ")":
            edits = [] if line.label else [Edit("text", line.number, f"{letter}{mark}", f"{letter})", run=1)]
            yield at("6.point.form", line, edits=edits)
        if letter != letter.lower():
            edits = [] if line.label else [Edit("text", line.number, f"{letter}{mark}", f"{letter.lower()})", run=1)]
            yield at("6.point.case", line, edits=edits)
            letter = letter.lower()
        if letter not in POINTS:
            yield at("6.point.letter", line, found=letter, wanted=POINTS[min(wanted, len(POINTS) - 1)])
            wanted = min(wanted + 1, len(POINTS) - 1)
            continue
        place = POINTS.index(letter)
        if place not in {wanted, 0}:
            yield at("6.point.order", line, found=letter, wanted=POINTS[min(wanted, len(POINTS) - 1)])
        wanted = place + 1

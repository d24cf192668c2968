"""Letters and capitals: Unicode as the decree wants it, and what of Annex II a machine can see."""

import re
import unicodedata
from collections.abc import Iterator, Mapping

from templates.checker.anatomy import Anatomy
from templates.checker.capitals import CAPITALS, Capital
from templates.checker.legacy import is_legacy_font, looks_legacy
from templates.checker.letters import at
from templates.checker.model import Edit, Finding, Line, Sheet
from templates.checker.words import LOWER, RULE_TEXT

_ETH = re.compile("[\u00d0\u0189\u00f0\u0256]")
_ETHS = str.maketrans({"\u00d0": "\u0110", "\u0189": "\u0110", "\u00f0": "\u0111", "\u0256": "\u0111"})
_PRIVATE = re.compile("[\ue000-\uf8ff\U000f0000-\U0010fffd]")
_WIDTHLESS = re.compile("[\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u200f\u202a-\u202e]")
# Letters of other alphabets that look like ours; they count when they stand in a word with Latin letters.
_TWINS = dict(zip("аеорсухіАВЕКМНОРСТХІοΟΑΒΕΗΙΚΜΝΡΤΥΧ", "aeopcyxiABEKMHOPCTXIoOABEHIKMNPTYX", strict=True))
_TWIN_WORD = re.compile(rf"(?=\w*[a-zA-ZÀ-ỹ])\w*[{''.join(_TWINS)}]\w*")


def _sought(pattern: str) -> tuple[str, ...]:
    """The words of a pattern's first group, or the pattern's first word where the group is a pattern itself."""
    words = tuple(re.findall(r"\((?!\?)([^)]*)\)", pattern)[0].split("|"))
    if not any(set(word) & set("[]\\?*+(") for word in words):
        return words
    found = re.findall(r"(?:\[(\w\w)\])?([^\W\d_]{3,})", re.sub(r"\\.", " ", pattern))
    initials, rest = found[0]
    return tuple(initial + rest for initial in initials) or (rest,)


_WORD = re.compile(r"\w+")
_PATTERNS = tuple((capital, re.compile(capital.pattern)) for capital in CAPITALS)


def _by_first_word() -> Mapping[str, tuple[int, ...]]:
    """Which patterns may match a line with a word in it: asking for words is ten times as fast as the patterns."""
    made: dict[str, list[int]] = {}
    for number, capital in enumerate(CAPITALS):
        for word in {_WORD.findall(sought)[0] for sought in _sought(capital.pattern)}:
            made.setdefault(word, []).append(number)
    return {word: tuple(numbers) for word, numbers in made.items()}


_BY_FIRST_WORD = _by_first_word()
_SENTENCE = re.compile(rf"[{LOWER})]{{2,}}[.!?] [{LOWER}]+ ")
_STARTS_LOW = re.compile(rf"^(?:(?:-|[a-zđ]\)|\d{{1,2}}\.)\s+)?(?P<letter>[{LOWER}])\w*\s")


def check_unicode(sheet: Sheet) -> Iterator[Finding]:
    """Every line's letters."""
    for line in (*sheet.lines, *sheet.footer):
        for run in line.runs:
            if run.text.strip() and any(is_legacy_font(font) for font in run.fonts):
                edits = [Edit("legacy", line.number, run.fonts[0], "", run.number)]
                yield at("unicode.legacy_font", line, run=run.number, edits=edits, found=run.fonts[0])
                break
        else:
            yield from _letters(line)


def _letters(line: Line) -> Iterator[Finding]:
    raw = "".join(run.text for run in line.runs)
    if raw.isascii():
        return
    if looks_legacy(raw):
        yield at("unicode.legacy_text", line)
        return
    if not unicodedata.is_normalized("NFC", raw):
        yield at("unicode.nfc", line, edits=[Edit("nfc", line.number, "", "")])
    if _ETH.search(raw):
        yield at("unicode.eth", line, edits=[Edit("text", line.number, a, b) for a, b in _eths(raw)])
    if _WIDTHLESS.search(raw):
        edits = [Edit("text", line.number, sign, "") for sign in sorted(set(_WIDTHLESS.findall(raw)))]
        yield at("unicode.widthless", line, edits=edits)
    if "\ufffd" in raw:
        yield at("unicode.broken", line)
    if _PRIVATE.search(raw):
        yield at("unicode.private", line)
    for found in _TWIN_WORD.finditer(raw) if not _TWINS.keys().isdisjoint(raw) else ():
        right = "".join(_TWINS.get(letter, letter) for letter in found[0])
        if any(letter not in _TWINS and letter.isalpha() for letter in found[0]):
            yield at("unicode.lookalike", line, edits=[Edit("text", line.number, found[0], right)], found=found[0])
            break


def _eths(raw: str) -> list[tuple[str, str]]:
    return [(letter, letter.translate(_ETHS)) for letter in sorted(set(_ETH.findall(raw)))]


def check_capitals(anatomy: Anatomy) -> Iterator[Finding]:
    """Annex II, where a pattern can tell; the body, its tables, the grounds and the annexes."""
    annexes = [line for annex in anatomy.annexes for line in annex.body]
    for line in (*anatomy.head.subject, *anatomy.citations, *anatomy.body, *anatomy.tables, *annexes):
        words = _BY_FIRST_WORD.keys() & _WORD.findall(line.text)
        for number in sorted({number for word in words for number in _BY_FIRST_WORD[word]}):
            capital, pattern = _PATTERNS[number]
            found = pattern.search(line.text)
            if found is not None:
                right = _right(capital, found[1])
                whole = found[0]
                place = found.start(1) - found.start()
                mended = whole[:place] + right + whole[place + len(found[1]) :]
                edits = [Edit("text", line.number, whole, mended)]
                yield at(f"6.capital.{capital.name}", line, edits=edits, found=found[1], wanted=right)
    yield from _beginnings(anatomy)


def _right(capital: Capital, found: str) -> str:
    match capital.right:
        case "title":
            return found[:1].upper() + found[1:]
        case "lower":
            return found.lower()
        case "each":
            return " ".join(word[:1].upper() + word[1:] for word in found.split())
        case "first":
            return found[:1].upper() + found[1:].lower()
        case right:
            return right


def _beginnings(anatomy: Anatomy) -> Iterator[Finding]:
    """A sentence and a line begin with a capital (Annex II, I)."""
    above = ""
    for line in anatomy.body:
        found = _SENTENCE.search(line.text)
        if found is not None:
            yield at("6.capital.sentence", line, found=found[0].strip())
        begins = _STARTS_LOW.match(line.text)
        ended = not above or above.endswith((".", ":", ";", "./."))
        if begins is not None and ended and not set(line.text) <= RULE_TEXT and not line.text.startswith("http"):
            place = begins.start("letter")
            right = line.text[:place] + line.text[place].upper() + line.text[place + 1 :]
            edits = [] if line.label else [Edit("text", line.number, line.text, right)]
            yield at("6.capital.line", line, edits=edits)
        above = line.text

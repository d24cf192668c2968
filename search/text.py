"""The one analysis: what is text to a person becomes the same ready tokens for every engine.

An engine only stores and matches tokens; folding, syllables, pairs and number forms are decided here. Folding keeps
the length of NFC text, so a place in the folded text is a place in the original.
"""

import codecs
import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import pairwise

# A change of this number makes every index outdated: it is part of the fingerprint.
ANALYSIS = 6

# What is longer is no word but noise, which engines would cut at places of their own.
_WORD = re.compile(r"[^\W_]{1,60}")
# Number and notation: digits with an optional letter, then groups after a slash, a hyphen or a blank.
_NUMBER = re.compile(r"(?:\bsố\s*:?\s*|\bso\s*:?\s*)?\b(\d{1,6}[a-zđ]?)((?:\s*[/\-–]\s*[^\W_]+)+)", re.IGNORECASE)
_LOOSE = re.compile(r"\d{1,6}")
_MOST_FRAGMENT = 12
# No syllable is longer than seven letters.
MOST_BEGINNING = 8
_YEAR = re.compile(r"(?:19|20)\d\d")
# Letters of which any row is NFC: Latin ones and signs, and no mark that a letter before it could take up.
_MAY_COMPOSE = re.compile(r"[^\x00-\u02ff\u1e00-\u1eff\u2010-\u2027]")
# A notation without its ordinal: `QĐ-UBND`, `BC/UBND`.
_NOTATION = re.compile(r"(?<![\w/\-–])[^\W\d_]+(?:[/\-–][^\W_]+)+")


def normalise(text: str) -> str:
    """NFC, with the Icelandic Ð that some keyboards type as the Vietnamese Đ."""
    # Asking Unicode's tables takes fifty times as long, and nearly every text here is made of these letters.
    composed = unicodedata.normalize("NFC", text) if _MAY_COMPOSE.search(text) else text
    return composed.replace("\u00d0", "\u0110").replace("\u00f0", "\u0111")


def lower(text: str) -> str:
    """Lower case letter by letter, so that no letter becomes two."""
    return text.translate(_LOWER)


def fold(text: str) -> str:
    """Lower case without marks (đ is d): `Quyết định` and `quyet dinh` are one; the length of NFC text stays."""
    try:
        # By way of one byte a letter: both tables are C's, and a dictionary asked letter by letter takes twelve times
        # as long.
        return codecs.charmap_decode(codecs.charmap_encode(text, "strict", _ENCODED)[0], "strict", _FOLDED)[0]
    except UnicodeEncodeError:
        return text.translate(_FOLD)


def syllables(text: str) -> list[str]:
    """The folded words of a text, in order."""
    return _WORD.findall(fold(normalise(text)))


def exact_syllables(text: str) -> list[str]:
    """The words with their marks; the two placements of a tone mark (hoà, hòa) are one."""
    return [_tone_last(word) for word in _WORD.findall(lower(normalise(text)))]


def both_syllables(text: str) -> tuple[list[str], list[str]]:
    """`syllables` and `exact_syllables` of a text in one go; each spelling is worked out once."""
    forms = [_forms(word) for word in _WORD.findall(normalise(text))]
    return [folded for folded, _ in forms], [exact for _, exact in forms]


@lru_cache(maxsize=200_000)
def _forms(word: str) -> tuple[str, str]:
    return fold(word), _tone_last(lower(word))


def pairs(words: list[str]) -> list[str]:
    """Neighbouring words as one token each."""
    return list(map("_".join, pairwise(words)))


def query_words(query: str) -> list[str]:
    """The folded words a hit must hold; the word "số" before digits only announces a number."""
    words = syllables(query)
    return [w for at, w in enumerate(words) if not (w == "so" and at + 1 < len(words) and words[at + 1].isdigit())]


def has_marks(text: str) -> bool:
    """Whether the person typed marks, and so meant them."""
    normal = normalise(text)
    return lower(normal) != fold(normal)


def plain(text: str) -> str:
    """NFC on one line: one spelling of a name."""
    return " ".join(normalise(text).split())


def beginnings(words: list[str]) -> list[str]:
    """Every beginning of every word, each once."""
    return list(dict.fromkeys(word[:end] for word in words for end in range(1, min(len(word), MOST_BEGINNING) + 1)))


def number_whole(notation: str) -> str | None:
    """One spelling for a whole number and notation: `012/BC-UBND` is `12/bc/ubnd`; None when there is no ordinal."""
    parts = _number_parts(notation)
    return "/".join(parts) if parts and parts[0][0].isdigit() else None


def number_wholes(notation: str) -> list[str]:
    """The spellings under which a whole number is found: `45/2026/NQ-HĐND` also without its year."""
    parts = _number_parts(notation)
    if not parts:
        return []
    wholes = ["/".join(parts)]
    if len(parts) > 2 and _YEAR.fullmatch(parts[1]):
        wholes.append("/".join([parts[0], *parts[2:]]))
    return wholes


def notation_parts(query: str) -> list[str]:
    """The parts of notations typed without an ordinal: `qđ-ubnd 2026` names `qd` and `ubnd`."""
    return [part for match in _NOTATION.finditer(normalise(query)) for part in _number_parts(match.group())]


def is_year(word: str) -> bool:
    """Whether a word reads as a year of this time."""
    return _YEAR.fullmatch(word) is not None


def bare(word: str) -> str:
    """Digits without leading zeros, anything else as it is."""
    return word.lstrip("0") or "0" if word.isdigit() else word


def number_parts(notation: str) -> list[str]:
    """The parts of a notation: ordinal, kind, agency."""
    return _number_parts(notation)


def number_fragments(notation: str) -> list[str]:
    """Every beginning of every part from two letters on, so that half a number finds the whole."""
    found: dict[str, None] = {}
    for part in _number_parts(notation):
        for end in range(1 if part.isdigit() else 2, min(len(part), _MOST_FRAGMENT) + 1):
            found[part[:end]] = None
        found[part] = None
    return list(found)


def numbers_in(query: str) -> list[str]:
    """The whole numbers a query names: `Số 012/BC-UBND`, `12 bc ubnd`, `12-bc-ubnd` are all `12/bc/ubnd`."""
    normal = normalise(query)
    found = ["/".join(_number_parts(f"{m.group(1)}{m.group(2)}")) for m in _NUMBER.finditer(normal)]
    words = [word for word in syllables(normal) if word != "so"]
    if not found and words and _LOOSE.fullmatch(words[0]) and 1 < len(words) <= 4:
        found.append("/".join([words[0].lstrip("0") or "0", *words[1:]]))
    return found


def _number_parts(notation: str) -> list[str]:
    words = [word for word in syllables(notation) if word != "so"]
    return [word.lstrip("0") or "0" if word.isdigit() else word for word in words]


def _lower_letter(letter: str) -> str:
    small = letter.lower()
    return small if len(small) == 1 else letter


def _fold_letter(letter: str) -> str:
    small = _lower_letter(letter)
    if small in {"đ", "ð"}:
        return "d"
    base = unicodedata.normalize("NFD", small)[0]
    return base if base.isalpha() or base == small else small


class _Table(dict[int, str]):
    """A table for `str.translate` that works out a letter when it is first met."""

    def __init__(self, letter: Callable[[str], str]) -> None:
        super().__init__()
        self._letter = letter

    def __missing__(self, code: int) -> str:
        self[code] = self._letter(chr(code))
        return self[code]


_LOWER, _FOLD = _Table(_lower_letter), _Table(_fold_letter)

_TONES = "\u0300\u0301\u0303\u0309\u0323"


def _usual_letters() -> str:
    """What nearly every text here is written with, on 256 places; \ufffe where there is nothing."""
    vowels = [unicodedata.normalize("NFC", vowel + tone) for vowel in "aăâeêioôơuưy" for tone in ("", *_TONES)]
    marked = [vowel for vowel in (*vowels, "đ") if not vowel.isascii()]
    ascii_letters = "\0\t\n\r" + "".join(map(chr, range(32, 127)))
    letters = ascii_letters + "".join(marked) + "".join(marked).upper() + "–—“”‘’…•\u00a0²³°§"
    return letters.ljust(256, "\ufffe")


_ENCODED = codecs.charmap_build(_usual_letters())
_FOLDED = _usual_letters().translate(_FOLD)


@lru_cache(maxsize=100_000)
def _tone_last(word: str) -> str:
    """The tone mark moved to the word's end, so that its place among the vowels does not matter."""
    letters = unicodedata.normalize("NFD", word)
    tones = "".join(letter for letter in letters if letter in _TONES)
    return unicodedata.normalize("NFC", "".join(letter for letter in letters if letter not in _TONES)) + tones


def words_with_places(text: str) -> Iterator[tuple[str, int, int]]:
    """The folded words of NFC text with their beginnings and ends."""
    for match in _WORD.finditer(fold(text)):
        yield match.group(), match.start(), match.end()

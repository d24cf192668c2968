"""Letters of the old eight-bit fonts, TCVN3 (".VnTime") and VNI ("VNI-Times"), as Unicode.

Files of the nineties live on in copied paragraphs: the font shows Vietnamese, the letters underneath are Latin-1.
"""

import re
import unicodedata
from functools import cache

_TCVN3 = dict(
    zip(
        "µ¸¶·¹¨»¾¼½Æ©ÇÊÈÉË®ÌÐÎÏÑªÒÕÓÔÖ×ÝØÜÞßãáâä«åèæçé¬êíëìîïóñòô\u00adõøö÷ùúýûüþ¡¢£¤¥¦§",
        "àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵĂÂÊÔƠƯĐ",
        strict=True,
    )
)
_GRAVE, _ACUTE, _HOOK, _TILDE, _DOT, _ROOF, _BOWL = "\u0300\u0301\u0309\u0303\u0323\u0302\u0306"
_TONES = {"ø": _GRAVE, "ù": _ACUTE, "û": _HOOK, "õ": _TILDE, "ï": _DOT}
_ROOFED = {"â": "", "à": _GRAVE, "á": _ACUTE, "å": _HOOK, "ã": _TILDE, "ä": _DOT}
_BOWLED = {"ê": "", "è": _GRAVE, "é": _ACUTE, "ú": _HOOK, "ü": _TILDE, "ë": _DOT}
_ALONE = {"ñ": "đ", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ", "ô": "ơ", "ö": "ư"}
# Signs that stand inside words in mangled text, and in no Vietnamese word.
_STRANGE = "©®µ¸¶·¹¨«¬»¼½¾×÷þßæøåäïîëöüûñçÆØÅÄÏÎËÖÜÛÑÇÞ§¡¢£¤¥¦ª"
_MANGLED = re.compile(rf"[A-Za-zÀ-ÿ][{_STRANGE}]|[{_STRANGE}][a-zà-ÿ]")
_VIETNAMESE = re.compile("[\u0102\u0103\u0110\u0111\u01a0\u01a1\u01af\u01b0\u1ea0-\u1ef9]")


def is_legacy_font(name: str) -> bool:
    """Whether a family is one of the old eight-bit fonts."""
    return _is_tcvn3(name) or _is_vni(name)


def _is_tcvn3(name: str) -> bool:
    return name.lower().startswith(".vn")


def _is_vni(name: str) -> bool:
    return name.upper().startswith(("VNI-", "VNI "))


def looks_legacy(text: str) -> bool:
    """Whether a text reads like old letters in a Unicode font: no Vietnamese letter, strange signs inside words."""
    return len(_MANGLED.findall(text)) >= 2 and not _VIETNAMESE.search(text)


def converted(text: str, font: str) -> str:
    """The text in Unicode; of a capital font (`.VnTimeH`) in capitals. Any other font leaves it to the text."""
    if _is_vni(font) or (not _is_tcvn3(font) and _reads_as_vni(text)):
        return _from_vni(text)
    made = "".join(_TCVN3.get(letter, letter) for letter in text)
    return made.upper() if _is_tcvn3(font) and font.endswith("H") else made


def _reads_as_vni(text: str) -> bool:
    pairs = sum(1 for pair, _ in _pairs().items() if pair in text)
    return pairs > sum(1 for letter in text if letter in "©®µ¸¶·¹¨«¬»¼½¾×÷þß\u00ad")


def _from_vni(text: str) -> str:
    pairs, made, at = _pairs(), [], 0
    while at < len(text):
        two = pairs.get(text[at : at + 2])
        made.append(two or pairs.get(text[at], text[at]))
        at += 2 if two else 1
    return "".join(made)


@cache
def _pairs() -> dict[str, str]:
    """VNI: a letter and the sign of its mark behind it; single letters too."""
    made: dict[str, str] = {}

    def put(base: str, sign: str, letter: str) -> None:
        composed = unicodedata.normalize("NFC", letter)
        made[base + sign] = composed
        made[base.upper() + sign.upper()] = composed.upper()
        made[base.upper() + sign] = composed.upper()

    for vowel in "aeoyu":
        for sign, mark in _TONES.items():
            put(vowel, sign, vowel + mark)
    for vowel in "aeo":
        for sign, mark in _ROOFED.items():
            put(vowel, sign, vowel + _ROOF + mark)
    for sign, mark in _BOWLED.items():
        put("a", sign, "a" + _BOWL + mark)
    for old, new in _ALONE.items():
        made[old], made[old.upper()] = new, new.upper()
    for old, new in (("ô", "ơ"), ("ö", "ư")):
        for sign, mark in _TONES.items():
            put(old, sign, unicodedata.normalize("NFD", new) + mark)
    return made

"""What a mistyped word may have meant: a keyboard without its Vietnamese input method, or a letter gone wrong.

Candidates are spellings only; whether a document says one of them is asked of the index, for what the person may see.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence

from search.text import fold, lower, normalise, words_with_places

_ONSET = "b|ch|c|d|gh|gi|g|h|kh|k|l|m|ngh|ng|nh|n|ph|p|qu|q|r|s|th|tr|t|v|x"
_RIME = (
    "a|ac|ach|ai|am|an|ang|anh|ao|ap|at|au|ay|e|ec|ech|em|en|eng|enh|eo|ep|et|eu|i|ia|ich|iec|iem|ien|ieng|iep|iet|"
    "ieu|im|in|inh|ip|it|iu|o|oa|oac|oach|oai|oam|oan|oang|oanh|oao|oat|oay|oc|oe|oen|oeo|oet|oi|om|on|ong|ooc|oong|"
    "op|ot|u|ua|uan|uang|uat|uay|uc|ue|uech|uenh|ui|um|un|ung|uo|uoc|uoi|uom|uon|uong|uop|uot|uou|up|ut|uu|uy|uya|"
    "uych|uyen|uyet|uynh|uyt|uyu|y|yem|yen|yet|yeu|ynh"
)
_SYLLABLE = re.compile(f"(?:{_ONSET})?(?:{_RIME})")
_LETTERS = "abcdeghiklmnopqrstuvxy"
_MOST = 150
_SHAPES = {"aa": "â", "ee": "ê", "oo": "ô", "aw": "ă", "ow": "ơ", "uw": "ư", "dd": "đ"}
_TELEX_TONES = {"f": "\u0300", "s": "\u0301", "x": "\u0303", "r": "\u0309", "j": "\u0323"}
_VNI_TONES = {"2": "\u0300", "1": "\u0301", "4": "\u0303", "3": "\u0309", "5": "\u0323"}
_VNI_SHAPES = {"6": {"a": "â", "e": "ê", "o": "ô"}, "7": {"o": "ơ", "u": "ư"}, "8": {"a": "ă"}, "9": {"d": "đ"}}
_TELEX_WORD = re.compile(r"[a-zA-Z]+")
_VNI_WORD = re.compile(r"[a-zA-Z]+[1-9][a-zA-Z1-9]*")


def is_syllable(word: str) -> bool:
    """Whether a folded word is built like a Vietnamese syllable."""
    return _SYLLABLE.fullmatch(word) is not None


def without_input_method(text: str) -> list[str]:
    """What `quyeets ddinhj` (Telex) or `quye6t1 d9i5nh` (VNI) would have become; without what stays the same."""
    normal = normalise(text)
    read = (_TELEX_WORD.sub(_from_telex, normal), _VNI_WORD.sub(_from_vni, normal))
    return [other for other in dict.fromkeys(read) if other != normal]


def near(word: str) -> tuple[str, ...]:
    """Folded syllables one slip from a folded word: a letter too many, too few, wrong or swapped; two run together.

    Two syllables are joined by `_`, as the index's pairs are.
    """
    if not word.isalpha() or len(word) < 2:
        return ()
    parts = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    joined = [f"{head}_{tail}" for head, tail in parts if is_syllable(head) and is_syllable(tail)]
    swapped = [head + tail[1] + tail[0] + tail[2:] for head, tail in parts if len(tail) > 1]
    shorter = [head + tail[1:] for head, tail in parts if tail]
    other = [head + letter + tail[1:] for head, tail in parts if tail for letter in _LETTERS]
    longer = [head + letter + tail for head, tail in parts for letter in _LETTERS]
    made = dict.fromkeys((*swapped, *shorter, *longer, *other))
    return tuple(dict.fromkeys((*joined, *(found for found in made if found != word and is_syllable(found)))))[:_MOST]


def best_spelling(candidates: Sequence[str], texts: Sequence[str], *, before: str, after: str) -> str | None:
    """The candidate the texts say most often, as they spell it; beside the word before or after it counts more."""
    wanted = {tuple(candidate.split("_")) for candidate in candidates}
    often: Counter[str] = Counter()
    for text in texts:
        normal = normalise(text)
        found = list(words_with_places(normal))
        for at, (word, begin, _) in enumerate(found):
            for length in (1, 2):
                key = (word,) if length == 1 else (word, found[at + 1][0] if at + 1 < len(found) else "")
                if key not in wanted:
                    continue
                spelt = " ".join(lower(normal[begin : found[at + length - 1][2]]).split())
                near_before = bool(before) and at > 0 and found[at - 1][0] == before
                near_after = bool(after) and at + length < len(found) and found[at + length][0] == after
                often[spelt] += 1 + 20 * (near_before + near_after)
    return max(often, key=lambda spelt: (often[spelt], spelt)) if often else None


def _from_telex(match: re.Match[str]) -> str:
    typed = match.group()
    word, tone = typed.lower(), ""
    for at in range(len(word) - 1, 0, -1):
        if word[at] in _TELEX_TONES and any(vowel in word[:at] for vowel in "aeiouy"):
            tone, word = _TELEX_TONES[word[at]], word[:at] + word[at + 1 :]
            break
    for pair, shape in _SHAPES.items():
        word = word.replace(pair, shape)
    word = word.replace("uơ", "ươ")
    return _accept(word, tone, typed)


def _from_vni(match: re.Match[str]) -> str:
    typed = match.group()
    word, tone = "", ""
    for letter in typed.lower():
        if letter in _VNI_TONES:
            tone = _VNI_TONES[letter]
        elif letter in _VNI_SHAPES:
            shapes = _VNI_SHAPES[letter]
            at = next((at for at in range(len(word) - 1, -1, -1) if word[at] in shapes), None)
            if at is None:
                return typed
            word = word[:at] + shapes[word[at]] + word[at + 1 :]
        else:
            word += letter
    return _accept(word.replace("uơ", "ươ"), tone, typed)


def _accept(word: str, tone: str, typed: str) -> str:
    """The word with its tone on its main vowel, when it is a syllable and something was meant; else as typed."""
    if word == typed.lower() and not tone:
        return typed
    if not is_syllable(fold(word)):
        return typed
    at = _main_vowel(word)
    marked = unicodedata.normalize("NFC", word[: at + 1] + tone + word[at + 1 :])
    return marked.capitalize() if typed[0].isupper() else marked


def _main_vowel(word: str) -> int:
    """Where the tone stands: on a letter with a shape, else the first of two vowels, the second before a consonant."""
    shaped = [at for at, letter in enumerate(word) if letter in "âêôăơư"]
    if shaped:
        return shaped[-1]
    begin = 2 if word.startswith(("qu", "gi")) and len(word) > 2 and word[2] in "aeiouy" else 0
    vowels = [at for at, letter in enumerate(word) if letter in "aeiouy" and at >= begin]
    if len(vowels) == 3 or (len(vowels) == 2 and vowels[-1] < len(word) - 1):
        return vowels[1]
    return vowels[0]

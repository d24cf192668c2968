"""How what somebody is typing may go on, by the titles given: those the person may see, and no others."""

from collections import Counter
from collections.abc import Sequence

from search.text import normalise, syllables, words_with_places

# So many words beyond the typed ones; no suggestion ends in one of these.
_FURTHER = 4
_OPEN_ENDED = frozenset("ve cua va tai cac o theo cho tu den voi la do nam ngay thang so".split())  # noqa: SIM905


def completions(typed: str, titles: Sequence[str], *, most: int = 6) -> list[str]:
    """Pieces of titles that begin with the typed words, the most frequent first, in the titles' own spelling."""
    words = syllables(typed)
    if not words:
        return []
    often: Counter[tuple[str, ...]] = Counter()
    spelt: dict[tuple[str, ...], str] = {}
    for title in titles:
        for key, piece in _pieces(normalise(title), words):
            often[key] += 1
            spelt.setdefault(key, piece)
    whole = {key for key in often if not _goes_on(key, often)}
    best = sorted(whole, key=lambda key: (-often[key], len(key), key))
    return [spelt[key] for key in best[:most]]


def _pieces(title: str, words: Sequence[str]) -> list[tuple[tuple[str, ...], str]]:
    found = list(words_with_places(title))
    folded = [word for word, _, _ in found]
    pieces: dict[tuple[str, ...], str] = {}
    for at in range(len(found) - len(words) + 1):
        last = at + len(words) - 1
        if folded[at:last] != list(words[:-1]) or not folded[last].startswith(words[-1]):
            continue
        if any(not _is_joined(title, found[place], found[place + 1]) for place in range(at, last)):
            continue
        for end in range(last, min(len(found), last + _FURTHER + 1)):
            if end > last and not _is_joined(title, found[end - 1], found[end]):
                break
            if folded[end] not in _OPEN_ENDED:
                pieces.setdefault(tuple(folded[at : end + 1]), title[found[at][1] : found[end][2]])
    return list(pieces.items())


def _is_joined(title: str, first: tuple[str, int, int], second: tuple[str, int, int]) -> bool:
    """Whether nothing but a blank or a comma stands between: `phòng, chống thiên tai` is one piece."""
    return not title[first[2] : second[1]].strip(" ,")


def _goes_on(key: tuple[str, ...], often: Counter[tuple[str, ...]]) -> bool:
    """Whether a longer piece is as frequent, and so says more."""
    return any(len(other) > len(key) and other[: len(key)] == key and often[other] == often[key] for other in often)

"""Other names of the same thing, as data: abbreviations of offices and kinds, places before and after 1 July 2025.

`data/abbreviations.tsv` and `data/places.tsv` say where they come from. An other name widens what matches and adds
little to the score, so the literal hit stays first.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from search.clauses import Term
from search.text import pairs, syllables

_DATA = Path(__file__).parent / "data"
_KINDS_OF_PLACE = (
    ("phuong",),
    ("xa",),
    ("thi", "tran"),
    ("thi", "xa"),
    ("thanh", "pho"),
    ("quan",),
    ("huyen",),
    ("tinh",),
    ("dac", "khu"),
    ("p",),
    ("x",),
    ("tt",),
    ("tp",),
)
_LONGEST_NAME = 6
# A name that so many places had says nothing without its district or province.
_MOST_PLACES = 3


@dataclass(frozen=True)
class Alternative:
    """Where `words` of the query stand, all `terms` together may stand instead; `spelt` is the other name itself."""

    words: tuple[str, ...]
    terms: tuple[Term, ...]
    spelt: tuple[str, ...] = ()


@dataclass(frozen=True)
class Place:
    """A commune: bare folded name, and what lies around it (district, former and present province)."""

    kind: tuple[str, ...]
    name: tuple[str, ...]
    around: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Names:
    """`long` from abbreviation to words, `short` the reverse; `others` from a place's name to place and successor."""

    long: Mapping[str, tuple[tuple[str, ...], ...]]
    short: Mapping[tuple[str, ...], tuple[str, ...]]
    others: Mapping[tuple[str, ...], tuple[tuple[Place, Place], ...]]


def alternatives(words: list[str]) -> list[Alternative]:
    """The other names of what the folded words of a query name."""
    found = list(dict.fromkeys([*_abbreviations(words), *_places(words)]))
    return [other for other in found if not set(other.terms) <= {Term("u", word) for word in words}]


def place_names() -> tuple[str, ...]:
    """The present communes of the table, in its order, each once."""
    return tuple(dict.fromkeys(row[3] for row in _rows("places.tsv")))


def _abbreviations(words: list[str]) -> Iterator[Alternative]:
    names = load_names()
    for word in words:
        for meaning in names.long.get(word, ()):
            yield Alternative((word,), _name_terms(meaning), meaning)
    for _, _, span in _spans(words):
        for short in names.short.get(span, ()):
            yield Alternative(span, (Term("u", short),), (short,))


def _places(words: list[str]) -> Iterator[Alternative]:
    names = load_names()
    taken: set[int] = set()
    for begin, end, span in sorted(_spans(words), key=lambda spot: spot[0] - spot[1]):
        if span not in names.others or not taken.isdisjoint(range(begin, end)):
            continue
        found = list(_named(words[:begin], span, words[end:]))
        if found:
            taken.update(range(begin, end))
        yield from found


def _named(before: list[str], name: tuple[str, ...], after: list[str]) -> Iterator[Alternative]:
    """The successors or forerunners of the place meant: by its district or province, or as one of few of its name."""
    kind = next((kind for kind in _KINDS_OF_PLACE if tuple(before[-len(kind) :]) == kind), ())
    known = [(place, other) for place, other in load_names().others[name] if _may_be(place, kind)]
    rest = [*before, *after]
    near = [(place, other) for place, other in known if any(_holds(rest, around) for around in place.around)]
    if not near and (kind or not rest) and len({place for place, _ in known}) <= _MOST_PLACES:
        near = known
    for place, other in near:
        told = tuple(word for around in place.around if _holds(rest, around) for word in around)
        yield Alternative((*kind, *name, *told), _place_terms(other), _full_name(other))


def _may_be(place: Place, kind: tuple[str, ...]) -> bool:
    """Whether a place may be meant by a name after such a kind; a name of one syllable needs its own kind."""
    return len(place.name) > 1 or place.kind == kind


def _full_name(place: Place) -> tuple[str, ...]:
    """The name that says enough: with its kind where it is one syllable."""
    return place.name if len(place.name) > 1 else (*place.kind, *place.name)


def _place_terms(place: Place) -> tuple[Term, ...]:
    """A place by its name, and a former one with its district."""
    district = place.around[0] if place.around else ()
    return (*_name_terms(_full_name(place)), *(_name_terms(district) if district else ()))


def _name_terms(words: tuple[str, ...]) -> tuple[Term, ...]:
    return tuple(Term("p", pair) for pair in pairs(list(words))) or (Term("u", words[0]),)


def _spans(words: list[str]) -> Iterator[tuple[int, int, tuple[str, ...]]]:
    for begin in range(len(words)):
        for end in range(begin + 1, min(len(words), begin + _LONGEST_NAME) + 1):
            yield begin, end, tuple(words[begin:end])


def _holds(words: list[str], name: tuple[str, ...]) -> bool:
    return bool(name) and any(tuple(words[at : at + len(name)]) == name for at in range(len(words)))


@cache
def load_names() -> Names:
    """Both tables, read once."""
    long: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    short: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for abbreviation, meaning, way in _rows("abbreviations.tsv"):
        (letters,), words = syllables(abbreviation), tuple(syllables(meaning))
        long[letters].append(words)
        if way == "both":
            short[words].append(letters)
    others: dict[tuple[str, ...], list[tuple[Place, Place]]] = defaultdict(list)
    for old_province, district, old_commune, commune, province in _rows("places.tsv"):
        old_kind, old_name = _bare_name(old_commune)
        kind, name = _bare_name(commune)
        old_around, around = _bare_name(district)[1], _bare_name(province)[1]
        old = Place(old_kind, old_name, (old_around, _bare_name(old_province)[1], around))
        new = Place(kind, name, ())
        others[old_name].append((old, new))
        others[name].append((Place(kind, name, (around,)), old))
    return Names(
        {key: tuple(values) for key, values in long.items()},
        {key: tuple(values) for key, values in short.items()},
        {key: tuple(dict.fromkeys(values)) for key, values in others.items()},
    )


def _bare_name(name: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Kind and name apart, folded: `Phường Thành Vinh` is (`phuong`) and (`thanh`, `vinh`)."""
    words = tuple(syllables(name))
    for kind in _KINDS_OF_PLACE:
        if words[: len(kind)] == kind and len(words) > len(kind):
            return kind, words[len(kind) :]
    return (), words


def _rows(file: str) -> Iterator[list[str]]:
    """The rows of a table after its remarks and its headings."""
    lines = (_DATA / file).read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
    yield from rows[1:]

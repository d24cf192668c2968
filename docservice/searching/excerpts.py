"""The piece of a text that shows why it was found."""

from collections.abc import Sequence
from dataclasses import dataclass

from search import normalise, places_in, syllables

LENGTH = 240
# Marked words are looked for in steps of so many letters, up to so many in all: an excerpt of a book costs no more.
_STEP, _LONGEST = 1_200, 240_000
_BEFORE = 60
# So many marked letters say enough, or each word of a short query once.
_ENOUGH = 40

Span = tuple[int, int]


@dataclass(frozen=True)
class Excerpt:
    """On one line, with the places of the query's words."""

    text: str
    spans: tuple[Span, ...]


def excerpt(body: str, query: str) -> Excerpt:
    """The piece of a body where the query's words stand closest; its beginning where they do not stand."""
    best, most = Excerpt("", ()), 0
    enough = min(_ENOUGH, sum(map(len, syllables(query))))
    for at in range(0, min(len(body), _LONGEST), _STEP):
        # Each step begins a little early, so that no piece is cut between two.
        part = normalise(" ".join(body[max(0, at - LENGTH) : at + _STEP].split()))
        places = places_in(part, query)
        begin, held = _densest(places)
        if not best.text or held > most:
            best, most = _cut(part, begin, places), held
        if held >= enough:
            break
    return best


def _cut(part: str, begin: int, places: Sequence[Span]) -> Excerpt:
    """A piece of whole words from a little before `begin`, with the places that lie in it."""
    begin = max(0, begin - _BEFORE)
    begin = part.rfind(" ", 0, begin) + 1 if begin else 0
    piece = part[begin : begin + LENGTH]
    if begin + LENGTH < len(part):
        piece = piece.rpartition(" ")[0] or piece
    end = begin + len(piece)
    inside = tuple(
        (max(first, begin) - begin, min(last, end) - begin) for first, last in places if first < end and last > begin
    )
    return Excerpt(piece, inside)


def _densest(places: Sequence[Span]) -> tuple[int, int]:
    """Where a window holds the most marked letters, and how many."""
    best = most = held = first = 0
    for last, (_, end) in enumerate(places):
        held += end - places[last][0]
        while end - places[first][0] > LENGTH - _BEFORE and first < last:
            held -= places[first][1] - places[first][0]
            first += 1
        if held > most:
            best, most = places[first][0], held
    return best, most

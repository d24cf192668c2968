"""From a query to a plan: what must match, what adds to the score, and with which measured weight.

The field plan and weights were measured on questions over Vietnamese law: all text folded (u), its neighbouring pairs
(p), the title once more and lightly (t, tp), pairs with their marks where the person typed marks (px), numbers apart.
"""

import math
from collections import Counter
from collections.abc import Iterator, Mapping

from search import text as analysis
from search.asking import Asked, read_query
from search.clauses import AllOf, AnyOf, Clause, Days, Phrase, Plan, Scored, Term, all_of, any_of
from search.index import Facet, Like, Order, Query
from search.names import Alternative, alternatives

# Between .35 and 1 the weight of pairs made no difference on those questions. More weight of marks tells look-alikes
# apart, and moves queries with marks away from those without. What other weights would do: tests/search/weights.py.
WEIGHTS = {"u": 1.0, "p": 0.75, "t": 0.25, "tp": 0.1875, "px": 0.25, "px_short": 2.0}
_WHOLE, _FIRST, _PART = 1000.0, 200.0, 30.0
# Who begins with the name of a kind ("báo cáo ...") means documents of this kind before those that speak of it.
_KIND, _LONGEST_KIND = 4.0, 4
_SHORT_QUERY, _LONG_SHARE = 4, 0.6
# Another name of the same thing counts, but below the name that was typed.
_OTHER_NAME = 0.1
# Of a text that others shall be like, so many letters are read, and so many of its pairs asked for; others hold so much
# of them. A pair in both titles counts more.
_READ_OF_LIKE, _PAIRS_OF_LIKE, _SHARE_OF_LIKE, _TITLE_OF_LIKE = 20_000, 24, 0.3, 1.5


def plans(query: Query) -> Iterator[Plan]:
    """The tries: first as strict as the rule wants, then with fewer and fewer words.

    A hit holds every syllable of a short query (up to 4), at least 60 % of a longer one.
    """
    if query.among == ():
        return
    if query.like is not None:
        yield from _similar(query, query.like)
        return
    if query.half_typed:
        yield from _half_typed(query)
        return
    asked = read_query(query.text)
    filters = [*_filters(query), *_fields(asked)]
    excluded = tuple(_phrase(text) for text in asked.excluded)
    if not asked.words:
        yield Plan(tuple(filters), excluded, ())
        return
    filters += [_phrase(text) for text in asked.phrases]
    others = alternatives(list(asked.words))
    scoring = tuple(_scoring(asked, others))
    distinct = list(dict.fromkeys(asked.words))
    strict = len(distinct) if len(distinct) <= _SHORT_QUERY else math.ceil(len(distinct) * _LONG_SHARE)
    for needed in _fewer_and_fewer(strict):
        wanted = _enough(asked, distinct, needed, others, query.instead)
        yield Plan((*filters, wanted), excluded, scoring, relaxed=needed < strict)


def _fewer_and_fewer(strict: int) -> Iterator[int]:
    """So many words, then a quarter less each time down to one: a long query that finds nothing ends soon."""
    needed = strict
    while needed:
        yield needed
        needed = min(needed - 1, needed * 3 // 4)


def is_ranked(query: Query) -> bool:
    """Whether there is anything to rank by; without words the newest come first."""
    if query.order is Order.NEWEST and query.like is None:
        return False
    return query.like is not None or bool(read_query(query.text).words)


def _filters(query: Query) -> list[Clause]:
    """Conditions outside the score: who may see it, direction, facets."""
    filters: list[Clause] = [any_of([Term("readers", token) for token in sorted(query.readers)])]
    chosen = {
        "direction": query.direction,
        Facet.YEAR: None if query.year is None else str(query.year),
        Facet.KIND: query.kind,
        Facet.ISSUER: None if query.issuer is None else analysis.plain(query.issuer),
        Facet.CASE_FILE: query.case_file,
        Facet.RETENTION: query.retention,
    }
    filters += [Term(field, value) for field, value in chosen.items() if value is not None]
    if query.among is not None:
        filters.append(any_of([Term("id", identifier) for identifier in query.among]))
    return filters


def _half_typed(query: Query) -> Iterator[Plan]:
    """What somebody who is still typing may mean: titles with these words, the last one begun; or a number begun."""
    words = analysis.query_words(query.text)
    if not words:
        return
    last = words[-1][: analysis.MOST_BEGINNING]
    begun = [*(Term("t", word) for word in words[:-1]), Term("begin", last)]
    # A part of a number is known from two letters on.
    number = [Term("fragment", analysis.bare(word)) for word in words if len(word) > 1 or word.isdigit()]
    wanted = any_of([all_of(list(dict.fromkeys(side))) for side in (begun, number) if side])
    scoring = tuple(Scored(Term("tp", pair), 1.0) for pair in analysis.pairs(words[:-1]))
    yield Plan((*_filters(query), wanted), (), (*scoring, *_number_scoring(words, query.text)))


def _similar(query: Query, like: Like) -> Iterator[Plan]:
    """Entries that share the pairs of a title, or a good part of the pairs that a text says most often."""
    title = analysis.pairs(analysis.syllables(like.title))
    often = Counter(analysis.pairs(analysis.syllables(like.body[:_READ_OF_LIKE])))
    said = [pair for pair, count in often.most_common(_PAIRS_OF_LIKE) if count > 1]
    pairs = list(dict.fromkeys([*title, *said]))
    if not pairs:
        return
    wanted = AnyOf(tuple(Term("p", pair) for pair in pairs), max(2, math.ceil(len(pairs) * _SHARE_OF_LIKE)))
    if len(pairs) < 2:
        return
    scoring = [Scored(Term("tp", pair), _TITLE_OF_LIKE) for pair in dict.fromkeys(title)]
    scoring += [Scored(Term("p", pair), 1.0) for pair in pairs]
    yield Plan((*_filters(query), wanted), (Term("id", like.but_not),), tuple(scoring))


def _fields(asked: Asked) -> list[Clause]:
    """What the query's own fields demand."""
    filters: list[Clause] = [_number(text) for text in asked.numbers]
    for text in asked.in_body:
        words = analysis.syllables(text)
        filters += [Term("b", word) for word in dict.fromkeys(words)]
        filters += [_phrase(text)] if len(words) > 1 else []
    for text in asked.in_title:
        words = analysis.syllables(text)
        filters += [Term("t", word) for word in dict.fromkeys(words)]
        filters += [Term("tp", pair) for pair in dict.fromkeys(analysis.pairs(words))]
    if asked.since or asked.until:
        since, until = asked.since, asked.until
        filters.append(Days(since.toordinal() if since else 1, until.toordinal() if until else None))
    return filters


def _number(text: str) -> Clause:
    """A number, whole or in pieces, each of which may be the beginning of a part."""
    parts = analysis.number_parts(text)
    pieces: list[Clause] = [Term("fragment", part) for part in parts]
    return any_of([Term("whole", "/".join(parts)), all_of(pieces)])


def _phrase(text: str) -> Clause:
    """Words side by side; where marks were typed, with these marks."""
    words = analysis.syllables(text)
    if len(words) == 1:
        return Term("u", words[0])
    if not analysis.has_marks(text):
        return Phrase(tuple(words))
    exact = analysis.pairs(analysis.exact_syllables(text))
    return AllOf((Phrase(tuple(words)), *(Term("px", pair) for pair in dict.fromkeys(exact))))


def _enough(
    asked: Asked, words: list[str], needed: int, others: list[Alternative], instead: Mapping[str, tuple[str, ...]]
) -> Clause:
    """At least so many of the words, or the number the query names."""
    numbers: list[Clause] = [Term("whole", whole) for whole in dict.fromkeys(analysis.numbers_in(asked.free))]
    if len(words) == 1:
        # One word may be half a number: `1246`, `BC`.
        return any_of([_word(words[0], others, instead), Term("fragment", analysis.bare(words[0]))])
    terms = [_word(word, others, instead) for word in words]
    enough = all_of(terms) if needed == len(words) else AnyOf(tuple(terms), needed)
    return any_of([enough, *numbers])


def _word(word: str, others: list[Alternative], instead: Mapping[str, tuple[str, ...]]) -> Clause:
    """A word in the text, or in another name; digits also as they stand in a number or as the document's year."""
    forms: list[Clause] = [Term("u", word)]
    if word in instead:
        # Two syllables written as one are their pair.
        return any_of([Term("p" if "_" in other else "u", other) for other in instead[word]])
    if word.isdigit():
        forms.append(Term("first", analysis.bare(word)))
    if analysis.is_year(word):
        forms.append(Term(Facet.YEAR, word))
    forms += [all_of(list(other.terms)) for other in others if word in other.words]
    return any_of(list(dict.fromkeys(forms)))


def _scoring(asked: Asked, others: list[Alternative]) -> Iterator[Scored]:
    words, free = list(asked.words), asked.free
    pairs = analysis.pairs(words)
    tokens = [("u", word) for word in words] + [("p", pair) for pair in pairs]
    tokens += [("t", word) for word in words] + [("tp", pair) for pair in pairs]
    yield from (Scored(Term(field, token), WEIGHTS[field]) for field, token in tokens)
    if analysis.has_marks(free):
        # In a keyword or two the marks are what tells look-alikes apart; in a question they only add to the words.
        weight = WEIGHTS["px_short" if len(words) <= _SHORT_QUERY else "px"]
        exact = analysis.pairs(analysis.exact_syllables(free))
        yield from (Scored(Term("px", pair), weight) for pair in exact)
    for term in dict.fromkeys(term for other in others for term in other.terms):
        yield Scored(term, _OTHER_NAME)
    yield from _number_scoring(words, free)
    kinds = ["_".join(words[:length]) for length in range(1, min(len(words), _LONGEST_KIND) + 1)]
    yield from (Scored(Term("kind_name", kind), _KIND, constant=True) for kind in kinds)


def _number_scoring(words: list[str], free: str) -> Iterator[Scored]:
    """What a number in the query adds: whole, its ordinal, the other parts."""
    numbers = analysis.numbers_in(free)
    parts = {part for whole in numbers for part in whole.split("/")[1:]} | set(analysis.notation_parts(free))
    firsts = {whole.split("/")[0] for whole in numbers}
    if len(words) == 1 and words[0].isdigit():
        firsts.add(analysis.bare(words[0]))
    yield from (Scored(Term("whole", whole), _WHOLE, constant=True) for whole in sorted(set(numbers)))
    yield from (Scored(Term("first", first), _FIRST, constant=True) for first in sorted(firsts))
    yield from (Scored(Term("part", part), _PART, constant=True) for part in sorted(parts))

"""From a query to a plan: what must match, what adds to the score, and with which measured weight.

The field plan and weights were measured on questions over Vietnamese law: all text folded (u), its neighbouring pairs
(p), the title once more and lightly (t, tp), pairs with their marks where the person typed marks (px), numbers apart.
"""

import math
from collections.abc import Iterator

from search import text as analysis
from search.asking import Asked, read_query
from search.clauses import AllOf, AnyOf, Clause, Days, Phrase, Plan, Scored, Term, all_of, any_of
from search.index import Query
from search.names import Alternative, alternatives

# Between .35 and 1 the weight of pairs made no difference on those questions; .75 was the evenest between queries with
# marks and without on tests/search/judged.py.
_WEIGHTS = {"u": 1.0, "p": 0.75, "t": 0.25, "tp": 0.1875, "px": 0.5}
_MARKS_IN_SHORT = 1.0
_WHOLE, _FIRST, _PART = 1000.0, 200.0, 30.0
# Who begins with the name of a kind ("báo cáo ...") means documents of this kind before those that speak of it.
_KIND, _LONGEST_KIND = 4.0, 4
_SHORT_QUERY, _LONG_SHARE = 4, 0.6
# Another name of the same thing counts, but below the name that was typed.
_OTHER_NAME = 0.1


def plans(query: Query) -> Iterator[Plan]:
    """The tries: first as strict as the rule wants, then with fewer and fewer words.

    A hit holds every syllable of a short query (up to 4), at least 60 % of a longer one.
    """
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
    for needed in range(strict, 0, -1):
        wanted = _enough(asked, distinct, needed, others)
        yield Plan((*filters, wanted), excluded, scoring, relaxed=needed < strict)


def is_ranked(query: Query) -> bool:
    """Whether there is anything to rank by; without words the newest come first."""
    return bool(read_query(query.text).words)


def _filters(query: Query) -> list[Clause]:
    """Conditions outside the score: who may see it, kind, direction, year."""
    filters: list[Clause] = [any_of([Term("readers", token) for token in sorted(query.readers)])]
    if query.kind is not None:
        filters.append(Term("kind", query.kind.replace(" ", "_")))
    if query.direction is not None:
        filters.append(Term("direction", query.direction))
    if query.year is not None:
        filters.append(Term("year", str(query.year)))
    return filters


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


def _enough(asked: Asked, words: list[str], needed: int, others: list[Alternative]) -> Clause:
    """At least so many of the words, or the number the query names."""
    numbers: list[Clause] = [Term("whole", whole) for whole in dict.fromkeys(analysis.numbers_in(asked.free))]
    if len(words) == 1:
        # One word may be half a number: `1246`, `BC`.
        return any_of([_word(words[0], others), Term("fragment", analysis.bare(words[0]))])
    terms = [_word(word, others) for word in words]
    enough = all_of(terms) if needed == len(words) else AnyOf(tuple(terms), needed)
    return any_of([enough, *numbers])


def _word(word: str, others: list[Alternative]) -> Clause:
    """A word in the text, or in another name; digits also as they stand in a number or as the document's year."""
    forms: list[Clause] = [Term("u", word)]
    if word.isdigit():
        forms.append(Term("first", analysis.bare(word)))
    if analysis.is_year(word):
        forms.append(Term("year", word))
    forms += [all_of(list(other.terms)) for other in others if word in other.words]
    return any_of(list(dict.fromkeys(forms)))


def _scoring(asked: Asked, others: list[Alternative]) -> Iterator[Scored]:
    words, free = list(asked.words), asked.free
    pairs = analysis.pairs(words)
    tokens = [("u", word) for word in words] + [("p", pair) for pair in pairs]
    tokens += [("t", word) for word in words] + [("tp", pair) for pair in pairs]
    yield from (Scored(Term(field, token), _WEIGHTS[field]) for field, token in tokens)
    if analysis.has_marks(free):
        # In a keyword or two the marks are what tells look-alikes apart; in a question they only add to the words.
        weight = _MARKS_IN_SHORT if len(words) <= _SHORT_QUERY else _WEIGHTS["px"]
        exact = analysis.pairs(analysis.exact_syllables(free))
        yield from (Scored(Term("px", pair), weight) for pair in exact)
    for term in dict.fromkeys(term for other in others for term in other.terms):
        yield Scored(term, _OTHER_NAME)
    numbers = analysis.numbers_in(free)
    parts = {part for whole in numbers for part in whole.split("/")[1:]} | set(analysis.notation_parts(free))
    firsts = {whole.split("/")[0] for whole in numbers}
    if len(words) == 1 and words[0].isdigit():
        firsts.add(analysis.bare(words[0]))
    yield from (Scored(Term("whole", whole), _WHOLE, constant=True) for whole in sorted(set(numbers)))
    yield from (Scored(Term("first", first), _FIRST, constant=True) for first in sorted(firsts))
    yield from (Scored(Term("part", part), _PART, constant=True) for part in sorted(parts))
    kinds = ["_".join(words[:length]) for length in range(1, min(len(words), _LONGEST_KIND) + 1)]
    yield from (Scored(Term("kind_name", kind), _KIND, constant=True) for kind in kinds)

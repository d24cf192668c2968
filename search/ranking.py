"""From a query's text to clauses: what must match, what adds to the score, and with which measured weight.

The field plan and weights were measured on questions over Vietnamese law: all text folded (u), its neighbouring pairs
(p), the title once more and lightly (t, tp), pairs with their marks where the person typed marks (px), numbers apart.
"""

import math
from collections.abc import Iterator
from typing import Any

import tantivy

from search import text as analysis
from search.index import Query

_WEIGHTS = {"u": 1.0, "p": 0.5, "t": 0.25, "tp": 0.125, "px": 0.5}
_WHOLE, _FIRST, _PART = 1000.0, 200.0, 30.0
# Who begins with the name of a kind ("báo cáo ...") means documents of this kind before those that speak of it.
_KIND, _LONGEST_KIND = 4.0, 4
_SHORT_QUERY, _LONG_SHARE = 4, 0.6

Clause = tuple[Any, Any]


def plan(schema: Any, query: Query) -> Iterator[tuple[Any, bool]]:
    """The engine's query for each try: first as strict as the rule wants, then with fewer and fewer words.

    A hit holds every syllable of a short query (up to 4), at least 60 % of a longer one. The second value says
    whether the try is a relaxed one.
    """
    filters = _filters(schema, query)
    words = analysis.query_words(query.text)
    if not words:
        yield tantivy.Query.boolean_query(filters), False
        return
    scoring = _scoring(schema, query.text, words)
    distinct = list(dict.fromkeys(words))
    strict = len(distinct) if len(distinct) <= _SHORT_QUERY else math.ceil(len(distinct) * _LONG_SHARE)
    for needed in range(strict, 0, -1):
        wanted = _enough(schema, query.text, distinct, needed)
        yield tantivy.Query.boolean_query([*filters, (tantivy.Occur.Must, wanted), *scoring]), needed < strict


def _filters(schema: Any, query: Query) -> list[Clause]:
    """Conditions outside the score: who may see it, kind, year."""
    readers = [(tantivy.Occur.Should, _term(schema, "readers", token)) for token in sorted(query.readers)]
    filters: list[Clause] = [(tantivy.Occur.Must, _silent(tantivy.Query.boolean_query(readers)))]
    if query.kind is not None:
        filters.append((tantivy.Occur.Must, _silent(_term(schema, "kind", query.kind.replace(" ", "_")))))
    if query.direction is not None:
        filters.append((tantivy.Occur.Must, _silent(_term(schema, "direction", query.direction))))
    if query.year is not None:
        filters.append((tantivy.Occur.Must, _silent(_term(schema, "year", str(query.year)))))
    return filters


def _enough(schema: Any, text: str, words: list[str], needed: int) -> Any:
    """At least so many of the words, or the number the query names."""
    numbers = [(tantivy.Occur.Should, _silent(_term(schema, "whole", whole))) for whole in analysis.numbers_in(text)]
    if len(words) == 1:
        # One word may be half a number: `1246`, `BC`.
        fragment = (tantivy.Occur.Should, _silent(_term(schema, "fragment", _bare(words[0]))))
        return tantivy.Query.boolean_query([(tantivy.Occur.Should, _word(schema, words[0])), fragment])
    terms = [_word(schema, word) for word in words]
    if needed == len(words):
        all_words = tantivy.Query.boolean_query([(tantivy.Occur.Must, term) for term in terms])
    else:
        all_words = tantivy.Query.boolean_query(
            [(tantivy.Occur.Should, term) for term in terms], minimum_number_should_match=needed
        )
    return tantivy.Query.boolean_query([(tantivy.Occur.Should, all_words), *numbers])


def _word(schema: Any, word: str) -> Any:
    """A word in the text; digits also as they stand in a number, without leading zeros."""
    if not word.isdigit():
        return _silent(_term(schema, "u", word))
    forms = [_term(schema, "u", word), _term(schema, "first", _bare(word))]
    return _silent(tantivy.Query.boolean_query([(tantivy.Occur.Should, form) for form in forms]))


def _scoring(schema: Any, text: str, words: list[str]) -> list[Clause]:
    tokens = [("u", word) for word in words] + [("p", pair) for pair in analysis.pairs(words)]
    tokens += [("t", word) for word in words] + [("tp", pair) for pair in analysis.pairs(words)]
    if analysis.has_marks(text):
        tokens += [("px", pair) for pair in analysis.pairs(analysis.exact_syllables(text))]
    scoring: list[Clause] = [
        (tantivy.Occur.Should, tantivy.Query.boost_query(_term(schema, field, token), _WEIGHTS[field]))
        for field, token in tokens
    ]
    numbers = analysis.numbers_in(text)
    parts = {part for whole in numbers for part in whole.split("/")[1:]}
    firsts = {whole.split("/")[0] for whole in numbers}
    if len(words) == 1 and words[0].isdigit():
        firsts.add(_bare(words[0]))
    constant = tantivy.Query.const_score_query
    scoring += [(tantivy.Occur.Should, constant(_term(schema, "whole", w), _WHOLE)) for w in sorted(set(numbers))]
    scoring += [(tantivy.Occur.Should, constant(_term(schema, "first", f), _FIRST)) for f in sorted(firsts)]
    scoring += [(tantivy.Occur.Should, constant(_term(schema, "part", p), _PART)) for p in sorted(parts)]
    kinds = ["_".join(words[:length]) for length in range(1, min(len(words), _LONGEST_KIND) + 1)]
    scoring += [(tantivy.Occur.Should, constant(_term(schema, "kind_name", k), _KIND)) for k in kinds]
    return scoring


def _bare(digits: str) -> str:
    return digits.lstrip("0") or "0" if digits.isdigit() else digits


def _term(schema: Any, field: str, token: str) -> Any:
    return tantivy.Query.term_query(schema, field, token)


def _silent(query: Any) -> Any:
    """The condition without a share in the score."""
    return tantivy.Query.const_score_query(query, 0.0)

"""Elasticsearch's own forms of what this package says: mapping, document, query."""

from functools import cache
from typing import Any

from search import text as analysis
from search.clauses import AllOf, AnyOf, Clause, Days, Phrase, Plan, Scored, Term, tokens_of_one_field
from search.fields import FILTERS, MATCHED, SCORED, day_of, tokens_of
from search.index import FACET_VALUES, Entry, Facet

# Fields of many tokens, sent as one text; of the short ones each token is sent as it is.
_LONG = ("b", "begin", "fragment")
_KEYWORDS = (*(name for name in MATCHED if name not in _LONG), *FILTERS)
# Lucene leaves out the constant factor k1 + 1 of BM25 that tantivy keeps; with it constants weigh alike.
_BM25_FACTOR = 2.2
# A field every entry has carries the analysis in its name: with `dynamic: strict` an index refuses the entries of a
# process of another version, which would lie there half readable. This one, since an old reader misses it least.
_STAMPED = {"begin": f"begin_{analysis.ANALYSIS}"}
_PLAIN: dict[str, Any] = {"type": "text", "analyzer": "whitespace"}


def _column(field: str) -> str:
    """What a field is called in an index of this analysis."""
    return _STAMPED.get(field, str(field))


# Nothing but types and one analyzer every Elasticsearch has; the tokens come ready.
MAPPING: dict[str, Any] = {
    "dynamic": "strict",
    "_source": {"enabled": False},
    "_meta": {"analysis": analysis.ANALYSIS},
    "properties": {
        **{name: {**_PLAIN, "index_options": "positions" if name == "u" else "freqs"} for name in SCORED},
        **{_column(name): {**_PLAIN, "index_options": "docs", "norms": False} for name in _LONG},
        **{str(name): {"type": "keyword"} for name in _KEYWORDS},
        "day": {"type": "integer"},
        # The name of an entry in a column: reading a hit's own name opens the stored fields of every hit.
        "name": {"type": "keyword", "index": False},
    },
}


def document(entry: Entry) -> dict[str, Any]:
    """An entry's ready tokens."""
    tokens = tokens_of(entry)
    texts = {_column(field): " ".join(tokens[field]) for field in (*SCORED, *_LONG)}
    return {**texts, **{str(field): tokens[field] for field in _KEYWORDS}, "day": day_of(entry), "name": entry.id}


@cache
def counting() -> dict[str, Any]:
    """The aggregation: the most frequent values of each facet."""
    return {str(facet): {"terms": {"field": str(facet), "size": FACET_VALUES}} for facet in Facet}


def compiled(plan: Plan) -> dict[str, Any]:
    """The plan in Elasticsearch's words: filters outside the score, then what scores."""
    return {
        "bool": {
            "filter": [_condition(clause) for clause in plan.required],
            "must_not": [_condition(clause) for clause in plan.excluded],
            "should": [_scored(scored) for scored in plan.scoring],
            "minimum_should_match": 0,
        }
    }


def _condition(clause: Clause) -> dict[str, Any]:
    if isinstance(clause, Term):
        return _terms(clause.field, [clause.token])
    if isinstance(clause, Phrase):
        return {"match_phrase": {"u": {"query": " ".join(clause.words), "analyzer": "whitespace"}}}
    if isinstance(clause, Days):
        bounds = {"gte": clause.first, "lte": clause.last}
        return {"range": {"day": {name: bound for name, bound in bounds.items() if bound is not None}}}
    if isinstance(clause, AllOf):
        return {"bool": {"filter": [_condition(part) for part in clause.of]}}
    return _any_of(clause)


def _any_of(clause: AnyOf) -> dict[str, Any]:
    if tokens := tokens_of_one_field(clause):
        # One clause for all of them, which the server keeps as a filter: the reader tokens above all.
        return _terms(*tokens)
    return {
        "bool": {"should": [_condition(part) for part in clause.of], "minimum_should_match": clause.needed},
    }


def _terms(field: str, tokens: list[str]) -> dict[str, Any]:
    if field == "id":
        return {"ids": {"values": tokens}}
    return {"term": {_column(field): tokens[0]}} if len(tokens) == 1 else {"terms": {_column(field): tokens}}


def _scored(scored: Scored) -> dict[str, Any]:
    if scored.constant:
        return {"constant_score": {"filter": _condition(scored.term), "boost": scored.weight}}
    return {"term": {_column(scored.term.field): {"value": scored.term.token, "boost": scored.weight * _BM25_FACTOR}}}

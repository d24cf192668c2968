"""tantivy's own forms of what this package says: schema, document, query, counting.

Facets of many values (issuers, case files) are counted by a number made of the value: to look up a few hundred words
in each segment's dictionary would take longer than finding and counting the entries.
"""

from collections.abc import Iterable, Iterator
from functools import cache
from hashlib import blake2b
from typing import Any

import tantivy

from search.clauses import AllOf, AnyOf, Clause, Days, Phrase, Plan, Scored, Term, tokens_of_one_field
from search.fields import FILTERS, MATCHED, SCORED, day_of, tokens_of
from search.index import FACET_VALUES, Entry, Facet

_TOKENIZER = "whitespace"
# The facets counted by number, with the field of the number; the values themselves are stored.
KEYED = {Facet.ISSUER: "issuer_key", Facet.CASE_FILE: "case_file_key"}
# Under this name the entries found are counted themselves: each has one version.
FOUND = "found"
# So many bytes of a digest, which a floating-point number still holds exactly.
_KEY_BYTES = 6
# So many values of each segment are brought together: more than any has, for a value rare in one segment may be the
# most frequent of all, and a count would miss what was cut off.
_OF_SEGMENT = 1_000_000


def _schema() -> Any:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_integer_field("version", stored=True, fast=True)
    for name in SCORED:
        builder.add_text_field(name, tokenizer_name=_TOKENIZER, index_option="position" if name == "u" else "freq")
    for name in MATCHED:
        builder.add_text_field(name, tokenizer_name=_TOKENIZER, index_option="basic")
    for name in FILTERS:
        builder.add_text_field(
            name,
            tokenizer_name="raw",
            index_option="basic",
            stored=name in KEYED,
            fast=name in set(Facet) - set(KEYED),
        )
    for name in KEYED.values():
        builder.add_integer_field(name, indexed=True, fast=True)
    builder.add_integer_field("day", indexed=True, fast=True)
    return builder.build()


SCHEMA = _schema()


def document(entry: Entry) -> Any:
    """An entry's ready tokens, joined by blanks; filters value by value."""
    tokens = tokens_of(entry)
    fields: dict[str, Any] = {name: " ".join(tokens[name]) for name in (*SCORED, *MATCHED)}
    fields |= {str(name): tokens[name] for name in FILTERS}
    fields |= {name: [key_of(value) for value in tokens[facet]] for facet, name in KEYED.items()}
    return tantivy.Document.from_dict(
        {"id": entry.id, "version": entry.version, "day": day_of(entry), **fields}, SCHEMA
    )


def key_of(value: str) -> int:
    """The number a value is counted by."""
    return int.from_bytes(blake2b(value.encode(), digest_size=_KEY_BYTES).digest())


@cache
def counting() -> dict[str, Any]:
    """The aggregation: the most frequent values of each facet, by number where it has one; and how many were found."""
    return {
        str(facet): {
            "terms": {"field": KEYED.get(facet, str(facet)), "size": FACET_VALUES, "segment_size": _OF_SEGMENT}
        }
        for facet in Facet
    } | {FOUND: {"value_count": {"field": "version"}}}


def compiled(plan: Plan) -> Any:
    """The plan in tantivy's words: what must match, and what adds to the score.

    A word that every hit holds and is ranked by is asked for once: to read its entries a second time for the score
    would cost as much as to find them. What only adds to the score is asked for apart from everything else: of nothing
    but words the engine makes one quick list, and reads it for the hits only.
    """
    left = weights_of(plan)
    required = [(tantivy.Occur.Must, _scoring_condition(clause, left)) for clause in _flat(plan.required)]
    found = tantivy.Query.boolean_query([*required, *_excluded(plan)])
    constants = [constant(scored) for scored in plan.scoring if scored.constant]
    words = [weighed(term, weight) for term, weight in left.items()]
    for adding in (constants, words):
        if adding:
            more = tantivy.Query.boolean_query([(tantivy.Occur.Should, one) for one in adding])
            found = tantivy.Query.boolean_query([(tantivy.Occur.Must, found), (tantivy.Occur.Should, more)])
    return found


def weights_of(plan: Plan) -> dict[Term, float]:
    """What each term's BM25 counts for; a word typed twice counts twice."""
    weights: dict[Term, float] = {}
    for scored in plan.scoring:
        if not scored.constant:
            weights[scored.term] = weights.get(scored.term, 0.0) + scored.weight
    return weights


def _flat(clauses: Iterable[Clause]) -> Iterator[Clause]:
    for clause in clauses:
        if isinstance(clause, AllOf):
            yield from _flat(clause.of)
        else:
            yield clause


def _scoring_condition(clause: Clause, left: dict[Term, float]) -> Any:
    """A condition that also scores: a term leaves `left` where every hit that holds it is met here.

    In a choice between whole conditions none does: an entry may hold a term of the one and be found by the other. Nor
    where several of many words are enough: there every entry of every word is met, and few of them are hits.
    """
    if isinstance(clause, Term) and clause in left:
        return weighed(clause, left.pop(clause))
    if isinstance(clause, AnyOf) and clause.needed == 1 and any(part in left for part in _choices(clause)):
        parts = [
            _scoring_condition(part, left) if isinstance(part, Term) or _is_choice(part) else silent(part)
            for part in clause.of
        ]
        return tantivy.Query.boolean_query([(tantivy.Occur.Should, part) for part in parts])
    return silent(clause)


def _choices(clause: AnyOf) -> Iterator[Clause]:
    for part in clause.of:
        if isinstance(part, AnyOf) and part.needed == 1:
            yield from _choices(part)
        else:
            yield part


def _is_choice(clause: Clause) -> bool:
    return isinstance(clause, AnyOf) and clause.needed == 1


def matching(plan: Plan) -> Any:
    """What the plan finds, in no order: for counting."""
    required = [(tantivy.Occur.Must, silent(clause)) for clause in plan.required]
    return tantivy.Query.boolean_query([*required, *_excluded(plan)])


def _excluded(plan: Plan) -> list[tuple[Any, Any]]:
    return [(tantivy.Occur.MustNot, condition(clause)) for clause in plan.excluded]


def silent(clause: Clause) -> Any:
    """The condition without a share in the score."""
    return tantivy.Query.const_score_query(condition(clause), 0.0)


def condition(clause: Clause) -> Any:
    """What an entry has to fulfil."""
    query = tantivy.Query
    if isinstance(clause, Term):
        return query.term_query(SCHEMA, str(clause.field), clause.token)
    if isinstance(clause, Phrase):
        return query.phrase_query(SCHEMA, "u", list(clause.words))
    if isinstance(clause, Days):
        return query.range_query(SCHEMA, "day", tantivy.FieldType.Integer, clause.first, clause.last)
    if isinstance(clause, AllOf):
        return query.boolean_query([(tantivy.Occur.Must, condition(part)) for part in clause.of])
    if tokens := tokens_of_one_field(clause):
        # One set of entries instead of a list merged for each of a person's tokens.
        return query.term_set_query(SCHEMA, *tokens)
    parts = [(tantivy.Occur.Should, condition(part)) for part in clause.of]
    return query.boolean_query(parts, minimum_number_should_match=clause.needed)


def constant(scored: Scored) -> Any:
    """What a term adds whatever its frequency."""
    return tantivy.Query.const_score_query(condition(scored.term), scored.weight)


def weighed(term: Term, weight: float) -> Any:
    """So many times the term's BM25."""
    return tantivy.Query.boost_query(condition(term), weight)

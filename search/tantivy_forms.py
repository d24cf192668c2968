"""tantivy's own forms of what this package says: schema, document, query."""

from typing import Any

import tantivy

from search.clauses import AllOf, Clause, Days, Phrase, Plan, Scored, Term
from search.fields import FILTERS, MATCHED, SCORED, day_of, tokens_of
from search.index import Entry, Facet

_TOKENIZER = "whitespace"


def _schema() -> Any:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_integer_field("version", stored=True, fast=True)
    for name in SCORED:
        builder.add_text_field(name, tokenizer_name=_TOKENIZER, index_option="position" if name == "u" else "freq")
    for name in MATCHED:
        builder.add_text_field(name, tokenizer_name=_TOKENIZER, index_option="basic")
    for name in FILTERS:
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic", fast=name in set(Facet))
    builder.add_integer_field("day", indexed=True, fast=True)
    return builder.build()


SCHEMA = _schema()


def document(entry: Entry) -> Any:
    """An entry's ready tokens, joined by blanks; filters value by value."""
    tokens = tokens_of(entry)
    fields: dict[str, Any] = {name: " ".join(tokens[name]) for name in (*SCORED, *MATCHED)}
    fields |= {str(name): tokens[name] for name in FILTERS}
    return tantivy.Document.from_dict(
        {"id": entry.id, "version": entry.version, "day": day_of(entry), **fields}, SCHEMA
    )


def compiled(plan: Plan) -> Any:
    """The plan in tantivy's words: conditions without a share in the score, then what scores."""
    silent = tantivy.Query.const_score_query
    clauses = [(tantivy.Occur.Must, silent(_condition(clause), 0.0)) for clause in plan.required]
    clauses += [(tantivy.Occur.MustNot, _condition(clause)) for clause in plan.excluded]
    clauses += [(tantivy.Occur.Should, _scored(scored)) for scored in plan.scoring]
    return tantivy.Query.boolean_query(clauses)


def _condition(clause: Clause) -> Any:
    query = tantivy.Query
    if isinstance(clause, Term):
        return query.term_query(SCHEMA, str(clause.field), clause.token)
    if isinstance(clause, Phrase):
        return query.phrase_query(SCHEMA, "u", list(clause.words))
    if isinstance(clause, Days):
        return query.range_query(SCHEMA, "day", tantivy.FieldType.Integer, clause.first, clause.last)
    if isinstance(clause, AllOf):
        return query.boolean_query([(tantivy.Occur.Must, _condition(part)) for part in clause.of])
    parts = [(tantivy.Occur.Should, _condition(part)) for part in clause.of]
    return query.boolean_query(parts, minimum_number_should_match=clause.needed)


def _scored(scored: Scored) -> Any:
    term = tantivy.Query.term_query(SCHEMA, str(scored.term.field), scored.term.token)
    if scored.constant:
        return tantivy.Query.const_score_query(term, scored.weight)
    return tantivy.Query.boost_query(term, scored.weight)

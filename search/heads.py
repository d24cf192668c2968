"""The first page of a long question, without meeting every entry that holds some of its words.

Where several of many words are enough the engine goes through every entry of every word, one by one. The best by score
alone it finds in a fraction of that time, and nearly all of them hold enough of the words: so a few of these are tried
against the conditions. What is not among them scores less than the last of them.
"""

import math
from collections.abc import Iterable, Sequence
from typing import Any

import tantivy

from search.clauses import AnyOf, Clause, Plan, Scored, Term
from search.tantivy_forms import SCHEMA, condition, silent, weighed, weights_of

# So many are tried for each that is shown and may be seen; more than so many would take as long as to meet all.
_TRIED, _MOST_TRIED = 4, 400
# In an index of fewer entries for each that is tried, to meet them all is as quick.
_WORTH = 150
# Words and their pairs are asked for one within the other: of more the engine would need too deep a stack.
_MOST_WORDS, _MOST_ADDING = 24, 120
# Two ways to add the same numbers differ by less.
_ROUNDING = 0.001


def head(searcher: Any, plan: Plan, limit: int) -> list[tuple[float, Any]] | None:
    """The `limit` best with score and place in the index, as the whole search would find them.

    None where that is not certain or would take as long, and where more than words adds to the score: then the whole
    search has to be made.
    """
    if limit < 1 or len(plan.required) != 2 or plan.excluded or not 0 < len(plan.scoring) <= _MOST_ADDING:
        return None
    readers, enough = plan.required
    if not isinstance(enough, AnyOf) or enough.needed == 1 or len(enough.of) > _MOST_WORDS:
        return None
    tried = _number_to_try(searcher, readers, limit)
    if tried is None or any(one.constant and _is_held(searcher, one) for one in plan.scoring):
        return None
    words = [weighed(term, weight) for term, weight in weights_of(plan).items()]
    best = searcher.search(tantivy.Query.boolean_query(list(map(_should, words))), limit=tried, count=False).hits
    if len(best) < tried:
        return None
    among = _among([str(searcher.doc(at)["id"][0]) for _, at in best])
    # Each word counts for one, so the score is how many an entry holds.
    visible = tantivy.Query.boolean_query([(tantivy.Occur.Must, silent(readers)), (tantivy.Occur.Must, among)])
    held = _ranked(searcher, visible, map(_counted, enough.of), tried)
    holding = _among([str(searcher.doc(at)["id"][0]) for count, at in held if round(count) >= enough.needed])
    shown = _ranked(searcher, holding, words, limit)
    # What was not tried scores at most what the last of them does; of equal ones the whole search chooses.
    return shown if len(shown) == limit and shown[-1][0] > best[-1][0] + _ROUNDING else None


def _number_to_try(searcher: Any, readers: Clause, limit: int) -> int | None:
    """How many of the best have to be looked at, so that enough of them may be seen; None when that is too many."""
    tokens = readers.of if isinstance(readers, AnyOf) else (readers,)
    seen = sum(searcher.doc_freq(token.field, token.token) for token in tokens if isinstance(token, Term))
    if not seen:
        return None
    tried = math.ceil(_TRIED * limit * max(1.0, searcher.num_docs / seen))
    return tried if tried <= _MOST_TRIED and tried * _WORTH <= searcher.num_docs else None


def _ranked(searcher: Any, among: Any, adding: Iterable[Any], limit: int) -> list[tuple[float, Any]]:
    """The best of a few entries by what else is true of them.

    One condition around the other: each is looked up for these entries, where a list of them would be merged first.
    """
    found = among
    for one in adding:
        found = tantivy.Query.boolean_query([(tantivy.Occur.Must, found), _should(one)])
    return list(searcher.search(found, limit=limit, count=False).hits)


def _among(ids: Sequence[str]) -> Any:
    return tantivy.Query.const_score_query(tantivy.Query.term_set_query(SCHEMA, "id", list(ids)), 0.0)


def _should(query: Any) -> tuple[Any, Any]:
    return tantivy.Occur.Should, query


def _counted(word: Clause) -> Any:
    return tantivy.Query.const_score_query(condition(word), 1.0)


def _is_held(searcher: Any, scored: Scored) -> bool:
    return bool(searcher.doc_freq(str(scored.term.field), scored.term.token))

"""What an engine is asked, in words no engine owns: conditions over ready tokens, and what each adds to the score.

Both adapters put these into their engine's own form, so both find the same entries by construction.
"""

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True)
class Term:
    """The field holds the token."""

    field: str
    token: str


@dataclass(frozen=True)
class Phrase:
    """The folded words stand side by side in number, title or text."""

    words: tuple[str, ...]


@dataclass(frozen=True)
class Days:
    """The document's day lies between two, both included, as days since the year 1 (`date.toordinal`)."""

    first: int | None
    last: int | None


@dataclass(frozen=True)
class AnyOf:
    """At least `needed` of the conditions hold."""

    of: "tuple[Clause, ...]"
    needed: int = 1


@dataclass(frozen=True)
class AllOf:
    of: "tuple[Clause, ...]"


Clause: TypeAlias = Term | Phrase | Days | AnyOf | AllOf


@dataclass(frozen=True)
class Scored:
    """What a term adds: `weight` times its BM25, or the bare weight when `constant`."""

    term: Term
    weight: float
    constant: bool = False


@dataclass(frozen=True)
class Plan:
    """One try: all `required` hold, none `excluded`; `scoring` orders what is left."""

    required: tuple[Clause, ...]
    excluded: tuple[Clause, ...]
    scoring: tuple[Scored, ...]
    relaxed: bool = False


def tokens_of_one_field(clause: AnyOf) -> tuple[str, list[str]] | None:
    """Field and tokens where any one of several tokens of one field is enough: engines ask for these as one set."""
    terms = [part for part in clause.of if isinstance(part, Term)]
    fields = {str(term.field) for term in terms}
    if clause.needed != 1 or len(terms) != len(clause.of) or len(fields) != 1:
        return None
    return fields.pop(), [term.token for term in terms]


def all_of(clauses: "list[Clause]") -> Clause:
    """The conjunction, without a shell around a single one."""
    return clauses[0] if len(clauses) == 1 else AllOf(tuple(clauses))


def any_of(clauses: "list[Clause]") -> Clause:
    """The disjunction, without a shell around a single one."""
    return clauses[0] if len(clauses) == 1 else AnyOf(tuple(clauses))

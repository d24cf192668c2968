"""Forgeries made from our own signed files: each known way to make a signature lie, and what the verdict must say."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.signing.builders import Signers


@dataclass(frozen=True)
class Material:
    """Who signs, and files at each stage: `signed` by the leader, `sealed` by the agency too."""

    people: Signers
    prepared: bytes
    signed: bytes
    sealed: bytes


@dataclass(frozen=True)
class Forgery:
    """How it is made, and the codes one of which each concerned signature must get."""

    make: Callable[[Material], bytes]
    codes: frozenset[str]
    fields: tuple[str, ...] = ("leader", "agency")

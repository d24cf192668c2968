"""Entries of PDF dictionaries, as a reader must take them."""

from typing import Any


def entry(thing: Any, key: str, otherwise: Any = None) -> Any:
    """A dictionary's entry, references followed; one that is null is not there (ISO 32000-2, 7.3.9)."""
    try:
        return thing[key]
    except KeyError:
        return otherwise

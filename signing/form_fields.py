"""The fields of a form with their full names, each met once however often a file lists it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pyhanko.pdf_utils.generic import ArrayObject, DictionaryObject, IndirectObject

from signing.entries import entry

_DEPTH = 20


@dataclass(frozen=True)
class FormField:
    """A field: `kind` is its own type or its parents' (/FT); `again` tells that it was met before."""

    name: str
    kind: str | None
    field: Any
    again: bool = False


def form_fields(root: Any) -> Iterator[FormField]:
    """The fields of a catalogue's form, those in groups too; what has no name is a picture of its parent.

    A field met again is told, and what is below it is not walked twice: ten groups that hold one another in every
    place would be ten thousand million fields.
    """
    form = entry(root, "/AcroForm")
    if isinstance(form, DictionaryObject):
        yield from _walk(entry(form, "/Fields"), "", None, set(), 0)


def _walk(entries: Any, parent: str, kind: Any, seen: set[Any], depth: int) -> Iterator[FormField]:
    for reference in entries if isinstance(entries, ArrayObject) and depth < _DEPTH else ():
        field = reference.get_object()
        if not isinstance(reference, IndirectObject) or not isinstance(field, DictionaryObject):
            continue
        title, kind_here = entry(field, "/T"), entry(field, "/FT", kind)
        if title is None:
            continue
        name = f"{parent}.{title}" if parent else str(title)
        again = reference.reference in seen
        seen.add(reference.reference)
        yield FormField(name, None if kind_here is None else str(kind_here), field, again)
        if not again:
            yield from _walk(entry(field, "/Kids"), name, kind_here, seen, depth + 1)

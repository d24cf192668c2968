"""The fields of a form with their full names, each met once however often a file lists it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pyhanko.pdf_utils.generic import ArrayObject, DictionaryObject, IndirectObject

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
    if "/AcroForm" in root and "/Fields" in root["/AcroForm"]:
        yield from _walk(root["/AcroForm"]["/Fields"], "", None, set(), 0)


def _walk(entries: Any, parent: str, kind: str | None, seen: set[Any], depth: int) -> Iterator[FormField]:
    for entry in entries if isinstance(entries, ArrayObject) and depth < _DEPTH else ():
        field = entry.get_object()
        if not isinstance(entry, IndirectObject) or not isinstance(field, DictionaryObject) or "/T" not in field:
            continue
        name = f"{parent}.{field['/T']}" if parent else str(field["/T"])
        own = str(field["/FT"]) if "/FT" in field else kind
        again = entry.reference in seen
        seen.add(entry.reference)
        yield FormField(name, own, field, again)
        if not again and "/Kids" in field:
            yield from _walk(field["/Kids"], name, own, seen, depth + 1)

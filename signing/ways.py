"""The ways by which an object is reached from a revision's trailer: a change must be explained for each of them.

As pyHanko finds them (`HistoricalResolver`), which walks the whole document anew for every revision; here an object's
references are listed once for each state it ever had. A file whose parts refer to one another in every direction has
more ways than anybody can follow: there the search ends with an error.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from pyhanko.pdf_utils.generic import ArrayObject, DictionaryObject, IndirectObject, NullObject, Reference
from pyhanko.pdf_utils.misc import PdfReadError

if TYPE_CHECKING:
    from signing.once_reader import OnceResolver

Way = tuple[str | int, ...]
# An object's number and generation.
Key = tuple[int, int]
# Keys and places within one object, and the object referred to there.
Edge = tuple[Way, Key]

_STRUCTURE: Way = ("/Root", "/StructTreeRoot", "/K")
_MOST = 1_000_000


def edges_of(thing: Any) -> list[Edge]:
    """Every reference within an object but those to parents, which say nothing new."""
    found: list[Edge] = []
    # What is nothing but a reference is not followed: no reader has to.
    if not isinstance(thing, IndirectObject):
        _collect(thing, (), found)
    return found


def _collect(thing: Any, way: Way, found: list[Edge]) -> None:
    if isinstance(thing, IndirectObject):
        found.append((way, _key(thing)))
    elif isinstance(thing, DictionaryObject):
        for key, value in thing.items():
            if key != "/Parent" and not isinstance(value, str | bytes | int):
                _collect(value, (*way, key), found)
    elif isinstance(thing, ArrayObject):
        for place, value in enumerate(thing):
            _collect(value, (*way, place), found)


def _key(reference: Reference | IndirectObject) -> Key:
    return reference.idnum, reference.generation


class _Step(NamedTuple):
    """One way to an object, told from its end: `length` counts the keys, `head` are the first three of them."""

    before: "_Step | None"
    keys: Way
    length: int
    head: Way
    to: Key

    def whole(self) -> Way:
        parts: list[Way] = []
        step: _Step | None = self
        while step is not None:
            parts.append(step.keys)
            step = step.before
        return tuple(key for part in reversed(parts) for key in part)


class Ways:
    """All ways to all objects of one revision."""

    def __init__(self, steps: dict[Key, list[_Step]]) -> None:
        self._steps = steps

    def to(self, reference: Reference) -> Iterator[Way]:
        """The ways to one object."""
        return (step.whole() for step in self._steps.get(_key(reference), ()))


def find_ways(revision: "OnceResolver") -> Ways:
    """Every way from the trailer to every object that meets no object twice.

    Pages are entered by their place in the page tree only, elements of the logical structure by theirs: other
    references lead there too, but no further. PdfReadError when a tree is none, or there are too many ways.
    """
    pages, structure = _page_tree(revision), _structure_tree(revision)
    found: dict[Key, list[_Step]] = {}
    passed: set[Key] = set()
    edges: dict[Key, list[Edge]] = {}
    waiting: list[_Step | Key] = list(_steps(None, edges_of(revision.trailer_view)))
    for _ in range(_MOST):
        if not waiting:
            return Ways(found)
        step = waiting.pop()
        if not isinstance(step, _Step):
            passed.discard(step)
            continue
        key = step.to
        if key in passed:
            continue
        found.setdefault(key, []).append(step)
        if key in pages and (step.length != len(pages[key]) or step.whole() != pages[key]):
            continue
        if key in structure and step.head != _STRUCTURE:
            continue
        if key not in edges:
            edges[key] = revision.reader.edges(Reference(*key), revision.revision)
        if edges[key]:
            passed.add(key)
            waiting.append(key)
            waiting += _steps(step, edges[key])
    raise PdfReadError("too many ways")


def _steps(before: _Step | None, edges: list[Edge]) -> Iterator[_Step]:
    length, head = (before.length, before.head) if before is not None else (0, ())
    for keys, to in edges:
        begin = head if len(head) == 3 else (*head, *keys)[:3]
        # Within the structure, a reference to the parent element is called /P.
        if begin == _STRUCTURE and "/P" in keys[max(0, 3 - length) :]:
            continue
        yield _Step(before, keys, length + len(keys), begin, to)


def _page_tree(revision: "OnceResolver") -> dict[Key, Way]:
    root: Way = ("/Root", "/Pages")
    pages = revision.root.raw_get("/Pages")
    found: dict[Key, Way] = {_key(pages): root} if isinstance(pages, IndirectObject) else {}
    for key, way in _pages_below(revision, revision.as_stored(pages), root):
        if key in found:
            raise PdfReadError("a page in two places")
        found[key] = way
    return found


def _pages_below(revision: "OnceResolver", pages: Any, way: Way) -> Iterator[tuple[Key, Way]]:
    for place, listed in enumerate(revision.as_stored(pages.raw_get("/Kids"))):
        here = (*way, "/Kids", place)
        if isinstance(listed, IndirectObject):
            yield _key(listed), here
        kid = revision.as_stored(listed)
        if _stored(revision, kid, "/Type") == "/Pages":
            yield from _pages_below(revision, kid, here)


def _structure_tree(revision: "OnceResolver") -> set[Key]:
    found: set[Key] = set()
    root = _stored(revision, revision.root, "/StructTreeRoot")
    waiting = [] if root is None else [root]
    for _ in range(_MOST):
        if not waiting:
            return found
        children = _stored(revision, waiting.pop(), "/K")
        for listed in children if isinstance(children, ArrayObject) else (children,):
            child = revision.as_stored(listed)
            # Content of pages is listed here too.
            if not isinstance(child, DictionaryObject):
                continue
            if _stored(revision, child, "/Type") not in {None, "/StructElem"}:
                continue
            if isinstance(listed, IndirectObject):
                if _key(listed) in found:
                    raise PdfReadError("an element in two places")
                found.add(_key(listed))
            waiting.append(child)
    raise PdfReadError("too many elements")


def _stored(revision: "OnceResolver", thing: Any, key: str) -> Any:
    """An entry of a dictionary, None when there is none."""
    found = revision.as_stored(thing.raw_get(key)) if key in thing else None
    return None if isinstance(found, NullObject) else found

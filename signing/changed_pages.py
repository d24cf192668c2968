"""Which pages a later revision shows otherwise, told by what the pages are made of."""

import io
from hashlib import sha256
from typing import Any

import pikepdf

_MOST_PAGES = 500
_DEPTH = 30
# A page's parent holds every other page; a field's picture is judged by itself.
_PASSED_OVER = frozenset({"/Parent", "/P", "/Popup", "/StructParent", "/StructParents", "/Metadata", "/PieceInfo"})


def changed_pages(signed: bytes, present: bytes) -> tuple[int, ...]:
    """Numbers (from 1, in the present file) of the pages that are not as they were signed, form fields apart.

    A page that was added counts; one that is gone is named by the number it had. Empty when either cannot be read.
    """
    try:
        before, after = _fingerprints(signed), _fingerprints(present)
    except Exception:  # noqa: BLE001 - a parser raises anything on a hostile file, and the verdict stands without this
        return ()
    longest = max(len(before), len(after))
    return tuple(
        number + 1
        for number in range(longest)
        if number >= len(before) or number >= len(after) or before[number] != after[number]
    )


def _fingerprints(pdf: bytes) -> list[bytes]:
    with pikepdf.open(io.BytesIO(pdf), suppress_warnings=True) as document:
        known: dict[tuple[int, int], bytes] = {}
        return [_hash(page.obj, known, 0) for page in list(document.pages)[:_MOST_PAGES]]


def _hash(thing: Any, known: dict[tuple[int, int], bytes], depth: int) -> bytes:
    """A hash of what a thing is made of, whatever numbers its objects have."""
    if not isinstance(thing, pikepdf.Object):
        return sha256(f"{type(thing).__name__}:{thing}".encode()).digest()
    if not thing.is_indirect:
        return _hash_inner(thing, known, depth)
    if thing.objgen not in known:
        # What refers to itself ends here.
        known[thing.objgen] = b""
        known[thing.objgen] = _hash_inner(thing, known, depth)
    return known[thing.objgen]


def _hash_inner(thing: Any, known: dict[tuple[int, int], bytes], depth: int) -> bytes:
    digest = sha256()
    if depth > _DEPTH:
        return digest.digest()
    if isinstance(thing, pikepdf.Array):
        for part in thing:
            if not (isinstance(part, pikepdf.Dictionary) and str(part.get("/Subtype")) == "/Widget"):
                digest.update(_hash(part, known, depth + 1))
    elif isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
        for key in sorted(thing.keys()):
            inner = thing.get(key)
            # A list of notes that holds fields only is as good as none.
            is_empty = key == "/Annots" and _hash(inner, known, depth + 1) == sha256().digest()
            if key not in _PASSED_OVER and not is_empty:
                digest.update(key.encode() + _hash(inner, known, depth + 1))
        if isinstance(thing, pikepdf.Stream):
            digest.update(sha256(thing.read_raw_bytes()).digest())
    else:
        digest.update(str(thing).encode())
    return digest.digest()

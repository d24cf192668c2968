"""What a file says of itself: its title and authors, which viewers show beside the pages."""

from collections.abc import Mapping
from functools import lru_cache
from io import BytesIO
from typing import Any

from pyhanko.pdf_utils.generic import DictionaryObject, StreamObject
from pyhanko.pdf_utils.metadata.xmp_xml import meta_from_xmp, parse_xmp
from pyhanko.pdf_utils.reader import HistoricalResolver

from signing.entries import entry

_INFO = {"title": "/Title", "author": "/Author", "subject": "/Subject", "keywords": "/Keywords"}


def is_described_alike(old: HistoricalResolver, new: HistoricalResolver) -> bool:
    """Whether two revisions have the same title, author, subject and keywords.

    Kept in two places (ISO 32000-2, 14.3); a writer may copy a text from one to the other. Dates and the name of the
    program are no description of what was signed. What cannot be read is not known to be alike.
    """
    try:
        before, after = _texts(old), _texts(new)
    except Exception:  # noqa: BLE001 - the parsers raise anything on hostile metadata
        return False
    return all(after[place][name] in {before["info"][name], before["xmp"][name]} for place in after for name in _INFO)


def _texts(resolver: HistoricalResolver) -> Mapping[str, Mapping[str, str | None]]:
    trailer, root = resolver.trailer_view, resolver.root
    # The library gives this one entry in a form of its own, which revisions cannot share: so by its reference.
    metadata = resolver.get_object(root.get_value_as_reference("/Metadata")) if "/Metadata" in root else None
    return {"info": _of_info(entry(trailer, "/Info")), "xmp": _of_metadata(metadata)}


def _of_info(info: Any) -> dict[str, str | None]:
    known = info if isinstance(info, DictionaryObject) else DictionaryObject()
    texts = {name: entry(known, key) for name, key in _INFO.items()}
    return {name: None if text is None else str(text) for name, text in texts.items()}


def _of_metadata(stream: Any) -> dict[str, str | None]:
    if not isinstance(stream, StreamObject):
        return dict.fromkeys(_INFO)
    return _of_xmp(stream.data)


@lru_cache(maxsize=4)
def _of_xmp(data: bytes) -> dict[str, str | None]:
    described = meta_from_xmp(parse_xmp(BytesIO(data)))
    texts = {"title": described.title, "author": described.author, "subject": described.subject}
    keywords = ",".join(described.keywords) or None
    return {name: getattr(text, "value", text) for name, text in texts.items()} | {"keywords": keywords}

"""What a file says of itself: its title and authors, which viewers show beside the pages."""

from collections.abc import Mapping
from io import BytesIO
from typing import Any

from pyhanko.pdf_utils.generic import DictionaryObject, StreamObject
from pyhanko.pdf_utils.metadata.xmp_xml import meta_from_xmp, parse_xmp
from pyhanko.pdf_utils.reader import HistoricalResolver

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
    info = _entry(resolver.trailer_view, "/Info")
    return {
        "info": {
            name: str(info[key]) if isinstance(info, DictionaryObject) and key in info else None
            for name, key in _INFO.items()
        },
        "xmp": _of_metadata(_entry(resolver.root, "/Metadata")),
    }


def _of_metadata(stream: Any) -> dict[str, str | None]:
    if not isinstance(stream, StreamObject):
        return dict.fromkeys(_INFO)
    described = meta_from_xmp(parse_xmp(BytesIO(stream.data)))
    texts = {"title": described.title, "author": described.author, "subject": described.subject}
    keywords = ",".join(described.keywords) or None
    return {name: getattr(text, "value", text) for name, text in texts.items()} | {"keywords": keywords}


def _entry(thing: Any, key: str) -> Any:
    return thing[key] if key in thing else None  # noqa: SIM401 - `get` does not resolve references

"""The files inside a message: what they really are, whatever name and type they travel under.

Senders zip a file for the way and keep its real name beside it, so `x.doc` may hold a ZIP with one entry; and a real
ZIP must stay one. The bytes decide, the name only helps; nothing is ever written under a name out of a message.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from docservice.exchange.edxml_model import EdxmlInvalid

PDF = "application/pdf"
ZIP = "application/zip"
UNKNOWN = "application/octet-stream"

_ZIP_MAGIC = b"PK\x03\x04"
_OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OOXML = "application/vnd.openxmlformats-officedocument."
_OPEN_DOCUMENT = "application/vnd.oasis.opendocument."
_MAGIC = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"{\\rtf", "application/rtf"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"<?xml", "application/xml"),
    *((version, "image/vnd.dwg") for version in (b"AC1009", b"AC101", b"AC102", b"AC1032")),
)
_OLE_TYPES = {"doc": "application/msword", "xls": "application/vnd.ms-excel", "ppt": "application/vnd.ms-powerpoint"}
# The folder an OOXML package keeps its own kind of content in.
_OOXML_TYPES = {
    "word/": _OOXML + "wordprocessingml.document",
    "xl/": _OOXML + "spreadsheetml.sheet",
    "ppt/": _OOXML + "presentationml.presentation",
}
# Names that promise a ZIP: what travels under them stays as it is.
_ZIP_NAMES = frozenset(
    "zip docx docm dotx xlsx xlsm xltx pptx pptm ppsx odt ods odp asice asics epub jar".split()  # noqa: SIM905 - words
)
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_NAME_LENGTH = 200
_CHUNK = 65_536
# How many entries of a ZIP are looked at to learn what it is.
_LOOKED_AT = 1000


@dataclass(frozen=True)
class ReceivedFile:
    """A file as it was found in a message, before it is believed."""

    name: str
    data: bytes


def plain_name(name: str, *, ordinal: int) -> str:
    """A file name without folders, control characters and surprises; `tep-1` when nothing is left of it."""
    last = name.replace("\\", "/").rpartition("/")[2]
    cleaned = re.sub(r"[\x00-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069:*?\"<>|]", "", last).strip(" .")
    if len(cleaned) > _NAME_LENGTH:
        ending = PurePosixPath(cleaned).suffix[:10]
        cleaned = cleaned[: _NAME_LENGTH - len(ending)] + ending
    return cleaned or f"tep-{ordinal}"


def unwrapped(file: ReceivedFile, *, room: int, warn: Callable[[str, str], None]) -> ReceivedFile:
    """The one file inside a ZIP made for the way; anything else as it came.

    Args:
        file: what travelled.
        room: how many bytes it may become.
        warn: told why a ZIP under another name was left as it is.

    Raises:
        EdxmlInvalid: `attachments_too_large` when the entry is larger than the room, whatever it says of its size.
    """
    if not file.data.startswith(_ZIP_MAGIC) or _ending(file.name) in _ZIP_NAMES:
        return file
    try:
        with zipfile.ZipFile(io.BytesIO(file.data)) as archive:
            entries = archive.infolist()
            if len(entries) != 1 or not _is_plain_file(entries[0]):
                if _kind_of_zip(file.data) == ZIP:
                    warn("zip_kept", file.name)
                return file
            return replace(file, data=_unpack(archive, entries[0], room=room))
    # What a damaged archive makes the library raise is not one tree.
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError):
        warn("zip_unreadable", file.name)
        return file


def media_type(data: bytes, *, name: str) -> str:
    """What the bytes are; the name decides only between formats of the same container."""
    if b"%PDF-" in data[:1024]:
        return PDF
    if data.startswith(_ZIP_MAGIC):
        return _kind_of_zip(data)
    if data.startswith(_OLE_MAGIC):
        return _OLE_TYPES.get(_ending(name), "application/x-ole-storage")
    return next((kind for magic, kind in _MAGIC if data.startswith(magic)), UNKNOWN)


def _is_plain_file(entry: zipfile.ZipInfo) -> bool:
    encrypted = entry.flag_bits & 0x1
    climbing = ".." in entry.filename.replace("\\", "/").split("/") or entry.filename.startswith(("/", "\\"))
    return not (entry.is_dir() or encrypted or climbing) and entry.compress_type in _METHODS


def _unpack(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, *, room: int) -> bytes:
    unpacked = io.BytesIO()
    with archive.open(entry) as source:
        while chunk := source.read(_CHUNK):
            unpacked.write(chunk)
            if unpacked.tell() > room:
                raise EdxmlInvalid("attachments_too_large", limit=room)
    return unpacked.getvalue()


def _kind_of_zip(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()[:_LOOKED_AT]
            first = entries[0] if entries else None
            # OpenDocument says what it is in a first, stored entry.
            if first and first.filename == "mimetype" and first.compress_type == zipfile.ZIP_STORED:
                said = archive.open(first).read(100).decode("ascii", errors="replace")
                return said if said.startswith(_OPEN_DOCUMENT) else ZIP
            names = [entry.filename for entry in entries]
            if "[Content_Types].xml" in names:
                folders = (kind for start, kind in _OOXML_TYPES.items() if any(n.startswith(start) for n in names))
                return next(folders, ZIP)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError):
        return ZIP
    return ZIP


def _ending(name: str) -> str:
    return PurePosixPath(name).suffix.removeprefix(".").casefold()

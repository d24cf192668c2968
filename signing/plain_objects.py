"""Objects as almost every writer writes them, read by one regular expression instead of byte by byte.

What is written in any other way, or wrongly, is left to pyHanko's reader; where both read, they read the same.
"""

import re
from typing import Any

from pyhanko.pdf_utils.generic import (
    ArrayObject,
    BooleanObject,
    DictionaryObject,
    FloatObject,
    IndirectObject,
    NameObject,
    NullObject,
    NumberObject,
    PdfObject,
    Reference,
    StreamObject,
    pdf_string,
)

_HEADER = re.compile(rb"(\d{1,10}) (\d{1,5}) obj")
_BLANK = rb"[\0\t\n\f\r ]"
_ENDED = rb"(?=[\0\t\n\f\r ()<>\[\]{}/%])"
# In this order: what opens and closes, names, references, numbers, texts in both notations, words.
_TOKEN = re.compile(
    _BLANK + rb"*(?:"
    rb"(<<|>>|\[|\])"
    rb"|/([!\"$&'*+,\-.0-9:;=?@A-Z\\^_`a-z|~]*)" + _ENDED + rb"|([1-9]\d{0,8}" + _BLANK + rb"\d{1,5}" + _BLANK + rb"R)"
    + _ENDED + rb"|([+-]?(?:\d{1,15}\.?\d{0,15}|\.\d{1,15}))" + _ENDED + rb"|<((?:[0-9A-Fa-f]{2})*)>"
    rb"|\(((?:[^()\\\r]++|\\(?:[0-3][0-7]{2}|[nrtbf()\\]))*+)\)"
    rb"|(true|false|null)" + _ENDED + rb")"
)  # fmt: skip
_MARK = 1
_CLOSES = {b"<<": b">>", b"[": b"]"}
_ESCAPE = re.compile(rb"\\([0-7]{3}|.)")
_ESCAPED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}
_LIKE_A_REFERENCE = re.compile(rb"\d+\s+\d+\s+R")
_END = re.compile(_BLANK + rb"*endobj")
_STREAM = re.compile(_BLANK + rb"*stream\r?\n")
_END_OF_STREAM = re.compile(_BLANK + rb"*endstream" + _BLANK + rb"+endobj")
_DEPTH = 50


class NotPlain(Exception):
    """Something is written in a way that is left to the library."""


def read_plain(data: bytes, begin: int, owner: Reference) -> PdfObject:
    """The object at an offset, with the number it should have; `NotPlain` when there is any doubt."""
    header = _HEADER.match(data, begin)
    if header is None or (int(header[1]), int(header[2])) != (owner.idnum, owner.generation):
        raise NotPlain
    found, end = _value(data, header.end(), owner, 0)
    if _END.match(data, end):
        return found
    opened = _STREAM.match(data, end)
    if opened is None or not isinstance(found, DictionaryObject):
        raise NotPlain
    return _stream(found, data, opened.end(), owner)


def _stream(entries: DictionaryObject, data: bytes, begin: int, owner: Reference) -> PdfObject:
    length = dict.get(entries, "/Length")
    if not isinstance(length, NumberObject) or length < 0 or not _END_OF_STREAM.match(data, begin + length):
        raise NotPlain
    found = StreamObject(entries, encoded_data=data[begin : begin + length])
    found.container_ref = owner
    return found


def _value(data: bytes, at: int, owner: Reference, depth: int) -> tuple[PdfObject, int]:
    token = _TOKEN.match(data, at)
    if token is None:
        raise NotPlain
    if token.lastindex != _MARK:
        return _simple(token, data, owner), token.end()
    if token[1] not in _CLOSES or depth > _DEPTH:
        raise NotPlain
    parts, end = _parts(data, token.end(), owner, _CLOSES[token[1]], depth)
    found = ArrayObject(parts) if token[1] == b"[" else _dictionary(parts)
    found.container_ref = owner
    return found, end


def _parts(data: bytes, at: int, owner: Reference, closing: bytes, depth: int) -> tuple[list[Any], int]:
    parts: list[Any] = []
    while (token := _TOKEN.match(data, at)) is not None:
        if token.lastindex != _MARK:
            parts.append(_simple(token, data, owner))
            at = token.end()
        elif token[1] == closing:
            return parts, token.end()
        else:
            part, at = _value(data, at, owner, depth + 1)
            parts.append(part)
    raise NotPlain


def _dictionary(parts: list[Any]) -> DictionaryObject:
    keys, values = parts[::2], parts[1::2]
    if len(keys) != len(values) or not all(isinstance(k, NameObject) for k in keys) or len(set(keys)) != len(keys):
        raise NotPlain
    return DictionaryObject(dict(zip(keys, values, strict=True)))


def _simple(token: re.Match[bytes], data: bytes, owner: Reference) -> PdfObject:
    text = token[token.lastindex or 0]
    found: PdfObject
    match token.lastindex:
        case 2:
            found = NameObject(f"/{text.decode('ascii')}")
        case 3:
            number, generation, _ = text.split()
            found = IndirectObject(int(number), int(generation), owner.pdf)
        case 4:
            if _LIKE_A_REFERENCE.match(data, token.start(4)):
                raise NotPlain
            found = FloatObject(text.decode("ascii")) if b"." in text else NumberObject(text)
        case 5:
            found = pdf_string(bytes.fromhex(text.decode("ascii")))
        case 6:
            found = pdf_string(_ESCAPE.sub(_meant, text) if b"\\" in text else text)
        case _:
            found = NullObject() if text == b"null" else BooleanObject(text == b"true")
    found.container_ref = owner
    return found


def _meant(escape: re.Match[bytes]) -> bytes:
    written = escape[1]
    return bytes((int(written, 8),)) if len(written) == 3 else _ESCAPED.get(written, written)

"""What is read by one expression is what pyHanko reads byte by byte; what is written oddly is left to it."""

import io
import re

import pytest
from pyhanko.pdf_utils.generic import (
    ArrayObject,
    BooleanObject,
    DictionaryObject,
    IndirectObject,
    NullObject,
    PdfObject,
    Reference,
    StreamObject,
    read_object,
)
from pyhanko.pdf_utils.reader import PdfFileReader

from signing.once_reader import OnceReader
from signing.plain_objects import NotPlain, read_plain
from tests.signing.builders import paper, typeset
from tests.signing.test_ways import TAGGED

PLAIN = (
    b"<</A/B/C 12/E -3.5/F .5/G +7/H 4./I true/J false/K null>>",
    b"[ 1 0 R 2 3 4 0 R[<</Kids[5 0 R]>>]()<>(x y)(\\050\\\\\\n\\r\\t\\101)<FEFF1EE6> ]",
    b"<</T(\xfe\xff\x1e\xe6)/U(\xef\xbb\xbfh)/V(\xff\xfe)>>",
    b"<</Length 5>>stream\nabcde\nendstream",
    b"<</Length 0>>\r\nstream\r\nendstream",
    b"/Name",
    b"-12",
    b"7 0 R",
)
ODD = (
    b"<</A 1/A 2>>",
    b"<</A#42 1>>",
    b"<</A (a(b)c)>>",
    b"<</A (a\\8)>>",
    b"<</A <4 1>>>",
    b"<</A 1 % note\n/B 2>>",
    b"<</A 0 0 R>>",
    b"<</A 1  0  R>>",
    b"<</A 1 0 R5>>",
    b"<</A 1>>stream\nx\nendstream",
    b"<</Length 3 0 R>>stream\nx\nendstream",
    b"<</Length 9>>stream\nabc\nendstream",
    b"<</A>>",
    b"<<1 /A>>",
    b"<</A [1>>",
    b"[1 2",
    b"]",
    b"12,5",
    b"--5",
    b"(a",
    b"<<[1] /A>>",
    b"[" * 200 + b"]" * 200,
)


def reader() -> OnceReader:
    return OnceReader(paper())


def written(thing: bytes) -> bytes:
    return b"9 0 obj\n" + thing + b"\nendobj\n"


def assert_same(ours: PdfObject, theirs: PdfObject) -> None:
    assert type(ours) is type(theirs)
    assert ours.get_container_ref() == theirs.get_container_ref()
    if isinstance(ours, DictionaryObject) and isinstance(theirs, DictionaryObject):
        assert list(ours) == list(theirs)
        for key in ours:
            assert_same(ours.raw_get(key), theirs.raw_get(key))
        if isinstance(ours, StreamObject) and isinstance(theirs, StreamObject):
            assert ours.encoded_data == theirs.encoded_data
    elif isinstance(ours, ArrayObject) and isinstance(theirs, ArrayObject):
        assert len(ours) == len(theirs)
        for number in range(len(ours)):
            assert_same(ours.raw_get(number), theirs.raw_get(number))
    elif isinstance(ours, IndirectObject | BooleanObject | NullObject):
        assert ours == theirs
    else:
        assert (repr(ours), getattr(ours, "original_bytes", None)) == (
            repr(theirs),
            getattr(theirs, "original_bytes", None),
        )


@pytest.mark.parametrize("thing", PLAIN)
def test_plain_things_are_read_as_the_library_reads_them(thing: bytes) -> None:
    owner = Reference(9, 0, reader())
    assert_same(read_plain(written(thing), 0, owner), read_object(io.BytesIO(thing + b"\nendobj\n"), owner))


@pytest.mark.parametrize("thing", ODD)
def test_odd_things_are_left_to_the_library(thing: bytes) -> None:
    with pytest.raises(NotPlain):
        read_plain(written(thing), 0, Reference(9, 0, reader()))


def test_another_number_is_another_object() -> None:
    with pytest.raises(NotPlain):
        read_plain(written(b"(x)"), 0, Reference(8, 0, reader()))


def test_whole_files_are_read_alike(sealed: bytes) -> None:
    for pdf in (sealed, typeset(TAGGED)):
        library = PdfFileReader(io.BytesIO(pdf), strict=False)
        read = 0
        for header in re.finditer(rb"(?<=\n)(\d+) 0 obj", pdf):
            owner = Reference(int(header[1]), 0, library)
            stream = io.BytesIO(pdf)
            stream.seek(header.end())
            stream.seek(re.compile(rb"\s*").match(pdf, header.end()).end())  # type: ignore[union-attr] # matches nothing too
            try:
                ours = read_plain(pdf, header.start(), owner)
            except NotPlain:
                continue
            assert_same(ours, read_object(stream, owner))
            read += 1
        assert read > 20


@pytest.mark.timeout(60)
@pytest.mark.parametrize("thing", [b"(" + b"a" * 1_000_000, b"(" + b"\\n" * 500_000, b"<" + b"41" * 500_000])
def test_a_text_without_an_end_costs_no_more_than_its_length(thing: bytes) -> None:
    # Looked at anew from every place, a text of this length would take hours.
    with pytest.raises(NotPlain):
        read_plain(written(thing), 0, Reference(9, 0, reader()))


@pytest.mark.timeout(60)
def test_a_list_without_an_end_costs_no_more_than_its_length() -> None:
    with pytest.raises(NotPlain):
        read_plain(written(b"[" + b"1 0 " * 100_000), 0, Reference(9, 0, reader()))

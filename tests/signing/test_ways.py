"""The ways to an object are those pyHanko finds, found quicker; a file that has too many of them is not believed."""

import io
from collections.abc import Callable

import pikepdf
import pytest
from pyhanko.pdf_utils.generic import Reference
from pyhanko.pdf_utils.misc import PdfReadError
from pyhanko.pdf_utils.reader import HistoricalResolver, RawPdfPath

from signing.once_reader import OnceReader, open_once
from signing.verdict import verify
from signing.ways import find_ways
from tests.signing.builders import NOW, Signers, paper, typeset, whole

TAGGED = """
#set document(title: "Báo cáo")
#set page(paper: "a4")
#outline()
= Một
Xem @bang và #link("https://vi-du.example")[nơi này].
#figure(table(columns: 3, [a], [b], [c], [1], [2], [3]), caption: [Bảng]) <bang>
== Hai
- một
- hai
#pagebreak()
= Ba
"""


def as_the_library(reader: OnceReader, revision: int) -> dict[Reference, set[RawPdfPath]]:
    """By its own walk over the whole document."""
    resolver = HistoricalResolver(reader, revision)
    resolver._load_reverse_xref_cache()  # noqa: SLF001 - what ours replaces is compared with it
    found = resolver._indirect_object_access_cache  # noqa: SLF001 - as above
    assert found is not None
    return {reference: set(ways) for reference, ways in found.items()}


def assert_same(pdf: bytes) -> None:
    reader, _ = open_once(pdf)
    for revision in range(reader.xrefs.total_revisions):
        expected = as_the_library(reader, revision)
        ways = find_ways(reader.get_historical_resolver(revision))
        numbers = {Reference(number, 0) for number in range(1, reader.trailer["/Size"])}
        found = {number: {RawPdfPath(*way) for way in ways.to(number)} for number in numbers}
        assert expected == {number: paths for number, paths in found.items() if paths}


def test_ways_are_the_librarys(sealed: bytes, subtests: pytest.Subtests) -> None:
    files = {"sealed": sealed, "plain": paper(pages=3), "tagged": typeset(TAGGED)}
    for name, pdf in files.items():
        with subtests.test(name):
            assert_same(pdf)


def rebuilt(change: Callable[[pikepdf.Pdf], None]) -> OnceReader:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(typeset(TAGGED))) as document:
        change(document)
        document.save(out)
    return open_once(out.getvalue())[0]


def tangle(document: pikepdf.Pdf) -> None:
    """Twelve things, each of which names all the others."""
    knots = [document.make_indirect(pikepdf.Dictionary()) for _ in range(12)]
    for knot in knots:
        knot["/All"] = pikepdf.Array(knots)
    document.Root["/PieceInfo"] = knots[0]


def page_twice(document: pikepdf.Pdf) -> None:
    document.Root.Pages.Kids.append(document.Root.Pages.Kids[0])


def element_twice(document: pikepdf.Pdf) -> None:
    element = next(thing for thing in document.objects if str(thing.get("/Type", "")) == "/StructElem")
    document.Root.StructTreeRoot["/K"] = pikepdf.Array([element, element])


def element_within_itself(document: pikepdf.Pdf) -> None:
    element = document.make_indirect(pikepdf.Dictionary())
    element["/K"] = element
    document.Root.StructTreeRoot["/K"] = element


@pytest.mark.parametrize("change", [tangle, page_twice, element_twice, element_within_itself])
def test_what_nobody_can_follow_ends_in_an_error(change: Callable[[pikepdf.Pdf], None]) -> None:
    reader = rebuilt(change)
    with pytest.raises(PdfReadError):
        find_ways(reader.get_historical_resolver(0))


def test_a_tangled_file_still_gets_a_verdict(people: Signers) -> None:
    """The second signature holds; whether the file changed after the first nobody can tell."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(paper())) as document:
        tangle(document)
        document.save(out)
    first, second = verify(whole(people, out.getvalue()), trust=people.trust, at=NOW).signatures
    assert (first.indication, first.code) == ("TOTAL-FAILED", "changed_after_signing")
    assert second.indication == "TOTAL-PASSED"

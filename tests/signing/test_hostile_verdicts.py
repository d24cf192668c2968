"""Files made to break whoever reads them: each has a verdict or is refused, within 5 s and 512 MB, and none passes.

The same shapes put after good signatures, and before a signature is asked for.
"""

import io
import zlib
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from docservice.core.sandbox import Limits, Sandbox
from signing.errors import GateRefused, VerdictImpossible
from signing.gate import examine
from signing.looking import SigningPolicy, look_over
from signing.verdict import verify
from tests.signing.builders import NOW, Signers, paper
from tests.signing.forgeries.updates import Change, dictionary, name, page_of, set_root, updated

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def fenced() -> Iterator[Sandbox]:
    """What is too slow or too large is the sandbox's own error, and fails the test; a busy machine is neither."""
    preload = ("signing.verdict", "signing.looking")
    with Sandbox(size=1, preload=preload, limits=Limits(wall_s=120, cpu_s=5, memory_mb=512)) as made:
        yield made


def saved(change: Callable[[pikepdf.Pdf], None], **how: object) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(paper("Báo cáo"))) as document:
        change(document)
        # What the library mends while saving would not be hostile any more.
        document.save(out, fix_metadata_version=False, **how)  # type: ignore[arg-type] # pikepdf's own options
    return out.getvalue()


def many_pages(document: pikepdf.Pdf) -> None:
    """Ten million pages: seven levels of ten times the same."""
    node = document.pages[0].obj
    for level in range(1, 8):
        node = document.make_indirect(Dictionary(Type=Name.Pages, Kids=Array([node] * 10), Count=10**level))
    document.Root.Pages = node


def loop(document: pikepdf.Pdf) -> None:
    document.Root.Pages.Kids = Array([document.Root.Pages])


@cache
def bomb(layers: int) -> bytes:
    """700 MB of nothing, packed so many times."""
    packer = zlib.compressobj(1)
    data = b"".join([*(packer.compress(bytes(10**7)) for _ in range(70)), packer.flush()])
    for _ in range(layers - 1):
        data = zlib.compress(data, 9)
    return data


def packed(document: pikepdf.Pdf, layers: int) -> pikepdf.Stream:
    stream = pikepdf.Stream(document, b"")
    stream.write(bomb(layers), filter=Array([Name.FlateDecode] * layers))
    return stream


def acting(document: pikepdf.Pdf) -> None:
    document.Root.OpenAction = Dictionary(
        S=Name.Launch, F="a.exe", Next=Dictionary(S=Name.JavaScript, JS="app.alert(1)")
    )
    document.Root.AcroForm = Dictionary(Fields=Array([]), XFA=pikepdf.Stream(document, b"<xdp/>"))


def carrying(document: pikepdf.Pdf) -> None:
    document.attachments["a.exe"] = pikepdf.AttachedFileSpec(document, b"MZ", filename="a.exe")


def deep(document: pikepdf.Pdf) -> None:
    document.Root.Deep = Name.Here


def nothing(document: pikepdf.Pdf) -> None:
    """As it is."""


def contents(document: pikepdf.Pdf, layers: int) -> None:
    document.pages[0].Contents = packed(document, layers)


def metadata(document: pikepdf.Pdf) -> None:
    document.Root.Metadata = packed(document, 1)


def sixty_thousand_dots(document: pikepdf.Pdf) -> None:
    drawn = pikepdf.Stream(document, b"\xff")
    drawn.Type, drawn.Subtype, drawn.ColorSpace, drawn.BitsPerComponent = Name.XObject, Name.Image, Name.DeviceGray, 8
    drawn.Width = drawn.Height = 60_000
    document.pages[0].Resources = Dictionary(XObject=Dictionary(I=drawn))
    document.pages[0].Contents = pikepdf.Stream(document, b"/I Do")


def bomb_of_objects() -> bytes:
    """The catalogue itself lies in a stream of objects that never ends."""
    packed, head = bomb(1), b"%PDF-1.7\n"
    objects = b"2 0 obj<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length %d>>stream\n" % len(packed)
    objects += packed + b"\nendstream endobj\n"
    place = len(head) + len(objects)
    rows = [(0, 0, 65535), (2, 2, 0), (1, len(head), 0), (1, place, 0)]
    table = b"".join(kind.to_bytes(1) + at.to_bytes(4) + more.to_bytes(2) for kind, at, more in rows)
    index = b"3 0 obj<</Type/XRef/Size 4/W[1 4 2]/Root 1 0 R/Length %d>>stream\n" % len(table)
    return head + objects + index + table + b"\nendstream endobj\nstartxref\n%d\n%%%%EOF\n" % place


# Each of them, and what the gate says of it before it is taken in or signed.
SHAPES: dict[str, tuple[Callable[[], bytes], str]] = {
    "nothing": (lambda: b"", "pdf_empty"),
    "no PDF": ("Xin chào".encode, "not_pdf"),
    "user password": (lambda: saved(nothing, encryption=pikepdf.Encryption(owner="a", user="b")), "pdf_encrypted"),
    "owner password": (lambda: saved(nothing, encryption=pikepdf.Encryption(owner="a", user="")), "pdf_encrypted"),
    "truncated": (lambda: paper("Báo cáo")[:-600], "not_pdf"),
    "junk before the header": (lambda: b"junk\n" * 50 + paper("Báo cáo"), "not_pdf"),
    "wrong table": (lambda: paper("Báo cáo").replace(b"startxref\n", b"startxref\n9"), "pdf_damaged"),
    "actions, XFA": (lambda: saved(acting), "pdf_active_content"),
    "a program inside": (lambda: saved(carrying), "pdf_embedded_files"),
    "ten million pages": (lambda: saved(many_pages), "pdf_damaged"),
    "pages within themselves": (lambda: saved(loop), "pdf_damaged"),
    "200,000 arrays": (
        lambda: saved(deep).replace(b"/Here", b" " + b"[" * 200_000 + b"]" * 200_000),
        "pdf_damaged",
    ),
    "bomb": (lambda: saved(lambda document: contents(document, 1)), "pdf_decompression_bomb"),
    "bomb in a bomb": (lambda: saved(lambda document: contents(document, 2)), "pdf_decompression_bomb"),
    "bomb in the metadata": (lambda: saved(metadata), "pdf_decompression_bomb"),
    "bomb of objects": (bomb_of_objects, "pdf_damaged"),
    "a picture of 60,000 by 60,000": (lambda: saved(sixty_thousand_dots), "pdf_image_too_large"),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_a_hostile_file_ends_in_a_verdict_or_a_refusal(people: Signers, fenced: Sandbox, shape: str) -> None:
    pdf = SHAPES[shape][0]()
    try:
        found = fenced.run(verify, pdf, trust=people.trust, at=NOW)
    except VerdictImpossible:
        return
    assert (found.signatures, found.timestamps) == ((), ())


@pytest.mark.parametrize("shape", SHAPES)
def test_nothing_hostile_is_taken_in_or_signed(fenced: Sandbox, shape: str) -> None:
    make, code = SHAPES[shape]
    pdf = make()
    for looks in (lambda: fenced.run(examine, pdf), lambda: fenced.run(look_over, pdf, policy=SigningPolicy())):
        with pytest.raises(GateRefused) as refused:
            looks()
        assert refused.value.code == code


class Raw(generic.PdfObject):
    """Written as it is."""

    def __init__(self, text: bytes) -> None:
        self._text = text

    def write_to_stream(self, stream: Any, handler: Any = None, container_ref: Any = None) -> None:  # noqa: ARG002 - the library's
        stream.write(self._text)


def packed_again(writer: IncrementalPdfFileWriter, layers: int) -> Any:
    filters = generic.ArrayObject([name("FlateDecode")] * layers)
    return writer.add_object(generic.StreamObject(dict_data={name("Filter"): filters}, encoded_data=bomb(layers)))


def pages_again(writer: IncrementalPdfFileWriter) -> None:
    node = writer.root["/Pages"].raw_get("/Kids")[0]
    for level in range(1, 8):
        node = writer.add_object(
            dictionary(Type=name("Pages"), Kids=generic.ArrayObject([node] * 10), Count=generic.NumberObject(10**level))
        )
    writer.root[name("Pages")] = node
    writer.update_root()


def loop_again(writer: IncrementalPdfFileWriter) -> None:
    tree = writer.root["/Pages"]
    tree[name("Kids")] = generic.ArrayObject([writer.root.raw_get("/Pages")])
    writer.update_container(tree)


def contents_again(layers: int) -> Change:
    def change(writer: IncrementalPdfFileWriter) -> None:
        page = page_of(writer)
        page[name("Contents")] = packed_again(writer, layers)
        writer.update_container(page)

    return change


def acting_again(writer: IncrementalPdfFileWriter) -> None:
    writer.root[name("OpenAction")] = dictionary(S=name("JavaScript"), JS=generic.pdf_string("app.alert(1)"))
    writer.root["/AcroForm"][name("XFA")] = writer.add_object(generic.StreamObject(stream_data=b"<xdp/>"))
    writer.update_root()
    writer.update_container(writer.root["/AcroForm"])


AFTERWARDS: dict[str, Change] = {
    "actions, XFA": acting_again,
    "ten million pages": pages_again,
    "pages within themselves": loop_again,
    "200,000 arrays": set_root("Deep", lambda _: Raw(b" " + b"[" * 200_000 + b"]" * 200_000)),
    "bomb": contents_again(1),
    "bomb in a bomb": contents_again(2),
    "bomb in an annex of the catalogue": set_root("Odd", lambda writer: packed_again(writer, 1)),
}


@pytest.mark.parametrize("shape", AFTERWARDS)
def test_no_signature_passes_under_a_hostile_update(
    people: Signers, sealed: bytes, fenced: Sandbox, shape: str
) -> None:
    pdf = updated(sealed, AFTERWARDS[shape])
    assert pdf.startswith(sealed)
    try:
        found = fenced.run(verify, pdf, trust=people.trust, at=NOW)
    except VerdictImpossible:
        return
    assert len(found.signatures) == 2
    assert "TOTAL-PASSED" not in {verdict.indication for verdict in found.signatures}

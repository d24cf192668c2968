"""Files made to break whoever reads them: each has a verdict or is refused, within 5 s and 512 MB, and none passes."""

import io
import zlib
from collections.abc import Callable

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name

from docservice.core.sandbox import Limits, Sandbox
from signing.errors import VerdictImpossible
from signing.verdict import verify
from tests.signing.builders import NOW, Signers, paper

pytestmark = pytest.mark.slow


def saved(change: Callable[[pikepdf.Pdf], None], **how: object) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(paper("Báo cáo"))) as document:
        change(document)
        document.save(out, **how)  # type: ignore[arg-type] # pikepdf's own options
    return out.getvalue()


def many_pages(document: pikepdf.Pdf) -> None:
    """Ten million pages: seven levels of ten times the same."""
    node = document.pages[0].obj
    for level in range(1, 8):
        node = document.make_indirect(Dictionary(Type=Name.Pages, Kids=Array([node] * 10), Count=10**level))
    document.Root.Pages = node


def loop(document: pikepdf.Pdf) -> None:
    document.Root.Pages.Kids = Array([document.Root.Pages])


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
    document.attachments["a.exe"] = pikepdf.AttachedFileSpec(document, b"MZ", filename="a.exe")


def deep(document: pikepdf.Pdf) -> None:
    document.Root.Deep = Name.Here


def nothing(document: pikepdf.Pdf) -> None:
    """As it is."""


def contents(document: pikepdf.Pdf, layers: int) -> None:
    document.pages[0].Contents = packed(document, layers)


def metadata(document: pikepdf.Pdf) -> None:
    document.Root.Metadata = packed(document, 1)


SHAPES: dict[str, Callable[[], bytes]] = {
    "user password": lambda: saved(nothing, encryption=pikepdf.Encryption(owner="a", user="b")),
    "owner password": lambda: saved(nothing, encryption=pikepdf.Encryption(owner="a", user="")),
    "truncated": lambda: paper("Báo cáo")[:-600],
    "junk before the header": lambda: b"junk\n" * 50 + paper("Báo cáo"),
    "wrong table": lambda: paper("Báo cáo").replace(b"startxref\n", b"startxref\n9"),
    "actions, a program, XFA": lambda: saved(acting),
    "ten million pages": lambda: saved(many_pages),
    "pages within themselves": lambda: saved(loop),
    "200,000 arrays": lambda: saved(deep).replace(b"/Here", b" " + b"[" * 200_000 + b"]" * 200_000),
    "bomb": lambda: saved(lambda document: contents(document, 1)),
    "bomb in a bomb": lambda: saved(lambda document: contents(document, 2)),
    "bomb in the metadata": lambda: saved(metadata),
}


@pytest.mark.parametrize("name", SHAPES)
def test_a_hostile_file_ends_in_a_verdict_or_a_refusal(people: Signers, name: str) -> None:
    pdf = SHAPES[name]()
    with Sandbox(size=1, preload=("signing.verdict",), limits=Limits(wall_s=5, cpu_s=5, memory_mb=512)) as sandbox:
        try:
            # What is too slow or too large is the sandbox's own error, and fails the test.
            found = sandbox.run(verify, pdf, trust=people.trust, at=NOW)
        except VerdictImpossible:
            return
    assert (found.signatures, found.timestamps) == ((), ())

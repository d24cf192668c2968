"""What may not be signed: hidden, covered, waiting or differing content, each by its code; and what is only odd."""

import io
from collections.abc import Callable
from typing import Any

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, String

from signing.errors import GateRefused
from signing.looking import CODES, SigningPolicy, look_over, policy_of
from tests.signing.builders import paper, prepared, typeset

Change = Callable[[pikepdf.Pdf], None]


def with_change(change: Change, pdf: bytes | None = None) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf or paper())) as document:
        change(document)
        document.save(out)
    return out.getvalue()


def layer(document: pikepdf.Pdf, **settings: Any) -> None:
    group = document.make_indirect(Dictionary(Type=Name.OCG, Name="Lớp"))
    settings = {key: Array([group]) if value is ... else value for key, value in settings.items()}
    document.Root.OCProperties = Dictionary(OCGs=Array([group]), D=Dictionary(Order=Array([group]), **settings))


def note(document: pikepdf.Pdf, kind: str, **entries: Any) -> None:
    added = Dictionary(Type=Name.Annot, Subtype=Name(kind), Rect=Array([100, 100, 200, 130]), **entries)
    page = document.pages[0].obj
    notes = list(page.get("/Annots", []))
    page.Annots = Array([*notes, document.make_indirect(added)])


def shown(document: pikepdf.Pdf, text: str) -> Dictionary:
    """An appearance that draws the text."""
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    stream = document.make_stream(f"BT /F 10 Tf 4 8 Td ({text}) Tj ET".encode())
    stream.Type, stream.Subtype = Name.XObject, Name.Form
    stream.BBox, stream.Resources = Array([0, 0, 100, 30]), Dictionary(Font=Dictionary(F=font))
    return Dictionary(N=stream)


def field(document: pikepdf.Pdf, value: str, picture: str, **entries: Any) -> None:
    entries = {"Ff": 1, "F": 4, **entries}
    note(document, "/Widget", FT=Name.Tx, T=String("so"), V=String(value), AP=shown(document, picture), **entries)
    widget = document.pages[0].obj.Annots[-1]
    document.Root.AcroForm = Dictionary(Fields=Array([widget]))


def check_box(document: pikepdf.Pdf) -> None:
    note(document, "/Widget", FT=Name.Btn, T=String("dong-y"), V=Name.No, AS=Name.Yes, Ff=1, F=4)
    document.Root.AcroForm = Dictionary(Fields=Array([document.pages[0].obj.Annots[-1]]))


def unused_page(document: pikepdf.Pdf) -> None:
    """A page that a later update could put into the tree; saved by being named where nobody looks, then unnamed."""
    document.Root.Later = document.make_indirect(Dictionary(Type=Name.Page, Contents=document.make_stream(b"")))


def covered(document: pikepdf.Pdf) -> None:
    page = document.pages[0]
    page.contents_add(document.make_stream(b"q 1 1 1 rg 0 0 600 850 re f Q"))


def attached(document: pikepdf.Pdf) -> None:
    document.attachments["bang.csv"] = b"a,b"
    embedded = document.Root.Names.EmbeddedFiles.Names[1]
    del document.Root.Names
    document.Root.AF = Array([embedded])


REFUSED: list[tuple[str, Change]] = [
    ("pdf_hidden_content", lambda d: layer(d, OFF=...)),
    ("pdf_hidden_content", lambda d: layer(d, BaseState=Name.OFF)),
    ("pdf_hidden_content", lambda d: layer(d, AS=Array([Dictionary(Event=Name.Print)]))),
    ("pdf_hidden_content", lambda d: note(d, "/FreeText", F=2, Contents=String("x"))),
    ("pdf_hidden_content", lambda d: note(d, "/Stamp", F=32)),
    ("pdf_hidden_content", lambda d: field(d, "5", "5", F=6)),
    ("pdf_field_differs", lambda d: field(d, "500 trieu", "5 trieu")),
    ("pdf_field_differs", lambda d: field(d, "", "5 trieu")),
    ("pdf_field_differs", lambda d: field(d, "5 trieu", "")),
    ("pdf_field_differs", check_box),
    ("pdf_covered_text", covered),
    ("pdf_embedded_files", attached),
]


@pytest.mark.parametrize(("code", "change"), REFUSED)
def test_what_hides_something_is_refused(code: str, change: Change) -> None:
    with pytest.raises(GateRefused) as refused:
        look_over(with_change(change))
    assert refused.value.code == code


def test_a_page_that_waits_unused_is_refused() -> None:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(with_change(unused_page))) as document:
        document.save(out, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    plain = out.getvalue()
    # As an attacker leaves it: nothing names the page any more; of the same length, so that no offset moves.
    start = plain.index(b"/Later")
    end = plain.index(b" R", start) + 2
    with pytest.raises(GateRefused, match="pdf_unused_content"):
        look_over(plain[:start] + b" " * (end - start) + plain[end:])


@pytest.mark.parametrize(
    ("code", "change"),
    [
        ("annotations", lambda d: note(d, "/Stamp")),
        ("open_fields", lambda d: field(d, "5", "5", Ff=0)),
    ],
)
def test_what_is_only_odd_is_a_warning_or_refused_by_policy(code: str, change: Change) -> None:
    pdf = with_change(change)
    assert look_over(pdf).warnings == (code,)
    with pytest.raises(GateRefused, match=f"pdf_{code}"):
        look_over(pdf, policy=SigningPolicy(frozenset(CODES)))


def test_the_policy_may_let_pass_what_it_names() -> None:
    pdf = with_change(lambda d: layer(d, OFF=...))
    assert look_over(pdf, policy=policy_of("field_differs, covered_text")).warnings == ("hidden_content",)
    with pytest.raises(ValueError, match="hiden"):
        policy_of("hiden_content")


def test_ordinary_papers_pass_and_their_pages_have_a_hash(sealed: bytes) -> None:
    first = look_over(prepared())
    assert (first.pages, first.warnings) == (1, ())
    assert look_over(prepared()) == first
    assert look_over(prepared(paper("Báo cáo khác"))).pages_sha256 != first.pages_sha256
    assert look_over(sealed).pages_sha256 != first.pages_sha256


def test_a_table_with_coloured_cells_covers_nothing() -> None:
    cells = typeset("#table(columns: 2, fill: gray, [Nội dung], [Số lượng], [Hộ nghèo], [45])")
    assert look_over(cells).warnings == ()


def test_a_right_field_passes() -> None:
    assert look_over(with_change(lambda d: field(d, "5 trieu", "5 trieu"))).warnings == ()

"""The gate: what is whole and still passes, everything else is refused by name and nothing is raised raw."""

import io
import zlib
from pathlib import Path

import pikepdf
import pytest

from signing.errors import GateRefused
from signing.gate import GateLimits, examine
from tests.signing.builders import paper

SAMPLES = Path(__file__).resolve().parents[2] / "docservice/demo/samples"


def refusal(pdf: bytes, limits: GateLimits | None = None) -> str:
    with pytest.raises(GateRefused) as refused:
        examine(pdf, limits=limits or GateLimits())
    return refused.value.code


def changed(**root: object) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(paper())) as document:
        for key, value in root.items():
            document.Root[f"/{key}"] = value
        document.save(out)
    return out.getvalue()


@pytest.mark.parametrize("name", sorted(p.name for p in SAMPLES.glob("*.pdf")))
def test_real_decrees_pass(name: str) -> None:
    report = examine((SAMPLES / name).read_bytes())
    assert report.pages > 1
    assert not report.signed


def test_a_signed_file_passes_and_is_known_as_signed(sealed: bytes) -> None:
    assert examine(sealed).signed


@pytest.mark.parametrize(
    ("pdf", "code"),
    [
        (b"", "pdf_empty"),
        (b"Xin ch\xc3\xa0o", "not_pdf"),
        (b"junk" + paper(), "not_pdf"),
        (paper()[: len(paper()) // 2], "not_pdf"),
        (paper()[: len(paper()) // 2] + b"%%EOF", "pdf_damaged"),
        (paper().replace(b"startxref", b"startxerf"), "pdf_damaged"),
        (b"%PDF-1.7\n" + b"[" * 200_000 + b"\n%%EOF", "pdf_damaged"),
    ],
)
def test_what_is_no_whole_pdf_is_refused(pdf: bytes, code: str) -> None:
    assert refusal(pdf) == code


def test_encryption_is_refused_with_either_password() -> None:
    for user in ("", "b"):
        out = io.BytesIO()
        with pikepdf.open(io.BytesIO(paper())) as document:
            document.save(out, encryption=pikepdf.Encryption(owner="a", user=user))
        assert refusal(out.getvalue()) == "pdf_encrypted"


@pytest.mark.parametrize(
    "action",
    [
        {"/S": pikepdf.Name.JavaScript, "/JS": "app.alert(1)"},
        {"/S": pikepdf.Name.Launch, "/F": "cmd.exe"},
        {"/S": pikepdf.Name.SubmitForm, "/F": "http://x.invalid"},
        {"/S": pikepdf.Name.ImportData, "/F": "x"},
        {"/S": pikepdf.Name.GoToR, "/F": "x.pdf"},
    ],
)
def test_what_acts_is_refused(action: dict[str, object]) -> None:
    assert refusal(changed(OpenAction=pikepdf.Dictionary(action))) == "pdf_active_content"


@pytest.mark.parametrize(
    "entries",
    [
        {"/F": pikepdf.Dictionary(FS=pikepdf.Name.URL, F="http://x.invalid")},
        {"/Subtype": pikepdf.Name.Form, "/Ref": pikepdf.Dictionary(F="x.pdf", Page=0)},
        {"/Subtype": pikepdf.Name.PS},
    ],
)
def test_what_shows_anothers_content_is_refused(entries: dict[str, pikepdf.Object]) -> None:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(paper())) as document:
        drawn = pikepdf.Stream(document, b"")
        for key, value in entries.items():
            drawn[key] = value
        document.pages[0].Resources.XObject = pikepdf.Dictionary(X=drawn)
        document.save(out)
    assert refusal(out.getvalue()) == "pdf_active_content"


def test_forms_of_another_kind_and_hidden_files_are_refused() -> None:
    form = pikepdf.Dictionary(Fields=pikepdf.Array(), XFA=pikepdf.String("<x/>"))
    assert refusal(changed(AcroForm=form)) == "pdf_active_content"
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(paper())) as document:
        document.attachments["a.exe"] = b"MZ"
        document.save(out)
    assert refusal(out.getvalue()) == "pdf_embedded_files"


def test_bombs_are_refused_quickly() -> None:
    big = zlib.compress(b"\0" * 200_000_000, 9)
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(paper())) as document:
        bomb = pikepdf.Stream(document, b"")
        bomb.write(big, filter=pikepdf.Name.FlateDecode)
        document.pages[0].Contents = bomb
        document.save(out, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)
    assert refusal(out.getvalue()) in {"pdf_decompression_bomb", "pdf_damaged"}


def test_a_picture_of_unseen_size_is_refused() -> None:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(paper())) as document:
        image = pikepdf.Stream(document, b"x", Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image)
        image.Width, image.Height, image.BitsPerComponent = 60_000, 60_000, 8
        document.pages[0].Resources.XObject = pikepdf.Dictionary(I=image)
        document.save(out)
    assert refusal(out.getvalue()) == "pdf_image_too_large"


def test_limits_of_size_pages_and_objects() -> None:
    assert refusal(paper(), GateLimits(file_bytes=100)) == "pdf_too_large"
    assert refusal(paper(pages=4), GateLimits(pages=3)) == "pdf_too_many_pages"
    assert refusal(paper(), GateLimits(objects=3)) == "pdf_too_complex"


def test_a_page_count_that_lies_is_refused() -> None:
    lying = paper().replace(b"/Count 1/", b"/Count 9/")
    assert lying != paper()
    assert refusal(lying) == "pdf_damaged"

"""OpenSSL as the third judge: it knows CMS and certificates and nothing of PDF, so cutting the PDF is done here.

Own code, apart from the product's and from pyHanko's: the bytes named by /ByteRange are the content, the hexadecimal
string between them is the CMS message.
"""

import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path

import pikepdf
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from tests.judges.build import JudgeUnavailable

SECONDS = 30


@dataclass(frozen=True)
class CutSignature:
    """A signature cut out of a PDF: the field, the bytes it signs, its CMS message, where its revision ends."""

    field: str
    content: bytes
    message: bytes
    end: int


@dataclass(frozen=True)
class OpensslReport:
    """`valid`: digest, signature, ESS certificate reference and chain hold; `detail` is what OpenSSL said.

    `covers_whole_file`: nothing was written after this signature.
    """

    field: str
    valid: bool
    detail: str
    covers_whole_file: bool


def cut_signatures(pdf: bytes) -> tuple[CutSignature, ...]:
    """All signatures of a PDF, earliest revision first.

    Raises ValueError when a ByteRange does not begin at 0 or leaves out more or less than one hexadecimal string.
    """
    with pikepdf.open(BytesIO(pdf)) as document:
        form = document.Root.get("/AcroForm")
        signed = list(_signed_fields(form.Fields, "")) if form is not None else []
        ranges = [(name, [int(number) for number in field.V.ByteRange]) for name, field in signed]
    return tuple(sorted((_cut(pdf, name, numbers) for name, numbers in ranges), key=lambda cut: cut.end))


def openssl_verify(pdf: bytes, *, field: str, anchors: Sequence[bytes], at: datetime | None = None) -> OpensslReport:
    """Ask `openssl cms -verify` about the signature in a field; KeyError when there is none.

    `anchors` are PEM or DER certificates; `at` is the instant the certificates are judged at (default: now). Neither
    time stamps nor revocation are looked at. Raises `JudgeUnavailable` when there is no openssl.
    """
    cut = {signature.field: signature for signature in cut_signatures(pdf)}[field]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "content").write_bytes(cut.content)
        (folder / "message").write_bytes(cut.message)
        (folder / "anchors").write_bytes(
            b"".join(_certificate(anchor).public_bytes(Encoding.PEM) for anchor in anchors)
        )
        command = ["openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", "message", "-content", "content"]
        # Without the two refusals the machine's own anchors would be trusted too.
        command += ["-CAfile", "anchors", "-no-CApath", "-no-CAstore", "-purpose", "any", "-cades"]
        command += ["-out", "/dev/null"]
        if at is not None:
            command += ["-attime", str(int(at.timestamp()))]
        try:
            done = subprocess.run(command, cwd=folder, capture_output=True, check=False, timeout=SECONDS)
        except (OSError, subprocess.TimeoutExpired) as failed:
            raise JudgeUnavailable(f"openssl: {failed}") from failed
    return OpensslReport(field, done.returncode == 0, done.stderr.decode("utf-8", "replace"), cut.end == len(pdf))


def _signed_fields(fields: Iterable[pikepdf.Object], above: str) -> Iterator[tuple[str, pikepdf.Object]]:
    """Signature fields that hold a signature, with their full names (ISO 32000-1, 12.7.3.2)."""
    for field in fields:
        name = f"{above}{field.get('/T', '')}"
        if field.get("/FT") == pikepdf.Name.Sig and "/V" in field:
            yield name, field
        elif "/Kids" in field:
            yield from _signed_fields(field.Kids, f"{name}.")


def _cut(pdf: bytes, field: str, numbers: Sequence[int]) -> CutSignature:
    start, length, second, rest = numbers
    gap = pdf[start + length : second]
    if start != 0 or not (gap.startswith(b"<") and gap.endswith(b">")) or len(pdf) < second + rest:
        raise ValueError(f"{field}: the ByteRange {list(numbers)} does not leave out exactly its own /Contents")
    padded = bytes.fromhex(gap[1:-1].decode("ascii"))
    return CutSignature(field, pdf[:length] + pdf[second : second + rest], _first_der(padded), second + rest)


def _first_der(padded: bytes) -> bytes:
    """The one DER value in front of the zeros that fill the reserved room."""
    if padded[1] < 0x80:
        return padded[: 2 + padded[1]]
    size_bytes = padded[1] & 0x7F
    return padded[: 2 + size_bytes + int.from_bytes(padded[2 : 2 + size_bytes], "big")]


def _certificate(data: bytes) -> x509.Certificate:
    return x509.load_pem_x509_certificate(data) if data.startswith(b"-----") else x509.load_der_x509_certificate(data)

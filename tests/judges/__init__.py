"""Outside judges of what the product makes: EU DSS and OpenSSL of signatures, veraPDF of PDF/A. None of them fetches.

Tests that ask the Java ones carry `@pytest.mark.judges`. Starting them takes over a second and each file little, so
ask for many files at once. A judge that cannot be built or started raises `JudgeUnavailable`: an error, never a skip.
"""

import tempfile
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.judges.build import JudgeUnavailable, ask
from tests.judges.openssl import CutSignature, OpensslReport, cut_signatures, openssl_verify
from tests.judges.reports import (
    DssModification,
    DssReport,
    DssSignature,
    DssTimestamp,
    PdfaFailure,
    PdfaReport,
    dss_report,
    pdfa_report,
)

__all__ = [
    "CutSignature",
    "DssModification",
    "DssReport",
    "DssSignature",
    "DssTimestamp",
    "JudgeUnavailable",
    "OpensslReport",
    "PdfaFailure",
    "PdfaReport",
    "cut_signatures",
    "judge_pdfa",
    "judge_signatures",
    "openssl_verify",
]


def judge_signatures(
    files: Sequence[Path], *, anchors: Sequence[bytes], crls: Sequence[bytes], at: datetime | None = None
) -> list[DssReport]:
    """EU DSS about the signatures of PDF files, one report a file in the same order.

    `anchors` are the trusted certificates and `crls` the revocation lists, PEM or DER each; the certificates between
    are taken from the signatures. `at` is the instant of validation (default: now).
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        arguments = [*_options("--trust", folder, anchors), *_options("--crl", folder, crls)]
        if at is not None:
            arguments += ["--at", at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")]
        said = ask("dss", [*arguments, *_paths(files)])
    return [dss_report(line) for line in _complete(said, files)]


def judge_pdfa(files: Sequence[Path], flavour: str = "2b") -> list[PdfaReport]:
    """veraPDF about PDF files, one report a file in the same order; `flavour` as in "2b", "1a", "ua1"."""
    said = ask("verapdf", ["--flavour", flavour, *_paths(files)])
    return [pdfa_report(line, flavour=flavour) for line in _complete(said, files)]


def _options(option: str, folder: Path, contents: Sequence[bytes]) -> Iterable[str]:
    for number, content in enumerate(contents):
        path = folder / f"{option.strip('-')}-{number}"
        path.write_bytes(content)
        yield from (option, str(path))


def _paths(files: Sequence[Path]) -> list[str]:
    return [str(file.resolve()) for file in files]


def _complete(said: list[dict[str, Any]], files: Sequence[Path]) -> list[dict[str, Any]]:
    if len(said) != len(files):
        raise JudgeUnavailable(f"{len(said)} answers for {len(files)} files")
    return said

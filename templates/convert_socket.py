"""The converter in a process, or a container, of its own: asked over a Unix socket, so that it needs no network.

A question is a line of JSON (`act`, `suffix`, `size`) and the document's bytes; the answer a line of JSON (`ok`,
`size`, or `error` with its code) and the PDF's bytes. Each connection carries one question.
"""

import json
import os
import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

from templates.convert import Converter, ConverterHealth
from templates.errors import ConversionFailed, ConverterUnavailable, TemplatesError
from templates.fit import Misfit

# A document waits for those before it, for an office process to start and for one try on a fresh one.
PATIENCE_SECONDS = 180.0
_LARGEST = 256 * 1024 * 1024
_LONGEST_LINE = 4096
_LONGEST_ANSWER = 256 * 1024
_LONGEST_SUFFIX = 5
_RAISED = {kind.__name__: kind for kind in (ConversionFailed, ConverterUnavailable)}


class SocketConverter:
    """Asks the converter behind a socket; keeps the same promises as `OfficePool`."""

    def __init__(self, path: Path, *, patience: float = PATIENCE_SECONDS) -> None:
        self._path, self._patience = path, patience

    def convert(self, document: bytes, *, suffix: str) -> bytes:
        _, pdf = self._ask({"act": "convert", "suffix": suffix, "size": len(document)}, document)
        if not pdf.startswith(b"%PDF-"):
            raise ConversionFailed("conversion_failed")
        return pdf

    def convert_sheets(self, workbook: bytes, *, fitted: bool) -> tuple[bytes, tuple[Misfit, ...]]:
        question = {"act": "sheets", "suffix": "xlsx", "fitted": fitted, "size": len(workbook)}
        said, pdf = self._ask(question, workbook)
        if not pdf.startswith(b"%PDF-"):
            raise ConversionFailed("conversion_failed")
        return pdf, tuple(Misfit(**told) for told in said.get("misfits", ()))

    def warm(self) -> None:
        """The other side starts its processes by itself."""

    def check(self) -> ConverterHealth:
        try:
            said, _ = self._ask({"act": "check", "size": 0}, b"")
        except TemplatesError as error:
            return ConverterHealth(ready=False, processes=0, restarts=0, problem=f"{self._path}: {error}")
        return ConverterHealth(
            ready=said.get("ready") is True,
            processes=int(said.get("processes", 0)),
            restarts=int(said.get("restarts", 0)),
            problem=str(said.get("problem", ""))[:500],
            fonts=tuple(str(font) for font in said.get("fonts", ())),
        )

    def close(self) -> None:
        """Nothing is kept open."""

    def _ask(self, question: dict[str, Any], document: bytes) -> tuple[dict[str, Any], bytes]:
        try:
            with socket.socket(socket.AF_UNIX) as line:
                line.settimeout(self._patience)
                line.connect(str(self._path))
                line.sendall(json.dumps(question).encode() + b"\n" + document)
                with line.makefile("rb") as answer:
                    said = _head(answer, longest=_LONGEST_ANSWER)
                    body = answer.read(int(said.get("size", 0))) if said.get("ok") else b""
        except TimeoutError as error:
            raise ConversionFailed("conversion_timeout") from error
        except (OSError, ValueError, TypeError) as error:
            raise ConverterUnavailable("converter_unreachable", reason=type(error).__name__) from error
        if not said.get("ok"):
            raise _RAISED.get(str(said.get("kind")), ConversionFailed)(str(said.get("error", "conversion_failed"))[:80])
        if len(body) != said["size"]:
            # The other side died in the middle: the job tries again.
            raise ConverterUnavailable("converter_unreachable", reason="cut short")
        return said, body


@contextmanager
def converting(path: Path, converter: Converter) -> Iterator[None]:
    """Answer on a socket while the block runs, a thread for each question."""
    path.unlink(missing_ok=True)
    mask = os.umask(0o117)  # for this user and group
    try:
        server = _Server(str(path), _Question)
    finally:
        os.umask(mask)
    server.converter = converter
    threading.Thread(target=server.serve_forever, name="converter", daemon=True).start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        path.unlink(missing_ok=True)


class _Server(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True
    converter: Converter


class _Question(socketserver.StreamRequestHandler):
    timeout = PATIENCE_SECONDS
    server: _Server

    def handle(self) -> None:
        try:
            asked = _head(self.rfile)  # type: ignore[arg-type]  # a file to read from, by another name
            document = self.rfile.read(int(asked["size"]))
            if len(document) != asked["size"]:
                return
            said, body = self._answer(asked, document)
            self.wfile.write(json.dumps(said | {"size": len(body)}).encode() + b"\n" + body)
        except (OSError, ValueError, KeyError, TypeError):
            return  # no question of ours, or nobody waits for the answer any more

    def _answer(self, asked: dict[str, Any], document: bytes) -> tuple[dict[str, Any], bytes]:
        converter = self.server.converter
        if asked["act"] == "check":
            health = converter.check()
            facts: dict[str, Any] = {"ready": health.ready, "processes": health.processes, "restarts": health.restarts}
            facts |= {"fonts": health.fonts}
            return {"ok": True, "problem": health.problem, **facts}, b""
        suffix = str(asked["suffix"])
        if not suffix.isalnum() or len(suffix) > _LONGEST_SUFFIX:
            return {"ok": False, "kind": ConversionFailed.__name__, "error": "document_unreadable"}, b""
        try:
            if asked["act"] == "sheets":
                pdf, misfits = converter.convert_sheets(document, fitted=asked.get("fitted") is True)
                return {"ok": True, "misfits": [asdict(misfit) for misfit in misfits]}, pdf
            return {"ok": True}, converter.convert(document, suffix=suffix)
        except (ConversionFailed, ConverterUnavailable) as error:
            return {"ok": False, "kind": type(error).__name__, "error": error.code}, b""


def _head(source: IO[bytes], *, longest: int = _LONGEST_LINE) -> dict[str, Any]:
    """The line before the bytes; raises `ValueError` for what is none, or announces more than any document has."""
    line = source.readline(longest)
    found = json.loads(line) if line.endswith(b"\n") else None
    if not isinstance(found, dict) or not 0 <= int(found.get("size", 0)) <= _LARGEST:
        raise ValueError("no question")
    return found

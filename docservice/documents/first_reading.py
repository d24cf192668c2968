"""What arrived is read once before anybody waits for it: its first page as a picture, its pages counted, its text."""

from functools import partial
from typing import TypeVar
from uuid import UUID

from docservice.core.runner import JobRun, job
from docservice.core.sandbox import Sandbox
from docservice.core.sandbox_errors import SandboxFailed
from docservice.core.work import Ports
from docservice.documents import facts, pictures, queries, storing, texts
from templates.errors import TemplatesError
from templates.read import first_look, text_of

T = TypeVar("T")


@job(facts.READ_FIRST)
def read_first(run: JobRun, *, document_id: UUID) -> None:
    """Read the file that came with a document, and have the index learn its text."""
    with run.reading() as reading:
        version = queries.latest_version(reading, document_id)
        if version is None:
            return
        is_read = texts.is_kept(reading, version.sha256) and (
            pictures.kept_picture(reading, sha256=version.sha256, page=1) is not None
        )
    if is_read:
        # It came with another document too, of which the index has learnt it.
        with run.finish() as work:
            facts.tell_change(work, queries.get(work, document_id))
        return
    look, text = _read(run.ports, storing.get(run.ports, version.sha256))
    kept_picture = None if look is None else storing.put(run.ports, look[1])
    kept_text = None if text is None else storing.put(run.ports, texts.of_pages(text).encode())
    with run.finish() as work:
        document = queries.get(work, document_id)
        if look is not None and kept_picture is not None:
            pictures.keep_picture(work, sha256=version.sha256, page=1, key=kept_picture.key)
            pictures.keep_pages(work, document, sha256=version.sha256, pages=look[0])
        if kept_text is not None:
            texts.keep_text(work, sha256=version.sha256, key=kept_text.key)
            facts.tell_change(work, document)


def _read(ports: Ports, pdf: bytes) -> tuple[tuple[int, bytes] | None, tuple[str, ...] | None]:
    """Pages with the first one's picture, and the text; None for what cannot be had: the document's page says so."""
    sandbox = ports[Sandbox]
    drawing, reading = partial(first_look, pdf, dpi=pictures.DPI), partial(text_of, pdf)
    try:
        return sandbox.run_both(drawing, reading)
    except (TemplatesError, SandboxFailed):
        # What the one cannot do may be had from the other.
        return _alone(sandbox, drawing), _alone(sandbox, reading)


def _alone(sandbox: Sandbox, call: "partial[T]") -> T | None:
    try:
        return sandbox.run(call.func, *call.args, **call.keywords)
    except (TemplatesError, SandboxFailed):
        return None

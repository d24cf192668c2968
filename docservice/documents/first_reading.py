"""What arrived is read once before anybody waits for it: its first page as a picture, its pages counted, its text."""

from functools import partial
from uuid import UUID

from docservice.core.runner import JobRun, job
from docservice.core.sandbox import Sandbox
from docservice.core.sandbox_errors import SandboxFailed
from docservice.core.work import Ports
from docservice.documents import facts, pictures, queries, storing, texts
from templates.errors import TemplatesError
from templates.read import first_look, text_of


@job(facts.READ_FIRST)
def read_first(run: JobRun, *, document_id: UUID) -> None:
    """Read the file that came with a document, and have the index learn its text."""
    with run.reading() as reading:
        version = queries.latest_version(reading, document_id)
        if version is None or (
            pictures.kept_picture(reading, sha256=version.sha256, page=1) is not None
            and texts.is_kept(reading, version.sha256)
        ):
            return
    pages, picture, text = _read(run.ports, storing.get(run.ports, version.sha256))
    kept_picture = None if picture is None else storing.put(run.ports, picture)
    kept_text = None if text is None else storing.put(run.ports, text.encode())
    with run.finish() as work:
        document = queries.get(work, document_id)
        if kept_picture is not None:
            pictures.keep_picture(work, sha256=version.sha256, page=1, key=kept_picture.key)
            pictures.keep_pages(work, document, sha256=version.sha256, pages=pages)
        if kept_text is not None:
            texts.keep_text(work, sha256=version.sha256, key=kept_text.key)
            facts.tell_change(work, document)


def _read(ports: Ports, pdf: bytes) -> tuple[int, bytes | None, str | None]:
    """Pages, picture and text; None for what cannot be had, now or later: the document's page says so."""
    sandbox = ports[Sandbox]
    try:
        (pages, picture), text = sandbox.run_both(partial(first_look, pdf, dpi=pictures.DPI), partial(text_of, pdf))
    except (TemplatesError, SandboxFailed):
        try:
            text = sandbox.run(text_of, pdf)
        except (TemplatesError, SandboxFailed):
            return 0, None, None
        return 0, None, texts.of_pages(text)
    return pages, picture, texts.of_pages(text)

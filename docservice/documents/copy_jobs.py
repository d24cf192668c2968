"""Making the file of a copy, and of a paper original: read, compute behind the fence, one short `Work`."""

from uuid import UUID

from docservice.core.runner import JobRun, job
from docservice.core.sandbox import Sandbox
from docservice.core.sandbox_errors import SandboxFailed
from docservice.core.words import say
from docservice.documents import copies, facts, numbering, queries, storing
from docservice.documents.copies import Printing
from docservice.documents.errors import COPY_REASONS
from docservice.documents.models import Document, Stage, Version
from docservice.documents.status import Status, Verb
from templates.copy_papers import copy_block, extract_paper
from templates.copying import CopyBlock, Extract, printed, scan_faults, with_block
from templates.errors import FormInvalid, TemplatesError

PDF = "application/pdf"


@job("documents.make_copy")
def make(run: JobRun, *, document_id: UUID) -> None:
    """Make a copy's file: a print with its block, an extract, or the scan itself, which is sealed as it is."""
    try:
        with run.reading() as reading:
            document = queries.get(reading, document_id)
            if document.status != Status.COPYING:
                return
            source = storing.get(run.ports, copies.terms_of(document).of_sha256)
            extract = copies.extract_of(reading, document)
            block = copies.block_of(reading, document) if document.on_paper else None
        made = _made(run, source, extract, block)
    except FormInvalid:
        _give_up(run, document_id, "source_values_wrong")
        return
    except (TemplatesError, SandboxFailed) as error:
        _give_up(run, document_id, error.code)
        return
    if made is None:
        _give_up(run, document_id, "scan_too_poor")
        return
    stored = storing.put(run.ports, made)
    with run.finish() as work:
        document = queries.get(work, document_id)
        facts.add_version(work, document, stage=Stage.COPIED, sha256=stored.key, size=stored.size)
        verb = Verb.COPY_PRINTED if document.on_paper else Verb.COPY_READY
        facts.add_step(work, document, verb, sha256=stored.key)


def _made(run: JobRun, source: bytes, extract: Extract | None, block: CopyBlock | None) -> bytes | None:
    """None for a scan that falls short of what the decree wants of a digitised document."""
    pages = extract_paper(extract) if extract else source
    if block is not None:
        return run.ports[Sandbox].run(with_block, pages, copy_block(block))
    if extract is not None:
        return pages
    # Scanners write files of their own kind: the pages are kept, the file around them is written anew.
    return None if run.ports[Sandbox].run(scan_faults, source) else run.ports[Sandbox].run(printed, source)


def _give_up(run: JobRun, document_id: UUID, code: str) -> None:
    """The number stays in the register with its reason; nothing half-made remains."""
    reason = say(COPY_REASONS.get(code, code), "vi")
    with run.finish() as work:
        document = queries.get(work, document_id)
        given = queries.number_of(work, document_id)
        if given is not None:
            numbering.cancel_number(work, number=given, reason=reason)
        facts.add_step(work, document, Verb.COPY_FAILED, note=reason)


@job("documents.print_original")
def print_original(run: JobRun, *, printing_id: UUID) -> None:
    """The pages with the leader's signature, number and date, and without the seal: that comes from the stamp."""
    with run.reading() as reading:
        printing = reading.session.get_one(Printing, printing_id)
        version = reading.session.get_one(Version, printing.version_id)
        if printing.sha256:
            return
    made = run.ports[Sandbox].run(printed, storing.get(run.ports, version.sha256))
    stored = storing.put(run.ports, made)
    with run.finish() as work:
        document = work.session.get_one(Document, printing.document_id)
        facts.name_file(work, document.agency_id, sha256=stored.key, size=stored.size, media_type=PDF)
        work.session.get_one(Printing, printing_id).sha256 = stored.key

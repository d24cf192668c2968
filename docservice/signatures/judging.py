"""Verdicts on stored files: found once a day for the same bytes under the same trust settings.

An arrival about whose signatures something was unknown is looked at again by itself.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import select

from docservice.core.clock import legal_day
from docservice.core.runner import JobRun, job
from docservice.core.sandbox import Sandbox
from docservice.core.work import Reading, Work
from docservice.documents import facts, queries, storing
from docservice.documents.models import Direction, Document
from docservice.documents.status import Status, Verb
from docservice.signatures.keys import TrustSource
from docservice.signatures.models import KeptVerdict
from docservice.signatures.verdicts import as_facts
from signing.outcome import FAILED
from signing.trust import Trust
from signing.verdict import verify


def known(reading: Reading, *, sha256: str, trust: Trust) -> dict[str, Any] | None:
    """Today's verdict on these bytes under these settings (see `as_facts`), if it was found already."""
    kept = reading.session.get(KeptVerdict, (sha256, trust.version, legal_day(reading.now)))
    return dict(kept.facts) if kept is not None else None


def keep(work: Work, *, sha256: str, trust: Trust, verdict: dict[str, Any]) -> None:
    """Remember a verdict for the day."""
    key = (sha256, trust.version, legal_day(work.now))
    if work.session.get(KeptVerdict, key) is None:
        work.session.add(KeptVerdict(sha256=sha256, trust_version=trust.version, day=key[2], facts=verdict))


@job("signatures.recheck_due")
def recheck_due(run: JobRun) -> None:
    """Promise to look again at every arrival that waits because something about its signatures was unknown."""
    with run.finish() as work:
        waiting = select(Document.id).where(
            Document.status == Status.TO_REGISTER,
            Document.direction == Direction.INCOMING,
            Document.on_paper.is_(False),
        )
        for document_id in work.session.scalars(waiting):
            if _unknown(work, document_id) is not None:
                work.later("signatures.recheck", merge_key=f"recheck:{document_id}", document_id=document_id)


@job("signatures.recheck")
def recheck(run: JobRun, *, document_id: UUID) -> None:
    """Judge an arrival anew; what passes now can be registered, and the timeline says that it was checked again."""
    trust = run.ports[TrustSource].current()
    with run.reading() as reading:
        sha256 = _unknown(reading, document_id)
        verdict = known(reading, sha256=sha256, trust=trust) if sha256 else None
    if sha256 is None:
        return
    if verdict is None:
        pdf = storing.get(run.ports, sha256)
        verdict = as_facts(run.ports[Sandbox].run(verify, pdf, trust=trust, at=run.now))
    with run.finish() as work:
        keep(work, sha256=sha256, trust=trust, verdict=verdict)
        version = queries.latest_version(work, document_id)
        if version is None or version.sha256 != sha256 or _same(version.verdict, verdict):
            return
        version.verdict = verdict
        note = None if verdict["passed"] else str(verdict["reason"])
        facts.add_step(work, queries.get(work, document_id), Verb.VERIFY, note=note, passed=verdict["passed"])


def _unknown(reading: Reading, document_id: UUID) -> str | None:
    """The hash of the newest file, when its verdict is neither that it holds nor that it fails."""
    version = queries.latest_version(reading, document_id)
    if version is None or version.verdict is None or version.verdict["passed"]:
        return None
    indications = {signature["indication"] for signature in version.verdict["signatures"]}
    return version.sha256 if indications and FAILED not in indications else None


def _same(before: dict[str, Any] | None, now: dict[str, Any]) -> bool:
    return before is not None and (before["passed"], before["reason"]) == (now["passed"], now["reason"])

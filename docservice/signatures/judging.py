"""Verdicts on stored files: found once a day for the same bytes under the same trust settings.

An arrival about whose signatures something was unknown is looked at again by itself.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite

from docservice.core.clock import legal_day
from docservice.core.runner import JobRun, job
from docservice.core.sandbox import Sandbox
from docservice.core.work import SYSTEM, Reading, Transactions, Work
from docservice.documents import facts, queries, storing
from docservice.documents.models import Direction, Document
from docservice.documents.status import Status, Verb
from docservice.signatures.keys import TrustSource
from docservice.signatures.models import KeptVerdict
from docservice.signatures.verdicts import as_facts
from signing.outcome import FAILED
from signing.trust import Trust
from signing.verdict import verify

# How old a verdict may be that somebody signs or seals over.
FRESH = timedelta(minutes=5)


@dataclass(frozen=True)
class Judged:
    """A verdict (see `as_facts`) and when it was found."""

    facts: dict[str, Any]
    at: datetime


def judge(
    transactions: Transactions, *, sha256: str, pdf: bytes | None = None, since: datetime | None = None
) -> Judged:
    """Today's verdict on a stored file, else one found now and kept; slow, and never in a transaction.

    Within a day time alone changes a verdict (a revocation list runs out at noon): one found before `since` is not
    good enough then. `pdf` saves reading the file where its bytes are at hand. Raises `SigningError` or
    `SandboxFailed` where there is no verdict.
    """
    ports = transactions.ports
    trust = ports[TrustSource].current()
    with transactions.reading(SYSTEM) as reading:
        kept, now = known(reading, sha256=sha256, trust=trust), reading.now
    if kept is not None and (since is None or kept.at >= since):
        return kept
    data = storing.get(ports, sha256) if pdf is None else pdf
    found = Judged(as_facts(ports[Sandbox].run(verify, data, trust=trust, at=now)), now)
    with transactions.work(SYSTEM) as work:
        keep(work, found, sha256=sha256, trust=trust)
    return found


def known(reading: Reading, *, sha256: str, trust: Trust) -> Judged | None:
    """Today's verdict on these bytes under these settings, if it was found already."""
    kept = reading.session.get(KeptVerdict, (sha256, trust.version, legal_day(reading.now)))
    return Judged(dict(kept.facts), kept.at) if kept is not None and kept.at is not None else None


def keep(work: Work, found: Judged, *, sha256: str, trust: Trust) -> None:
    """Remember a verdict for its day, in the place of an earlier one."""
    key = {"sha256": sha256, "trust_version": trust.version, "day": legal_day(found.at)}
    insert = postgresql.insert if work.session.get_bind().dialect.name == "postgresql" else sqlite.insert
    row = insert(KeptVerdict).values(**key, facts=found.facts, at=found.at)
    newer = {"facts": row.excluded.facts, "at": row.excluded.at}
    work.session.execute(row.on_conflict_do_update(index_elements=list(key), set_=newer))


@job("signatures.recheck_due")
def recheck_due(run: JobRun) -> None:
    """Promise to look again at every arrival that waits because something about its signatures was unknown.

    Verdicts of days gone by are of no use to anybody any more.
    """
    with run.finish() as work:
        work.session.execute(delete(KeptVerdict).where(KeptVerdict.day < work.today))
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
    with run.reading() as reading:
        sha256 = _unknown(reading, document_id)
    if sha256 is None:
        return
    verdict = judge(run.transactions, sha256=sha256).facts
    with run.finish() as work:
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
    return before is not None and _found(before) == _found(now)


def _found(verdict: dict[str, Any]) -> tuple[bool, list[list[tuple[str, str, str]]]]:
    """What a verdict says of which field, whatever the words it is told in."""
    # Verdicts kept before document time stamps were listed have none.
    judged = (verdict["signatures"], verdict.get("timestamps", ()))
    return bool(verdict["passed"]), [
        [(one["field"], one["indication"], one["code"]) for one in some] for some in judged
    ]

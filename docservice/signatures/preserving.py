"""Signatures that can still be proven in ten years: validation data and archive time stamps, renewed before they end.

Each night whatever is due gets a job; a document whose revocation lists are not newer than its signatures waits for
the next ones.
"""

from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import select

from docservice.core.clock import legal_day
from docservice.core.lanes import document_lane
from docservice.core.runner import JobRun, job
from docservice.core.sandbox import Sandbox
from docservice.core.work import Work
from docservice.documents import facts, queries, storing
from docservice.documents.models import Stage, Version
from docservice.signatures.judging import judge
from docservice.signatures.keys import TrustSource
from docservice.signatures.models import Preservation
from docservice.signatures.stamps import StampSource
from signing.archive import add_validation_data, finish_document_stamp, prepare_document_stamp
from signing.errors import ArchiveImpossible

# Lists of the day after say what was revoked until the signature was made.
GRACE = timedelta(hours=26)
BEFORE_END = timedelta(days=90)
_AGAIN = timedelta(days=1)
_AT_ONCE = 200


@job("signatures.preserve_due")
def preserve_due(run: JobRun) -> None:
    """Promise a job for each document that is not preserved yet, or whose newest stamp ends soon."""
    today = legal_day(run.now)
    with run.finish() as work:
        fresh = (
            select(Version.document_id)
            .outerjoin(Preservation, Preservation.document_id == Version.document_id)
            .where(
                Version.stage.in_((Stage.SEALED, Stage.ROUTED, Stage.RECEIVED)),
                Version.made_at <= work.now - GRACE,
                Preservation.document_id.is_(None),
            )
            .distinct()
            .limit(_AT_ONCE)
        )
        due = select(Preservation.document_id).where(Preservation.renew_on <= today).limit(_AT_ONCE)
        for document_id in {*work.session.scalars(fresh), *work.session.scalars(due)}:
            work.later(
                "signatures.preserve",
                lane=document_lane(document_id),
                merge_key=f"preserve:{document_id}",
                document_id=document_id,
            )


@job("signatures.preserve")
def preserve(run: JobRun, *, document_id: UUID) -> None:
    """Make the newest file of a document B-LTA, or renew it (ETSI EN 319 142-1, 5.5)."""
    with run.reading() as reading:
        kept = reading.session.get(Preservation, document_id)
        version = queries.latest_version(reading, document_id)
        if version is None or (kept is not None and kept.renew_on > reading.today):
            return
    pdf, trust, sandbox = storing.get(run.ports, version.sha256), run.ports[TrustSource].current(), run.ports[Sandbox]
    newer_than = _last_signed(version.verdict or {}) if version.stage != Stage.PRESERVED else None
    try:
        lasting = sandbox.run(add_validation_data, pdf, trust=trust, at=run.now, newer_than=newer_than)
        if _has_unstamped(version.verdict or {}):
            # What another agency signed without one: a first stamp says when, the next one keeps.
            stamped = _stamped(run, pdf)
            lasting = sandbox.run(add_validation_data, stamped, trust=trust, at=run.now, newer_than=newer_than)
    except ArchiveImpossible as error:
        with run.finish() as work:
            if queries.is_latest(work, version):
                _remember(work, document_id, version_id=None, problem=error.code, renew_on=legal_day(run.now + _AGAIN))
        return
    preserved = _stamped(run, lasting)
    verdict = judge(run.transactions, sha256=sha256(preserved).hexdigest(), pdf=preserved).facts
    stored = storing.put(run.ports, preserved, original=True)
    with run.finish() as work:
        if not queries.is_latest(work, version):
            # A newer file came meanwhile: the next round preserves that one.
            return
        made = facts.add_version(
            work,
            queries.get(work, document_id),
            stage=Stage.PRESERVED,
            sha256=stored.key,
            size=stored.size,
            source_sha256=version.source_sha256,
            body_sha256=version.body_sha256,
            verdict=verdict,
        )
        ends = datetime.fromisoformat(verdict["timestamps"][-1]["certificate"]["valid_to"])
        _remember(work, document_id, version_id=made.id, problem=None, renew_on=legal_day(ends - BEFORE_END))
        work.note("preserve", document_id, sha256=stored.key)


def _stamped(run: JobRun, pdf: bytes) -> bytes:
    prepared = run.ports[Sandbox].run(prepare_document_stamp, pdf)
    token = run.ports[StampSource].current().stamp(prepared.digest)
    return finish_document_stamp(prepared, token.dump())


def _has_unstamped(verdict: dict[str, Any]) -> bool:
    return any(signature["level"] == "B-B" for signature in verdict.get("signatures", ()))


def preserve_anew(work: Work, document_id: UUID) -> None:
    """A newer file of a document that was preserved already is seen to as the next one that is due."""
    kept = work.session.get(Preservation, document_id)
    if kept is not None:
        kept.renew_on = work.today


def _remember(work: Work, document_id: UUID, *, version_id: UUID | None, problem: str | None, renew_on: date) -> None:
    kept = work.session.get(Preservation, document_id) or Preservation(document_id=document_id)
    kept.version_id = version_id or kept.version_id
    kept.problem, kept.renew_on, kept.at = problem, renew_on, work.now
    work.session.add(kept)


def _last_signed(verdict: dict[str, Any]) -> datetime | None:
    times = [datetime.fromisoformat(s["signing_time"]) for s in verdict.get("signatures", ()) if s["signing_time"]]
    return max(times, default=None)

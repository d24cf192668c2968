"""What can be measured of a node by its own facts: the page shows it, alerts compare it, Prometheus stores it.

A measure's `subject` is a kind (`agency`, `tls`), a port or a place: never a person's name.
"""

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from asn1crypto import cms
from cryptography import x509
from sqlalchemy import func, or_, select, text

from docservice.core import outbox
from docservice.core.intake import IntakeItem
from docservice.core.outbox import Job
from docservice.core.work import Reading
from docservice.documents.file_care import FileCare, current_round, open_troubles
from docservice.documents.file_copies import uncopied
from docservice.exchange.carrier import Carrier
from docservice.identity.models import Certificate
from docservice.operations.models import LAST_LOOK, BackupRun, WatchLook
from docservice.searching.indexing import INDEX_JOB
from docservice.signatures.keys import TrustSource
from docservice.signatures.models import JournalStamp
from docservice.signatures.queries import awaiting_stamps, open_count_by_source
from signing.errors import TrustUnreadable
from signing.trust import Trust
from signing.trust_facts import TrustFacts, trust_facts

WATCH_LATE = "watch_late_seconds"
_DAY = 86400.0


@dataclass(frozen=True)
class Place:
    """What the settings say of this node's surroundings; a port like the others."""

    data: Path
    tls_certificate: Path | None = None
    backups_wanted: bool = False


@dataclass(frozen=True)
class Measure:
    """One figure, in the unit its code ends with (`_seconds`, `_hours`, `_days`, `_share`) or a count."""

    code: str
    figure: float
    subject: str = ""


def measures(reading: Reading) -> Iterator[Measure]:
    """Everything but whether the ports answer (`readiness`)."""
    yield from _watch(reading)
    yield from _jobs(reading)
    yield from _signings(reading)
    yield from _intake(reading)
    yield from _disk(reading.ports[Place])
    yield from _certificates(reading)
    yield from _clocks(reading)
    yield from _backups(reading)
    yield from _files(reading)


def ports_down(answers: Mapping[str, bool]) -> Iterator[Measure]:
    """1 for a port that does not answer, 0 for one that does."""
    return (Measure("port_down", 0.0 if answers_now else 1.0, name) for name, answers_now in answers.items())


def _watch(reading: Reading) -> Iterator[Measure]:
    """How long ago `operations.watch` looked; nothing where it never did."""
    look = reading.session.get(WatchLook, LAST_LOOK)
    if look is not None:
        yield Measure(WATCH_LATE, _since(look.at, reading.now))


def _jobs(reading: Reading) -> Iterator[Measure]:
    found = outbox.backlog(reading.session, now=reading.now)
    yield Measure("jobs_waiting", found.waiting)
    yield Measure("jobs_running", found.running)
    yield Measure("jobs_parked", found.parked)
    yield Measure("jobs_late_seconds", _since(found.oldest_due, reading.now))
    waiting = (Job.name == INDEX_JOB, Job.done_at.is_(None))
    yield Measure("index_waiting", reading.session.scalar(select(func.count()).where(*waiting)) or 0)
    oldest = reading.session.scalar(select(func.min(Job.created_at)).where(*waiting))
    yield Measure("index_late_seconds", _since(oldest, reading.now))


def _signings(reading: Reading) -> Iterator[Measure]:
    for source, count in open_count_by_source(reading).items():
        yield Measure("signings_waiting", count, source)
    waiting = awaiting_stamps().subquery()
    count, oldest = reading.session.execute(select(func.count(), func.min(waiting.c.finished_at))).one()
    yield Measure("signings_unstamped", count)
    yield Measure("signings_unstamped_seconds", _since(oldest, reading.now))


def _intake(reading: Reading) -> Iterator[Measure]:
    still = IntakeItem.closed_at.is_(None)
    yield Measure("intake_open", reading.session.scalar(select(func.count()).where(still)) or 0)
    held = (still, IntakeItem.held_at.is_not(None), IntakeItem.released_at.is_(None))
    yield Measure("intake_held", reading.session.scalar(select(func.count()).where(*held)) or 0)
    carried = reading.ports[Carrier].check()
    yield Measure("messages_waiting", carried.waiting)
    yield Measure("messages_put_aside", carried.failed)


def _disk(place: Place) -> Iterator[Measure]:
    usage = shutil.disk_usage(place.data)
    yield Measure("disk_free_bytes", usage.free, "data")
    yield Measure("disk_free_share", usage.free / usage.total if usage.total else 0.0, "data")


def _certificates(reading: Reading) -> Iterator[Measure]:
    """Days until the first of a kind ends; those that ended long ago are nobody's business any more."""
    ends: dict[str, datetime] = {}
    in_use = (Certificate.revoked_at.is_(None), Certificate.valid_to > reading.now)
    for kind, owner in (("agency", Certificate.agency_id), ("person", Certificate.person_id)):
        first = reading.session.scalar(select(func.min(Certificate.valid_to)).where(*in_use, owner.is_not(None)))
        if first is not None:
            ends[kind] = first
    facts = _trust(reading)
    yield Measure("trust_unreadable", float(facts is None))
    facts = facts or trust_facts(Trust())
    anchors = [found.valid_to for found in facts.certificates if found.is_anchor and found.valid_to > reading.now]
    lists = [held.next_update for held in facts.lists if held.next_update is not None]
    ends |= {"anchor": min(anchors)} if anchors else {}
    stamp = _newest_stamp(reading)
    ends |= {"stamps": stamp.certificate_ends} if stamp is not None and stamp.certificate_ends else {}
    tls = reading.ports[Place].tls_certificate
    if tls is not None:
        ends["tls"] = x509.load_pem_x509_certificate(tls.read_bytes()).not_valid_after_utc
    if lists:
        # A list lives for days or weeks: that it ends soon is as it should be.
        yield Measure("revocation_list_days", (min(lists) - reading.now).total_seconds() / _DAY)
    for kind, end in ends.items():
        yield Measure("certificate_days", (end - reading.now).total_seconds() / _DAY, kind)


def _trust(reading: Reading) -> TrustFacts | None:
    """None where a file of the settings cannot be read: that is told, and all the rest is measured."""
    try:
        return trust_facts(reading.ports[TrustSource].current())
    except TrustUnreadable:
        return None


def _clocks(reading: Reading) -> Iterator[Measure]:
    """How far this machine's clock is from others: the database's now, the time-stamp service's at the last stamp."""
    if reading.session.get_bind().dialect.name == "postgresql":
        theirs = reading.session.scalar(select(text("clock_timestamp()")))
        yield Measure("clock_seconds", abs((datetime.now(UTC) - theirs).total_seconds()), "database")
    stamp = _newest_stamp(reading)
    if stamp is not None:
        yield Measure("clock_seconds", abs((stamp.ours - stamp.theirs).total_seconds()), "stamps")


def _backups(reading: Reading) -> Iterator[Measure]:
    whole = or_(BackupRun.problem.is_(None), BackupRun.problem == "")
    last = reading.session.scalar(select(func.max(BackupRun.finished_at)).where(whole))
    if last is not None:
        yield Measure("backup_age_hours", _since(last, reading.now) / 3600)
    yield Measure("backups_made", 0.0 if last is None else 1.0)


def _files(reading: Reading) -> Iterator[Measure]:
    """What the checks of hashes found; a round is late by the days it runs beyond those it was given."""
    yield Measure("files_wrong", len(open_troubles(reading)))
    care, row = reading.ports[FileCare], current_round(reading)
    is_open = row is not None and row.ended_at is None
    late = _since(row.begun_at, reading.now) / _DAY - care.check_days if row is not None and is_open else 0.0
    yield Measure("file_round_late_days", max(0.0, late))
    yield Measure("files_without_copy", uncopied(reading) if care.second is not None else 0)


@dataclass(frozen=True)
class _Stamp:
    """When the newest stamp of the journal was received by our clock, and what its service said the time was."""

    ours: datetime
    theirs: datetime
    certificate_ends: datetime | None


def _newest_stamp(reading: Reading) -> _Stamp | None:
    newest = reading.session.scalars(select(JournalStamp).order_by(JournalStamp.seq.desc()).limit(1)).one_or_none()
    if newest is None:
        return None
    signed = cms.ContentInfo.load(newest.token)["content"]
    serial = signed["signer_infos"][0]["sid"].chosen.native.get("serial_number")
    ends = [
        choice.chosen.not_valid_after
        for choice in signed["certificates"] or ()
        if choice.name == "certificate" and choice.chosen.serial_number == serial
    ]
    theirs: datetime = signed["encap_content_info"]["content"].parsed["gen_time"].native
    return _Stamp(newest.at, theirs, ends[0] if ends else None)


def _since(instant: datetime | None, now: datetime) -> float:
    return max(0.0, (now - instant).total_seconds()) if instant is not None else 0.0

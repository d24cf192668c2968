"""Making the pack: contents page, bookmarks, every paper as a copy for the meeting."""

import hashlib
from uuid import UUID

from docservice.core.clock import VIETNAM
from docservice.core.ids import new_id
from docservice.core.runner import JobRun, job
from docservice.core.sandbox import Sandbox
from docservice.documents import storing
from docservice.documents.facts import name_file
from docservice.meetings import queries
from docservice.meetings.models import Meeting, Pack
from docservice.meetings.queries import TabledItem
from templates.pages import MadePack, PackPaper, make_pack
from templates.papers import letters_in_use


@job("meetings.make_pack")
def make_meeting_pack(run: JobRun, *, meeting_id: UUID) -> None:
    """Make the next edition of the pack, unless the newest one holds exactly these papers."""
    with run.reading() as reading:
        meeting = reading.session.get_one(Meeting, meeting_id)
        agenda = queries.agenda(reading, meeting_id)
        newest = queries.latest_pack(reading, meeting_id)
    fingerprint = _fingerprint(meeting, agenda)
    if newest is not None and newest.papers_sha256 == fingerprint:
        return
    pack = _compose(run, meeting, agenda)
    stored = storing.put(run.ports, pack.pdf)
    with run.finish() as work:
        newest = queries.latest_pack(work, meeting_id)
        name_file(work, meeting.agency_id, sha256=stored.key, size=stored.size, media_type="application/pdf")
        edition = newest.edition + 1 if newest else 1
        work.session.add(
            Pack(
                id=new_id(),
                meeting_id=meeting_id,
                edition=edition,
                papers_sha256=fingerprint,
                sha256=stored.key,
                pages=pack.pages,
                made_at=work.now,
            )
        )
        work.note("make_pack", meeting_id, edition=edition, sha256=stored.key)


def _compose(run: JobRun, meeting: Meeting, agenda: list[TabledItem]) -> MadePack:
    """Make the pack behind the fence: its papers came from anywhere."""
    starts = meeting.starts_at.astimezone(VIETNAM)
    lines = (f"Thời gian: {starts.strftime('%H:%M')} ngày {starts.strftime('%d/%m/%Y')}", f"Địa điểm: {meeting.place}")
    papers = tuple(
        PackPaper(f"{tabled.item.ordinal}. {tabled.item.title}", paper.title, storing.get(run.ports, paper.sha256))
        for tabled in agenda
        for paper in tabled.papers
    )
    return run.ports[Sandbox].run(make_pack, meeting.title, lines, papers, letters=letters_in_use())


def _fingerprint(meeting: Meeting, agenda: list[TabledItem]) -> str:
    parts = [meeting.title, meeting.place, meeting.starts_at.isoformat()]
    for tabled in agenda:
        parts.append(tabled.item.title)
        parts += [f"{paper.title}\t{paper.sha256}" for paper in tabled.papers]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()

"""The journal's head is time-stamped once a day, so that a later rewrite of the whole chain shows."""

from hashlib import sha256

from asn1crypto import cms
from sqlalchemy import select

from docservice.core import journal
from docservice.core.ids import new_id
from docservice.core.journal import JournalLine
from docservice.core.runner import JobRun, job
from docservice.core.work import Reading
from docservice.signatures.models import JournalStamp
from docservice.signatures.stamps import StampSource


@job("signatures.stamp_journal")
def stamp_journal(run: JobRun) -> None:
    """Stamp the present head, unless it is stamped already or there is none."""
    with run.reading() as reading:
        head = journal.head(reading.session)
        newest = reading.session.scalars(select(JournalStamp).order_by(JournalStamp.seq.desc()).limit(1)).one_or_none()
    if head is None or (newest is not None and newest.seq == head.seq):
        return
    token = run.ports[StampSource].current().stamp(sha256(head.hash.encode()).digest())
    with run.finish() as work:
        work.session.add(JournalStamp(id=new_id(), seq=head.seq, head=head.hash, token=token.dump(), at=work.now))


def broken_stamps(reading: Reading) -> list[int]:
    """The sequence numbers whose line is no longer the one that was stamped."""
    broken = []
    for stamp in reading.session.scalars(select(JournalStamp).order_by(JournalStamp.seq)):
        line = reading.session.get(JournalLine, stamp.seq)
        info = cms.ContentInfo.load(stamp.token)["content"]["encap_content_info"]["content"].parsed
        stamped = info["message_imprint"]["hashed_message"].native
        if line is None or line.hash != stamp.head or stamped != sha256(stamp.head.encode()).digest():
            broken.append(stamp.seq)
    return broken

"""Looking after the bytes behind the rows: every hash again within so many days, what is wrong mended from a copy.

The keys are gone through in their order, a small slice a job, so that nothing else waits. Slices are due at night; by
day only what a node that sleeps at night has fallen behind.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic

from sqlalchemy import select, update

from docservice.core.clock import VIETNAM
from docservice.core.ids import new_id
from docservice.core.runner import JobRun, job
from docservice.core.work import Reading, Work
from docservice.documents import file_names
from docservice.documents.file_models import FileRound, FileTrouble, Place, Wrong
from docservice.documents.models import Derivative, File
from docservice.documents.originals import originals
from storage import NotStored, Store, StoreDamaged, StoreUnavailable, verify

log = logging.getLogger(__name__)

CHECK = "documents.check_files"
_SLICE_SECONDS = 2.0
_SLICE_FILES = 200
_PAUSE = timedelta(seconds=1)
_LOOK_AGAIN = timedelta(hours=1)
_NIGHT_BEGINS, _NIGHT_ENDS = 22, 5
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class FileCare:
    """How the operator wants files looked after: where second copies lie, in how many days each is looked at."""

    second: Store | None
    check_days: int
    sealed: bool

    def close(self) -> None:
        if self.second is not None:
            self.second.close()


@dataclass(frozen=True)
class Found:
    """What a look at one key showed: what was wrong in which place, and whether it was put right."""

    key: str
    wrong: dict[Place, Wrong]
    mended: frozenset[Place]

    @property
    def alarms(self) -> dict[Place, Wrong]:
        """What was wrong without a second copy that is merely not made yet: that is no fault of a store."""
        return {place: wrong for place, wrong in self.wrong.items() if (place, wrong) != (Place.SECOND, Wrong.LOST)}


@job(CHECK)
def check(run: JobRun) -> None:
    """Look at the files that are due now, and once an hour at those that were wrong."""
    care = run.ports[FileCare]
    with run.reading() as reading:
        current = current_round(reading)
        begins = current is None or (
            current.ended_at is not None and run.now >= current.begun_at + care.check_days * _DAY
        )
        done_to = "" if begins or current is None else current.done_to
        is_due = begins or (current is not None and current.ended_at is None and due(current, care.check_days, run.now))
        keys = file_names.next_named(reading, after=done_to, most=_SLICE_FILES) if is_due else []
        troubled = [t.key for t in open_troubles(reading) if t.looked_at + _LOOK_AGAIN <= run.now]
        own = file_names.originals(reading, [*keys, *troubled])
        retained = originals(reading, [*keys, *troubled])
    second = care.second if care.second is not None and _answers(care.second) else None

    def look(key: str) -> Found:
        # What is made from files is made again: it has no second copy.
        other = second if key in own else None
        return look_at(run.ports[Store], other, key, renews=care.sealed, is_original=key in retained)

    found = _look_through(keys, look)
    again = [look(key) for key in sorted(set(troubled))[:_SLICE_FILES]]
    with run.finish() as work:
        for one in [*found, *again]:
            remember(work, one)
        if not is_due:
            return
        row = _begin(work) if begins else work.session.get_one(FileRound, current.id if current else None)
        row.checked += len(found)
        row.bad += sum(1 for one in found if one.alarms)
        row.mended += sum(1 for one in found if one.mended & one.alarms.keys())
        row.done_to = found[-1].key if found else row.done_to
        if len(found) == len(keys) < _SLICE_FILES:
            row.ended_at = work.now
        else:
            work.later(CHECK, merge_key=CHECK, delay=_PAUSE)


def look_at(first: Store, second: Store | None, key: str, *, renews: bool, is_original: bool = False) -> Found:
    """Hash a file in both places again and mend each from the other; `StoreUnavailable` where one does not answer.

    With `renews`, what is right is sealed under the newest master key. An original that lies there anew is retained
    from the start, and later, by the next round of `records.retaining`, to the end of its case file.
    """
    wrong: dict[Place, Wrong] = {}
    if (problem := _problem(first, key)) is not None:
        wrong[Place.FIRST] = problem
    if second is not None and (problem := _problem(second, key)) is not None:
        wrong[Place.SECOND] = problem
    mended = set()
    if second is not None and len(wrong) == 1:
        (place,) = wrong
        target, source = (first, second) if place is Place.FIRST else (second, first)
        with source.open(key) as good:
            target.mend(key, good)
        if _problem(target, key) is None:
            mended.add(place)
            if is_original:
                target.retain(key)
    if not wrong and renews:
        for store in filter(None, (first, second)):
            store.renew(key)
    return Found(key, wrong, frozenset(mended))


def remember(work: Work, found: Found) -> None:
    """Keep what was seen: a trouble opened, mended or still there, each with a line in the journal."""
    if Place.SECOND in found.mended:
        work.session.execute(update(File).where(File.sha256 == found.key).values(copied_at=work.now))
    for place in Place:
        row = work.session.get(FileTrouble, (found.key, place))
        wrong = found.alarms.get(place)
        if wrong is None:
            if row is not None and row.mended_at is None:
                row.looked_at = row.mended_at = work.now
                work.note("mend_file", found.key, place=place)
            continue
        if place is Place.FIRST and place not in found.mended and _drop_derivative(work, found.key):
            continue
        if row is None:
            row = FileTrouble(key=found.key, place=place, wrong=wrong, found_at=work.now, looked_at=work.now)
            work.session.add(row)
            _alarm(work, row)
        elif row.mended_at is not None:
            row.wrong, row.found_at, row.mended_at = wrong, work.now, None
            _alarm(work, row)
        row.looked_at = work.now
        if place in found.mended:
            row.mended_at = work.now
            work.note("mend_file", found.key, place=place)


def current_round(reading: Reading) -> FileRound | None:
    """The newest round, running or ended."""
    return reading.session.scalars(select(FileRound).order_by(FileRound.id.desc()).limit(1)).one_or_none()


def open_troubles(reading: Reading) -> list[FileTrouble]:
    """What is wrong and not mended, oldest first."""
    wanted = select(FileTrouble).where(FileTrouble.mended_at.is_(None)).order_by(FileTrouble.found_at, FileTrouble.key)
    return list(reading.session.scalars(wanted.limit(1000)))


def share_done(row: FileRound) -> float:
    """How much of the keys a round has gone through, 0 to 1: hashes are spread evenly."""
    return 1.0 if row.ended_at else int(row.done_to[:8] or "0", 16) / 0x1_0000_0000


def due(row: FileRound, days: int, now: datetime) -> bool:
    """Whether a slice is due: at night up to what the coming day should find done, by day only what is a day late."""
    hour = now.astimezone(VIETNAM).hour
    is_night = hour >= _NIGHT_BEGINS or hour < _NIGHT_ENDS
    elapsed = (now - row.begun_at) / _DAY + (1 if is_night else -1)
    return share_done(row) < elapsed / days


def _look_through(keys: list[str], look: Callable[[str], Found]) -> list[Found]:
    """What was seen of the keys there was time for."""
    end = monotonic() + _SLICE_SECONDS
    found: list[Found] = []
    for key in keys:
        found.append(look(key))
        if monotonic() > end:
            break
    return found


def _answers(second: Store) -> bool:
    """Whether second copies can be reached; while they cannot, the first ones are looked at all the same."""
    try:
        second.exists("0" * 64)
    except StoreUnavailable as error:
        log.warning("the store of second copies does not answer: %s", error)
        return False
    return True


def _alarm(work: Work, row: FileTrouble) -> None:
    log.error("the file %s is %s in the %s store", row.key, row.wrong, row.place)
    work.note("miss_file" if row.wrong is Wrong.LOST else "find_file_changed", row.key, place=row.place)


def _begin(work: Work) -> FileRound:
    row = FileRound(id=new_id(), begun_at=work.now, done_to="", checked=0, bad=0, mended=0)
    work.session.add(row)
    return row


def _problem(store: Store, key: str) -> Wrong | None:
    try:
        verify(store, key)
    except NotStored:
        return Wrong.LOST
    except StoreDamaged:
        return Wrong.CHANGED
    return None


def _drop_derivative(work: Work, key: str) -> bool:
    """What was made from a file is dropped when it is wrong, and made again when somebody wants it."""
    if file_names.originals(work, [key]):
        return False
    rows = work.session.scalars(select(Derivative).where(Derivative.key == key)).all()
    for row in rows:
        work.session.delete(row)
    if rows:
        work.ports[Store].delete(key)
        work.note("drop_derivative", key)
    return bool(rows)

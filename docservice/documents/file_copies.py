"""Second copies: every file a row names also lies in a second store, within a minute or as soon as that one answers."""

from contextlib import suppress
from time import monotonic

from sqlalchemy import func, select, update

from docservice.core.runner import JobRun, job
from docservice.core.work import Reading
from docservice.documents.file_care import FileCare, Found, remember
from docservice.documents.file_models import Place, Wrong
from docservice.documents.models import File
from docservice.documents.originals import originals
from storage import NotStored, Store, StoreDamaged

COPY = "documents.copy_files"
_AT_ONCE = 100
_SECONDS = 2.0


@job(COPY)
def copy_files(run: JobRun) -> None:
    """Copy what has no second copy yet; running it twice changes nothing."""
    care = run.ports[FileCare]
    if care.second is None:
        return
    with run.reading() as reading:
        wanted = select(File.sha256).where(File.copied_at.is_(None)).order_by(File.stored_at).limit(_AT_ONCE)
        keys = list(dict.fromkeys(reading.session.scalars(wanted)))
        retained = originals(reading, keys)
    end = monotonic() + _SECONDS
    done: list[str] = []
    bad: list[Found] = []
    for key in keys:
        wrong = _copy(run.ports[Store], care.second, key, is_original=key in retained)
        if wrong is not None:
            bad.append(Found(key, {Place.FIRST: wrong}, frozenset()))
        done.append(key)
        if monotonic() > end:
            break
    with run.finish() as work:
        # One that could not be copied is a trouble of its own: when it is mended, the next round copies it.
        work.session.execute(update(File).where(File.sha256.in_(done)).values(copied_at=work.now))
        for one in bad:
            remember(work, one)
        if len(done) < len(keys) or len(keys) == _AT_ONCE:
            work.later(COPY, merge_key=COPY)


def uncopied(reading: Reading) -> int:
    """How many files have no second copy yet."""
    return reading.session.scalar(select(func.count()).select_from(File).where(File.copied_at.is_(None))) or 0


def _copy(first: Store, second: Store, key: str, *, is_original: bool) -> Wrong | None:
    try:
        if not second.exists(key):
            with first.open(key) as source:
                second.mend(key, source)
    except NotStored:
        return Wrong.LOST
    except StoreDamaged:
        return Wrong.CHANGED
    if is_original:
        # Gone from the second meanwhile is no fault of the first: the next check finds and mends it.
        with suppress(NotStored):
            second.retain(key)
    return None

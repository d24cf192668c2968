"""Alerts as facts: raised when a condition begins to hold, cleared when it no longer does, looked at every minute.

That it is looked at is itself looked at, by `watcher`.
"""

import logging
from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import select

from docservice.core.ids import new_id
from docservice.core.runner import JobRun, job
from docservice.core.work import Reading, Work
from docservice.operations import mail
from docservice.operations.conditions import Conditions, Severity
from docservice.operations.measures import WATCH_LATE, Measure, measures, ports_down
from docservice.operations.models import LAST_LOOK, Alert, WatchLook
from docservice.operations.readiness import Readiness

SHOWN_CLEARED = timedelta(days=7)
log = logging.getLogger(__name__)


@job("operations.watch")
def watch(run: JobRun) -> None:
    """Measure everything, and note what began and what ended."""
    readiness = Readiness(run.transactions, run.ports)
    try:
        found = list(ports_down(readiness.answers()))
    finally:
        readiness.close()
    with run.reading() as reading:
        # This is the look: how late the last one was holds no longer.
        found += (measure for measure in measures(reading) if measure.code != WATCH_LATE)
    with run.finish() as work:
        compare(work, found)
        look = work.session.get(WatchLook, LAST_LOOK) or WatchLook(id=LAST_LOOK)
        look.at = work.now
        work.session.add(look)


def compare(work: Work, found: Iterable[Measure]) -> None:
    """Raise, update and clear alerts so that the open ones are the conditions that hold."""
    holding = {(c.code, m.subject): (c, m) for c, m in work.ports[Conditions].held(found)}
    for alert in open_alerts(work):
        key = (alert.code, alert.subject)
        if key in holding:
            condition, measure = holding.pop(key)
            alert.figure, alert.threshold = measure.figure, condition.limit
        else:
            alert.cleared_at = work.now
            _mail_later(work, mail.CLEARED, alert)
            log.warning("alert cleared", extra={"alert": alert.code, "subject": alert.subject})
    for condition, measure in holding.values():
        alert = Alert(
            id=new_id(),
            code=condition.code,
            subject=measure.subject,
            figure=measure.figure,
            threshold=condition.limit,
            raised_at=work.now,
        )
        work.session.add(alert)
        _mail_later(work, mail.RAISED, alert)
        level = logging.ERROR if condition.severity == Severity.BROKEN else logging.WARNING
        facts = {"alert": condition.code, "subject": measure.subject, "figure": measure.figure}
        log.log(level, "alert raised", extra=facts | {"limit": condition.limit})


def _mail_later(work: Work, job: str, alert: Alert) -> None:
    """Both mails of one alert are in one lane, so that none says "over" before it said "begun"."""
    if work.ports[mail.Mail].is_wanted:
        work.later(job, lane=f"alert:{alert.id}", alert_id=alert.id)


def open_alerts(reading: Reading) -> list[Alert]:
    """What holds now, the oldest first."""
    return list(reading.session.scalars(select(Alert).where(Alert.cleared_at.is_(None)).order_by(Alert.raised_at)))


def cleared_alerts(reading: Reading, *, most: int) -> list[Alert]:
    """What held in the last days and no longer does, newest first."""
    wanted = select(Alert).where(Alert.cleared_at > reading.now - SHOWN_CLEARED).order_by(Alert.cleared_at.desc())
    return list(reading.session.scalars(wanted.limit(most)))

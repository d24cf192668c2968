"""Time comes from one place, so that a test can stand at 23:59:59 on 31 December.

Instants are aware UTC. Legal days are dates in Vietnam (UTC+7, no daylight saving since 1975): the year of a
number is the year of that day, whatever the server's clock is set to.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


class Clock(Protocol):
    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        ...


def legal_day(instant: datetime) -> date:
    """The date an office in Vietnam would write at this instant."""
    return instant.astimezone(VIETNAM).date()


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


@dataclass
class SetClock:
    """A clock that stands until it is moved; it passes the same expectations as the system's."""

    at: datetime
    step: timedelta = field(default=timedelta(0))

    def now(self) -> datetime:
        """Return the set instant, then move on by `step`."""
        instant = self.at.astimezone(UTC)
        self.at += self.step
        return instant

    def move(self, by: timedelta) -> None:
        """Advance by the given time."""
        self.at += by

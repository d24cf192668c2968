"""Where time stamps come from: an RFC 3161 service, or the demo authority beside the keys."""

from pathlib import Path
from typing import Protocol

from docservice.core.clock import Clock
from docservice.signatures.errors import StampUnavailable
from signing.authority import DemoAuthority
from signing.timestamps import HttpTimeStamps, LocalTimeStamps, TimeStamps

AUTHORITY_FOLDER = "authority"


class StampSource(Protocol):
    def current(self) -> TimeStamps:
        """The time-stamp service in force; raises `StampUnavailable`."""
        ...

    def check(self) -> tuple[str, ...]:
        """Warnings about this source, for `doctor`."""
        ...


class DemoStamps:
    """The demo authority's own time stamps, opened when first needed since the authority may come later."""

    def __init__(self, folder: Path, *, clock: Clock) -> None:
        self._folder = folder
        self._clock = clock
        self._opened: TimeStamps | None = None

    def current(self) -> TimeStamps:
        if self._opened is None:
            if not self._folder.is_dir():
                raise StampUnavailable
            self._opened = LocalTimeStamps(DemoAuthority.open(self._folder).stamping_key(), self._clock.now)
        return self._opened

    def check(self) -> tuple[str, ...]:
        if not self._folder.is_dir():
            return ("Chưa có dịch vụ cấp dấu thời gian (TSA_URL).",)
        return ("Dấu thời gian do cơ quan chứng thực mẫu cấp: không có giá trị pháp lý.",)


class HttpStamps:
    """A time-stamp service over HTTP (RFC 3161)."""

    def __init__(self, url: str) -> None:
        self._stamps = HttpTimeStamps(url)

    def current(self) -> TimeStamps:
        return self._stamps

    def check(self) -> tuple[str, ...]:
        return ()


def open_stamps(url: str, *, keys: Path, clock: Clock) -> StampSource:
    """`demo:` is the demo authority under the keys' folder; anything else an RFC 3161 address."""
    if url == "demo:":
        return DemoStamps(keys / AUTHORITY_FOLDER, clock=clock)
    return HttpStamps(url)

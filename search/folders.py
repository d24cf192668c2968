"""The folders of an embedded index: which one is in use, which one is being made; names change in one step."""

import os
import shutil
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from uuid import uuid4

from search import text as analysis

_STAMP, _CURRENT, _BUILDING = "analysis", "current", "building"


class Folders:
    """Folders below `place`; each carries a stamp of the analysis and the engine that made it."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self._fingerprint = f"{analysis.ANALYSIS}:{version('tantivy')}"
        self._stamps: dict[str, str] = {}
        place.mkdir(parents=True, exist_ok=True)

    def current(self) -> str | None:
        """The folder in use; the place itself, `.`, where an earlier version of this service kept its only index."""
        return self._named(_CURRENT) or ("." if (self.place / _STAMP).exists() else None)

    def building(self) -> str | None:
        """The folder that is being filled."""
        return self._named(_BUILDING)

    def path(self, name: str) -> Path:
        return self.place / name

    def make(self) -> str:
        """A new, empty folder with its stamp."""
        name = uuid4().hex[:12]
        self.path(name).mkdir()
        (self.path(name) / _STAMP).write_text(self._fingerprint, encoding="ascii")
        return name

    def use(self, name: str) -> None:
        """Make this the folder in use, and nobody's building site any more."""
        self._name(_CURRENT, name)
        if self.building() == name:
            (self.place / _BUILDING).unlink()

    def build(self, name: str) -> None:
        """Make this the folder that is being filled."""
        self._name(_BUILDING, name)

    def forget_building(self) -> None:
        """Give up the folder that was being filled."""
        name = self.building()
        with suppress(FileNotFoundError):
            (self.place / _BUILDING).unlink()
        if name is not None:
            shutil.rmtree(self.path(name), ignore_errors=True)

    def clean(self) -> None:
        """Delete whatever is neither in use nor being filled; who still reads an old index keeps its open files."""
        kept = {_CURRENT, _BUILDING, self.current(), self.building()}
        for path in self.place.iterdir():
            if path.name in kept:
                continue
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)

    def is_outdated(self) -> bool:
        """Whether the folder in use was made by another analysis or another engine."""
        name = self.current()
        if name is None:
            return False
        if name not in self._stamps:
            try:
                self._stamps[name] = (self.path(name) / _STAMP).read_text(encoding="ascii")
            except OSError:
                return False
        return self._stamps[name] != self._fingerprint

    def _named(self, pointer: str) -> str | None:
        try:
            return (self.place / pointer).read_text(encoding="ascii")
        except FileNotFoundError:
            return None

    def _name(self, pointer: str, name: str) -> None:
        fresh = self.place / f"{pointer}.new"
        with fresh.open("w", encoding="ascii") as file:
            file.write(name)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self.place / pointer)

"""Office files to PDF/A-2b by a supervised pool of office processes, each behind a fence of its own."""

import io
import threading
import zipfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from templates.errors import ConversionFailed, ConverterUnavailable, PdfUnreadable
from templates.fence import LARGEST_FILE
from templates.fit import Misfit, sheet_misfits
from templates.fonts import operator_fonts
from templates.office_process import STILL_RUNNING, OfficeProcess, drop_left_overs
from templates.read import fonts_in
from templates.specimen import specimen

# Of processor time: nobody waits longer for a document. What takes longer is some 500 pages, or hostile.
CONVERT_SECONDS = 8.0
WAIT_SECONDS = 30.0
# A second try, on another process, is worth it only with some time left.
_LEAST_SECONDS = 1.0
# A fresh process now and then: the office program grows with use.
RESTART_AFTER = 200
# The part each kind of file has; an office program would open anything as text.
_PARTS = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml", "odt": "content.xml"}


@dataclass(frozen=True)
class ConverterHealth:
    """For `doctor`: whether a document was converted just now, by how many processes, and what stands in the way.

    `fonts` are the families the trial document came out in.
    """

    ready: bool
    processes: int
    restarts: int
    problem: str
    fonts: tuple[str, ...] = ()


class Converter(Protocol):
    def convert(self, document: bytes, *, suffix: str) -> bytes:
        """A PDF/A-2b of a DOCX, ODT or XLSX (`suffix`), its bookmarks kept as named destinations.

        Raises `ConversionFailed` (document_unreadable, conversion_failed, conversion_timeout) and
        `ConverterUnavailable`, also when all processes stay busy (converters_busy).
        """
        ...

    def convert_sheets(self, workbook: bytes, *, fitted: bool) -> tuple[bytes, tuple[Misfit, ...]]:
        """A PDF/A-2b of an XLSX, and what of its sheets does not fit a page.

        `fitted` draws every sheet on A4, turned where that helps, as small as its columns need. Raises as `convert`.
        """
        ...

    def warm(self) -> None:
        """Begin to start, without waiting."""
        ...

    def check(self) -> ConverterHealth: ...

    def close(self) -> None: ...


class OfficePool:
    """A fixed number of office processes, started at first use; one document at a time each.

    `fonts` is a folder of the operator's fonts. A process that dies over a document is replaced, and the document
    goes to the next one; one that takes too long is ended.
    """

    def __init__(self, *, size: int = 1, fonts: Path | None = None) -> None:
        drop_left_overs()
        self._size = size
        self._fonts = operator_fonts(fonts)
        self._free: list[OfficeProcess | None] = [None] * size
        self._given_back = threading.Condition()
        self._restarts = 0
        self._closed = False
        # The kernel ends a fenced process with the thread that started it, so one thread starts them all and stays.
        self._starter = ThreadPoolExecutor(1, thread_name_prefix="office")

    def convert(self, document: bytes, *, suffix: str) -> bytes:
        return self._convert(document, suffix)[0]

    def convert_sheets(self, workbook: bytes, *, fitted: bool) -> tuple[bytes, tuple[Misfit, ...]]:
        pdf, pages = self._convert(workbook, "xlsx", fitted=fitted)
        return pdf, sheet_misfits(pages)

    def warm(self) -> None:
        threading.Thread(target=self._warm, daemon=True).start()

    def check(self) -> ConverterHealth:
        try:
            pdf = self.convert(specimen(), suffix="docx")
            fonts = fonts_in(pdf)
        except (ConverterUnavailable, ConversionFailed, PdfUnreadable) as error:
            return ConverterHealth(ready=False, processes=self._size, restarts=self._restarts, problem=str(error))
        return ConverterHealth(ready=True, processes=self._size, restarts=self._restarts, problem="", fonts=fonts)

    def close(self) -> None:
        self._closed = True
        for _ in range(self._size):
            office = self._take(None)
            if office is not None:
                office.close()
        with self._given_back:
            self._free = [None] * self._size
        self._starter.shutdown()

    def _convert(self, document: bytes, suffix: str, *, fitted: bool = False) -> tuple[bytes, Any]:
        _require_office_file(document, suffix)
        office = self._take(WAIT_SECONDS)
        left = CONVERT_SECONDS
        try:
            for last_try in (False, True):
                office = self._listening(office)
                try:
                    return office.convert(document, suffix, seconds=left, fitted=fitted)
                except ConversionFailed as error:
                    # One that refuses a document after it served others may be at fault itself; one that has gone
                    # may have been ended by somebody. Both give the document one more try, on the next process.
                    refused = error.code == "conversion_failed" and office.served <= 1
                    left -= office.worked
                    office.close()
                    office = self._spare()
                    self._restarts += 1
                    if last_try or refused or error.code == "conversion_timeout" or left < _LEAST_SECONDS:
                        raise _told(error) from error
            raise ConversionFailed("conversion_failed")
        finally:
            if office is not None and office.served >= RESTART_AFTER:
                office.close()
                office = None
            self._give_back(office)
            if office is None:
                self.warm()

    def _take(self, seconds: float | None) -> OfficeProcess | None:
        """One process or the place of one, a warm one first; raises `ConverterUnavailable` (converters_busy)."""
        with self._given_back:
            if not self._given_back.wait_for(lambda: bool(self._free), seconds):
                raise ConverterUnavailable("converters_busy")
            warm = next((at for at, office in enumerate(self._free) if office is not None and office.alive()), 0)
            return self._free.pop(warm)

    def _spare(self) -> OfficeProcess | None:
        """A warm process that is free right now, in exchange for the place of the one that was lost."""
        with self._given_back:
            for at, office in enumerate(self._free):
                if office is not None and office.alive():
                    self._free[at] = None
                    return office
        return None

    def _give_back(self, office: OfficeProcess | None) -> None:
        with self._given_back:
            self._free.insert(0, office)
            self._given_back.notify()

    def _living(self, office: OfficeProcess | None) -> OfficeProcess:
        """The process that was given back, or a fresh one where it has died."""
        if office is not None and office.alive():
            return office
        if office is not None:
            office.close()
            self._restarts += 1
        return self._starter.submit(OfficeProcess, fonts=self._fonts).result()

    def _listening(self, office: OfficeProcess | None) -> OfficeProcess:
        """The process or its next, ready for a document; one that somebody ended while it started is replaced once."""
        office = self._living(office)
        try:
            office.wait_ready()
        except ConverterUnavailable as error:
            if error.params["exit_code"] == STILL_RUNNING:
                raise
            self._restarts += 1
            office = self._spare() or self._living(None)
            office.wait_ready()
        return office

    def _warm(self) -> None:
        """Start whatever is not running and not in use."""
        for _ in range(self._size):
            with self._given_back:
                cold = next((at for at, office in enumerate(self._free) if office is None or not office.alive()), None)
                if cold is None or self._closed:
                    return
                office = self._free.pop(cold)
            try:
                office = self._living(office)
                office.wait_ready()
            except ConverterUnavailable:
                office = None
                return
            finally:
                self._give_back(office)


def _told(error: ConversionFailed) -> ConversionFailed:
    """What a caller may learn: that a process went over the document is a failure of the document."""
    return ConversionFailed("conversion_failed") if error.code == "office_gone" else error


def _require_office_file(document: bytes, suffix: str) -> None:
    """Refuse what is no such file, or unpacks to more than any document has."""
    try:
        with zipfile.ZipFile(io.BytesIO(document)) as parts:
            unpacked = sum(part.file_size for part in parts.infolist())
            if _PARTS.get(suffix) not in parts.namelist() or unpacked > LARGEST_FILE:
                raise ConversionFailed("document_unreadable")
    except (zipfile.BadZipFile, ValueError) as error:
        raise ConversionFailed("document_unreadable") from error

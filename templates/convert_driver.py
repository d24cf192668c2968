"""Runs inside the fence, under the system's Python: starts the office program and converts what it is told to.

It reads a line of JSON from standard input (`source`, a path; `fitted`) and answers one. It imports nothing of this
project but its neighbours for documents and sheets: the fence shows it nothing of this project.
"""

import json
import os
import subprocess
import sys
import threading
import time
import typing

PORT = "2002"


def main() -> None:
    """Serve until standard input ends."""
    office = subprocess.Popen(
        [  # noqa: S607 - the fence has one soffice, the system's
            "soffice",
            "--headless",
            "--invisible",
            "--nocrashreport",
            "--nodefault",
            "--nologo",
            "--nofirststartwizard",
            "--norestore",
            f"--accept=socket,host=127.0.0.1,port={PORT},tcpNoDelay=1;urp;StarOffice.ComponentContext",
            "-env:UserInstallation=file:///tmp/profile",
        ],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    threading.Thread(target=_end_with, args=(office,), daemon=True).start()
    desktop = _connect()
    _answer(ready=True)
    for line in sys.stdin:
        told = json.loads(line)
        try:
            _answer(ok=True, pages=_convert(desktop, told["source"], fitted=told.get("fitted", False)))
        except Exception as error:  # noqa: BLE001 - whatever the office program says is the answer
            # A bridge that broke is no fault of the document: the office program ends a moment later, and this with it.
            time.sleep(0.5)
            _answer(ok=False, error=type(error).__name__)


def _convert(desktop: "typing.Any", source: str, *, fitted: bool) -> "list[dict[str, object]]":
    """Write the PDF beside the source; what is known of a workbook's pages."""
    result = source + ".pdf"
    # Importable only here: they need `uno`.
    if source.endswith(".xlsx"):
        from sheets import convert_workbook  # noqa: PLC0415

        return convert_workbook(desktop, source, result, fitted=fitted)
    from document import convert_text  # noqa: PLC0415

    convert_text(desktop, source, result)
    return []


def _end_with(office: "subprocess.Popen[bytes]") -> None:
    """End as soon as the office program does: a call over its broken bridge may fail, or never return."""
    office.wait()
    os._exit(5)


def _connect() -> "typing.Any":
    # Importable only here: `uno` belongs to the system's Python.
    from unoserver.converter import UnoConverter  # noqa: PLC0415

    for _ in range(600):
        try:
            return UnoConverter("127.0.0.1", PORT).desktop
        except Exception:  # noqa: BLE001 - not listening yet
            time.sleep(0.05)
    sys.exit(4)


def _answer(**facts: object) -> None:
    sys.stdout.write(json.dumps(facts) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()

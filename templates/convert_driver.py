"""Runs inside the fence, under the system's Python: starts the office program and converts what it is told to.

It reads a file name a line from standard input and answers a line of JSON. It imports nothing of this project: the
fence shows it nothing of this project.
"""

import json
import subprocess
import sys
import time
import typing

PORT = "2002"
OPTIONS = (
    "SelectPdfVersion=2",
    "ExportBookmarksToPDFDestination=true",
    "ExportBookmarks=false",
    "UseTaggedPDF=true",
    "ExportFormFields=false",
)


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
    converter = _connect(office)
    _answer(ready=True)
    for line in sys.stdin:
        source = line.strip()
        try:
            converter.convert(inpath=source, outpath=source + ".pdf", convert_to="pdf", filter_options=list(OPTIONS))
            _answer(ok=True)
        except Exception as error:  # noqa: BLE001 - whatever the office program says is the answer
            _answer(ok=False, error=type(error).__name__)


def _connect(office: "subprocess.Popen[bytes]") -> "typing.Any":
    # Importable only here: `uno` belongs to the system's Python.
    from unoserver.converter import UnoConverter  # noqa: PLC0415

    for _ in range(600):
        if office.poll() is not None:
            sys.exit(3)
        try:
            return UnoConverter("127.0.0.1", PORT)
        except Exception:  # noqa: BLE001 - not listening yet
            time.sleep(0.05)
    sys.exit(4)


def _answer(**facts: object) -> None:
    sys.stdout.write(json.dumps(facts) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()

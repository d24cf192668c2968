"""The fence around an office process: bubblewrap with no network but its own loopback, programs, fonts, one folder.

Never as root, never without the fence, and within limits: an office program fetches pictures over http and embeds
files of its host when a document says so, and grows with what a document unpacks to.
"""

import os
import shutil
from collections.abc import Sequence
from importlib.resources import as_file, files
from pathlib import Path

from templates.errors import ConverterUnavailable

PYTHON = Path("/usr/bin/python3")
_NOBODY = 65534
# What the process may write into memory; beside it stand some 100 MB of programs, shared by all of them. An idle
# one holds 100 MB, one that has converted 5,000 paragraphs 160 MB.
MOST_MEMORY_MB = 384
LARGEST_FILE = 256 * 1024 * 1024
_ADDRESSES = 4 * 1024**3


def fenced_command(folder: Path, *, fonts: Sequence[Path]) -> list[str]:
    """The command that runs the driver in `folder`, with the operator's font files where there are some.

    Raises `ConverterUnavailable` when the programs for it are missing.
    """
    bwrap = shutil.which("bwrap")
    if bwrap is None or shutil.which("soffice") is None or not PYTHON.exists():
        raise ConverterUnavailable("fence_unavailable", reason="bubblewrap, soffice, python3-uno")
    _furnish(folder, fonts)
    fence = [bwrap, "--unshare-all", "--die-with-parent", "--new-session", "--clearenv"]
    for name in ("/usr", "/etc/fonts", "/etc/alternatives", "/etc/libreoffice", "/var/cache/fontconfig"):
        fence += ["--ro-bind-try", name, name]
    for name in ("bin", "lib", "lib64", "sbin"):
        fence += ["--symlink", f"usr/{name}", f"/{name}"]
    fence += ["--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp", "--bind", str(folder), "/job"]  # noqa: S108 - the fence's own
    for name, value in (
        ("PATH", "/usr/bin"),
        ("HOME", "/tmp"),  # noqa: S108 - the fence's own
        ("LANG", "C.UTF-8"),
        ("PYTHONPATH", "/job"),
        # Where fontconfig looks for the user's own fonts, in `fonts` below it.
        ("XDG_DATA_HOME", "/job"),
        ("SAL_USE_VCLPLUGIN", "svp"),
    ):
        fence += ["--setenv", name, value]
    limits = [
        "prlimit",
        f"--as={_ADDRESSES}",
        f"--data={MOST_MEMORY_MB * 1024 * 1024}",
        f"--fsize={LARGEST_FILE}",
        "--core=0",
    ]
    if os.geteuid() == 0:
        drop = ["setpriv", f"--reuid={_NOBODY}", f"--regid={_NOBODY}", "--clear-groups", "--no-new-privs"]
        limits = [*drop, "--pdeathsig=KILL", *limits]
    return [*limits, *fence, str(PYTHON), "/job/driver.py"]


def _furnish(folder: Path, fonts: Sequence[Path]) -> None:
    """Copy in the driver and the library it uses: the fence shows neither checkout nor virtual environment."""
    for name in ("driver", "document", "sheets"):
        with as_file(files("templates").joinpath(f"convert_{name}.py")) as source:
            shutil.copyfile(source, folder / f"{name}.py")
    with as_file(files("unoserver")) as library:
        shutil.copytree(library, folder / "unoserver", ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "fonts").mkdir()
    for font in fonts:
        shutil.copyfile(font, folder / "fonts" / font.name)
    folder.chmod(0o755)
    for path in folder.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)
    if os.geteuid() == 0:
        os.chown(folder, _NOBODY, _NOBODY)

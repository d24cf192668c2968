"""Builds the Java program of the judges once per change of its sources, and starts it.

Built lands in `build/judges/` at the checkout's root under a name made of the sources' hash: whole or absent, whoever
is killed in between, and two test workers starting at once build it once.
"""

import fcntl
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
BUILDS = HERE.parents[1] / "build" / "judges"
BUILD_SECONDS = 900
JUDGING_SECONDS = 300

# Short runs: the second compiler and parallel collectors cost more than they bring.
JAVA = ("java", "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Dfile.encoding=UTF-8")


class JudgeUnavailable(Exception):
    """A judge could not be built or started, or broke off: an error of the test run, never a verdict."""


def build() -> Path:
    """The folder of the built program (`classes/`, `lib/`); built with Maven when the sources are new.

    Raises `JudgeUnavailable`.
    """
    target = BUILDS / _stamp()
    if target.is_dir():
        return target
    with _alone():
        if not target.is_dir():
            _build_into(target)
    return target


def ask(mode: str, arguments: Sequence[str]) -> list[dict[str, Any]]:
    """Run one judge over files; one JSON object for each of them, in their order. Raises `JudgeUnavailable`."""
    home = build()
    command = [*JAVA, "-cp", f"{home / 'classes'}{os.pathsep}{home / 'lib'}/*", "judges.Main", mode, *arguments]
    answer = _run(command, JUDGING_SECONDS)
    return [json.loads(line) for line in answer.splitlines() if line.startswith("{")]


def _stamp() -> str:
    digest = sha256()
    for path in [HERE / "pom.xml", *sorted((HERE / "src").rglob("*.java"))]:
        digest.update(f"{path.relative_to(HERE)}\0".encode() + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def _build_into(target: Path) -> None:
    building = Path(tempfile.mkdtemp(dir=BUILDS, prefix=".building-"))
    try:
        _run(
            ["mvn", "-q", "-B", "-f", str(HERE / "pom.xml"), f"-Djudges.directory={building}", "package"],
            BUILD_SECONDS,
        )
        building.rename(target)
    finally:
        shutil.rmtree(building, ignore_errors=True)


@contextmanager
def _alone() -> Iterator[None]:
    BUILDS.mkdir(parents=True, exist_ok=True)
    with (BUILDS / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _run(command: Sequence[str], seconds: int) -> str:
    try:
        done = subprocess.run(command, capture_output=True, check=True, timeout=seconds, stdin=subprocess.DEVNULL)
    except subprocess.CalledProcessError as failed:
        said = (failed.stdout + failed.stderr).decode("utf-8", "replace")
        raise JudgeUnavailable(f"{command[0]} ended with {failed.returncode}:\n{said[-4000:]}") from failed
    except (OSError, subprocess.TimeoutExpired) as failed:
        raise JudgeUnavailable(f"{command[0]}: {failed}") from failed
    return done.stdout.decode("utf-8")

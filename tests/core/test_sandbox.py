import json
import math
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from importlib.util import find_spec
from pathlib import Path

import pytest

from docservice.core.sandbox import (
    Limits,
    Sandbox,
    SandboxCrashed,
    SandboxFailed,
    SandboxMemory,
    SandboxTimeout,
    SandboxUnavailable,
)
from docservice.core.sandbox_slot import Slot
from tests.core import hostile

HOSTILE = ("tests.core.hostile",)
ROOT = Path(__file__).parents[2]
TIGHT = Limits(wall_s=4, cpu_s=1, memory_mb=256, file_mb=8, processes=8)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(size=1, packages=HOSTILE, preload=HOSTILE, limits=TIGHT) as made:
        yield made


# --- what a call cannot reach


def test_a_listener_on_the_hosts_loopback_is_not_reached(sandbox: Sandbox) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        assert hostile.reach(port) == "reached"
        assert sandbox.run(hostile.reach, port) == "OSError"


def test_files_of_the_service_do_not_exist_inside(sandbox: Sandbox, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("khoá", encoding="utf-8")
    secret.chmod(0o600)
    assert hostile.read_path(str(secret)) == "khoá"
    for path in (str(secret), "/etc/passwd", "/etc/hostname", str(ROOT / "pyproject.toml"), "/proc/1/environ"):
        assert sandbox.run(hostile.read_path, path) == "FileNotFoundError"


def test_nothing_outside_the_temp_folder_can_be_written(sandbox: Sandbox, tmp_path: Path) -> None:
    paths = [str(Path(folder) / "written") for folder in (tmp_path, "/", "/tmp", "/var/tmp", "/dev/shm", "/dev")]  # noqa: S108 - to be refused
    inside = str(Path(hostile.__file__).with_name("written.py"))
    assert sandbox.run(hostile.write_everywhere, (*paths, inside)) == ()
    assert sandbox.run(hostile.write_everywhere, ("written",)) == ("written",)


def test_the_services_environment_and_open_files_stay_outside(sandbox: Sandbox) -> None:
    assert set(sandbox.run(hostile.environment)) <= {
        "PATH",
        "LANG",
        "LC_CTYPE",
        "HOME",
        "TMPDIR",
        "PYTHONDONTWRITEBYTECODE",
    }
    # The three standard streams (all /dev/null), the request and the answer.
    assert len(sandbox.run(hostile.descriptors)) == 5


def test_no_way_to_more_rights(sandbox: Sandbox) -> None:
    assert 0 not in sandbox.run(hostile.open_namespaces)


def test_signals_do_not_reach_the_zygote(sandbox: Sandbox) -> None:
    assert sandbox.run(hostile.kill_everybody) == "alive"
    assert sandbox.run(hostile.echo, b"x") == b"x"


# --- what a call cannot use up


def test_a_memory_bomb_ends_as_such(sandbox: Sandbox) -> None:
    with pytest.raises(SandboxMemory) as caught:
        sandbox.run(hostile.eat_memory)
    assert caught.value.details == {"function": "tests.core.hostile:eat_memory"}


def test_an_endless_loop_is_stopped_by_processor_time(sandbox: Sandbox) -> None:
    with pytest.raises(SandboxTimeout):
        sandbox.run(hostile.spin)


def test_waiting_is_stopped_by_the_clock(sandbox: Sandbox) -> None:
    began = time.monotonic()
    with pytest.raises(SandboxTimeout):
        sandbox.run(hostile.sleep)
    assert TIGHT.wall_s <= time.monotonic() - began


def test_a_fork_bomb_is_bounded_and_swept(sandbox: Sandbox) -> None:
    assert sandbox.run(hostile.fork_bomb) <= TIGHT.processes
    assert sandbox.run(hostile.process_count) == 2


def test_a_process_left_behind_does_not_outlive_the_call(sandbox: Sandbox) -> None:
    assert sandbox.run(hostile.stay_behind) == "done"
    assert sandbox.run(hostile.process_count) == 2


def test_disk_is_bounded_and_empty_again(sandbox: Sandbox) -> None:
    for _ in range(3):
        assert 5_000_000 < sandbox.run(hostile.fill_disk) <= TIGHT.file_mb << 20


def test_an_answer_larger_than_the_limit_is_refused(sandbox: Sandbox) -> None:
    assert len(sandbox.run(hostile.large_answer, 5)) == 5 << 20
    with pytest.raises(SandboxFailed):
        sandbox.run(hostile.large_answer, 9)


@pytest.mark.parametrize("function", [hostile.crash, hostile.abort])
def test_a_crash_is_survived(sandbox: Sandbox, function: Callable[[], None]) -> None:
    with pytest.raises(SandboxCrashed):
        sandbox.run(function)
    assert sandbox.run(hostile.echo, b"x") == b"x"


# --- nothing of one call is seen by the next


def test_every_call_finds_an_empty_folder(sandbox: Sandbox) -> None:
    assert sandbox.run(hostile.temp_names) == ()
    assert sandbox.run(hostile.temp_names) == ()


def test_a_slot_that_cannot_be_cleaned_is_replaced() -> None:
    with Sandbox(size=1, packages=HOSTILE, limits=TIGHT) as sandbox:
        sandbox.run(hostile.leave_unremovable)
        assert sandbox.run(hostile.temp_names) == ()
        assert sandbox.check().restarts == 1


def test_modules_loaded_by_a_call_are_gone_in_the_next(sandbox: Sandbox) -> None:
    assert sandbox.run(hostile.lazy_import) == "xml.dom.minidom"
    assert not sandbox.run(hostile.loaded, "xml.dom.minidom")


def test_forks_do_not_share_their_chance(sandbox: Sandbox) -> None:
    assert sandbox.run(hostile.random_number) != sandbox.run(hostile.random_number)


# --- answers


def test_dataclasses_with_bytes_dates_and_enums_arrive_whole(sandbox: Sandbox) -> None:
    content = bytes(range(256))
    assert sandbox.run(hostile.whole, content) == hostile.whole(content)
    assert sandbox.run(hostile.whole, content=content) == hostile.whole(content)


def test_two_calls_share_one_process_and_the_second_is_not_begun_when_the_first_fails(sandbox: Sandbox) -> None:
    content = bytes(range(256))
    assert sandbox.run_both(partial(hostile.echo, content), partial(hostile.length, content=content)) == (content, 256)
    number, again = sandbox.run_both(partial(hostile.random_number), partial(hostile.random_number))
    assert number != again
    # The second would fail in another way.
    with pytest.raises(hostile.FileRefused):
        sandbox.run_both(partial(hostile.refuse), partial(hostile.crash))
    with pytest.raises(hostile.FileRefused):
        sandbox.run_both(partial(hostile.echo, content), partial(hostile.refuse))
    with pytest.raises(SandboxCrashed):
        sandbox.run_both(partial(hostile.echo, content), partial(hostile.crash))
    with pytest.raises(ValueError, match="not a function of"):
        sandbox.run_both(partial(hostile.echo, content), partial(os.getcwd))


@pytest.mark.parametrize("function", [hostile.wrong_shape, hostile.wrong_type])
def test_an_answer_of_another_shape_is_refused(sandbox: Sandbox, function: Callable[[], object]) -> None:
    with pytest.raises(SandboxFailed) as caught:
        sandbox.run(function)
    assert caught.value.details["reason"] == "answer_shape"


def test_a_librarys_error_arrives_as_itself(sandbox: Sandbox) -> None:
    with pytest.raises(hostile.FileRefused) as caught:
        sandbox.run(hostile.refuse)
    assert (caught.value.code, caught.value.params) == ("pdf_encrypted", {"page": 3, "what": "khoá"})


@pytest.mark.parametrize("function", [hostile.refuse_with_object, hostile.refuse_with_forged_class, hostile.fail])
def test_any_other_error_does_not(sandbox: Sandbox, function: Callable[[], object]) -> None:
    with pytest.raises(SandboxFailed) as caught:
        sandbox.run(function)
    assert type(caught.value) is SandboxFailed


def test_only_functions_of_allowed_packages_run(sandbox: Sandbox) -> None:
    def local() -> int:
        return 1

    functions: tuple[Callable[[], object], ...] = (tempfile.mkdtemp, os.getcwd, local, lambda: 1, dict)
    for function in functions:
        with pytest.raises(ValueError, match="not "):
            sandbox.run(function)
    with Sandbox() as ordinary, pytest.raises(ValueError, match="not a function of signing"):
        ordinary.run(hostile.echo, b"")


# --- the real libraries, speed, threads


def test_large_files_pass_both_ways() -> None:
    content = os.urandom(25_000_000)
    with Sandbox(size=1, packages=HOSTILE) as sandbox:
        assert sandbox.run(hostile.length, content) == len(content)
        assert sandbox.run(hostile.echo, content) == content


def test_eight_threads_share_two_slots() -> None:
    with Sandbox(size=2, packages=HOSTILE, preload=HOSTILE) as sandbox, ThreadPoolExecutor(8) as pool:
        contents = [str(number).encode() for number in range(80)]
        assert list(pool.map(lambda content: sandbox.run(hostile.echo, content), contents)) == contents
        health = sandbox.check()
    assert (health.ready, health.problem, health.running, health.restarts) == (True, "", 2, 0)


def test_preloaded_parsers_are_there_and_leave_no_thread() -> None:
    parsers = ("pikepdf", "pypdfium2", "lxml.etree", "pyhanko.pdf_utils.reader", "pyhanko.sign.validation")
    with Sandbox(size=1, packages=HOSTILE, preload=(*HOSTILE, *parsers)) as sandbox:
        sandbox.warm()
        assert all(sandbox.run(hostile.loaded, name) for name in parsers)


def test_a_missing_module_is_named() -> None:
    with Sandbox(size=1, preload=("signing_that_is_not_there",)) as sandbox:
        with pytest.raises(SandboxUnavailable, match="sandbox_unavailable") as caught:
            sandbox.warm()
        assert "signing_that_is_not_there" in str(caught.value.details["problem"])
        assert not sandbox.check().ready


def test_more_to_be_told_than_fits_is_refused_and_said() -> None:
    with pytest.raises(SandboxUnavailable) as caught:
        Slot(limits=Limits(), preload=(f"json:loads:{'[]' * 40_000}",), packages=())
    assert "CATALOGUE_FILE" in str(caught.value.details["problem"])


def test_a_closed_sandbox_starts_nothing() -> None:
    sandbox = Sandbox(size=1, packages=HOSTILE)
    sandbox.run(hostile.echo, b"x")
    sandbox.close()
    with pytest.raises(SandboxUnavailable):
        sandbox.run(hostile.echo, b"x")


# --- the whole process

PROGRAM = """
import sys, threading
sys.path[:0] = {path!r}
from docservice.core.sandbox import Sandbox
from tests.core import hostile
sandbox = Sandbox(size=2, packages=("tests.core.hostile",), preload=("tests.core.hostile",))
{then}
"""


def _children(session_of: int) -> list[str]:
    """Command lines of all living processes that descend from a process."""
    parents, lines = {}, {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            text = stat.read_text(encoding="utf-8", errors="replace")
            line = stat.with_name("cmdline").read_text(encoding="utf-8", errors="replace").replace("\0", " ")
        except (FileNotFoundError, ProcessLookupError):
            continue
        fields = text.rpartition(")")[2].split()
        if fields[0] != "Z":
            parents[int(stat.parent.name)], lines[int(stat.parent.name)] = int(fields[1]), line
    found = [session_of]
    for parent in found:
        found += [pid for pid, of in parents.items() if of == parent]
    return [f"{pid} {lines[pid]}" for pid in found[1:]]


def test_nothing_survives_the_services_sudden_end(tmp_path: Path) -> None:
    then = "sandbox.warm()\nthreading.Thread(target=sandbox.run, args=(hostile.stay_behind,)).start()\n"
    then += "threading.Thread(target=sandbox.run, args=(hostile.sleep,)).start()\nprint('ready', flush=True)"
    program = PROGRAM.format(path=[str(ROOT)], then=then)
    service = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, cwd=tmp_path)
    with service:
        assert service.stdout is not None
        assert service.stdout.readline() == b"ready\n"
        deadline = time.monotonic() + 60
        while len(children := _children(service.pid)) < 5 and time.monotonic() < deadline:
            time.sleep(0.05)
        assert len(children) >= 5  # two unshare, two zygotes, a sleeping call
        service.kill()
    deadline = time.monotonic() + 60
    while (left := [line for line in children if _alive(line)]) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert left == []


def _alive(line: str) -> bool:
    pid, _, command = line.partition(" ")
    try:
        return Path(f"/proc/{pid}/cmdline").read_text(encoding="utf-8").replace("\0", " ") == command != ""
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_an_ordinary_user_gets_the_same_fence() -> None:
    """Root's virtual environment may be closed to others: Debian's own Python runs a copy of what is needed."""
    with tempfile.TemporaryDirectory(dir="/var/tmp") as name:
        folder = Path(name)
        folder.chmod(0o755)
        for package in ("pydantic", "pydantic_core", "annotated_types", "typing_inspection", "babel"):
            spec = find_spec(package)
            assert spec is not None
            assert spec.origin is not None
            shutil.copytree(Path(spec.origin).parent, folder / package, ignore=shutil.ignore_patterns("locale-data"))
        extensions = find_spec("typing_extensions")
        assert extensions is not None
        shutil.copy(str(extensions.origin), folder)
        for part in ("docservice/__init__.py", "docservice/core", "tests/__init__.py", "tests/core/__init__.py"):
            _copy(ROOT / part, folder / part)
        _copy(ROOT / "tests/core/hostile.py", folder / "tests/core/hostile.py")
        then = (
            "import json\n"
            "health = sandbox.check()\n"
            "secret = sandbox.run(hostile.read_path, sys.argv[1])\n"
            "print(json.dumps([health.ready, health.problem, secret, hostile.read_path(sys.argv[1]),"
            " sandbox.run(hostile.open_namespaces), sandbox.run(hostile.fork_bomb),"
            " sandbox.run(hostile.process_count)]))"
        )
        mine = folder / "mine"
        mine.write_text("khoá", encoding="utf-8")
        mine.chmod(0o600)
        command = ["/usr/bin/python3", "-I", "-c", PROGRAM.format(path=[str(folder)], then=then), str(mine)]
        if os.geteuid() == 0:
            shutil.chown(mine, 65534)
            command = ["/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--", *command]
        done = subprocess.run(command, capture_output=True, text=True, cwd="/", check=False, timeout=120)
        assert done.returncode == 0, done.stderr
        ready, problem, inside, outside, more_rights, forked, processes = json.loads(done.stdout)
    assert (ready, problem, inside, outside) == (True, "", "FileNotFoundError", "khoá")
    assert 0 not in more_rights
    assert (forked <= 8, processes) == (True, 2)


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target)
    else:
        shutil.copy(source, target)


def test_limits_are_finite() -> None:
    assert all(0 < value < math.inf for value in vars(Limits()).values())

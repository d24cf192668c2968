"""The inside of the sandbox: one process that puts on its fence once and then forks for every call.

Reading a stranger's file means running parsers on bytes made to break them. So each call happens in a fork that owns
nothing: no network, no file of the host but program code and fonts (read only), an own empty temp folder, limits on
everything, a user id nobody else has. The fork's parent (the "zygote" here, process 1 of its own process namespace)
never looks at the stranger's bytes, kills whatever a call leaves behind, and ends when the service ends.

It is started by `docservice.core.sandbox` through `unshare` as a plain file, speaks small JSON messages over a
`SOCK_SEQPACKET` socket, and gets request and answer as two memory files beside each message. It imports the standard
library only until the service says what to load.
"""

import ctypes
import gc
import importlib
import json
import os
import pickle
import random
import resource
import select
import shutil
import signal
import socket
import sys
import tempfile
import time
import typing
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path

MESSAGE_BYTES = 65_536
# Before each call's answer stands its length.
LENGTH_BYTES = 8
MEBIBYTE = 1024 * 1024

# From linux/mount.h, linux/prctl.h, linux/capability.h: Python has no names for them.
MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_REMOUNT, MS_BIND, MS_REC = 1, 2, 4, 8, 32, 4096, 16384
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_NO_NEW_PRIVS = 1, 4, 38
CAPABILITY_VERSION_3 = 0x20080522

# The one folder that exists on every Linux and holds no code, so covering it hides nothing that is still needed. The
# cover exists in this process's own mount namespace only.
NEW_ROOT = Path("/proc")

Json = dict[str, typing.Any]


def main() -> None:
    """Load the code, close the fence, say "ready", answer calls until the service hangs up."""
    control = socket.socket(fileno=int(sys.argv[1]))
    setup = json.loads(control.recv(MESSAGE_BYTES))
    try:
        sys.path[:] = setup["path"]
        _load(setup["preload"])
        _require_one_thread(setup["preload"])
        base = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
        _close_fence(setup["visible"], uid=setup["uid"], file_mb=setup["file_mb"])
    except Exception as error:  # noqa: BLE001 - whatever it was, the service has to hear it
        control.send(json.dumps({"ready": False, "problem": f"{type(error).__name__}: {error}"[:2000]}).encode())
        return
    gc.collect()
    # A call's fork ends before its garbage matters, and collecting would copy every page it shares.
    gc.disable()
    control.send(json.dumps({"ready": True}).encode())
    _serve(control, setup, base)


def _load(modules: Sequence[str]) -> None:
    """Import what calls will need, and what Python itself loads at first use."""
    for name in ("pydantic", "_strptime", "zoneinfo", "encodings.idna", "encodings.utf_16", "encodings.cp1252"):
        importlib.import_module(name)
    for name in modules:
        module, _, call = name.partition(":")
        loaded = importlib.import_module(module)
        function, _, said = call.partition(":")
        if function:
            getattr(loaded, function)(*([said] if said else []))
    _resolve("docservice.core.sandbox_probe:look_around")  # pydantic imports most of itself when it is first needed


def _require_one_thread(loaded: Sequence[str]) -> None:
    threads = len(list(Path("/proc/self/task").iterdir()))
    if threads != 1:
        raise RuntimeError(f"{threads} threads after loading {', '.join(loaded)}: a fork would lose their locks")


# --- the fence -----------------------------------------------------------------------------------------------------


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _checked(result: int, what: str) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")


def _mount(source: str, target: Path, *, kind: str, flags: int, options: str) -> None:
    result = _libc().mount(source.encode(), os.fsencode(target), kind.encode(), ctypes.c_ulong(flags), options.encode())
    _checked(result, f"mount {source} on {target}")


def _close_fence(visible: Sequence[str], *, uid: int | None, file_mb: int) -> None:
    """Leave the host's files, its privileges and its terminal; there is no way back.

    Args:
        visible: folders shown read only at their own paths (code and fonts); the rest of the host is gone.
        uid: started as root, become this user id; None keeps the ordinary user, who is worth nothing in here.
        file_mb: size of the memory file system that is all the room a call can write to.
    """
    owner = os.getuid() if uid is None else uid
    _mount(
        "none", NEW_ROOT, kind="tmpfs", flags=MS_NOSUID | MS_NODEV, options=f"size={file_mb}m,mode=755,nr_inodes=4096"
    )
    for folder in visible:
        _show(Path(folder))
    null = NEW_ROOT / "dev/null"
    null.parent.mkdir()
    null.touch()
    _mount("/dev/null", null, kind="none", flags=MS_BIND, options="")
    calls = NEW_ROOT / "calls"
    calls.mkdir(mode=0o700)
    os.chown(calls, owner, -1)
    os.chroot(NEW_ROOT)
    os.chdir("/calls")
    os.umask(0o077)
    silence = os.open("/dev/null", os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(silence, stream)
    os.close(silence)
    _drop_privileges(uid)


def _show(folder: Path) -> None:
    """Bind one folder read only at its own path."""
    target = NEW_ROOT / folder.relative_to("/")
    if target.exists():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    target.mkdir()
    _mount(str(folder), target, kind="none", flags=MS_BIND | MS_REC, options="")
    # An ordinary user may not take away restrictions the folder's file system already has: repeat them.
    kept = os.statvfs(target).f_flag & (MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC)
    flags = MS_BIND | MS_REMOUNT | MS_RDONLY | MS_NOSUID | MS_NODEV | kept
    _mount("none", target, kind="none", flags=flags, options="")


def _drop_privileges(uid: int | None) -> None:
    libc = _libc()
    if uid is not None:
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION_3, 0)
    nothing = (ctypes.c_uint32 * 6)()
    _checked(libc.capset(header, nothing), "capset")
    _checked(libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no_new_privs")
    # Not dumpable: a call has the zygote's user id and must not trace it.
    _checked(libc.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0), "dumpable")
    # Set last: the kernel forgets it when credentials change.
    _checked(libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0), "pdeathsig")


# --- calls ---------------------------------------------------------------------------------------------------------


def _serve(control: socket.socket, setup: Json, base: int) -> None:
    number = 0
    while True:
        message, descriptors, _, _ = socket.recv_fds(control, MESSAGE_BYTES, 2)
        if not message:
            return
        number += 1
        folder = Path(f"/calls/{number}")
        folder.mkdir()
        outcome = _call(json.loads(message)["functions"], descriptors, control, setup=setup, base=base, folder=folder)
        for descriptor in descriptors:
            os.close(descriptor)
        with suppress(RecursionError):
            shutil.rmtree(folder, ignore_errors=True)
        outcome["clean"] = not folder.exists()
        control.send(json.dumps(outcome).encode())


def _call(
    functions: Sequence[str],
    descriptors: Sequence[int],
    control: socket.socket,
    *,
    setup: Json,
    base: int,
    folder: Path,
) -> Json:
    """Fork, wait at most `wall_s` seconds, kill all that is left; says how the fork ended."""
    try:
        for function in functions:
            _resolve(function)  # here, so that every later call finds it made; nothing of the request is read
    except Exception as error:  # noqa: BLE001 - reported, never raised across the fence
        return {"end": "unknown", "value": f"{type(error).__name__}: {error}"[:500]}
    child = os.fork()
    if child == 0:
        control.close()
        _run(functions, descriptors, setup=setup, base=base, folder=folder)
    ended = _wait(child, control, seconds=setup["wall_s"])
    status = _end_all(child)
    if not ended:
        return {"end": "timeout", "value": 0}
    if os.WIFSIGNALED(status):
        return {"end": "signal", "value": os.WTERMSIG(status)}
    return {"end": "exit", "value": os.WEXITSTATUS(status)}


def _wait(child: int, control: socket.socket, *, seconds: float) -> bool:
    """True when the child ended in time. Ends the whole namespace when the service hangs up."""
    watched = os.pidfd_open(child)
    try:
        poll = select.poll()
        poll.register(watched, select.POLLIN)
        poll.register(control, 0)  # only POLLHUP, which cannot be masked
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            ready = dict(poll.poll(left * 1000))
            if control.fileno() in ready:
                os._exit(0)
            if watched in ready:
                return True
        return False
    finally:
        os.close(watched)


def _end_all(child: int) -> int:
    """Kill every process of this namespace but ourselves; returns the child's wait status."""
    status = 0
    while True:
        with suppress(ProcessLookupError):
            os.kill(-1, signal.SIGKILL)
        try:
            gone, ended = os.waitpid(-1, 0)
        except ChildProcessError:
            return status
        if gone == child:
            status = ended


@cache
def _resolve(function: str) -> tuple[Callable[..., object], typing.Any]:
    """The function and the serializer of its return annotation; see `adapter`."""
    module, _, name = function.partition(":")
    found: typing.Any = importlib.import_module(module)
    for part in name.split("."):
        found = getattr(found, part)
    return found, adapter(found)


def adapter(function: Callable[..., object]) -> typing.Any:
    """Pydantic's reader and writer of `(result,)` as the function's return annotation promises it.

    The one-tuple is there because the configuration (bytes as base64, nothing coerced) may be given for a tuple and
    reaches the dataclasses inside, but may not be given for a dataclass itself.
    """
    from pydantic import ConfigDict, TypeAdapter  # noqa: PLC0415 - not before sys.path is set

    config = ConfigDict(strict=True, ser_json_bytes="base64", val_json_bytes="base64", ser_json_inf_nan="constants")
    promised: typing.Any = tuple.__class_getitem__(typing.get_type_hints(function, include_extras=True)["return"])
    return TypeAdapter(promised, config=config)


def _run(
    functions: Sequence[str], descriptors: Sequence[int], *, setup: Json, base: int, folder: Path
) -> typing.NoReturn:
    """The fork's whole life: limits, the calls, their answers, the end."""
    code = 1
    try:
        request, answer = descriptors
        _limit(setup, base)
        os.chdir(folder)
        tempfile.tempdir = str(folder)
        os.environ["TMPDIR"] = str(folder)
        random.seed()
        with open(answer, "wb", closefd=False) as out:
            for told in _answers(functions, request):
                out.write(len(told).to_bytes(LENGTH_BYTES))
                out.write(told)
        code = 0
    except MemoryError:
        code = 2
    finally:
        os._exit(code)


def _limit(setup: Json, base: int) -> None:
    memory = base + setup["memory_mb"] * MEBIBYTE
    files = setup["file_mb"] * MEBIBYTE
    cpu = setup["cpu_s"]
    for kind, soft, hard in (
        (resource.RLIMIT_CORE, 0, 0),
        (resource.RLIMIT_AS, memory, memory),
        (resource.RLIMIT_FSIZE, files, files),
        (resource.RLIMIT_NOFILE, 64, 64),
        (resource.RLIMIT_NPROC, setup["processes"] + 1, setup["processes"] + 1),  # the zygote counts too
        (resource.RLIMIT_CPU, cpu, cpu + 1),
    ):
        resource.setrlimit(kind, (soft, hard))


def _answers(functions: Sequence[str], request: int) -> Iterator[bytes]:
    """For each call a letter (R result, E library error, F failure) and JSON; none after an error."""
    with open(request, "rb", closefd=False) as source:
        source.seek(0)
        calls = pickle.load(source)  # noqa: S301 - written by the service itself, never by a stranger
    for function, (args, kwargs) in zip(functions, calls, strict=True):
        call, written = _resolve(function)
        try:
            result = call(*args, **kwargs)
        except MemoryError:
            raise
        except Exception as error:  # noqa: BLE001 - every failure becomes data
            yield _error(error)
            return
        yield b"R" + typing.cast("bytes", written.dump_json((result,), warnings=False))


def _error(error: Exception) -> bytes:
    code, params = getattr(error, "code", None), getattr(error, "params", None)
    if isinstance(code, str) and isinstance(params, Mapping):
        kind = type(error)
        found = {"module": kind.__module__, "name": kind.__qualname__, "code": code, "params": dict(params)}
        return b"E" + json.dumps(found).encode()
    return b"F" + json.dumps({"kind": type(error).__name__}).encode()


if __name__ == "__main__":
    main()

"""Starting, finding again and stopping a server, whoever of several processes needs it.

Each server has a folder: `pid`, `log`, its data, and `users/`, a file for each process that needs it (or `kept`, by
`scripts/servers start`). The first to come starts it and the last to go stops it; users that were killed are noticed
by the next who comes.
"""

import os
import shutil
import signal
import subprocess
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import ClassVar

from scripts.local_servers.place import Place, Purpose, ServerUnavailable, answers, hand_over, ordinary_user

_START_SECONDS, _STOP_SECONDS, _FREE_SECONDS = 300.0, 30.0, 5.0
_KEPT = "kept"


class Server:
    """One server of a place; subclasses say how it is prepared, called and asked whether it is ready."""

    name: ClassVar[str]
    stop_signal: ClassVar[signal.Signals] = signal.SIGTERM

    def __init__(self, place: Place) -> None:
        self.place = place
        self.folder = place.folder / self.name

    @property
    def is_throwaway(self) -> bool:
        """Whether what it holds may be lost with the machine: tests want speed, a run wants its data."""
        return self.place.purpose is Purpose.TEST

    def install(self) -> None:
        """Make sure the program is there; may take minutes the first time. Raises `ServerUnavailable`."""
        raise NotImplementedError

    def prepare(self) -> None:
        """Make data folder and configuration; called before every start."""
        raise NotImplementedError

    def command(self) -> Sequence[str]:
        """The program and its arguments, to run in the foreground in the server's folder."""
        raise NotImplementedError

    def environment(self) -> Mapping[str, str]:
        return {}

    def is_ready(self) -> bool:
        """Whether it answers as it should."""
        raise NotImplementedError

    def settings(self) -> Mapping[str, str]:
        """The settings of the service that name this server."""
        raise NotImplementedError

    def run_as_user(self, command: Sequence[str], *, seconds: float = 120, text: str | None = None) -> None:
        """Run a program of the server to its end; raises `ServerUnavailable` with what it said."""
        done = subprocess.run(
            command,
            cwd=self.folder,
            env=base_environment() | dict(self.environment()),
            input=text,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=seconds,
            user=ordinary_user(),
            group=ordinary_user(),
            extra_groups=() if ordinary_user() else None,
        )
        if done.returncode != 0:
            raise ServerUnavailable(f"{command[0]} ended with {done.returncode}\n{done.stdout[-2000:]}")


def base_environment() -> dict[str, str]:
    """What every server is told of its surroundings."""
    return {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"}


@contextmanager
def use(server: Server) -> Iterator[None]:
    """Need a server for a while; raises `ServerUnavailable` when it cannot be had."""
    server.install()
    user = server.folder / "users" / f"{os.getpid()}.{uuid.uuid4().hex}"
    with server.place.alone():
        _begin(server)
        user.touch()
    try:
        yield
    finally:
        with server.place.alone():
            user.unlink(missing_ok=True)
            if not _users(server):
                _end(server)


def keep(server: Server) -> None:
    """Start a server and let it run until `let_go`; raises `ServerUnavailable`."""
    server.install()
    with server.place.alone():
        _begin(server)
        (server.folder / "users" / _KEPT).touch()


def let_go(server: Server) -> bool:
    """No longer keep a server; False when another process still needs it and it runs on."""
    with server.place.alone():
        if not server.folder.exists():
            return True
        (server.folder / "users" / _KEPT).unlink(missing_ok=True)
        if _users(server):
            return False
        _end(server)
        return True


def is_running(server: Server) -> bool:
    """Whether its process is there and it answers."""
    return _process(server) is not None and server.is_ready()


def process_of(server: Server) -> int | None:
    """The server's process, None when it does not run."""
    return _process(server)


def crash(server: Server) -> None:
    """Kill a server as a failing machine would: at once, with nothing written any more."""
    if (process := _process(server)) is not None:
        os.killpg(process, signal.SIGKILL)
        _wait_until_gone(server, seconds=_STOP_SECONDS)


def restart(server: Server) -> None:
    """Start a server again that was crashed, over what it had written; raises `ServerUnavailable`."""
    with server.place.alone():
        _start(server)


def _begin(server: Server) -> None:
    if server.is_throwaway and not _users(server):
        # What a killed session left behind: tests begin with nothing.
        _end(server)
    if _process(server) is not None and server.is_ready():
        return
    _start(server)


def _start(server: Server) -> None:
    server.folder.mkdir(mode=0o700, exist_ok=True)
    hand_over(server.folder)
    (server.folder / "users").mkdir(exist_ok=True)
    (server.folder / "pid").unlink(missing_ok=True)
    _wait_for_ports(server)
    try:
        server.prepare()
        # The shell writes its own number and becomes the server, which so belongs to nobody's children.
        script = 'echo $$ $(cut -d " " -f 22 /proc/$$/stat) >pid && exec "$@" >>log 2>&1 </dev/null'
        server.run_as_user(["/usr/bin/setsid", "--fork", "/bin/sh", "-c", script, server.name, *server.command()])
        _wait_until_ready(server)
    except BaseException:
        _end(server)
        raise


def _wait_for_ports(server: Server) -> None:
    """A killed server's children let go a moment later; whoever else holds a port that is kept is named by it."""
    deadline = time.monotonic() + _FREE_SECONDS
    for file in server.folder.glob("*port"):
        while answers(port := int(file.read_text(encoding="utf-8"))):
            if time.monotonic() > deadline:
                raise ServerUnavailable(
                    f"{server.name}: another program listens at port {port}; stop it or delete {file}"
                )
            time.sleep(0.05)


def _wait_until_ready(server: Server) -> None:
    deadline = time.monotonic() + _START_SECONDS
    pid = server.folder / "pid"
    while time.monotonic() < deadline:
        if pid.exists() and pid.stat().st_size:
            if _process(server) is None:
                break
            if server.is_ready():
                return
        time.sleep(0.05)
    log = server.folder / "log"
    said = log.read_text(encoding="utf-8", errors="replace")[-3000:] if log.exists() else ""
    raise ServerUnavailable(f"{server.name} did not come up\n{said}")


def _end(server: Server) -> None:
    """Stop it, if it runs, and delete what a test's server kept."""
    process = _process(server)
    if process is not None:
        with suppress(ProcessLookupError):
            os.killpg(process, server.stop_signal)
        if not _wait_until_gone(server, seconds=_STOP_SECONDS):
            crash(server)
    if server.is_throwaway and server.folder.exists():
        shutil.rmtree(server.folder)


def _wait_until_gone(server: Server, *, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if _process(server) is None:
            return True
        time.sleep(0.02)
    return False


def _users(server: Server) -> list[str]:
    """Who needs it; those who died are struck off."""
    users = server.folder / "users"
    for user in users.iterdir() if users.exists() else ():
        if user.name != _KEPT and not _alive(int(user.stem)):
            user.unlink(missing_ok=True)
    return [user.name for user in users.iterdir()] if users.exists() else []


def _process(server: Server) -> int | None:
    """The server's process by its file: its number and when it began, because numbers come again."""
    try:
        process, began = (server.folder / "pid").read_text(encoding="utf-8").split()
        facts = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except (OSError, ValueError):
        return None
    state, begins = facts[0], facts[19]
    return int(process) if state != "Z" and begins == began else None


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True

"""The servers of `scripts/servers`: on loopback only, by an ordinary user, gone with the last who needs them."""

import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from scripts.local_servers import (
    KINDS,
    Elasticsearch,
    Minio,
    Place,
    Postgres,
    Purpose,
    Redis,
    Server,
    ServerUnavailable,
    is_running,
    use,
)
from scripts.local_servers.place import own_folder
from scripts.local_servers.running import crash, process_of, restart

pytestmark = pytest.mark.servers

ROOT = Path(__file__).parents[1]
# A server of its own, so that killing and stopping it disturbs no other test.
ENTER = """
import os, signal, sys
from scripts.local_servers import Place, Purpose, Redis, use
class Lone(Redis):
    name = sys.argv[1]
server = Lone(Place(Purpose.TEST))
context = use(server)
context.__enter__()
"""


class Lone(Redis):
    name = f"lone-{uuid.uuid4().hex[:8]}"


@pytest.fixture(params=sorted(KINDS))
def server(request: pytest.FixtureRequest) -> Server:
    started: Server = request.getfixturevalue(f"{request.param}_server")
    return started


def test_each_listens_on_loopback_only_and_runs_as_an_ordinary_user(server: Server) -> None:
    assert is_running(server)
    process = process_of(server)
    assert process is not None
    owner = Path(f"/proc/{process}").stat().st_uid
    assert owner != 0
    assert server.folder.stat().st_mode & 0o077 == 0
    for address in _listening(owner):
        assert address.startswith(("127.0.0.1:", "[::ffff:127.0.0.1]:", "[::1]:")), address


def test_no_password_is_an_argument_and_each_file_of_one_is_closed(server: Server) -> None:
    for name, value in server.settings().items():
        if name.endswith("PASSWORD_FILE"):
            password = Path(value).read_text(encoding="utf-8")
            assert Path(value).stat().st_mode & 0o077 == 0
            arguments = subprocess.run(["/bin/ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout
            assert password not in arguments
        else:
            assert not re.search(r"//[^/@]*:[^/@]*@", value), "a password in a URL"


def test_elasticsearch_and_minio_let_nobody_in_without_the_password(
    elasticsearch_server: Elasticsearch, minio_server: Minio
) -> None:
    for address in (
        f"http://127.0.0.1:{elasticsearch_server.port}/_cluster/health",
        f"http://127.0.0.1:{minio_server.port}/",
    ):
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(address, timeout=10)  # noqa: S310 - the address is our own
        assert refused.value.code in {401, 403}
        refused.value.close()


def test_each_database_is_empty_and_gone_afterwards(postgres_server: Postgres) -> None:
    for _ in range(2):
        with postgres_server.database() as url:
            engine = create_engine(url)
            with engine.begin() as connection:
                assert str(connection.execute(text("show server_version")).scalar_one()).startswith("15.")
                connection.execute(text("create table t (n int)"))
            engine.dispose()
            assert engine.url.database in _names(postgres_server)
        assert engine.url.database not in _names(postgres_server)


def test_what_a_killed_session_left_is_found_and_begins_anew() -> None:
    name = f"lone-{uuid.uuid4().hex[:8]}"
    left = _session(name, "print(server.folder, flush=True); os.kill(os.getpid(), signal.SIGKILL)")
    assert left.is_dir()
    first = (left / "pid").read_text(encoding="utf-8")
    assert _lives(first)
    (left / "mark").touch()
    again = _session(
        name, "print((server.folder / 'mark').exists(), server.folder); context.__exit__(None, None, None)"
    )
    assert str(again).startswith("False ")
    assert not left.exists()
    assert not _lives(first)


def test_the_last_to_go_stops_it_and_a_crash_loses_nobody_else() -> None:
    server = Lone(Place(Purpose.TEST))
    with use(server):
        with use(server):
            before = process_of(server)
        assert process_of(server) == before
        crash(server)
        assert not is_running(server)
        restart(server)
        assert is_running(server)
    assert not server.folder.exists()


def taken(port: int) -> socket.socket:
    """The port, as soon as nothing of what was killed holds it any more."""
    for _ in range(200):
        try:
            return socket.create_server(("127.0.0.1", port))
        except OSError:
            time.sleep(0.1)
    return socket.create_server(("127.0.0.1", port))


def test_a_port_somebody_else_took_is_named_and_a_server_that_hangs_does_not_run() -> None:
    server = Lone(Place(Purpose.TEST))
    with use(server):
        process = process_of(server)
        assert process is not None
        os.kill(process, signal.SIGSTOP)
        assert not is_running(server)
        crash(server)
        with taken(server.port), pytest.raises(ServerUnavailable, match=str(server.port)):
            restart(server)
        restart(server)
        assert is_running(server)


def test_another_checkout_has_servers_of_its_own_which_do_not_run_yet(tmp_path: Path, redis_server: Redis) -> None:
    checkout = tmp_path / "bản sao hai"
    shutil.copytree(ROOT / "scripts", checkout / "scripts")
    (checkout / ".venv").symlink_to(sys.prefix)

    def say(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([checkout / "scripts/servers", *words], capture_output=True, text=True, check=False)

    status, settings = say("status", "redis"), say("settings", "--run", "redis")
    assert "không chạy / not running" in status.stdout
    assert str(redis_server.place.folder) not in status.stdout
    assert (settings.returncode, settings.stdout) == (1, "")
    assert settings.stderr == "redis: không chạy / not running\n"


def test_a_server_that_does_not_come_up_says_why_and_leaves_nothing() -> None:
    class Broken(Redis):
        name = f"broken-{uuid.uuid4().hex[:8]}"

        def command(self) -> list[str]:
            return ["/bin/sh", "-c", "echo no such luck >&2; exit 3"]

    server = Broken(Place(Purpose.TEST))
    with pytest.raises(ServerUnavailable, match="no such luck"), use(server):
        pass
    assert not server.folder.exists()


def test_a_folder_that_others_may_write_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "open"
    folder.mkdir()
    folder.chmod(0o777)
    with pytest.raises(ServerUnavailable, match="belongs to somebody else"):
        own_folder(folder)


def test_the_command_says_which_run(postgres_server: Postgres) -> None:
    done = subprocess.run(
        [ROOT / "scripts/servers", "status", "postgres"], capture_output=True, text=True, check=False, cwd="/"
    )
    assert done.returncode == 0, done.stderr
    assert str(postgres_server.folder) in done.stdout


def _lives(pid: str) -> bool:
    """Whether the process of a `pid` file is there, and no zombie waiting for the machine's first process."""
    process, _ = pid.split()
    try:
        facts = Path(f"/proc/{process}/stat").read_text(encoding="utf-8")
    except FileNotFoundError:
        return False
    state, *_ = facts.rpartition(")")[2].split()
    return state != "Z"


def _session(name: str, then: str) -> Path:
    """A test session of its own; returns the folder of its server."""
    done = subprocess.run(
        [sys.executable, "-c", ENTER + then, name], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert name in done.stdout, done.stderr
    return Path(done.stdout.strip())


def _listening(owner: int) -> Iterator[str]:
    """Addresses that processes of this user listen at, as `ss` prints them."""
    ss = shutil.which("ss") or "ss"
    assert pwd.getpwuid(owner)
    assert os.geteuid() in {0, owner}
    said = subprocess.run([ss, "-Hltnpe"], capture_output=True, text=True, check=True).stdout
    for line in said.splitlines():
        if f"uid:{owner}" in line:
            yield line.split()[3]


def _names(server: Postgres) -> list[str]:
    engine = create_engine(server.url("postgres"))
    with engine.connect() as connection:
        query = text("select datname from pg_database where not datistemplate order by 1")
        names = [str(name) for name in connection.execute(query).scalars()]
    engine.dispose()
    return names

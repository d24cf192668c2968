"""`scripts/servers start | stop | status | settings`: see there."""

import argparse
import shlex
import sys

from scripts.local_servers import KINDS, Place, Purpose, Server, ServerUnavailable, is_running, keep, let_go


def main() -> int:
    """Do what the command line says; 1 when a server is not as it should be."""
    parser = argparse.ArgumentParser(
        prog="scripts/servers", description="Real servers on loopback, without containers."
    )
    parser.add_argument("verb", choices=["start", "stop", "status", "settings"])
    parser.add_argument("names", nargs="*", choices=[*KINDS, []], metavar="NAME", help=", ".join(KINDS))
    parser.add_argument("--run", action="store_true", help="the servers of `make run-server`: their data is kept")
    asked = parser.parse_intermixed_args()
    place = Place(Purpose.RUN if asked.run else Purpose.TEST)
    servers = [KINDS[name](place) for name in asked.names or KINDS]
    try:
        return _VERBS[asked.verb](servers)
    except ServerUnavailable as error:
        sys.stderr.write(f"{error}\n")
        return 1


def _start(servers: list[Server]) -> int:
    for server in servers:
        keep(server)
        _say(server, "chạy / running")
    return 0


def _stop(servers: list[Server]) -> int:
    for server in servers:
        _say(server, "đã dừng / stopped" if let_go(server) else "còn tiến trình khác dùng / still in use")
    return 0


def _status(servers: list[Server]) -> int:
    states = [is_running(server) for server in servers]
    for server, state in zip(servers, states, strict=True):
        _say(server, "chạy / running" if state else "không chạy / not running")
    return 0 if all(states) else 1


def _settings(servers: list[Server]) -> int:
    for server in servers:
        if not is_running(server):
            raise ServerUnavailable(f"{server.name}: không chạy / not running")
    for server in servers:
        for name, value in server.settings().items():
            sys.stdout.write(f"export {name}={shlex.quote(value)}\n")
    return 0


def _say(server: Server, state: str) -> None:
    sys.stdout.write(f"{server.name:14} {state:32} {server.folder}\n")
    sys.stdout.flush()


_VERBS = {"start": _start, "stop": _stop, "status": _status, "settings": _settings}

if __name__ == "__main__":
    sys.exit(main())

"""Redis 7 from Debian's package, append-only, with a password, on a port of the loopback address."""

import socket
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import ClassVar

from scripts.local_servers.place import ServerUnavailable, answers, hand_over, kept_password, kept_port
from scripts.local_servers.running import Server

# The package redis-tools holds the whole program under this name, without the service that redis-server would start.
_PROGRAM = Path("/usr/bin/redis-check-rdb")


class Redis(Server):
    """`port` and `password_file` say how to reach it."""

    name: ClassVar[str] = "redis"

    @property
    def port(self) -> int:
        return kept_port(self.folder / "port")

    @property
    def password_file(self) -> Path:
        return self.folder / "password"

    def install(self) -> None:
        if not _PROGRAM.exists():
            raise ServerUnavailable("the Debian package redis-tools is missing: scripts/install test")

    def prepare(self) -> None:
        lines = (
            "bind 127.0.0.1",
            f"port {self.port}",
            "dir .",
            "appendonly yes",
            "appendfsync everysec",
            "maxmemory-policy noeviction",  # a full Redis refuses: it never drops what it promised to keep
            f"requirepass {kept_password(self.password_file)}",
        )
        configuration = self.folder / "redis.conf"
        configuration.write_text("\n".join(lines) + "\n", encoding="utf-8")
        configuration.chmod(0o600)
        hand_over(configuration)

    def command(self) -> Sequence[str]:
        # What it is called decides what it is.
        return ["/bin/bash", "-c", f"exec -a redis-server {_PROGRAM} redis.conf"]

    def is_ready(self) -> bool:
        if not answers(self.port):
            return False
        said = b""
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=5) as line:
            line.sendall(f"AUTH {kept_password(self.password_file)}\r\nPING\r\n".encode())
            while said.count(b"\r\n") < 2 and (part := line.recv(200)):
                said += part
        return said == b"+OK\r\n+PONG\r\n"

    def settings(self) -> Mapping[str, str]:
        return {"QUEUE_URL": f"redis://127.0.0.1:{self.port}/0", "QUEUE_PASSWORD_FILE": str(self.password_file)}

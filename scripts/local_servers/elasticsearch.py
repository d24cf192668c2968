"""Elasticsearch on a port of the loopback address: one node, a heap of 512 MB, security on, one user."""

import base64
import hashlib
import os
import secrets
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import ClassVar

from scripts.local_servers.place import CHECKOUT, answers, hand_over, kept_password, kept_port
from scripts.local_servers.programs import elasticsearch_home, java_home
from scripts.local_servers.running import Server

_USER = "docservice"
_ROUNDS = 10_000

_LOGGING = """status = error
appender.console.type = Console
appender.console.name = console
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = [%d{ISO8601}][%-5p][%-25c{1.}] %m%n
rootLogger.level = warn
rootLogger.appenderRef.console.ref = console
"""
# The file that docker-compose.yml gives to its server.
_ROLES = CHECKOUT / "docker" / "elasticsearch-roles.yml"


class Elasticsearch(Server):
    """`url` as the setting SEARCH_URL takes it; with `ELASTICSEARCH=9` in the environment it is a 9 and not an 8."""

    name: ClassVar[str] = "elasticsearch"

    @property
    def major(self) -> str:
        return os.environ.get("ELASTICSEARCH", "8")

    @property
    def port(self) -> int:
        return kept_port(self.folder / "port")

    @property
    def password_file(self) -> Path:
        return self.folder / "password"

    def url(self, index: str) -> str:
        return f"http://{_USER}@127.0.0.1:{self.port}/{index}"

    def install(self) -> None:
        elasticsearch_home(self.major)

    def prepare(self) -> None:
        for name in ("conf", "data", "logs", "tmp"):
            (self.folder / name).mkdir(mode=0o700, exist_ok=True)
            hand_over(self.folder / name)
        files = {
            "elasticsearch.yml": self._configuration(),
            "log4j2.properties": _LOGGING,
            # The server's own choice. With it alone it clears its memory before it refuses a request for want of room.
            "jvm.options": "-XX:+UseG1GC\n-XX:+ExitOnOutOfMemoryError\n",
            "roles.yml": _ROLES.read_text(encoding="utf-8"),
            "users": f"{_USER}:{_hashed(kept_password(self.password_file))}\n",
            "users_roles": f"docservice:{_USER}\n",
            "role_mapping.yml": "",
        }
        for name, content in files.items():
            (self.folder / "conf" / name).write_text(content, encoding="utf-8")
            hand_over(self.folder / "conf" / name)

    def _configuration(self) -> str:
        values = {
            "cluster.name": "docservice",
            "discovery.type": "single-node",
            "network.host": "127.0.0.1",
            "http.port": self.port,
            "transport.port": kept_port(self.folder / "transport-port"),
            "path.data": self.folder / "data",
            "path.logs": self.folder / "logs",
            "xpack.security.enabled": "true",
            "xpack.security.enrollment.enabled": "false",
            "xpack.security.http.ssl.enabled": "false",
            "xpack.security.transport.ssl.enabled": "false",
            "action.destructive_requires_name": "true",
            # A test machine's disk may be nearly full; the data is small.
            "cluster.routing.allocation.disk.threshold_enabled": "false",
        }
        return "".join(f"{name}: {value}\n" for name, value in values.items())

    def command(self) -> Sequence[str]:
        return [str(elasticsearch_home(self.major) / "bin" / "elasticsearch")]

    def environment(self) -> Mapping[str, str]:
        return {
            "ES_JAVA_HOME": str(java_home(self.major)),
            "ES_JAVA_OPTS": "-Xms512m -Xmx512m",
            "ES_PATH_CONF": str(self.folder / "conf"),
            "ES_TMPDIR": str(self.folder / "tmp"),
            "HOME": str(self.folder),
        }

    def is_ready(self) -> bool:
        if not answers(self.port):
            return False
        login = base64.b64encode(f"{_USER}:{kept_password(self.password_file)}".encode()).decode()
        asked = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/_cluster/health?wait_for_status=yellow&timeout=5s",
            headers={"Authorization": f"Basic {login}"},
        )
        try:
            with urllib.request.urlopen(asked, timeout=10) as said:  # noqa: S310 - the address is our own
                return bool(said.status == 200)
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False

    def settings(self) -> Mapping[str, str]:
        return {"SEARCH_URL": self.url("docservice"), "SEARCH_PASSWORD_FILE": str(self.password_file)}


def _hashed(password: str) -> str:
    """As Elasticsearch's file of users keeps a password: PBKDF2, rounds, salt, key."""
    salt = secrets.token_bytes(32)
    key = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, _ROUNDS, 32)
    return f"{{PBKDF2}}{_ROUNDS}${base64.b64encode(salt).decode()}${base64.b64encode(key).decode()}"

"""MinIO on a port of the loopback address, over a folder of its own, with a user and a password."""

import urllib.error
import urllib.request
from base64 import b64encode
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import ClassVar

from scripts.local_servers.place import answers, hand_over, kept_password, kept_port
from scripts.local_servers.programs import minio_program
from scripts.local_servers.running import Server

_USER = "docservice"


class Minio(Server):
    """`url` as the setting STORAGE_URL takes it."""

    name: ClassVar[str] = "minio"

    @property
    def port(self) -> int:
        return kept_port(self.folder / "port")

    @property
    def password_file(self) -> Path:
        return self.folder / "password"

    def url(self, bucket: str) -> str:
        return f"s3://{_USER}@127.0.0.1:{self.port}/{bucket}?tls=0"

    def install(self) -> None:
        minio_program()

    def prepare(self) -> None:
        kept_password(self.password_file)
        key = b64encode(sha256(kept_password(self.folder / "encryption").encode()).digest()).decode()
        self._key_file.write_text(f"docservice:{key}", encoding="utf-8")
        self._key_file.chmod(0o600)
        hand_over(self._key_file)

    def command(self) -> Sequence[str]:
        console = kept_port(self.folder / "console-port")
        here = ["--address", f"127.0.0.1:{self.port}", "--console-address", f"127.0.0.1:{console}"]
        return [str(minio_program()), "server", "--quiet", *here, str(self.folder / "data")]

    def environment(self) -> Mapping[str, str]:
        return {
            "MINIO_ROOT_USER": _USER,
            # Secrets by files, as in docker-compose.yml.
            "MINIO_ROOT_PASSWORD_FILE": str(self.password_file),
            "MINIO_BROWSER": "off",
            # Lets the server encrypt what it keeps (SSE-S3) with one key of its own.
            "MINIO_KMS_SECRET_KEY_FILE": str(self._key_file),
            "HOME": str(self.folder),
        }

    @property
    def _key_file(self) -> Path:
        return self.folder / "encryption-key"

    def is_ready(self) -> bool:
        if not answers(self.port):
            return False
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/minio/health/ready", timeout=5) as said:
                return bool(said.status == 200)
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False

    def settings(self) -> Mapping[str, str]:
        return {"STORAGE_URL": self.url("docservice"), "STORAGE_PASSWORD_FILE": str(self.password_file)}

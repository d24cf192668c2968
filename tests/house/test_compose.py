"""No container engine runs here, so what can be known of the image and the compose file without one is checked."""

import os
import re
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]  # the package ships none

from docservice.bootstrap import open_converter
from docservice.core.queue import open_celery
from docservice.settings import Settings
from scripts.local_servers import programs
from search import open_index
from storage import open_store
from templates.convert_socket import SocketConverter

ROOT = Path(__file__).parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
MINIO = (ROOT / "docker/minio.Dockerfile").read_text(encoding="utf-8")
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")


def _is_command(name: str) -> bool:
    asked = [sys.executable, "-m", "docservice", name, "--help"]
    return subprocess.run(asked, cwd=ROOT, capture_output=True, check=False).returncode == 0


OURS = ("web", "worker", "beat")


def test_the_issue_s_services_are_all_there() -> None:
    servers = {"postgres", "redis", "minio", "elasticsearch", "proxy"}
    assert {"web", "worker", "beat", "converter"} | servers == set(SERVICES)


def test_the_program_knows_the_commands_it_is_given() -> None:
    for name in (*OURS, "converter"):
        assert _is_command(SERVICES[name]["command"][0]), name
    assert _is_command(SERVICES["converter"]["healthcheck"]["test"][2])
    assert not _is_command("no-such-command")


def test_the_program_called_is_the_one_the_image_has() -> None:
    entry = re.search(r'^ENTRYPOINT \["(.+)"\]$', DOCKERFILE, re.MULTILINE)
    assert entry is not None
    assert entry[1] == "/srv/docservice/.venv/bin/docservice" == SERVICES["converter"]["healthcheck"]["test"][1]
    assert "WORKDIR /srv/docservice\n" in DOCKERFILE


@pytest.mark.parametrize("name", OURS)
def test_the_environment_is_settings_whose_adapters_exist(name: str, tmp_path: Path) -> None:
    environment: dict[str, str] = SERVICES[name]["environment"]
    assert set(environment) <= {setting.upper() for setting in Settings.model_fields}
    settings = Settings(**{key.lower(): value for key, value in environment.items() if "PUBLIC" not in key})  # type: ignore[arg-type]
    open_store(settings.storage_url, base=tmp_path, password="x")
    open_index(settings.search_url, base=tmp_path, password="x").close()
    open_celery(settings.queue_url, password="x")
    assert isinstance(open_converter(settings), SocketConverter)
    socket = SERVICES["converter"]["command"][2]
    assert settings.convert_url == f"unix:{socket}"


@pytest.mark.parametrize("name", SERVICES)
def test_passwords_come_from_secret_files(name: str) -> None:
    service = SERVICES[name]
    known = {secret: COMPOSE["secrets"][secret] for secret in service.get("secrets", ())}
    for variable, value in service.get("environment", {}).items():
        if "PASSWORD" in variable or "SECRET" in variable:
            assert variable.endswith("_FILE")
            assert value.removeprefix("/run/secrets/") in known
        assert not re.search(r"//[^/@]*:[^/@]*@", str(value)), "a password in a URL"
    for said in [*service.get("command", ()), *service["healthcheck"]["test"]]:
        for secret in re.findall(r"/run/secrets/(\w+)", said):
            assert secret in known
    assert all(set(secret) == {"file"} for secret in COMPOSE["secrets"].values())


@pytest.mark.parametrize("name", SERVICES)
def test_images_go_by_their_short_names(name: str) -> None:
    assert re.fullmatch(r"[a-z-]+(:[0-9.]+)?", SERVICES[name]["image"])
    assert re.findall(r"^FROM (.+)$", DOCKERFILE, re.MULTILINE) == ["node:22-slim AS browser", "debian:12-slim"]
    assert re.findall(r"^FROM (.+)$", MINIO, re.MULTILINE) == ["golang:1.26 AS build", "debian:12-slim"]


def test_minio_is_the_version_that_is_tested() -> None:
    assert programs.MINIO_MODULE in MINIO
    assert SERVICES["elasticsearch"]["image"] == f"elasticsearch:{programs.ELASTICSEARCH['8'][0]}"


@pytest.mark.parametrize("name", SERVICES)
def test_each_service_is_watched_limited_and_closed(name: str) -> None:
    service = SERVICES[name]
    assert service["healthcheck"]["test"][0] == "CMD"
    assert service["mem_limit"]
    assert service["cap_drop"] == ["ALL"]
    assert service["restart"] == "unless-stopped"
    # Elasticsearch alone writes beside its programs, at its first start.
    assert service.get("read_only", False) == (name != "elasticsearch")
    for volume in service.get("volumes", ()):
        source = volume.partition(":")[0]
        assert source in COMPOSE["volumes"] or (ROOT / source).is_file()
    # Only the proxy is reached from outside; nobody but it, the pages and the workers has a way out.
    assert ("ports" in service) == (name == "proxy")
    networks = set(service.get("networks", ()))
    assert networks <= set(COMPOSE["networks"])
    assert ("outside" in networks) == (name in {"web", "worker"})
    assert ("street" in networks) == (name == "proxy")
    assert bool(networks) == (name != "converter")


def test_no_service_may_more_than_it_needs() -> None:
    """Caddy's program carries this capability as a file: without it in the bounding set nothing can run it at all."""
    added = {name: service["cap_add"] for name, service in SERVICES.items() if "cap_add" in service}
    assert added == {"proxy": ["NET_BIND_SERVICE"]}
    assert SERVICES["proxy"]["user"] == "10003:10003"
    namespaces = ["seccomp=unconfined", "apparmor=unconfined"]
    fenced = {"web": namespaces, "worker": namespaces, "converter": [*namespaces, "systempaths=unconfined"]}
    for name, service in SERVICES.items():
        assert service["security_opt"] == fenced.get(name, ["no-new-privileges:true"]), name


def shell_of(name: str, *, data: Path) -> list[str]:
    """A service's health command as it would run here, over another folder than the container's."""
    test: list[str] = SERVICES[name]["healthcheck"]["test"]
    return [part.replace("/data", str(data)).replace("$$", "$") for part in test[1:]]


def test_a_beat_that_writes_nothing_any_more_is_unhealthy(tmp_path: Path) -> None:
    def is_healthy() -> bool:
        return subprocess.run(shell_of("beat", data=tmp_path), check=False, capture_output=True).returncode == 0

    assert not is_healthy()
    (tmp_path / "doc.db").touch()
    assert not is_healthy()
    schedule = tmp_path / "beat-schedule.db"
    schedule.touch()
    assert is_healthy()
    old = time.time() - 11 * 60
    os.utime(schedule, (old, old))
    assert not is_healthy()


@pytest.mark.parametrize(("name", "port"), [("web", 8000), ("worker", 9108)])
def test_pages_and_workers_are_as_healthy_as_they_say(name: str, port: int, tmp_path: Path) -> None:
    said = [200]

    class Ready(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(said[0] if self.path == "/ready" else 404)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Ready) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        _, *asked = shell_of(name, data=tmp_path)
        program = [sys.executable, *(part.replace(f":{port}/", f":{server.server_port}/") for part in asked)]
        for said[0], wanted in ((200, 0), (503, 1)):
            assert subprocess.run(program, check=False, capture_output=True).returncode == wanted
        server.shutdown()
    assert subprocess.run(program, check=False, capture_output=True).returncode == 1


def test_the_proxy_is_the_one_whose_word_is_believed() -> None:
    (edge,) = COMPOSE["networks"]["edge"]["ipam"]["config"]
    assert SERVICES["web"]["environment"]["TRUSTED_PROXIES"] == edge["subnet"]
    assert [name for name, service in SERVICES.items() if "edge" in service.get("networks", ())] == ["web", "proxy"]
    # On a second network in common the proxy would come from an address that is nobody's.
    assert set(SERVICES["web"]["networks"]) & set(SERVICES["proxy"]["networks"]) == {"edge"}


def test_the_converter_has_no_network_no_secret_and_no_data() -> None:
    service = SERVICES["converter"]
    assert service["network_mode"] == "none"
    assert "secrets" not in service
    assert set(service["environment"]) == {"CONVERTERS"}
    assert service["volumes"] == ["convert:/run/convert"]
    for name in OURS:
        assert "convert:/run/convert" in SERVICES[name]["volumes"]


def test_health_is_asked_where_it_is_told() -> None:
    worker = SERVICES["worker"]
    port = worker["environment"]["METRICS_LISTEN"].rpartition(":")[2]
    assert f"http://127.0.0.1:{port}/ready" in worker["healthcheck"]["test"][-1]
    assert "http://127.0.0.1:8000/ready" in SERVICES["web"]["healthcheck"]["test"][-1]


@pytest.mark.servers
@pytest.mark.timeout(600)
def test_composes_own_loader_takes_it(tmp_path: Path) -> None:
    """What `docker compose config` reads files with: schema, references, interpolation."""
    loader = str(programs.compose_loader())
    said = subprocess.run([loader, "docker-compose.yml"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert set(yaml.safe_load(said.stdout)["services"]) == set(SERVICES)
    wrong = (ROOT / "docker-compose.yml").read_text(encoding="utf-8").replace("mem_limit:", "mem_limits:", 1)
    (tmp_path / "wrong.yml").write_text(wrong, encoding="utf-8")
    refused = subprocess.run([loader, tmp_path / "wrong.yml"], capture_output=True, text=True, check=False)
    assert refused.returncode != 0
    assert "mem_limits" in refused.stderr + refused.stdout


@pytest.mark.servers
@pytest.mark.timeout(600)
def test_elasticsearch_gets_the_one_user_that_is_tested(tmp_path: Path) -> None:
    """The command's own lines, run by the same programs: its user has the tests' role, and is made once."""
    service = SERVICES["elasticsearch"]
    assert "ELASTIC_PASSWORD_FILE" not in service["environment"]
    (mounted,) = (volume for volume in service["volumes"] if volume.endswith(":ro"))
    source, target, _ = mounted.split(":")
    home = programs.elasticsearch_home("8")
    for name in ("elasticsearch.yml", "users", "users_roles"):  # empty in the image, too
        (tmp_path / name).touch()
    (tmp_path / "jvm.options").write_text("-XX:+UseSerialGC\n", encoding="utf-8")
    (tmp_path / Path(target).name).write_bytes((ROOT / source).read_bytes())
    (tmp_path / "password").write_text("mat-khau-thu", encoding="utf-8")
    (command,) = service["command"]
    command = command.replace("/run/secrets/elastic_password", str(tmp_path / "password")).replace("$$", "$")
    for inside, here in (("cd /usr/share/elasticsearch", f"cd {home}"), ("exec /usr/local/bin/", "echo begins ")):
        assert command.count(inside) == 1
        command = command.replace(inside, here)
    environment = os.environ | {"ES_PATH_CONF": str(tmp_path), "ES_JAVA_HOME": str(programs.java_home("8"))}
    for _ in range(2):
        run = [*service["entrypoint"][2:], command]
        said = subprocess.run(run, env=environment, capture_output=True, text=True, check=True)
        assert said.stdout.splitlines()[-1] == "begins docker-entrypoint.sh eswrapper"
        assert "roles" not in said.stdout + said.stderr, "it knows the role"
    assert (tmp_path / "users_roles").read_text(encoding="utf-8").split() == ["docservice:docservice"]
    assert SERVICES["web"]["environment"]["SEARCH_URL"].startswith("http://docservice@")
    assert "-u docservice:" in service["healthcheck"]["test"][-1]


def test_the_image_copies_only_what_exists_and_what_the_builder_is_sent() -> None:
    sent = re.findall(r"^!(.+)$", (ROOT / ".dockerignore").read_text(encoding="utf-8"), re.MULTILINE)
    copied = [name for line in re.findall(r"^COPY (.+) \S+$", DOCKERFILE, re.MULTILINE) for name in line.split()]
    copied = [name for name in copied if not name.startswith(("--from", "/web"))]
    assert {name for name in copied if not name.startswith("docservice/web/")} == set(sent)
    assert all((ROOT / name).exists() for name in copied)


def test_the_image_does_not_run_as_root() -> None:
    assert re.findall(r"^USER (.+)$", DOCKERFILE, re.MULTILINE) == ["docservice"]
    assert re.findall(r"^USER (.+)$", MINIO, re.MULTILINE) == ["minio"]

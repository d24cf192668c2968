"""No container engine runs here, so what can be known of the image and the compose file without one is checked."""

import re
import subprocess
import sys
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
    # Only the proxy is reached from outside; nobody but the proxy and the workers has a way out.
    assert ("ports" in service) == (name == "proxy")
    networks = set(service.get("networks", ()))
    assert networks <= set(COMPOSE["networks"])
    assert ("outside" in networks) == (name in {"proxy", "worker"})
    assert bool(networks) == (name != "converter")


def test_the_proxy_is_the_one_whose_word_is_believed() -> None:
    (edge,) = COMPOSE["networks"]["edge"]["ipam"]["config"]
    assert SERVICES["web"]["environment"]["TRUSTED_PROXIES"] == edge["subnet"]
    assert [name for name, service in SERVICES.items() if "edge" in service.get("networks", ())] == ["web", "proxy"]


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


def test_the_image_copies_only_what_exists_and_what_the_builder_is_sent() -> None:
    sent = re.findall(r"^!(.+)$", (ROOT / ".dockerignore").read_text(encoding="utf-8"), re.MULTILINE)
    copied = [name for line in re.findall(r"^COPY (.+) \S+$", DOCKERFILE, re.MULTILINE) for name in line.split()]
    copied = [name for name in copied if not name.startswith(("--from", "/web"))]
    assert {name for name in copied if not name.startswith("docservice/web/")} == set(sent)
    assert all((ROOT / name).exists() for name in copied)


def test_the_image_does_not_run_as_root() -> None:
    assert re.findall(r"^USER (.+)$", DOCKERFILE, re.MULTILINE) == ["docservice"]
    assert re.findall(r"^USER (.+)$", MINIO, re.MULTILINE) == ["minio"]

"""No container engine runs here, so what can be known of the image and the compose file without one is checked."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]  # the package ships none

from docservice.settings import Settings

ROOT = Path(__file__).parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")


def _is_command(name: str) -> bool:
    asked = [sys.executable, "-m", "docservice", name, "--help"]
    return subprocess.run(asked, cwd=ROOT, capture_output=True, check=False).returncode == 0


def test_the_program_knows_the_commands_it_is_given() -> None:
    service = SERVICES["docservice"]
    assert _is_command(service["command"][0])
    assert _is_command(service["healthcheck"]["test"][2])
    assert not _is_command("no-such-command")


def test_the_program_called_is_the_one_the_image_has() -> None:
    entry = re.search(r'^ENTRYPOINT \["(.+)"\]$', DOCKERFILE, re.MULTILINE)
    assert entry is not None
    assert entry[1] == "/srv/docservice/.venv/bin/docservice" == SERVICES["docservice"]["healthcheck"]["test"][1]
    assert "WORKDIR /srv/docservice\n" in DOCKERFILE


def test_environment_names_are_settings() -> None:
    known = {name.upper() for name in Settings.model_fields}
    assert set(SERVICES["docservice"]["environment"]) <= known


@pytest.mark.parametrize("name", SERVICES)
def test_passwords_come_from_secret_files(name: str) -> None:
    service = SERVICES[name]
    files = 0
    for variable, value in service["environment"].items():
        if "PASSWORD" in variable:
            assert variable.endswith("_FILE")
            assert value.removeprefix("/run/secrets/") in service["secrets"]
            files += 1
        assert not re.search(r"//[^/@]*:[^/@]*@", value), "a password in a URL"
    assert files == 1
    assert all(set(secret) == {"file"} for secret in COMPOSE["secrets"].values())


@pytest.mark.parametrize("name", SERVICES)
def test_images_go_by_their_short_names(name: str) -> None:
    assert re.fullmatch(r"[a-z]+(:[0-9.]+)?", SERVICES[name]["image"])
    assert re.findall(r"^FROM (.+)$", DOCKERFILE, re.MULTILINE) == ["node:22-slim AS browser", "debian:12-slim"]


@pytest.mark.parametrize("name", SERVICES)
def test_each_service_is_watched_and_keeps_its_data(name: str) -> None:
    service = SERVICES[name]
    assert service["healthcheck"]["test"][0] == "CMD"
    assert service["volumes"]
    assert {volume.partition(":")[0] for volume in service["volumes"]} <= set(COMPOSE["volumes"])
    # Only the pages are reached from outside, and that through a proxy on the same machine.
    assert all(port.startswith("127.0.0.1:8000:") for port in service.get("ports", ()))
    assert ("ports" in service) == (name == "docservice")


def test_the_image_copies_only_what_exists_and_what_the_builder_is_sent() -> None:
    sent = re.findall(r"^!(.+)$", (ROOT / ".dockerignore").read_text(encoding="utf-8"), re.MULTILINE)
    copied = [name for line in re.findall(r"^COPY (.+) \S+$", DOCKERFILE, re.MULTILINE) for name in line.split()]
    copied = [name for name in copied if not name.startswith(("--from", "/web"))]
    assert {name for name in copied if not name.startswith("docservice/web/")} == set(sent)
    assert all((ROOT / name).exists() for name in copied)


def test_the_image_does_not_run_as_root() -> None:
    assert re.findall(r"^USER (.+)$", DOCKERFILE, re.MULTILINE) == ["docservice"]

"""The compose file and the Dockerfile: valid, and no name in them points nowhere."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
DOCKERFILE = (ROOT / "Dockerfile").read_text()
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = [name for name, service in SERVICES.items() if service.get("image") == "tessera"]


def tool(name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).with_name(name)), *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_the_compose_file_is_valid() -> None:
    done = tool("check-jsonschema", "--builtin-schema", "vendor.compose-spec", "docker-compose.yml")
    assert done.returncode == 0, done.stdout


def test_the_dockerfile_is_clean() -> None:
    done = tool("hadolint", "Dockerfile")
    assert done.returncode == 0, done.stdout


def test_every_process_of_the_platform_is_there() -> None:
    assert {"web", "worker", "gpu-worker", "export-worker", "inference", "db", "redis", "storage"} <= set(
        SERVICES
    )
    assert set(OURS) == {"migrate", "web", "worker", "gpu-worker", "export-worker", "inference"}


def test_dependencies_and_volumes_exist() -> None:
    for name, service in SERVICES.items():
        for needed, how in service.get("depends_on", {}).items():
            assert needed in SERVICES, f"{name} waits for {needed}"
            if how["condition"] == "service_healthy":
                assert "healthcheck" in SERVICES[needed], f"{needed} never says that it is healthy"
        for volume in service.get("volumes", []):
            assert volume.partition(":")[0] in COMPOSE["volumes"], f"{name} mounts {volume}"


@pytest.mark.parametrize(
    "variable", ["DATABASE_URL", "REDIS_URL", "AWS_ENDPOINT_URL", "TESSERA_INFERENCE_URL"]
)
def test_addresses_name_services(variable: str) -> None:
    for name in OURS:
        host = re.search(r"(?:@|//)([a-z]+):\d+", SERVICES[name]["environment"][variable])
        assert host and host.group(1) in SERVICES


def test_the_inference_address_is_where_it_listens() -> None:
    command = SERVICES["inference"]["command"]
    assert SERVICES["web"]["environment"]["TESSERA_INFERENCE_URL"].endswith(
        f":{command[command.index('--port') + 1]}"
    )


@pytest.mark.parametrize("name", OURS)
def test_commands_start_modules_that_exist(name: str) -> None:
    command = SERVICES[name]["command"]
    module = command[2] if command[0] == "python" else "tessera.celery"
    assert importlib.util.find_spec(module), module


def test_workers_cover_every_queue() -> None:
    queues = {
        part.partition("=")[2] for name in OURS for part in SERVICES[name]["command"] if "--queues=" in part
    }
    assert queues == {"default", "gpu", "exports"}


def test_settings_read_what_the_compose_file_sets() -> None:
    settings = (ROOT / "platform/tessera/settings.py").read_text() + (
        ROOT / "platform/tessera/secret.py"
    ).read_text()
    # boto3 reads these by itself.
    by_boto = {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"}
    for variable in set(SERVICES["web"]["environment"]) - by_boto:
        assert f'"{variable}"' in settings, variable


def test_every_secret_is_in_the_example() -> None:
    example = (ROOT / ".env.example").read_text()
    for variable in set(re.findall(r"\$\{([A-Z_]+)", (ROOT / "docker-compose.yml").read_text())):
        assert re.search(rf"^{variable}=", example, re.MULTILINE), variable


def test_the_dockerfile_copies_what_is_there() -> None:
    for line in re.findall(r"^COPY (?!--from)(.+)$", DOCKERFILE, re.MULTILINE):
        for source in line.split()[:-1]:
            assert (ROOT / source).exists(), source
    stages = set(re.findall(r" AS (\w+)", DOCKERFILE))
    assert set(re.findall(r"--from=(\w+)", DOCKERFILE)) == stages


def test_the_image_holds_every_package() -> None:
    copied = re.findall(r"^COPY (\w+)/ \1/$", DOCKERFILE, re.MULTILINE)
    assert set(copied) == {"platform", "projects", "annotations", "training", "deployments"}

"""What this machine has and what it lacks, with what to do about it. The words of `tessera doctor`."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import redis
import urllib3
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from core.storage import storage
from tessera.supervisor import lock
from training.ml.assist import catalogue
from training.services.hardware import hardware

LITTLE_DISK = 5 << 30
TOO_LITTLE_DISK = 512 << 20
LITTLE_MEMORY = 4 << 30


@dataclass(frozen=True)
class Finding:
    """`note` is worth knowing; `broken` keeps Tessera from working."""

    name: str
    state: Literal["ok", "note", "broken"]
    text: str
    remedy: str = ""


def every_check(folder: Path) -> Iterator[Finding]:
    """All findings, in the order in which one would repair them."""
    checks: tuple[Callable[[], Finding], ...] = (
        python,
        lambda: disk(folder),
        database,
        broker,
        store,
        devices,
        runtimes,
        weights,
        smart_tool,
        dashboard,
        lambda: platform(folder),
    )
    for check in checks:
        yield check()


def python() -> Finding:
    version = ".".join(str(part) for part in sys.version_info[:3])
    return Finding("python", "ok", f"{version} in {sys.prefix}; Tessera {settings.TESSERA_VERSION}")


def disk(folder: Path) -> Finding:
    if not os.access(folder, os.W_OK):
        return Finding("disk", "broken", f"{folder} cannot be written", "Change its owner, or give --data.")
    free = shutil.disk_usage(folder).free
    text = f"{folder}, {_size(free)} free"
    if free < TOO_LITTLE_DISK:
        return Finding("disk", "broken", text, "Make room, or put the data elsewhere with --data.")
    if free < LITTLE_DISK:
        return Finding("disk", "note", text, "Images and checkpoints grow: make room before large imports.")
    return Finding("disk", "ok", text)


def database() -> Finding:
    engine = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}.get(connection.vendor, connection.vendor)
    where = connection.settings_dict["NAME"]
    try:
        executor = MigrationExecutor(connection)
        missing = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    except (DatabaseError, ImproperlyConfigured) as error:
        reason = str(error).strip().splitlines()[0]
        remedy = "Check DATABASE_URL, and that the server runs and lets this user in."
        return Finding("database", "broken", f"{engine} {where}: {reason}", remedy)
    if missing:
        text = f"{engine} {where}, {missing} migrations to come"
        return Finding("database", "note", text, "`tessera up` applies them when it starts.")
    return Finding("database", "ok", f"{engine} {where}, up to date")


def broker() -> Finding:
    if not settings.REDIS_URL:
        return Finding("broker", "ok", f"files in {settings.TESSERA_DATA_DIR / 'broker'}")
    try:
        version = redis.Redis.from_url(settings.REDIS_URL, socket_timeout=3).info("server")["redis_version"]
    except (redis.RedisError, ValueError) as error:
        return Finding(
            "broker", "broken", f"Redis does not answer: {error}", "Check REDIS_URL and the server."
        )
    return Finding("broker", "ok", f"Redis {version}")


def store() -> Finding:
    key, content = f"checkup/{secrets.token_hex(8)}", secrets.token_bytes(64)
    try:
        storage.put(key, content)
        same = storage.read(key) == content
        storage.delete(key)
    except Exception as error:  # Every S3 library raises its own.
        remedy = "Check TESSERA_STORAGE_URL and, for S3, the credentials and AWS_ENDPOINT_URL."
        return Finding("storage", "broken", f"{settings.STORAGE_URL}: {error}", remedy)
    if not same:
        return Finding("storage", "broken", f"{settings.STORAGE_URL} gives back other bytes than it took")
    return Finding("storage", "ok", str(settings.STORAGE_URL))


def devices() -> Finding:
    found = hardware()["devices"]
    cpu = next(device for device in found if device["id"] == "cpu")
    text = f"{cpu['name']}, {cpu['cores']} cores, {_size(cpu['memory_total'])} memory"
    accelerators = [f"{d['name']} ({d['id']})" for d in found if d["id"] != "cpu"]
    if accelerators:
        return Finding("devices", "ok", f"{', '.join(accelerators)}; {text}")
    if cpu["memory_total"] < LITTLE_MEMORY:
        remedy = "Choose small inputs and batches, or more memory: training wants 4 GB and more."
        return Finding("devices", "note", f"{text}; no GPU", remedy)
    remedy = "Small models train well on this; for large ones use a machine with a GPU and its driver."
    return Finding("devices", "note", f"{text}; no GPU", remedy)


def runtimes() -> Finding:
    found = hardware()["runtimes"]
    missing = [name for name in ("torch", "onnxruntime", "openvino") if name not in found]
    if "torch" in missing:
        return Finding("runtimes", "broken", "torch is not installed", "Run `make setup`: training needs it.")
    if missing:
        remedy = "Deployments can use the others; `make setup` installs them all."
        return Finding("runtimes", "note", f"{', '.join(found)}; not {', '.join(missing)}", remedy)
    return Finding("runtimes", "ok", ", ".join(found))


def weights() -> Finding:
    folder = settings.TESSERA_WEIGHTS_DIR
    if not folder:
        remedy = "Set TESSERA_WEIGHTS_DIR to a folder with model files where the model hub cannot be reached."
        return Finding("weights", "note", "pretrained weights come from the model hub", remedy)
    if not Path(folder).is_dir():
        return Finding("weights", "broken", f"{folder} is no folder", "Correct or unset TESSERA_WEIGHTS_DIR.")
    count = sum(1 for file in Path(folder).rglob("*") if file.suffix in (".safetensors", ".bin", ".pth"))
    return Finding("weights", "ok", f"{folder}, {count} files")


def smart_tool() -> Finding:
    """Which engine answers clicks, and how to get the better one."""
    found = catalogue.choices(os.environ)
    answering = catalogue.chosen(found, os.environ)
    wanted = os.environ.get(catalogue.SETTING) or catalogue.AUTO
    text = f"{answering.title} answers clicks. {answering.reason}"
    if wanted not in (catalogue.AUTO, answering.name, answering.kind, answering.source):
        names = ", ".join(choice.name for choice in found if choice.available)
        remedy = f"{catalogue.SETTING} is {wanted!r}; there are {names}, and ids of the model hub."
        return Finding("smart tool", "note", text, remedy)
    troubled = next((choice for choice in found if not choice.available and choice.source), None)
    if answering.quality == "basic" and troubled is not None:
        return Finding("smart tool", "note", f"{text} {troubled.reason}", troubled.how)
    if answering.quality == "basic" and wanted == catalogue.AUTO:
        better = next(choice for choice in found if not choice.available)
        return Finding("smart tool", "note", text, f"For better masks: {better.how}")
    return Finding("smart tool", "ok", text)


def dashboard() -> Finding:
    if not (settings.TESSERA_DASHBOARD_DIR / "index.html").is_file():
        return Finding("dashboard", "note", "not built: only the API answers", "Run `make frontend`.")
    return Finding("dashboard", "ok", str(settings.TESSERA_DASHBOARD_DIR))


def platform(folder: Path) -> Finding:
    info = lock.running(folder)
    if info is None:
        return Finding("platform", "note", "does not run on this folder", "Start it by `tessera up`.")
    url = info.get("url", "")
    try:
        answer = urllib3.request("GET", f"{url}/readyz", timeout=5.0, retries=False)
        checks = json.loads(answer.data)["checks"]
    except (urllib3.exceptions.HTTPError, ValueError, KeyError):
        remedy = "Wait for it, or look into its logs folder."
        return Finding("platform", "note", f"starts at {url} (process {info.get('pid')})", remedy)
    silent = [name for name, answers in checks.items() if not answers]
    if silent:
        remedy = f"Look into {folder / 'logs'}."
        return Finding("platform", "note", f"runs at {url}; no answer from {', '.join(silent)}", remedy)
    return Finding("platform", "ok", f"runs at {url} (process {info.get('pid')})")


def _size(count: float) -> str:
    for unit in ("B", "KB", "MB", "GB"):
        if count < 1024:
            return f"{count:.0f} {unit}"
        count /= 1024
    return f"{count:.1f} TB"

"""What this machine can train and serve on, how busy it is, and which runs keep it so.

Frameworks and drivers are asked by child processes, so that the web loads none of them.
"""

from __future__ import annotations

import importlib.util
import json
import os
import re
import subprocess
import sys
import threading
import time
from functools import lru_cache
from typing import Any

import psutil

from accounts.principals import Principal
from training import waiting
from training.models import WORKING
from training.selectors import runs_for

SECONDS = 60
DRIVER_SECONDS = 5
FRESH_SECONDS = 3.0
CPU_SECONDS = 0.1
RUNTIME_MODULES = {"torch": "torch", "onnxruntime": "onnxruntime", "openvino": "openvino"}
_PROBE = """
import json, torch
devices = []
for index in range(torch.cuda.device_count()):
    properties = torch.cuda.get_device_properties(index)
    devices.append({"id": f"cuda:{index}", "name": properties.name, "kind": "cuda", "available": True,
                    "cores": properties.multi_processor_count, "memory_total": properties.total_memory,
                    "uuid": str(getattr(properties, "uuid", ""))})
if torch.backends.mps.is_available():
    devices.append({"id": "mps", "name": "Apple GPU", "kind": "mps", "available": True, "cores": None,
                    "memory_total": None, "uuid": ""})
print(json.dumps(devices))
"""
_DRIVER = ("nvidia-smi", "--query-gpu=uuid,memory.used,utilization.gpu", "--format=csv,noheader,nounits")
# What a run says of its devices: "cpu (2 threads)", "2 x cuda (NVIDIA H200)".
_DEVICE = re.compile(r"(?:(\d+) x )?(cpu|cuda|mps)\b")

Load = dict[str, tuple[int | None, float | None]]


@lru_cache(maxsize=1)
def hardware() -> dict[str, Any]:
    """`{"devices": [{"id", "name", "kind", "cores", "memory_total", "available"}], "runtimes": [names]}`.

    Asked once in the life of a process.
    """
    return {"devices": [_cpu(), *_accelerators()], "runtimes": runtimes()}


def busy_hardware(principal: Principal) -> dict[str, Any]:
    """`hardware` with what is in use at this moment: memory in bytes, utilisation from 0 to 100, None where
    that is not known; the runs at work that the caller may see, and how many runs wait.
    """
    known, load = hardware(), _load.now()
    working = runs_for(principal).filter(status__in=WORKING, lease_token__isnull=False)
    users = [(set(_taken(run.device or str(run.hardware.get("device")))), run) for run in working]
    devices = []
    for device in known["devices"]:
        used, percent = load.get(device["id"], (None, None))
        runs = [
            {"id": str(run.pk), "name": run.name, "project": str(run.project_id)}
            for ids, run in users
            if device["id"] in ids
        ]
        shown = {name: value for name, value in device.items() if name != "uuid"}
        devices.append({**shown, "memory_used": used, "utilization": percent, "runs": runs})
    return {"devices": devices, "runtimes": known["runtimes"], "queued": len(waiting.queue())}


def runtimes() -> list[str]:
    """The inference runtimes that are installed."""
    return [name for name, module in RUNTIME_MODULES.items() if importlib.util.find_spec(module)]


def _taken(device: str) -> list[str]:
    """The ids of the devices that a run says it is on; of several alike it has the first."""
    found = _DEVICE.match(device)
    if found is None:
        return []
    count, kind = int(found[1] or 1), found[2]
    return [f"cuda:{index}" for index in range(count)] if kind == "cuda" else [kind]


class _Load:
    """How busy each device is, asked at most once in a few seconds, however many ask."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._asked_at = float("-inf")
        self._known: Load = {}

    def now(self) -> Load:
        with self._lock:
            if time.monotonic() - self._asked_at > FRESH_SECONDS:
                self._known = {"cpu": _cpu_load(), **_gpu_load()}
                self._asked_at = time.monotonic()
            return self._known


_load = _Load()


def _cpu_load() -> tuple[int, float]:
    memory = psutil.virtual_memory()
    return memory.total - memory.available, psutil.cpu_percent(CPU_SECONDS)


def _gpu_load() -> Load:
    """Bytes in use and utilisation of each GPU, by the id that torch gives it."""
    ids = {_bare(device.get("uuid", "")): device["id"] for device in hardware()["devices"]}
    if not any(ids):
        return {}
    try:
        answer = subprocess.run(_DRIVER, capture_output=True, timeout=DRIVER_SECONDS, check=True, text=True)
    except (subprocess.SubprocessError, OSError):
        return {}
    load: Load = {}
    for line in answer.stdout.splitlines():
        cells = [cell.strip() for cell in line.split(",")]
        if len(cells) == 3 and (device := ids.get(_bare(cells[0]))):
            used, percent = _number(cells[1]), _number(cells[2])
            load[device] = (None if used is None else int(used * (1 << 20)), percent)
    return load


def _bare(uuid: str) -> str:
    return uuid.lower().removeprefix("gpu-")


def _number(text: str) -> float | None:
    """What the driver says, which may be `[N/A]`."""
    try:
        return float(text)
    except ValueError:
        return None


def _cpu() -> dict[str, Any]:
    return {
        "id": "cpu",
        "name": _processor_name(),
        "kind": "cpu",
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "memory_total": psutil.virtual_memory().total,
        "available": True,
    }


def _processor_name() -> str:
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            names = [line.partition(":")[2].strip() for line in file if line.startswith("model name")]
    except OSError:
        names = []
    return names[0] if names else "CPU"


def _accelerators() -> list[dict[str, Any]]:
    try:
        probe = subprocess.run(
            [sys.executable, "-c", _PROBE], capture_output=True, timeout=SECONDS, check=True
        )
        return list(json.loads(probe.stdout.splitlines()[-1]))
    except (subprocess.SubprocessError, OSError, ValueError, IndexError):
        return []

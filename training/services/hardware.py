"""What this machine can train and serve on, asked from a child process so that the web loads no framework."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from functools import lru_cache
from typing import Any

import psutil

SECONDS = 60
RUNTIME_MODULES = {"torch": "torch", "onnxruntime": "onnxruntime", "openvino": "openvino"}
_PROBE = """
import json, torch
devices = []
for index in range(torch.cuda.device_count()):
    properties = torch.cuda.get_device_properties(index)
    devices.append({"id": f"cuda:{index}", "name": properties.name, "cores": properties.multi_processor_count,
                    "memory": properties.total_memory, "available": True})
if torch.backends.mps.is_available():
    devices.append({"id": "mps", "name": "Apple GPU", "cores": None, "memory": None, "available": True})
print(json.dumps(devices))
"""


@lru_cache(maxsize=1)
def hardware() -> dict[str, Any]:
    """`{"devices": [{"id", "name", "cores", "memory", "available"}], "runtimes": [names]}`, asked once."""
    return {"devices": [_cpu(), *_accelerators()], "runtimes": runtimes()}


def runtimes() -> list[str]:
    """The inference runtimes that are installed."""
    return [name for name, module in RUNTIME_MODULES.items() if importlib.util.find_spec(module)]


def _cpu() -> dict[str, Any]:
    return {
        "id": "cpu",
        "name": _processor_name(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "memory": psutil.virtual_memory().total,
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

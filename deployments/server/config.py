"""What the server is told by its command line and environment."""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import psutil

# Of the memory there is.
USUAL_SHARE = 0.7


@dataclass(frozen=True)
class Config:
    """Limits of the server; sizes in bytes, times in seconds."""

    cores: int
    token: str | None = None
    max_body: int = 64 << 20
    max_pixels: int = 64_000_000
    queue_limit: int = 64
    max_wait: float = 20.0
    max_batch: int = 8
    load_timeout: float = 900.0
    drain_timeout: float = 20.0
    # Bytes that all engines together may hold.
    memory: int = 1 << 62
    # Between two looks at the engines.
    watch_seconds: float = 0.25
    # Before an engine that has ended is started again; twice as long each time.
    pause: float = 0.25
    # A forward pass that takes longer, and a hundred times what an image usually does, will not end.
    stuck_seconds: float = 120.0
    # Bytes that an engine of the smart tool keeps of images it has looked at, and the largest one it takes.
    assist_cache: int = 512 << 20
    assist_pixels: int = 120_000_000


def from_environment(environment: Mapping[str, str]) -> Config:
    """The configuration in `environment`; raises ValueError, naming the variable that is no positive
    number.
    """
    return Config(
        cores=_positive(environment, "TESSERA_INFERENCE_THREADS", available_cores()),
        token=environment.get("TESSERA_INFERENCE_TOKEN") or None,
        max_body=_positive(environment, "TESSERA_INFERENCE_MAX_BYTES", Config.max_body),
        max_pixels=_positive(environment, "TESSERA_INFERENCE_MAX_PIXELS", Config.max_pixels),
        queue_limit=_positive(environment, "TESSERA_INFERENCE_QUEUE", Config.queue_limit),
        max_batch=_positive(environment, "TESSERA_INFERENCE_MAX_BATCH", Config.max_batch),
        memory=_positive(environment, "TESSERA_INFERENCE_MEMORY", _usual_memory()) << 20,
        assist_cache=_positive(environment, "TESSERA_ASSIST_CACHE", Config.assist_cache >> 20) << 20,
    )


def _positive(environment: Mapping[str, str], name: str, default: int) -> int:
    text = environment.get(name, "")
    if not text:
        return default
    if not text.isdecimal() or int(text) < 1:
        raise ValueError(f"{name} must be a positive whole number, not {text!r}.")
    return int(text)


def available_cores() -> int:
    """Processors this process may use: its affinity, cut by the container's quota where there is one."""
    affinity = getattr(os, "sched_getaffinity", None)
    cores = len(affinity(0)) if affinity else os.cpu_count() or 1
    quota = Path("/sys/fs/cgroup/cpu.max")
    if not quota.is_file():
        return cores
    limit, period = quota.read_text().split()
    return cores if limit == "max" else max(1, min(cores, round(int(limit) / int(period))))


def available_memory() -> int:
    """Bytes of memory of the machine, or of the container where it has fewer."""
    total = int(psutil.virtual_memory().total)
    limit = Path("/sys/fs/cgroup/memory.max")
    text = limit.read_text().strip() if limit.is_file() else "max"
    return total if text == "max" else min(total, int(text))


def _usual_memory() -> int:
    """Megabytes that engines may hold unless somebody says otherwise: the rest is for the platform."""
    return max(1, int(available_memory() * USUAL_SHARE) >> 20)


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach a server that listens on `host`."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False

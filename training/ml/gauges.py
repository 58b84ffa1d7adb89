"""What a run takes of the machine: the `system/…` values of its metrics."""

import contextlib
import time

import psutil
import torch

from training.ml.nvml import Meter
from training.ml.processes import place

GIGABYTE = 2.0**30
# Reading the processes' memory takes a millisecond or so; more often than this it is the last one's.
SECONDS = 1.0


class Gauges:
    """Read at each line of the metrics."""

    def __init__(self, device: torch.device) -> None:
        self.device = device
        self.waiting = 0.0
        self.taken = float("-inf")
        self.values: dict[str, float] = {}
        self.processes = training_processes()
        self.meter = meter_of(device)
        psutil.cpu_percent()

    def waited(self, seconds: float) -> None:
        """Take in that long a wait for a batch."""
        self.waiting += seconds

    def read(self, seconds: float) -> dict[str, float]:
        """`system/loader_wait` (the share of the `seconds` since the last call that went into waiting for
        data), `system/cpu_percent` (of all cores), `system/memory_gb` (of this run's processes on this
        machine) and, with CUDA, `system/gpu_percent` and `system/gpu_memory_gb` (in use on the device).
        """
        if time.monotonic() - self.taken >= SECONDS:
            self.values = self._read()
            self.taken = time.monotonic()
        wait, self.waiting = self.waiting, 0.0
        return {**self.values, "system/loader_wait": min(wait / max(seconds, 1e-9), 1.0)}

    def _read(self) -> dict[str, float]:
        memory = 0
        for process in self.processes:
            with contextlib.suppress(psutil.Error):
                memory += process.memory_info().rss
        values = {"system/cpu_percent": psutil.cpu_percent(), "system/memory_gb": memory / GIGABYTE}
        if self.device.type == "cuda":
            free, total = torch.cuda.mem_get_info(self.device)
            values["system/gpu_memory_gb"] = (total - free) / GIGABYTE
        busy = self.meter.percent() if self.meter else None
        if busy is not None:
            values["system/gpu_percent"] = busy
        return values


def training_processes() -> list[psutil.Process]:
    """This process, and those that train with it on this machine."""
    own = psutil.Process()
    if place().local_world == 1:
        return [own]
    launcher = own.parent()
    return launcher.children() if launcher is not None else [own]


def meter_of(device: torch.device) -> Meter | None:
    """The meter of a CUDA device."""
    if device.type != "cuda":
        return None
    return Meter(str(torch.cuda.get_device_properties(device).uuid))

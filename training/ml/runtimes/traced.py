"""PyTorch as a runtime of what it wrote for itself: TorchScript files and exported programs."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch

from training.ml.failures import Failure
from training.ml.runtimes import Floats


def open_torchscript(
    folder: Path, quantization: str, device: str = "cpu", threads: int | None = None, streams: int = 1
) -> "TracedRuntime":
    """The trace in a folder. Raises `Failure` where the device is not there."""
    return TracedRuntime(
        torch.jit.load(str(folder / "model.pt"), map_location=_device(device)), device, threads
    )


def open_program(
    folder: Path, quantization: str, device: str = "cpu", threads: int | None = None, streams: int = 1
) -> "TracedRuntime":
    """The exported program in a folder. Raises `Failure` where the device is not there."""
    module = torch.export.load(str(folder / "model.pt2")).module()
    return TracedRuntime(module.to(_device(device)), device, threads)


def _device(device: str) -> torch.device:
    if device.startswith("cuda") and not torch.cuda.is_available():
        raise Failure("No such device", f"{device} is not available here.", "Use cpu.")
    return torch.device(device)


class TracedRuntime:
    """A network that needs none of our sources."""

    precision = "float32"

    def __init__(self, network: Callable[..., Any], device: str, threads: int | None) -> None:
        self.network = network
        self.device = torch.device(device)
        self.threads = threads

    @torch.inference_mode()
    def run(self, batch: Floats) -> tuple[Floats, ...]:
        """See `Runtime`."""
        if self.threads and torch.get_num_threads() != self.threads:
            torch.set_num_threads(self.threads)  # PyTorch keeps the number by calling thread
        answer = self.network(torch.from_numpy(batch).to(self.device))
        outputs = answer if isinstance(answer, tuple | list) else (answer,)
        return tuple(np.asarray(output.float().cpu().numpy(), np.float32) for output in outputs)

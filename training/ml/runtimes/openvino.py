"""OpenVINO as a runtime."""

import threading
from pathlib import Path
from typing import Any

import numpy as np
import openvino

from training.ml.failures import Failure
from training.ml.runtimes import Floats


class OpenvinoRuntime:
    """A compiled `model.xml` in full precision unless `half`; `streams` threads may call it at once."""

    def __init__(self, file: Path, device: str, threads: int | None, half: bool, streams: int = 1) -> None:
        if not device.startswith("cpu"):
            raise Failure(
                "No such device", f"OpenVINO serves on the CPU here, not on {device}.", "Deploy it on cpu."
            )
        config: dict[str, Any] = {
            "PERFORMANCE_HINT": "LATENCY",
            "INFERENCE_PRECISION_HINT": "bf16" if half else "f32",
        }
        # Pinned to cores, the threads of two models, or of two processes, would end up on the same ones.
        config["ENABLE_CPU_PINNING"] = False
        if streams > 1:
            config["NUM_STREAMS"] = streams
        if threads:
            config["INFERENCE_NUM_THREADS"] = threads * streams
        self.kept = threading.local()
        self.model = openvino.Core().compile_model(str(file), "CPU", config)

    def run(self, batch: Floats) -> tuple[Floats, ...]:
        """See `Runtime`."""
        # A request keeps its buffers: a new one for each call would touch every page of them anew.
        request = getattr(self.kept, "request", None)
        if request is None:
            request = self.kept.request = self.model.create_infer_request()
        outputs = request.infer([batch])
        return tuple(np.array(outputs[i], np.float32) for i in range(len(self.model.outputs)))

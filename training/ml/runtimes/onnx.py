"""ONNX Runtime as a runtime."""

from pathlib import Path

import numpy as np
import onnxruntime

from training.ml.failures import Failure
from training.ml.runtimes import Floats


class OnnxRuntime:
    """A session over `model.onnx`."""

    def __init__(self, file: Path, device: str, threads: int | None) -> None:
        options = onnxruntime.SessionOptions()
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
        if threads:
            options.intra_op_num_threads = threads
        providers = ["CPUExecutionProvider"]
        if device.startswith("cuda"):
            if "CUDAExecutionProvider" not in onnxruntime.get_available_providers():
                raise Failure(
                    "No such device", "This onnxruntime has no CUDA provider.", "Install onnxruntime-gpu."
                )
            providers.insert(0, "CUDAExecutionProvider")
        self.session = onnxruntime.InferenceSession(str(file), options, providers=providers)

    def run(self, batch: Floats) -> tuple[Floats, ...]:
        """See `Runtime`."""
        outputs = self.session.run(None, {"image": batch})
        return tuple(np.asarray(output, np.float32) for output in outputs)

"""PyTorch as a runtime: the folded model, in eager mode."""

import numpy as np
import torch

from training.ml.bundle import Bundle
from training.ml.failures import Failure
from training.ml.runtimes import Floats
from training.ml.weights import load_bundle_model

DTYPES = {"none": torch.float32, "fp16": torch.float16, "bf16": torch.bfloat16}


class TorchRuntime:
    """The bundle's model on a device, in float32, or all of it in the type of its quantization."""

    def __init__(self, bundle: Bundle, device: str, threads: int | None, quantization: str) -> None:
        if device.startswith("cuda") and not torch.cuda.is_available():
            raise Failure(
                "No such device", f"{device} is not available here.", "Deploy on cpu, or start a GPU server."
            )
        if quantization == "fp16" and device == "cpu":
            raise Failure(
                "No such precision", "PyTorch computes no float16 on a CPU.", "Choose bf16 or none."
            )
        self.threads = threads
        self.device = torch.device(device)
        self.dtype = DTYPES[quantization]
        self.precision = str(self.dtype).removeprefix("torch.")
        model = load_bundle_model(bundle)
        fold = getattr(model, "fold", None)
        if fold is not None:
            model = fold()
        self.model = model.eval().to(self.device, self.dtype)

    @torch.inference_mode()
    def run(self, batch: Floats) -> tuple[Floats, ...]:
        """See `Runtime`."""
        if self.threads and torch.get_num_threads() != self.threads:
            torch.set_num_threads(self.threads)  # PyTorch keeps the number by calling thread
        answer = self.model(torch.from_numpy(batch).to(self.device, self.dtype))
        outputs = answer if isinstance(answer, tuple) else (answer,)
        return tuple(np.asarray(output.float().cpu().numpy(), np.float32) for output in outputs)

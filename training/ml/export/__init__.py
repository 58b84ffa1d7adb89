"""Exports of a bundle for runtimes without torch, each checked against the model it came from."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from torch import Tensor, nn

from training.ml.bundle import Bundle
from training.ml.failures import Failure
from training.ml.files import new_folder, write_json
from training.ml.runtimes import Runtime
from training.ml.weights import load_bundle_model

FORMATS = ("onnx", "openvino")
TOLERANCE = {"none": 1e-4, "fp16": 0.05}


@dataclass(frozen=True)
class Parity:
    """The export against the model: largest difference of logits, relative to their spread; share of equal
    argmax.
    """

    difference: float
    agreement: float
    sizes: tuple[tuple[int, int, int], ...]


def export_bundle(bundle: Bundle, format: str, out: Path, quantization: str = "none") -> Parity:
    """Write the model file of `format` into the folder `out`, with dynamic batch and size, and check it.

    The check runs on a batch of two at the bundle's size and on one image of another size. Writes
    `export.json` beside the model. Raises `Failure` where the format is unknown or the outputs differ by more
    than the tolerance.
    """
    if format not in FORMATS:
        raise Failure("Unknown export format", f"{format!r} is none of {', '.join(FORMATS)}.")
    if quantization not in TOLERANCE:
        raise Failure("Unknown quantization", f"{quantization!r} is none of {', '.join(TOLERANCE)}.")
    model = load_bundle_model(bundle)
    fold = getattr(model, "fold", None)
    folded: nn.Module = fold() if fold is not None else model
    height, width = bundle.preprocessing.size
    sizes = ((2, height, width), (1, height + 64, width + 32))
    with new_folder(out) as draft:
        runtime = writer(format)(folded, draft, (height, width), quantization == "fp16")
        parity = compare(folded, runtime, sizes)
        limit = TOLERANCE[quantization]
        if parity.difference > limit:
            detail = f"its logits differ by {parity.difference:.2g} of their spread, more than {limit:g}."
            raise Failure("The export does not agree with the model", f"{format}: {detail}")
        write_json(
            draft / "export.json", {"format": format, "quantization": quantization, "parity": asdict(parity)}
        )
    return parity


def writer(format: str) -> Callable[[nn.Module, Path, tuple[int, int], bool], Runtime]:
    """The function that writes a format into a folder and loads it again."""
    if format == "onnx":
        from training.ml.export.onnx import write_onnx

        return write_onnx
    from training.ml.export.openvino import write_openvino

    return write_openvino


@torch.inference_mode()
def compare(model: nn.Module, runtime: Runtime, sizes: tuple[tuple[int, int, int], ...]) -> Parity:
    """Run both on the same noise at each (batch, height, width)."""
    generator = torch.Generator().manual_seed(0)
    difference, equal, cells = 0.0, 0, 0
    for batch, height, width in sizes:
        image = torch.randn(batch, 3, height, width, generator=generator)
        expected: Tensor = model(image)
        got = torch.from_numpy(runtime.run(image.numpy()))
        if got.shape != expected.shape:
            raise Failure(
                "The export does not agree with the model", f"shape {tuple(got.shape)} at {height} x {width}"
            )
        spread = max(float(expected.std()), 1e-6)
        difference = max(difference, float((got - expected).abs().max()) / spread)
        equal += int((got.argmax(1) == expected.argmax(1)).sum())
        cells += expected[:, 0].numel()
    return Parity(difference, equal / cells, sizes)

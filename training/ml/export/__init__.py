"""Exports of a bundle for runtimes without torch, each checked against the model it came from."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from torch import Tensor, nn

from training.ml.bundle import Bundle
from training.ml.export.plan import Plan
from training.ml.failures import Failure
from training.ml.files import new_folder, write_json
from training.ml.models import architecture
from training.ml.reading import OUTPUTS
from training.ml.runtimes import Runtime
from training.ml.weights import load_bundle_model

FORMATS = ("onnx", "openvino")
# Which output says the labels, and along which axis.
LABEL_AXIS = {"pixels": (0, 1), "queries": (0, 2), "detections": (1, 2)}
# Labels whose scores differ by less, as where a sigmoid is all but 1 for both, are equally good.
TIE = 1e-6
# Of the largest difference in full precision, of the usual one in half: among a million products of halves
# one is always far off.
# The root mean square allowed of a full-precision export whose network decides inside.
STEPPED = 1e-3
TOLERANCE = {"none": 1e-4, "fp16": 0.02}


@dataclass(frozen=True)
class Parity:
    """The export against the model: largest and usual (root mean square) difference of an output, relative to
    its spread; share of equal argmax of the first output over its labels.
    """

    difference: float
    deviation: float
    agreement: float
    sizes: tuple[tuple[int, int, int], ...]


def export_bundle(bundle: Bundle, format: str, out: Path, quantization: str = "none") -> Parity:
    """Write the model file of `format` into the folder `out`, with dynamic batch and, where the architecture
    allows it, size, and check it.

    The check runs on a batch of two at the bundle's size and on one image, of another size where it can be.
    Writes `export.json` beside the model. Raises `Failure` where the format is unknown or the outputs differ
    by more than the tolerance.
    """
    if format not in FORMATS:
        raise Failure("Unknown export format", f"{format!r} is none of {', '.join(FORMATS)}.")
    if quantization not in TOLERANCE:
        raise Failure("Unknown quantization", f"{quantization!r} is none of {', '.join(TOLERANCE)}.")
    model = load_bundle_model(bundle)
    fold = getattr(model, "fold", None)
    folded: nn.Module = fold() if fold is not None else model
    height, width = bundle.preprocessing.size
    family = architecture(bundle.architecture)
    other = (height + 64, width + 32) if family.dynamic_size else (height, width)
    sizes = ((2, height, width), (1, *other))
    plan = Plan((height, width), OUTPUTS[bundle.reading], quantization == "fp16", family.dynamic_size)
    with new_folder(out) as draft:
        runtime = writer(format)(folded, draft, plan)
        parity = compare(folded, runtime, sizes, LABEL_AXIS[bundle.reading])
        steps = family.export_tolerance > TOLERANCE["none"]
        limit = max(TOLERANCE[quantization], family.export_tolerance) if plan.half else TOLERANCE["none"]
        # Where rounding can turn a decision inside the network single values say little: the mean does.
        limit = STEPPED if steps and not plan.half else limit
        found = parity.deviation if plan.half or steps else parity.difference
        if found > limit:
            detail = f"its outputs differ by {found:.2g} of their spread, more than {limit:g}."
            raise Failure("The export does not agree with the model", f"{format}: {detail}")
        write_json(
            draft / "export.json", {"format": format, "quantization": quantization, "parity": asdict(parity)}
        )
    return parity


def writer(format: str) -> Callable[[nn.Module, Path, Plan], Runtime]:
    """The function that writes a format into a folder and loads it again."""
    if format == "onnx":
        from training.ml.export.onnx import write_onnx

        return write_onnx
    from training.ml.export.openvino import write_openvino

    return write_openvino


@torch.inference_mode()
def compare(
    model: nn.Module,
    runtime: Runtime,
    sizes: tuple[tuple[int, int, int], ...],
    axis: tuple[int, int] = (0, 1),
) -> Parity:
    """Run both on the same noise at each (batch, height, width); `axis` is the output that holds labels and
    their axis in it.
    """
    generator = torch.Generator().manual_seed(0)
    difference, deviation, equal, cells = 0.0, 0.0, 0, 0
    for batch, height, width in sizes:
        image = torch.randn(batch, 3, height, width, generator=generator)
        answer = model(image)
        expected: tuple[Tensor, ...] = answer if isinstance(answer, tuple) else (answer,)
        got = [torch.from_numpy(output) for output in runtime.run(image.numpy())]
        if [item.shape for item in got] != [item.shape for item in expected]:
            shapes = ", ".join(str(tuple(item.shape)) for item in got)
            detail = f"its outputs are {shapes} at {height} x {width}"
            raise Failure("The export does not agree with the model", detail)
        for mine, other in zip(expected, got, strict=True):
            spread = max(float(mine.std()), 1e-6)
            errors = (other - mine).abs()
            difference = max(difference, float(errors.max()) / spread)
            deviation = max(deviation, float(errors.square().mean().sqrt()) / spread)
        scores, choice = expected[axis[0]], got[axis[0]].argmax(axis[1], keepdim=True)
        best = scores.amax(axis[1], keepdim=True)
        equal += int((scores.gather(axis[1], choice) >= best - TIE).sum())
        cells += best.numel()
    return Parity(difference, deviation, equal / cells, sizes)

"""How an export's outputs compare with the model's."""

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import torch
from torch import Tensor, nn

from training.ml.failures import Failure
from training.ml.runtimes import Floats, Runtime

# Which output says the labels, and along which axis.
LABEL_AXIS = {"pixels": (0, 1), "queries": (0, 2), "detections": (1, 2)}
# Labels whose scores differ by less, as where a sigmoid is all but 1 for both, are equally good.
TIE = 1e-6
# The root mean square allowed of a full-precision export whose network decides inside.
STEPPED = 1e-3
# Of the largest difference in full precision, of the usual one else: among a million rounded products one is
# always far off. What int8 may cost is measured in points on images instead.
TOLERANCE = {"none": 1e-4, "fp16": 0.02, "bf16": 0.05, "int8_weights": 0.2}


@dataclass(frozen=True)
class Parity:
    """The export against the model: largest, mean and usual (root mean square) difference of an output,
    relative to its spread; share of equal argmax of the first output over its labels; the inputs compared, as
    batch, height and width.
    """

    difference: float
    mean: float
    deviation: float
    agreement: float
    sizes: tuple[tuple[int, int, int], ...]

    def record(self) -> dict[str, Any]:
        """JSON-ready; what is no number is null."""
        values = asdict(self)
        return {k: None if isinstance(v, float) and not math.isfinite(v) else v for k, v in values.items()}


def noise(sizes: Sequence[tuple[int, int, int]]) -> list[Floats]:
    """An input of each size (batch, height, width), the same ones each time."""
    generator = torch.Generator().manual_seed(0)
    return [torch.randn(n, 3, h, w, generator=generator).numpy() for n, h, w in sizes]


@torch.inference_mode()
def compare(
    model: nn.Module, runtime: Runtime, batches: Sequence[Floats], axis: tuple[int, int] = (0, 1)
) -> Parity:
    """Run both on the same batches `[n, 3, h, w]`; `axis` is the output that holds labels and their axis in
    it. Raises `Failure` where the outputs have other shapes.
    """
    difference, mean, deviation, equal, cells = 0.0, 0.0, 0.0, 0, 0
    for image in batches:
        answer = model(torch.from_numpy(image))
        expected: tuple[Tensor, ...] = answer if isinstance(answer, tuple) else (answer,)
        got = [torch.from_numpy(output) for output in runtime.run(image)]
        if [item.shape for item in got] != [item.shape for item in expected]:
            shapes = ", ".join(str(tuple(item.shape)) for item in got)
            detail = f"its outputs are {shapes} at {image.shape[2]} x {image.shape[3]}"
            raise Failure("The export does not agree with the model", detail)
        for mine, other in zip(expected, got, strict=True):
            spread = max(float(mine.std()), 1e-6)
            errors = (other - mine).abs()
            largest = float(errors.max()) / spread
            difference = largest if math.isnan(largest) else max(difference, largest)
            mean = max(mean, float(errors.mean()) / spread)
            deviation = max(deviation, float(errors.square().mean().sqrt()) / spread)
        scores, choice = expected[axis[0]], got[axis[0]].argmax(axis[1], keepdim=True)
        best = scores.amax(axis[1], keepdim=True)
        equal += int((scores.gather(axis[1], choice) >= best - TIE).sum())
        cells += best.numel()
    sizes = tuple((len(item), item.shape[2], item.shape[3]) for item in batches)
    return Parity(difference, mean, deviation, equal / cells, sizes)


def objections(parity: Parity, quantization: str, tolerance: float) -> list[str]:
    """Why the export does not agree with the model, in sentences; nothing where it does. `tolerance` is the
    architecture's own, for networks in which a rounding can turn a decision.
    """
    if not all(math.isfinite(value) for value in (parity.difference, parity.deviation)):
        return ["Its outputs are not all numbers."]
    if quantization not in TOLERANCE:
        return []
    steps = tolerance > TOLERANCE["none"]
    if quantization == "none":
        limit, found = (
            (STEPPED, parity.deviation) if steps else (max(tolerance, TOLERANCE["none"]), parity.difference)
        )
    else:
        limit, found = max(TOLERANCE[quantization], tolerance), parity.deviation
    if found <= limit:
        return []
    kind = "usually" if steps or quantization != "none" else "at most"
    share = f"{1 - parity.agreement:.2%} of the compared positions get another label"
    return [f"Its outputs differ by {kind} {found:.2g} of their spread, more than {limit:g}; {share}."]

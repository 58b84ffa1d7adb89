"""Int8 after training: calibrated on training images, within a budget measured on validation images."""

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from torch import nn

from training.ml.bundle import Bundle
from training.ml.export.plan import Plan
from training.ml.export.registry import resolve
from training.ml.failures import Failure
from training.ml.models import architecture
from training.ml.quantize.budget import Candidate, Outcome, search
from training.ml.quantize.quality import Quality, calibration_images
from training.ml.runtimes import Floats, open_export

if TYPE_CHECKING:
    from training.ml.export import Asked

# Quantized layers by format: "module:name", called with the model's file in floats and calibration images.
CANDIDATES = {
    "onnx": ("model.onnx", "training.ml.quantize.onnx_layers:OnnxLayers"),
    "openvino": ("model.xml", "training.ml.quantize.openvino_layers:OpenvinoLayers"),
}
# Validation images that a budget is measured on, and those among them that sensitivity is taken on.
MEASURED, SENSED, COMPARED = 100, 3, 4
Write = Callable[[nn.Module, Path, Plan], None]
Report = Callable[[float, str], None]


def write_int8(
    model: nn.Module, bundle: Bundle, asked: "Asked", write: Write, plan: Plan, folder: Path, report: Report
) -> dict[str, Any]:
    """Write the model in int8 into the folder; what `export.json` says of it, and in "images" the validation
    images `[1, 3, H, W]` to compare on. Raises `Failure` where the format cannot, or the data has no images.
    """
    if asked.format not in CANDIDATES or asked.data is None:
        raise Failure("Unknown quantization", f"{asked.format} is not quantized to int8 after training.")
    file, kind = CANDIDATES[asked.format]
    report(0.05, "Reading the images")
    images = calibration_images(bundle, asked.data, asked.calibration)
    quality = Quality(bundle, asked.data, MEASURED)
    with TemporaryDirectory() as name:
        plain = Path(name)
        report(0.1, "Writing the model in floats")
        write(model, plain, plan)
        report(0.15, f"Calibrating on {len(images)} images")
        candidate: Candidate = resolve(kind)(plain / file, images)
        always = unquantized(bundle, candidate)
        base = quality.judge(open_export(plain, asked.format, "none")).points if len(quality) else 0.0
        outcome = kept(candidate, quality, base, asked.budget, images, always, report)
    candidate.save(outcome.kept, folder)
    return {
        "images": quality.inputs(COMPARED) or images[:COMPARED],
        "why": reasons(outcome, asked.budget, len(candidate.layers)),
        "kept_in_float": [layer for layer in candidate.layers if layer in outcome.kept],
        "calibration": {"images": len(images)},
        "budget": {
            "points": asked.budget,
            "lost": None if outcome.lost is None else round(outcome.lost, 4),
            "held": outcome.held,
            "tried": outcome.tried,
        },
    }


def kept(
    candidate: Candidate,
    quality: Quality,
    base: float,
    budget: float | None,
    images: list[Floats],
    always: frozenset[str],
    report: Report,
) -> Outcome:
    """The layers that stay in floats; without validation images nothing but those that always do."""
    if not len(quality):
        return Outcome(always, None, budget is None, 0)
    samples = quality.inputs(SENSED) or images[:SENSED]
    return search(candidate, lambda run: quality.judge(run).points, base, budget, samples, always, report)


def unquantized(bundle: Bundle, candidate: Candidate) -> frozenset[str]:
    """Layers that are not tried: where queries attend to the image, rounding turns the decisions that later
    layers build on, so that of such models only the backbone is quantized.
    """
    family = architecture(bundle.architecture)
    if family.reading != "queries":
        return frozenset()
    return frozenset(layer for layer in candidate.layers if not layer.startswith(family.backbone_prefix))


def reasons(outcome: Outcome, budget: float | None, layers: int) -> list[str]:
    """Why the export does not agree, in sentences; nothing where the budget is held."""
    if outcome.lost is None and budget is not None:
        return ["The data has no validation image on which to measure what int8 loses."]
    if outcome.held:
        return []
    return [
        f"It loses {outcome.lost:.2f} points on the validation images, more than the {budget:g} allowed, "
        f"with {len(outcome.kept)} of {layers} layers kept in floats."
    ]

"""Int8 after training: calibrated on training images, within a budget measured on validation images."""

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from torch import nn

from training.ml.bundle import Bundle
from training.ml.export.plan import Plan
from training.ml.export.registry import WRITERS, resolve
from training.ml.failures import Failure
from training.ml.models import architecture
from training.ml.quantize.aware import learned_ranges, rounding
from training.ml.quantize.budget import Candidate, Outcome, search
from training.ml.quantize.quality import Quality, calibration_images
from training.ml.runtimes import open_export

if TYPE_CHECKING:
    from training.ml.export import Asked

# Quantized layers by format: "module:name", called with the model's file in floats and calibration images.
CANDIDATES = {
    "onnx": ("model.onnx", "training.ml.quantize.onnx_layers:OnnxLayers"),
    "openvino": ("model.xml", "training.ml.quantize.openvino_layers:OpenvinoLayers"),
}
LEARNED = {
    "onnx": ("model.onnx", "training.ml.quantize.onnx_layers:OnnxLayers"),
    "openvino": ("model.onnx", "training.ml.quantize.openvino_learned:OpenvinoLearned"),
}
# Validation images that a budget is measured on, and those among them that sensitivity is taken on.
MEASURED, SENSED, COMPARED = 100, 3, 4
Report = Callable[[float, str], None]


def write_int8(
    model: nn.Module, bundle: Bundle, asked: "Asked", writer: str, plan: Plan, folder: Path, report: Report
) -> dict[str, Any]:
    """Write the model in int8 into the folder; `writer` is the function that writes it in floats.

    A bundle that was trained to be rounded is rounded as it learned, and needs no images. Gives what
    `export.json` says of it, in "images" the validation images `[1, 3, H, W]` to compare on, and in
    "reference" the model to compare with, where that is not the one in floats. Raises `Failure` where the
    format cannot, or the data has no images.
    """
    learned = learned_ranges(bundle)
    ways = LEARNED if learned else CANDIDATES
    if asked.format not in ways:
        raise Failure("Unknown quantization", f"{asked.format} holds no int8.")
    if asked.data is None and not learned:
        hint = "Give the manifest of the run, whose training images are used."
        raise Failure("Images needed", "int8 is calibrated on images of the project.", hint)
    file, kind = ways[asked.format]
    report(0.05, "Reading the images")
    images = [] if learned or not asked.data else calibration_images(bundle, asked.data, asked.calibration)
    quality = Quality(bundle, asked.data, MEASURED) if asked.data else None
    modules = [name for name, _ in model.named_modules()]
    with TemporaryDirectory() as name:
        plain = Path(name)
        report(0.1, "Writing the model in floats")
        resolve(WRITERS["onnx"].function if learned else writer)(model, plain, plan)
        report(0.15, "Taking the learned ranges" if learned else f"Calibrating on {len(images)} images")
        candidate: Candidate = resolve(kind)(plain / file, images, modules, *([learned] if learned else []))
        always = unquantized(bundle, candidate)
        outcome = Outcome(always, None, asked.budget is None or asked.data is None, 0)
        if quality is not None and len(quality):
            opened = open_export(plain, "onnx" if learned else asked.format, "none")
            base = quality.judge(opened).points
            outcome = search(
                candidate,
                lambda run: quality.judge(run).points,
                base,
                asked.budget,
                quality.inputs(SENSED),
                always,
                report,
            )
    candidate.save(outcome.kept, folder)
    rounded = len(set(candidate.layers) - outcome.kept)
    return {
        "images": (quality.inputs(COMPARED) if quality else []) or images[:COMPARED],
        "reference": rounding(model, learned) if learned else None,
        "why": reasons(outcome, asked.budget, len(candidate.layers)),
        "kept_in_float": [layer for layer in candidate.layers if layer in outcome.kept],
        "layers": {"int8": rounded, "all": candidate.weighted},
        "calibration": {"images": len(images)} if images else None,
        "budget": {
            "points": asked.budget,
            "lost": None if outcome.lost is None else round(outcome.lost, 4),
            "held": outcome.held,
            "tried": outcome.tried,
        },
    }


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
    if outcome.lost is None and not outcome.held:
        return ["The data has no validation image on which to measure what int8 loses."]
    if len(outcome.kept) == layers:
        return [f"No layer of it computes in int8: it has {layers} that can, and all stay in floats."]
    if outcome.held:
        return []
    return [
        f"It loses {outcome.lost:.2f} points on the validation images, more than the {budget:g} allowed, "
        f"with {len(outcome.kept)} of {layers} layers kept in floats."
    ]

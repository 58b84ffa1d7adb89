"""Exports of a bundle for other runtimes, each compared with the model it came from.

An export that disagrees with its model is written all the same: `export.json` says that it does, and why.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from torch import nn

from training.ml.bundle import Bundle
from training.ml.export.parity import LABEL_AXIS, Parity, compare, noise, objections
from training.ml.export.plan import Plan
from training.ml.export.registry import WRITERS, Writer, resolve, writer_of
from training.ml.files import new_folder, write_json
from training.ml.models import architecture
from training.ml.reading import OUTPUTS
from training.ml.runtimes import open_export
from training.ml.weights import load_bundle_model

__all__ = ["LABEL_AXIS", "WRITERS", "Asked", "Export", "Parity", "export_bundle", "folded_model"]

RECORD = "export.json"
# Images of the data set that the parity of an int8 export is taken on.
COMPARED = 4

Report = Callable[[float, str], None]


def quiet(part: float, message: str) -> None:
    """Nobody is told."""


@dataclass(frozen=True)
class Asked:
    """What an export is to be. `data` is a run's manifest, which int8 needs: `calibration` of its training
    images give the ranges, and its validation images tell how many points (of mIoU, of 100 times the average
    precision where the model finds objects) it loses, of which it may lose `budget`; None: whatever it does.
    """

    format: str
    quantization: str = "none"
    data: Path | None = None
    calibration: int = 64
    budget: float | None = 0.5


@dataclass(frozen=True)
class Export:
    """What was written: the body of `export.json`, and its parity."""

    record: dict[str, Any]
    parity: Parity


def export_bundle(bundle: Bundle, asked: Asked, out: Path, report: Report = quiet) -> Export:
    """Write the model files into the folder `out`, with dynamic batch and size where format and architecture
    allow it, compare them with the model, and write `export.json` beside them.

    The comparison is made on a batch of two at the bundle's size and on one image, of another size where it
    can be; of int8, whose ranges fit images only, on validation images. Raises `Failure` where the format is
    unknown, does not hold the quantization, or int8 has no images.
    """
    writer = writer_of(asked.format, asked.quantization)
    report(0.0, "Loading the model")
    model = folded_model(bundle)
    family = architecture(bundle.architecture)
    dynamic = {"batch": writer.batches, "size": writer.sizes and family.dynamic_size}
    outputs = OUTPUTS[bundle.reading]
    plan = Plan(bundle.preprocessing.size, outputs, asked.quantization, dynamic["size"])
    with new_folder(out) as draft:
        report(0.05, f"Writing {asked.format}")
        chosen = written(model, bundle, asked, writer, plan, draft, report)
        report(0.9, "Comparing with the model")
        runtime = open_export(draft, asked.format, asked.quantization)
        batches = chosen.pop("images", None) or noise(compared_sizes(plan, dynamic))
        reference = chosen.pop("reference", None) or model
        parity = compare(reference, runtime, batches, LABEL_AXIS[bundle.reading])
        why = [*objections(parity, asked.quantization, family.export_tolerance), *chosen.pop("why", ())]
        files = sorted(item for item in draft.rglob("*") if item.is_file())
        record = {
            "format": asked.format,
            "quantization": asked.quantization,
            "files": [{"name": str(f.relative_to(draft)), "size": f.stat().st_size} for f in files],
            "dynamic": dynamic,
            "parity": parity.record(),
            "agrees": not why,
            "why": why,
            "precision": runtime.precision,
            "kept_in_float": [],
            "layers": None,
            "calibration": None,
            "budget": None,
            **chosen,
        }
        write_json(draft / RECORD, record)
    report(1.0, "Done")
    return Export(record, parity)


def written(
    model: nn.Module, bundle: Bundle, asked: Asked, writer: Writer, plan: Plan, folder: Path, report: Report
) -> dict[str, Any]:
    """Write the files into the folder; what `export.json` says of the quantization."""
    if asked.quantization == "int8":
        from training.ml.quantize.post import write_int8

        return write_int8(model, bundle, asked, writer.function, plan, folder, report)
    resolve(writer.function)(model, folder, plan)
    if asked.quantization == "int8_weights":
        said: dict[str, Any] = resolve(f"training.ml.quantize.{asked.format}_weights:compress")(folder)
        return said
    return {}


def folded_model(bundle: Bundle) -> nn.Module:
    """The bundle's model as it is served, on the CPU."""
    model = load_bundle_model(bundle)
    fold = getattr(model, "fold", None)
    folded: nn.Module = fold() if fold is not None else model
    return folded


def compared_sizes(plan: Plan, dynamic: dict[str, bool]) -> tuple[tuple[int, int, int], ...]:
    """Batch, height and width of the inputs that an export is compared on."""
    height, width = plan.size
    other = (height + 64, width + 32) if dynamic["size"] else (height, width)
    return (2 if dynamic["batch"] else 1, height, width), (1, *other)

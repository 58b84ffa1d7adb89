"""What a run does to the loaded model before its first step: heads, channels or weights leave it.

The widths that are left are written to `pruned.json` in the run folder, so that a resumed run builds the same
model without choosing again.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from torch import Tensor, nn

from training.ml import ranks
from training.ml.bundle import read_bundle
from training.ml.checkpoint import newest_step
from training.ml.compression_fields import STRUCTURED, TWO_OF_FOUR
from training.ml.data.loader import Batch
from training.ml.failures import Failure
from training.ml.files import write_json
from training.ml.losses import Criterion
from training.ml.models import PRUNED, Architecture
from training.ml.models.prunable import narrow, narrowed
from training.ml.processes import place
from training.ml.pruning import prune, widths_of
from training.ml.sparsity import Masks, apply, masks

FILE = "pruned.json"
# Batches over which the importance of heads and channels is meaned.
BATCHES = 8

Batches = Callable[[int], Iterable[Batch]]


def inherited(family: Architecture, spec: Mapping[str, Any]) -> dict[str, Any]:
    """The widths of the pruned model that a run starts from, as a part of its configuration."""
    weights = spec.get("weights") or {}
    if weights.get("kind") != "bundle":
        return {}
    bundle = read_bundle(weights.get("path") or "")
    if (bundle.architecture, bundle.variant) != (family.name, spec["variant"]):
        return {}
    widths = bundle.config.get(PRUNED)
    return {PRUNED: dict(widths)} if widths else {}


def check(given: Mapping[str, Any], loaded: bool) -> None:
    """Raise `Failure` where nothing can be pruned as asked."""
    if given["pruning"] > 0 and not loaded:
        detail = "hyperparameters.pruning is above 0, and the weights are random: none matters less."
        raise Failure("Nothing to prune", detail, "Start from an artifact or from published weights.")
    if given["pruning_method"] == TWO_OF_FOUR and given["pruning"] not in (0, 0.5):
        detail = f"hyperparameters.pruning is {given['pruning']:g}, and 2:4 takes half of the weights."
        raise Failure("2:4 takes half", detail, "Set pruning to 0.5, or pruning_method to unstructured.")


def slim(
    model: nn.Module,
    config: Mapping[str, Any],
    given: Mapping[str, Any],
    folder: Path,
    criterion: Criterion,
    batches: Batches,
) -> dict[str, Any]:
    """Take heads and channels out of the model, in place; the configuration of what is left."""
    if given["pruning"] == 0 or given["pruning_method"] != STRUCTURED:
        return dict(config)
    before = size_of(model)
    widths = begun(folder)
    if widths is None:
        found = prune(
            model,
            given["pruning"],
            given["pruning_importance"],
            given["pruning_spread"],
            criterion,
            batches(BATCHES),
            next(model.parameters()).device,
        )
        # Sums may be rounded otherwise elsewhere: all ranks do as the first.
        kept = ranks.gathered(found)[0]
        narrow(model, kept)
        widths = {**(config.get(PRUNED) or {}), **widths_of(model, kept)}
        if place().rank == 0:
            write_json(folder / FILE, {"widths": widths, "parameters": [before, size_of(model)]})
    else:
        narrowed(model, widths)
    print(f"Pruned by {given['pruning']:g}: {before:,} parameters before, {size_of(model):,} now.")
    return {**config, PRUNED: widths}


def begun(folder: Path) -> dict[str, int] | None:
    """The widths of a run that has a checkpoint already."""
    if newest_step(folder / "checkpoints") is None or not (folder / FILE).is_file():
        return None
    widths: dict[str, int] = json.loads((folder / FILE).read_text())["widths"]
    return widths


def thin(model: nn.Module, family: Architecture, given: Mapping[str, Any]) -> Masks:
    """Set single weights to zero, where asked; what stays of each, for `sparsity.hold`."""
    if given["pruning"] == 0 or given["pruning_method"] == STRUCTURED:
        return {}
    kept = masks(model, family, given["pruning_method"], given["pruning"], given["pruning_spread"])
    apply(model, kept)
    total, zero = sum(mask.numel() for mask in kept.values()), sum(zeros(mask) for mask in kept.values())
    print(f"Pruned ({given['pruning_method']}): {zero:,} of {total:,} weights are zero and stay it.")
    return kept


def zeros(mask: Tensor) -> int:
    """How many places of a mask are false."""
    return mask.numel() - int(mask.sum())


def size_of(model: nn.Module) -> int:
    """How many parameters it has."""
    return sum(parameter.numel() for parameter in model.parameters())


def record(given: Mapping[str, Any], spec: Mapping[str, Any]) -> dict[str, Any]:
    """What was done, for an artifact's lineage; empty where nothing was."""
    told: dict[str, Any] = {}
    if given["pruning"] > 0:
        told["pruning"] = given["pruning"]
        told["pruning_method"] = given["pruning_method"]
    if given.get("distillation"):
        told["teacher"] = (spec.get("teacher") or {}).get("name")
    return told

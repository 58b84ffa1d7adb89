"""The model catalogue that the web shows, generated so that the web needs no framework.

`python -m training.ml.catalogue --write` writes `training/catalogue.json`; without `--write` it prints it.
"""

import argparse
import json
from collections.abc import Sequence
from fractions import Fraction
from functools import cache
from math import prod
from pathlib import Path
from typing import Any

import torch
from torch.utils.flop_counter import FlopCounterMode

from training.ml.compression_fields import DISTILLATION, METHODS, STRUCTURED
from training.ml.data.augmentations import AUGMENTATIONS
from training.ml.export.capabilities import capabilities
from training.ml.files import write_bytes
from training.ml.models import ARCHITECTURES, Architecture, Variant
from training.ml.models.presets import presets
from training.ml.models.prunable import groups_of

FILE = Path(__file__).parents[1] / "catalogue.json"
LABELS = 2
COUNTED_SIZES = (64, 128, 192, 256, 320)


def catalogue() -> dict[str, Any]:
    """Every architecture with its variants, defaults and fields, JSON-ready."""
    return {"architectures": [entry(item) for item in ARCHITECTURES.values()]}


def entry(item: Architecture) -> dict[str, Any]:
    """One architecture."""
    return {
        "name": item.name,
        "title": item.title,
        "tasks": list(item.tasks),
        "paper": item.paper,
        "licence": item.licence,
        "description": item.description,
        "variants": [variant_entry(item, variant) for variant in item.variants],
        "input_sizes": [[size, size] for size in item.input_sizes],
        "size_multiple": item.size_multiple,
        "weights": ["pretrained", "scratch"] if any(v.hub_id for v in item.variants) else ["scratch"],
        "defaults": dict(item.defaults),
        "hyperparameters": [field.record() for field in item.fields],
        "exports": capabilities(item),
        "pruning": pruning(item),
        "distillation": distillation(item),
        "presets": presets(item, {variant.name: cost(item.name, variant.name) for variant in item.variants}),
        "augmentations": [augmentation.record() for augmentation in AUGMENTATIONS],
    }


def pruning(item: Architecture) -> dict[str, Any]:
    """Whether heads and channels of an architecture can leave, and the ways in which weights can."""
    with torch.device("meta"):
        model = item.build(item.config(item.variants[0].name, LABELS, item.tasks[0]))
    structured = bool(groups_of(model))
    methods = [
        {"name": name, "help": about} for name, about in METHODS.items() if structured or name != STRUCTURED
    ]
    return {"available": True, "reason": None, "methods": methods}


def distillation(item: Architecture) -> dict[str, Any]:
    """Whether an architecture learns from a teacher, in which tasks, or why not."""
    tasks = [task for task in item.tasks if task == "semantic"]
    known = {field.name for field in item.fields}
    available = bool(tasks) and known.issuperset(DISTILLATION)
    reason = None if available else f"{item.title} answers with objects; a teacher teaches labels of pixels."
    return {"available": available, "tasks": tasks, "reason": reason}


def variant_entry(item: Architecture, variant: Variant) -> dict[str, Any]:
    """One variant and what it costs."""
    parameters, flops = cost(item.name, variant.name)
    return {
        "name": variant.name,
        "parameters": parameters,
        "flops": list(flops),
        "hub_id": variant.hub_id,
        **({"hub_ids": dict(variant.hub_ids)} if variant.hub_ids else {}),
        "description": variant.description,
    }


@cache
@torch.no_grad()
def cost(name: str, variant: str) -> tuple[int, tuple[int, ...]]:
    """Parameters of the model with two labels, and the floating-point operations of one image (a
    multiplication and an addition are two) at each of the input sizes, by the model as it is served.

    Operations are a polynomial of the image's side: a constant for what sees the pooled image, a square for
    convolutions, a cube for products along one axis, a fourth power for attention. Five sizes give it.
    """
    item = ARCHITECTURES[name]
    config = item.config(variant, LABELS, item.tasks[0])
    with torch.device("meta"):
        model = item.build(config).eval().requires_grad_(False)
        parameters = sum(parameter.numel() for parameter in model.parameters())
        fold = getattr(model, "fold", None)
        served = model if fold is None else fold()
    known = []
    for size in COUNTED_SIZES if item.uneven is None else COUNTED_SIZES[:2]:
        with FlopCounterMode(display=False) as counter:
            served(torch.empty(1, 3, size, size, device="meta"))
        known.append((size, counter.get_total_flops()))
    if item.uneven is None:
        return parameters, tuple(int(interpolated(known, size)) for size in item.input_sizes)
    even = [(size**2, flops - item.uneven(config, size)) for size, flops in known]
    return parameters, tuple(
        int(interpolated(even, size**2)) + item.uneven(config, size) for size in item.input_sizes
    )


def interpolated(known: Sequence[tuple[int, int]], x: int) -> Fraction:
    """The polynomial through the points `known` at `x` (Lagrange)."""
    total = Fraction(0)
    for i, (at, value) in enumerate(known):
        others = [other for j, (other, _) in enumerate(known) if j != i]
        total += value * prod((Fraction(x - other, at - other) for other in others), start=Fraction(1))
    return total


def rendered() -> str:
    """The file's text."""
    return json.dumps(catalogue(), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m training.ml.catalogue", description=__doc__)
    parser.add_argument("--write", action="store_true", help=f"write {FILE.name} beside the web code")
    if parser.parse_args().write:
        write_bytes(FILE, rendered().encode())
    else:
        print(rendered(), end="")

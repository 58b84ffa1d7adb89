"""Specifications to begin with: for every architecture a quick, a balanced and a best one.

One rule for all, from what a variant costs and what its family sets by default; a family says in
`Architecture.presets` where it differs.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from training.ml.models.family import Architecture

LIGHT = (
    {"name": "horizontal_flip", "p": 0.5},
    {"name": "random_resized_crop", "p": 1.0, "scale": [0.75, 1.0], "ratio": [0.75, 1.3333]},
)
STRONG = (
    {"name": "horizontal_flip", "p": 0.5},
    {"name": "random_resized_crop", "p": 1.0, "scale": [0.3, 1.0], "ratio": [0.66, 1.5]},
    {"name": "rotate", "p": 0.3, "degrees": [-10, 10]},
    {
        "name": "color_jitter",
        "p": 0.8,
        "brightness": 0.3,
        "contrast": 0.3,
        "saturation": 0.3,
        "hue": 0.03,
    },
    {"name": "gaussian_blur", "p": 0.1, "sigma": [0.1, 1.5]},
    {"name": "jpeg", "p": 0.1, "quality": [50, 95]},
)
# What models of objects alone gain from besides: objects in other company.
MIXED = (
    {"name": "mosaic", "p": 0.5, "scale": [0.5, 1.0], "centre": [0.3, 0.7]},
    {"name": "copy_paste", "p": 0.3, "share": 0.5, "scale": [0.5, 1.5]},
)
# From scratch a model wants more steps, and a large one a lower rate than where it only adapts.
MORE_FROM_SCRATCH = 2
LARGE = 60_000_000
LARGE_FROM_SCRATCH = 0.5
# Batch norms want company.
SMALLEST_BATCH = 2


@dataclass(frozen=True)
class Rule:
    """What one preset aims at: the variant of about so many `parameters` (the best one: the largest of at
    most so many), an input of about `size` pixels, `images` a step and as many of them in one pass as
    `operations` (forward, floating point) allow.
    """

    name: str
    title: str
    help: str
    parameters: int
    size: int
    steps: int
    images: int
    operations: float
    evaluations: int


RULES = (
    Rule(
        "quick",
        "Quick",
        "A small model on small images, to see soon whether the data and the classes work; for a CPU too.",
        parameters=1,
        size=256,
        steps=300,
        images=8,
        operations=60e9,
        evaluations=5,
    ),
    Rule(
        "balanced",
        "Balanced",
        "Good masks for the time they take, on one GPU; the one to begin with for real.",
        parameters=30_000_000,
        size=512,
        steps=3000,
        images=16,
        operations=1.2e12,
        evaluations=10,
    ),
    Rule(
        "best",
        "Best",
        "A large model on large images, stronger augmentation and averaged weights: the best masks on a GPU "
        "where time does not matter.",
        parameters=130_000_000,
        size=640,
        steps=10_000,
        images=16,
        operations=1.2e12,
        evaluations=20,
    ),
)


def presets(item: Architecture, costs: Mapping[str, tuple[int, Sequence[int]]]) -> list[dict[str, Any]]:
    """The presets of an architecture, JSON-ready; `costs` gives each variant's parameters, and its operations
    at each of the input sizes.
    """
    return [_preset(item, rule, costs) for rule in RULES]


def _preset(item: Architecture, rule: Rule, costs: Mapping[str, tuple[int, Sequence[int]]]) -> dict[str, Any]:
    own = item.presets.get(rule.name, {})
    variant = own.get("variant") or _variant(rule, costs)
    size = own["input_size"][0] if "input_size" in own else _size(rule, item.input_sizes)
    parameters, operations = costs[variant]
    weights = own.get("weights") or ("pretrained" if item.variant(variant).hub_id else "scratch")
    hyperparameters = {
        **item.defaults.get("hyperparameters", {}),
        **_length(rule, operations[item.input_sizes.index(size)], weights),
        **_quality(rule),
        **_rate(item, parameters, weights),
    }
    hyperparameters |= own.get("hyperparameters", {})
    known = {field.name for field in item.fields}
    spec = {
        "variant": variant,
        "input_size": own.get("input_size", [size, size]),
        "weights": weights,
        "augmentations": own.get("augmentations") or _augmentations(item, rule),
        "hyperparameters": {name: value for name, value in hyperparameters.items() if name in known},
        "evaluation": {"every": max(1, hyperparameters["steps"] // rule.evaluations)},
    }
    return {"name": rule.name, "title": rule.title, "help": own.get("help", rule.help), "spec": spec}


def _variant(rule: Rule, costs: Mapping[str, tuple[int, Sequence[int]]]) -> str:
    """The nearest in parameters, by their ratio; for the best one the largest that is not beyond."""
    sizes = {name: cost[0] for name, cost in costs.items()}
    if rule.name == "best":
        within = {name: size for name, size in sizes.items() if size <= rule.parameters}
        return max(within, key=within.__getitem__) if within else min(sizes, key=sizes.__getitem__)
    return min(sizes, key=lambda name: abs(math.log(sizes[name] / rule.parameters)))


def _size(rule: Rule, sizes: Sequence[int]) -> int:
    return max((size for size in sizes if size <= rule.size), default=min(sizes))


def _length(rule: Rule, operations: int, weights: str) -> dict[str, Any]:
    """Steps, warm-up and batch; what one pass cannot hold is accumulated."""
    fits = max(1.0, rule.operations / operations)
    batch = min(rule.images, max(SMALLEST_BATCH, 2 ** int(math.log2(fits))))
    steps = rule.steps * (MORE_FROM_SCRATCH if weights == "scratch" else 1)
    return {
        "steps": steps,
        "batch_size": batch,
        "accumulate": 1 if rule.name == "quick" else rule.images // batch,
        "warmup_steps": max(20, steps // 20),
    }


def _quality(rule: Rule) -> dict[str, Any]:
    if rule.name == "quick":
        return {}
    if rule.name == "balanced":
        return {"halve_batch_on_oom": True}
    return {"halve_batch_on_oom": True, "ema": True, "ema_decay": 0.999, "loss": "cross_entropy_dice"}


def _rate(item: Architecture, parameters: int, weights: str) -> dict[str, Any]:
    common = next(field.default for field in item.fields if field.name == "learning_rate")
    rate = item.defaults.get("hyperparameters", {}).get("learning_rate", common)
    lower = weights == "scratch" and parameters > LARGE
    return {"learning_rate": rate * LARGE_FROM_SCRATCH if lower else rate}


def _augmentations(item: Architecture, rule: Rule) -> list[dict[str, Any]]:
    if rule.name == "quick":
        return [dict(each) for each in LIGHT]
    if rule.name == "balanced":
        return [dict(each) for each in item.defaults["augmentations"]]
    mixed = () if "semantic" in item.tasks else MIXED
    return [dict(each) for each in (*mixed, *STRONG)]

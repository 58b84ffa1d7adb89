"""The one schema of training fields: the forms, the checks and the child all read this table. Imports no
torch.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from training.ml.compression_fields import COMPRESSION
from training.ml.failures import Failure
from training.ml.fields import Field as Field

HYPERPARAMETERS = (
    Field("steps", "int", 1000, "Optimiser steps of the whole run.", "Length", 1, 10_000_000),
    Field(
        "epochs",
        "int",
        None,
        "Passes over the training images; where given it replaces steps.",
        "Length",
        1,
        100_000,
    ),
    Field("batch_size", "int", 8, "Images in one forward pass on one device.", "Length", 1, 4096),
    Field(
        "accumulate",
        "int",
        1,
        "Forward passes added up to one step, exact but for batch norms and Dice.",
        "Length",
        1,
        1024,
    ),
    Field(
        "halve_batch_on_oom",
        "bool",
        False,
        "Where memory runs out, go on with half the batch and twice the passes: the same images a step.",
        "Length",
    ),
    Field(
        "learning_rate",
        "float",
        6e-4,
        "Peak rate of the head (of all parameters from scratch).",
        "Optimiser",
        0,
        10,
    ),
    Field(
        "backbone_lr_multiplier",
        "float",
        None,
        "The backbone's rate as a multiple; automatic is 1 from scratch and 0.1 from loaded weights.",
        "Optimiser",
        0,
        100,
    ),
    Field("head_lr_multiplier", "float", 1.0, "The head's rate as a multiple.", "Optimiser", 0, 100),
    Field(
        "optimizer",
        "choice",
        "adamw",
        "AdamW; Lion, which wants a third of AdamW's rate and three times its decay; or SGD with momentum.",
        "Optimiser",
        choices=("adamw", "lion", "sgd"),
    ),
    Field("weight_decay", "float", 0.01, "Decay of weights; norms and biases are spared.", "Optimiser", 0, 1),
    Field("momentum", "float", 0.9, "Momentum of SGD; the others do not read it.", "Optimiser", 0, 0.9999),
    Field("nesterov", "bool", True, "Nesterov's form of SGD's momentum.", "Optimiser"),
    Field("beta1", "float", 0.9, "Memory of the gradient's mean in AdamW and Lion.", "Optimiser", 0, 0.9999),
    Field(
        "beta2",
        "float",
        None,
        "Memory of AdamW's squares and of Lion's mean; automatic is 0.999 and 0.99.",
        "Optimiser",
        0,
        0.99999,
    ),
    Field(
        "layer_decay",
        "float",
        1.0,
        "Each layer of the backbone has the next one's rate times this; 1 gives all the same.",
        "Optimiser",
        0.1,
        1,
    ),
    Field(
        "schedule",
        "choice",
        "poly",
        "How the rate falls after the warm-up: as a power, a cosine or not; one-cycle rises by itself.",
        "Optimiser",
        choices=("poly", "cosine", "one_cycle", "constant"),
    ),
    Field(
        "one_cycle_rise",
        "float",
        0.3,
        "Part of the steps over which the one-cycle schedule rises, from a 25th of the rate.",
        "Optimiser",
        0.01,
        0.99,
    ),
    Field(
        "poly_power",
        "float",
        1.0,
        "The power of the poly schedule; 1 is a straight line.",
        "Optimiser",
        0.1,
        10,
    ),
    Field("warmup_steps", "int", 20, "Steps over which the rate rises from zero.", "Optimiser", 0, 1_000_000),
    Field(
        "gradient_clip",
        "float",
        1.0,
        "Largest norm of the gradient; 0 switches clipping off.",
        "Optimiser",
        0,
        1e6,
    ),
    Field(
        "loss",
        "choice",
        "cross_entropy",
        "Cross-entropy suits most data; Dice, focal and OHEM help rare or small classes, Lovász aims at IoU.",
        "Loss",
        choices=(
            "cross_entropy",
            "dice",
            "focal",
            "lovasz",
            "ohem",
            "cross_entropy_dice",
            "cross_entropy_lovasz",
            "focal_dice",
        ),
    ),
    Field(
        "class_weights",
        "choice",
        "none",
        "balanced weighs each class by the inverse square root of its share of the training pixels.",
        "Loss",
        choices=("none", "balanced"),
    ),
    Field("label_smoothing", "float", 0.0, "Part of the target spread over all classes.", "Loss", 0, 0.5),
    Field("focal_gamma", "float", 2.0, "How much the focal loss turns to hard pixels.", "Loss", 0, 10),
    Field(
        "ohem_threshold",
        "float",
        0.7,
        "OHEM trains on pixels whose label has a probability below this.",
        "Loss",
        0.01,
        1,
    ),
    Field(
        "ohem_keep",
        "float",
        0.1,
        "OHEM takes at least this part of an image's pixels, the hardest.",
        "Loss",
        0,
        1,
    ),
    Field("freeze_backbone", "bool", False, "Train the head only; the backbone keeps its weights.", "Model"),
    Field(
        "classifier_only",
        "bool",
        False,
        "Train the last layer only, the one that is made for your classes.",
        "Model",
    ),
    Field("ema", "bool", False, "Validate and keep a moving average of the weights.", "Model"),
    Field(
        "ema_decay", "float", 0.999, "Decay of that average a step, reached gradually.", "Model", 0.5, 0.99999
    ),
    Field("compile", "bool", False, "Compile the model: minutes at the start, faster steps after.", "Model"),
    Field("cache_megabytes", "int", 2048, "Memory for decoded images and masks.", "Data", 0, 1_000_000),
    Field(
        "skip_unreadable",
        "bool",
        False,
        "Leave out images that cannot be read, and name them in the log, instead of stopping.",
        "Data",
    ),
    Field("seed", "int", 0, "Seed of weights, order and augmentation.", "Data", 0, 2**31 - 1),
    *COMPRESSION,
)


def fill(
    given: Mapping[str, Any], schema: Sequence[Field] = HYPERPARAMETERS, where: str = "hyperparameters"
) -> dict[str, Any]:
    """All fields of the schema, taken from `given` or their defaults. Raises `Failure` naming the wrong
    field.
    """
    known = {field.name: field for field in schema}
    for name in given:
        if name not in known:
            raise Failure("Unknown field", f"{where}.{name} is not known.", f"Known are {', '.join(known)}.")
    return {name: checked(given.get(name, field.default), field, where) for name, field in known.items()}


def checked(value: Any, field: Field, where: str) -> Any:
    """The value as the field's type. Raises `Failure` where it is of another type or out of range."""
    if value is None and field.default is None:
        return None
    if field.type == "bool" and isinstance(value, bool):
        return value
    if field.type == "choice" and value in (field.choices or ()):
        return value
    if field.type == "range" and isinstance(value, (list, tuple)) and len(value) == 2:
        low, high = number(value[0], field), number(value[1], field)
        if low is not None and high is not None and low <= high:
            return low, high
    if field.type in ("int", "float"):
        single = number(value, field)
        if single is not None:
            return single
    raise Failure("Value out of range", f"{where}.{field.name} is {value!r}.", expected(field))


def number(value: Any, field: Field) -> float | int | None:
    """The value as a finite number within the field's limits, None where it is none."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        return None
    if field.type == "int" and value != int(value):
        return None
    if (field.min is not None and value < field.min) or (field.max is not None and value > field.max):
        return None
    return int(value) if field.type == "int" else float(value)


def expected(field: Field) -> str:
    """What the field takes, as a hint."""
    if field.choices:
        return f"It takes one of {', '.join(field.choices)}."
    if field.type == "bool":
        return "It takes true or false."
    kind = {"int": "a whole number", "float": "a number", "range": "two numbers, the lower first,"}[
        field.type
    ]
    if field.min is None or field.max is None:
        return f"It takes {kind}."
    return f"It takes {kind} from {field.min:g} to {field.max:g}."

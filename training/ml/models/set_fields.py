"""The training fields of models that predict sets of masks, and the losses they make."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from training.ml.hyperparameters import HYPERPARAMETERS, Field
from training.ml.mask_terms import PointMasks, WholeMasks
from training.ml.set_losses import SetLoss

# What only losses on the labels of pixels read.
OF_PIXELS = ("loss", "class_weights", "label_smoothing", "focal_gamma", "ohem_threshold", "ohem_keep")
POINTS = (
    Field(
        "points",
        "int",
        12544,
        "Points at which each mask is compared with the truth; fewer are faster on small images.",
        "Loss",
        16,
        1_000_000,
    ),
    Field(
        "oversample_ratio",
        "float",
        3.0,
        "How many times as many points are drawn, of which the least sure ones are taken.",
        "Loss",
        1,
        100,
    ),
    Field(
        "importance_ratio",
        "float",
        0.75,
        "Part of the points that are taken where the mask is least sure; the rest lie anywhere.",
        "Loss",
        0,
        1,
    ),
)


def set_fields(
    class_weight: float, mask_weight: float, dice_weight: float, *own: Field, **changed: Any
) -> tuple[Field, ...]:
    """The common fields without those of pixels, with the weights of a set loss and a model's `own`;
    `changed` are common fields' other defaults.
    """
    weights = {
        "class_weight": (class_weight, "Weight of the queries' classes in loss and matching."),
        "mask_weight": (mask_weight, "Weight of the masks' pixel-wise loss in loss and matching."),
        "dice_weight": (dice_weight, "Weight of the masks' Dice loss in loss and matching."),
        "no_object_weight": (
            0.1,
            "Weight of queries without an object among the classes; lower where many queries stay without.",
        ),
    }
    common = tuple(
        replace(field, default=changed.get(field.name, field.default))
        for field in HYPERPARAMETERS
        if field.name not in OF_PIXELS
    )
    return (
        *common,
        *(Field(name, "float", default, help, "Loss", 0, 1000) for name, (default, help) in weights.items()),
        *own,
    )


def point_loss(given: Mapping[str, Any], config: Mapping[str, Any]) -> SetLoss:
    """Mask2Former's loss for filled-in fields, `POINTS` among them, and a configuration with `num_labels` and
    `queries`.
    """
    form = PointMasks(given["points"], given["oversample_ratio"], given["importance_ratio"])
    return SetLoss(config["num_labels"], config["queries"], **weights_of(given), form=form)


def whole_loss(given: Mapping[str, Any], config: Mapping[str, Any]) -> SetLoss:
    """MaskFormer's loss."""
    form = WholeMasks(given["mask_alpha"], given["mask_gamma"])
    return SetLoss(config["num_labels"], config["queries"], **weights_of(given), form=form)


def weights_of(given: Mapping[str, Any]) -> dict[str, float]:
    """The terms' weights by their names in the loss."""
    return {name: given[name] for name in ("class_weight", "mask_weight", "dice_weight", "no_object_weight")}

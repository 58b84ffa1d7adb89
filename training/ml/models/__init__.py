"""The registry of architectures: one file each, found by name.

An architecture gives its variants, how a configuration and a model are built, how names of published weights
become its own, and which parameters are backbone, head and classifier. Everything else (training, bundles,
export) is the same for all.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from torch import nn

from training.ml.failures import Failure
from training.ml.models import (
    deeplabv3,
    dpt,
    eomt_published,
    fcn,
    mask2former_published,
    maskformer_published,
    segformer_published,
    unet,
    upernet,
    yolov8seg,
)
from training.ml.models.family import Architecture, Variant
from training.ml.models.prunable import narrowed

__all__ = ["ARCHITECTURES", "PRUNED", "Architecture", "Variant", "architecture"]

# In a model's configuration: how many units are left of each group that was pruned.
PRUNED = "pruned"


def with_pruned(family: Architecture) -> Architecture:
    """The architecture, which also builds pruned models."""
    whole = family.build

    def build(config: Mapping[str, Any]) -> nn.Module:
        model = whole({name: value for name, value in config.items() if name != PRUNED})
        return narrowed(model, config.get(PRUNED) or {})

    return replace(family, build=build)


ARCHITECTURES: dict[str, Architecture] = {
    family.name: with_pruned(family)
    for family in (
        segformer_published.FAMILY,
        upernet.FAMILY,
        dpt.FAMILY,
        eomt_published.FAMILY,
        mask2former_published.FAMILY,
        maskformer_published.FAMILY,
        unet.FAMILY,
        deeplabv3.FAMILY,
        fcn.FAMILY,
        yolov8seg.FAMILY,
    )
}


def architecture(name: str) -> Architecture:
    """The architecture called `name`. Raises `Failure`."""
    found = ARCHITECTURES.get(name)
    if found is None:
        raise Failure(
            "Unknown architecture",
            f"There is no architecture {name!r}.",
            f"Known: {', '.join(ARCHITECTURES)}.",
        )
    return found

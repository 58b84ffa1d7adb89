"""The registry of architectures: one file each, found by name.

An architecture gives its variants, how a configuration and a model are built, how names of published weights
become its own, and which parameters are backbone, head and classifier. Everything else (training, bundles,
export) is the same for all.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from torch import nn

from training.ml.failures import Failure
from training.ml.models import segformer, segformer_published


@dataclass(frozen=True)
class Variant:
    """One published size: parameters with 150 labels' worth of head left out, and the hub ids that hold
    weights.
    """

    name: str
    hub_id: str
    config: Mapping[str, Any]
    description: str


@dataclass(frozen=True)
class Architecture:
    """What the rest of the training core needs to know of a model family."""

    name: str
    title: str
    tasks: tuple[str, ...]
    paper: str
    licence: str
    description: str
    variants: tuple[Variant, ...]
    input_sizes: tuple[int, ...]
    size_multiple: int
    config_of: Callable[[Mapping[str, Any], int], dict[str, Any]]
    build: Callable[[Mapping[str, Any]], nn.Module]
    rename: Callable[[str], str]
    backbone_prefix: str
    classifier_prefix: str
    defaults: Mapping[str, Any] = field(default_factory=dict)

    def variant(self, name: str) -> Variant:
        """The variant called `name`. Raises `Failure`."""
        for variant in self.variants:
            if variant.name == name:
                return variant
        known = ", ".join(v.name for v in self.variants)
        raise Failure("Unknown variant", f"{self.title} has no variant {name!r}.", f"Choose one of {known}.")

    def config(self, variant: str, num_labels: int) -> dict[str, Any]:
        """JSON-ready configuration of a variant with that many labels."""
        return self.config_of(self.variant(variant).config, num_labels)


def _segformer() -> Architecture:
    return Architecture(
        name="segformer",
        title="SegFormer",
        tasks=("semantic",),
        paper="https://arxiv.org/abs/2105.15203",
        licence="Code Apache-2.0; NVIDIA's published weights are for non-commercial use only.",
        description="Hierarchical transformer with a light head: fast on small machines, strong from b2 on.",
        variants=tuple(
            Variant(name, f"nvidia/mit-{name}", config, about)
            for name, (config, about) in segformer_published.VARIANTS.items()
        ),
        input_sizes=(128, 192, 256, 384, 512, 640, 768, 1024),
        size_multiple=32,
        config_of=lambda sizes, labels: segformer.SegformerConfig.from_dict(
            {**sizes, "num_labels": labels}
        ).to_dict(),
        build=lambda config: segformer.Segformer(segformer.SegformerConfig.from_dict(config)),
        rename=segformer_published.rename,
        backbone_prefix="segformer.",
        classifier_prefix="decode_head.classifier.",
        defaults={
            "variant": "b0",
            "input_size": [256, 256],
            "hyperparameters": {},
            "augmentations": [
                {"name": "horizontal_flip", "p": 0.5},
                {"name": "random_resized_crop", "p": 1.0, "scale": [0.5, 1.0], "ratio": [0.75, 1.3333]},
                {
                    "name": "color_jitter",
                    "p": 0.8,
                    "brightness": 0.2,
                    "contrast": 0.2,
                    "saturation": 0.2,
                    "hue": 0.02,
                },
            ],
        },
    )


ARCHITECTURES: dict[str, Architecture] = {item.name: item for item in (_segformer(),)}


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

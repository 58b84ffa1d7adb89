"""What an architecture says of itself to the rest of the training core."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from torch import nn

from training.ml.failures import Failure
from training.ml.hyperparameters import HYPERPARAMETERS, Field
from training.ml.losses import Criterion

AUGMENTATIONS: tuple[dict[str, Any], ...] = (
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
)


@dataclass(frozen=True)
class Variant:
    """One size of an architecture, and the hub id that holds weights for it, None where there are none;
    `hub_ids` by task, where a task has better ones.
    """

    name: str
    hub_id: str | None
    config: Mapping[str, Any]
    description: str
    hub_ids: Mapping[str, str] = field(default_factory=dict)


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
    config_of: Callable[[Mapping[str, Any], int, str], dict[str, Any]]
    build: Callable[[Mapping[str, Any]], nn.Module]
    rename: Callable[[str], str]
    backbone_prefix: str
    # Of what is re-made for another number of classes.
    classifier_prefix: str | tuple[str, ...]
    defaults: Mapping[str, Any] = field(default_factory=dict)
    # How the outputs become masks: see `training.ml.reading`.
    reading: str = "pixels"
    fields: tuple[Field, ...] = HYPERPARAMETERS
    # The criterion for filled-in hyperparameters and the model's configuration; None: the losses of pixels.
    make_loss: Callable[[Mapping[str, Any], Mapping[str, Any]], Criterion] | None = None
    # Whether an export takes images of any size (multiples of `size_multiple`), or of the bundle's alone.
    dynamic_size: bool = True
    # How far an export's outputs may be from the model's, relative to their spread; more where a threshold
    # within the network makes a step of a rounding.
    export_tolerance: float = 1e-4
    # Operations at a size that are no polynomial of it, as of attention in windows that do not fit; the rest
    # is then a constant and a square.
    uneven: Callable[[Mapping[str, Any], int], int] | None = None
    # Where the family differs from the common presets: name to the part of its spec that does, and "help".
    presets: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def variant(self, name: str) -> Variant:
        """The variant called `name`. Raises `Failure`."""
        for variant in self.variants:
            if variant.name == name:
                return variant
        known = ", ".join(v.name for v in self.variants)
        raise Failure("Unknown variant", f"{self.title} has no variant {name!r}.", f"Choose one of {known}.")

    def config(self, variant: str, num_labels: int, task: str = "semantic") -> dict[str, Any]:
        """JSON-ready configuration of a variant with that many outputs, for a task."""
        return self.config_of(self.variant(variant).config, num_labels, task)


def defaults(variant: str, size: int = 256, **hyperparameters: Any) -> dict[str, Any]:
    """What a new workflow starts with: variant, square input of `size` pixels, fields that differ from the
    common defaults, augmentations.
    """
    return {
        "variant": variant,
        "input_size": [size, size],
        "hyperparameters": hyperparameters,
        "augmentations": [dict(item) for item in AUGMENTATIONS],
    }

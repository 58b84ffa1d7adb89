"""Augmentations of an example. Geometry moves image and mask alike and invents no label; colour changes the
image only. Imports no torch.

Geometry and what mixes several examples run first, in the order of the specification, on the image at its
working size; then image and mask are stretched to the input size; then colours and holes run, in order, at
that size. What comes from outside the image does not count in the mask. All chance comes from one generator.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.random import Generator

from training.ml.data.augmentations import colour, geometry, holes, mixing, noise, sharpness, warps
from training.ml.data.augmentations.kinds import Augmentation, Meaning, Others
from training.ml.data.example import Example
from training.ml.failures import Failure
from training.ml.hyperparameters import fill
from training.ml.images import resize_index, resize_rgb

__all__ = ["AUGMENTATIONS", "KINDS", "Augment", "Augmentation", "Meaning", "Others"]

AUGMENTATIONS: tuple[Augmentation, ...] = tuple(
    item
    for module in (geometry, warps, mixing, colour, sharpness, noise, holes)
    for item in module.AUGMENTATIONS
)
KINDS = {item.name: item for item in AUGMENTATIONS}


class Augment:
    """The augmentations of a specification, as one function of an example and a generator."""

    def __init__(self, specification: Sequence[Mapping[str, Any]], meaning: Meaning | None = None) -> None:
        self.meaning = meaning or Meaning()
        self.steps: list[tuple[Augmentation, dict[str, Any]]] = []
        for position, item in enumerate(specification):
            kind = KINDS.get(str(item.get("name")))
            if kind is None:
                known = f"Known are {', '.join(KINDS)}."
                raise Failure(
                    "Unknown augmentation", f"augmentations.{position} is {item.get('name')!r}.", known
                )
            given = {key: value for key, value in item.items() if key != "name"}
            self.steps.append((kind, fill(given, kind.parameters, f"augmentations.{position}")))

    @property
    def needs_detail(self) -> bool:
        """Whether an augmentation reads more of the image than the input size shows."""
        return any(kind.detail for kind, _ in self.steps)

    def __call__(
        self, example: Example, size: tuple[int, int], rng: Generator, others: Others | None = None
    ) -> Example:
        """Augment an example and stretch it to `size` (height, width). `others` draws another one of the set,
        for what mixes several; without it the example is mixed with itself.
        """
        whole = example
        chosen = [(kind, given) for kind, given in self.steps if rng.random() < given["p"]]
        for kind, given in chosen:
            if kind.geometry is not None:
                moved = kind.geometry(example.image, example.mask, rng, given)
                example = Example(*moved, example.labels)
            if kind.mix is not None:
                example = kind.mix(example, others or (lambda rng: whole), rng, given, self.meaning)
        image = resize_rgb(np.ascontiguousarray(example.image), size)
        mask = resize_index(np.ascontiguousarray(example.mask), size)
        for kind, given in chosen:
            if kind.colour is not None:
                image = kind.colour(image, rng, given)
            if kind.cover is not None:
                image, mask = kind.cover(image, mask, rng, given)
        return Example(image, mask, example.labels)

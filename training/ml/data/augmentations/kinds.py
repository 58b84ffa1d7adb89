"""What an augmentation is: its name, its fields and its function."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.random import Generator

from training.ml.data.example import Example
from training.ml.hyperparameters import Field
from training.ml.images import IndexMap, Pixels

BLANK = (124, 116, 104)

Pair = tuple[Pixels, IndexMap]
Parameters = Mapping[str, Any]
Others = Callable[[Generator], Example]


@dataclass(frozen=True)
class Meaning:
    """What the values of masks mean, as far as mixing examples needs it: whether label 0 of an index mask is
    the background, and which outputs are stuff, of which an image holds one object at most.
    """

    background: bool = True
    stuff: frozenset[int] = frozenset()


Mix = Callable[[Example, Others, Generator, Parameters, Meaning], Example]


@dataclass(frozen=True)
class Augmentation:
    """One kind of augmentation. It has one of four functions: `geometry` moves image and mask, `mix` takes
    other examples in, both at the working size; `colour` changes the image and `cover` hides parts of it, at
    the input size. `detail` says that it reads more of the image than the input size shows.
    """

    name: str
    title: str
    help: str
    parameters: tuple[Field, ...]
    group: str
    geometry: Callable[[Pixels, IndexMap, Generator, Parameters], Pair] | None = None
    mix: Mix | None = None
    colour: Callable[[Pixels, Generator, Parameters], Pixels] | None = None
    cover: Callable[[Pixels, IndexMap, Generator, Parameters], Pair] | None = None
    detail: bool = False

    def record(self) -> dict[str, Any]:
        """JSON-ready, for the catalogue."""
        return {
            "name": self.name,
            "title": self.title,
            "help": self.help,
            "group": self.group,
            "parameters": [field.record() for field in self.parameters],
        }


def chance(default: float) -> Field:
    """The probability that every augmentation has."""
    return Field("p", "float", default, "Share of the images it touches.", min=0, max=1)


def amount(name: str, default: float, what: str, most: float = 1.0) -> Field:
    """A largest deviation to either side."""
    return Field(name, "float", default, what, min=0, max=most)


def span(name: str, default: tuple[float, float], what: str, low: float, high: float) -> Field:
    """Two numbers between which one is drawn."""
    return Field(name, "range", default, what, min=low, max=high)


def values_of(mask: IndexMap) -> IndexMap:
    """The values in a mask, rising; a table is quicker than sorting."""
    seen = np.zeros(np.iinfo(mask.dtype).max + 1, np.bool_)
    seen[mask.ravel()] = True
    return np.flatnonzero(seen).astype(mask.dtype)


def drawn(rng: Generator, given: Parameters, name: str) -> float:
    """A number between the two of a span."""
    return float(rng.uniform(*given[name]))


def drawn_whole(rng: Generator, given: Parameters, name: str) -> int:
    """A whole number from the lower to the higher one of a span."""
    low, high = (round(value) for value in given[name])
    return int(rng.integers(low, high + 1))


def to_either_side(rng: Generator, given: Parameters, name: str) -> float:
    """A deviation of at most the amount of that name."""
    return float(rng.uniform(-1, 1)) * float(given[name])

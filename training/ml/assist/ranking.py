"""How much like the object that was meant a candidate looks: a small network over its numbers. It was fitted
by `python -m tests.bench.learn_clicks`, to photos of streets and of cells.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from training.ml.assist.superpixels import Floats

FILE = Path(__file__).with_name("ranking.json")


@dataclass(frozen=True)
class Ranking:
    """Layers of weights [inputs, outputs] and biases [outputs], ReLU between them."""

    layers: tuple[tuple[Floats, Floats], ...]

    def scores(self, features: Floats) -> Floats:
        """The IoU with what was meant that is expected of each candidate, 0…1."""
        values = np.clip(features, -6, 6)
        for weights, biases in self.layers[:-1]:
            values = np.maximum(values @ weights + biases, 0)
        weights, biases = self.layers[-1]
        return np.asarray(1 / (1 + np.exp(-(values @ weights + biases)[:, 0])), np.float32)


@lru_cache(maxsize=1)
def read_ranking() -> Ranking:
    """The network that comes along."""
    layers = json.loads(FILE.read_text(encoding="utf-8"))["layers"]
    return Ranking(
        tuple(
            (np.array(each["weights"], np.float32), np.array(each["biases"], np.float32)) for each in layers
        )
    )

"""A hundred objects of a photograph are not a hundred whole masks in memory."""

import tracemalloc

import numpy as np

from training.ml.bundle import Label
from training.ml.data.truth import Truth
from training.ml.metrics.objects import ObjectScores
from training.ml.reading import Reader

SIDE = 512


def test_the_best_hundred_objects_take_a_fraction_of_their_masks() -> None:
    classes = np.random.default_rng(0).uniform(-0.2, 0.2, (100, 2)).astype(np.float32)
    classes[:, 1] += 1  # so that none is shown to anybody
    masks = np.full((100, 40, 40), -3, np.float32)
    for query in range(100):
        row, column = divmod(query, 10)
        masks[query, 4 * row : 4 * row + 3, 4 * column : 4 * column + 3] = 3
    reader = Reader("queries", "instance", 1, frozenset(), (256, 256))
    scores = ObjectScores([Label(0, "background"), Label(1, "nucleus", "n")], reader)
    blank = np.zeros((SIDE, SIDE), np.uint8)
    tracemalloc.start()
    scores.add(0, Truth(blank, blank.astype(np.uint16)), (classes, masks))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 40 * SIDE * SIDE

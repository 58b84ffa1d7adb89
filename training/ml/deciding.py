"""Which label a pixel gets where classes have thresholds of their own: NumPy only.

A class that reaches its threshold is given, of several the one that exceeds its own by the largest factor;
elsewhere the most probable label without a threshold, and where every label has one, the most probable. So
the pixels given a class, where it alone has a threshold, are those that precision and recall over the
threshold count.
"""

from collections.abc import Callable, Mapping

import numpy as np

from training.ml.images import Pixels
from training.ml.runtimes import Floats

# A threshold of 0 is reached everywhere, and by the largest factor.
SMALLEST = 1e-6


def decided(
    labels: int, value: Callable[[int], Floats], thresholds: Mapping[int, float], probabilities: bool = False
) -> tuple[Pixels, Floats]:
    """The label uint8 `[h, w]` of each pixel, and its probability float32 `[h, w]`.

    Args: `value` gives a label's logits float32 `[h, w]`, or with `probabilities` just these; it is asked for
    each label up to twice, so that all labels never exist together. `thresholds` by label index.
    """
    free = [label for label in range(labels) if label not in thresholds] or list(range(labels))
    first = value(0)
    index, best = np.full(first.shape, free[0], np.uint8), np.full(first.shape, -np.inf, np.float32)
    # Over all labels, whichever is the best so far: the highest, and the sum of e^(value - highest).
    highest, total = np.full(first.shape, -np.inf, np.float32), np.zeros(first.shape, np.float32)
    for label in range(labels):
        each = value(label) if label else first
        if not probabilities:
            top = np.maximum(highest, each)
            total = total * np.exp(highest - top) + np.exp(each - top)
            highest = top
        if label in free:
            better = each > best
            index[better] = label
            best[better] = each[better]
    norm = highest + np.log(total) if not probabilities else None
    chance = best if norm is None else np.exp(best - norm)
    factor = np.ones(first.shape, np.float32)
    reached = np.zeros(first.shape, bool)
    for label, threshold in sorted(thresholds.items()):
        each = value(label)
        probable = each if norm is None else np.exp(each - norm)
        times = probable / np.float32(max(threshold, SMALLEST))
        wins = (probable >= np.float32(threshold)) & (~reached | (times > factor))
        index[wins] = label
        factor[wins] = times[wins]
        chance[wins] = probable[wins]
        reached |= wins
    return index, np.asarray(chance, np.float32)

"""Which label a pixel gets where classes have thresholds of their own: NumPy only.

A class that reaches its threshold is given, of several the one that exceeds its own by the largest factor.
Elsewhere the most probable label is, unless it has a threshold: then the background is, and nothing at all
where there is none. So a higher threshold takes pixels from a class and gives them to no other one, and those
given to a class that alone has a threshold are the ones that precision and recall over the threshold count.
"""

from collections.abc import Callable, Mapping

import numpy as np

from training.ml.images import Pixels
from training.ml.runtimes import Floats

# A threshold of 0 is reached everywhere, and by the largest factor.
SMALLEST = 1e-6


def decided(
    labels: int,
    value: Callable[[int], Floats],
    thresholds: Mapping[int, float],
    elsewhere: int,
    probabilities: bool = False,
) -> tuple[Pixels, Floats]:
    """The label uint8 `[h, w]` of each pixel, and its probability float32 `[h, w]`.

    Args: `value` gives a label's logits float32 `[h, w]`, or with `probabilities` just these; it is asked for
    each label up to twice, so that all labels never exist together. `thresholds` by label index; `elsewhere`
    is the label without one that pixels get for want of another, or no label's index, whose probability is
    told as 0.
    """
    first = value(0)
    index, best = np.zeros(first.shape, np.uint8), np.full(first.shape, -np.inf, np.float32)
    # The sum of e^(value - highest) over the labels so far.
    total = np.zeros(first.shape, np.float32)
    for label in range(labels):
        each = value(label) if label else first
        top = np.maximum(best, each)
        if not probabilities:
            total = total * np.exp(best - top) + np.exp(each - top)
        index[each > best] = label
        best = top
    norm = None if probabilities else best + np.log(total)

    def probable(values: Floats) -> Floats:
        return np.asarray(values if norm is None else np.exp(values - norm), np.float32)

    chance = probable(best).copy()
    short = np.isin(index, list(thresholds))
    if short.any():
        index[short] = elsewhere
        chance[short] = probable(value(elsewhere))[short] if elsewhere < labels else 0
    factor = np.zeros(first.shape, np.float32)
    for label, threshold in sorted(thresholds.items()):
        each = probable(value(label))
        times = each / np.float32(max(threshold, SMALLEST))
        wins = (each >= np.float32(threshold)) & (times > factor)
        index[wins] = label
        factor[wins] = times[wins]
        chance[wins] = each[wins]
    return index, chance

"""Intervals by drawing images with replacement (Efron and Tibshirani 1993, section 13.3, the percentile
interval): images are what is drawn from the world, their pixels are not independent.
"""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

LEVEL = 0.95
RESAMPLES = 1000
SEED = 0
# How many objects times resamples are worth waiting for.
OBJECTS = 5_000_000
LEAST = 50
BLOCK = 4_000_000

Floats = npt.NDArray[np.float64]


def weights(images: int, resamples: int = RESAMPLES, seed: int = SEED) -> Iterator[Floats]:
    """How often each image is drawn, in blocks float64 `[r, images]` of at most `resamples` rows together;
    the same for each call.
    """
    chance = np.random.default_rng(seed)
    rows = max(1, min(resamples, BLOCK // max(images, 1)))
    done = 0
    while done < resamples:
        some = min(rows, resamples - done)
        drawn = chance.integers(0, images, (some, images)) + images * np.arange(some)[:, None]
        yield np.bincount(drawn.ravel(), minlength=some * images).reshape(some, images).astype(np.float64)
        done += some


def interval(values: Floats, level: float = LEVEL) -> tuple[float, float] | None:
    """The percentile interval of a metric's resampled values `[r]`; None where one of them has no value in
    most resamples. Resamples in which it has none (NaN) say nothing.
    """
    known = values[~np.isnan(values)]
    if 2 * len(known) < len(values) or not len(known):
        return None
    low, high = np.quantile(known, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)

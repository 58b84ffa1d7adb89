"""Whether a model is right as often as it says: expected calibration error and the reliability plot."""

from typing import Any

import numpy as np
import numpy.typing as npt

# As Guo et al. have them.
BINS = 15

Values = npt.NDArray[np.float64]


def bins_of(confidence: npt.NDArray[Any], right: npt.NDArray[np.bool_]) -> Values:
    """Count, summed confidence and right answers of each of 15 equal bins over (0, 1], float64 `[15, 3]`; a
    confidence on an edge belongs to the bin below it.
    """
    flat = confidence.ravel().astype(np.float64)
    place = np.clip(np.ceil(flat * BINS).astype(np.int64) - 1, 0, BINS - 1)
    return np.stack(
        [
            np.bincount(place, minlength=BINS).astype(np.float64),
            np.bincount(place, weights=flat, minlength=BINS),
            np.bincount(place, weights=right.ravel().astype(np.float64), minlength=BINS),
        ],
        1,
    )


def calibration_error(bins: Values) -> Values:
    """Expected calibration error of bins `[..., 15, 3]`: the mean of |accuracy - confidence| over the answers
    (Guo et al. 2017, equation 5); NaN without any.
    """
    bins = np.asarray(bins, np.float64)
    total = bins[..., 0].sum(-1)
    gaps = np.abs(bins[..., 2] - bins[..., 1]).sum(-1)
    return np.where(total > 0, gaps / np.maximum(total, 1), np.nan)


def reliability(bins: Values) -> list[dict[str, Any]]:
    """The bins as the plot shows them: `{"low", "high", "pixels", "confidence", "accuracy"}`, the means null
    in an empty one.
    """
    rows = []
    for place, (count, confidence, right) in enumerate(bins.tolist()):
        rows.append(
            {
                "low": place / BINS,
                "high": (place + 1) / BINS,
                "pixels": int(count),
                "confidence": confidence / count if count else None,
                "accuracy": right / count if count else None,
            }
        )
    return rows

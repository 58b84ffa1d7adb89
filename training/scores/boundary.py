"""Boundary F1 (Csurka et al. 2013) from counts of boundary pixels."""

import numpy as np

from training.scores.confusion import Counts, Values


def boundary_f1(counts: Counts | Values) -> Values:
    """F1 of each label, float64 `[..., labels]`, of counts `[..., labels, 4]`: boundary pixels of the truth
    that are matched, all of them, and the same of the prediction. NaN where neither has a boundary.
    """
    hit_t, total_t, hit_p, total_p = np.moveaxis(np.asarray(counts, np.float64), -1, 0)
    recall, precision = hit_t / np.maximum(total_t, 1), hit_p / np.maximum(total_p, 1)
    score = 2 * precision * recall / np.maximum(precision + recall, 1e-12)
    return np.where(total_t + total_p > 0, score, np.nan)

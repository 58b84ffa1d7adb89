"""Panoptic quality (Kirillov et al. 2019, arXiv:1801.00868, section 4.1) from counts of segments."""

from typing import Any

import numpy as np
import numpy.typing as npt


def panoptic_quality(counts: npt.NDArray[np.float64]) -> dict[str, Any]:
    """`pq`, `sq` and `rq` of counts float64 `[labels, 4]`: summed IoU of the matches, and how many segments
    were matched, wrongly found and missed. Means are over the labels that are in the truth or were found, 0
    without any; `per_class` has the three of each of those labels.
    """
    iou, hit, wrong, missed = counts.T
    whole = hit + 0.5 * wrong + 0.5 * missed
    per_class = {
        int(i): {
            "pq": float(iou[i] / whole[i]),
            "sq": float(iou[i] / max(hit[i], 1.0)),
            "rq": float(hit[i] / whole[i]),
        }
        for i in np.flatnonzero(whole)
    }
    means = {
        name: sum(values[name] for values in per_class.values()) / max(len(per_class), 1)
        for name in ("pq", "sq", "rq")
    }
    return {**means, "per_class": per_class}

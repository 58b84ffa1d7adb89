"""Panoptic quality (Kirillov et al. 2019, arXiv:1801.00868, section 4.1), counted as its authors' published
evaluation counts.
"""

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from training.scores.panoptic import panoptic_quality

Numbers = npt.NDArray[Any]


class PanopticQuality:
    """Takes in images, gives PQ = SQ x RQ: segments of one label match where their IoU exceeds 0.5; SQ is the
    mean IoU of the matches and RQ their F1.
    """

    def __init__(self, labels: int) -> None:
        # Of each label the summed IoU of matches, and how many were matched, wrongly found and missed.
        self.iou = np.zeros(labels)
        self.counts = np.zeros((labels, 3), np.int64)

    def add(
        self,
        truth_map: Numbers,
        truth_segments: Mapping[int, int],
        found_map: Numbers,
        found_segments: Mapping[int, int],
        crowd: Collection[int] = (),
    ) -> None:
        """Take in one image: two maps `[h, w]` of segment numbers, and the label of each segment.

        A pixel of the truth whose number is no segment is void; one of the other map belongs to nothing. A
        segment of the truth in `crowd` is not to be found, and excuses what lies on it. Void takes no part in
        an IoU (section 4.1, "void labels"), and what lies on void and crowds of its label by more than half
        is not wrong.
        """
        wanted, given = list(truth_segments), list(found_segments)
        overlaps = intersections(
            places(truth_map, wanted), len(wanted), places(found_map, given), len(given)
        )  # [truth + 1, found + 1], the last row void, the last column nothing
        labels_t = np.array([truth_segments[number] for number in wanted], np.int64)
        labels_f = np.array([found_segments[number] for number in given], np.int64)
        crowds = np.array([number in crowd for number in wanted], bool)
        both, void = overlaps[:-1, :-1], overlaps[-1, :-1]
        areas_t, areas_f = overlaps[:-1].sum(1), overlaps[:, :-1].sum(0)
        union = areas_t[:, None] + areas_f - both - void
        same = (labels_t[:, None] == labels_f) & ~crowds[:, None]
        rows, columns = np.nonzero(same & (2 * both > union))
        np.add.at(self.iou, labels_t[rows], both[rows, columns] / union[rows, columns])
        # A segment of which no pixel is left can be neither found nor missed.
        missed = ~crowds & (areas_t > 0)
        missed[rows] = False
        excused = void + (both * (crowds[:, None] & (labels_t[:, None] == labels_f))).sum(0)
        wrong = (areas_f > 0) & (2 * excused <= areas_f)
        wrong[columns] = False
        for kind, them in enumerate((labels_t[rows], labels_f[wrong], labels_t[missed])):
            np.add.at(self.counts[:, kind], them, 1)

    def merge(self, other: "PanopticQuality") -> None:
        """Take in what another one, of the same labels, has taken in."""
        self.iou += other.iou
        self.counts += other.counts

    def result(self) -> dict[str, Any]:
        """`pq`, `sq` and `rq`, meaned over the labels that are in the truth or were found, 0 without any; and
        `per_class`, the three of each of those labels.
        """
        return panoptic_quality(self.values)

    @property
    def values(self) -> npt.NDArray[np.float64]:
        """Summed IoU, matched, wrong and missed segments, float64 `[labels, 4]`."""
        return np.concatenate([self.iou[:, None], self.counts], 1)


def places(numbers: Numbers, segments: list[int]) -> Numbers:
    """The place in `segments` of each pixel's number, their count where it is none of them; no number is
    negative.
    """
    table = np.full(max([int(numbers.max(initial=0)), *segments]) + 1, len(segments), np.int64)
    table[segments] = np.arange(len(segments))
    return table[numbers]


def intersections(first: Numbers, firsts: int, second: Numbers, seconds: int) -> npt.NDArray[np.int64]:
    """Pixels that each pair of places shares, int64 `[firsts + 1, seconds + 1]`."""
    pairs = first * (seconds + 1) + second
    return np.bincount(pairs.ravel(), minlength=(firsts + 1) * (seconds + 1)).reshape(firsts + 1, seconds + 1)

"""Anchors are assigned as the definition says, object by object and anchor by anchor."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from training.ml.boxes import complete_iou
from training.ml.task_aligned import assign

LABELS = 3


def overlap_of(a: list[float], b: list[float]) -> float:
    """IoU of two boxes."""
    across = max(0.0, min(a[2], b[2]) - max(a[0], b[0]))
    down = max(0.0, min(a[3], b[3]) - max(a[1], b[1]))
    areas = (a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1])
    return across * down / (areas - across * down)


def agreement(a: list[float], b: list[float]) -> float:
    """Complete IoU of two boxes, by its formula."""
    iou = overlap_of(a, b)
    (w, h), (v, g) = (a[2] - a[0], a[3] - a[1]), (b[2] - b[0], b[3] - b[1])
    hull = (max(a[2], b[2]) - min(a[0], b[0])) ** 2 + (max(a[3], b[3]) - min(a[1], b[1])) ** 2
    centres = ((a[0] + a[2] - b[0] - b[2]) ** 2 + (a[1] + a[3] - b[1] - b[3]) ** 2) / 4
    shape = 4 / math.pi**2 * (math.atan(v / g) - math.atan(w / h)) ** 2
    trade = shape / (1 - iou + shape) if shape else 0.0
    return iou - centres / hull - trade * shape


def one_by_one(
    scores: torch.Tensor, boxes: torch.Tensor, centres: torch.Tensor, labels: list[int], truth: torch.Tensor
) -> tuple[list[int], list[float]]:
    anchors = range(len(centres))
    aligned, overlap, own = [], [], []
    for label, box in zip(labels, truth.tolist(), strict=True):
        u = [overlap_of(boxes[a].tolist(), box) for a in anchors]
        t = [float(scores[a, label]) ** 0.5 * u[a] ** 6 for a in anchors]
        middle = [(box[0] + box[2]) / 2, (box[1] + box[3]) / 2]
        reach = [max((box[2] - box[0]) / 2, 8), max((box[3] - box[1]) / 2, 8)]
        inside = [a for a in anchors if all(abs(centres[a][i] - middle[i]) < reach[i] for i in (0, 1))]
        own.append(set(sorted(inside, key=lambda a, t=t: -t[a])[:10]))
        aligned.append(t)
        overlap.append(u)
    owner = []
    for a in anchors:
        holders = [k for k in range(len(labels)) if a in own[k]]
        owner.append(max(holders, key=lambda k: overlap[k][a]) if holders else -1)
    score = [0.0] * len(centres)
    for k in range(len(labels)):
        mine = [a for a in anchors if owner[a] == k]
        best = max((aligned[k][a] for a in mine), default=0.0)
        highest = max((overlap[k][a] for a in mine), default=0.0)
        for a in mine:
            score[a] = aligned[k][a] / best * highest if best > 0 else 0.0
    return owner, score


def corners(count: int, low: float, high: float) -> torch.Tensor:
    first = torch.rand(count, 2) * 40
    return torch.cat([first, first + low + torch.rand(count, 2) * (high - low)], 1)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 6))
def test_equal_to_the_definition(seed: int, count: int) -> None:
    torch.manual_seed(seed)
    line = torch.arange(8) * 8 + 4.0
    centres = torch.stack(torch.meshgrid(line, line, indexing="xy"), -1).flatten(0, 1)
    truth, labels = corners(count, 3, 40), torch.randint(0, LABELS, (count,))
    reach = 4 + torch.rand(64, 4) * 24
    boxes = torch.cat([centres - reach[:, :2], centres + reach[:, 2:]], 1)
    scores = torch.rand(64, LABELS)
    owner, score = assign(scores, boxes, centres, labels, truth)
    wanted, values = one_by_one(scores.double(), boxes.double(), centres, labels.tolist(), truth.double())
    # Anchors without any overlap are equal, and learn nothing whoever has them.
    known = torch.tensor(values) > 1e-6
    assert torch.equal(owner[known], torch.tensor(wanted)[known])
    assert torch.allclose(score, torch.tensor(values), atol=1e-4)
    assert ((owner >= 0) >= (score > 0)).all()


def test_the_smallest_object_has_an_anchor() -> None:
    line = torch.arange(4) * 8 + 4.0
    centres = torch.stack(torch.meshgrid(line, line, indexing="xy"), -1).flatten(0, 1)
    boxes = torch.cat([centres - 6, centres + 6], 1)
    for left in (0.0, 5.0, 8.0, 15.5):
        truth = torch.tensor([[left, 11.0, left + 1, 12.0]])
        _, score = assign(torch.rand(16, 1), boxes, centres, torch.zeros(1).long(), truth)
        assert score.max() > 0


def test_no_object_leaves_every_anchor_free() -> None:
    boxes, centres = corners(5, 8, 40), torch.rand(5, 2)
    owner, score = assign(torch.rand(5, 2), boxes, centres, torch.zeros(0).long(), torch.zeros(0, 4))
    assert owner.tolist() == [-1] * 5 and not score.any()


def test_complete_iou_is_its_formula() -> None:
    torch.manual_seed(0)
    a, b = corners(50, 2, 40), corners(50, 2, 40)
    expected = [agreement(x, y) for x, y in zip(a.tolist(), b.tolist(), strict=True)]
    assert complete_iou(a, b).tolist() == pytest.approx(expected, abs=1e-5)
    assert complete_iou(a, a).tolist() == pytest.approx([1.0] * 50, abs=1e-6)

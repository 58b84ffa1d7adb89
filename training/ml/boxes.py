"""Boxes from distances, and how far two boxes agree. A box is left, top, right, bottom in pixels of the
input.
"""

import math

import torch
from torch import Tensor

STRIDES = (8, 16, 32)
EPSILON = 1e-7


def flattened(levels: list[Tensor]) -> Tensor:
    """Maps `[b, c, h, w]` of several scales as one list of anchors `[b, a, c]`, fine to coarse."""
    return torch.cat([level.flatten(2).transpose(1, 2) for level in levels], 1)


def centres_of(levels: list[Tensor]) -> tuple[Tensor, Tensor]:
    """The centre `[a, 2]` (x, y) of each anchor's cell and its side `[a]`, in pixels of the input, float32.

    Positions are counted by running sums, so that an exported network finds them at any size.
    """
    centres, sides = [], []
    for level, stride in zip(levels, STRIDES, strict=True):
        one = torch.ones_like(level[0, 0], dtype=torch.float32)
        x, y = one.cumsum(1) - 0.5, one.cumsum(0) - 0.5
        centres.append(torch.stack([x, y], -1).flatten(0, 1) * stride)
        sides.append(one.flatten() * stride)
    return torch.cat(centres), torch.cat(sides)


def distances_of(logits: Tensor) -> Tensor:
    """The expected distance to each side, in cells: `[..., 4 * bins]` logits of distributions over 0, 1, 2, …
    to `[..., 4]` (GFL, Li et al. 2020, equation 3).
    """
    chances = logits.unflatten(-1, (4, -1)).softmax(-1)
    bins = torch.arange(chances.shape[-1], dtype=chances.dtype, device=chances.device)
    expected: Tensor = (chances * bins).sum(-1)
    return expected


def boxes_of(levels: list[Tensor]) -> Tensor:
    """The boxes `[b, a, 4]` that logits of distances at each scale, `[b, 4 * bins, h, w]` float32, mean."""
    centres, sides = centres_of(levels)
    before, after = (distances_of(flattened(levels)) * sides[:, None]).chunk(2, -1)
    return torch.cat([centres - before, centres + after], -1)


def iou_of(boxes: Tensor, others: Tensor) -> Tensor:
    """IoU of pairs of boxes `[..., 4]`: `[...]`."""
    low, high = torch.maximum(boxes[..., :2], others[..., :2]), torch.minimum(boxes[..., 2:], others[..., 2:])
    both = (high - low).clamp_min(0).prod(-1)
    areas = (boxes[..., 2:] - boxes[..., :2]).prod(-1) + (others[..., 2:] - others[..., :2]).prod(-1)
    return both / (areas - both + EPSILON)


def complete_iou(boxes: Tensor, others: Tensor) -> Tensor:
    """IoU less a part for the distance of the centres and one for the shapes, of pairs `[..., 4]`: `[...]`.

    Complete IoU, Zheng et al. 2020 (arXiv:1911.08287), equations 8 to 11.
    """
    left, top, right, bottom = boxes.unbind(-1)
    left_o, top_o, right_o, bottom_o = others.unbind(-1)
    width, height, width_o, height_o = right - left, bottom - top, right_o - left_o, bottom_o - top_o
    iou = iou_of(boxes, others)
    hull_x = torch.maximum(right, right_o) - torch.minimum(left, left_o)
    hull_y = torch.maximum(bottom, bottom_o) - torch.minimum(top, top_o)
    apart = ((left + right - left_o - right_o) ** 2 + (top + bottom - top_o - bottom_o) ** 2) / 4
    angles = torch.atan(width_o / (height_o + EPSILON)) - torch.atan(width / (height + EPSILON))
    shape = 4 / math.pi**2 * angles**2
    with torch.no_grad():
        trade = shape / (1 - iou + shape + EPSILON)
    return iou - apart / (hull_x**2 + hull_y**2 + EPSILON) - trade * shape

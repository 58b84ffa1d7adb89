"""How masks are compared with the truth by losses on sets: on points, or whole.

The truth of an image is one map of numbers, 0 for nothing and from 1 on the objects, which do not overlap.
What a form gives in `pairs` is the cost of each query for each object, by which they are matched; what it
gives in `sums` is the loss of the matched ones.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

import torch
import torch.nn.functional as F
from torch import Tensor

Draw = Callable[..., Tensor]
LEAST = 1e-12


@dataclass(frozen=True)
class Matched:
    """The truth of `n` matched masks: the map of numbers of the whole batch int `[b, h, w]`, and the image
    and the number of each mask, int64 `[n]`.
    """

    numbers: Tensor
    image: Tensor
    number: Tensor


class MaskForm(Protocol):
    """A way to compare masks with the truth. `draw` gives uniform random numbers of a shape, as `torch.rand`
    does.
    """

    def pairs(self, masks: Tensor, numbers: Tensor, most: int, draw: Draw) -> tuple[Tensor, Tensor]:
        """Mask and Dice costs float `[b, q, most]` of mask logits `[b, q, h', w']` for the objects 1 to
        `most` of each image, whose map of numbers is int `[b, h, w]`.
        """

    def sums(self, masks: Tensor, truth: Matched, draw: Draw) -> tuple[Tensor, Tensor]:
        """Sums of the mask and the Dice loss, each `[]`, over the matched mask logits `[n, h', w']`."""


def wide(values: Tensor) -> Tensor:
    """The values in float32, or in float64 where they are."""
    return values.to(torch.promote_types(values.dtype, torch.float32))


def dice(p: Tensor, t: Tensor) -> Tensor:
    """1 - soft Dice with 1 added above and below, of probabilities and truth `[n, p]`; `[n]`."""
    both, sizes = (p * t).sum(-1), p.sum(-1) + t.sum(-1)
    return 1 - (2 * both + 1) / (sizes + 1)


def dice_pairs(p: Tensor, t: Tensor) -> Tensor:
    """The same of each pair of `p` `[b, q, p]` and `t` `[b, k, p]`; `[b, q, k]`."""
    both = torch.matmul(p, t.transpose(1, 2))
    return 1 - (2 * both + 1) / (p.sum(-1).unsqueeze(2) + t.sum(-1).unsqueeze(1) + 1)


def neighbours(parts: Tensor, length: int) -> tuple[list[Tensor], list[Tensor]]:
    """The two pixels beside each point along a side of `length`, int64, and their linear weights, 0 for those
    outside; `parts` of the side, from 0 to 1.
    """
    places = parts * length - 0.5
    first = places.floor()
    share = places - first
    # The pixel before the first one and that behind the last one are outside.
    weights = [(1 - share).masked_fill_(first < 0, 0.0), share.masked_fill_(first >= length - 1, 0.0)]
    before = first.long()
    return [before.clamp_min(0), (before + 1).clamp_max_(length - 1)], weights


def corners(points: Tensor, height: int, width: int) -> Iterator[tuple[Tensor, Tensor]]:
    """The four pixels round each point `[n, p, 2]` (x, y as parts of the map's sides): their places in the
    flat map int64 `[n, p]` and their bilinear weights float `[n, p]`.
    """
    columns, horizontal = neighbours(points[..., 0], width)
    rows, vertical = neighbours(points[..., 1], height)
    for row, low in zip(rows, vertical, strict=True):
        start = row * width
        for column, aside in zip(columns, horizontal, strict=True):
            yield start + column, low * aside


def sampled(masks: Tensor, points: Tensor) -> Tensor:
    """Mask logits `[n, c, h, w]` at points `[n, p, 2]`, bilinear; `[n, c, p]`."""
    grid = 2 * points.unsqueeze(1).to(masks.dtype) - 1
    return F.grid_sample(masks, grid, mode="bilinear", align_corners=False).squeeze(2)


@dataclass(frozen=True)
class PointMasks:
    """Cross-entropy and Dice on points (Mask2Former, section 3.3.1): the same uniform ones for all pairs that
    are matched; for the loss the part `importance` of them are, of `oversample` times as many, those where
    the mask is least sure (PointRend, Kirillov et al. 2020, section 3.1), and the rest uniform.
    """

    points: int = 12544
    oversample: float = 3.0
    importance: float = 0.75

    def pairs(self, masks: Tensor, numbers: Tensor, most: int, draw: Draw) -> tuple[Tensor, Tensor]:
        """See `MaskForm`."""
        batch, height, width = numbers.shape
        points = torch.cat([draw(1, self.points, 2) for _ in range(batch)])
        logits = sampled(wide(masks), points)
        shares = points.new_zeros(batch, most + 1, self.points)
        for places, weights in corners(points, height, width):
            owners = numbers.flatten(1).gather(1, places).long()
            shares.scatter_add_(1, owners.unsqueeze(1), weights.unsqueeze(1))
        truth = shares[:, 1:].to(logits.dtype)
        # With truth t the cross-entropy of a logit x is softplus(x) - x t: the first part is no matter of t.
        agreement = torch.matmul(logits, truth.transpose(1, 2))
        entropy = (F.softplus(logits).sum(-1).unsqueeze(2) - agreement) / self.points
        return entropy, dice_pairs(logits.sigmoid(), truth)

    def sums(self, masks: Tensor, truth: Matched, draw: Draw) -> tuple[Tensor, Tensor]:
        """See `MaskForm`."""
        count = masks.shape[0]
        if count == 0:
            nothing = wide(masks).sum()
            return nothing, nothing
        single = wide(masks).unsqueeze(1)
        with torch.no_grad():
            points = self.chosen(single, draw)
            target = torch.zeros_like(points[..., 0])
            starts = (truth.image * truth.numbers[0].numel()).unsqueeze(1)
            for places, weights in corners(points, *truth.numbers.shape[1:]):
                own = truth.numbers.flatten()[starts + places] == truth.number.unsqueeze(1)
                target.addcmul_(weights, own.to(weights.dtype))
            target = target.to(single.dtype)
        logits = sampled(single, points).squeeze(1)
        entropy = F.binary_cross_entropy_with_logits(logits, target, reduction="none").mean(1).sum()
        return entropy, dice(logits.sigmoid(), target).sum()

    def chosen(self, masks: Tensor, draw: Draw) -> Tensor:
        """The points `[n, points, 2]` of the loss of mask logits `[n, 1, h, w]`."""
        count, unsure = masks.shape[0], int(self.importance * self.points)
        candidates = draw(count, int(self.points * self.oversample), 2)
        doubt = -sampled(masks, candidates).squeeze(1).abs()
        best = doubt.topk(unsure, 1, sorted=False).indices
        points = candidates.gather(1, best.unsqueeze(2).expand(-1, -1, 2))
        if unsure < self.points:
            points = torch.cat([points, draw(count, self.points - unsure, 2)], 1)
        return points


@dataclass(frozen=True)
class WholeMasks:
    """Focal loss and Dice on all pixels (MaskFormer, section 3.3; focal loss: Lin et al. 2017, equation 5).

    Pairs are compared at the masks' size, with the truth's nearest pixels; the loss is taken at the truth's
    size.
    """

    alpha: float = 0.25
    gamma: float = 2.0

    def pairs(self, masks: Tensor, numbers: Tensor, most: int, draw: Draw) -> tuple[Tensor, Tensor]:
        """See `MaskForm`."""
        logits = wide(masks).flatten(2)
        small = F.interpolate(numbers.unsqueeze(1).to(logits.dtype), size=masks.shape[-2:], mode="nearest")
        present = torch.arange(1, most + 1, device=numbers.device)
        truth = (small.flatten(2) == present.view(1, -1, 1)).to(logits.dtype)
        p = logits.sigmoid()
        hit = self.alpha * (1 - p) ** self.gamma * F.softplus(-logits)
        miss = (1 - self.alpha) * p**self.gamma * F.softplus(logits)
        focal = torch.matmul(hit - miss, truth.transpose(1, 2)) + miss.sum(-1).unsqueeze(2)
        return focal / logits.shape[-1], dice_pairs(p, truth)

    def sums(self, masks: Tensor, truth: Matched, draw: Draw) -> tuple[Tensor, Tensor]:
        """See `MaskForm`."""
        if masks.shape[0] == 0:
            nothing = wide(masks).sum()
            return nothing, nothing
        size = truth.numbers.shape[-2:]
        large = F.interpolate(wide(masks).unsqueeze(1), size=size, mode="bilinear", align_corners=False)
        logits = large.flatten(1)
        target = (truth.numbers[truth.image] == truth.number.view(-1, 1, 1)).flatten(1).to(logits.dtype)
        entropy = F.binary_cross_entropy_with_logits(logits, target, reduction="none")
        p = logits.sigmoid()
        # Below a focus of 1 the power's slope is infinite at 0, where a pixel is sure.
        focus = (p + target - 2 * p * target).clamp_min(LEAST) ** self.gamma
        weight = self.alpha * target + (1 - self.alpha) * (1 - target)
        return (weight * focus * entropy).mean(1).sum(), dice(p, target).sum()

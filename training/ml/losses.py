"""Losses of semantic segmentation on logits `[b, l, h, w]` and targets `[b, h, w]` (int64, 255 ignored).

A loss is one mean or the sum of several, and each mean is a sum over a mass (of pixels, or of images): so it
can be taken over a batch that several forward passes or several processes share, as over one.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

import torch
import torch.nn.functional as F
from torch import Tensor

from training.ml.data.loader import Batch
from training.ml.ranks import across, size

IGNORE = 255
LEAST = 1e-12


def upsampled(logits: Tensor, targets: Tensor) -> Tensor:
    """Logits at the targets' size, bilinear with half-pixel centres, as the paper trains."""
    return F.interpolate(logits, size=targets.shape[-2:], mode="bilinear", align_corners=False)


def cross_entropy(
    logits: Tensor, targets: Tensor, weight: Tensor | None = None, smoothing: float = 0.0
) -> Tensor:
    """Weighted sum of -log p over the pixels that count."""
    return F.cross_entropy(
        logits, targets, weight, ignore_index=IGNORE, label_smoothing=smoothing, reduction="sum"
    )


def share_of(targets: Tensor, weight: Tensor | None) -> Tensor:
    """The weight of each pixel in a mean, `[b, h, w]` float32: its label's, or 1; 0 where ignored."""
    valid = targets != IGNORE
    return valid.float() if weight is None else weight[torch.where(valid, targets, 0)] * valid


def pixels(targets: Tensor, weight: Tensor | None = None) -> Tensor:
    """The mass of a mean over pixels, `[]`."""
    return share_of(targets, weight).sum()


def images(targets: Tensor) -> Tensor:
    """The mass of a mean over images, `[]`: those that have a pixel that counts."""
    return (targets != IGNORE).flatten(1).any(1).float().sum()


def surprise(logits: Tensor, targets: Tensor) -> Tensor:
    """-log p of each pixel's label, `[b, h, w]`; that of an ignored pixel means nothing."""
    valid = targets != IGNORE
    return -F.log_softmax(logits, 1).gather(1, torch.where(valid, targets, 0).unsqueeze(1)).squeeze(1)


def focal(logits: Tensor, targets: Tensor, weight: Tensor | None = None, gamma: float = 2.0) -> Tensor:
    """Sum of -(1 - p)^gamma log p over the pixels that count (Lin et al. 2017, equation 4; `weight` is its
    alpha).
    """
    terms = surprise(logits, targets)
    # Below a focus of 1 the power's slope is infinite at 0, where a pixel is sure.
    focus: Tensor = (1 - (-terms).exp()).clamp_min(LEAST) ** gamma
    total: Tensor = (focus * terms * share_of(targets, weight)).sum()
    return total


def dice(logits: Tensor, targets: Tensor, shared: bool = False) -> Tensor:
    """1 - mean soft Dice (Milletari et al. 2016, with plain sums below) over the labels in the batch's truth.

    Per label 2 sum(p t) / (sum(p) + sum(t)), the sums over all pixels of the batch that count; where it is
    `shared`, over those of all ranks.
    """
    valid = (targets != IGNORE).unsqueeze(1)
    p = logits.softmax(1) * valid
    t = one_hot(targets, logits.shape[1]) * valid
    parts = torch.stack([(p * t).sum((0, 2, 3)), p.sum((0, 2, 3)), t.sum((0, 2, 3)).to(p.dtype)])
    both, predicted, truth = across(parts) if shared else parts
    scores = 2 * both / (predicted + truth).clamp_min(LEAST)
    present = (truth > 0).to(p.dtype)
    total = ((1 - scores) * present).sum()
    whole: Tensor = total / present.sum().clamp_min(1)
    return whole


def one_hot(targets: Tensor, labels: int) -> Tensor:
    """`[b, l, h, w]` of 0 and 1; ignored pixels are label 0."""
    return F.one_hot(torch.where(targets != IGNORE, targets, 0), labels).permute(0, 3, 1, 2)


def lovasz_softmax(logits: Tensor, targets: Tensor) -> Tensor:
    """Sum over images of the Lovász extension of 1 - IoU, meaned over the labels in the image's truth (Berman
    et al. 2018, section 3 and algorithm 1).

    The errors |t - p| of a label, sorted downwards, are weighed by what each adds to the Jaccard loss of the
    pixels before it. An ignored pixel has no error and comes last, where it adds nothing.
    """
    valid = (targets != IGNORE).unsqueeze(1)
    t = (one_hot(targets, logits.shape[1]) * valid).flatten(2).float()
    errors = (t - logits.softmax(1).flatten(2)).abs() * valid.flatten(2)
    errors, order = errors.sort(dim=2, descending=True)
    t = t.gather(2, order)
    truth = t.sum(2, keepdim=True)
    jaccard = 1 - (truth - t.cumsum(2)) / (truth + (1 - t).cumsum(2)).clamp_min(1)
    steps = torch.cat([jaccard[..., :1], jaccard[..., 1:] - jaccard[..., :-1]], 2)
    present = (truth.squeeze(2) > 0).float()
    return (((errors * steps).sum(2) * present).sum(1) / present.sum(1).clamp_min(1)).sum()


def ohem_cross_entropy(
    logits: Tensor, targets: Tensor, weight: Tensor | None = None, threshold: float = 0.7, keep: float = 0.1
) -> Tensor:
    """Sum over images of the weighted mean of -log p over the image's hard pixels (online hard example
    mining, Shrivastava et al. 2016, section 4, on pixels).

    Hard are those whose label has a probability below `threshold`, and at least the part `keep` of the pixels
    that count, the hardest first.
    """
    terms, valid = surprise(logits, targets).flatten(1), (targets != IGNORE).flatten(1)
    ranked, order = terms.detach().masked_fill(~valid, -1.0).sort(dim=1, descending=True)
    below = (ranked > -torch.log(torch.tensor(threshold))).sum(1)
    count = torch.maximum(below, (valid.sum(1) * keep).ceil().long())
    kept = torch.arange(terms.shape[1], device=terms.device) < count.unsqueeze(1)
    share = share_of(targets, weight).flatten(1).gather(1, order) * kept
    return ((terms.gather(1, order) * share).sum(1) / share.sum(1).clamp_min(LEAST)).sum()


class Criterion(Protocol):
    """What a model is trained by: the sum of its terms' means, each a total over a mass, of what the model
    gives in training. `totals` is what a batch adds to each term's sum and `masses` what it adds to its mass,
    both float32 `[terms]`; of this rank alone, where the batch is `shared`.
    """

    @property
    def terms(self) -> Sequence[object]: ...

    def targets(self, batch: Batch, device: torch.device) -> Any: ...

    def totals(self, raw: Any, targets: Any, shared: bool = False) -> Tensor: ...

    def masses(self, targets: Any, shared: bool = False) -> Tensor: ...


@runtime_checkable
class Rescaled(Protocol):
    """A criterion whose true mass only the model's answers tell: `scale` of all totals and masses of a step
    is what its loss, and the gradient, are multiplied by.
    """

    def scale(self, totals: Tensor, masses: Tensor) -> Tensor: ...


@dataclass(frozen=True)
class Term:
    """A mean: `total` of logits and targets over `mass` of targets, both `[]`. One that is no sum over pixels
    or images takes, as its third argument, whether the ranks share the batch.
    """

    total: Callable[[Tensor, Tensor, bool], Tensor]
    mass: Callable[[Tensor, bool], Tensor]


@dataclass(frozen=True)
class Loss:
    """The sum of its terms, each a mean, of logits at any size."""

    terms: Sequence[Term]

    def targets(self, batch: Batch, device: torch.device) -> Tensor:
        """The targets uint8 `[b, h, w]` on the device."""
        return batch.targets.to(device, non_blocking=True)

    def totals(self, logits: Tensor, targets: Tensor, shared: bool = False) -> Tensor:
        """What a batch adds to each term's sum, float32 `[terms]`; of this rank, where the batch is
        `shared`.
        """
        large, wide = upsampled(logits.float(), targets), targets.long()
        return torch.stack([term.total(large, wide, shared) for term in self.terms])

    def masses(self, targets: Tensor, shared: bool = False) -> Tensor:
        """What a batch adds to each term's mass, float32 `[terms]`."""
        wide = targets.long()
        return torch.stack([term.mass(wide, shared) for term in self.terms])

    def __call__(self, logits: Tensor, targets: Tensor) -> Tensor:
        """The loss of a batch, float32 `[]`; 0 where no pixel counts."""
        return mean(self.totals(logits, targets), self.masses(targets))


def mean(totals: Tensor, masses: Tensor) -> Tensor:
    """The loss of totals and masses that were added up, `[]`, before it is rescaled."""
    return (totals / masses.clamp_min(LEAST)).sum()


def scale_of(criterion: Criterion, totals: Tensor, masses: Tensor) -> Tensor | None:
    """What the loss of a step and its gradient are multiplied by, None where by nothing."""
    return criterion.scale(totals, masses) if isinstance(criterion, Rescaled) else None


COMBINED = {
    "cross_entropy_dice": ("cross_entropy", "dice"),
    "cross_entropy_lovasz": ("cross_entropy", "lovasz"),
    "focal_dice": ("focal", "dice"),
}


def make_loss(
    name: str,
    weight: Tensor | None = None,
    smoothing: float = 0.0,
    gamma: float = 2.0,
    threshold: float = 0.7,
    keep: float = 0.1,
) -> Loss:
    """The loss called `name`; combined ones are plain sums."""

    def weighed(targets: Tensor, shared: bool) -> Tensor:
        return pixels(targets, weight)

    def counted(targets: Tensor, shared: bool) -> Tensor:
        return images(targets)

    def part(targets: Tensor, shared: bool) -> Tensor:
        # Each rank holds the whole value already: the ranks' parts of it add up to it.
        return torch.tensor(1.0 / (size() if shared else 1), device=targets.device)

    def whole_dice(logits: Tensor, targets: Tensor, shared: bool) -> Tensor:
        return dice(logits, targets, shared) / (size() if shared else 1)

    terms = {
        "cross_entropy": Term(lambda x, y, _: cross_entropy(x, y, weight, smoothing), weighed),
        "focal": Term(lambda x, y, _: focal(x, y, weight, gamma), weighed),
        "dice": Term(whole_dice, part),
        "lovasz": Term(lambda x, y, _: lovasz_softmax(x, y), counted),
        "ohem": Term(lambda x, y, _: ohem_cross_entropy(x, y, weight, threshold, keep), counted),
    }
    return Loss([terms[item] for item in COMBINED.get(name, (name,))])


def balanced_weights(shares: list[float]) -> Tensor:
    """Inverse square roots of the labels' shares of the pixels, float32 `[l]`, their mean over present labels
    1.

    A label without pixels gets 1: it takes no part in the loss.
    """
    share = torch.tensor(shares, dtype=torch.float64)
    present = share > 0
    weights = torch.where(present, share.clamp_min(1e-12).rsqrt(), 0.0)
    weights = weights / (weights.sum() / present.sum().clamp_min(1)).clamp_min(1e-12)
    return torch.where(present, weights, 1.0).float()

"""Losses of semantic segmentation on logits `[b, l, h, w]` and targets `[b, h, w]` (int64, 255 ignored)."""

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor

IGNORE = 255
Loss = Callable[[Tensor, Tensor], Tensor]


def upsampled(logits: Tensor, targets: Tensor) -> Tensor:
    """Logits at the targets' size, bilinear with half-pixel centres, as the paper trains."""
    return F.interpolate(logits, size=targets.shape[-2:], mode="bilinear", align_corners=False)


def cross_entropy(
    logits: Tensor, targets: Tensor, weight: Tensor | None = None, smoothing: float = 0.0
) -> Tensor:
    """Weighted mean of -log p over the pixels that count; 0 where none does, which torch's own mean makes
    NaN.
    """
    total = F.cross_entropy(
        logits, targets, weight, ignore_index=IGNORE, label_smoothing=smoothing, reduction="sum"
    )
    return total / share_of(targets, weight, logits.dtype).sum().clamp_min(1e-12)


def share_of(targets: Tensor, weight: Tensor | None, dtype: torch.dtype) -> Tensor:
    """The weight of each pixel in a mean, `[b, h, w]`: its label's, or 1, and 0 where it is ignored."""
    valid = targets != IGNORE
    return valid.to(dtype) if weight is None else weight[torch.where(valid, targets, 0)] * valid


def focal(logits: Tensor, targets: Tensor, weight: Tensor | None = None, gamma: float = 2.0) -> Tensor:
    """Mean of -(1 - p)^gamma log p over the pixels that count (Lin et al. 2017, equation 4; `weight` is its
    alpha).
    """
    valid = targets != IGNORE
    log_p = F.log_softmax(logits, 1).gather(1, torch.where(valid, targets, 0).unsqueeze(1)).squeeze(1)
    terms = -((1 - log_p.exp()) ** gamma) * log_p
    share = share_of(targets, weight, terms.dtype)
    return (terms * share).sum() / share.sum().clamp_min(1e-12)


def dice(logits: Tensor, targets: Tensor) -> Tensor:
    """1 - mean soft Dice (Milletari et al. 2016, with plain sums below) over the labels in the batch's truth.

    Per label 2 sum(p t) / (sum(p) + sum(t)), the sums over all pixels of the batch that count.
    """
    valid = (targets != IGNORE).unsqueeze(1)
    p = logits.softmax(1) * valid
    t = F.one_hot(torch.where(valid.squeeze(1), targets, 0), logits.shape[1]).permute(0, 3, 1, 2) * valid
    truth = t.sum((0, 2, 3)).to(p.dtype)
    scores = 2 * (p * t).sum((0, 2, 3)) / (p.sum((0, 2, 3)) + truth).clamp_min(1e-12)
    present = (truth > 0).to(p.dtype)
    return ((1 - scores) * present).sum() / present.sum().clamp_min(1)


def make_loss(name: str, weight: Tensor | None = None, smoothing: float = 0.0, gamma: float = 2.0) -> Loss:
    """The loss called `name`, of logits at any size against targets; combined ones are plain sums."""
    terms: dict[str, Loss] = {
        "cross_entropy": lambda logits, targets: cross_entropy(logits, targets, weight, smoothing),
        "focal": lambda logits, targets: focal(logits, targets, weight, gamma),
        "dice": dice,
    }
    names = {"cross_entropy_dice": ("cross_entropy", "dice"), "focal_dice": ("focal", "dice")}.get(
        name, (name,)
    )
    chosen = [terms[part] for part in names]

    def loss(logits: Tensor, targets: Tensor) -> Tensor:
        large = upsampled(logits.float(), targets)
        return torch.stack([term(large, targets) for term in chosen]).sum()

    return loss


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

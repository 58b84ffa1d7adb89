"""Weights that are zero and stay it: magnitude pruning without structure (Han et al., 2015, arXiv:1506.02626)
and two of every four (Mishra et al., 2021, arXiv:2104.08378).
"""

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from training.ml.compression_fields import TWO_OF_FOUR
from training.ml.models import Architecture
from training.ml.pruning import LEAST_KEPT

Masks = Mapping[str, Tensor]


def candidates(model: nn.Module, family: Architecture, method: str) -> dict[str, Tensor]:
    """The weights that may become zero, by name: those of linear layers and convolutions but the classifier's
    and depth-wise ones; for 2:4 those whose inputs come in fours.
    """
    kinds = (nn.Linear, nn.Conv2d) if method == TWO_OF_FOUR else (nn.Linear, nn.Conv2d, nn.ConvTranspose2d)
    found = {}
    for name, module in model.named_modules():
        if not isinstance(module, kinds) or getattr(module, "groups", 1) > 1:
            continue
        weight = module.weight
        if f"{name}.".startswith(family.classifier_prefix) or min(weight.shape[:2]) < 2:
            continue
        if method != TWO_OF_FOUR or weight.shape[1] % 4 == 0:
            found[f"{name}.weight"] = weight.detach()
    return found


def two_of_four(weight: Tensor) -> Tensor:
    """Of every four inputs in a row the two larger weights, bool like `weight` `[out, in, ...]`."""
    fours = weight.abs().movedim(1, -1).unflatten(-1, (-1, 4))
    places = fours.topk(2, dim=-1).indices
    kept = torch.zeros_like(fours, dtype=torch.bool).scatter_(-1, places, True)
    return kept.flatten(-2).movedim(-1, 1)


def largest(weight: Tensor, share: float) -> Tensor:
    """The larger weights without the part `share`, bool like `weight`."""
    count = round(weight.numel() * (1 - share))
    kept = torch.zeros(weight.numel(), dtype=torch.bool, device=weight.device)
    kept[weight.abs().flatten().topk(count).indices] = True
    return kept.view_as(weight)


def masks(
    model: nn.Module, family: Architecture, method: str, share: float, spread: str
) -> dict[str, Tensor]:
    """What stays of each weight, bool. "global" has one threshold for all, but a tenth of each stays."""
    weights = candidates(model, family, method)
    if method == TWO_OF_FOUR:
        return {name: two_of_four(weight) for name, weight in weights.items()}
    if spread == "uniform":
        return {name: largest(weight, share) for name, weight in weights.items()}
    sizes = torch.cat([weight.abs().flatten() for weight in weights.values()])
    threshold = sizes.kthvalue(max(1, round(share * len(sizes)))).values
    return {
        name: (weight.abs() > threshold) | largest(weight, 1 - LEAST_KEPT) for name, weight in weights.items()
    }


@torch.no_grad()
def apply(model: nn.Module, kept: Masks) -> None:
    """Set what does not stay to zero."""
    for name, mask in kept.items():
        model.get_parameter(name).mul_(mask)


def hold(model: nn.Module, kept: Masks, optimizer: Optimizer) -> None:
    """Keep it zero after every step of the optimiser."""

    def after(*_: Any) -> None:
        apply(model, kept)

    optimizer.register_step_post_hook(after)

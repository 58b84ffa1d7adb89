"""Optimisers, parameter groups and learning-rate schedules."""

import math
from collections.abc import Mapping
from typing import Any

import torch
from torch import nn
from torch.optim import SGD, AdamW, Optimizer

NORMS = (nn.LayerNorm, nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d, nn.GroupNorm)


def parameter_groups(
    model: nn.Module, backbone: str, given: Mapping[str, Any], backbone_lr: float
) -> list[dict[str, Any]]:
    """Four groups (backbone or head, decayed or not) with the factor of their rate in `scale`.

    Norms and biases are not decayed; parameters that need no gradient are left out.
    """
    spared = {id(p) for m in model.modules() if isinstance(m, NORMS) for p in m.parameters(recurse=False)}
    groups: dict[tuple[bool, bool], dict[str, Any]] = {}
    for name, parameter in model.named_parameters():
        if not parameter.requires_grad:
            continue
        in_backbone = name.startswith(backbone)
        decayed = parameter.ndim > 1 and id(parameter) not in spared
        group = groups.setdefault((in_backbone, decayed), {"params": []})
        group["params"].append(parameter)
        group["scale"] = backbone_lr if in_backbone else given["head_lr_multiplier"]
        group["weight_decay"] = given["weight_decay"] if decayed else 0.0
    return list(groups.values())


def make_optimizer(groups: list[dict[str, Any]], given: Mapping[str, Any]) -> Optimizer:
    """AdamW (Loshchilov and Hutter 2019) or SGD with Nesterov momentum, with the hyperparameters' names."""
    rate = given["learning_rate"]
    if given["optimizer"] == "sgd":
        momentum = given["momentum"]
        return SGD(groups, lr=rate, momentum=momentum, nesterov=momentum > 0)
    return AdamW(groups, lr=rate, fused=True)


def rate_at(step: int, total: int, given: Mapping[str, Any]) -> float:
    """Learning rate of the step (counted from 1) before the groups' scales.

    Linear warm-up over `warmup_steps`, then from the peak towards zero at `total + 1`: as (1 - x)^power
    (poly), as (1 + cos(pi x)) / 2 (cosine), or constant, where x is the part of the remaining steps that has
    passed.
    """
    peak, warmup = float(given["learning_rate"]), min(int(given["warmup_steps"]), total)
    if step <= warmup:
        return peak * step / warmup
    passed = (step - warmup - 1) / max(total - warmup, 1)
    if given["schedule"] == "poly":
        return peak * float((1 - passed) ** given["poly_power"])
    if given["schedule"] == "cosine":
        return peak * (1 + math.cos(math.pi * passed)) / 2
    return peak


def set_rate(optimizer: Optimizer, rate: float) -> None:
    """Set the rate of every group, times its scale."""
    for group in optimizer.param_groups:
        group["lr"] = rate * group["scale"]


class MovingAverage:
    """An exponential moving average of a model's parameters; buffers are copied.

    The decay at step n is min(decay, (1 + n) / (10 + n)), so that early steps are forgotten.
    """

    def __init__(self, model: nn.Module, decay: float) -> None:
        self.decay = decay
        self.state = {name: value.detach().clone() for name, value in model.state_dict().items()}

    @torch.no_grad()
    def update(self, model: nn.Module, step: int) -> None:
        """Take in the model's weights after `step`."""
        decay = min(self.decay, (1 + step) / (10 + step))
        for name, value in model.state_dict().items():
            mean = self.state[name]
            if mean.is_floating_point():
                mean.lerp_(value, 1 - decay)
            else:
                mean.copy_(value)

"""Optimisers, parameter groups and learning-rate schedules."""

import math
from collections.abc import Mapping
from typing import Any

import torch
from torch import nn
from torch.optim import SGD, AdamW, Optimizer

from training.ml.lion import Lion

NORMS = (nn.LayerNorm, nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d, nn.GroupNorm)


def parameter_groups(
    model: nn.Module, backbone: str, given: Mapping[str, Any], backbone_lr: float
) -> list[dict[str, Any]]:
    """Groups (backbone or head, each layer's rate, decayed or not) with the factor of their rate in `scale`.

    Norms and biases are not decayed; parameters that need no gradient are left out. The last layer of the
    backbone has its rate times `layer_decay`, and each one before it times that again (Bao et al. 2022,
    BEiT, appendix).
    """
    layers = backbone_layers(model, backbone)
    last = max(layers.values(), default=0)
    spared = {id(p) for m in model.modules() if isinstance(m, NORMS) for p in m.parameters(recurse=False)}
    groups: dict[tuple[bool, float, bool], dict[str, Any]] = {}
    for name, parameter in model.named_parameters():
        if not parameter.requires_grad:
            continue
        in_backbone = name.startswith(backbone)
        decayed = parameter.ndim > 1 and id(parameter) not in spared
        scale = given["head_lr_multiplier"]
        if in_backbone:
            scale = backbone_lr * given["layer_decay"] ** (last + 1 - layers[name])
        group = groups.setdefault((in_backbone, scale, decayed), {"params": []})
        group["params"].append(parameter)
        group["scale"] = scale
        group["weight_decay"] = given["weight_decay"] if decayed else 0.0
    return list(groups.values())


def backbone_layers(model: nn.Module, backbone: str) -> dict[str, int]:
    """The layer of each parameter of the backbone: how many blocks, members of the innermost lists of
    modules, have begun up to it. What stands between blocks goes with the block before it.
    """
    members = {
        f"{name}.{index}."
        for name, module in model.named_modules()
        if isinstance(module, nn.ModuleList) and f"{name}.".startswith(backbone)
        for index in range(len(module))
    }
    blocks = {m for m in members if not any(other != m and other.startswith(m) for other in members)}
    begun: set[str] = set()
    layers = {}
    for name, _ in model.named_parameters():
        if name.startswith(backbone):
            begun |= {block for block in blocks if name.startswith(block)}
            layers[name] = len(begun)
    return layers


def make_optimizer(groups: list[dict[str, Any]], given: Mapping[str, Any]) -> Optimizer:
    """AdamW (Loshchilov and Hutter 2019), Lion or SGD, with the hyperparameters' names."""
    rate = given["learning_rate"]
    if given["optimizer"] == "sgd":
        momentum = given["momentum"]
        return SGD(groups, lr=rate, momentum=momentum, nesterov=given["nesterov"] and momentum > 0)
    second = given["beta2"]
    if given["optimizer"] == "lion":
        return Lion(groups, lr=rate, betas=(given["beta1"], 0.99 if second is None else second))
    return AdamW(groups, lr=rate, betas=(given["beta1"], 0.999 if second is None else second), fused=True)


def rate_at(step: int, total: int, given: Mapping[str, Any]) -> float:
    """Learning rate of the step (counted from 1) before the groups' scales.

    Linear warm-up over `warmup_steps`, then from the peak towards zero at `total + 1`: as (1 - x)^power
    (poly), as (1 + cos(pi x)) / 2 (cosine), or constant, where x is the part of the remaining steps that has
    passed. The one-cycle schedule has its own rise.
    """
    if given["schedule"] == "one_cycle":
        return one_cycle(step, total, float(given["learning_rate"]), float(given["one_cycle_rise"]))
    peak, warmup = float(given["learning_rate"]), min(int(given["warmup_steps"]), total)
    if step <= warmup:
        return peak * step / warmup
    passed = (step - warmup - 1) / max(total - warmup, 1)
    if given["schedule"] == "poly":
        return peak * float((1 - passed) ** given["poly_power"])
    if given["schedule"] == "cosine":
        return peak * (1 + math.cos(math.pi * passed)) / 2
    return peak


def one_cycle(step: int, total: int, peak: float, rise: float) -> float:
    """The rate of the one-cycle policy (Smith and Topin 2018, section 4) in cosines: from peak / 25 up to the
    peak over the part `rise` of the steps, and down to peak / 250,000.
    """
    top, last = rise * total - 1, total - 1
    place = step - 1
    if place <= top:
        start, end, passed = peak / 25, peak, place / top if top > 0 else 1.0
    else:
        start, end, passed = peak, peak / 250_000, (place - top) / (last - top)
    return end + (start - end) * (1 + math.cos(math.pi * passed)) / 2


def set_rate(optimizer: Optimizer, rate: float) -> None:
    """Set the rate of every group, times its scale."""
    for group in optimizer.param_groups:
        group["lr"] = rate * group["scale"]


class MovingAverage:
    """An exponential moving average of a model's parameters and of its buffers of real numbers, such as the
    statistics of batch norms; other buffers are copied.

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

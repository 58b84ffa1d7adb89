"""Structured pruning: which heads and channels of a trained model matter least."""

import math
from collections.abc import Iterable, Mapping, Sequence

import torch
from torch import Tensor, nn

from training.ml.data.loader import Batch
from training.ml.losses import Criterion, mean, scale_of
from training.ml.models.prunable import HEADS, Group, groups_of, rows_of, value_of
from training.ml.validation import raw_of

# Of each layer at least this part stays.
LEAST_KEPT = 0.1
# Widths become multiples of the largest of these that is no more than a quarter of the layer: what vector
# units and their blocked layouts take whole.
MULTIPLES = (16, 8, 4, 1)

Scores = Mapping[str, Tensor]


def magnitudes(model: nn.Module, groups: Sequence[Group]) -> dict[str, Tensor]:
    """The norm of each unit's weights relative to the mean of its group's, float32 `[units]`."""
    found = {}
    for group in groups:
        squares = torch.zeros(group.units)
        for part in group.parts:
            value = value_of(model, part.tensor).detach()
            if value.ndim > 1:
                squares += rows_of(value, part, group.units).float().square().sum(1).cpu()
        norms = squares.sqrt()
        found[group.name] = norms / norms.mean().clamp_min(1e-12)
    return found


def taylor(
    model: nn.Module,
    groups: Sequence[Group],
    criterion: Criterion,
    batches: Iterable[Batch],
    device: torch.device,
) -> dict[str, Tensor]:
    """How much the loss would change without each unit, squared and meaned over the batches, float32
    `[units]` (Molchanov et al. 2019, equation 8, with the gate that multiplies a unit's outputs).

    The gate's slope is the sum of weight times gradient over what reads the unit. The model is in eval mode.
    """
    model.eval()
    parameters = dict(model.named_parameters())
    found = {group.name: torch.zeros(group.units) for group in groups}
    count = 0
    for batch in batches:
        targets = criterion.targets(batch, device)
        totals = criterion.totals(raw_of(model, batch.images.to(device)), targets)
        masses = criterion.masses(targets)
        scale = scale_of(criterion, totals.detach(), masses)
        loss = mean(totals, masses) * (1 if scale is None else scale)
        slopes = torch.autograd.grad(loss, list(parameters.values()), allow_unused=True)
        gradients = dict(zip(parameters, slopes, strict=True))
        for group in groups:
            gate = torch.zeros(group.units)
            for part in group.parts:
                gradient = gradients.get(part.tensor)
                if part.read and gradient is not None:
                    product = parameters[part.tensor].detach() * gradient
                    gate += rows_of(product, part, group.units).sum(1).cpu()
            found[group.name] += gate.square()
        count += 1
    return {name: score / max(count, 1) for name, score in found.items()}


def chosen(
    model: nn.Module, groups: Sequence[Group], scores: Scores, share: float, spread: str
) -> dict[str, list[int]]:
    """The units that stay of each group that loses some, when the part `share` of all leaves: of each group
    ("uniform"), or wherever they score least for what they cost in weights ("global").
    """
    if share <= 0:
        return {}
    kept = {}
    counts = across(model, groups, scores, share) if spread == "global" else {}
    for group in groups:
        count = rounded(counts.get(group.name, group.units * (1 - share)), group)
        if count < group.units:
            best = scores[group.name].topk(count).indices
            kept[group.name] = sorted(best.tolist())
    return kept


def across(model: nn.Module, groups: Sequence[Group], scores: Scores, share: float) -> dict[str, float]:
    """How many units of each group stay when the least worthy of all leave, until these had the part `share`
    of the units' weights.
    """
    costs = {group.name: cost(model, group) for group in groups}
    values = torch.cat([scores[group.name] / costs[group.name] for group in groups])
    owners = [group for group in groups for _ in range(group.units)]
    left = {group.name: float(group.units) for group in groups}
    due = share * sum(costs[group.name] * group.units for group in groups)
    for place in values.argsort(stable=True).tolist():
        if due <= 0:
            break
        group = owners[place]
        if left[group.name] - 1 >= least(group):
            left[group.name] -= 1
            due -= costs[group.name]
    return left


def cost(model: nn.Module, group: Group) -> float:
    """Weights of one unit."""
    values = ((value_of(model, part.tensor), part) for part in group.parts)
    return sum(value.numel() / value.shape[part.axis] * part.size for value, part in values)


def least(group: Group) -> int:
    """How many units stay in any case."""
    return max(1, math.ceil(LEAST_KEPT * group.units))


def rounded(count: float, group: Group) -> int:
    """About so many units, at least the least, as a number that runs well."""
    multiple = 1
    if group.kind != HEADS:
        multiple = next(each for each in MULTIPLES if each == 1 or 4 * each <= group.units)
    near = max(multiple, math.floor(count / multiple + 0.5) * multiple)
    return min(group.units, max(near, least(group)))


def prune(
    model: nn.Module,
    share: float,
    importance: str,
    spread: str,
    criterion: Criterion,
    batches: Iterable[Batch],
    device: torch.device,
) -> dict[str, list[int]]:
    """Which units of each group stay; the model is as it was."""
    groups = [group for group in groups_of(model) if group.units > 1]
    if importance == "taylor":
        scores = taylor(model, groups, criterion, batches, device)
    else:
        scores = magnitudes(model, groups)
    return chosen(model, groups, scores, share, spread)


def widths_of(model: nn.Module, kept: Iterable[str]) -> dict[str, int]:
    """How many units the named groups of a model have now."""
    names = set(kept)
    return {group.name: group.units for group in groups_of(model) if group.name in names}

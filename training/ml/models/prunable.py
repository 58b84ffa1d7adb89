"""Which parameters of a model belong together, so that a head or a channel leaves with all that is its own.

A module says of its own units (attention heads, channels between two layers) in a method `prunable`, with
names relative to itself. What residuals tie together, and what a norm averages over, is no unit: without it
the rest would compute something else. To take a unit away that contributes nothing changes no output.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, runtime_checkable

import torch
from torch import Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm

from training.ml.failures import Failure

HEADS, CHANNELS = "heads", "channels"
# What a layer has one number an output of, besides its weight.
VECTORS = ("bias", "running_mean", "running_var")
Layer = nn.Linear | nn.Conv2d | nn.ConvTranspose2d | _BatchNorm


@dataclass(frozen=True)
class Part:
    """A stretch along an axis of a parameter or buffer: unit u has the `size` places from `start + u * size`
    on. `read`: what the next layer multiplies the unit's outputs by.
    """

    tensor: str
    axis: int
    start: int = 0
    size: int = 1
    read: bool = False


@dataclass(frozen=True)
class Group:
    """Units that may leave one by one: how many there are, and where they lie. `counter` is the attribute
    that counts them, where the module has one.
    """

    name: str
    units: int
    parts: tuple[Part, ...]
    kind: str = CHANNELS
    counter: str | None = None

    def within(self, prefix: str) -> "Group":
        """The group with names as seen from a module that holds this one's as `prefix`."""
        if not prefix:
            return self
        counter = None if self.counter is None else f"{prefix}.{self.counter}"
        parts = tuple(replace(part, tensor=f"{prefix}.{part.tensor}") for part in self.parts)
        return replace(self, name=f"{prefix}.{self.name}", parts=parts, counter=counter)


@runtime_checkable
class Prunable(Protocol):
    """A module with units of its own."""

    def prunable(self) -> Iterable[Group]: ...


def width_group(
    module: nn.Module, name: str, makers: Sequence[str], *readers: str | tuple[str, int]
) -> Group:
    """Channels that the layers called `makers` give, each the same ones (as a convolution, its norm, and a
    depth-wise convolution do), and that the `readers` take, from their first input or a later one on.
    """
    places = [(reader, 0) if isinstance(reader, str) else reader for reader in readers]
    parts = [*made(module, *makers), *(part for place in places for part in read(module, *place))]
    return Group(name, outputs_of(module, makers[0]), tuple(parts))


def head_group(units: int, parts: Iterable[Part], counter: str = "heads") -> Group:
    """Attention heads, which the module counts in `counter`."""
    return Group("heads", units, tuple(parts), HEADS, counter)


def layer_of(module: nn.Module, name: str) -> Layer:
    """The layer called `name` within a module."""
    layer = module.get_submodule(name)
    assert isinstance(layer, nn.Linear | nn.Conv2d | nn.ConvTranspose2d | _BatchNorm)
    return layer


def outputs_of(module: nn.Module, name: str) -> int:
    """How many outputs the linear layer or convolution called `name` has."""
    layer = layer_of(module, name)
    return layer.weight.shape[1 if isinstance(layer, nn.ConvTranspose2d) else 0]


def inputs_of(module: nn.Module, name: str) -> int:
    """How many inputs the linear layer or convolution called `name` has."""
    layer = layer_of(module, name)
    return layer.weight.shape[0 if isinstance(layer, nn.ConvTranspose2d) else 1]


def made(module: nn.Module, *names: str, size: int = 1) -> list[Part]:
    """The outputs of linear layers, of convolutions (depth-wise: their channels) and of batch norms."""
    parts = []
    for name in names:
        layer = layer_of(module, name)
        axis = 1 if isinstance(layer, nn.ConvTranspose2d) else 0
        others = [each for each in VECTORS if getattr(layer, each, None) is not None]
        parts += [
            Part(f"{name}.weight", axis, size=size),
            *(Part(f"{name}.{each}", 0, size=size) for each in others),
        ]
    return parts


def read(module: nn.Module, name: str, start: int = 0, size: int = 1) -> list[Part]:
    """The inputs of the linear layer or convolution called `name`, from `start` on."""
    axis = 0 if isinstance(layer_of(module, name), nn.ConvTranspose2d) else 1
    return [Part(f"{name}.weight", axis, start, size, read=True)]


def inner_width(module: nn.Module) -> Group:
    """The width between the linear layers `fc1` and `fc2`."""
    return width_group(module, "wide", ["fc1"], "fc2")


def attention_heads(module: nn.Module, heads: int, out: str, *more: Part) -> Group:
    """The heads of an attention with the layers `q_proj`, `k_proj`, `v_proj` and `out`, and what else has a
    place for each.
    """
    each = outputs_of(module, "q_proj") // heads
    asked = made(module, "q_proj", "k_proj", "v_proj", size=each)
    return head_group(heads, [*asked, *read(module, out, size=each), *more])


def groups_of(model: nn.Module) -> list[Group]:
    """All groups of a model as it is now, with the names of its state dict."""
    return [
        group.within(prefix)
        for prefix, module in model.named_modules()
        if isinstance(module, Prunable)
        for group in module.prunable()
    ]


def narrow(model: nn.Module, kept: Mapping[str, Sequence[int]]) -> None:
    """Let only the `kept` units of each named group stay, in place. Raises `Failure` where the model has no
    such group or no such unit.
    """
    groups = {group.name: group for group in groups_of(model)}
    stays: dict[tuple[str, int], Tensor] = {}
    for name, units in kept.items():
        group = groups.get(name)
        if group is None or not units or not set(units) <= set(range(group.units)):
            detail = f"It has no {max(units, default=-1) + 1} units {name}."
            raise Failure("The pruned model cannot be built", detail, "Choose the model that it was made of.")
        staying = torch.zeros(group.units, dtype=torch.bool)
        staying[list(units)] = True
        for part in group.parts:
            length = value_of(model, part.tensor).shape[part.axis]
            mask = stays.setdefault((part.tensor, part.axis), torch.ones(length, dtype=torch.bool))
            mask[part.start : part.start + group.units * part.size] = staying.repeat_interleave(part.size)
        if group.counter is not None:
            owner, _, attribute = group.counter.rpartition(".")
            setattr(model.get_submodule(owner), attribute, len(set(units)))
    touched: dict[str, nn.Module] = {}
    for (tensor, axis), mask in stays.items():
        owner, _, attribute = tensor.rpartition(".")
        module = touched.setdefault(owner, model.get_submodule(owner))
        value = getattr(module, attribute)
        fewer = value.detach().index_select(axis, mask.nonzero().squeeze(1).to(value.device))
        if isinstance(value, nn.Parameter):
            fewer = nn.Parameter(fewer, value.requires_grad)
        setattr(module, attribute, fewer)
    for module in touched.values():
        measure(module)


def narrowed(model: nn.Module, widths: Mapping[str, int]) -> nn.Module:
    """The model with the first so many units of each named group: the shapes that a pruned one's weights
    have. Raises `Failure`.
    """
    narrow(model, {name: range(count) for name, count in widths.items()})
    return model


def measure(module: nn.Module) -> None:
    """Let a layer say the sizes that its weight has."""
    if isinstance(module, nn.Linear):
        module.out_features, module.in_features = module.weight.shape
    elif isinstance(module, nn.ConvTranspose2d):
        module.in_channels, module.out_channels = module.weight.shape[:2]
    elif isinstance(module, nn.Conv2d):
        if module.groups > 1:
            module.groups = module.weight.shape[0]
        module.out_channels, module.in_channels = (
            module.weight.shape[0],
            module.weight.shape[1] * module.groups,
        )
    elif isinstance(module, _BatchNorm):
        module.num_features = module.weight.shape[0]


def value_of(model: nn.Module, name: str) -> Tensor:
    """The parameter or buffer called `name`."""
    owner, _, attribute = name.rpartition(".")
    value = getattr(model.get_submodule(owner), attribute)
    assert isinstance(value, Tensor)
    return value


def rows_of(value: Tensor, part: Part, units: int) -> Tensor:
    """What a tensor holds of each unit, `[units, values]`."""
    stretch = value.narrow(part.axis, part.start, units * part.size)
    return stretch.movedim(part.axis, 0).reshape(units, -1)

"""Quantization-aware training (Jacob et al. 2018, "Quantization and Training of Neural Networks for Efficient
Integer-Arithmetic-Only Inference", section 3).

Layers compute with weights and inputs rounded as int8 will round them, and gradients pass the rounding
unchanged inside the range, so that training finds weights that rounding does not harm. Weights: symmetric,
-127 to 127, one scale for each output channel, so that a batch norm behind the layer, which scales channels
as well, may be folded into them before or after. Inputs: one scale and zero point a tensor, from ranges that
follow the batches' least and largest values by a moving average and are frozen half way through the run.
"""

from collections.abc import Iterator, Mapping

import torch
import torch.nn.functional as F
from safetensors import safe_open
from torch import Tensor, nn

from training.ml.bundle import Bundle
from training.ml.models import Architecture

# The buffer of a layer that says its input's range, and how many batches it was taken of.
RANGE = "input_range"
LEVELS, LARGEST = 255, 127
SMALLEST = 1024
# How much of the range a batch renews.
RENEWED = 0.05
SMALL_CHANNEL = 1e-4
Range = tuple[float, float]


class Rounded(nn.Module):
    """What a layer has besides its own when it rounds: `input_range` (least, largest, batches seen), float32
    `[3]`, and after how many batches the range is frozen.
    """

    input_range: Tensor
    frozen_after: int

    def rounded(self, inputs: Tensor) -> Tensor:
        """The inputs as int8 holds them, in floats."""
        values = inputs.float()
        if self.training:
            self.observe(values.detach())
        low = self.input_range[0].clamp(max=0.0)
        scale = (self.input_range[1].clamp(min=0.0) - low).clamp(min=1e-8) / LEVELS
        zero = (-low / scale).round().clamp(0, LEVELS).to(torch.int32)
        seen = self.input_range[2] > 0
        held = torch.fake_quantize_per_tensor_affine(values, scale, zero, 0, LEVELS)
        return torch.where(seen, held, values)

    def observe(self, values: Tensor) -> None:
        """Let the range follow this batch, until it is frozen."""
        low, high = torch.aminmax(values)
        seen = self.input_range[2]
        part = torch.where(seen == 0, 1.0, torch.where(seen < self.frozen_after, RENEWED, 0.0))
        fresh = torch.stack([low, high])
        self.input_range[:2].lerp_(fresh, part)
        self.input_range[2] += 1


class RoundedLinear(Rounded, nn.Linear):
    """A linear layer that rounds."""

    def forward(self, input: Tensor) -> Tensor:
        """See `nn.Linear`."""
        return F.linear(self.rounded(input), rounded_weight(self.weight), self.bias)


class RoundedConv(Rounded, nn.Conv2d):
    """A convolution that rounds."""

    def forward(self, input: Tensor) -> Tensor:
        """See `nn.Conv2d`."""
        out: Tensor = self._conv_forward(self.rounded(input), rounded_weight(self.weight), self.bias)
        return out


def rounded_weight(weight: Tensor) -> Tensor:
    """The weight as int8 holds it, in floats; the gradient passes."""
    largest = weight.detach().abs().flatten(1).amax(1)
    scales = largest.clamp(min=float(largest.amax()) * SMALL_CHANNEL).clamp(min=1e-12) / LARGEST
    zeros = torch.zeros(len(scales), dtype=torch.int32, device=weight.device)
    return torch.fake_quantize_per_channel_affine(weight.float(), scales.float(), zeros, 0, -LARGEST, LARGEST)


def roundable(model: nn.Module, family: Architecture) -> Iterator[str]:
    """The layers that learn to be rounded: those that an export in int8 rounds."""
    within = family.backbone_prefix if family.reading == "queries" else ""
    for name, module in model.named_modules():
        plain = type(module) is nn.Linear or (type(module) is nn.Conv2d and module.groups == 1)
        if plain and name.startswith(within) and module.weight.numel() >= SMALLEST:
            yield name


def make_aware(model: nn.Module, family: Architecture, batches: int) -> int:
    """Let the model's layers round from now on, with ranges frozen after that many batches; how many do."""
    names = list(roundable(model, family))
    for name in names:
        swap(model.get_submodule(name), torch.zeros(3), batches)
    return len(names)


def swap(module: nn.Module, bounds: Tensor, batches: int) -> None:
    """Let one layer round; parameters and their names stay."""
    module.register_buffer(RANGE, bounds.to(next(module.parameters()).device))
    module.__class__ = RoundedLinear if isinstance(module, nn.Linear) else RoundedConv
    module.frozen_after = batches  # type: ignore[assignment]


def rounding(model: nn.Module, ranges: Mapping[str, Range]) -> nn.Module:
    """The model with its layers of these names rounding as they learned to: what int8 is compared with."""
    members = dict(model.named_modules())
    for name, bounds in ranges.items():
        if isinstance(members.get(name), (nn.Linear, nn.Conv2d)):
            swap(members[name], torch.tensor([*bounds, 1.0]), 0)
    return model.eval()


def without_ranges(state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """A bundle's tensors without learned ranges: what the plain model holds."""
    return {name: value for name, value in state.items() if not name.endswith(f".{RANGE}")}


def learned_ranges(bundle: Bundle) -> dict[str, Range]:
    """The range of each layer's input by the layer's name, of a bundle that was trained to be rounded; those
    of layers that never computed are left out.
    """
    found = {}
    with safe_open(bundle.weights, "pt") as file:
        for name in file.keys():  # noqa: SIM118
            if name.endswith(f".{RANGE}"):
                low, high, seen = file.get_tensor(name).tolist()
                if seen > 0:
                    found[name.removesuffix(f".{RANGE}")] = (low, high)
    return found

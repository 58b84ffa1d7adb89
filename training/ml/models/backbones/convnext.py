"""ConvNeXt: a ConvNet for the 2020s (Liu et al., 2022, arXiv:2201.03545).

Parameters, their names and the function are those of `transformers.ConvNextBackbone`, but that the layer
scale belongs to the linear layer it scales.
"""

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from training.ml.models.backbones.scaled import ScaledLinear
from training.ml.models.prunable import Group, width_group

EPSILON = 1e-6


class ChannelNorm(nn.LayerNorm):
    """Layer norm over the channels of `[b, c, h, w]`, which is channels last in memory before and after."""

    def __init__(self, width: int) -> None:
        super().__init__(width, eps=EPSILON)

    def forward(self, image: Tensor) -> Tensor:
        """`[b, c, h, w]` to the same shape."""
        return super().forward(image.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)


class Embeddings(nn.Module):
    """The stem: patches of 4x4 pixels."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.patch_embeddings = nn.Conv2d(3, width, 4, 4)
        self.layernorm = ChannelNorm(width)

    def forward(self, image: Tensor) -> Tensor:
        """`[b, 3, h, w]` to `[b, width, h / 4, w / 4]`."""
        out: Tensor = self.layernorm(self.patch_embeddings(image))
        return out


class Block(nn.Module):
    """Figure 4: depth-wise 7x7, layer norm, widen, GELU, narrow, layer scale, and the residual.

    From scratch the layer scale starts at 1, as in the authors' segmentation models: with the 1e-6 of their
    classifiers the first hundreds of steps would train the head alone.
    """

    def __init__(self, width: int) -> None:
        super().__init__()
        self.dwconv = nn.Conv2d(width, width, 7, padding=3, groups=width)
        self.layernorm = nn.LayerNorm(width, eps=EPSILON)
        self.pwconv1 = nn.Linear(width, 4 * width)
        self.pwconv2 = ScaledLinear(4 * width, width)

    def forward(self, image: Tensor) -> Tensor:
        """`[b, c, h, w]` to the same shape."""
        tokens = self.layernorm(self.dwconv(image).permute(0, 2, 3, 1))
        tokens = self.pwconv2(F.gelu(self.pwconv1(tokens)))
        out: Tensor = image + tokens.permute(0, 3, 1, 2)
        return out

    def prunable(self) -> list[Group]:
        """The width within."""
        return [width_group(self, "wide", ["pwconv1"], "pwconv2")]


class Stage(nn.Module):
    """Blocks of one width; but for the first stage, halving before."""

    def __init__(self, channels: int, width: int, depth: int, halves: bool) -> None:
        super().__init__()
        self.downsampling_layer = nn.ModuleList(
            [ChannelNorm(channels), nn.Conv2d(channels, width, 2, 2)] if halves else []
        )
        self.layers = nn.ModuleList(Block(width) for _ in range(depth))

    def forward(self, image: Tensor) -> Tensor:
        """`[b, channels, h, w]` to `[b, width, h / 2, w / 2]`, or of the same size in the first stage."""
        for layer in [*self.downsampling_layer, *self.layers]:
            image = layer(image)
        return image


class Encoder(nn.Module):
    """The four stages."""

    def __init__(self, widths: Sequence[int], depths: Sequence[int]) -> None:
        super().__init__()
        before = (widths[0], *widths)
        self.stages = nn.ModuleList(
            Stage(channels, width, depth, index > 0)
            for index, (channels, width, depth) in enumerate(zip(before, widths, depths, strict=False))
        )

    def forward(self, image: Tensor) -> list[Tensor]:
        """`[b, widths[0], h / 4, w / 4]` to the four stages' maps."""
        maps = []
        for stage in self.stages:
            image = stage(image)
            maps.append(image)
        return maps


class ConvNext(nn.Module):
    """Image `[b, 3, h, w]`, its sides multiples of 32, to four normalised maps of widths `channels`, at 1/4,
    1/8, 1/16 and 1/32 of its size, channels last.
    """

    def __init__(self, widths: Sequence[int], depths: Sequence[int]) -> None:
        super().__init__()
        self.channels = tuple(widths)
        self.embeddings = Embeddings(widths[0])
        self.encoder = Encoder(widths, depths)
        self.hidden_states_norms = nn.ModuleDict(
            {f"stage{index}": ChannelNorm(width) for index, width in enumerate(widths, 1)}
        )
        self.apply(initialise)

    def forward(self, image: Tensor) -> list[Tensor]:
        """See the class."""
        maps = self.encoder(self.embeddings(image.contiguous(memory_format=torch.channels_last)))
        return [norm(item) for norm, item in zip(self.hidden_states_norms.values(), maps, strict=True)]


def initialise(module: nn.Module) -> None:
    """Weights from scratch as in the authors' code."""
    if isinstance(module, nn.Linear | nn.Conv2d):
        nn.init.trunc_normal_(module.weight, std=0.02)
        if module.bias is not None:
            nn.init.zeros_(module.bias)

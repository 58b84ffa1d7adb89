"""U-Net (Ronneberger et al., 2015, arXiv:1505.04597) with batch norm and padded convolutions, so that the
mask is as large as the image.

The network of figure 1: convolutions twice at every level, max pooling on the way down, 2x2 up-convolutions
and the maps of the same level on the way up.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from training.ml.models.backbones import initialise
from training.ml.models.family import Architecture, Variant, defaults
from training.ml.models.prunable import Group, inputs_of, outputs_of, width_group


@dataclass(frozen=True)
class UnetConfig:
    """The first level's width, which doubles with every one of the levels below."""

    num_labels: int
    width: int = 64
    levels: int = 5


class DoubleConv(nn.Sequential):
    """Convolution 3x3, batch norm, ReLU, twice: `[b, channels, h, w]` to `[b, width, h, w]`."""

    def __init__(self, channels: int, width: int) -> None:
        super().__init__(
            nn.Conv2d(channels, width, 3, padding=1, bias=False),
            nn.BatchNorm2d(width),
            nn.ReLU(),
            nn.Conv2d(width, width, 3, padding=1, bias=False),
            nn.BatchNorm2d(width),
            nn.ReLU(),
        )

    def prunable(self) -> list[Group]:
        """The channels between the convolutions."""
        return [width_group(self, "inner", ["0", "1"], "3")]


class Encoder(nn.Module):
    """The contracting path."""

    def __init__(self, widths: list[int]) -> None:
        super().__init__()
        self.levels = nn.ModuleList(
            DoubleConv(channels, width) for channels, width in zip([3, *widths], widths, strict=False)
        )

    def forward(self, image: Tensor) -> list[Tensor]:
        """Image `[b, 3, h, w]` to one map a level, `[b, width * 2^i, h / 2^i, w / 2^i]`."""
        maps: list[Tensor] = []
        for level in self.levels:
            image = level(F.max_pool2d(image, 2) if maps else image)
            maps.append(image)
        return maps


class Up(nn.Module):
    """A level of the expansive path: up-convolution, concatenation, convolutions."""

    def __init__(self, channels: int, width: int) -> None:
        super().__init__()
        self.up = nn.ConvTranspose2d(channels, width, 2, 2)
        self.convs = DoubleConv(2 * width, width)

    def forward(self, below: Tensor, beside: Tensor) -> Tensor:
        """`[b, channels, h, w]` and `[b, width, 2 h, 2 w]` to `[b, width, 2 h, 2 w]`."""
        out: Tensor = self.convs(torch.cat([beside, self.up(below)], 1))
        return out


class Unet(nn.Module):
    """Image `[b, 3, h, w]` float32, normalised, its sides multiples of 2^(levels - 1), to logits
    `[b, num_labels, h, w]` float32.
    """

    def __init__(self, config: UnetConfig) -> None:
        super().__init__()
        self.config = config
        widths = [config.width * 2**level for level in range(config.levels)]
        self.encoder = Encoder(widths)
        self.decoder = nn.ModuleList(
            Up(below, width) for below, width in zip(widths[:0:-1], widths[-2::-1], strict=True)
        )
        self.classifier = nn.Conv2d(config.width, config.num_labels, 1)
        self.apply(initialise)

    def forward(self, image: Tensor) -> Tensor:
        """See the class."""
        *maps, deepest = self.encoder(image.contiguous(memory_format=torch.channels_last))
        for up, beside in zip(self.decoder, reversed(maps), strict=True):
            deepest = up(deepest, beside)
        logits: Tensor = self.classifier(deepest)
        return logits

    def prunable(self) -> list[Group]:
        """Each level's channels: on the way down they are read below and beside, on the way up above."""
        levels, groups = len(self.decoder), []
        for index in range(levels + 1):
            name = f"encoder.levels.{index}"
            readers = [f"encoder.levels.{index + 1}.0", f"decoder.{levels - 1 - index}.convs.0"]
            if index == levels:
                readers = ["decoder.0.up"]
            groups.append(width_group(self, name, [f"{name}.3", f"{name}.4"], *readers))
        for index in range(levels):
            name, last = f"decoder.{index}", index == levels - 1
            beside = inputs_of(self, f"{name}.convs.0") - outputs_of(self, f"{name}.up")
            above = "classifier" if last else f"decoder.{index + 1}.up"
            groups.append(width_group(self, f"{name}.up", [f"{name}.up"], (f"{name}.convs.0", beside)))
            groups.append(width_group(self, name, [f"{name}.convs.3", f"{name}.convs.4"], above))
        return groups


def config_of(sizes: Mapping[str, Any], labels: int, task: str) -> dict[str, Any]:
    """JSON-ready configuration."""
    return asdict(UnetConfig(num_labels=labels, **sizes))


FAMILY = Architecture(
    name="unet",
    title="U-Net",
    tasks=("semantic",),
    paper="https://arxiv.org/abs/1505.04597",
    licence="Own code, Apache-2.0; there are no published weights: it learns from scratch.",
    description="Convolutions at full resolution: learns fine outlines from few images, "
    "for microscopy, medicine and surfaces.",
    variants=(
        Variant("small", None, {"width": 16}, "a sixteenth of the published parameters: quick on a CPU"),
        Variant("base", None, {}, "as published"),
    ),
    input_sizes=(64, 128, 192, 256, 384, 512, 640, 768, 1024),
    size_multiple=16,
    config_of=config_of,
    build=lambda config: Unet(UnetConfig(**config)),
    rename=lambda name: name,
    backbone_prefix="encoder.",
    classifier_prefix="classifier.",
    defaults=defaults("small", learning_rate=1e-3),
)

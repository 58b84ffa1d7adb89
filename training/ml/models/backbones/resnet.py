"""ResNet with bottlenecks (He et al., 2015, arXiv:1512.03385), strides in the 3x3 convolutions.

Parameters, their names and the function are those of `transformers.ResNetModel`. Where the output stride is
less than 32, the strides of the last stages become dilations (DeepLab, arXiv:1706.05587, section 3.1): at
every position that the strided network computes, the dilated one gives the same value.
"""

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from training.ml.models.prunable import Group, width_group

WIDTHS = (256, 512, 1024, 2048)
STEM = 64
REDUCTION = 4


class ConvLayer(nn.Module):
    """Convolution, batch norm and, where `active`, ReLU."""

    def __init__(
        self, channels: int, width: int, kernel: int, stride: int = 1, dilation: int = 1, active: bool = True
    ) -> None:
        super().__init__()
        padding = kernel // 2 * dilation
        self.active = active
        self.convolution = nn.Conv2d(channels, width, kernel, stride, padding, dilation, bias=False)
        self.normalization = nn.BatchNorm2d(width)

    def forward(self, image: Tensor) -> Tensor:
        """`[b, channels, h, w]` to `[b, width, h / stride, w / stride]`."""
        out: Tensor = self.normalization(self.convolution(image))
        return F.relu(out) if self.active else out


class Bottleneck(nn.Module):
    """Figure 5, right: 1x1 to a quarter of the width, 3x3, 1x1 back, and the shortcut.

    From scratch the branch starts at zero (Goyal et al., 2017, arXiv:1706.02677, section 5.1), so that maps
    do not grow with depth.
    """

    def __init__(self, channels: int, width: int, stride: int, dilation: int) -> None:
        super().__init__()
        narrow = width // REDUCTION
        fits = channels == width and stride == 1
        self.shortcut = nn.Identity() if fits else ConvLayer(channels, width, 1, stride, active=False)
        last = ConvLayer(narrow, width, 1, active=False)
        self.layer = nn.Sequential(
            ConvLayer(channels, narrow, 1),
            ConvLayer(narrow, narrow, 3, stride, dilation),
            last,
        )
        nn.init.zeros_(last.normalization.weight)

    def forward(self, image: Tensor) -> Tensor:
        """`[b, channels, h, w]` to `[b, width, h / stride, w / stride]`."""
        return F.relu(self.layer(image) + self.shortcut(image))

    def prunable(self) -> list[Group]:
        """The channels between the convolutions."""
        return [
            width_group(
                self,
                str(index),
                [f"layer.{index}.convolution", f"layer.{index}.normalization"],
                f"layer.{index + 1}.convolution",
            )
            for index in range(len(self.layer) - 1)
        ]


class Stage(nn.Module):
    """Bottlenecks of one width; the first takes the stride and the dilation of the stage before."""

    def __init__(self, channels: int, width: int, depth: int, stride: int, dilations: tuple[int, int]):
        super().__init__()
        first, rest = dilations
        self.layers = nn.Sequential(
            Bottleneck(channels, width, stride, first),
            *(Bottleneck(width, width, 1, rest) for _ in range(depth - 1)),
        )

    def forward(self, image: Tensor) -> Tensor:
        """`[b, channels, h, w]` to `[b, width, h / stride, w / stride]`."""
        out: Tensor = self.layers(image)
        return out


class Embedder(nn.Module):
    """The stem: a 7x7 convolution of stride 2, then max pooling."""

    def __init__(self) -> None:
        super().__init__()
        self.embedder = ConvLayer(3, STEM, 7, 2)

    def forward(self, image: Tensor) -> Tensor:
        """`[b, 3, h, w]` to `[b, 64, h / 4, w / 4]`."""
        return F.max_pool2d(self.embedder(image), 3, 2, 1)


class Encoder(nn.Module):
    """The four stages."""

    def __init__(self, depths: Sequence[int], output_stride: int) -> None:
        super().__init__()
        self.stages = nn.ModuleList()
        channels, reached, dilation = STEM, 4, 1
        for index, (width, depth) in enumerate(zip(WIDTHS, depths, strict=True)):
            before, stride = dilation, 1 if index == 0 else 2
            if reached * stride > output_stride:
                dilation, stride = dilation * stride, 1
            reached *= stride
            self.stages.append(Stage(channels, width, depth, stride, (before, dilation)))
            channels = width

    def forward(self, image: Tensor) -> list[Tensor]:
        """`[b, 64, h / 4, w / 4]` to the four stages' maps."""
        maps = []
        for stage in self.stages:
            image = stage(image)
            maps.append(image)
        return maps


class ResNet(nn.Module):
    """Image `[b, 3, h, w]` to four maps of widths `channels`, at 1/4, 1/8, 1/16 and 1/32 of its size, none
    smaller than 1 / `output_stride`.
    """

    channels = WIDTHS

    def __init__(self, depths: Sequence[int], output_stride: int = 32) -> None:
        super().__init__()
        self.embedder = Embedder()
        self.encoder = Encoder(depths, output_stride)

    def forward(self, image: Tensor) -> list[Tensor]:
        """See the class."""
        maps: list[Tensor] = self.encoder(self.embedder(image.contiguous(memory_format=torch.channels_last)))
        return maps

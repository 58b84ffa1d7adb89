"""MobileNetV2 (Sandler et al., 2018, arXiv:1801.04381).

Parameters, their names and the function are those of `transformers.MobileNetV2Model` without its last 1x1
convolution, which serves classification. The published weights were trained with TensorFlow's padding, where
a stride of 2 pads below and at the right only; that holds for maps of even size, so the image's sides are
multiples of the output stride.
"""

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from training.ml.models.prunable import Group, width_group

WIDTHS = (16, 24, 24, 32, 32, 32, 64, 64, 64, 64, 96, 96, 96, 160, 160, 160, 320)
STRIDES = (2, 1, 2, 1, 1, 2, 1, 1, 1, 1, 1, 1, 2, 1, 1, 1)
STEM = 32
EXPANSION = 6
EPSILON = 1e-3


class ConvLayer(nn.Module):
    """Convolution, batch norm and, where `active`, ReLU6."""

    def __init__(
        self,
        channels: int,
        width: int,
        kernel: int = 1,
        stride: int = 1,
        dilation: int = 1,
        groups: int = 1,
        active: bool = True,
    ) -> None:
        super().__init__()
        self.active, self.stride = active, stride
        padding = kernel // 2 * dilation if stride == 1 else 0
        self.convolution = nn.Conv2d(
            channels, width, kernel, stride, padding, dilation, groups=groups, bias=False
        )
        self.normalization = nn.BatchNorm2d(width, eps=EPSILON)

    def forward(self, image: Tensor) -> Tensor:
        """`[b, channels, h, w]` to `[b, width, h / stride, w / stride]`."""
        if self.stride == 2:
            image = F.pad(image, (0, 1, 0, 1))
        out: Tensor = self.normalization(self.convolution(image))
        return F.relu6(out) if self.active else out


class Stem(nn.Module):
    """The first convolution and the first block, which expands nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.first_conv = ConvLayer(3, STEM, 3, 2)
        self.conv_3x3 = ConvLayer(STEM, STEM, 3, groups=STEM)
        self.reduce_1x1 = ConvLayer(STEM, WIDTHS[0], active=False)

    def forward(self, image: Tensor) -> Tensor:
        """`[b, 3, h, w]` to `[b, 16, h / 2, w / 2]`."""
        out: Tensor = self.reduce_1x1(self.conv_3x3(self.first_conv(image)))
        return out

    def prunable(self) -> list[Group]:
        """The channels of the first convolution, which the second reads one by one."""
        return [widened("first", self, "first_conv")]


class InvertedResidual(nn.Module):
    """Section 3.3: widen, depth-wise 3x3, narrow without activation; a residual where shapes allow."""

    def __init__(self, channels: int, width: int, stride: int, dilation: int) -> None:
        super().__init__()
        wide = channels * EXPANSION
        self.residual = stride == 1 and channels == width
        self.expand_1x1 = ConvLayer(channels, wide)
        self.conv_3x3 = ConvLayer(wide, wide, 3, stride, dilation, groups=wide)
        self.reduce_1x1 = ConvLayer(wide, width, active=False)

    def forward(self, image: Tensor) -> Tensor:
        """`[b, channels, h, w]` to `[b, width, h / stride, w / stride]`."""
        out: Tensor = self.reduce_1x1(self.conv_3x3(self.expand_1x1(image)))
        return image + out if self.residual else out

    def prunable(self) -> list[Group]:
        """The width within."""
        return [widened("wide", self, "expand_1x1")]


def widened(name: str, block: nn.Module, first: str) -> Group:
    """The channels of the layer called `first`, of the depth-wise one after it, and what reads them."""
    makers = [f"{layer}.{part}" for layer in (first, "conv_3x3") for part in ("convolution", "normalization")]
    return width_group(block, name, makers, "reduce_1x1.convolution")


class MobileNetV2(nn.Module):
    """Image `[b, 3, h, w]` to the maps of all blocks, of widths `channels`; the last is at
    1 / `output_stride` of its size.
    """

    channels: Sequence[int] = WIDTHS[1:]

    def __init__(self, output_stride: int = 32) -> None:
        super().__init__()
        self.conv_stem = Stem()
        self.layer = nn.ModuleList()
        reached, dilation = 2, 1
        for channels, width, stride in zip(WIDTHS, WIDTHS[1:], STRIDES, strict=False):
            if reached == output_stride:
                self.layer.append(InvertedResidual(channels, width, 1, dilation))
                dilation *= stride
            else:
                self.layer.append(InvertedResidual(channels, width, stride, 1))
                reached *= stride

    def forward(self, image: Tensor) -> list[Tensor]:
        """See the class."""
        image = self.conv_stem(image.contiguous(memory_format=torch.channels_last))
        maps = []
        for block in self.layer:
            image = block(image)
            maps.append(image)
        return maps

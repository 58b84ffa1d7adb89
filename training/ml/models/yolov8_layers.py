"""What YOLOv8's network is built of: the blocks, the backbone and the neck.

There is no paper of YOLOv8: its layers and their sizes are those that its authors publish as a table. Where
the parts come from: cross-stage partial connections (CSPNet, Wang et al. 2020, arXiv:1911.11929, section
3.2), with every block's map kept for the last convolution (ELAN, Wang et al. 2022, arXiv:2211.04800); spatial
pyramid pooling (He et al. 2015, arXiv:1406.4729, section 2) by poolings in a row; path aggregation (PANet,
Liu et al. 2018, arXiv:1803.01534, section 3.1) over a feature pyramid (FPN, Lin et al. 2017,
arXiv:1612.03144, section 3).
"""

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn

EPSILON = 1e-3
# Published with 0.03: then the statistics of a run of a hundred steps still remember its beginning.
MOMENTUM = 0.1


class Conv(nn.Module):
    """Convolution, batch norm, SiLU (Elfwing et al. 2018): `[b, channels, h, w]` to `[b, width, h / stride, w
    / stride]`.
    """

    def __init__(self, channels: int, width: int, kernel: int = 1, stride: int = 1) -> None:
        super().__init__()
        self.conv = nn.Conv2d(channels, width, kernel, stride, kernel // 2, bias=False)
        self.norm: nn.Module = nn.BatchNorm2d(width, EPSILON, MOMENTUM)

    def forward(self, image: Tensor) -> Tensor:
        """See the class."""
        return F.silu(self.norm(self.conv(image)))


class Bottleneck(nn.Module):
    """Two 3x3 convolutions, beside them the identity where `residual` (He et al. 2016): same shape out."""

    def __init__(self, width: int, residual: bool) -> None:
        super().__init__()
        self.first, self.second = Conv(width, width, 3), Conv(width, width, 3)
        self.residual = residual

    def forward(self, image: Tensor) -> Tensor:
        """See the class."""
        out: Tensor = self.second(self.first(image))
        return image + out if self.residual else out


class CrossStage(nn.Module):
    """Half the channels pass a row of bottlenecks; the last convolution sees both halves and what each
    bottleneck gives: `[b, channels, h, w]` to `[b, width, h, w]`.
    """

    def __init__(self, channels: int, width: int, depth: int, residual: bool) -> None:
        super().__init__()
        half = width // 2
        self.split = Conv(channels, 2 * half)
        self.blocks = nn.ModuleList(Bottleneck(half, residual) for _ in range(depth))
        self.join = Conv((2 + depth) * half, width)

    def forward(self, image: Tensor) -> Tensor:
        """See the class."""
        maps = list(self.split(image).chunk(2, 1))
        for block in self.blocks:
            maps.append(block(maps[-1]))
        out: Tensor = self.join(torch.cat(maps, 1))
        return out


class PyramidPooling(nn.Module):
    """Maxima over 5x5, 9x9 and 13x13 pixels, as three 5x5 poolings in a row, beside the map itself: same
    shape out.
    """

    def __init__(self, width: int) -> None:
        super().__init__()
        self.reduce, self.join = Conv(width, width // 2), Conv(width // 2 * 4, width)

    def forward(self, image: Tensor) -> Tensor:
        """See the class."""
        maps = [self.reduce(image)]
        for _ in range(3):
            maps.append(F.max_pool2d(maps[-1], 5, 1, 2))
        out: Tensor = self.join(torch.cat(maps, 1))
        return out


class Backbone(nn.Module):
    """Image `[b, 3, h, w]` to the maps at 1/8, 1/16 and 1/32 of its size, of `widths[2:]` channels."""

    def __init__(self, widths: Sequence[int], depths: Sequence[int]) -> None:
        super().__init__()
        self.stem = Conv(3, widths[0], 3, 2)
        self.stages = nn.ModuleList(
            nn.Sequential(Conv(channels, width, 3, 2), CrossStage(width, width, depth, True))
            for channels, width, depth in zip(widths, widths[1:], depths, strict=False)
        )
        self.pool = PyramidPooling(widths[-1])

    def forward(self, image: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """See the class."""
        image = self.stem(image)
        maps = []
        for stage in self.stages:
            image = stage(image)
            maps.append(image)
        return maps[1], maps[2], self.pool(maps[3])


class Neck(nn.Module):
    """The backbone's three maps to three of the same shapes: coarse ones are upsampled into fine ones, and
    these strided into coarse ones again.
    """

    def __init__(self, widths: Sequence[int], depth: int) -> None:
        super().__init__()
        fine, middle, coarse = widths
        self.up_middle = CrossStage(coarse + middle, middle, depth, False)
        self.up_fine = CrossStage(middle + fine, fine, depth, False)
        self.stride_fine = Conv(fine, fine, 3, 2)
        self.down_middle = CrossStage(fine + middle, middle, depth, False)
        self.stride_middle = Conv(middle, middle, 3, 2)
        self.down_coarse = CrossStage(middle + coarse, coarse, depth, False)

    def forward(self, maps: tuple[Tensor, Tensor, Tensor]) -> list[Tensor]:
        """See the class."""
        fine, middle, coarse = maps
        middle = self.up_middle(torch.cat([doubled(coarse), middle], 1))
        fine = self.up_fine(torch.cat([doubled(middle), fine], 1))
        middle = self.down_middle(torch.cat([self.stride_fine(fine), middle], 1))
        coarse = self.down_coarse(torch.cat([self.stride_middle(middle), coarse], 1))
        return [fine, middle, coarse]


def doubled(image: Tensor) -> Tensor:
    """Each cell four times: `[b, c, h, w]` to `[b, c, 2 h, 2 w]`."""
    return F.interpolate(image, scale_factor=2.0, mode="nearest")


def fold(model: nn.Module) -> None:
    """Take the batch norm of every `Conv` into its convolution, for inference: y = w x g / s + (b - m g / s)
    with the norm's mean m, standard deviation s, gain g and bias b.
    """
    for module in model.modules():
        if isinstance(module, Conv) and isinstance(module.norm, nn.modules.batchnorm._BatchNorm):
            norm, conv = module.norm, module.conv
            assert norm.running_var is not None and norm.running_mean is not None
            gain = norm.weight.detach() / torch.sqrt(norm.running_var + norm.eps)
            conv.weight = nn.Parameter(conv.weight.detach() * gain[:, None, None, None])
            conv.bias = nn.Parameter(norm.bias.detach() - norm.running_mean * gain)
            module.norm = nn.Identity()

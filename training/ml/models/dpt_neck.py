"""DPT's neck (section 3): tokens of four blocks to maps, and their fusion; see `dpt` for what it spares."""

from collections.abc import Sequence

import torch.nn.functional as F
from torch import Tensor, nn

from training.ml.models.prunable import Group, width_group
from training.ml.models.upsampled import upsampled


class Reassemble(nn.Module):
    """Section 3.1: a block's tokens to a map at 1/4, 1/8, 1/16 or 1/32 of the image's size."""

    def __init__(self, hidden: int, width: int, level: int) -> None:
        super().__init__()
        self.readout = nn.Linear(2 * hidden, hidden)
        self.projection = nn.Conv2d(hidden, width, 1)
        self.resize: nn.Module = nn.Identity()
        if level < 2:
            factor = 4 // 2**level
            self.resize = nn.ConvTranspose2d(width, width, factor, factor)
        elif level > 2:
            self.resize = nn.Conv2d(width, width, 3, 2, 1)

    def forward(self, tokens: Tensor, rows: int, columns: int) -> Tensor:
        """`[b, 1 + rows * columns, hidden]`, the class token first, to `[b, width, h, w]`."""
        own, whole = self.readout.weight.chunk(2, dim=1)
        read = F.linear(tokens[:, 1:], own) + F.linear(tokens[:, :1], whole, self.readout.bias)
        image = F.gelu(read).reshape(-1, rows, columns, own.shape[0]).permute(0, 3, 1, 2)
        out: Tensor = self.resize(self.projection(image))
        return out

    def prunable(self) -> list[Group]:
        """The readout's width, and the map's before it is resized."""
        readout = width_group(self, "readout", ["readout"], "projection")
        if isinstance(self.resize, nn.Identity):
            return [readout]
        return [readout, width_group(self, "projection", ["projection"], "resize")]


class Residual(nn.Module):
    """A residual unit with the activations first: ReLU, 3x3, batch norm, twice."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.convolution1 = nn.Conv2d(width, width, 3, padding=1, bias=False)
        self.batch_norm1: nn.Module = nn.BatchNorm2d(width)
        self.convolution2 = nn.Conv2d(width, width, 3, padding=1, bias=False)
        self.batch_norm2: nn.Module = nn.BatchNorm2d(width)

    def forward(self, image: Tensor) -> Tensor:
        """`[b, width, h, w]` to the same shape."""
        inner = self.batch_norm1(self.convolution1(F.relu(image)))
        out: Tensor = image + self.batch_norm2(self.convolution2(F.relu(inner)))
        return out

    def prunable(self) -> list[Group]:
        """The channels between the convolutions."""
        return [width_group(self, "inner", ["convolution1", "batch_norm1"], "convolution2")]


class Fusion(nn.Module):
    """Section 3.2 before the upsampling: what comes from below, if anything, and the map beside it."""

    def __init__(self, width: int, deepest: bool) -> None:
        super().__init__()
        if not deepest:
            self.residual_layer1 = Residual(width)
        self.residual_layer2 = Residual(width)
        self.projection = nn.Conv2d(width, width, 1)

    def forward(self, beside: Tensor, below: Tensor | None) -> Tensor:
        """`[b, width, h, w]` twice to the same shape."""
        image = beside if below is None else below + self.residual_layer1(beside)
        out: Tensor = self.projection(self.residual_layer2(image))
        return out


class Neck(nn.Module):
    """Four blocks' tokens to maps, fused from the deepest up."""

    def __init__(self, hidden: int, sizes: Sequence[int], width: int) -> None:
        super().__init__()
        self.reassemble = nn.ModuleList(Reassemble(hidden, size, level) for level, size in enumerate(sizes))
        self.convs = nn.ModuleList(nn.Conv2d(size, width, 3, padding=1, bias=False) for size in sizes)
        self.fusion = nn.ModuleList(Fusion(width, deepest=index == 0) for index in range(4))

    def forward(self, blocks: list[Tensor], rows: int, columns: int) -> Tensor:
        """Tokens `[b, 1 + rows * columns, hidden]` of four blocks to `[b, width, 4 * rows, 4 * columns]`."""
        maps = [
            conv(level(tokens, rows, columns))
            for level, conv, tokens in zip(self.reassemble, self.convs, blocks, strict=True)
        ]
        image: Tensor | None = None
        for fusion, beside in zip(self.fusion, reversed(maps), strict=True):
            below = None if image is None else upsampled(image, (beside.shape[2], beside.shape[3]), True)
            image = fusion(beside, below)
        assert image is not None
        return image

    def prunable(self) -> list[Group]:
        """The width of each map before it is fused."""
        groups = []
        for index, level in enumerate(self.reassemble):
            last = "projection" if isinstance(level.resize, nn.Identity) else "resize"
            name = f"reassemble.{index}.{last}"
            groups.append(width_group(self, name, [name], f"convs.{index}"))
        return groups

"""Convolutions of upsampled maps, for less than they seem to cost.

Bilinear upsampling acts on positions, the same for every channel; a convolution's tap acts on channels, the
same for every position: they commute. So a 3x3 convolution of an upsampled map is nine 1x1 convolutions of
the map as it was, upsampled, each shifted by its tap, and added up. Exact to rounding, borders included: the
channels are contracted at a fourth of the positions where the map is upsampled twofold, at a sixty-fourth
where eightfold, and the large concatenation that such a convolution often reads never exists.
"""

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor


def upsampled_conv3x3(
    maps: Sequence[Tensor], weights: Sequence[Tensor], size: tuple[int, int], align_corners: bool = False
) -> Tensor:
    """The sum of `conv2d(interpolate(map, size), weight, padding=1)` over the maps.

    Args: maps `[b, c_i, h_i, w_i]`, weights `[o, c_i, 3, 3]`, size the upsampled height and width. Returns
    `[b, o, *size]`, channels last in memory. Upsampling, shifting and adding up are a product with one matrix
    for the columns of each map and with one for the rows of all of them.
    """
    rows: list[Tensor] = []
    wide: list[Tensor] = []
    for small, weight in zip(maps, weights, strict=True):
        rows.append(interpolation(small, 2, size[0], align_corners).transpose(0, 1).flatten(1))
        along = interpolation(small, 3, size[1], align_corners)
        wide += widened(small, weight, along)
    total = torch.matmul(torch.cat(rows, 1), torch.cat(wide, 1))
    return total.reshape(-1, size[0], size[1], weights[0].shape[0]).permute(0, 3, 1, 2)


def widened(small: Tensor, weight: Tensor, along: Tensor) -> list[Tensor]:
    """For each row of the kernel, what it gives before rows are upsampled, `[b, h, size * o]`, where `along`
    is `[3, size, w]`.
    """
    out, channels = weight.shape[:2]
    height, width = small.shape[2:]
    tokens = small.permute(0, 2, 3, 1).contiguous()
    columns = along.permute(1, 2, 0).reshape(-1, width * 3).unsqueeze(0)
    found = []
    for row in range(3):
        taps = weight[:, :, row].permute(2, 0, 1).reshape(3 * out, channels)
        products = F.linear(tokens, taps).reshape(-1, width * 3, out)
        found.append(torch.matmul(columns, products).reshape(-1, height, columns.shape[1] * out))
    return found


def interpolation(small: Tensor, axis: int, size: int, align_corners: bool) -> Tensor:
    """What the three taps of a kernel read along an axis of a map that is upsampled to `size`: `[3, size,
    length]`, the weight of each position in what the tap reads, which is nothing beyond the border.
    """
    dtype = torch.promote_types(small.dtype, torch.float32)
    length = small.shape[axis]
    known = torch.arange(length, device=small.device, dtype=dtype)
    taps = torch.arange(-1, 2, device=small.device, dtype=dtype)
    place = torch.arange(size, device=small.device, dtype=dtype) + taps.unsqueeze(1)
    half = 0.0 if align_corners else 0.5
    ratio = (length - 1) / (size - 1) if align_corners else length / size
    source = (place + half) * ratio - half
    nearest = torch.minimum(source.clamp_min(0), known[-1]).unsqueeze(2)
    weights = F.relu(1 - (nearest - known).abs())
    inside = (place >= 0) & (place < size)
    return weights * inside.unsqueeze(2)


def upsampled(image: Tensor, size: tuple[int, int], align_corners: bool = False) -> Tensor:
    """Bilinear, `[b, c, h, w]` to `[b, c, *size]`."""
    return F.interpolate(image, size=size, mode="bilinear", align_corners=align_corners)

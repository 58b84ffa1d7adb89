"""Mask2Former's pixel decoder: attention to few sampled places over three scales (Deformable DETR, Zhu et
al., 2021, arXiv:2010.04159, section 4), then one step of a feature pyramid to the finest scale.
"""

import math
from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from training.ml.models.mask_parts import positions_of, token_view
from training.ml.models.prunable import Group, head_group, inner_width, made, read

LEVELS = 3
POINTS = 4
GROUPS = 32

Sides = Sequence[tuple[int, int]]


def centres(sides: Sides, like: Tensor) -> Tensor:
    """The middle of each place of all levels in (x, y) as parts of the sides, `[n, 2]`."""
    parts = []
    for height, width in sides:
        rows = (torch.arange(height, device=like.device, dtype=like.dtype) + 0.5) / height
        columns = (torch.arange(width, device=like.device, dtype=like.dtype) + 0.5) / width
        x, y = columns.unsqueeze(0).expand(height, -1), rows.unsqueeze(1).expand(-1, width)
        parts.append(torch.stack([x, y], -1).flatten(0, 1))
    return torch.cat(parts)


class DeformableAttention(nn.Module):
    """Each token looks at four places a level and head, bilinear, where it says itself (equation 3)."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.sampling_offsets = nn.Linear(width, heads * LEVELS * POINTS * 2)
        self.attention_weights = nn.Linear(width, heads * LEVELS * POINTS)
        self.value_proj = nn.Linear(width, width)
        self.output_proj = nn.Linear(width, width)
        self.restart()

    @torch.no_grad()
    def restart(self) -> None:
        """Start with heads that look in eight directions, one to four places far (appendix A.4)."""
        for layer in (self.sampling_offsets, self.attention_weights):
            nn.init.zeros_(layer.weight)
            nn.init.zeros_(layer.bias)
        angles = torch.arange(self.heads) * (2 * math.pi / self.heads)
        ways = torch.stack([angles.cos(), angles.sin()], -1)
        ways = ways / ways.abs().amax(-1, keepdim=True)
        far = torch.arange(1, POINTS + 1).view(1, 1, -1, 1)
        self.sampling_offsets.bias.copy_((ways.view(-1, 1, 1, 2) * far).expand(-1, LEVELS, -1, -1).flatten())
        for layer in (self.value_proj, self.output_proj):
            nn.init.xavier_uniform_(layer.weight)
            nn.init.zeros_(layer.bias)

    def forward(self, tokens: Tensor, places: Tensor, sides: Sides, middle: Tensor) -> Tensor:
        """Tokens `[b, n, c]` of all levels, whose maps have these `sides` (rows, columns); their positions
        `places` and centres `middle` `[n, 2]`; `[b, n, c]`.
        """
        batch, count, _ = tokens.shape
        heads, each = batch * self.heads, self.value_proj.out_features // self.heads
        asked = tokens + places
        layers = (self.sampling_offsets, self.attention_weights)
        weight, bias = torch.cat([p.weight for p in layers]), torch.cat([p.bias for p in layers])
        offsets, shares = F.linear(asked, weight, bias).split([p.out_features for p in layers], -1)
        shares = shares.unflatten(-1, (self.heads, -1)).softmax(-1)
        # The places of a point lie side by side, for what follows reads them one after the other.
        shares = shares.unflatten(-1, (LEVELS, POINTS)).permute(3, 0, 2, 4, 1)
        shares = shares.reshape(LEVELS, heads, 1, POINTS, count)
        # In the sampler's terms a map goes from -1 to 1.
        offsets = offsets.view(batch, count, self.heads, LEVELS, POINTS, 2) * steps(sides, tokens)
        grids = offsets + (2 * middle - 1).view(count, 1, 1, 1, 2)
        grids = grids.permute(3, 0, 2, 4, 1, 5).reshape(LEVELS, heads, POINTS, count, 2)
        parts = self.value_proj(tokens).split([height * columns for height, columns in sides], 1)
        mixed = tokens.new_zeros(())
        for part, side, grid, share in zip(parts, sides, grids.unbind(0), shares.unbind(0), strict=True):
            values = part.transpose(1, 2).reshape(heads, each, *side)
            seen = F.grid_sample(values, grid, mode="bilinear", align_corners=False)
            mixed = mixed + (seen * share).sum(2)  # [b * heads, c / heads, n]
        out: Tensor = self.output_proj(mixed.view(batch, self.heads * each, count).transpose(1, 2))
        return out

    def prunable(self) -> list[Group]:
        """The heads, each with its points."""
        points = LEVELS * POINTS
        each = self.value_proj.out_features // self.heads
        parts = (
            *made(self, "sampling_offsets", size=2 * points),
            *made(self, "attention_weights", size=points),
            *made(self, "value_proj", size=each),
            *read(self, "output_proj", size=each),
        )
        return [head_group(self.heads, parts)]


def steps(sides: Sides, like: Tensor) -> Tensor:
    """One place of each map in the sampler's terms, (x, y), `[levels, 1, 2]`."""
    turned = [(width, height) for height, width in sides]
    if torch.jit.is_tracing():
        lengths = torch.stack([torch.as_tensor(length) for pair in turned for length in pair])
        return 2.0 / lengths.to(like.dtype).view(-1, 1, 2)
    return 2.0 / torch.tensor(turned, dtype=like.dtype, device=like.device).unsqueeze(1)


class EncoderLayer(nn.Module):
    """Deformable attention and a ReLU network, each with a residual and a norm behind it."""

    def __init__(self, width: int, heads: int, wide: int) -> None:
        super().__init__()
        self.self_attn = DeformableAttention(width, heads)
        self.self_attn_layer_norm = nn.LayerNorm(width)
        self.fc1 = nn.Linear(width, wide)
        self.fc2 = nn.Linear(wide, width)
        self.final_layer_norm = nn.LayerNorm(width)

    def forward(self, tokens: Tensor, places: Tensor, sides: Sides, middle: Tensor) -> Tensor:
        """`[b, n, c]` to the same shape."""
        tokens = self.self_attn_layer_norm(tokens + self.self_attn(tokens, places, sides, middle))
        out: Tensor = self.final_layer_norm(tokens + self.fc2(F.relu(self.fc1(tokens))))
        return out

    def prunable(self) -> list[Group]:
        """The width within the ReLU network."""
        return [inner_width(self)]


class Encoder(nn.Module):
    """The layers."""

    def __init__(self, width: int, heads: int, wide: int, depth: int) -> None:
        super().__init__()
        self.layers = nn.ModuleList(EncoderLayer(width, heads, wide) for _ in range(depth))

    def forward(self, tokens: Tensor, places: Tensor, sides: Sides) -> Tensor:
        """`[b, n, c]` to the same shape."""
        middle = centres(sides, tokens)
        for layer in self.layers:
            tokens = layer(tokens, places, sides, middle)
        return tokens


class PixelDecoder(nn.Module):
    """From the backbone's four maps, finest first, to three scales, coarsest first, and mask features."""

    def __init__(self, channels: Sequence[int], width: int, masks: int, heads: int, wide: int, depth: int):
        super().__init__()
        groups = min(GROUPS, width)
        self.level_embed = nn.Parameter(torch.randn(LEVELS, width))
        self.input_projections = nn.ModuleList(
            nn.Sequential(nn.Conv2d(size, width, 1), nn.GroupNorm(groups, width))
            for size in reversed(channels[1:])
        )
        self.encoder = Encoder(width, heads, wide, depth)
        self.mask_projection = nn.Conv2d(width, masks, 1)
        self.adapter_1 = nn.Sequential(
            nn.Conv2d(channels[0], width, 1, bias=False), nn.GroupNorm(groups, width)
        )
        self.layer_1 = nn.Sequential(
            nn.Conv2d(width, width, 3, padding=1, bias=False), nn.GroupNorm(groups, width), nn.ReLU()
        )

    def forward(self, maps: Sequence[Tensor]) -> tuple[list[Tensor], Tensor]:
        """Maps `[b, c_i, h, w]` at 1/4, 1/8, 1/16 and 1/32 to three `[b, width, h, w]` at 1/32, 1/16 and 1/8
        and features `[b, width, h, w]` at 1/4, whose `mask_projection` is left to `mask_vectors`.
        """
        scales = [
            project(image) for project, image in zip(self.input_projections, reversed(maps[1:]), strict=True)
        ]
        sides = [(image.shape[2], image.shape[3]) for image in scales]
        places = torch.cat(
            [
                positions_of(image, image.shape[1]) + own
                for image, own in zip(scales, self.level_embed, strict=True)
            ]
        )
        tokens = self.encoder(torch.cat([token_view(image) for image in scales], 1), places, sides)
        parts = tokens.split([height * width for height, width in sides], 1)
        scales = [
            part.transpose(1, 2).reshape(part.shape[0], part.shape[2], *side)
            for part, side in zip(parts, sides, strict=True)
        ]
        fine = self.adapter_1(maps[0])
        fine = fine + F.interpolate(scales[-1], size=fine.shape[-2:], mode="bilinear", align_corners=False)
        return scales, self.layer_1(fine)

"""Parts of models by mask classification: positions, attention, the network from queries to masks."""

import math
from functools import lru_cache
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from training.ml.models.prunable import Group, attention_heads, width_group
from training.ml.models.traced import is_traced

TEMPERATURE = 10_000
TINY = 1e-6


def waves(length: int, width: int, device: torch.device) -> Tensor:
    """Sines and cosines of `width` // 2 wave lengths along a side, float32 `[length, width]`."""
    turns = torch.arange(1, length + 1, device=device, dtype=torch.float32) / (length + TINY) * (2 * math.pi)
    steps = torch.arange(0, width, 2, device=device, dtype=torch.float32)
    angles = turns[:, None] / TEMPERATURE ** (steps / width)
    return torch.stack([angles.sin(), angles.cos()], -1).flatten(1)


def positions(height: int, width: int, channels: int, device: torch.device) -> Tensor:
    """Where each place of a map is, float32 `[h * w, channels]`: waves of its row, then of its column (DETR,
    Carion et al., 2020, appendix A.4, with both sides as full turns).
    """
    rows, columns = waves(height, channels // 2, device), waves(width, channels // 2, device)
    both = [rows.unsqueeze(1).expand(-1, width, -1), columns.unsqueeze(0).expand(height, -1, -1)]
    return torch.cat(both, -1).flatten(0, 1)


kept_positions = lru_cache(maxsize=64)(positions)


def positions_of(image: Tensor, channels: int) -> Tensor:
    """The positions `[h * w, channels]` of a map `[b, c, h, w]`, remembered by its size."""
    make = positions if is_traced() else kept_positions
    return make(image.shape[2], image.shape[3], channels, image.device).to(image.dtype)


def token_view(image: Tensor) -> Tensor:
    """A map `[b, c, h, w]` as tokens `[b, h * w, c]`."""
    return image.flatten(2).transpose(1, 2)


def image_view(rows: Tensor, like: Tensor) -> Tensor:
    """Rows `[b, c, h * w]` as an image `[b, c, h, w]`, of the height and width of `like`."""
    # Reshaped, not unflattened: a trace would keep the sizes of its example.
    return rows.reshape(rows.shape[0], rows.shape[1], like.shape[2], like.shape[3])


def attend(query: Tensor, key: Tensor, value: Tensor, heads: int, open_to: Tensor | None = None) -> Tensor:
    """Attention of several heads: `query` `[b, q, c]`, `key` and `value` `[b, n, c]`, `open_to` bool
    `[b, q, n]`; `[b, q, c]`.
    """
    q, k, v = (item.unflatten(-1, (heads, -1)).transpose(1, 2) for item in (query, key, value))
    mask = None if open_to is None else open_to.unsqueeze(1)
    return F.scaled_dot_product_attention(q, k, v, mask).transpose(1, 2).flatten(2)


class SelfAttention(nn.Module):
    """Attention among the queries."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.k_proj = nn.Linear(width, width)
        self.v_proj = nn.Linear(width, width)
        self.q_proj = nn.Linear(width, width)
        self.out_proj = nn.Linear(width, width)

    def forward(self, queries: Tensor, places: Tensor) -> Tensor:
        """`[b, q, c]` to the same shape; `places` is added for queries and keys."""
        asked = queries + places
        mixed = attend(self.q_proj(asked), self.k_proj(asked), self.v_proj(queries), self.heads)
        out: Tensor = self.out_proj(mixed)
        return out

    def prunable(self) -> list[Group]:
        """The heads."""
        return [attention_heads(self, self.heads, "out_proj")]


class Perceptron(nn.Module):
    """Linear layers of one width with ReLU between them, named as in the hub's checkpoints."""

    def __init__(self, width: int, outputs: int, layers: int = 3) -> None:
        super().__init__()
        for index in range(layers):
            last = index == layers - 1
            self.add_module(str(index), nn.Sequential(nn.Linear(width, outputs if last else width)))

    def forward(self, values: Tensor) -> Tensor:
        """`[..., width]` to `[..., outputs]`."""
        *inner, last = self.children()
        for layer in inner:
            values = F.relu(layer(values))
        out: Tensor = last(values)
        return out

    def prunable(self) -> list[Group]:
        """The widths between the layers."""
        inner = range(len(list(self.children())) - 1)
        return [width_group(self, str(index), [f"{index}.0"], f"{index + 1}.0") for index in inner]


class MaskVectors(NamedTuple):
    """What makes masks of features: `weights` `[b, q, c]` and `bias` `[b, q, 1]`."""

    weights: Tensor
    bias: Tensor


def mask_vectors(embeddings: Tensor, projection: nn.Conv2d) -> MaskVectors:
    """For embeddings `[b, q, m]`, which are for the features' `projection` by a 1x1 convolution: products
    with them are those of other vectors with the features themselves, so the projection is never made.
    """
    weight, bias = projection.weight.flatten(1), projection.bias
    assert bias is not None
    return MaskVectors(torch.matmul(embeddings, weight), torch.matmul(embeddings, bias).unsqueeze(-1))


def mask_logits(vectors: MaskVectors, features: Tensor) -> Tensor:
    """The masks `[b, q, n]` on features `[b, c, n]`."""
    return torch.matmul(vectors.weights, features) + vectors.bias

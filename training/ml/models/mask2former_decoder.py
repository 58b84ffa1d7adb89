"""Mask2Former's decoder: queries that look at a scale only where their own mask is (section 3.2)."""

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from training.ml.models.mask2former_pixels import LEVELS
from training.ml.models.mask_parts import (
    MaskVectors,
    Perceptron,
    SelfAttention,
    attend,
    mask_logits,
    mask_vectors,
    positions_of,
    token_view,
)
from training.ml.models.prunable import Group, Part, head_group, inner_width, read


class CrossAttention(nn.Module):
    """Attention of the queries to a scale; the three projections are one parameter, as published."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.in_proj_weight = nn.Parameter(torch.empty(3 * width, width))
        self.in_proj_bias = nn.Parameter(torch.zeros(3 * width))
        self.out_proj = nn.Linear(width, width)

    def forward(self, queries: Tensor, keys: Tensor, values: Tensor, open_to: Tensor) -> Tensor:
        """`[b, q, c]` to the same shape; `keys` and `values` `[b, n, c]`, `open_to` bool `[b, q, n]`."""
        weights, biases = self.in_proj_weight.chunk(3), self.in_proj_bias.chunk(3)
        query, key, value = (
            F.linear(item, weight, bias)
            for item, weight, bias in zip((queries, keys, values), weights, biases, strict=True)
        )
        out: Tensor = self.out_proj(attend(query, key, value, self.heads, open_to))
        return out

    def prunable(self) -> list[Group]:
        """The heads: a part of each third of the projections."""
        width = self.in_proj_weight.shape[0] // 3
        each = width // self.heads
        asked = [
            Part(f"in_proj_{kind}", 0, start, each)
            for kind in ("weight", "bias")
            for start in (0, width, 2 * width)
        ]
        return [head_group(self.heads, [*asked, *read(self, "out_proj", size=each)])]


class Layer(nn.Module):
    """Masked attention, attention among the queries, a ReLU network, each with a norm behind it."""

    def __init__(self, width: int, heads: int, wide: int) -> None:
        super().__init__()
        self.self_attn = SelfAttention(width, heads)
        self.self_attn_layer_norm = nn.LayerNorm(width)
        self.cross_attn = CrossAttention(width, heads)
        self.cross_attn_layer_norm = nn.LayerNorm(width)
        self.fc1 = nn.Linear(width, wide)
        self.fc2 = nn.Linear(wide, width)
        self.final_layer_norm = nn.LayerNorm(width)
        for parameter in self.parameters():
            if parameter.ndim > 1:
                nn.init.xavier_uniform_(parameter)

    def forward(
        self, queries: Tensor, places: Tensor, keys: Tensor, values: Tensor, open_to: Tensor
    ) -> Tensor:
        """`[b, q, c]` to the same shape."""
        found = self.cross_attn(queries + places, keys, values, open_to)
        queries = self.cross_attn_layer_norm(queries + found)
        queries = self.self_attn_layer_norm(queries + self.self_attn(queries, places))
        out: Tensor = self.final_layer_norm(queries + self.fc2(F.relu(self.fc1(queries))))
        return out

    def prunable(self) -> list[Group]:
        """The width within the ReLU network."""
        return [inner_width(self)]


class MaskPredictor(nn.Module):
    """From queries to the vectors that make masks of mask features."""

    def __init__(self, width: int, masks: int) -> None:
        super().__init__()
        self.mask_embedder = Perceptron(width, masks)

    def forward(self, queries: Tensor) -> Tensor:
        """`[..., width]` to `[..., masks]`."""
        out: Tensor = self.mask_embedder(queries)
        return out


class Layers(nn.Module):
    """The layers with what they predict between them."""

    def __init__(self, width: int, masks: int, heads: int, wide: int, depth: int) -> None:
        super().__init__()
        self.layers = nn.ModuleList(Layer(width, heads, wide) for _ in range(depth))
        self.layernorm = nn.LayerNorm(width)
        self.mask_predictor = MaskPredictor(width, masks)


class Decoder(nn.Module):
    """From three scales and mask features to each layer's queries and mask vectors."""

    def __init__(self, width: int, masks: int, heads: int, wide: int, depth: int, queries: int) -> None:
        super().__init__()
        self.queries_embedder = nn.Embedding(queries, width)
        self.queries_features = nn.Embedding(queries, width)
        self.decoder = Layers(width, masks, heads, wide, depth)
        self.level_embed = nn.Embedding(LEVELS, width)

    def forward(
        self, scales: Sequence[Tensor], features: Tensor, projection: nn.Conv2d
    ) -> tuple[list[Tensor], list[MaskVectors]]:
        """Scales `[b, width, h, w]`, coarsest first, features `[b, width, h, w]` and their `projection` for
        masks, to queries `[b, q, width]` and what makes their masks, before the first layer and after each.
        """
        values = [token_view(image) + own for image, own in zip(scales, self.level_embed.weight, strict=True)]
        keys = [
            value + positions_of(image, image.shape[1]) for value, image in zip(values, scales, strict=True)
        ]
        # A mask at a scale is the resized mask; resizing and mixing features commute, and this is less work.
        with torch.no_grad():
            small = [halved(features, times).flatten(2) for times in range(len(scales), 0, -1)]
        places = self.queries_embedder.weight.unsqueeze(0)
        queries = self.queries_features.weight.unsqueeze(0).expand(features.shape[0], -1, -1)
        found = [self.decoder.layernorm(queries)]
        vectors = [mask_vectors(self.decoder.mask_predictor(found[0]), projection)]
        for index, layer in enumerate(self.decoder.layers):
            level = index % LEVELS
            with torch.no_grad():
                open_to = open_places(mask_logits(vectors[-1], small[level]))
            queries = layer(queries, places, keys[level], values[level], open_to)
            found.append(self.decoder.layernorm(queries))
            vectors.append(mask_vectors(self.decoder.mask_predictor(found[-1]), projection))
        return found, vectors


def halved(features: Tensor, times: int) -> Tensor:
    """Features `[b, c, h, w]` resized, bilinear, to 2 ** `times` smaller sides that divide theirs: of each
    block of so many places, the mean of the four in its middle.
    """
    step = 2**times
    start = step // 2 - 1
    return F.avg_pool2d(features[:, :, start:, start:], 2, step)


def open_places(masks: Tensor) -> Tensor:
    """Where each query may look, bool `[b, q, n]`: where its mask logits `[b, q, n]` make it more likely than
    not, or everywhere if it is nowhere.
    """
    inside = masks >= 0
    return inside | ~inside.any(-1, keepdim=True)

"""MaskFormer: per-pixel classification is not all you need for semantic segmentation (Cheng et al., 2021,
arXiv:2107.06278), with Swin as backbone.

The parameters and the function are those of `transformers.MaskFormerForInstanceSegmentation`; in training
each layer of the decoder is asked, as the paper does, through the norm of the last one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from training.ml.models.backbones.swin import Swin
from training.ml.models.mask_parts import (
    Perceptron,
    SelfAttention,
    attend,
    image_view,
    positions_of,
    token_view,
)
from training.ml.models.prunable import Group, inner_width
from training.ml.models.queries import Queries, read_queries

GROUPS = 32


@dataclass(frozen=True)
class MaskFormerConfig:
    """Sizes of a MaskFormer: its backbone's, then its own."""

    num_labels: int
    task: str = "semantic"
    embed_dim: int = 96
    depths: tuple[int, ...] = (2, 2, 6, 2)
    heads: tuple[int, ...] = (3, 6, 12, 24)
    window: int = 7
    drop_path_rate: float = 0.0
    width: int = 256
    pyramid_width: int = 256
    mask_width: int = 256
    attention_heads: int = 8
    decoder_layers: int = 6
    decoder_wide: int = 2048
    queries: int = 100

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> "MaskFormerConfig":
        """The configuration in `values`; lists, as JSON has them, will do."""
        known = {item.name for item in fields(cls)}
        own: dict[str, Any] = {
            k: tuple(v) if isinstance(v, list) else v for k, v in values.items() if k in known
        }
        return cls(**own)

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        return {k: list(v) if isinstance(v, tuple) else v for k, v in asdict(self).items()}


def conv(channels: int, width: int) -> nn.Sequential:
    """3x3 convolution, group norm, ReLU: `[b, channels, h, w]` to `[b, width, h, w]`."""
    return nn.Sequential(
        nn.Conv2d(channels, width, 3, padding=1, bias=False),
        nn.GroupNorm(min(GROUPS, width), width),
        nn.ReLU(),
    )


class PyramidLayer(nn.Module):
    """A map of the backbone and the coarser map of the pyramid, added up, then a convolution."""

    def __init__(self, width: int, channels: int) -> None:
        super().__init__()
        self.proj = nn.Sequential(
            nn.Conv2d(channels, width, 1, bias=False), nn.GroupNorm(min(GROUPS, width), width)
        )
        self.block = conv(width, width)

    def forward(self, coarse: Tensor, fine: Tensor) -> Tensor:
        """`[b, width, h / 2, w / 2]` and `[b, channels, h, w]` to `[b, width, h, w]`."""
        large = F.interpolate(coarse, size=fine.shape[-2:], mode="nearest")
        out: Tensor = self.block(large + self.proj(fine))
        return out


class Pyramid(nn.Module):
    """Section 3.2: a feature pyramid over the backbone's four maps."""

    def __init__(self, channels: Sequence[int], width: int) -> None:
        super().__init__()
        *finer, coarsest = channels
        self.stem = conv(coarsest, width)
        self.layers = nn.ModuleList(PyramidLayer(width, size) for size in reversed(finer))

    def forward(self, maps: Sequence[Tensor]) -> Tensor:
        """Maps, finest first, to one `[b, width, h, w]` of the finest one's size."""
        *finer, coarsest = maps
        image: Tensor = self.stem(coarsest)
        for layer, own in zip(self.layers, reversed(finer), strict=True):
            image = layer(image, own)
        return image


class PixelDecoder(nn.Module):
    """The pyramid and the features of masks."""

    def __init__(self, channels: Sequence[int], width: int, masks: int) -> None:
        super().__init__()
        self.fpn = Pyramid(channels, width)
        self.mask_projection = nn.Conv2d(width, masks, 3, padding=1)

    def forward(self, maps: Sequence[Tensor]) -> Tensor:
        """Maps, finest first, to `[b, masks, h, w]`."""
        features: Tensor = self.mask_projection(self.fpn(maps))
        return features


class CrossAttention(SelfAttention):
    """Attention of the queries to the image; the parameters are those of attention among the queries."""

    def look(self, queries: Tensor, keys: Tensor, values: Tensor) -> Tensor:
        """Queries `[b, q, c]`, keys and values `[b, n, c]`; `[b, q, c]`."""
        mixed = attend(self.q_proj(queries), self.k_proj(keys), self.v_proj(values), self.heads)
        out: Tensor = self.out_proj(mixed)
        return out


class Layer(nn.Module):
    """Attention among the queries, to the image, and a ReLU network, each with a norm behind it."""

    def __init__(self, width: int, heads: int, wide: int) -> None:
        super().__init__()
        self.self_attn = SelfAttention(width, heads)
        self.self_attn_layer_norm = nn.LayerNorm(width)
        self.encoder_attn = CrossAttention(width, heads)
        self.encoder_attn_layer_norm = nn.LayerNorm(width)
        self.fc1 = nn.Linear(width, wide)
        self.fc2 = nn.Linear(wide, width)
        self.final_layer_norm = nn.LayerNorm(width)
        for parameter in self.parameters():
            if parameter.ndim > 1:
                nn.init.xavier_uniform_(parameter)

    def forward(self, queries: Tensor, places: Tensor, keys: Tensor, values: Tensor) -> Tensor:
        """`[b, q, c]` to the same shape; `places` `[1, q, c]` are the queries' own."""
        queries = self.self_attn_layer_norm(queries + self.self_attn(queries, places))
        found = self.encoder_attn.look(queries + places, keys, values)
        queries = self.encoder_attn_layer_norm(queries + found)
        out: Tensor = self.final_layer_norm(queries + self.fc2(F.relu(self.fc1(queries))))
        return out

    def prunable(self) -> list[Group]:
        """The width within the ReLU network."""
        return [inner_width(self)]


class Layers(nn.Module):
    """The layers and the norm of what they find."""

    def __init__(self, width: int, heads: int, wide: int, depth: int) -> None:
        super().__init__()
        self.layers = nn.ModuleList(Layer(width, heads, wide) for _ in range(depth))
        self.layernorm = nn.LayerNorm(width)


class Decoder(nn.Module):
    """From the backbone's coarsest map to each layer's queries."""

    def __init__(self, channels: int, width: int, heads: int, wide: int, depth: int, queries: int) -> None:
        super().__init__()
        self.queries_embedder = nn.Embedding(queries, width)
        self.input_projection = nn.Conv2d(channels, width, 1)
        self.decoder = Layers(width, heads, wide, depth)

    def forward(self, image: Tensor) -> list[Tensor]:
        """`[b, channels, h, w]` to `[b, q, width]` of each layer, before the norm."""
        image = self.input_projection(image)
        values = token_view(image)
        keys = values + positions_of(image, image.shape[1])
        places = self.queries_embedder.weight.unsqueeze(0)
        queries = torch.zeros_like(places).expand(image.shape[0], -1, -1)
        found = []
        for layer in self.decoder.layers:
            queries = layer(queries, places, keys, values)
            found.append(queries)
        return found


class PixelLevel(nn.Module):
    """Backbone and pixel decoder."""

    def __init__(self, config: MaskFormerConfig) -> None:
        super().__init__()
        self.encoder = Swin(
            config.embed_dim, config.depths, config.heads, config.window, config.drop_path_rate
        )
        self.decoder = PixelDecoder(self.encoder.channels, config.pyramid_width, config.mask_width)


class Body(nn.Module):
    """All but what makes classes and masks of queries."""

    def __init__(self, config: MaskFormerConfig) -> None:
        super().__init__()
        self.pixel_level_module = PixelLevel(config)
        self.transformer_module = Decoder(
            self.pixel_level_module.encoder.channels[-1],
            config.width,
            config.attention_heads,
            config.decoder_wide,
            config.decoder_layers,
            config.queries,
        )


class MaskFormer(nn.Module):
    """Image `[b, 3, h, w]` float32, normalised, its sides multiples of 32, to what `outputs` gives in
    training and what `read` makes of it in eval mode.
    """

    def __init__(self, config: MaskFormerConfig) -> None:
        super().__init__()
        self.config = config
        self.model = Body(config)
        self.class_predictor = nn.Linear(config.width, config.num_labels + 1)
        self.mask_embedder = Perceptron(config.width, config.mask_width)

    def layers(self, image: Tensor) -> tuple[list[Tensor], Tensor]:
        """Each layer's queries before the norm, and the features of masks."""
        pixels = self.model.pixel_level_module
        maps = pixels.encoder(image)
        found: list[Tensor] = self.model.transformer_module(maps[-1])
        return found, pixels.decoder(maps)

    def answers(self, found: list[Tensor], features: Tensor) -> Queries:
        """What these layers' queries say."""
        queries = self.model.transformer_module.decoder.layernorm(torch.cat(found, 1))
        masks = image_view(torch.matmul(self.mask_embedder(queries), features.flatten(2)), features)
        count = len(found)
        if count == 1:
            # Converters stumble over a tensor that is cut into one part.
            return Queries([self.class_predictor(queries)], [masks])
        return Queries(list(self.class_predictor(queries).chunk(count, 1)), list(masks.chunk(count, 1)))

    def outputs(self, image: Tensor) -> Queries:
        """The queries after each layer; masks at a quarter of the image's size."""
        return self.answers(*self.layers(image))

    def read(self, raw: Queries) -> Tensor | tuple[Tensor, Tensor]:
        """See `read_queries`."""
        return read_queries(raw, self.config.task)

    def forward(self, image: Tensor) -> Queries | Tensor | tuple[Tensor, Tensor]:
        """See the class."""
        found, features = self.layers(image)
        if self.training:
            return self.answers(found, features)
        # Nobody reads the layers before the last.
        return self.read(self.answers(found[-1:], features))

"""Mask2Former: masked-attention mask transformer for universal image segmentation (Cheng et al., 2022,
arXiv:2112.01527), with Swin as backbone.

The parameters, their names and the function are those of
`transformers.Mask2FormerForUniversalSegmentation`.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

import torch
from torch import Tensor, nn

from training.ml.models.backbones.swin import Swin
from training.ml.models.mask2former_decoder import Decoder
from training.ml.models.mask2former_pixels import PixelDecoder
from training.ml.models.mask_parts import MaskVectors, image_view, mask_logits
from training.ml.models.queries import Queries, read_queries


@dataclass(frozen=True)
class Mask2FormerConfig:
    """Sizes of a Mask2Former: its backbone's, then its own."""

    num_labels: int
    task: str = "semantic"
    embed_dim: int = 96
    depths: tuple[int, ...] = (2, 2, 6, 2)
    heads: tuple[int, ...] = (3, 6, 12, 24)
    window: int = 7
    drop_path_rate: float = 0.0
    width: int = 256
    mask_width: int = 256
    attention_heads: int = 8
    encoder_layers: int = 6
    encoder_wide: int = 1024
    decoder_layers: int = 9
    decoder_wide: int = 2048
    queries: int = 100

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> "Mask2FormerConfig":
        """The configuration in `values`; lists, as JSON has them, will do."""
        known = {item.name for item in fields(cls)}
        own: dict[str, Any] = {
            k: tuple(v) if isinstance(v, list) else v for k, v in values.items() if k in known
        }
        return cls(**own)

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        return {k: list(v) if isinstance(v, tuple) else v for k, v in asdict(self).items()}


class PixelLevel(nn.Module):
    """Backbone and pixel decoder."""

    def __init__(self, config: Mask2FormerConfig) -> None:
        super().__init__()
        self.encoder = Swin(
            config.embed_dim, config.depths, config.heads, config.window, config.drop_path_rate
        )
        self.decoder = PixelDecoder(
            self.encoder.channels,
            config.width,
            config.mask_width,
            config.attention_heads,
            config.encoder_wide,
            config.encoder_layers,
        )

    def forward(self, image: Tensor) -> tuple[list[Tensor], Tensor]:
        """Image `[b, 3, h, w]` to three scales and mask features."""
        found: tuple[list[Tensor], Tensor] = self.decoder(self.encoder(image))
        return found


class Body(nn.Module):
    """All but the classifier."""

    def __init__(self, config: Mask2FormerConfig) -> None:
        super().__init__()
        self.pixel_level_module = PixelLevel(config)
        self.transformer_module = Decoder(
            config.width,
            config.mask_width,
            config.attention_heads,
            config.decoder_wide,
            config.decoder_layers,
            config.queries,
        )


class Mask2Former(nn.Module):
    """Image `[b, 3, h, w]` float32, normalised, its sides multiples of 32, to what `outputs` gives in
    training and what `read` makes of it in eval mode.
    """

    def __init__(self, config: Mask2FormerConfig) -> None:
        super().__init__()
        self.config = config
        self.model = Body(config)
        self.class_predictor = nn.Linear(config.width, config.num_labels + 1)

    def layers(self, image: Tensor) -> tuple[list[Tensor], list[MaskVectors], Tensor]:
        """Each layer's queries and what makes their masks, and the features that they are made of."""
        pixels = self.model.pixel_level_module
        scales, features = pixels(image)
        found, vectors = self.model.transformer_module(scales, features, pixels.decoder.mask_projection)
        return found, vectors, features

    def outputs(self, image: Tensor) -> Queries:
        """The queries before the first layer and after each; masks at a quarter of the image's size."""
        found, vectors, features = self.layers(image)
        classes = self.class_predictor(torch.stack(found))
        # One product for the masks of all layers.
        joined = MaskVectors(*(torch.cat(parts, 1) for parts in zip(*vectors, strict=True)))
        masks = image_view(mask_logits(joined, features.flatten(2)), features)
        return Queries(list(classes.unbind(0)), list(masks.chunk(len(found), 1)))

    def read(self, raw: Queries) -> Tensor | tuple[Tensor, Tensor]:
        """See `read_queries`."""
        return read_queries(raw, self.config.task)

    def forward(self, image: Tensor) -> Queries | Tensor | tuple[Tensor, Tensor]:
        """See the class."""
        if self.training:
            return self.outputs(image)
        found, vectors, features = self.layers(image)
        # Nobody reads the masks of the layers before the last.
        masks = image_view(mask_logits(vectors[-1], features.flatten(2)), features)
        return self.read(Queries([self.class_predictor(found[-1])], [masks]))

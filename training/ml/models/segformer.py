"""SegFormer: simple and efficient semantic segmentation with transformers (Xie et al., 2021,
arXiv:2105.15203).

The parameters, their names and the function they compute are those of
`transformers.SegformerForSemanticSegmentation`; two things are arranged differently because they cost less:

* Feature maps stay `[batch, height, width, channels]` in memory from end to end, so that the linear layers,
  the layer norms and the convolutions (which see them as channels-last images) read the same layout without
  copies.
* The all-MLP head (section 3.2) is reordered: see `segformer_head`.
"""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from training.ml.models.prunable import Group, attention_heads, width_group
from training.ml.models.segformer_head import DecodeHead, FoldedHead, image_view, token_view


@dataclass(frozen=True)
class SegformerConfig:
    """Sizes of a SegFormer, named as in the hub's configuration files (Table 6 of the paper)."""

    num_labels: int
    depths: tuple[int, ...] = (2, 2, 2, 2)
    hidden_sizes: tuple[int, ...] = (32, 64, 160, 256)
    num_attention_heads: tuple[int, ...] = (1, 2, 5, 8)
    sr_ratios: tuple[int, ...] = (8, 4, 2, 1)
    patch_sizes: tuple[int, ...] = (7, 3, 3, 3)
    strides: tuple[int, ...] = (4, 2, 2, 2)
    mlp_ratios: tuple[int, ...] = (4, 4, 4, 4)
    decoder_hidden_size: int = 256
    drop_path_rate: float = 0.1
    classifier_dropout_prob: float = 0.1
    num_channels: int = 3

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> "SegformerConfig":
        """The configuration in `values`; keys that are not sizes of the network are left out."""
        known = {f.name for f in fields(cls)}
        sizes: dict[str, Any] = {k: v for k, v in values.items() if k in known}
        plain: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in sizes.items()}
        return cls(**plain)

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready, in the spelling of the hub's `config.json`."""
        values = {k: list(v) if isinstance(v, tuple) else v for k, v in asdict(self).items()}
        return {"model_type": "segformer", "num_encoder_blocks": len(self.depths), **values}


class PatchEmbeddings(nn.Module):
    """Overlapped patch merging (section 3.1): a strided convolution over patches that overlap, then a layer
    norm.
    """

    def __init__(self, channels: int, width: int, patch: int, stride: int) -> None:
        super().__init__()
        self.proj = nn.Conv2d(channels, width, patch, stride, patch // 2)
        self.layer_norm = nn.LayerNorm(width)

    def forward(self, image: Tensor) -> Tensor:
        """Image `[b, c, h, w]` to tokens `[b, h / stride, w / stride, width]`."""
        tokens: Tensor = self.layer_norm(token_view(self.proj(image)))
        return tokens


class SequenceReduction(nn.Module):
    """The shorter sequence of keys and values of equation 2: one token for each `ratio` x `ratio` block."""

    def __init__(self, width: int, ratio: int) -> None:
        super().__init__()
        self.sequence_reduction = nn.Conv2d(width, width, ratio, ratio)
        self.layer_norm = nn.LayerNorm(width)

    def forward(self, tokens: Tensor) -> Tensor:
        """`[b, h, w, c]` to `[b, h // ratio, w // ratio, c]`."""
        reduced: Tensor = self.layer_norm(token_view(self.sequence_reduction(image_view(tokens))))
        return reduced


class Attention(nn.Module):
    """Efficient self-attention (equations 1 and 2): queries from all tokens, keys and values from a reduced
    sequence.
    """

    def __init__(self, width: int, heads: int, ratio: int) -> None:
        super().__init__()
        self.heads, self.ratio = heads, ratio
        self.q_proj = nn.Linear(width, width)
        self.k_proj = nn.Linear(width, width)
        self.v_proj = nn.Linear(width, width)
        self.o_proj = nn.Linear(width, width)
        if ratio > 1:
            self.sequence_reduction = SequenceReduction(width, ratio)

    def split(self, tokens: Tensor) -> Tensor:
        """`[b, ..., c]` to one sequence a head, `[b, heads, n, c / heads]`."""
        batch, width = tokens.shape[0], tokens.shape[-1]
        return tokens.reshape(batch, -1, self.heads, width // self.heads).transpose(1, 2)

    def forward(self, tokens: Tensor) -> Tensor:
        """`[b, h, w, c]` to the same shape."""
        source = self.sequence_reduction(tokens) if self.ratio > 1 else tokens
        query, key, value = (
            self.split(self.q_proj(tokens)),
            self.split(self.k_proj(source)),
            self.split(self.v_proj(source)),
        )
        mixed = F.scaled_dot_product_attention(query, key, value)
        out: Tensor = self.o_proj(mixed.transpose(1, 2).reshape(*tokens.shape[:3], -1))
        return out

    def prunable(self) -> list[Group]:
        """The heads."""
        return [attention_heads(self, self.heads, "o_proj")]


class DepthWiseConv(nn.Module):
    """The 3x3 depth-wise convolution by which Mix-FFN tells positions apart."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.dwconv = nn.Conv2d(width, width, 3, 1, 1, groups=width)

    def forward(self, tokens: Tensor) -> Tensor:
        """`[b, h, w, c]` to the same shape."""
        return token_view(self.dwconv(image_view(tokens)))


class MixFFN(nn.Module):
    """Equation 3: linear, depth-wise convolution, GELU, linear."""

    def __init__(self, width: int, ratio: int) -> None:
        super().__init__()
        self.fc1 = nn.Linear(width, width * ratio)
        self.dwconv = DepthWiseConv(width * ratio)
        self.fc2 = nn.Linear(width * ratio, width)

    def forward(self, tokens: Tensor) -> Tensor:
        """`[b, h, w, c]` to the same shape."""
        out: Tensor = self.fc2(F.gelu(self.dwconv(self.fc1(tokens))))
        return out

    def prunable(self) -> list[Group]:
        """The width within."""
        return [width_group(self, "wide", ["fc1", "dwconv.dwconv"], "fc2")]


class Block(nn.Module):
    """Attention and Mix-FFN, each behind a layer norm, with residuals and stochastic depth
    (arXiv:1603.09382).
    """

    def __init__(self, width: int, heads: int, ratio: int, mlp_ratio: int, drop_path: float) -> None:
        super().__init__()
        self.drop_path = drop_path
        self.layernorm_before = nn.LayerNorm(width)
        self.attention = Attention(width, heads, ratio)
        self.layernorm_after = nn.LayerNorm(width)
        self.mlp = MixFFN(width, mlp_ratio)

    def residual(self, branch: Tensor) -> Tensor:
        """The branch, in training dropped for a random part of the samples and scaled for the rest."""
        if not self.training or self.drop_path == 0.0:
            return branch
        keep = 1.0 - self.drop_path
        mask = (
            torch.rand(branch.shape[0], 1, 1, 1, dtype=branch.dtype, device=branch.device).add_(keep).floor_()
        )
        return branch * mask.div_(keep)

    def forward(self, tokens: Tensor) -> Tensor:
        """`[b, h, w, c]` to the same shape."""
        tokens = tokens + self.residual(self.attention(self.layernorm_before(tokens)))
        return tokens + self.residual(self.mlp(self.layernorm_after(tokens)))


class Stage(nn.Module):
    """One level of the hierarchical encoder: patch merging, blocks, layer norm."""

    def __init__(self, config: SegformerConfig, index: int, drop_paths: list[float]) -> None:
        super().__init__()
        width = config.hidden_sizes[index]
        channels = config.hidden_sizes[index - 1] if index else config.num_channels
        self.patch_embeddings = PatchEmbeddings(
            channels, width, config.patch_sizes[index], config.strides[index]
        )
        heads, ratio, mlp_ratio = (
            config.num_attention_heads[index],
            config.sr_ratios[index],
            config.mlp_ratios[index],
        )
        self.blocks = nn.ModuleList(Block(width, heads, ratio, mlp_ratio, rate) for rate in drop_paths)
        self.layer_norm = nn.LayerNorm(width)

    def forward(self, image: Tensor) -> Tensor:
        """Image or feature map `[b, c, h, w]` to the feature map `[b, width, h / stride, w / stride]`,
        channels last.
        """
        tokens = self.patch_embeddings(image)
        for block in self.blocks:
            tokens = block(tokens)
        return image_view(self.layer_norm(tokens))


class Encoder(nn.Module):
    """The Mix Transformer (section 3.1), stochastic depth rising linearly with depth."""

    def __init__(self, config: SegformerConfig) -> None:
        super().__init__()
        total = sum(config.depths)
        rates = [config.drop_path_rate * i / max(total - 1, 1) for i in range(total)]
        starts = [sum(config.depths[:i]) for i in range(len(config.depths))]
        self.stages = nn.ModuleList(
            Stage(config, i, rates[start : start + depth])
            for i, (start, depth) in enumerate(zip(starts, config.depths, strict=True))
        )

    def forward(self, image: Tensor) -> list[Tensor]:
        """Image `[b, 3, h, w]` to the four feature maps at 1/4, 1/8, 1/16 and 1/32 of its size."""
        maps = []
        for stage in self.stages:
            image = stage(image)
            maps.append(image)
        return maps


class Segformer(nn.Module):
    """Image `[b, 3, h, w]` float32, normalised, to logits `[b, num_labels, h / 4, w / 4]` float32."""

    def __init__(self, config: SegformerConfig) -> None:
        super().__init__()
        self.config = config
        self.segformer = Encoder(config)
        self.decode_head: DecodeHead | FoldedHead = DecodeHead(
            config.hidden_sizes, config.decoder_hidden_size, config.num_labels, config.classifier_dropout_prob
        )
        self.apply(initialise)
        nn.init.normal_(self.decode_head.classifier.weight, std=0.01)

    def forward(self, image: Tensor) -> Tensor:
        """See the class."""
        logits: Tensor = self.decode_head(self.segformer(image.contiguous(memory_format=torch.channels_last)))
        return logits

    def fold(self) -> "Segformer":
        """Itself in eval mode with the folded head, for inference only; the logits agree to rounding."""
        if isinstance(self.decode_head, DecodeHead):
            self.decode_head = FoldedHead(self.decode_head)
        return self.eval().requires_grad_(False)


def initialise(module: nn.Module) -> None:
    """Weights from scratch as in the authors' code: truncated normal in linear layers, fan-out normal in
    convolutions.
    """
    if isinstance(module, nn.Linear):
        nn.init.trunc_normal_(module.weight, std=0.02)
        nn.init.zeros_(module.bias)
    elif isinstance(module, nn.Conv2d):
        fan_out = module.kernel_size[0] * module.kernel_size[1] * module.out_channels // module.groups
        nn.init.normal_(module.weight, std=math.sqrt(2.0 / fan_out))
        if module.bias is not None:
            nn.init.zeros_(module.bias)

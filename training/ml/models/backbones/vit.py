"""The vision transformer (Dosovitskiy et al., 2020, arXiv:2010.11929), plain: patches, tokens before them,
learned positions, pre-norm blocks.

The parts are what DPT and EoMT have in common; each goes through the blocks in its own way. Published names
become these by `rename`, whichever of the hub's spellings they have.
"""

import re

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from training.ml.models.backbones.scaled import ScaledLinear
from training.ml.models.prunable import Group, attention_heads, inner_width

RENAMES = tuple(
    (re.compile(old), new)
    for old, new in (
        (r"^(dpt|vit|deit)\.", "backbone."),
        (r"^(embeddings|encoder|layers)\.", r"backbone.\1."),
        (r"backbone\.embeddings\.patch_embeddings\.", "backbone."),
        (r"backbone\.embeddings\.", "backbone."),
        (r"position_embeddings\.weight$", "position_embeddings"),
        (r"backbone\.encoder\.layer\.", "backbone.layers."),
        (r"attention\.attention\.(query|key|value)\.", lambda found: f"attention.{found[1][0]}_proj."),
        (r"attention\.(output\.dense|o_proj)\.", "attention.out_proj."),
        (r"intermediate\.dense\.", "mlp.fc1."),
        (r"(layers\.\d+\.)output\.dense\.", r"\1mlp.fc2."),
        (r"layernorm_before\.", "norm1."),
        (r"layernorm_after\.", "norm2."),
        (r"layer_scale1\.lambda1$", "attention.out_proj.scale"),
        (r"layer_scale2\.lambda1$", "mlp.fc2.scale"),
    )
)


def rename(name: str) -> str:
    """The name of a published transformer's parameter as a model with a `Vit` called `backbone` has it."""
    for pattern, replacement in RENAMES:
        name = pattern.sub(replacement, name)
    return name


class Attention(nn.Module):
    """Multi-head self-attention (equation 2), which the first tokens may have to share out by a mask."""

    def __init__(self, width: int, heads: int, scaled: bool) -> None:
        super().__init__()
        self.heads = heads
        self.q_proj = nn.Linear(width, width)
        self.k_proj = nn.Linear(width, width)
        self.v_proj = nn.Linear(width, width)
        self.out_proj = (ScaledLinear if scaled else nn.Linear)(width, width)

    def forward(self, tokens: Tensor, seen: Tensor | None = None) -> Tensor:
        """Tokens `[b, n, c]`, and what the first m of them may attend to bool `[b, m, n]`, to `[b, n, c]`."""
        query, key, value = (
            layer(tokens).unflatten(2, (self.heads, -1)).transpose(1, 2)
            for layer in (self.q_proj, self.k_proj, self.v_proj)
        )
        if seen is None:
            mixed = F.scaled_dot_product_attention(query, key, value)
        else:
            some, others = query[:, :, : seen.shape[1]], query[:, :, seen.shape[1] :]
            parts = (
                F.scaled_dot_product_attention(some, key, value, seen.unsqueeze(1)),
                F.scaled_dot_product_attention(others, key, value),
            )
            mixed = torch.cat(parts, 2)
        out: Tensor = self.out_proj(mixed.transpose(1, 2).flatten(2))
        return out

    def prunable(self) -> list[Group]:
        """The heads."""
        return [attention_heads(self, self.heads, "out_proj")]


class Mlp(nn.Module):
    """Widen, GELU, narrow."""

    def __init__(self, width: int, hidden: int, scaled: bool) -> None:
        super().__init__()
        self.fc1 = nn.Linear(width, hidden)
        self.fc2 = (ScaledLinear if scaled else nn.Linear)(hidden, width)

    def forward(self, tokens: Tensor) -> Tensor:
        """`[b, n, c]` to the same shape."""
        out: Tensor = self.fc2(F.gelu(self.fc1(tokens)))
        return out

    def prunable(self) -> list[Group]:
        """The width within."""
        return [inner_width(self)]


class Block(nn.Module):
    """Attention and MLP, each behind a layer norm, with residuals; a layer scale on both where `scaled`."""

    def __init__(self, width: int, heads: int, epsilon: float, scaled: bool) -> None:
        super().__init__()
        self.norm1 = nn.LayerNorm(width, eps=epsilon)
        self.attention = Attention(width, heads, scaled)
        self.norm2 = nn.LayerNorm(width, eps=epsilon)
        self.mlp = Mlp(width, 4 * width, scaled)

    def forward(self, tokens: Tensor, seen: Tensor | None = None) -> Tensor:
        """Tokens `[b, n, c]`, and what the first m of them may attend to bool `[b, m, n]`, to `[b, n, c]`."""
        tokens = tokens + self.attention(self.norm1(tokens), seen)
        out: Tensor = tokens + self.mlp(self.norm2(tokens))
        return out


class Vit(nn.Module):
    """Embeddings and blocks. Positions are learned on a grid of `side` x `side` patches, and interpolated to
    the image's; where `registers` is not None there are that many tokens beside the class token, and neither
    has a position.
    """

    def __init__(
        self,
        width: int,
        depth: int,
        heads: int,
        side: int,
        patch: int = 16,
        registers: int | None = None,
        epsilon: float = 1e-12,
        scaled: bool = False,
    ) -> None:
        super().__init__()
        self.side, self.registers, self.prefix = side, registers, 1 + (registers or 0)
        self.cls_token = nn.Parameter(torch.zeros(1, 1, width))
        places = (1, side * side + 1, width) if registers is None else (side * side, width)
        self.position_embeddings = nn.Parameter(torch.zeros(places))
        if registers is not None:
            self.register_tokens = nn.Parameter(torch.zeros(1, registers, width))
        self.projection = nn.Conv2d(3, width, patch, patch)
        self.layers = nn.ModuleList(Block(width, heads, epsilon, scaled) for _ in range(depth))
        self.apply(initialise)
        for tokens in (self.cls_token, self.position_embeddings):
            nn.init.trunc_normal_(tokens, std=0.02)

    def embed(self, image: Tensor) -> tuple[Tensor, int, int]:
        """Image `[b, 3, h, w]` to tokens `[b, prefix + n, c]` with positions, the patches row by row after
        the class token and the registers; and the rows and columns of patches.
        """
        patches = self.projection(image)
        rows, columns = patches.shape[2:]
        places = self.position_embeddings.flatten(0, -2)
        grid = places[-self.side * self.side :].unflatten(0, (self.side, self.side))
        grid = grid.permute(2, 0, 1).unsqueeze(0)
        grid = F.interpolate(grid, size=(rows, columns), mode="bilinear", align_corners=False)
        if self.registers is None:
            start = self.cls_token + places[:1]
        else:
            start = torch.cat([self.cls_token, self.register_tokens], 1)
        tokens = (patches + grid).flatten(2).transpose(1, 2)
        return torch.cat([start.expand(tokens.shape[0], -1, -1), tokens], 1), rows, columns


def initialise(module: nn.Module) -> None:
    """Weights from scratch: truncated normals, biases 0."""
    if isinstance(module, nn.Linear | nn.Conv2d):
        nn.init.trunc_normal_(module.weight, std=0.02)
        if module.bias is not None:
            nn.init.zeros_(module.bias)

"""Swin Transformer: hierarchical vision transformer using shifted windows (Liu et al., 2021,
arXiv:2103.14030).

Parameters, their names and the function are those of `transformers.SwinBackbone`. Tokens stay `[b, h, w, c]`
from end to end.
"""

import re
from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from training.ml.models.backbones.windows import RelativePositionBias, WindowAttention, missing
from training.ml.models.prunable import Group, inner_width

PATCH = 4
EPSILON = 1e-5
TABLE = "relative_position_bias.relative_position_bias_table"


class MLP(nn.Module):
    """Linear, GELU, linear."""

    def __init__(self, width: int, wide: int) -> None:
        super().__init__()
        self.fc1 = nn.Linear(width, wide)
        self.fc2 = nn.Linear(wide, width)

    def forward(self, tokens: Tensor) -> Tensor:
        """`[..., width]` to the same shape."""
        out: Tensor = self.fc2(F.gelu(self.fc1(tokens)))
        return out

    def prunable(self) -> list[Group]:
        """The width within."""
        return [inner_width(self)]


class Block(nn.Module):
    """Window attention and MLP, each behind a norm (equation 3), with stochastic depth on the attention."""

    def __init__(self, width: int, heads: int, window: int, shift: int, drop_path: float) -> None:
        super().__init__()
        self.drop_path = drop_path
        self.layernorm_before = nn.LayerNorm(width, eps=EPSILON)
        self.attention = WindowAttention(width, heads, window, shift)
        self.layernorm_after = nn.LayerNorm(width, eps=EPSILON)
        self.mlp = MLP(width, 4 * width)

    def forward(self, tokens: Tensor) -> Tensor:
        """`[b, h, w, c]` to the same shape."""
        branch = self.attention(self.layernorm_before(tokens))
        if self.training and self.drop_path > 0:
            keep = 1.0 - self.drop_path
            kept = torch.rand(branch.shape[0], 1, 1, 1, dtype=branch.dtype, device=branch.device)
            branch = branch * kept.add_(keep).floor_().div_(keep)
        tokens = tokens + branch
        out: Tensor = tokens + self.mlp(self.layernorm_after(tokens))
        return out


class PatchMerging(nn.Module):
    """Four neighbours side by side, halved in width: the next stage's tokens (section 3.1)."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.reduction = nn.Linear(4 * width, 2 * width, bias=False)
        self.norm = nn.LayerNorm(4 * width)

    def forward(self, tokens: Tensor) -> Tensor:
        """`[b, h, w, c]` to `[b, h / 2, w / 2, 2 c]`, rounded up."""
        height, width = tokens.shape[1:3]
        if torch.jit.is_tracing() or height % 2 or width % 2:
            tokens = F.pad(tokens, (0, 0, 0, width % 2, 0, height % 2))
        four = [tokens[:, row::2, column::2] for column in range(2) for row in range(2)]
        out: Tensor = self.reduction(self.norm(torch.cat(four, -1)))
        return out


class Stage(nn.Module):
    """Blocks of one width, every second one shifted, and the merging for the next stage."""

    def __init__(self, width: int, heads: int, window: int, drop_paths: Sequence[float], last: bool) -> None:
        super().__init__()
        self.blocks = nn.ModuleList(
            Block(width, heads, window, window // 2 if index % 2 else 0, rate)
            for index, rate in enumerate(drop_paths)
        )
        self.downsample = None if last else PatchMerging(width)

    def forward(self, tokens: Tensor) -> tuple[Tensor, Tensor]:
        """`[b, h, w, c]` to the stage's own tokens and those of the next stage."""
        for block in self.blocks:
            tokens = block(tokens)
        return tokens, tokens if self.downsample is None else self.downsample(tokens)


class PatchEmbeddings(nn.Module):
    """Patches of 4 x 4 pixels, each a token."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.projection = nn.Conv2d(3, width, PATCH, PATCH)

    def forward(self, image: Tensor) -> Tensor:
        """`[b, 3, h, w]` to `[b, h / 4, w / 4, width]`, rounded up."""
        height, width = image.shape[-2:]
        if torch.jit.is_tracing() or height % PATCH or width % PATCH:
            image = F.pad(image, (0, missing(width, PATCH), 0, missing(height, PATCH)))
        tokens: Tensor = self.projection(image)
        return tokens.permute(0, 2, 3, 1)


class Embeddings(nn.Module):
    """Patches and a norm."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.patch_embeddings = PatchEmbeddings(width)
        self.norm = nn.LayerNorm(width)

    def forward(self, image: Tensor) -> Tensor:
        """`[b, 3, h, w]` to `[b, h / 4, w / 4, width]`."""
        tokens: Tensor = self.norm(self.patch_embeddings(image))
        return tokens


class Encoder(nn.Module):
    """The four stages, stochastic depth rising linearly with depth."""

    def __init__(
        self, width: int, depths: Sequence[int], heads: Sequence[int], window: int, drop_path: float
    ) -> None:
        super().__init__()
        total = sum(depths)
        rates = [drop_path * index / max(total - 1, 1) for index in range(total)]
        starts = [sum(depths[:index]) for index in range(len(depths))]
        self.layers = nn.ModuleList(
            Stage(width * 2**i, heads[i], window, rates[start : start + depth], i == len(depths) - 1)
            for i, (start, depth) in enumerate(zip(starts, depths, strict=True))
        )

    def forward(self, tokens: Tensor) -> list[Tensor]:
        """`[b, h / 4, w / 4, width]` to each stage's tokens."""
        found = []
        for stage in self.layers:
            own, tokens = stage(tokens)
            found.append(own)
        return found


class Body(nn.Module):
    """Embeddings and encoder."""

    def __init__(
        self, width: int, depths: Sequence[int], heads: Sequence[int], window: int, drop_path: float
    ) -> None:
        super().__init__()
        self.embeddings = Embeddings(width)
        self.encoder = Encoder(width, depths, heads, window, drop_path)

    def forward(self, image: Tensor) -> list[Tensor]:
        """`[b, 3, h, w]` to the stages' tokens `[b, h', w', c]`."""
        tokens: list[Tensor] = self.encoder(self.embeddings(image))
        return tokens


class Swin(nn.Module):
    """Image `[b, 3, h, w]` to four maps `[b, c, h', w']`, channels last in memory, of widths `channels`, at
    1/4, 1/8, 1/16 and 1/32 of its size, rounded up.
    """

    def __init__(
        self,
        width: int = 96,
        depths: Sequence[int] = (2, 2, 6, 2),
        heads: Sequence[int] = (3, 6, 12, 24),
        window: int = 7,
        drop_path: float = 0.0,
    ) -> None:
        super().__init__()
        self.channels = [width * 2**index for index in range(len(depths))]
        self.swin = Body(width, depths, heads, window, drop_path)
        self.hidden_states_norms = nn.ModuleDict(
            {f"stage{index}": nn.LayerNorm(channels) for index, channels in enumerate(self.channels, 1)}
        )
        self.apply(initialise)

    def forward(self, image: Tensor) -> list[Tensor]:
        """See the class."""
        tokens = zip(self.hidden_states_norms.values(), self.swin(image), strict=True)
        return [norm(own).permute(0, 3, 1, 2) for norm, own in tokens]


def initialise(module: nn.Module) -> None:
    """Weights from scratch as in the authors' code: truncated normal; biases and tables of biases small."""
    if isinstance(module, (nn.Linear, nn.Conv2d)):
        nn.init.trunc_normal_(module.weight, std=0.02)
        if module.bias is not None:
            nn.init.zeros_(module.bias)
    if isinstance(module, RelativePositionBias):
        nn.init.trunc_normal_(module.relative_position_bias_table, std=0.02)


def window_operations(size: int, width: int, depths: Sequence[int], window: int) -> int:
    """Floating-point operations of the attention within windows for a square image of `size` pixels: two
    products of a window's tokens with one another in each block.
    """
    total = 0
    for index, depth in enumerate(depths):
        side = -(-size // (PATCH * 2**index))
        windows = (-(-side // window)) ** 2
        total += depth * windows * 2 * 2 * window**4 * width * 2**index
    return total


RENAMES = tuple(
    (re.compile(old), new)
    for old, new in (
        (r"attention\.self\.query\.", "attention.q_proj."),
        (r"attention\.self\.key\.", "attention.k_proj."),
        (r"attention\.self\.value\.", "attention.v_proj."),
        (r"attention\.self\.relative_position_bias_table", f"attention.{TABLE}"),
        (r"attention\.output\.dense\.", "attention.o_proj."),
        (r"(blocks\.\d+\.)intermediate\.dense\.", r"\1mlp.fc1."),
        (r"(blocks\.\d+\.)output\.dense\.", r"\1mlp.fc2."),
    )
)


def rename(name: str) -> str:
    """The name of a published Swin's parameter, of transformers before 5 or since, as `Swin` has it within
    its parts.
    """
    for pattern, replacement in RENAMES:
        name = pattern.sub(replacement, name)
    return name

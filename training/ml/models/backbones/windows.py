"""Attention within shifted windows (Swin Transformer, Liu et al., 2021, arXiv:2103.14030, section 3.2).

Tokens are `[b, h, w, c]`. Where a map does not fill its windows, the published network pads it with zeros
after the norm: queries, keys and values of the padding are then the projections' biases, and nobody reads
what it attends to. So the projections see the map's own tokens alone, and the padding is filled in.
"""

from functools import lru_cache

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from training.ml.models.prunable import Group, Part, attention_heads
from training.ml.models.traced import is_traced

APART = -100.0


def missing(length: int, multiple: int) -> int:
    """What `length` lacks to the next multiple."""
    return (multiple - length % multiple) % multiple


def window_positions(window: int) -> Tensor:
    """The row of the bias table for each pair of a window's tokens, int64 `[window ** 4]` (section 3.2)."""
    steps = torch.arange(window)
    tokens = torch.stack(torch.meshgrid(steps, steps, indexing="ij")).flatten(1)
    apart = tokens[:, :, None] - tokens[:, None, :] + window - 1
    return (apart[0] * (2 * window - 1) + apart[1]).flatten()


def regions(length: int, window: int, shift: int, device: torch.device) -> Tensor:
    """Which of three regions each place of a shifted side of `length` is from, int64 `[length]`."""
    places = torch.arange(length, device=device)
    return (places >= length - window).long() + (places >= length - shift).long()


def shift_mask(height: int, width: int, window: int, shift: int, device: torch.device) -> Tensor:
    """What keeps tokens apart that are neighbours by the shift alone: 0 or -100, float32 `[windows,
    window ** 2, window ** 2]`, for a padded map.
    """
    rows, columns = regions(height, window, shift, device), regions(width, window, shift, device)
    whole = rows[:, None] * 3 + columns[None, :]
    parts = whole.view(height // window, window, width // window, window).transpose(1, 2)
    parts = parts.reshape(-1, window * window)
    return (parts.unsqueeze(1) != parts.unsqueeze(2)).float() * APART


kept_mask = lru_cache(maxsize=64)(shift_mask)


def turned(tokens: Tensor, padding: Tensor, shift: int, side: int) -> Tensor:
    """Tokens with the padding behind them along a side, of which the first `shift` go to the end."""
    length, first = tokens.shape[side], min(shift, tokens.shape[side])
    rest, beyond = padding.split([padding.shape[side] - shift + first, shift - first], side)
    parts = [tokens.narrow(side, first, length - first), rest, tokens.narrow(side, 0, first), beyond]
    return torch.cat(parts, side)


def turned_back(tokens: Tensor, length: int, shift: int, side: int) -> Tensor:
    """The `length` tokens along a side, in their order, of what `turned` gave."""
    first = min(shift, length)
    parts = [tokens.narrow(side, tokens.shape[side] - shift, first), tokens.narrow(side, 0, length - first)]
    return torch.cat(parts, side)


class RelativePositionBias(nn.Module):
    """One learnt number a head for each offset between two tokens of a window (equation 4)."""

    def __init__(self, heads: int, window: int) -> None:
        super().__init__()
        self.window = window
        self.relative_position_bias_table = nn.Parameter(torch.zeros((2 * window - 1) ** 2, heads))
        self.positions: Tensor
        self.register_buffer("positions", window_positions(window), persistent=False)

    def forward(self) -> Tensor:
        """`[heads, window ** 2, window ** 2]`."""
        area = self.window**2
        return self.relative_position_bias_table[self.positions].view(area, area, -1).permute(2, 0, 1)


class WindowAttention(nn.Module):
    """Self-attention within windows of `window` x `window` tokens, shifted by `shift` (section 3.2)."""

    def __init__(self, width: int, heads: int, window: int, shift: int) -> None:
        super().__init__()
        self.heads, self.window, self.shift = heads, window, shift
        self.q_proj = nn.Linear(width, width)
        self.k_proj = nn.Linear(width, width)
        self.v_proj = nn.Linear(width, width)
        self.o_proj = nn.Linear(width, width)
        self.relative_position_bias = RelativePositionBias(heads, window)

    def windows(self, tokens: Tensor, padding: Tensor) -> Tensor:
        """Queries, keys and values `[b, h, w, 3 * c]` by windows and heads, `[3, b, windows, heads,
        window ** 2, c / heads]`; where they do not fill their windows, `padding` `[3 * c]` does.
        """
        batch, height, width, channels = tokens.shape
        window, shift, heads = self.window, self.shift, self.heads
        down, right = missing(height, window), missing(width, window)
        padding = padding.to(tokens.dtype)
        if torch.jit.is_tracing():
            # A trace has to hold for all sizes.
            tokens = torch.cat([tokens, padding.expand(batch, down, width, channels)], 1)
            tokens = torch.cat([tokens, padding.expand(batch, height + down, right, channels)], 2)
            tokens = tokens.roll((-shift, -shift), (1, 2))
        elif down or right or shift:
            tokens = turned(tokens, padding.expand(batch, down, width, channels), shift, 1)
            tokens = turned(tokens, padding.expand(batch, height + down, right, channels), shift, 2)
        rows, columns = (height + down) // window, (width + right) // window
        each = channels // heads // 3
        parts = tokens.view(batch, rows, window, columns, window, 3, heads, each)
        parts = parts.permute(5, 0, 1, 3, 6, 2, 4, 7)
        return parts.reshape(3, batch, rows * columns, heads, window * window, each)

    def whole(self, parts: Tensor, height: int, width: int) -> Tensor:
        """The way back to `[b, h, w, c]`, without the padding."""
        batch, _, heads, _, channels = parts.shape
        window, shift = self.window, self.shift
        rows = (height + missing(height, window)) // window
        columns = (width + missing(width, window)) // window
        tokens = parts.view(batch, rows, columns, heads, window, window, channels)
        tokens = tokens.permute(0, 1, 4, 2, 5, 3, 6)
        tokens = tokens.reshape(batch, rows * window, columns * window, heads * channels)
        if torch.jit.is_tracing():
            tokens = tokens.roll((shift, shift), (1, 2))
        elif shift:
            tokens = turned_back(turned_back(tokens, height, shift, 1), width, shift, 2)
        return tokens[:, :height, :width]

    def forward(self, tokens: Tensor) -> Tensor:
        """`[b, h, w, c]` to the same shape."""
        _, height, width, _ = tokens.shape
        # Queries are scaled with their projection, which is less than they are.
        scale = (self.q_proj.out_features // self.heads) ** -0.5
        others = (self.k_proj, self.v_proj)
        weight = torch.cat([self.q_proj.weight * scale, *(p.weight for p in others)])
        padding = torch.cat([self.q_proj.bias * scale, *(p.bias for p in others)])
        query, key, value = self.windows(F.linear(tokens, weight, padding), padding).unbind(0)
        scores = torch.matmul(query, key.transpose(-2, -1))
        bias = self.relative_position_bias()
        if self.shift:
            sides = height + missing(height, self.window), width + missing(width, self.window)
            make_mask = shift_mask if is_traced() else kept_mask
            bias = bias + make_mask(*sides, self.window, self.shift, tokens.device).unsqueeze(1).to(
                bias.dtype
            )
        mixed = torch.matmul((scores + bias.to(scores.dtype)).softmax(-1), value)
        out: Tensor = self.o_proj(self.whole(mixed, height, width))
        return out

    def prunable(self) -> list[Group]:
        """The heads, each with its column of the table of biases."""
        table = Part("relative_position_bias.relative_position_bias_table", 1)
        return [attention_heads(self, self.heads, "o_proj", table)]

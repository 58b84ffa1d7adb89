"""SegFormer's all-MLP head (section 3.2 of the paper), reordered.

The linear layer of a stage, the bilinear upsampling and the 1x1 convolution that fuses the stages are linear;
the first and the last act on channels, the upsampling on positions: they commute. So the head multiplies the
two channel maps first, applies the product at each stage's own resolution, and upsamples and adds the
results: the same parameters and the same logits for a fraction of the work.
"""

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from training.ml.models.prunable import Group, width_group


def image_view(tokens: Tensor) -> Tensor:
    """`[b, h, w, c]` as the channels-last image `[b, c, h, w]` that it already is in memory."""
    return tokens.permute(0, 3, 1, 2)


def token_view(image: Tensor) -> Tensor:
    """`[b, c, h, w]` as `[b, h, w, c]`: free for a channels-last image."""
    return image.permute(0, 2, 3, 1).contiguous()


class Projection(nn.Module):
    """The linear layer of one stage in the head; it holds the parameters that the head multiplies."""

    def __init__(self, width: int, out: int) -> None:
        super().__init__()
        self.proj = nn.Linear(width, out)


class DecodeHead(nn.Module):
    """The all-MLP head (equation 4), reordered as said above."""

    def __init__(self, sizes: Sequence[int], width: int, num_labels: int, dropout: float) -> None:
        super().__init__()
        self.linear_projections = nn.ModuleList(Projection(size, width) for size in sizes)
        self.linear_fuse = nn.Conv2d(width * len(sizes), width, 1, bias=False)
        self.batch_norm = nn.BatchNorm2d(width)
        self.dropout = nn.Dropout(dropout)
        self.classifier = nn.Conv2d(width, num_labels, 1)

    def projections(self) -> list[nn.Linear]:
        """The linear layer of each stage, finest first."""
        return [item.proj for item in self.linear_projections if isinstance(item, Projection)]

    def channel_maps(self) -> tuple[list[Tensor], Tensor]:
        """Fuse times projection: a weight `[width, c_i]` for each stage, finest first, and the sum of biases
        `[width]`.
        """
        layers = self.projections()
        widths = [layer.out_features for layer in reversed(layers)]
        fuse = self.linear_fuse.weight.flatten(1).split(widths, dim=1)[::-1]
        weights = [part @ layer.weight for part, layer in zip(fuse, layers, strict=True)]
        biases = [part @ layer.bias for part, layer in zip(fuse, layers, strict=True)]
        return weights, torch.stack(biases).sum(0)

    def forward(self, maps: list[Tensor]) -> Tensor:
        """Feature maps to logits `[b, num_labels, h / 4, w / 4]`."""
        weights, bias = self.channel_maps()
        fused = merge(maps, weights, bias)
        logits: Tensor = self.classifier(self.dropout(F.relu(self.batch_norm(fused))))
        return logits

    def prunable(self) -> list[Group]:
        """The fused width, and the width of each stage's projection."""
        groups = [width_group(self, "width", ["linear_fuse", "batch_norm"], "classifier")]
        start = self.linear_fuse.in_channels
        for index, layer in enumerate(self.projections()):
            start -= layer.out_features
            maker = f"linear_projections.{index}.proj"
            groups.append(width_group(self, f"projection.{index}", [maker], ("linear_fuse", start)))
        return groups


def merge(maps: list[Tensor], weights: list[Tensor], bias: Tensor) -> Tensor:
    """Each map through its weight at its own resolution, upsampled to the first map's size and added up.

    Args: maps `[b, c_i, h_i, w_i]`, weights `[width, c_i]`, bias `[width]`. Returns `[b, width, h_0, w_0]`.
    """
    size = maps[0].shape[-2:]
    total = image_view(F.linear(token_view(maps[0]), weights[0], bias))
    for features, weight in zip(maps[1:], weights[1:], strict=True):
        mapped = image_view(F.linear(token_view(features), weight))
        total = total + F.interpolate(mapped, size=size, mode="bilinear", align_corners=False)
    return total


class FoldedHead(nn.Module):
    """The head for inference: products and batch norm folded into one weight a stage and one bias."""

    weights: nn.ParameterList
    bias: Tensor

    def __init__(self, head: DecodeHead) -> None:
        super().__init__()
        norm = head.batch_norm
        if norm.running_mean is None or norm.running_var is None:
            raise ValueError("the batch norm keeps no running statistics to fold")
        with torch.no_grad():
            weights, bias = head.channel_maps()
            scale = norm.weight * torch.rsqrt(norm.running_var + norm.eps)
            self.weights = nn.ParameterList(
                nn.Parameter(scale[:, None] * w, requires_grad=False) for w in weights
            )
            folded = (bias - norm.running_mean) * scale + norm.bias
        self.register_buffer("bias", folded, persistent=False)
        self.classifier = head.classifier

    def forward(self, maps: list[Tensor]) -> Tensor:
        """Feature maps to logits `[b, num_labels, h / 4, w / 4]`."""
        logits: Tensor = self.classifier(F.relu(merge(maps, list(self.weights), self.bias)))
        return logits

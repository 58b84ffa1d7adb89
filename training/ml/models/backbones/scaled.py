"""The layer scale of residual branches (Touvron et al., 2021, arXiv:2103.17239, section 2)."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class ScaledLinear(nn.Linear):
    """A linear layer times a learned scale for each output.

    The scale is multiplied into the weights instead of the outputs: the same product and the same gradients,
    without a pass over the outputs and without keeping them for the backward pass.
    """

    def __init__(self, channels: int, width: int) -> None:
        super().__init__(channels, width)
        self.scale: nn.Parameter | None = nn.Parameter(torch.ones(width))

    def forward(self, tokens: Tensor) -> Tensor:
        """`[..., channels]` to `[..., width]`."""
        return F.linear(tokens, *self.scaled())

    def scaled(self) -> tuple[Tensor, Tensor]:
        """Weight and bias times the scale."""
        if self.scale is None:
            return self.weight, self.bias
        return self.scale.unsqueeze(1) * self.weight, self.scale * self.bias

    def fold(self) -> None:
        """The scale into weight and bias, for inference."""
        weight, bias = self.scaled()
        self.weight, self.bias = nn.Parameter(weight, False), nn.Parameter(bias, False)
        self.scale = None

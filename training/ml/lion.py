"""Lion, the optimiser of signs (Chen et al. 2023, algorithm 2)."""

from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch.optim import Optimizer


class Lion(Optimizer):
    """Each step moves every weight by the rate, in the direction of the sign of momentum and gradient mixed.

    With c = b1 m + (1 - b1) g the weight becomes w - rate (sign(c) + decay w), then m is b2 m + (1 - b2) g.
    """

    def __init__(
        self,
        params: Iterable[dict[str, Any]],
        lr: float,
        betas: tuple[float, float] = (0.9, 0.99),
        weight_decay: float = 0.0,
    ) -> None:
        super().__init__(params, {"lr": lr, "betas": betas, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self, closure: Callable[[], float] | None = None) -> None:  # type: ignore[override]
        """One step; `closure` is not called."""
        for group in self.param_groups:
            parameters = [p for p in group["params"] if p.grad is not None]
            if not parameters:
                continue
            gradients = [p.grad for p in parameters]
            for p in parameters:
                if "exp_avg" not in self.state[p]:
                    self.state[p]["exp_avg"] = torch.zeros_like(p)
            means = [self.state[p]["exp_avg"] for p in parameters]
            first, second = group["betas"]
            moves = torch._foreach_lerp(means, gradients, 1 - first)
            torch._foreach_sign_(moves)
            torch._foreach_mul_(parameters, 1 - group["lr"] * group["weight_decay"])
            torch._foreach_add_(parameters, moves, alpha=-group["lr"])
            torch._foreach_lerp_(means, gradients, 1 - second)

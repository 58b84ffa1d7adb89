"""One optimiser step, in any precision, and where it runs."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from training.ml.data.loader import Batch
from training.ml.failures import Failure
from training.ml.losses import Criterion, mean, scale_of
from training.ml.processes import place
from training.ml.ranks import across, size, sum_gradients, summed_in_place

DTYPES = {"bf16": torch.bfloat16, "fp16": torch.float16}


def choose_device(name: str) -> torch.device:
    """The device for "auto", "cpu", "cuda" or "mps". Raises `Failure` where it is not here."""
    available = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    if name == "auto":
        name = next(kind for kind, here in available.items() if here)
    if not available.get(name, False):
        here = ", ".join(kind for kind, yes in available.items() if yes)
        raise Failure(
            "No such device", f"{name} is not available on this machine.", f"Choose auto or one of {here}."
        )
    return torch.device(name, place().local_rank) if name == "cuda" else torch.device(name)


def choose_precision(name: str, device: torch.device) -> str:
    """The precision for "auto", "fp32", "bf16" or "fp16" on a device. Raises `Failure` where it cannot."""
    if name == "auto":
        return "bf16" if device.type == "cuda" and torch.cuda.is_bf16_supported() else "fp32"
    if name == "fp16" and device.type == "cpu":
        detail = "hardware.precision is fp16, which does not train on a CPU."
        raise Failure("No such precision", detail, "Choose bf16 or fp32.")
    return name


class Engine:
    """The model with its optimiser on a device. `precision` is "fp32", or "bf16" or "fp16" by autocast."""

    def __init__(
        self,
        model: nn.Module,
        optimizer: Optimizer,
        loss: Criterion,
        device: torch.device,
        precision: str,
        clip: float,
        compiled: bool = False,
    ) -> None:
        self.model, self.optimizer, self.loss, self.device, self.clip = model, optimizer, loss, device, clip
        # The compiled one shares the parameters; whatever reads or validates the model takes the plain one.
        self.forward: Callable[[Tensor], Any] = torch.compile(model, dynamic=False) if compiled else model
        self.dtype = DTYPES.get(precision)
        self.scaler = torch.amp.GradScaler(device.type) if precision == "fp16" else None
        self.parameters = [p for p in model.parameters() if p.requires_grad]

    def cast(self) -> AbstractContextManager[object]:
        """Autocast to the precision, or nothing."""
        if self.dtype is None:
            return nullcontext()
        return torch.autocast(self.device.type, self.dtype)

    def step(self, batches: Sequence[Batch]) -> Tensor:
        """Forward and backward of each batch, then one optimiser step; the loss of all batches of all ranks,
        float32 `[]`, on the device. Raises `PeerLost` where another rank is gone.
        """
        self.optimizer.zero_grad(set_to_none=True)
        targets = [self.loss.targets(batch, self.device) for batch in batches]
        masses = torch.stack([self.loss.masses(item, shared=True) for item in targets]).sum(0)
        masses = summed_in_place(masses)
        losses, sums = [], []
        for batch, target in zip(batches, targets, strict=True):
            images = batch.images.to(self.device, non_blocking=True)
            with self.cast():
                raw = self.forward(images)
            totals = across(self.loss.totals(raw, target, shared=True))
            loss = mean(totals, masses)
            # Every rank holds the whole loss; the sum over the ranks of their gradients is to be its own.
            share = loss / size()
            (self.scaler.scale(share) if self.scaler else share).backward()
            losses.append(loss.detach())
            sums.append(totals.detach())
        sum_gradients(self.parameters)
        whole = losses[0] if len(losses) == 1 else torch.stack(losses).sum()
        scale = scale_of(self.loss, torch.stack(sums).sum(0), masses)
        if scale is not None:
            torch._foreach_mul_([p.grad for p in self.parameters if p.grad is not None], scale)
            whole = whole * scale
        if self.scaler:
            self.scaler.unscale_(self.optimizer)
        if self.clip > 0:
            nn.utils.clip_grad_norm_(self.parameters, self.clip)
        if self.scaler:
            self.scaler.step(self.optimizer)
            self.scaler.update()
        else:
            self.optimizer.step()
        return whole

"""Several processes that train one model, as `torchrun` starts them; one alone has nothing to do here.

Each process, called a rank, takes its share of each batch. Whatever is a sum over the batch is summed over
the ranks on the way (losses, the statistics of batch norms, gradients), so that the ranks compute what one
process computes on the whole batch.
"""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any, TypeVar

import numpy as np
import torch
import torch.distributed as dist
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm

from training.ml.failures import Failure, PeerLost
from training.ml.processes import cores, place

# The launcher ends the others when one dies, so that nobody has to be woken by a short limit.
PATIENCE = timedelta(days=7)
BUCKET_BYTES = 32 << 20
Item = TypeVar("Item")


def join(device: torch.device) -> None:
    """Meet the other ranks, over gloo on a CPU and over nccl on CUDA, and share the cores with them."""
    here = place()
    if here.world == 1 or dist.is_initialized():
        return
    if device.type == "cuda":
        torch.cuda.set_device(device)
        dist.init_process_group("nccl", timeout=PATIENCE, device_id=device)
        return
    torch.set_num_threads(max(1, cores() // here.local_world))
    dist.init_process_group("gloo", timeout=PATIENCE)


def check(kind: str, wanted: int) -> None:
    """Raise `Failure` where the processes do not fit `hardware.gpus` or the machine."""
    here = place()
    if wanted > 1 and here.local_world != wanted:
        hint = f"Start it by torchrun --nproc_per_node {wanted}, or set hardware.gpus to {here.local_world}."
        raise Failure("Wrong number of processes", f"{here.local_world} of {wanted} were started.", hint)
    if here.local_world == 1:
        return
    if kind not in ("cpu", "cuda"):
        raise Failure("One device a run", f"{kind} trains in one process.", "Set hardware.gpus to 1.")
    most = torch.cuda.device_count() if kind == "cuda" else cores()
    if here.local_world > most:
        what = "CUDA devices" if kind == "cuda" else "cores"
        raise Failure(
            "More processes than the machine has room for",
            f"hardware.gpus is {here.local_world} and this machine has {most} {what}.",
            f"Set hardware.gpus to {most} or less.",
        )


def leave() -> None:
    """Part from the other ranks, and take all cores."""
    if dist.is_initialized():
        dist.destroy_process_group()
        torch.set_num_threads(cores())


def size() -> int:
    """How many ranks have met."""
    return dist.get_world_size() if dist.is_initialized() else 1


def summed_in_place(value: Tensor) -> Tensor:
    """The sum of `value` over the ranks, written over it. Raises `PeerLost` where one is gone."""
    if size() > 1:
        try:
            dist.all_reduce(value)
        except RuntimeError as error:
            raise PeerLost(str(error)) from error
    return value


class _Sum(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, value: Tensor) -> Tensor:
        return summed_in_place(value.detach().clone(memory_format=torch.contiguous_format))

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> Tensor:
        return summed_in_place(gradients[0].detach().clone(memory_format=torch.contiguous_format))


@torch.compiler.disable
def across(value: Tensor) -> Tensor:
    """The sum over the ranks, differentiable: the gradient is that of all ranks' results by this `value`."""
    result: Tensor = _Sum.apply(value) if size() > 1 else value
    return result


def any_of(value: bool, device: torch.device) -> bool:
    """Whether it is so for any rank."""
    return value if size() == 1 else bool(summed_in_place(torch.tensor(int(value), device=device)))


def agree(step: int, device: torch.device) -> None:
    """Raise `Failure` where the ranks stand at different steps: they do not see the same run folder."""
    if size() == 1:
        return
    moments = torch.tensor([step, step * step], dtype=torch.int64, device=device)
    first, second = (int(value) for value in summed_in_place(moments))
    if first * first != second * size():
        hint = "Put the run folder on storage that every machine sees under the same path."
        raise Failure("The processes do not share the run folder", f"This one is at step {step}.", hint)


def seed(number: int, step: int) -> None:
    """Let what a rank draws (dropout, stochastic depth) follow from seed, step and rank alone, so that one
    checkpoint serves all ranks. One process alone keeps its generator, which the checkpoint holds.
    """
    if size() > 1:
        state = np.random.SeedSequence([number, step, dist.get_rank()]).generate_state(1, np.uint64)
        torch.manual_seed(int(state[0] >> np.uint64(1)))


def total(values: NDArray[Any], device: torch.device) -> NDArray[Any]:
    """The sum of an array over the ranks."""
    if size() == 1:
        return values
    result: NDArray[Any] = summed_in_place(torch.from_numpy(np.array(values)).to(device)).cpu().numpy()
    return result


def gathered(item: Item) -> list[Item]:
    """What each rank holds, in their order."""
    if size() == 1:
        return [item]
    items: list[Any] = [None] * size()
    dist.all_gather_object(items, item)
    return items


def sum_gradients(parameters: Iterable[nn.Parameter]) -> None:
    """Sum the gradients over the ranks, in a few large messages. All ranks hold the same set of gradients."""
    if size() == 1:
        return
    bucket: list[Tensor] = []
    held = 0
    for parameter in parameters:
        if parameter.grad is None:
            continue
        bucket.append(parameter.grad)
        held += parameter.grad.numel() * parameter.grad.element_size()
        if held >= BUCKET_BYTES:
            _sum_bucket(bucket)
            bucket, held = [], 0
    if bucket:
        _sum_bucket(bucket)


def _sum_bucket(gradients: list[Tensor]) -> None:
    flat = summed_in_place(torch.cat([gradient.reshape(-1) for gradient in gradients]))
    for gradient, part in zip(gradients, flat.split([g.numel() for g in gradients]), strict=True):
        gradient.copy_(part.view(gradient.shape))


class SyncedBatchNorm(_BatchNorm):
    """Batch norm whose statistics are those of all ranks' samples; also on a CPU, where torch has none."""

    def _check_input_dim(self, input: Tensor) -> None:
        if input.dim() < 2:
            raise ValueError(f"expected [n, c, ...], got {tuple(input.shape)}")

    def forward(self, input: Tensor) -> Tensor:
        """`[n, c, ...]` to the same shape."""
        if not self.training or size() == 1:
            return super().forward(input)
        self._check_input_dim(input)
        values = input if input.dtype == torch.float64 else input.float()
        axes = [axis for axis in range(values.dim()) if axis != 1]
        shape = [1, -1, *[1] * (values.dim() - 2)]
        ones = values.new_full((1,), values.numel() / values.shape[1])
        sums: Tensor = across(torch.cat([values.sum(axes), ones]))
        count = sums[-1].detach()
        mean = sums[:-1] / count
        centred = values - mean.view(shape)
        variance: Tensor = across(centred.square().sum(axes)) / count
        self._remember(mean.detach(), variance.detach() * count / (count - 1).clamp_min(1))
        result = centred * torch.rsqrt(variance + self.eps).view(shape)
        if self.affine:
            result = result * self.weight.view(shape) + self.bias.view(shape)
        return result.to(input.dtype)

    @torch.no_grad()
    def _remember(self, mean: Tensor, variance: Tensor) -> None:
        if self.running_mean is None or self.running_var is None or self.num_batches_tracked is None:
            return
        self.num_batches_tracked.add_(1)
        part = 1.0 / float(self.num_batches_tracked) if self.momentum is None else self.momentum
        self.running_mean.lerp_(mean.to(self.running_mean.dtype), part)
        self.running_var.lerp_(variance.to(self.running_var.dtype), part)


def synchronise_norms(model: nn.Module, device: torch.device) -> nn.Module:
    """The model with its batch norms synchronised, by torch's own kernels on CUDA; same parameters, same
    names.
    """
    if size() == 1:
        return model
    if device.type == "cuda":
        return nn.SyncBatchNorm.convert_sync_batchnorm(model)  # type: ignore[no-any-return]
    for parent in list(model.modules()):
        for name, child in parent.named_children():
            if isinstance(child, _BatchNorm) and not isinstance(child, SyncedBatchNorm):
                setattr(parent, name, synced(child))
    return model


def synced(norm: _BatchNorm) -> SyncedBatchNorm:
    """A synchronised norm around the parameters and buffers of `norm`."""
    fresh = SyncedBatchNorm(norm.num_features, norm.eps, norm.momentum, norm.affine, norm.track_running_stats)
    if norm.affine:
        fresh.weight, fresh.bias = norm.weight, norm.bias
    fresh.running_mean, fresh.running_var = norm.running_mean, norm.running_var
    fresh.num_batches_tracked = norm.num_batches_tracked
    return fresh.train(norm.training)
